"""The road of an application: who applies, questions, form, materials, check. Every step is an address (shapes 10).

Nothing here decides: what is asked, missing or refused comes from the compiled version and the services.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongban.faces import kept
from tongban.faces.access import public, signed_in
from tongban.faces.context import principal_of_request as principal_of
from tongban.faces.fields import ErrorLink, FieldView, error_links
from tongban.faces.portal import forms_fields, forms_saving, forms_steps
from tongban.faces.portal.answers import see_other
from tongban.faces.portal.views.apply_check import apply_check
from tongban.faces.portal.views.apply_materials import apply_materials
from tongban.faces.portal.views.items import listed_guide
from tongban.ground import moment
from tongban.ground.errors import NotFound, Refusal, SignInNeeded
from tongban.ground.policy import Principal
from tongban.procedures.cases import drafts
from tongban.procedures.cases.models import Draft
from tongban.registry.catalog import forms
from tongban.registry.catalog import selectors as catalog
from tongban.registry.catalog.version import FormSection, VersionContent

__all__ = ["apply_check", "apply_discard", "apply_form", "apply_materials", "apply_questions", "apply_start"]


@public
@require_http_methods(["GET", "POST"])
def apply_start(request: HttpRequest, slug: str) -> HttpResponse:
    """What is coming, and who applies: oneself or an organisation. POST makes the draft and opens its first step."""
    principal = principal_of(request)
    try:
        _version_id, content = catalog.version_in_force(slug)
    except NotFound:
        if (listed := listed_guide(request, slug, applying=True)) is not None:
            return listed
        raise
    if request.method == "POST":
        if not principal.signed_in:
            raise SignInNeeded
        try:
            draft = _start(principal, slug, request.POST)
        except Refusal as refusal:
            return _start_page(request, slug, content, refusal, 422)
        step = forms_steps.first_step(content, drafts.answers_of(draft))
        return see_other(forms_steps.step_url(draft.id, step))
    return _start_page(request, slug, content, None, 200)


def _start(principal: Principal, slug: str, data: QueryDict) -> Draft:
    """The draft of whoever was chosen: oneself, an organisation, or a person who gave a mandate."""
    chosen = data.get("applicant", "")
    if chosen in ("", "self"):
        return drafts.start_draft(principal, slug)
    try:
        key = UUID(chosen)
    except ValueError:
        raise Refusal("draft.applicant", _("请选择由谁申请"), field="applicant") from None
    if key in principal.person_ids():
        return drafts.start_draft(principal, slug, person_id=key)
    return drafts.start_draft(principal, slug, key)


def _start_page(
    request: HttpRequest, slug: str, content: VersionContent, refusal: Refusal | None, status: int
) -> HttpResponse:
    principal = principal_of(request)
    returned = kept.take(request) if principal.signed_in else None
    organisations = principal.organisations if "organisation" in content.audience else ()
    persons = principal.persons if "person" in content.audience else ()
    anchor = "#applicant" if organisations or persons else "#refused"
    values = {
        "item": content,
        "slug": slug,
        "outlook": forms_steps.outlook(content, {}),
        "organisations": organisations,
        "persons": persons,
        "self_allowed": "person" in content.audience,
        "chosen": (returned or request.POST).get("applicant", ""),
        "error": refusal,
        "errors": [ErrorLink(anchor, forms_fields.explain(refusal))] if refusal else [],
    }
    return render(request, "portal/apply_start.html", values, status=status)


@signed_in
@require_http_methods(["GET", "POST"])
def apply_questions(request: HttpRequest, draft: UUID) -> HttpResponse:
    """The questions that decide what is needed."""
    return _form_step(request, draft, forms.QUESTIONS)


@signed_in
@require_http_methods(["GET", "POST"])
def apply_form(request: HttpRequest, draft: UUID, section: str) -> HttpResponse:
    """One section of the form."""
    return _form_step(request, draft, section)


@signed_in
@require_http_methods(["GET", "POST"])
def apply_discard(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Ask, then delete the draft."""
    found = drafts.draft_of(principal_of(request), draft)
    if request.method == "POST":
        drafts.discard_draft(principal_of(request), draft)
        return see_other(reverse("portal:my"))
    return render(request, "portal/apply_discard.html", {"draft": found, "item": catalog.content(found.version_id)})


def _form_step(request: HttpRequest, draft_id: UUID, step: str) -> HttpResponse:
    draft = drafts.draft_of(principal_of(request), draft_id)
    content = catalog.content(draft.version_id)
    fields = forms.fields_of(content, step)
    if request.method != "POST":
        returned = kept.take(request)
        if returned is None:
            return _page(request, draft, content, step, back=request.GET.get("back", ""))
        return _put_back(request, draft, content, step, forms_saving.Posted.of(returned, fields))
    posted = forms_saving.Posted.of(request.POST, fields)
    if request.headers.get("X-Autosave"):
        return _autosave(request, draft, content, step, posted)
    return _save(request, draft, content, step, posted)


def _put_back(
    request: HttpRequest, draft: Draft, content: VersionContent, step: str, posted: forms_saving.Posted
) -> HttpResponse:
    """What was typed when the session had ended: saved as an autosave would, and shown for another look."""
    try:
        draft, _errors = forms_saving.store(principal_of(request), draft, content, step, posted, posted.revision)
    except drafts.DraftChanged as change:
        if forms_saving.differences(change.current, content, step, posted):
            return _both(request, change.current, content, step, posted)
    return _page(request, draft, content, step, posted=posted, back=posted.back, returned=True)


def _save(
    request: HttpRequest, draft: Draft, content: VersionContent, step: str, posted: forms_saving.Posted
) -> HttpResponse:
    principal, before = principal_of(request), drafts.answers_of(draft)
    try:
        saved, errors = forms_saving.store(principal, draft, content, step, posted, posted.revision)
    except drafts.DraftChanged as change:
        current = change.current
        if forms_saving.differences(current, content, step, posted):
            return _both(request, current, content, step, posted)
        saved, errors = forms_saving.store(principal, current, content, step, posted, current.revision)
    answers = drafts.answers_of(saved)
    fresh = forms_saving.newly_asked(content, step, answers, before, posted)
    if errors or fresh:
        told = tuple(e for e in errors if e.field not in fresh)
        return _page(
            request, saved, content, step, posted=posted, errors=told, fresh=bool(fresh), back=posted.back, status=422
        )
    following = forms_steps.road(content, saved.id, answers, step).next_url
    to_check = posted.back == forms_steps.CHECK
    return see_other(forms_steps.step_url(saved.id, forms_steps.CHECK) if to_check else following)


def _both(
    request: HttpRequest, current: Draft, content: VersionContent, step: str, posted: forms_saving.Posted
) -> HttpResponse:
    """409: two tabs wrote different things; both are shown, the person chooses, nothing is lost."""
    differences = forms_saving.differences(current, content, step, posted)
    chosen = {d.path for d in differences}
    values = {
        "draft": current,
        "item": content,
        "differences": differences,
        "others": [(path, text) for path, text in posted.typed.items() if path not in chosen],
        "shown": ",".join(sorted(posted.shown)),
        "back": posted.back,
    }
    return render(request, "portal/apply_conflict.html", values, status=409)


def _autosave(
    request: HttpRequest, draft: Draft, content: VersionContent, step: str, posted: forms_saving.Posted
) -> HttpResponse:
    """Save quietly; answer with the new revision, the time, and what the answers now call for.

    A page that is closed while a saving is on its way sends that one along as ``before``: it is stored first, unless
    it has arrived by itself, so that the last words never look like another tab's.
    """
    principal = principal_of(request)
    try:
        if "before" in request.POST:
            earlier = forms_saving.Posted.of(QueryDict(request.POST["before"]), forms.fields_of(content, step))
            draft, _errors = forms_saving.store(principal, draft, content, step, earlier, earlier.revision)
            posted = replace(posted, revision=draft.revision)
        saved, _errors = forms_saving.store(principal, draft, content, step, posted, posted.revision)
    except drafts.DraftChanged as change:
        sentence = _("这份申请刚在别的页面或设备上改过。您填的内容还在这里；按「保存并继续」，对照两边的内容再选")
        return JsonResponse({"code": change.code, "sentence": sentence}, status=409)
    views = _views(saved, content, step, posted=posted)
    fragments = {v.name: render_to_string("components/field.html", {"field": v}, request) for v in views}
    outlook = {"outlook": forms_steps.outlook(content, drafts.answers_of(saved)), "item": content}
    return JsonResponse(
        {
            "revision": saved.revision,
            "saved": _("已自动保存 %(time)s") % {"time": f"{moment.local(saved.updated_at):%H:%M}"},
            "order": list(fragments),
            "fields": fragments,
            "outlook": render_to_string("portal/apply_outlook.html", outlook, request),
        }
    )


def _views(
    draft: Draft,
    content: VersionContent,
    step: str,
    *,
    posted: forms_saving.Posted | None = None,
    errors: tuple[Refusal, ...] = (),
) -> tuple[FieldView, ...]:
    answers = drafts.answers_of(draft)
    paths = {f.path for f in forms.fields_of(content, step)}
    visible = [f for f in forms.visible_fields(content, answers) if f.path in paths]
    typed = posted.typed if posted else None
    return forms_fields.field_views(content, visible, answers, sources=draft.sources, typed=typed, errors=errors)


def _page(
    request: HttpRequest,
    draft: Draft,
    content: VersionContent,
    step: str,
    *,
    back: str,
    posted: forms_saving.Posted | None = None,
    errors: tuple[Refusal, ...] = (),
    fresh: bool = False,
    returned: bool = False,
    status: int = 200,
) -> HttpResponse:
    answers = drafts.answers_of(draft)
    views = _views(draft, content, step, posted=posted, errors=errors)
    values = {
        "draft": draft,
        "item": content,
        "section": _section(content, step),
        "road": forms_steps.road(content, draft.id, answers, step),
        "fields": views,
        "filled": sum(1 for v in views if v.source),
        "errors": error_links(views),
        "shown": ",".join(v.name for v in views),
        "fresh": fresh,
        "returned": returned,
        "back": back,
        "outlook": forms_steps.outlook(content, answers),
    }
    return render(request, "portal/apply_form.html", values, status=status)


def _section(content: VersionContent, step: str) -> FormSection | None:
    return next((s for s in content.form if s.key == step), None)

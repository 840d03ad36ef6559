"""The materials step: one tile a material, plain multipart forms; with a script each file goes up by itself."""

from __future__ import annotations

from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tongban.faces import kept
from tongban.faces.access import signed_in
from tongban.faces.context import principal_of_request as principal_of
from tongban.faces.fields import ErrorLink
from tongban.faces.portal import forms_materials, forms_steps
from tongban.faces.portal.answers import file_answer, see_other
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.storage import parts
from tongban.ground.storage import selectors as storage
from tongban.ground.storage.models import StoredFile
from tongban.procedures.cases import drafts
from tongban.procedures.cases.models import Draft
from tongban.registry.catalog import forms
from tongban.registry.catalog import selectors as catalog
from tongban.registry.catalog.version import Material, VersionContent

NO_FILE = Refusal("file.none", "还没有选择文件", remedy="先选一个文件，再按「上传」")


@signed_in
@require_http_methods(["GET", "POST"])
def apply_materials(request: HttpRequest, draft: UUID) -> HttpResponse:
    """GET shows the tiles (``?file=`` one of the draft's own files); POST adds, removes or goes on.

    ``action``: ``add`` (files of ``material``), ``part`` (one part of a file, ``?parts=KEY`` tells which are there),
    ``remove`` (``file`` of ``material``), ``reuse`` (what is held of ``material``, ``key``), ``next``.
    ``?held=CODE&at=0`` shows a file of what is held.
    """
    found = drafts.draft_of(principal_of(request), draft)
    if request.method != "POST":
        if key := request.GET.get("parts"):
            return JsonResponse({"have": list(parts.have(_account(request), key))})
        if code := request.GET.get("held"):
            return _held_file(request, found, code, request.GET.get("at", "0"))
        if wanted := request.GET.get("file"):
            return _file(request, found, wanted)
        return _page(request, found, {}, back=request.GET.get("back", ""), lost=kept.take(request) is not None)
    action = request.POST.get("action", "next")
    if action == "add":
        return _add(request, found)
    if action == "part":
        return _part(request, found)
    if action == "remove":
        return _remove(request, found)
    if action == "reuse":
        return _reuse(request, found)
    return _next(request, found)


def _material(draft: Draft, code: str) -> tuple[VersionContent, Material]:
    content = catalog.content(draft.version_id)
    material = content.material(code)
    if material is None or material.source != "uploaded":
        raise NotFound("draft.material", "这个事项不需要上传这份材料")
    return content, material


def _add(request: HttpRequest, draft: Draft) -> HttpResponse:
    _content, material = _material(draft, request.POST.get("material", ""))
    uploads = request.FILES.getlist("file")
    problems = [] if uploads else [Refusal(NO_FILE.code, NO_FILE.sentence, material.code, NO_FILE.remedy)]
    for upload in uploads:
        try:
            draft = _attach(request, draft, material, upload)
        except Refusal as refusal:
            problems.append(refusal)
    return _answer(request, draft, material, forms_materials.refused(problems))


def _part(request: HttpRequest, draft: Draft) -> HttpResponse:
    """One part of a file; the last one completes it and answers with the tile."""
    _content, material = _material(draft, request.POST.get("material", ""))
    owner, key = _account(request), request.POST.get("key", "")
    total, part = _small(request.POST.get("total", "")), request.FILES.get("part")
    if part is None or not 0 < total <= parts.MOST_PARTS:
        raise NO_FILE
    parts.put(owner, key, _small(request.POST.get("index", "")), part.read(parts.LARGEST_PART + 1))
    content = parts.whole(owner, key, total, int(size) if (size := request.POST.get("size", "")).isdecimal() else 0)
    if content is None:
        return JsonResponse({"have": list(parts.have(owner, key))})
    upload = SimpleUploadedFile(request.POST.get("name", ""), content)
    try:
        draft = _attach(request, draft, material, upload)
    except Refusal as refusal:
        return _answer(request, draft, material, forms_materials.refused([refusal]))
    return _answer(request, draft, material, {})


def _small(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else -1


def _account(request: HttpRequest) -> UUID:
    key = principal_of(request).account_id
    if key is None:
        raise NotFound
    return key


def _attach(request: HttpRequest, draft: Draft, material: Material, upload: UploadedFile[bytes]) -> Draft:
    principal = principal_of(request)
    if principal.account_id is None:
        raise NotFound
    stored = forms_materials.take_in(upload, material, principal.account_id)
    return drafts.attach(principal, draft.id, material.code, stored.id)


def _remove(request: HttpRequest, draft: Draft) -> HttpResponse:
    _content, material = _material(draft, request.POST.get("material", ""))
    draft = drafts.detach(principal_of(request), draft.id, material.code, _uuid(request.POST.get("file", "")))
    return _answer(request, draft, material, {})


def _reuse(request: HttpRequest, draft: Draft) -> HttpResponse:
    _content, material = _material(draft, request.POST.get("material", ""))
    draft = drafts.reuse(principal_of(request), draft.id, material.code, request.POST.get("key", ""))
    return _answer(request, draft, material, {})


def _held_file(request: HttpRequest, draft: Draft, code: str, at: str) -> HttpResponse | HttpResponseRedirect:
    """One file of what is held of the applicant, to look at before it is used."""
    known = drafts.held_materials(principal_of(request), draft).get(code)
    if known is None or not at.isdecimal() or int(at) >= len(known.files):
        raise NotFound("file.not_found", "没有找到这个文件，可能已经失效")
    stored = storage.file_of(known.files[int(at)])
    return file_answer(storage.open_file(stored), stored.media_type, stored.name)


def _answer(request: HttpRequest, draft: Draft, material: Material, errors: dict[str, str]) -> HttpResponse:
    """A script gets the tile alone; a plain form gets the page, or is sent back to the tile."""
    status = 422 if errors else 200
    if request.headers.get("HX-Request") == "true":
        stored = _stored(draft.files.get(material.code, []))
        view = forms_materials.material_view(
            material,
            draft.files.get(material.code, []),
            stored,
            errors.get(material.code, ""),
            drafts.held_materials(principal_of(request), draft).get(material.code),
            draft.sources,
        )
        values = {"material": view, "draft": draft, "back": request.POST.get("back", "")}
        return render(request, "portal/apply_material.html", values, status=status)
    back = request.POST.get("back", "")
    if errors:
        return _page(request, draft, errors, back=back, status=422)
    query = "?back=check" if back == forms_steps.CHECK else ""
    return see_other(f"{forms_steps.step_url(draft.id, forms.MATERIALS)}{query}#m-{material.code}")


def _next(request: HttpRequest, draft: Draft) -> HttpResponse:
    content = catalog.content(draft.version_id)
    gaps = [m for m in forms.missing(content, drafts.answers_of(draft), draft.files) if m.material]
    if gaps:
        errors = {gap.material: gap.sentence for gap in gaps}
        return _page(request, draft, errors, back=request.POST.get("back", ""), status=422)
    return see_other(forms_steps.step_url(draft.id, forms_steps.CHECK))


def _page(
    request: HttpRequest, draft: Draft, errors: dict[str, str], *, back: str, lost: bool = False, status: int = 200
) -> HttpResponse:
    content = catalog.content(draft.version_id)
    answers = drafts.answers_of(draft)
    stored = _stored([i for ids in draft.files.values() for i in ids])
    known = drafts.held_materials(principal_of(request), draft)
    views = forms_materials.material_views(content, answers, draft.files, stored, errors, known, draft.sources)
    uploads = [v for v in views if v.uploadable]
    links: list[ErrorLink] = list(forms_materials.material_errors(views))
    values = {
        "draft": draft,
        "item": content,
        "road": forms_steps.road(content, draft.id, answers, forms.MATERIALS),
        "materials": views,
        "to_upload": len(uploads),
        "exempt": len(views) - len(uploads),
        "given": sum(1 for v in uploads if v.files),
        "errors": links,
        "lost": lost,
        "back": back,
    }
    return render(request, "portal/apply_materials.html", values, status=status)


def _stored(ids: list[str]) -> dict[str, StoredFile]:
    return {str(f.id): f for f in StoredFile.objects.filter(id__in=ids)}


def _file(request: HttpRequest, draft: Draft, wanted: str) -> HttpResponse | HttpResponseRedirect:
    """One of the draft's own files, for another look."""
    if not any(wanted in ids for ids in draft.files.values()):
        raise NotFound("file.not_found", "没有找到这个文件，可能已经移除")
    stored = storage.file_of(_uuid(wanted))
    return file_answer(storage.open_file(stored), stored.media_type, stored.name)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("file.not_found", "没有找到这个文件，可能已经移除") from None

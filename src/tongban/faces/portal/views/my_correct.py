"""Mending what the one-time notice names, and nothing else: the fault, the remedy, the new answer or file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongban.faces import kept
from tongban.faces.access import signed_in
from tongban.faces.context import principal_of_request as principal_of
from tongban.faces.fields import ErrorLink, FieldView
from tongban.faces.portal import forms_fields, forms_materials
from tongban.faces.portal.answers import see_other
from tongban.ground.errors import Refusal, Refusals
from tongban.ground.policy import Principal
from tongban.ground.storage.models import StoredFile
from tongban.procedures.cases import selectors, services
from tongban.procedures.cases.models import CorrectionNotice
from tongban.procedures.cases.selectors import CaseDetail
from tongban.registry.catalog.version import FormField, Material, VersionContent


@dataclass(frozen=True)
class Fault:
    """One point of the notice with the control that mends it: a field or a material, never both."""

    name: str
    fault: str
    remedy: str
    field: FieldView | None = None
    material: forms_materials.MaterialView | None = None


@dataclass(frozen=True)
class Mended:
    """What the person has given so far: typed values by path, stored file ids by material, and what was refused."""

    typed: dict[str, str]
    files: dict[str, list[str]]
    errors: dict[str, str]


@signed_in
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, number: str) -> HttpResponse:
    """GET shows the points; POST ``action=upload`` keeps the chosen files, ``action=submit`` hands everything in."""
    principal = principal_of(request)
    detail = selectors.case_of(principal, number)
    notice = detail.open_notice
    if notice is None:
        return see_other(reverse("portal:my_case", args=[number]))
    if request.method != "POST":
        returned = kept.take(request)
        mended = _read(principal, detail.content, notice, returned or QueryDict())
        return _page(request, detail, notice, mended, returned=returned is not None)
    mended = _with_uploads(request, principal, detail.content, _read(principal, detail.content, notice, request.POST))
    if mended.errors or request.POST.get("action") == "upload":
        return _page(request, detail, notice, mended, status=422 if mended.errors else 200)
    return _submit(request, principal, detail, notice, mended)


def _submit(
    request: HttpRequest, principal: Principal, detail: CaseDetail, notice: CorrectionNotice, mended: Mended
) -> HttpResponse:
    gaps = _gaps(detail.content, notice, mended)
    if gaps:
        found = Mended(mended.typed, mended.files, gaps)
        return _page(request, detail, notice, found, status=422)
    try:
        services.submit_correction(principal, detail.case.id, answers=mended.typed, files=mended.files)
    except Refusals as refusals:
        found = Mended(mended.typed, mended.files, forms_materials.refused(refusals.items))
        return _page(request, detail, notice, found, status=422)
    except Refusal as refusal:
        found = Mended(mended.typed, mended.files, forms_materials.refused([refusal]))
        return _page(request, detail, notice, found, status=422)
    return see_other(reverse("portal:my_case", args=[detail.case.number]))


def _named(notice: CorrectionNotice, target: str) -> list[str]:
    return [str(item["code"]) for item in notice.items if item["target"] == target]


def _fields(content: VersionContent, notice: CorrectionNotice) -> list[FormField]:
    wanted = set(_named(notice, "field"))
    return [f for f in content.all_fields() if f.path in wanted]


def _materials(content: VersionContent, notice: CorrectionNotice) -> list[Material]:
    found = (content.material(code) for code in _named(notice, "material"))
    return [material for material in found if material is not None]


def _read(principal: Principal, content: VersionContent, notice: CorrectionNotice, data: QueryDict) -> Mended:
    """The posted form; files that were uploaded in an earlier try come back as ids, checked to be the person's own."""
    typed = forms_fields.posted_values(data, _fields(content, notice))
    codes = [m.code for m in _materials(content, notice)]
    named = {code: [i for i in data.getlist(f"kept:{code}") if _is_uuid(i)] for code in codes}
    dropped = set(data.getlist("drop"))
    wanted = [i for ids in named.values() for i in ids if i not in dropped]
    own = StoredFile.objects.filter(id__in=wanted, owner_account=principal.account_id).values_list("id", flat=True)
    mine = {str(key) for key in own}
    return Mended(typed, {code: [i for i in ids if i in mine] for code, ids in named.items()}, {})


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _with_uploads(request: HttpRequest, principal: Principal, content: VersionContent, mended: Mended) -> Mended:
    """Check and keep every chosen file; what is refused is told beside its material, what was kept stays kept."""
    files = {code: list(ids) for code, ids in mended.files.items()}
    problems: list[Refusal] = []
    for code in files:
        material = content.material(code)
        for upload in request.FILES.getlist(f"file:{code}"):
            if material is None or principal.account_id is None:
                continue
            try:
                stored = forms_materials.take_in(upload, material, principal.account_id)
            except Refusal as refusal:
                problems.append(refusal)
            else:
                files[code].append(str(stored.id))
    return Mended(mended.typed, files, forms_materials.refused(problems))


def _gaps(content: VersionContent, notice: CorrectionNotice, mended: Mended) -> dict[str, str]:
    """Points of the notice that nothing was given for: all must be mended at once."""
    gaps = {
        m.code: _("请上传改好的%(name)s") % {"name": m.name}
        for m in _materials(content, notice)
        if not mended.files.get(m.code)
    }
    gaps |= {
        f.path: _("请填写%(label)s") % {"label": f.label}
        for f in _fields(content, notice)
        if not mended.typed.get(f.path) and not f.optional
    }
    return gaps


def _page(
    request: HttpRequest,
    detail: CaseDetail,
    notice: CorrectionNotice,
    mended: Mended,
    *,
    returned: bool = False,
    status: int = 200,
) -> HttpResponse:
    faults = _faults(detail, notice, mended)
    values = {
        "case": detail.case,
        "notice": notice,
        "faults": faults,
        "errors": _links(faults, mended.errors),
        "returned": returned,
    }
    return render(request, "portal/correct.html", values, status=status)


def _links(faults: Iterable[Fault], errors: dict[str, str]) -> list[ErrorLink]:
    anchors = {f.field.name: f.field.id for f in faults if f.field}
    anchors |= {f.material.code: f.material.id for f in faults if f.material}
    return [ErrorLink(f"#{anchors.get(key, 'main')}", sentence) for key, sentence in errors.items()]


def _faults(detail: CaseDetail, notice: CorrectionNotice, mended: Mended) -> list[Fault]:
    content = detail.content
    stored = {str(f.id): f for f in StoredFile.objects.filter(id__in=[i for x in mended.files.values() for i in x])}
    fields = {f.path: f for f in content.all_fields()}
    return [_fault(item, content, fields, detail.answers, mended, stored) for item in notice.items]


def _fault(
    item: dict[str, Any],
    content: VersionContent,
    fields: dict[str, FormField],
    answers: dict[str, Any],
    mended: Mended,
    stored: dict[str, StoredFile],
) -> Fault:
    code, words = str(item["code"]), (str(item["name"]), str(item["fault"]), str(item["remedy"]))
    if item["target"] == "material":
        material = content.material(code)
        ids = mended.files.get(code, [])
        view = forms_materials.material_view(material, ids, stored, mended.errors.get(code, "")) if material else None
        return Fault(*words, material=view)
    wrong = [Refusal("field", mended.errors[code], code)] if code in mended.errors else []
    field = fields.get(code)
    if field is None:
        return Fault(*words)
    views = forms_fields.field_views(content, [field], answers, sources={}, typed=mended.typed, errors=wrong)
    return Fault(*words, field=views[0])

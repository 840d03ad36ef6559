"""Lists of items at the desk: hand in, say what the columns and departments are, check, do, take back."""

from __future__ import annotations

import csv
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.faces.access import staff
from tongban.faces.desk import listforms
from tongban.faces.fields import ErrorLink, FieldView
from tongban.ground.errors import Conflict, Refusal, Refusals, TongbanError
from tongban.ground.policy import Principal
from tongban.registry.catalog.imports import opening, selectors, services
from tongban.registry.catalog.imports.cells import guarded
from tongban.registry.catalog.models import CatalogueImport

SHOWN = 100
"""Faults on the page; all that are kept stand in the download."""
State = CatalogueImport.State
RUNNING = (State.CHECKING, State.APPLYING)
_PERMISSION = "catalog.import.run"


def _principal(request: HttpRequest) -> Principal:
    return request.principal  # type: ignore[attr-defined, no-any-return]


def _links(error: TongbanError, anchor: str) -> list[ErrorLink]:
    items = error.items if isinstance(error, Refusals) else (error,)
    return [
        ErrorLink(f"#{anchor}", f"{item.sentence}。{item.remedy}" if item.remedy else item.sentence) for item in items
    ]


def _to(import_id: UUID) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("desk:import_one", args=[import_id]), status=303)


@staff(_PERMISSION)
@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """Imports of the steward's regions, newest first."""
    page = selectors.imports(_principal(request), request.GET.get("after", ""))
    return render(request, "desk/imports.html", {"page": page})


@staff(_PERMISSION)
@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request: HttpRequest) -> HttpResponse:
    """Hand in a list: whose it is, what it is called, the file (its limit is told before a byte is read)."""
    principal = _principal(request)
    error: TongbanError | None = None
    if request.method == "POST":
        try:
            return _to(_upload(request, principal).pk)
        except Refusal as refusal:
            error = refusal
    regions = selectors.regions(principal)
    field = error.field if error else ""
    words = f"{error.sentence}。{error.remedy}" if error else ""
    most = opening.MOST_BYTES // 1024 // 1024
    endings = "、".join(opening.ENDINGS)
    values = {
        "region": FieldView(
            "region",
            _("清单属于哪个地区"),
            kind="select",
            value=request.POST.get("region", str(regions[0].id) if regions else ""),
            options=tuple((str(one.id), one.name) for one in regions),
            error=words if field == "region" else "",
        ),
        "source": FieldView(
            "source",
            _("清单名称"),
            optional=True,
            value=request.POST.get("source", ""),
            hint=_("写在办事指南上，告诉办事人信息从哪里来。不写就叫“某某政务服务事项清单”。"),
            max_length=services.LONGEST_SOURCE,
            error=words if field == "source" else "",
        ),
        "endings": ",".join(opening.ENDINGS),
        "most": most,
        "most_bytes": opening.MOST_BYTES,
        "file_hint": _("收 %(endings)s，最多 %(most)s MB。第一张可见的工作表里要有一行表头。")
        % {"endings": endings, "most": most},
        "file_error": words if error and field not in ("region", "source") else "",
        "errors": _links(error, f"f-{field or 'file'}") if error else [],
    }
    return render(request, "desk/import_new.html", values, status=error.status if error else 200)


def _upload(request: HttpRequest, principal: Principal) -> CatalogueImport:
    file = request.FILES.get("file")
    if file is None:
        raise Refusal("import.file", _("还没有选文件"), field="file", remedy=_("选要导入的清单文件"))
    if (file.size or 0) > opening.MOST_BYTES:
        raise opening.too_large(file.size or 0)
    region = request.POST.get("region", "")
    number = int(region) if region.isdigit() and len(region) < 10 else 0
    return services.upload(principal, number, file, file.name or "", request.POST.get("source", ""))


@staff(_PERMISSION)
@require_safe
def import_one(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Where an import stands, and what to do next."""
    batch = selectors.import_of(_principal(request), import_id)
    return _page(request, batch)


def _page(request: HttpRequest, batch: CatalogueImport, error: TongbanError | None = None) -> HttpResponse:
    known = selectors.departments(batch) if batch.unmatched else ()
    typed = request.POST if error is not None else None
    values = {
        "batch": batch,
        "begun_by": selectors.staff_name(batch.begun_by),
        "steps": _steps(batch),
        "running": batch.state in RUNNING or _reading(batch),
        "reading": _reading(batch),
        "faults": batch.faults[:SHOWN],
        "more_faults": batch.faults_total > SHOWN,
        "notices": batch.notices[:SHOWN],
        "departments": [(row, listforms.likely(row.department, known)) for row in listforms.departments(batch, typed)],
        "known": known,
        "changes": batch.created + batch.changed,
        "errors": _links(error, "main") if error else [],
    }
    return render(request, "desk/import_one.html", values, status=error.status if error else 200)


def _reading(batch: CatalogueImport) -> bool:
    """The headings are being read."""
    return batch.state == State.UPLOADED and not batch.survey


def _steps(batch: CatalogueImport) -> list[dict[str, str]]:
    """The way of an import as steps; which one is the present one."""
    labels = [_("上传"), _("核对列"), _("核对内容"), _("导入")]
    now = {State.UPLOADED: 1, State.CHECKING: 2, State.FAULTY: 2, State.CHECKED: 3, State.APPLYING: 3}.get(
        State(batch.state), 4
    )
    columns = reverse("desk:import_columns", args=[batch.pk])
    return [
        {
            "label": label,
            "state": "done" if n < now else "current" if n == now else "future",
            "url": columns if n == 1 and batch.survey and batch.state not in RUNNING and now < 4 else "",
        }
        for n, label in enumerate(labels)
    ]


@staff(_PERMISSION)
@require_safe
def import_progress(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """The fragment that asks again until the job has ended; then the whole page comes anew."""
    batch = selectors.import_of(_principal(request), import_id)
    if batch.state in RUNNING or _reading(batch):
        return render(request, "desk/parts/import_progress.html", {"batch": batch, "reading": _reading(batch)})
    answer = HttpResponse(status=200)
    answer["HX-Refresh"] = "true"
    return answer


@staff(_PERMISSION)
@require_http_methods(["GET", "HEAD", "POST"])
def import_columns(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """What each column is; POST takes the choices and has every row checked."""
    principal = _principal(request)
    batch = selectors.import_of(principal, import_id)
    if _reading(batch) or batch.state in RUNNING:
        return _to(batch.pk)
    chosen, error = None, None
    if request.method == "POST":
        chosen = listforms.chosen_columns(batch, request.POST)
        try:
            mapping, left_out = listforms.mapping_of(chosen)
            services.begin_check(principal, batch.pk, mapping, left_out)
            return _to(batch.pk)
        except (Refusal, Conflict) as refused:
            error = refused
    values = {
        "batch": batch,
        "steps": _steps(batch),
        "columns": listforms.columns(batch, chosen, listforms.doubled(chosen) if chosen else ()),
        "fields": listforms.FIELD_CHOICES,
        "open": batch.state in (State.UPLOADED, State.FAULTY, State.CHECKED) and bool(batch.survey),
        "errors": _links(error, "columns") if error else [],
    }
    return render(request, "desk/import_columns.html", values, status=error.status if error else 200)


@staff(_PERMISSION)
@require_POST
def import_departments(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Take what each unknown department is, and have every row checked again."""
    principal = _principal(request)
    batch = selectors.import_of(principal, import_id)
    try:
        services.begin_check(principal, batch.pk, departments=listforms.chosen_departments(batch, request.POST))
    except (Refusal, Conflict) as error:
        return _page(request, selectors.import_of(principal, import_id), error)
    return _to(batch.pk)


@staff(_PERMISSION)
@require_POST
def import_apply(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Have a checked import done. Pressed twice, it is done once."""
    principal = _principal(request)
    try:
        services.begin_apply(principal, import_id)
    except Conflict as error:
        batch = selectors.import_of(principal, import_id)
        return _to(import_id) if batch.state in (State.APPLYING, State.APPLIED) else _page(request, batch, error)
    return _to(import_id)


@staff(_PERMISSION)
@require_http_methods(["GET", "HEAD", "POST"])
def import_undo(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """What an undo would do, and doing it; where something later rests on a row, that row is named."""
    principal = _principal(request)
    batch = selectors.import_of(principal, import_id)
    if batch.state != State.APPLIED:
        return _to(batch.pk)
    errors: list[ErrorLink] = []
    status = 200
    if request.method == "POST":
        try:
            services.undo(principal, batch.pk)
            return _to(batch.pk)
        except (Refusal, Conflict) as error:
            errors, status = _links(error, "main"), error.status
    return render(request, "desk/import_undo.html", {"batch": batch, "errors": errors}, status=status)


@staff(_PERMISSION)
@require_safe
def import_faults(request: HttpRequest, import_id: UUID) -> StreamingHttpResponse:
    """The faults that were kept, as a table to mend the list by."""
    batch = selectors.import_of(_principal(request), import_id)
    line = csv.writer(_Line())
    rows = [[_("行"), _("列"), _("问题"), _("怎么改")]]
    rows += [[str(one["row"] or ""), one["column"], one["sentence"], one["remedy"]] for one in batch.faults]
    text = (line.writerow([guarded(cell) for cell in row]) for row in rows)
    answer = StreamingHttpResponse(("\ufeff", *text), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="faults-{batch.pk}.csv"'
    return answer


class _Line:
    """A place for one row of a table, given away at once."""

    def write(self, text: str) -> str:
        """The row as text."""
        return text

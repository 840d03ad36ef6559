"""Cases: apply for somebody, look, fetch papers and files."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from tongban.faces.openapi import shapes_cases as shapes
from tongban.faces.openapi.applications import check_files, parties_of
from tongban.faces.openapi.calling import KeyNeeded, Number, answer, binary, caller, file_answer
from tongban.faces.openapi.problems import SIGNED
from tongban.ground.errors import NotFound
from tongban.ground.storage import selectors as storage
from tongban.procedures.cases import selectors, services
from tongban.registry.catalog import selectors as catalog

router = Router(tags=["cases"])
FILE_TYPES = ("application/pdf", "image/jpeg", "image/png")


@router.post(
    "/cases", response={201: shapes.Receipt, **SIGNED}, summary="代当事人提交申请", operation_id="submit_application"
)
def submit(request: HttpRequest, payload: shapes.Application, key: KeyNeeded) -> HttpResponse:
    """The application enters as ``submitted``. The same ``Idempotency-Key`` gives the same case for ever."""
    principal = caller(request, "cases.case.submit")

    def call() -> shapes.Receipt:
        _, content = catalog.version_in_force(payload.item)
        check_files(principal, content, payload.files)
        person, organisation, agent = parties_of(principal, payload.applicant)
        done = services.submit_for(
            principal,
            slug=payload.item,
            person=person,
            organisation=organisation,
            agent=agent,
            answers={path: value for path, value in payload.answers.items() if value is not None},
            files={code: [str(file_id) for file_id in ids] for code, ids in payload.files.items()},
            key=key,
            channel="api",
            delivery_mode=payload.delivery_mode,
        )
        return shapes.receipt_of(done)

    return answer(request, principal, key, call, 201)


@router.get("/cases/{number}", response={200: shapes.Case, **SIGNED}, summary="查看办件", operation_id="get_case")
def case(request: HttpRequest, number: Number) -> shapes.Case:
    """State, timeline, clocks, papers, masked answers and the tasks of the caller's post. The read is recorded."""
    principal = caller(request, "cases.case.view")
    return shapes.case_of(selectors.case_of(principal, number), principal)


@router.get(
    "/cases/{number}/papers/{paper_id}",
    response={200: None, **SIGNED},
    openapi_extra=binary("application/pdf"),
    summary="下载文书",
    operation_id="get_paper",
)
def paper(request: HttpRequest, number: Number, paper_id: UUID) -> HttpResponse:
    """The sealed PDF."""
    document, detail = selectors.paper_of(caller(request, "cases.case.view"), paper_id)
    if detail.case.number != number or document.file is None:
        raise NotFound("paper.not_found", "没有找到这份文书,或它还在盖章")
    name = f"{document.title} {document.number}".strip() + ".pdf"
    return file_answer(storage.open_file(document.file), document.file.media_type, name)


@router.get(
    "/cases/{number}/files/{file_id}",
    response={200: None, **SIGNED},
    openapi_extra=binary(*FILE_TYPES),
    summary="下载申请材料",
    operation_id="get_case_file",
)
def file(request: HttpRequest, number: Number, file_id: UUID) -> HttpResponse:
    """A file of one of the case's materials. The read is recorded."""
    stored = selectors.file_of(caller(request, "cases.case.view"), number, file_id)
    return file_answer(storage.open_file(stored), stored.media_type, stored.name)

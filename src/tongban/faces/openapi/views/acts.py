"""What a department's system does to a case, for its post. Permission and law are checked by the services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from tongban.faces.openapi import shapes_cases as shapes
from tongban.faces.openapi.calling import KeyOptional, Number, answer, caller
from tongban.faces.openapi.problems import SIGNED
from tongban.procedures.cases import selectors, services
from tongban.procedures.cases.services import Done

router = Router(tags=["acts"])
ANSWERS: dict[Any, Any] = {200: shapes.Standing, **SIGNED}
VIEW = "cases.case.view"


def _act(
    request: HttpRequest,
    number: str,
    key: str | None,
    permissions: tuple[str, ...],
    act: Callable[..., Done],
    **values: Any,
) -> HttpResponse:
    """One act on one case; a case that the post may not see answers 404."""
    principal = caller(request, VIEW, *permissions)

    def call() -> shapes.Standing:
        detail = selectors.case_of(principal, number, record=False)
        return shapes.standing_of(act(principal, detail.case.id, channel="api", **values))

    return answer(request, principal, key, call)


@router.post("/cases/{number}/accept", response=ANSWERS, summary="受理", operation_id="accept_case")
def accept(request: HttpRequest, number: Number, payload: shapes.Acceptance, key: KeyOptional = None) -> HttpResponse:
    """Accept: the acceptance notice is made, the clocks start, every branch of the review opens."""
    return _act(request, number, key, ("cases.case.accept",), services.accept, points=payload.points)


@router.post(
    "/cases/{number}/corrections", response=ANSWERS, summary="一次性告知补正", operation_id="request_correction"
)
def request_correction(
    request: HttpRequest, number: Number, payload: shapes.Notice, key: KeyOptional = None
) -> HttpResponse:
    """Tell everything that is missing, once (行政许可法 art. 32)."""
    items = [item.model_dump() for item in payload.items]
    return _act(request, number, key, ("cases.case.request_correction",), services.request_correction, items=items)


@router.post(
    "/cases/{number}/refusals-of-acceptance", response=ANSWERS, summary="不予受理", operation_id="refuse_acceptance"
)
def refuse_acceptance(
    request: HttpRequest, number: Number, payload: shapes.AcceptanceRefusal, key: KeyOptional = None
) -> HttpResponse:
    """Refuse to accept, in writing and with the reason."""
    permission = ("cases.case.refuse_acceptance",)
    return _act(request, number, key, permission, services.refuse_acceptance, **payload.model_dump())


@router.post("/cases/{number}/steps/{task_id}", response=ANSWERS, summary="办结一步审查", operation_id="complete_step")
def complete_step(
    request: HttpRequest, number: Number, task_id: UUID, payload: shapes.StepOpinion, key: KeyOptional = None
) -> HttpResponse:
    """Give the opinion of a task of the caller's post; which permission it needs depends on the task."""
    return _act(request, number, key, (), services.complete_step, task_id=task_id, **payload.model_dump())


@router.post("/cases/{number}/decisions", response=ANSWERS, summary="作出决定", operation_id="decide_case")
def decide(request: HttpRequest, number: Number, payload: shapes.Decision, key: KeyOptional = None) -> HttpResponse:
    """Grant or refuse; a refusal states facts, basis and reasons (行政许可法 art. 38)."""
    return _act(request, number, key, ("cases.case.decide",), services.decide, **payload.model_dump())


@router.post("/cases/{number}/deliveries", response=ANSWERS, summary="登记送达", operation_id="deliver_result")
def deliver(request: HttpRequest, number: Number, payload: shapes.Delivery, key: KeyOptional = None) -> HttpResponse:
    """The result was handed over at the counter against a signature."""
    permission = ("cases.case.deliver",)
    return _act(request, number, key, permission, services.deliver, mode="counter", received_by=payload.received_by)

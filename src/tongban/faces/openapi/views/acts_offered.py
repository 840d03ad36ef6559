"""Every act of the desk's table, for machines."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router

from tongban.faces.openapi import acting
from tongban.faces.openapi import shapes_cases as shapes
from tongban.faces.openapi.calling import KeyOptional, Number, answer, caller
from tongban.faces.openapi.problems import SIGNED
from tongban.procedures.cases import selectors

router = Router(tags=["acts"])
VIEW = "cases.case.view"
Slug = Annotated[str, Path(max_length=60, pattern=r"^[a-z-]+$", description="办理动作，见 GET /cases/{number}/acts")]


@router.get(
    "/cases/{number}/acts",
    response={200: list[acting.OfferedAct], **SIGNED},
    summary="现在能办的动作",
    operation_id="list_acts",
)
def acts(request: HttpRequest, number: Number) -> list[acting.OfferedAct]:
    """What the caller's post may do to the case now, each with the values it asks for."""
    principal = caller(request, VIEW)
    return acting.offered(acting.scene_of(principal, selectors.case_of(principal, number, record=False)))


@router.post(
    "/cases/{number}/acts/{act}",
    response={200: shapes.Standing, **SIGNED},
    summary="办理一个动作",
    operation_id="do_act",
)
def act(
    request: HttpRequest, number: Number, act: Slug, payload: acting.ActGiven, key: KeyOptional = None
) -> HttpResponse:
    """Carry out an act that ``GET`` offers; which permission it needs stands in the table of acts."""
    principal = caller(request, VIEW)

    def call() -> shapes.Standing:
        detail = selectors.case_of(principal, number, record=False)
        return shapes.standing_of(acting.carry_out(acting.scene_of(principal, detail), act, payload))

    return answer(request, principal, key, call)

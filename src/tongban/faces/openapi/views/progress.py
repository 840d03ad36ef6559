"""How far a case is, for its applicant: number and query password, no account."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema

from tongban.faces.limits import address_of
from tongban.faces.openapi import words
from tongban.faces.openapi.problems import PUBLIC
from tongban.faces.openapi.shapes_cases import Asked, Step, step_of
from tongban.faces.portal.views.progress import WRONG_OF_ADDRESS, WRONG_OF_NUMBER
from tongban.ground.errors import NotFound
from tongban.ground.identifiers import half_width
from tongban.procedures.cases import selectors
from tongban.procedures.cases.rules.parts import STATE_WORDS
from tongban.procedures.cases.timeline import timeline

router = Router(tags=["progress"])


class Question(Asked):
    """Both are printed on the receipt."""

    number: words.NeededLine
    query_password: words.NeededLine


class Progress(Schema):
    """State and steps: no papers, no names, no numbers of persons."""

    number: str
    title: str
    state: str
    state_words: str
    submitted_at: datetime
    timeline: list[Step]


@router.post(
    "/progress", auth=None, response={200: Progress, **PUBLIC}, summary="凭查询密码查进度", operation_id="get_progress"
)
def progress(request: HttpRequest, payload: Question) -> Progress:
    """Three wrong passwords lock a number for ten minutes, as at the portal."""
    number = half_width(payload.number).strip().upper()[:40]
    address = address_of(request)
    WRONG_OF_NUMBER.check(number)
    WRONG_OF_ADDRESS.check(address)
    detail = selectors.by_query_password(number, half_width(payload.query_password).strip()[:12])
    if detail is None:
        WRONG_OF_NUMBER.note(number)
        WRONG_OF_ADDRESS.note(address)
        raise NotFound("progress.no_match", "办件编号和查询密码对不上")
    case = detail.case
    return Progress(
        number=case.number,
        title=case.title,
        state=case.state,
        state_words=STATE_WORDS[case.state],
        submitted_at=case.submitted_at,
        timeline=[step_of(step) for step in timeline(detail)],
    )

"""Words and paper between applicant and authority: answer a message of a case, send results by courier."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from tongban.faces.access import staff
from tongban.faces.desk import casefile, deadlines, forms, posting
from tongban.faces.desk.refusals import problems_of
from tongban.faces.desk.views import review
from tongban.ground.errors import Conflict, NotFound, Refusal
from tongban.ground.policy import Principal
from tongban.procedures.cases import asked
from tongban.procedures.cases import services as cases
from tongban.procedures.cases.models import Consignment
from tongban.procedures.cases.services import messages
from tongban.procedures.cases.services.consignments import COURIERS


@require_POST
@staff("cases.message.answer")
def message_answer(request: HttpRequest, number: str, message: UUID) -> HttpResponse:
    """Answer a question of this case once, in the unit's name; a refused answer keeps its words."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    file = casefile.look_again(principal, number)
    if not any(one.pk == message for one in file.detail.messages):
        raise NotFound("message.not_found", "没有找到这条留言")
    text = request.POST.get("answer", "")
    try:
        messages.answer_message(principal, message, text)
    except (Refusal, Conflict) as error:
        fresh = casefile.look_again(principal, number)
        problem = problems_of(error)[0].sentence
        more: dict[str, Any] = {"answering": message, "answer_text": text, "answer_problem": problem}
        return review.page(
            request, fresh, forms.OpinionForm(), forms.default_decision(fresh.content), (), error.status, **more
        )
    address = reverse("desk:review_case", args=[number])
    response = HttpResponseRedirect(f"{address}?{urlencode({'done': 'message', 'number': number})}#messages")
    response.status_code = 303
    return response


@staff("cases.consignment.record")
def posting_list(request: HttpRequest) -> HttpResponse:
    """Results that go by post: note the number of each, later who signed. Each case is its own act."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    typed = posting.read(request.POST) if request.method == "POST" else {}
    rows = asked.to_send(principal)
    went = posting.carry_out(principal, {row.number: row for row in rows}, typed) if typed else []
    if went:
        rows = asked.to_send(principal)
    whys = {one.number: one.why for one in went}
    values: dict[str, Any] = {
        "rows": [
            (row, deadlines.of_task(row.due_at), _again(typed, whys, row), whys.get(row.number, "")) for row in rows
        ],
        "done": [one for one in went if not one.why],
        "refused": [one for one in went if one.why],
        "nothing": request.method == "POST" and not typed,
        "couriers": COURIERS,
        "contents": posting.CONTENTS,
    }
    return render(request, "desk/posting.html", values, status=422 if values["refused"] else 200)


def _again(typed: dict[str, posting.Typed], whys: dict[str, str], row: asked.ToSend) -> posting.Typed | None:
    """What was typed in a row that was refused: it is shown again."""
    return typed.get(row.number) if whys.get(row.number) else None


@require_POST
@staff("cases.consignment.record")
def parcel_received(request: HttpRequest, number: str, parcel: UUID) -> HttpResponse:
    """Paper that the applicant sent has come; who signs for it is the acting person."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    file = casefile.look_again(principal, number)
    known = {one.pk for one in file.detail.consignments if one.direction == Consignment.Direction.IN}
    if parcel not in known:
        raise NotFound("consignment.not_found", "没有找到这件寄递")
    cases.receive_consignment(principal, parcel, received_by=principal.name)
    response = HttpResponseRedirect(f"{reverse('desk:window_case', args=[number])}?done=parcel#parcels")
    response.status_code = 303
    return response

"""The credit officer's desk: find somebody, read and explain, enter, repair, answer objections, see the pushes."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.faces import kept
from tongban.faces.access import staff
from tongban.faces.desk import credit as reading
from tongban.faces.desk.contacts import links, wrong_of
from tongban.faces.fields import FieldView
from tongban.faces.portal.answers import see_other
from tongban.ground import moment
from tongban.ground.errors import Conflict, Refusal, TongbanError
from tongban.ground.policy import Principal, allowed, may_ever
from tongban.registry.credit import dossiers, pushing, rules, selectors, services
from tongban.registry.credit.dossiers import Hit
from tongban.registry.credit.models import CreditObjection, CreditRecord
from tongban.registry.credit.selectors import RecordDetail
from tongban.registry.parties.services import record_view

PURPOSE = "信用管理"
DONE_WORDS = {
    "entered": "已录入",
    "repaired": "已修复：从今天起不再计分，不再公示",
    "answered": "已答复，已发消息给本人",
    "again": "已重新排队，下一批发出",
}


def _principal(request: HttpRequest) -> Principal:
    return request.principal  # type: ignore[attr-defined,no-any-return]


def _done(request: HttpRequest) -> str:
    return DONE_WORDS.get(request.GET.get("done", ""), "") if request.method == "GET" else ""


def _problems(fields: tuple[FieldView, ...], wrong: Mapping[str, str]) -> dict[str, Any]:
    """The error summary of these controls; what stands at none of them is told as a refusal of the act."""
    elsewhere = [told for name, told in wrong.items() if name not in {field.name for field in fields}]
    return {"field_problems": links(fields, {}), "act_problems": [{"sentence": told} for told in elsewhere]}


@staff("credit.record.view")
@require_safe
def credit(request: HttpRequest) -> HttpResponse:
    """The overview: find somebody, what waits for an answer, the records that the post may see."""
    return _overview(request)


@staff("credit.record.enter")
@require_POST
def credit_find(request: HttpRequest) -> HttpResponse:
    """Find somebody by number or name; one found by number opens. Posted, so that no number stands in an address."""
    text = request.POST.get("q", "").replace("\x00", "").strip()[:100]
    try:
        hits = dossiers.find(_principal(request), text)
    except Refusal as error:
        return _overview(request, text, error=error)
    if len(hits) == 1:
        return see_other(_party_url(hits[0]))
    return _overview(request, text, hits)


def _party_url(hit: Hit, name: str = "credit_party") -> str:
    return reverse(f"desk:{name}", args=[hit.party.kind, hit.party.id])


def _overview(
    request: HttpRequest, typed: str = "", hits: tuple[Hit, ...] | None = None, error: TongbanError | None = None
) -> HttpResponse:
    principal = _principal(request)
    wrong = wrong_of(error)
    against, kind = request.GET.get("against") == "1", request.GET.get("kind", "")
    may_find, may_answer = (may_ever(principal, f"credit.{key}") for key in ("record.enter", "objection.answer"))
    control = reading.find_field(typed, wrong)
    values = {
        "may_find": may_find,
        "may_answer": may_answer,
        "may_push": may_ever(principal, "credit.batch.view"),
        "find_field": control,
        "hits": hits,
        "page": selectors.records(principal, kind=kind, against=against, after=request.GET.get("after", "")),
        "counted": [(key, rules.KINDS[key], n) for key, n in selectors.counted(principal).items()],
        "kind": kind if kind in rules.KINDS else "",
        "against": against,
        "waiting": dossiers.with_due(selectors.open_objections(principal, limit=5)) if may_answer else (),
        "today": moment.today(),
        **_problems((control,), wrong),
    }
    return render(request, "desk/credit.html", values, status=error.status if error else 200)


# ---- somebody ------------------------------------------------------------------------------------------------------


@staff("credit.record.enter")
@require_safe
def credit_party(request: HttpRequest, kind: str, party: uuid.UUID) -> HttpResponse:
    """Somebody's grade line by line, everything on record, and what the grade means today. The look is on record."""
    principal = _principal(request)
    hit = dossiers.party_of(principal, kind, party)
    _note_look(principal, hit.party.person_id)
    values = {"dossier": dossiers.dossier_of(principal, hit), "hit": hit, "today": moment.today()}
    return render(request, "desk/credit_party.html", values)


def _note_look(principal: Principal, person_id: uuid.UUID | None) -> None:
    if person_id is not None:
        record_view(principal, [person_id], purpose=PURPOSE, what="credit")


@staff("credit.record.enter")
@require_http_methods(["GET", "POST"])
def credit_new(request: HttpRequest, kind: str, party: uuid.UUID) -> HttpResponse:
    """Enter what another authority says, or put somebody on a list; nothing typed is lost."""
    principal = _principal(request)
    hit = dossiers.party_of(principal, kind, party)
    form = reading.read_fact(request.POST if request.method == "POST" else kept.take(request))
    error: TongbanError | None = None
    if request.method == "POST":
        try:
            made = services.enter(principal, form.fact(principal, hit))
            return see_other(reverse("desk:credit_record", args=[made.id]) + "?done=entered")
        except (Refusal, Conflict) as refused:
            error = refused
    wrong = wrong_of(error)
    fields = reading.fact_fields(form, wrong)
    values = {"hit": hit, "fields": fields, "key": form.typed["key"], **_problems(fields, wrong)}
    return render(request, "desk/credit_new.html", values, status=error.status if error else 200)


# ---- one record ----------------------------------------------------------------------------------------------------


@staff("credit.record.view")
@require_http_methods(["GET", "POST"])
def credit_record(request: HttpRequest, record: uuid.UUID) -> HttpResponse:
    """One record. POST ``command``: repair, answer (an objection), push_again (what the platform sent back)."""
    principal = _principal(request)
    detail = selectors.record_of(principal, record)
    if request.method != "POST":
        _note_look(principal, detail.record.person_id)
        posted = kept.take(request)
        typed = reading.typed_of(posted, "reason", "basis", "verdict", "answer")
        return _record_page(request, detail, typed, command=posted.get("command", "") if posted else "")
    typed = reading.typed_of(request.POST, "reason", "basis", "verdict", "answer")
    command = request.POST.get("command", "")
    try:
        done = _carry_out(principal, detail, command, typed)
    except (Refusal, Conflict) as error:
        return _record_page(request, selectors.record_of(principal, record), typed, error, command)
    return see_other(reverse("desk:credit_record", args=[record]) + f"?done={done}")


def _carry_out(principal: Principal, detail: RecordDetail, command: str, typed: Mapping[str, str]) -> str:
    if command == "repair":
        services.repair(principal, detail.record.id, reason=typed["reason"], basis=typed["basis"])
        return "repaired"
    if command == "answer":
        waiting = next((one for one in detail.objections if one.state == CreditObjection.State.OPEN), None)
        if waiting is None:
            raise Refusal("objection.answered", "这项异议已经答复过了", remedy="刷新页面，看最新状态")
        if typed["verdict"] not in ("upheld", "rejected"):
            raise Refusal("objection.verdict", "请选择核实结果", field="verdict")
        services.answer_objection(principal, waiting.id, upheld=typed["verdict"] == "upheld", answer=typed["answer"])
        return "answered"
    if command == "push_again":
        pushing.push_again(principal, detail.record.id)
        return "again"
    raise Refusal("desk.command", "没有看懂您要做哪一步", remedy="请按页面上的按钮办理")


def _record_page(
    request: HttpRequest,
    detail: RecordDetail,
    typed: Mapping[str, str],
    error: TongbanError | None = None,
    command: str = "",
) -> HttpResponse:
    principal = _principal(request)
    target = selectors.target_of(detail.record)
    wrong = wrong_of(error)
    may_repair = detail.repairable_from is not None and allowed(principal, "credit.record.repair", target)
    repair = reading.repair_fields(typed, wrong if command == "repair" else {}) if may_repair else ()
    lines = dossiers.with_due(detail.objections)
    may_answer = any(line.open for line in lines) and allowed(principal, "credit.objection.answer", target)
    answer = reading.answer_fields(typed, wrong if command == "answer" else {}) if may_answer else ()
    push = dossiers.push_of(detail.record.id)
    may_push = push is not None and allowed(principal, "credit.batch.view", target)
    values = {
        "detail": detail,
        "record": detail.record,
        "counts": _counts(detail),
        "uses": dossiers.uses_of(detail.grade.letter),
        "objections": lines,
        "repair": repair,
        "answer": answer,
        "push": push,
        "may_push": may_push,
        "party_url": _dossier_url(principal, detail.record),
        "today": moment.today(),
        "done_words": _done(request),
        **_problems((*repair, *answer), wrong),
    }
    return render(request, "desk/credit_record.html", values, status=error.status if error else 200)


def _counts(detail: RecordDetail) -> bool:
    (fact,) = selectors.facts_in([detail.record])
    return fact.counts_on(moment.today())


def _dossier_url(principal: Principal, record: CreditRecord) -> str:
    if not may_ever(principal, "credit.record.enter"):
        return ""
    kind = "organisation" if record.organisation_id else "person"
    return reverse("desk:credit_party", args=[kind, record.organisation_id or record.person_id])


# ---- lists ---------------------------------------------------------------------------------------------------------


@staff("credit.objection.answer")
@require_safe
def credit_objections(request: HttpRequest) -> HttpResponse:
    """Objections that wait, with the day by which each is to be answered, and those that are answered."""
    principal = _principal(request)
    values = {
        "waiting": dossiers.with_due(selectors.open_objections(principal)),
        "page": dossiers.answered(principal, after=request.GET.get("after", "")),
    }
    return render(request, "desk/credit_objections.html", values)


@staff("credit.batch.view")
@require_safe
def credit_pushes(request: HttpRequest) -> HttpResponse:
    """What goes to the credit platform: what waits, batches with their receipts, what was sent back and why."""
    principal = _principal(request)
    back = [p for p in pushing.rejected() if allowed(principal, "credit.batch.view", selectors.target_of(p.record))]
    values = {
        "backlog": pushing.backlog(),
        "batches": pushing.batches(),
        "rejected": back,
        "may_open": may_ever(principal, "credit.record.view"),
    }
    return render(request, "desk/credit_pushes.html", values)

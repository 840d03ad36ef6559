"""One case of mine: which step, how long, who, what I must do; its receipt; taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from tongban.faces import kept
from tongban.faces.access import signed_in
from tongban.faces.context import principal_of_request as principal_of
from tongban.faces.fields import ErrorLink
from tongban.faces.portal import forms_fields
from tongban.faces.portal.acts import table as acts
from tongban.faces.portal.answers import see_other
from tongban.faces.portal.going_on import going_on, todos
from tongban.ground.clock import Limit, Line
from tongban.ground.clock.limits import PAUSE_WORDS
from tongban.ground.documents.models import Document
from tongban.ground.errors import Refusal
from tongban.procedures.cases import selectors, services, wording
from tongban.procedures.cases.rules.state import DECISION_CLOCKS, ClockView
from tongban.procedures.cases.selectors import CaseDetail, ClockLine
from tongban.procedures.cases.services.consignments import COURIERS
from tongban.procedures.cases.timeline import timeline

_CLOCK_TITLES = {
    "correction": gettext_lazy("您补正的期限"),
    "supplement": gettext_lazy("您补充材料的期限"),
    "deferral": gettext_lazy("您补交材料的期限"),
    "rectification": gettext_lazy("您整改的期限"),
    "hearing_apply": gettext_lazy("您可以要求听证的期限"),
    "acceptance": gettext_lazy("核对材料的期限"),
    "record": gettext_lazy("备案的期限"),
    "promised": gettext_lazy("承诺办结的期限"),
    "statutory": gettext_lazy("法律规定的期限"),
    "joint": gettext_lazy("各部门一起办的总期限"),
    "special": gettext_lazy("特殊环节的期限"),
    "hearing_hold": gettext_lazy("举行听证的期限"),
    "delivery": gettext_lazy("送达结果的期限"),
}
"""Clocks that concern the applicant, in the order in which they are shown; their own come first."""
RECEIPT = "receipt"


@dataclass(frozen=True)
class ClockCard:
    """An open clock told line by line. ``left``: working days after today, negative when it is over.

    ``stopped_since`` and ``why`` while it stands still; ``left`` is then what is kept. ``binds``: of the decision's
    clocks the one whose day counts (C14).
    """

    kind: str
    title: str
    due_on: date | None
    left: int
    stopped_since: date | None
    why: str
    binds: bool
    limit: str
    basis: str
    started_on: date
    provisional: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class PaperLine:
    """An official paper of the case. ``note``: its number, or why it is not there yet."""

    document: Document
    ready: bool
    note: str


@signed_in
@require_http_methods(["GET", "POST"])
def my_case(request: HttpRequest, number: str) -> HttpResponse:
    """The case page; POST ``action=collect`` confirms that the result was received."""
    principal = principal_of(request)
    detail = selectors.case_of(principal, number)
    if request.method == "POST":
        if "deliver" in selectors.allowed_commands(principal, detail):
            services.deliver(principal, detail.case.id, mode="portal", received_by=principal.name)
        return see_other(reverse("portal:my_case", args=[number]) + "#papers")
    returned = kept.take(request)
    return page(request, detail, typed={name: returned.get(name, "") for name in returned} if returned else {})


def page(
    request: HttpRequest,
    detail: CaseDetail,
    *,
    typed: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a case, with what was typed into its message or waybill and what is wrong with it."""
    principal = principal_of(request)
    clocks = clock_cards(detail)
    errors = [ErrorLink(f"#{name}", sentence) for name, sentence in (wrong or {}).items()]
    values = {
        "detail": detail,
        "case": detail.case,
        "steps": timeline(detail),
        "notice": detail.open_notice,
        "commands": selectors.allowed_commands(principal, detail),
        "todos": todos(principal, detail),
        "matters": going_on(detail),
        "done_words": acts.done_words(request.GET.get("done", "")),
        "outcome_words": wording.outcome(detail.content.legal_regime, detail.case.outcome),
        "negative": bool(detail.case.outcome) and detail.case.outcome == detail.content.law.negative,
        "clocks": clocks,
        "headline": next((c for c in clocks if c.due_on and (c.binds or c.kind not in DECISION_CLOCKS)), None),
        "papers": papers_of(detail),
        "decision": detail.decision,
        "units": _units(detail),
        "couriers": COURIERS,
        "in_transit": detail.case.state not in ENDED,
        "typed": typed or {},
        "wrong": wrong or {},
        "errors": errors,
    }
    return render(request, "portal/my_case.html", values, status=status)


ENDED = ("closed", "withdrawn", "terminated", "transferred", "void", "not_accepted", "delivered")
"""States in which nothing is sent to us any more."""


def _units(detail: CaseDetail) -> tuple[tuple[int, str], ...]:
    """Departments that handle the case, the authority first: id and name."""
    content = detail.content
    found = {content.authority.id: content.authority.name}
    found |= {b.department_id: b.department_name for b in content.flow.branches if b.department_id not in found}
    return tuple(found.items())


def clock_cards(detail: CaseDetail) -> list[ClockCard]:
    """Open clocks that concern the applicant, with every line of the count."""
    pairs = list(zip(detail.state.open_clocks(), detail.clocks, strict=True))
    binding = detail.state.binding_due()
    return [_clock_card(view, line, binding) for kind in _CLOCK_TITLES for view, line in pairs if line.kind == kind]


def _clock_card(view: ClockView, clock: ClockLine, binding: date | None) -> ClockCard:
    limit = Limit(clock.limit_n, clock.limit_unit, clock.basis)  # type: ignore[arg-type]
    pause = wording.open_pause(view) if clock.state == "stopped" else None
    return ClockCard(
        kind=clock.kind,
        title=str(_CLOCK_TITLES[clock.kind]),
        due_on=clock.due_on,
        left=clock.left,
        stopped_since=pause.on if pause else None,
        why=PAUSE_WORDS.get(pause.kind, "") if pause else "",
        binds=clock.kind in DECISION_CLOCKS and clock.due_on is not None and clock.due_on == binding,
        limit=limit.words,
        basis=clock.basis,
        started_on=clock.started_on,
        provisional=clock.provisional,
        lines=clock.lines,
    )


def papers_of(detail: CaseDetail) -> list[PaperLine]:
    """The papers of the case, newest first."""
    return [_paper_line(document) for document in reversed(detail.documents)]


def _paper_line(document: Document) -> PaperLine:
    if document.state == Document.State.SEALED:
        return PaperLine(document, True, document.number)
    if document.state == Document.State.WAITING:
        return PaperLine(document, False, _("制作时遇到问题，工作人员正在处理"))
    return PaperLine(document, False, _("正在制作和盖章"))


@signed_in
@require_GET
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """Number, query password, what happens next. htmx asks for the paper alone until it is sealed."""
    detail = selectors.case_of(principal_of(request), number)
    document = next((d for d in detail.documents if d.kind == RECEIPT), None)
    line = _paper_line(document) if document else None
    values = {"case": detail.case, "detail": detail, "item": detail.content, "paper": line}
    if request.headers.get("HX-Request") == "true":
        return render(request, "portal/receipt_paper.html", values)
    values["clocks"] = {clock.kind: clock for clock in detail.clocks}
    return render(request, "portal/receipt.html", values)


@signed_in
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Ask whether the person is sure, then take the application back."""
    principal = principal_of(request)
    detail = selectors.case_of(principal, number)
    returned = kept.take(request) if request.method != "POST" else None
    reason = (returned or request.POST).get("reason", "").replace("\x00", "").strip()[:500]
    errors: list[ErrorLink] = []
    if request.method == "POST":
        try:
            services.withdraw(principal, detail.case.id, reason=reason)
        except Refusal as refusal:
            errors = [ErrorLink("#main", forms_fields.explain(refusal))]
        else:
            return see_other(reverse("portal:my_case", args=[number]))
    possible = "withdraw" in selectors.allowed_commands(principal, detail)
    values = {"detail": detail, "case": detail.case, "reason": reason, "possible": possible, "errors": errors}
    return render(request, "portal/my_withdraw.html", values, status=422 if errors else 200)

"""One case of mine: which step, how long, who, what I must do; its receipt; taking it back."""

from __future__ import annotations

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
from tongban.faces.portal.answers import see_other
from tongban.ground import calendar
from tongban.ground.clock import Limit, Line, due_date
from tongban.ground.documents.models import Document
from tongban.ground.errors import Refusal
from tongban.procedures.cases import selectors, services
from tongban.procedures.cases.selectors import CaseDetail, ClockLine
from tongban.procedures.cases.timeline import timeline

_CLOCK_TITLES = {
    "acceptance": gettext_lazy("核对材料的期限"),
    "correction": gettext_lazy("您补正的期限"),
    "promised": gettext_lazy("承诺办结的期限"),
    "statutory": gettext_lazy("法律规定的期限"),
    "delivery": gettext_lazy("送达结果的期限"),
}
_CLOCK_ORDER = ("correction", "acceptance", "promised", "statutory", "delivery")
RECEIPT = "receipt"


@dataclass(frozen=True)
class ClockCard:
    """A running clock told line by line. ``left``: working days after today, negative when it is over."""

    title: str
    due_on: date
    left: int
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
    values = {
        "detail": detail,
        "case": detail.case,
        "steps": timeline(detail),
        "notice": detail.open_notice,
        "commands": selectors.allowed_commands(principal, detail),
        "clocks": clock_cards(detail),
        "papers": papers_of(detail),
        "decision": detail.decision,
    }
    return render(request, "portal/my_case.html", values)


def clock_cards(detail: CaseDetail) -> list[ClockCard]:
    """Running clocks that concern the applicant, with every line of the count."""
    shown = [clock for kind in _CLOCK_ORDER for clock in detail.clocks if clock.kind == kind]
    return [_clock_card(clock) for clock in shown]


def _clock_card(clock: ClockLine) -> ClockCard:
    limit = Limit(clock.limit_n, clock.limit_unit, clock.basis)  # type: ignore[arg-type]
    counted = due_date(clock.started_on, limit, calendar.load())
    # A promise that the law's limit cuts short is told by its end alone: its own lines would lead to another day.
    lines = counted.lines if counted.due == clock.due_on else ()
    return ClockCard(
        title=str(_CLOCK_TITLES.get(clock.kind, clock.kind)),
        due_on=clock.due_on,
        left=clock.left,
        limit=limit.words,
        basis=clock.basis,
        started_on=clock.started_on,
        provisional=clock.provisional,
        lines=lines,
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

"""A paper as it would be printed, without number and seal: typeset in the web process, nothing is stored.

:func:`preview_command` runs the pure rule of any act and typesets the paper that the act would make; what law or policy
refuses is refused here with the same sentence. :func:`preview_decision` also takes words that are not complete yet.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.apps import apps
from django.db.models import Model

from tongban.ground import moment
from tongban.ground.changes import Change, Insert, NextNumber, Update
from tongban.ground.documents.models import Document
from tongban.ground.documents.typesetting import render
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.policy import Principal
from tongban.procedures.cases import rules, selectors
from tongban.procedures.cases.acting import setting_of
from tongban.procedures.cases.models import CorrectionNotice, Decision, Proceeding
from tongban.procedures.cases.papers_data import paper_data
from tongban.procedures.cases.rules import parts
from tongban.procedures.cases.rules.paper_kinds import result_paper, title_of
from tongban.procedures.cases.rules.state import CaseState, ClockView
from tongban.procedures.cases.selectors import CaseDetail

SLIPS = ("materials_return_list", "handover_list")
UNNUMBERED = "（预览，未编号、未盖章）"
_LISTED = (Decision, Proceeding, CorrectionNotice, Document)


def preview_decision(
    principal: Principal,
    case_id: uuid.UUID,
    *,
    outcome: str,
    facts: str = "",
    reasons: str = "",
    basis: Sequence[Mapping[str, str]] = (),
) -> bytes:
    """The PDF of the decision that these words would make.

    :raises Refusal: no outcome chosen, or the acting post does not decide this case. :raises MissingGlyph: see there.
    """
    detail = selectors.case_of(principal, case_id, record=False)
    content = detail.content
    parts.require_state(detail.state, "in_review")
    parts.require(principal, "cases.case.decide", detail.state, "decide")
    try:
        kind = result_paper(content.legal_regime, outcome, content.kind)
    except KeyError as error:
        raise Refusal("decision.outcome", "请先选择决定的结果，再看预览", field="outcome") from error
    cited = list(basis) or [{"instrument": b.instrument, "article": b.article} for b in content.legal_basis]
    detail.decision = Decision(outcome=outcome, facts=facts, reasons=reasons, basis=cited, decided_at=moment.now())
    document = Document(
        kind=kind,
        number=UNNUMBERED,
        title=title_of(kind),
        authority_id=content.authority.id,
        created_at=moment.now(),
    )
    return render(kind, paper_data(detail, document))


def preview_command(
    principal: Principal, case_id: uuid.UUID, command: Callable[[CaseState], object] | object, kind: str = ""
) -> bytes:
    """The PDF of the paper that an act would make; nothing is written.

    :param command: any command of ``rules.commands``, or a function that builds it from the state.
    :param kind: which paper, when the act makes several; the first one when left out.
    :raises Refusal: whatever the act itself would be refused for; ``preview.none`` when it makes no such paper.
    """
    detail = selectors.case_of(principal, case_id, record=False)
    setting = setting_of(principal, detail.content)
    asked = command(detail.state) if callable(command) else command
    outcome = rules.decide(detail.state, asked, setting)
    rows = [_row(change) for change in outcome.changes if isinstance(change, Insert)]
    documents = [row for row in rows if isinstance(row, Document) and kind in ("", row.kind)]
    if not documents or documents[0].kind == "licence":
        raise Refusal("preview.none", "这一步没有可以预览的文书", remedy="直接办理即可")
    drafted = _as_after(detail, outcome.changes, [row for row in rows if row is not None])
    return render(documents[0].kind, paper_data(detail, documents[0], drafted))


def try_command(principal: Principal, detail: CaseDetail, command: Callable[[CaseState], object] | object) -> None:
    """Raise whatever the act itself would be refused for now; nothing is written."""
    asked = command(detail.state) if callable(command) else command
    rules.decide(detail.state, asked, setting_of(principal, detail.content))


def print_slip(principal: Principal, case_id: uuid.UUID, kind: str) -> bytes:
    """A list that staff hand over with materials, made when somebody asks for it: no number, no seal, not stored.

    :param kind: one of :data:`SLIPS`.
    :raises NotFound: not staff, or not a case of theirs.
    """
    detail = selectors.case_of(principal, case_id, record=False)
    if kind not in SLIPS or not principal.is_staff:
        raise NotFound("paper.not_found", "没有找到这份单据")
    authority = detail.content.authority.id
    document = Document(kind=kind, title=title_of(kind), authority_id=authority, created_at=moment.now())
    return render(kind, paper_data(detail, document))


def _row(change: Insert) -> Model | None:
    """The unsaved row of an insert that papers read; others are left out."""
    model = apps.get_model(change.model)
    if model not in _LISTED:
        return None
    row: Model = model(**{name: _value(value) for name, value in change.values.items()})
    return row


def _value(value: Any) -> Any:
    return UNNUMBERED if isinstance(value, NextNumber) else value


def _as_after(detail: CaseDetail, changes: Iterable[Change], rows: Sequence[Model]) -> tuple[Proceeding, ...]:
    """Let the case in memory look as after the act; gives the proceedings that the act writes."""
    drafted = [row for row in rows if isinstance(row, Proceeding)]
    for row in rows:
        if isinstance(row, Decision):
            detail.decision = row
        elif isinstance(row, CorrectionNotice):
            detail.notices = [*detail.notices, row]
        elif isinstance(row, Document):
            detail.documents = [*detail.documents, row]
    for change in changes:
        if isinstance(change, Update) and change.model == "cases.Case":
            _set(detail.case, change.values)
        elif isinstance(change, Update) and change.model == "cases.Proceeding":
            stored = Proceeding.objects.get(**change.key)
            _set(stored, change.values)
            drafted.append(stored)
    started = [_clock(c.values) for c in changes if isinstance(c, Insert) and c.model == "work.ClockRow"]
    detail.state = replace(detail.state, clocks=(*detail.state.clocks, *started))
    return tuple(drafted)


def _set(row: Model, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _clock(values: Mapping[str, Any]) -> ClockView:
    """The view of a clock that the act would start, as far as papers read it."""
    return ClockView(
        values["id"],
        values["kind"],
        values["key"],
        values["state"],
        values["due_on"],
        values["provisional"],
        values["history"],
    )

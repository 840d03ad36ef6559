"""A decision as it would be printed, without number and seal: typeset in the web process, nothing is stored."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from tongban.ground import moment
from tongban.ground.documents.models import Document
from tongban.ground.documents.typesetting import render
from tongban.ground.errors import Refusal
from tongban.ground.policy import Principal
from tongban.procedures.cases import selectors
from tongban.procedures.cases.models import Decision
from tongban.procedures.cases.papers_data import paper_data
from tongban.procedures.cases.rules import parts

KINDS = {"granted": "decision_grant", "refused": "decision_refuse"}
UNNUMBERED = "（预览，未编号、未盖章）"


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
    parts.require_state(detail.state, "in_review")
    parts.require(principal, "cases.case.decide", detail.state, "decide")
    if outcome not in KINDS:
        raise Refusal("decision.outcome", "请先选择准予或不予许可，再看预览", field="outcome")
    cited = list(basis) or [{"instrument": b.instrument, "article": b.article} for b in detail.content.legal_basis]
    detail.decision = Decision(outcome=outcome, facts=facts, reasons=reasons, basis=cited, decided_at=moment.now())
    kind = KINDS[outcome]
    document = Document(
        kind=kind,
        number=UNNUMBERED,
        title=parts.PAPERS[kind][0],
        authority_id=detail.content.authority.id,
        created_at=moment.now(),
    )
    return render(kind, paper_data(detail, document))

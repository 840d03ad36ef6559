"""Which event leads to which state: one table for acts, replay and screens. Pure (glossary 8.2)."""

from __future__ import annotations

STATE_OF_EVENT: dict[str, str] = {
    "case.submitted": "submitted",
    "case.received": "received",
    "case.correction_requested": "correction_requested",
    "case.corrected": "received",
    "case.accepted": "accepted",
    "case.review_started": "in_review",
    "case.not_accepted": "not_accepted",
    "case.decided": "decided",
    "case.result_issued": "issued",
    "case.delivered": "delivered",
    "case.closed": "closed",
    "case.withdrawn": "withdrawn",
    "case.terminated": "terminated",
    "case.transferred": "transferred",
    "case.voided": "void",
}
"""Events that change the state by their kind alone."""

SAID_IN_BODY = ("case.suspended", "case.resumed", "case.step_completed")
"""They say it in their body (``state``), because a case is suspended only when every open branch is."""


def state_after(kind: str, body: dict[str, object], before: str) -> str:
    """The state after an event."""
    told = body.get("state") if kind in SAID_IN_BODY else None
    return str(told) if told else STATE_OF_EVENT.get(kind, before)

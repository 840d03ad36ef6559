"""Which events of a case are told outside, and in which body. Pure but for the words.

The names are those of the ledger: they never change. A body names the case and where it stands, never a person; who
wants more asks ``GET /cases/{number}``, where the policy decides and the read is on record (data minimisation).
"""

from __future__ import annotations

import json
from typing import Any, Final

from tongban.ground import moment
from tongban.ground.ledger.chain import Row

EVENTS: Final[dict[str, str]] = {
    "case.submitted": "提交申请",
    "case.received": "确认收件",
    "case.correction_requested": "一次性告知补正",
    "case.corrected": "已补正",
    "case.accepted": "受理",
    "case.not_accepted": "不予受理",
    "case.review_started": "开始审查",
    "case.step_completed": "办结一步审查",
    "case.supplement_requested": "要求补充",
    "case.supplemented": "已补充",
    "case.suspended": "特别程序开始",
    "case.resumed": "特别程序结束",
    "case.extended": "延长期限",
    "case.handed_over": "换岗办理",
    "case.decided": "作出决定",
    "case.result_issued": "结果已出",
    "case.delivered": "已送达",
    "case.closed": "办结",
    "case.withdrawn": "撤回",
    "case.terminated": "终止办理",
    "case.transferred": "移送",
    "case.voided": "作废",
}
TEST: Final = "webhook.tested"


def body_of(row: Row, *, number: str, item: str, state: str, state_words: str, outcome: str) -> str:
    """The JSON text of a message: it is signed and kept as it stands. ``sequence`` orders events of one case."""
    return _text(
        row.kind,
        moment.local(row.occurred_at).isoformat(),
        {
            "event_id": str(row.id),
            "sequence": row.seq,
            "number": number,
            "item": item,
            "state": state,
            "state_words": state_words,
            "outcome": outcome,
        },
    )


def test_body() -> str:
    """A message that only shows that the way is open."""
    return _text(TEST, moment.local(moment.now()).isoformat(), {})


def _text(kind: str, at: str, data: dict[str, Any]) -> str:
    return json.dumps({"type": kind, "timestamp": at, "data": data}, ensure_ascii=False)

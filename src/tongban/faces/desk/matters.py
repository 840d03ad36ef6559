"""What else goes on in a case, as staff read it: side matters, clocks with every line, who answers for which task."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tongban.faces.desk import deadlines
from tongban.ground.clock import Line
from tongban.ground.clock.limits import PAUSE_WORDS
from tongban.ground.documents.models import Document
from tongban.procedures.cases import wording
from tongban.procedures.cases.models import Proceeding
from tongban.procedures.cases.rules.aftercare import REASONS
from tongban.procedures.cases.rules.commitments import GRAVITIES
from tongban.procedures.cases.rules.proceedings import KINDS
from tongban.procedures.cases.rules.state import ClockView
from tongban.procedures.cases.selectors import CaseDetail, ClockLine
from tongban.procedures.cases.whole import Holders
from tongban.registry.catalog.reliefs import RELIEFS

_WORDS: tuple[tuple[str, str], ...] = (
    ("question", "征求的意见"),
    ("text", "答复"),
    ("name", "利害关系人"),
    ("interest", "涉及的利益"),
    ("statement", "陈述的意见"),
    ("place", "地点"),
    ("officer_name", "主持人"),
    ("asked_by", "要求听证的人"),
    ("words", "经过和结论"),
    ("minutes", "听证经过"),
    ("conclusion", "结论"),
    ("facts", "事实"),
    ("reasons", "理由"),
    ("waived", "没有举行的原因"),
    ("signed_by", "签名人"),
    ("approver", "批准人"),
    ("consent_by", "同意移送的人"),
    ("received_by", "等候领取的人"),
)
"""Words of a side matter that are shown, in this order."""


@dataclass(frozen=True)
class MatterBox:
    """A side matter. ``parts`` are (label, words); ``papers`` its official papers."""

    title: str
    of: str
    tone: str
    state: str
    result: str
    due_on: date | None
    opened_at: datetime
    closed_at: datetime | None
    who: str
    basis: str
    parts: tuple[tuple[str, str], ...]
    people: tuple[str, ...]
    papers: tuple[Document, ...]


@dataclass(frozen=True)
class ClockBox:
    """A clock. ``stopped_since`` and ``why`` while it stands still; ``lines`` say how its day was counted."""

    badge: deadlines.Badge
    of: str
    stopped_since: date | None
    why: str
    left: int
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Answering:
    """Who answers for an open task now."""

    task: str
    post: str
    holders: tuple[str, ...]
    due_at: deadlines.Badge | None = None


def matters_of(detail: CaseDetail) -> tuple[MatterBox, ...]:
    """Every side matter, what goes on first, then the newest."""
    rows = detail.proceedings
    names = detail.whole.staff
    papers = {str(d.id): d for d in detail.documents}
    boxes = [(r.state != "open", _matter(detail, r, names, papers)) for r in reversed(rows)]
    return tuple(box for _closed, box in sorted(boxes, key=lambda pair: pair[0]))


def _matter(
    detail: CaseDetail, row: Proceeding, names: Mapping[uuid.UUID, str], papers: Mapping[str, Document]
) -> MatterBox:
    words: dict[str, Any] = json.loads(row.record or "{}")
    tone, state = wording.matter_state(row.state)
    ids = dict.fromkeys([str(row.notice_id), *map(str, (row.data.get("papers") or {}).values())])
    return MatterBox(
        KINDS.get(row.kind, row.kind),
        _of(detail, row),
        tone,
        state,
        wording.matter_result(row.result),
        row.due_on if row.state == "open" else None,
        row.opened_at,
        row.closed_at,
        names.get(row.opened_by, "") if row.opened_by else "",
        row.basis,
        _parts(row, words),
        tuple(words.get("people") or words.get("participants") or ()),
        tuple(papers[key] for key in ids if key in papers),
    )


def _of(detail: CaseDetail, row: Proceeding) -> str:
    """Which part of the case, material or unit it is about."""
    if material := detail.content.material(row.key):
        return material.name
    return next((b.name for b in detail.state.branches if b.key == row.branch_key), "")


def _parts(row: Proceeding, words: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    found = [("原因", row.reason)] if row.reason else []
    found += [(label, str(words[key])) for key, label in _WORDS if words.get(key)]
    found += [(str(name), str(text)) for name, text in (words.get("opinions") or {}).items()]
    found += [(i["name"], f"{i['fault']}；{i['remedy']}") for i in words.get("items") or ()]
    if held := row.data.get("held_at") or row.data.get("held_on"):
        found.append(("进行时间", str(held).replace("T", " ")[:16]))
    if days := row.data.get("days"):
        found.append(("延长", f"{days} 个工作日，原到期 {row.data.get('from_due')}，现到期 {row.data.get('new_due')}"))
    found += _data_parts(row)
    if row.kind == "deferral":
        found.append(("补交期限", "领取结果时" if row.data.get("due_rule") == "at_pickup" else "到期日前"))
    return tuple(found)


def _data_parts(row: Proceeding) -> list[tuple[str, str]]:
    """What stands in the data of a side matter: reliefs, what is awaited, why it is checked."""
    data = row.data
    if row.kind == "relief":
        words = "、".join(RELIEFS.get(one, one) for one in data.get("reliefs", ()))
        return [("信用等级", f"{data.get('grade', '')}（规则 {data.get('rule', '')}）"), ("激励", words)]
    if row.kind == "prerequisite":
        return [("等待", str(data.get("name", "")))]
    if row.kind == "after_check":
        return [("来由", REASONS.get(row.key, row.key))]
    return [("轻重", GRAVITIES.get(str(data["gravity"]), ""))] if data.get("gravity") else []


def clocks_of(detail: CaseDetail) -> tuple[ClockBox, ...]:
    """Open clocks with every line of their count, those that run first, the nearest due first."""
    boxes = [_clock(detail, view, line) for view, line in zip(detail.state.open_clocks(), detail.clocks, strict=True)]
    return tuple(sorted(boxes, key=lambda box: box.badge.due_on or deadlines.FAR))


def _clock(detail: CaseDetail, view: ClockView, line: ClockLine) -> ClockBox:
    badge = deadlines.of_clock(line.kind, line.state, line.due_on, line.basis, provisional=line.provisional)
    pause = wording.open_pause(view) if line.state == "stopped" else None
    why = "，".join(part for part in (PAUSE_WORDS.get(pause.kind, pause.kind), pause.basis) if part) if pause else ""
    return ClockBox(badge, _clock_of(detail, view), pause.on if pause else None, why, line.left, line.lines)


def _clock_of(detail: CaseDetail, view: ClockView) -> str:
    """Which branch or side matter a clock belongs to."""
    for branch in detail.state.branches:
        if branch.key == view.key:
            return branch.name
    matter = next((p for p in detail.state.proceedings if str(p.id) == view.key), None)
    return KINDS.get(matter.kind, "") if matter else ""


def answering(detail: CaseDetail) -> tuple[Answering, ...]:
    """Open tasks with their post and who holds it today."""
    posts, nobody = detail.whole.posts, Holders("", ())
    found = ((task.name, posts.get(task.post_id, nobody)) for task in detail.state.open_tasks())
    return tuple(Answering(name, holders.post, holders.names) for name, holders in found)

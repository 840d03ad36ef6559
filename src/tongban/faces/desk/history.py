"""Who did what in a case, as staff see it: tasks done, opinions, notices, the decision, the delivery. Newest first."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from tongban.faces.desk.worklist import VERDICT_WORDS
from tongban.procedures.cases import wording
from tongban.procedures.cases.models import Opinion
from tongban.procedures.cases.selectors import CaseDetail

_CHANNELS = {"window": "在窗口提交", "api": "通过单位系统提交", "portal": "网上提交"}


@dataclass(frozen=True)
class Point:
    """A review point with what was found."""

    words: str
    ok: bool


@dataclass(frozen=True)
class Entry:
    """One thing that somebody did; ``text`` and ``points`` are internal."""

    at: datetime
    title: str
    who: str
    text: str = ""
    points: tuple[Point, ...] = ()
    against: bool = False


def of_case(detail: CaseDetail) -> tuple[Entry, ...]:
    """Everything that happened, newest first."""
    case = detail.case
    names = detail.whole.staff
    entries = [Entry(case.submitted_at, _CHANNELS.get(case.channel, "提交"), case.applicant_label)]
    entries += _notices(detail, names)
    if case.accepted_at and case.state != "not_accepted":
        who = names.get(case.accepted_by, "") if case.accepted_by else ""
        entries.append(Entry(case.accepted_at, "受理", f"{detail.content.flow.acceptance_post_name} {who}".strip()))
    entries += [_opinion(o) for o in detail.opinions]
    entries += _decision(detail)
    entries += [
        Entry(proof.at, VERDICT_WORDS.get(proof.mode, "送达"), proof.received_by or case.applicant_label)
        for proof in detail.proofs
    ]
    return tuple(sorted(entries, key=lambda entry: entry.at, reverse=True))


def _notices(detail: CaseDetail, names: dict[uuid.UUID, str]) -> list[Entry]:
    found = []
    for notice in detail.notices:
        faults = "；".join(f"{item['name']}：{item['fault']}" for item in notice.items)
        post = f"{detail.content.flow.acceptance_post_name} {names.get(notice.issued_by, '')}".strip()
        found.append(Entry(notice.issued_at, f"一次性告知补正（{len(notice.items)} 处）", post, faults))
        if notice.answered_at:
            found.append(Entry(notice.answered_at, "提交补正", detail.case.applicant_label))
    return found


def _opinion(opinion: Opinion) -> Entry:
    verdict = VERDICT_WORDS.get(opinion.verdict, opinion.verdict)
    points = tuple(Point(p["point"], bool(p["ok"])) for p in opinion.points)
    who = f"{opinion.department_name} {opinion.staff_name}"
    title = f"{opinion.step_name}：{verdict}"
    return Entry(opinion.given_at, title, who, opinion.text, points, opinion.verdict == "object")


def _decision(detail: CaseDetail) -> list[Entry]:
    decision = detail.decision
    if decision is None:
        return []
    words = wording.outcome(detail.content.legal_regime, decision.outcome)
    text = "；".join(part for part in (decision.facts, decision.reasons) if part)
    against = decision.outcome != detail.content.law.positive
    return [Entry(decision.decided_at, words, decision.staff_name, text, against=against)]

"""Papers of the review: extension, special steps, site check, hearing, interested parties, supplements, opinions."""

from __future__ import annotations

from typing import Any

from tongban.procedures.cases.papers_data import laws
from tongban.procedures.cases.papers_data.common import (
    applicant_name,
    iso,
    materials_rows,
    moment_words,
    signer,
    to_applicant_only,
)
from tongban.procedures.cases.papers_data.source import Source, Told
from tongban.procedures.cases.rules.proceedings import KINDS
from tongban.procedures.cases.rules.specials import RESULTS
from tongban.registry.catalog.checklists import duration
from tongban.registry.catalog.special_steps import SPECIAL_STEPS

_STATUTORY = ("statutory", "joint")


def extension(source: Source) -> dict[str, Any]:
    """延长办理期限告知书: how long, until when, why, who approved (行政许可法 art. 42; the item's own rule first)."""
    row = source.proceeding("extension")
    joint = bool(row.data.get("joint"))
    own_rule = source.content.extension
    if own_rule is not None:
        bases = laws.words(own_rule.basis)
    elif laws.licensing(source.content):
        bases = [{"instrument": laws.LICENSING_LAW, "article": "第四十二条第二款" if joint else "第四十二条第一款"}]
    else:
        bases = laws.own(source.content)
    return {
        "bases": bases,
        "original_due": row.get("from_due"),
        "new_due": row.get("new_due") or iso(row.row.due_on),
        "extended_by": f"{row.get('days', 0)} 个工作日",
        "approver": ("本级人民政府负责人" if joint else "本机关负责人") + _in_brackets(row.get("approver")),
        "reason": row.row.reason,
    }


def _in_brackets(name: str) -> str:
    return f"（{name}）" if name else ""


def special_step(source: Source) -> dict[str, Any]:
    """特别程序所需时间告知书: which step, how long, what it does to the clocks (行政许可法 art. 45)."""
    row = source.proceeding(*SPECIAL_STEPS)
    law = source.content.regime
    by_law = laws.licensing(source.content) and law is not None and row.row.kind in law.lawful_stops
    return {
        "bases": [{"instrument": laws.LICENSING_LAW, "article": "第四十五条"}] if by_law else laws.words(row.row.basis),
        "step": KINDS[row.row.kind],
        "step_basis": row.row.basis,
        "from_on": row.get("held_on") or iso(row.row.opened_at),
        "time": _time(row),
        "until_on": row.get("until_on") or iso(row.row.due_on),
        "done_by": "、".join(row.get("people", [])),
        "place": row.get("place"),
        "reason": row.row.reason,
        "effect": effect(row),
    }


def _time(row: Told) -> str:
    n = row.get("limit_n", 0)
    return duration(int(n), str(row.get("limit_unit", "working_day"))) if n else "见预计结束日期"


def effect(row: Told) -> str:
    """What a step does to the time limits, in words: from the clocks that it stops."""
    stops = row.data.get("stops") or ()
    statutory, promised = any(kind in stops for kind in _STATUTORY), "promised" in stops
    name = KINDS[row.row.kind]
    if statutory and promised:
        return f"{name}所需时间不计算在法定办理期限和承诺办理期限内。"
    if statutory:
        return f"{name}所需时间不计算在法定办理期限内。"
    if promised:
        return f"{name}所需时间不计算在承诺办理期限内，法定办理期限照常计算。"
    return f"{name}期间，办理期限照常计算。"


def site_check_notice(source: Source) -> dict[str, Any]:
    """现场勘验通知书: when, where, which two officials."""
    row = source.proceeding("site_check")
    return {
        "bases": laws.notice_basis("site_check_notice", source.content),
        "at": moment_words(str(row.get("held_on") or iso(row.row.opened_at))),
        "place": row.get("place"),
        "content": row.row.reason,
        "people": _people(row),
        "effect": effect(row),
    }


def _people(row: Told) -> list[dict[str, str]]:
    """Names as ``姓名（单位或职务）``: apart."""
    found = []
    for text in row.get("people", []):
        name, _, rest = str(text).partition("（")
        found.append({"name": name, "role": rest.rstrip("）")})
    return found


def site_check_record(source: Source) -> dict[str, Any]:
    """现场勘验记录: what was found, signed by two officials and the applicant."""
    row = source.proceeding("site_check")
    people = _people(row)
    signers = [signer("勘验人员", one["name"]) for one in people]
    return {
        "bases": laws.notice_basis("site_check_record", source.content),
        "at": moment_words(str(row.get("held_on") or iso(row.row.closed_at or row.row.opened_at))),
        "place": row.get("place"),
        "people": people,
        "findings": row.get("words"),
        "conclusion": _conclusion(row),
        "signers": [*signers, signer("申请人（在场人）")],
    }


def _conclusion(row: Told) -> str:
    """The result of a step in words; a result that is words already stays."""
    result = row.row.result or str(row.get("result"))
    return RESULTS.get(result, result) + ("。" if result else "")


def expert_review(source: Source) -> dict[str, Any]:
    """专家评审意见: the outside experts, what they found, dissent."""
    row = source.proceeding("expert_review")
    people = _people(row)
    return {
        "at": moment_words(str(row.get("held_on") or iso(row.row.closed_at or row.row.opened_at))),
        "place": row.get("place"),
        "experts": [{"name": one["name"], "unit": one["role"]} for one in people],
        "findings": row.get("words"),
        "conclusion": _conclusion(row),
        "dissent": row.get("dissent"),
        "signers": [signer("评审专家", one["name"]) for one in people],
    }


def joint_meeting(source: Source) -> dict[str, Any]:
    """联合会商纪要: each department's view, what was agreed (APR-07)."""
    row = source.proceeding("joint_meeting")
    opinions = row.get("opinions", {})
    chair = row.get("chair") or source.staff_name(row.row.opened_by)
    return {
        "at": moment_words(str(row.get("held_on") or iso(row.row.opened_at))),
        "place": row.get("place"),
        "chair": chair,
        "departments": [{"department": name, "opinion": words} for name, words in opinions.items()],
        "conclusion": row.get("conclusion"),
        "signers": [signer("主持人", chair), *(signer(name) for name in opinions)],
    }


def hearing_right(source: Source) -> dict[str, Any]:
    """听证权利告知书: five working days to ask (行政许可法 art. 47)."""
    row = source.proceeding("hearing_right")
    authority = source.content.authority
    return {
        "bases": laws.notice_basis("hearing_right_notice", source.content),
        "apply_by": iso(row.row.due_on),
        "apply_at": "，".join(part for part in (authority.name, authority.address, authority.phone) if part),
        "reason": row.row.reason,
    }


def hearing_notice(source: Source) -> dict[str, Any]:
    """听证通知书: time and place seven working days before, who presides (行政许可法 art. 48)."""
    row = source.proceeding("hearing", "hearing_right")
    return {
        "bases": laws.notice_basis("hearing_notice", source.content),
        **_hearing(row),
        "subject": row.row.reason,
    }


def _hearing(row: Told) -> dict[str, Any]:
    return {
        "at": moment_words(str(row.get("held_at"))),
        "place": row.get("place"),
        "openness": "不公开举行" if row.data.get("public") is False else "公开举行",
        "chair": row.get("officer_name"),
    }


def hearing_record(source: Source) -> dict[str, Any]:
    """听证笔录: who took part, what was said, to be signed; the decision rests on it."""
    row = source.proceeding("hearing", "hearing_right")
    names = [str(one) for one in row.get("participants", [])]
    minutes = [line for line in str(row.get("minutes")).split("\n") if line.strip()]
    return {
        "bases": laws.notice_basis("hearing_record", source.content),
        **_hearing(row),
        "participants": [_participant(name) for name in names],
        "statements": [_statement(line) for line in minutes],
        "signers": [signer("听证主持人", row.get("officer_name")), *(_sign(name) for name in names)],
    }


def _participant(text: str) -> dict[str, str]:
    """``申请人：张三`` -> role and name; a bare name is a participant."""
    role, separator, name = text.partition("：")
    return {"role": role, "name": name} if separator else {"role": "参加人", "name": text}


def _sign(text: str) -> dict[str, str]:
    one = _participant(text)
    return signer(one["role"], one["name"])


def _statement(line: str) -> dict[str, str]:
    who, separator, words = line.partition("：")
    return {"who": who, "words": words} if separator else {"who": "记录", "words": line}


def interested_party(source: Source) -> dict[str, Any]:
    """利害关系人告知书: goes to a third person, who learns the applicant's name but no identifier."""
    row = source.proceeding("interested_party")
    authority = source.content.authority
    return {
        "bases": laws.notice_basis("interested_party_notice", source.content),
        "addressee": row.get("name"),
        "applicant": applicant_name(source.detail),
        "interest": row.get("interest"),
        "reply_by": iso(row.row.due_on),
        "reply_at": "，".join(part for part in (authority.name, authority.address, authority.phone) if part),
        "hearing": bool(row.data.get("hearing")),
    }


def supplement(source: Source) -> dict[str, Any]:
    """补充材料通知书: only listed materials; the statutory clock runs on."""
    row = source.proceeding("supplement")
    items = row.get("items", [])
    return {
        "items": [{"name": item["name"], "reason": _why(item)} for item in items],
        "due_on": iso(row.row.due_on),
        "reason": row.row.reason,
    }


def _why(item: dict[str, str]) -> str:
    return "；".join(part.rstrip("。；") for part in (item.get("fault", ""), item.get("remedy", "")) if part)


def opinion_request(source: Source) -> dict[str, Any]:
    """征求意见函: another unit is asked; it learns the applicant's name but no identifier."""
    row = source.proceeding("opinion")
    return {
        "addressee": row.get("department_name"),
        "question": row.get("question") or row.row.reason,
        "due_on": iso(row.row.due_on),
        "materials": materials_rows(source.detail),
        "effect": effect(row) if row.data.get("stops") else "征求意见期间，办理期限照常计算。",
    }


FOR_OTHERS = frozenset({"interested_party_notice", "opinion_request"})
"""Papers that go to somebody else than the applicant: without identifiers."""


def without_identifiers(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """The rows of the parties that such a paper may show."""
    return to_applicant_only(data) if kind in FOR_OTHERS else {}

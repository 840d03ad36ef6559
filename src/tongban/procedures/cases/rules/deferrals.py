"""Acceptance with deferred material (容缺受理): chosen by the applicant, settled later, or lapsed. Pure.

NTC-06, 07: one missing *secondary* material each, named by the published version; the review goes on, the result is
withheld until it has come; due when the result is collected, or by a date. When the term passes the result stays
withheld, and only a person ends the case. Bad credit keeps from it where the item's published rule says so; good credit
may let more secondary materials follow (NTC-14).
"""

from __future__ import annotations

from datetime import date

from tongban.ground.changes import Change, Insert, Outcome, Update
from tongban.ground.errors import Refusal
from tongban.procedures.cases.rules import acceptance, clocking, crediting, gaps, intake, parts, proceedings
from tongban.procedures.cases.rules.clocking import ClockStep
from tongban.procedures.cases.rules.commands import AcceptWithDeferral, LapseDeferral, SettleDeferral
from tongban.procedures.cases.rules.crediting import Taken
from tongban.procedures.cases.rules.review import open_branches
from tongban.procedures.cases.rules.state import CaseState, ProceedingView, Setting
from tongban.registry.catalog.version import DeferralRule

SETTLED_IN = ("accepted", "in_review", "suspended", "decided", "issued")


# ---- the acceptance ------------------------------------------------------------------------------------------------


def accept_with_deferral(state: CaseState, command: AcceptWithDeferral, setting: Setting) -> Outcome:
    """Accepted although secondary materials are missing; the notice lists them, the applicant signs the letter."""
    parts.require_state(state, "submitted", "received")
    parts.require(setting.principal, "cases.case.accept_with_deferral", state, "accept")
    if not setting.content.law.separate_acceptance:
        raise Refusal("deferral.no_acceptance", "这类事项没有受理环节，不能容缺受理", remedy="一次性告知需要补正的材料")
    crediting.require_not_excluded(command.standing, "容缺受理", setting)
    taken = crediting.take(state, command.standing, command.reliefs, setting)
    rules = _deferrable(state, command, taken, setting)
    on, mode = acceptance.accepted_on(state, setting)
    what = acceptance.begun(state, setting, "deemed" if mode == "deemed" else "deferred", on)
    notice = parts.paper("deferral_acceptance", state.id, setting)
    letter = parts.paper("deferral_letter", state.id, setting)
    rows, terms = _opened(state, command, rules, notice, on, setting)
    steps = (*what.steps, *terms)
    changes: list[Change] = [
        Update("cases.Case", {"id": state.id}, what.values),
        *rows,
        *crediting.row(state, taken, setting),
        *gaps.filled(state, rules, setting, "deferred"),
        *gaps.filled(state, taken.waived, setting, "waived"),
        *clocking.react(state, steps, setting),
        notice,
        letter,
        *acceptance.intake_ended(state, setting, "accepted"),
        *acceptance.qualified(state, setting),
        *open_branches(state, setting, what.due_at, taken.branches),
    ]
    body = {
        "mode": what.values["acceptance_mode"],
        "accepted_on": on,
        "points": list(command.points),
        "due": what.dues,
        "deferred": {row.values["key"]: row.values["id"] for row in rows},
        "documents": [notice.values["id"], letter.values["id"]],
        **taken.told(),
    }
    accepted = clocking.event("case.accepted", body, steps)
    return Outcome((accepted, acceptance.review_started(setting, taken.branches)), tuple(changes))


def _deferrable(
    state: CaseState, command: AcceptWithDeferral, taken: Taken, setting: Setting
) -> dict[str, DeferralRule]:
    """The rule of each deferred material; raises unless all of them may be deferred and nothing else is missing."""
    if not command.chosen_by_applicant or not command.signed_by.strip():
        raise Refusal(
            "deferral.not_chosen",
            "容缺受理要由申请人自己选择，并在容缺承诺书上签名",
            field="signed_by",
            remedy="向申请人说明补交期限和后果；不选择容缺的，一次性告知补正",
        )
    missing = [code for code in gaps.outstanding(state) if code not in taken.waived]
    wanted = tuple(dict.fromkeys(command.materials))
    if not wanted or any(code not in missing for code in wanted):
        raise Refusal(
            "deferral.not_missing", "请选择现在欠缺的材料", field="materials", remedy="已经交了的材料不用再容缺"
        )
    rules: dict[str, DeferralRule] = {}
    for code in wanted:
        rule = _rule_of(code, taken, setting)
        if rule is None:
            raise Refusal(
                "deferral.essential",
                f"「{gaps.names_of([code], setting)}」不在公布的可容缺材料里，不能容缺",
                field="materials",
                remedy="主要材料要当场补上，或者一次性告知补正",
            )
        rules[code] = rule
    if left := [code for code in missing if code not in rules]:
        raise Refusal(
            "materials.outstanding",
            f"还缺没有选择容缺的材料：{gaps.names_of(left, setting)}",
            field="materials",
            remedy="一并选择容缺，或者当场补上",
        )
    return rules


def _rule_of(code: str, taken: Taken, setting: Setting) -> DeferralRule | None:
    """The published rule of a secondary material, or what good credit lets follow; None: it may not be deferred."""
    material = setting.content.material(code)
    if material is None or material.essential:
        return None
    return material.deferral or crediting.later_rule(setting.content, code, taken)


def _opened(
    state: CaseState,
    command: AcceptWithDeferral,
    rules: dict[str, DeferralRule],
    notice: Insert,
    on: date,
    setting: Setting,
) -> tuple[list[Insert], list[ClockStep]]:
    """One side matter a material; those with a term of their own get a clock (no card: it is the applicant's)."""
    rows, steps = [], []
    for code, rule in rules.items():
        dated = rule.due_rule == "by_date" and rule.limit is not None
        due = parts.due_on(rule.limit, on, setting) if dated and rule.limit else None
        row = proceedings.opened(
            state,
            setting,
            "deferral",
            key=code,
            basis=rule.basis,
            record={"signed_by": command.signed_by.strip()},
            data={"due_rule": "by_date" if dated else "at_pickup"},
            due_on=due,
            notice_id=notice.values["id"],
        )
        rows.append(row)
        if dated and rule.limit:
            steps.append(clocking.start("deferral", rule.limit, on, key=str(row.values["id"]), at=setting.at))
    return rows, steps


# ---- afterwards ----------------------------------------------------------------------------------------------------


def settle_deferral(state: CaseState, command: SettleDeferral, setting: Setting) -> Outcome:
    """The deferred materials are handed in: by the applicant, or at the counter where the result is collected.

    What comes after the term still settles the matter as long as nobody has ended the case (``late``).
    """
    parts.require_state(state, *SETTLED_IN)
    parts.require(setting.principal, "cases.deferral.settle", state)
    waiting = {p.key: p for p in state.proceedings if p.kind == "deferral" and p.state in ("open", "lapsed")}
    given = {g.code: g for g in command.materials}
    if not given:
        raise Refusal("deferral.empty", "请上传容缺的材料", field="materials")
    if extra := [code for code in given if code not in waiting]:
        raise Refusal("deferral.not_deferred", "这份材料没有容缺，不用补交", field=f"material-{extra[0]}")
    settled = [waiting[code] for code in given]
    late = [p.key for p in settled if _is_late(p, setting)]
    steps = _settled_steps(state, settled, setting)
    changes: list[Change] = [
        *(
            proceedings.closed(p, setting, result="late" if p.key in late else "settled", data=_paper_data(command))
            for p in settled
        ),
        *(
            Update("cases.CaseMaterial", {"id": m.id}, {"state": "replaced"})
            for m in state.materials
            if m.code in given
        ),
        *(intake.material(state, g, state.round) for g in command.materials),
        *clocking.react(state, steps, setting),
    ]
    body = {
        "proceedings": [p.id for p in settled],
        "materials": {g.code: [str(f) for f in g.files] for g in command.materials},
        "late": late,
        "left": [code for code in waiting if code not in given],
    }
    return Outcome((clocking.event("case.deferral_settled", body, steps),), tuple(changes))


def _paper_data(command: SettleDeferral) -> dict[str, str]:
    return {"settled_by": str(command.account_id)}


def _is_late(matter: ProceedingView, setting: Setting) -> bool:
    return matter.state == "lapsed" or (matter.due_on is not None and setting.today > matter.due_on)


def _settled_steps(state: CaseState, settled: list[ProceedingView], setting: Setting) -> tuple[ClockStep, ...]:
    """Each matter's own clock ends, and the delivery that waited for it runs on (C16)."""
    steps: list[ClockStep] = []
    for matter in settled:
        steps.extend(clocking.stop(state, setting, "deferral", key=str(matter.id)))
        steps.extend(clocking.resume(state, setting, str(matter.id)))
    return tuple(steps)


def lapse_deferral(state: CaseState, command: LapseDeferral, setting: Setting) -> Outcome:
    """The clock acts: the term has passed. The result stays withheld; to end the case needs a person and a rule."""
    parts.require(setting.principal, "cases.case.deem", state)
    parts.require_state(state, *SETTLED_IN)
    matter = proceedings.open_one(state, command.proceeding_id, "deferral")
    if matter.due_on is None or setting.today <= matter.due_on:
        raise Refusal("deferral.in_time", "补交期限还没有过")
    steps = clocking.stop(state, setting, "deferral", key=str(matter.id))
    changes = (
        proceedings.closed(matter, setting, state="lapsed", result="lapsed"),
        *clocking.react(state, steps, setting),
    )
    body = {"proceeding_id": matter.id, "material": matter.key, "due_on": matter.due_on}
    return Outcome((clocking.event("case.deferral_lapsed", body, steps),), changes)

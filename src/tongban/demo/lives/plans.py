"""What happens next in a case and when: read from the case as it stands and from its fate. Nothing is done here.

The same plan drives the history and the city that lives on in the background, so a case that was left open goes on the
way it began. Chance is drawn from the case's own number and standing: asked twice, it answers the same.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tongban.demo import names
from tongban.demo.lives.fates import Fate
from tongban.ground import moment
from tongban.ground.calendars import selectors as calendars
from tongban.procedures.cases.rules.result import holds_issue
from tongban.procedures.cases.rules.state import CaseState, ProceedingView, TaskView
from tongban.registry.catalog.special_steps import SPECIAL_STEPS
from tongban.registry.catalog.version import SpecialStepRule, VersionContent

ALWAYS: dict[str, tuple[str, ...]] = {
    names.ENTERTAINMENT_SLUG: ("publicity",),
    names.ALLOWANCE_SLUG: ("publicity",),
    names.DISABILITY_SLUG: ("publicity",),
    names.SUBSIDY_SLUG: ("publicity",),
    names.AWARD_SLUG: ("expert_review", "publicity"),
}
"""Special steps that these items take every time."""
LASTS = {"site_check": (1, 2), "expert_review": (3, 8), "testing": (5, 9), "referral": (4, 10)}
"""How many working days a special step takes; a publicity lasts its whole term."""
PATIENCE = timedelta(days=18)
"""How long somebody who decides waits for what must come before, and then refuses while there is still time."""
WAITED_FOR = ("supplement", "opinion", "interested_party", "hearing_right", "dispute")


@dataclass(frozen=True)
class Deed:
    """Something that somebody will do: when, what (a function of ``deeds``), about which task, matter or word."""

    at: datetime
    name: str
    key: str = ""


@dataclass(frozen=True)
class Seen:
    """A case as its people see it. ``last`` is when somebody last did something about it."""

    state: CaseState
    content: VersionContent
    fate: Fate
    last: datetime
    parcel: tuple[uuid.UUID, datetime] | None = None
    """The result on its way by courier, and when it was sent."""

    def chance(self, name: str) -> random.Random:
        """Chance of one question about the case as it stands."""
        case = self.state
        standing = f"{case.number}:{case.state}:{case.round}:{len(case.tasks)}:{len(case.proceedings)}:{name}"
        return random.Random(standing)  # noqa: S311 - a story, not a secret

    def office(self, name: str, days: float = 0.0, after: datetime | None = None) -> datetime:
        """A moment in office hours some working days on."""
        return office_time(after or self.last, self.chance(name), days=days)

    def later(self, name: str, low: float, high: float) -> datetime:
        """Some days on in the applicant's own pace, at any waking hour."""
        days = self.chance(name).uniform(low, high) * self.fate.late
        return awake(self.last + timedelta(days=days), self.chance(name))

    def had(self, *kinds: str) -> bool:
        """Whether the case has, or had, a side matter of one of these kinds."""
        return any(p.kind in kinds for p in self.state.proceedings)


def office_time(after: datetime, chance: random.Random, *, days: float = 0.0) -> datetime:
    """A moment in office hours, at least ``days`` working days after ``after``."""
    working = calendars.current()
    local = moment.local(after)
    day = local.date()
    if whole := int(days):
        day = working.add_working_days(day, whole)
    elif not working.is_working_day(day) or local.time() > time(17, 0):
        day = working.next_working_day(day + timedelta(days=1))
    minutes = chance.randint(0, 209) if chance.random() < 0.5 else chance.randint(300, 539)
    found = datetime.combine(day, time(8, 30), moment.SHANGHAI) + timedelta(minutes=minutes)
    return found if found > after else after + timedelta(minutes=chance.randint(6, 50))


def awake(at: datetime, chance: random.Random) -> datetime:
    """The same moment, or the morning after when people sleep."""
    local = moment.local(at)
    if 7 <= local.hour < 23:
        return at
    day = local.date() + timedelta(days=1 if local.hour >= 23 else 0)
    return datetime.combine(day, time(7), moment.SHANGHAI) + timedelta(minutes=chance.randint(5, 240))


def plan(seen: Seen) -> Deed | None:
    """The next deed, the earliest that somebody means to do; ``None``: nobody does anything any more."""
    return min(_candidates(seen), key=lambda deed: deed.at, default=None)


def _candidates(seen: Seen) -> Iterator[Deed]:
    state = seen.state.state
    if state in ("submitted", "received"):
        yield from _intake(seen)
    elif state == "correction_requested":
        yield from _correction(seen)
    elif state in ("in_review", "suspended"):
        yield from _review(seen)
        yield from _deferrals(seen)
    elif state == "decided":
        yield from _deferrals(seen)
        if not holds_issue(seen.state):
            minutes = 15 if seen.content.case_type == "instant" else 60
            yield Deed(seen.last + timedelta(minutes=minutes), "look")
    elif state == "issued":
        yield from _delivery(seen)
    if state in ("decided", "issued", "delivered", "closed"):
        yield from _promise(seen)


# ---- intake --------------------------------------------------------------------------------------------------------


def _intake(seen: Seen) -> Iterator[Deed]:
    fate, case = seen.fate, seen.state
    if fate.rests == "accept":
        return
    if fate.intake == "silent" and case.corrections == 0:
        yield Deed(seen.last + timedelta(days=11), "look")
    elif fate.intake == "withdrawn":
        yield Deed(seen.later("withdraw", 0.1, 1.2), "withdraw")
    else:
        yield Deed(_received(seen), _first_act(seen))


def _received(seen: Seen) -> datetime:
    """At a window within the half hour, online on one of the next working days."""
    if seen.state.channel == "window":
        return seen.last + timedelta(minutes=seen.chance("counter").randint(6, 24))
    at_once = seen.content.case_type == "instant" or seen.content.law.positive == "recorded"
    days = 0 if at_once or seen.fate.brisk else seen.chance("accept").choice((0, 0, 1, 1, 1, 2))
    return seen.office("accept", days)


def _first_act(seen: Seen) -> str:
    road, case = seen.fate.intake, seen.state
    told = bool(case.notices)
    if road in ("refused", "void", "moved", "defer", "promise") and not told:
        return {"refused": "refuse_acceptance", "void": "void_entry", "moved": "move", "defer": "accept_deferred"}.get(
            road, "accept_promise"
        )
    gap = any(p.kind == "gap" for p in case.open_proceedings())
    faulty = road in ("notice", "lapsed", "demand") or seen.fate.rests == "correct"
    if not told and (gap or (faulty and case.materials)):
        return "notify"
    if road == "demand" and told:
        return "demand_more"
    if road == "spot" and not seen.had("spot_correction") and case.materials:
        return "mend_on_the_spot"
    if seen.content.law.positive == "recorded":
        return "record"
    return "decide_at_once" if seen.content.case_type == "instant" else "accept"


def _correction(seen: Seen) -> Iterator[Deed]:
    if seen.fate.rests == "correct":
        return
    notice = seen.state.open_notice()
    if seen.fate.intake == "lapsed" and notice is not None:
        yield Deed(seen.office("lapse", 1, _evening(notice.due_on)), "refuse_uncorrected")
    else:
        yield Deed(seen.later("correct", 0.3, 4.0), "correct")


def _evening(day: date) -> datetime:
    return datetime.combine(day, time(18), moment.SHANGHAI)


# ---- review --------------------------------------------------------------------------------------------------------


def _review(seen: Seen) -> Iterator[Deed]:
    open_matters = seen.state.open_proceedings()
    specials = [p for p in open_matters if p.kind in SPECIAL_STEPS and p.kind != "hearing"]
    if seen.fate.rests != "special":
        yield from (_special_over(seen, one) for one in specials)
    yield from _hearing(seen)
    if any(p.kind in WAITED_FOR for p in open_matters):
        yield from _awaited(seen)
        return
    if seen.state.state == "suspended":
        return
    held = {p.branch_key for p in specials}
    tasks = [t for t in seen.state.open_tasks("handle", "examine") if t.branch_key not in held and "" not in held]
    if tasks:
        yield _step(seen, tasks)
    elif not seen.state.open_tasks("handle", "examine"):
        yield from _decision(seen)


def _special_over(seen: Seen, matter: ProceedingView) -> Deed:
    if matter.kind == "publicity" and matter.due_on is not None:
        last = datetime.combine(matter.due_on, time(16, 10), moment.SHANGHAI)
        return Deed(last + timedelta(minutes=seen.chance("publicity").randint(0, 60)), "end_special", str(matter.id))
    days = seen.chance(matter.kind).randint(*LASTS.get(matter.kind, (1, 3)))
    return Deed(seen.office(matter.kind, days, matter.opened_at), "end_special", str(matter.id))


def _hearing(seen: Seen) -> Iterator[Deed]:
    for matter in seen.state.open_proceedings("hearing"):
        held_at = matter.data.get("held_at")
        if held_at:
            yield Deed(datetime.fromisoformat(held_at) + timedelta(hours=2), "hold_hearing", str(matter.id))
        else:
            yield Deed(seen.office("schedule", 1), "schedule_hearing", str(matter.id))


def _awaited(seen: Seen) -> Iterator[Deed]:
    """What must come before the review goes on: from the applicant, another unit, a third person, the manager."""
    for matter in seen.state.open_proceedings(*WAITED_FOR):
        key = str(matter.id)
        if matter.kind == "supplement":
            yield Deed(seen.later("supplement", 0.5, 4.0), "supplement", key)
        elif matter.kind == "opinion" and seen.fate.rests != "opinion":
            yield Deed(seen.office("opinion", seen.chance("opinion").choice((1, 1, 2, 3))), "give_opinion", key)
        elif matter.kind == "interested_party":
            yield Deed(seen.office("party", seen.chance("party").choice((2, 3, 4))), "hear_party", key)
        elif matter.kind == "dispute":
            yield Deed(seen.office("dispute", 1), "rule_dispute", key)
        elif matter.kind == "hearing_right":
            if seen.fate.review == "hearing":
                yield Deed(seen.later("ask", 0.5, 2.0), "ask_hearing", key)
            else:
                over = _evening(matter.due_on) if matter.due_on else seen.last
                yield Deed(seen.office("waive", 1, over), "waive_hearing", key)


def _step(seen: Seen, tasks: list[TaskView]) -> Deed:
    """Before somebody gives an opinion, the road may turn; a step takes as long as the authority usually does."""
    task = seen.chance("step").choice(tasks)
    rests = [t for t in tasks if f"{t.branch_key}.{t.step_key}" == seen.fate.rests]
    if rests and len(tasks) == 1:
        return Deed(datetime.max.replace(tzinfo=moment.SHANGHAI), "look")
    task = next((t for t in tasks if t not in rests), task)
    turn = _turn(seen, task)
    if turn:
        return turn
    days = 1.0 if seen.fate.brisk else seen.chance("pace").choice((0, 1, 1, 1, 2)) * seen.fate.pace
    return Deed(seen.office("step", days), "give_step", str(task.id))


_TURNS = {
    "supplement": ("ask_supplement", "supplement"),
    "opinion": ("ask_opinion", "opinion"),
    "meeting": ("meet", "joint_meeting"),
    "extend": ("extend", "extension"),
    "hearing": ("tell_hearing", "hearing_right"),
    "told": ("tell_hearing", "hearing_right"),
    "party": ("tell_party", "interested_party"),
    "dispute": ("raise_dispute", "dispute"),
    "hand_over": ("hand_over", "hand_over"),
}
"""Road -> the deed that enters it, and the side matter by which one sees that it was entered."""


def _turn(seen: Seen, task: TaskView) -> Deed | None:
    """The road's own deed, when it has not been done yet and this is the place for it."""
    road = seen.fate.review
    rule = _special(seen, task)
    if rule is not None:
        return Deed(
            seen.office(f"special {rule.kind}", seen.chance("special").choice((0, 1))), "begin_special", rule.kind
        )
    entered = _TURNS.get(road)
    if entered and not seen.had(entered[1]) and (road != "dispute" or seen.state.materials):
        return Deed(seen.office(road, 1), entered[0], str(task.id))
    if road in ("terminate", "transfer") and not seen.fate.rests:
        return Deed(seen.office(road, 2), road)
    if road == "withdrawn" and not seen.fate.rests:
        return Deed(seen.later("withdraw", 0.5, 2.0), "withdraw")
    return None


def _special(seen: Seen, task: TaskView) -> SpecialStepRule | None:
    """The next special step of the task's branch that this case is to take."""
    always = ALWAYS.get(seen.content.slug, ())
    for rule in seen.content.flow.special_steps:
        if rule.kind == "hearing" or rule.branch_key not in ("", task.branch_key) or seen.had(rule.kind):
            continue
        if rule.kind in always or (seen.fate.review == "special" and not _has_special(seen)):
            return rule
    return None


def _has_special(seen: Seen) -> bool:
    return seen.had(*SPECIAL_STEPS)


def _decision(seen: Seen) -> Iterator[Deed]:
    task = next(iter(seen.state.open_tasks("decide")), None)
    if task is None or seen.fate.rests == "decide":
        return
    if any(seen.last < matter.opened_at + PATIENCE for matter in seen.state.open_proceedings("prerequisite")):
        yield Deed(seen.office("await", 2), "look")
        return
    promised = seen.state.open_proceedings("commitment") and not seen.state.branches
    days = 0 if promised else seen.chance("decide").choice((0, 0, 1, 1)) * min(seen.fate.pace, 2.0)
    yield Deed(seen.office("decide", days), "decide", str(task.id))


# ---- afterwards ----------------------------------------------------------------------------------------------------


def _deferrals(seen: Seen) -> Iterator[Deed]:
    for matter in seen.state.open_proceedings("deferral"):
        days = seen.chance(matter.key).uniform(1.5, 4.5) * seen.fate.late
        at = awake(matter.opened_at + timedelta(days=days), seen.chance(matter.key))
        yield Deed(at, "settle", matter.key)


def _delivery(seen: Seen) -> Iterator[Deed]:
    yield from _deferrals(seen)
    if seen.fate.rests == "deliver" or seen.state.open_proceedings("deferral"):
        return
    wanted = seen.state.delivery_mode
    mode = wanted if wanted in ("counter", "post") else "portal"
    if seen.fate.delivery == "left_behind":
        mode = "left_behind"
    if seen.content.case_type == "instant" and mode in ("portal", "counter"):
        minutes = timedelta(minutes=seen.chance(mode).randint(3, 40))
        yield Deed(seen.last + minutes, "open_result" if mode == "portal" else "hand_out", mode)
    elif mode == "portal":
        hours = seen.chance("portal").choice((1, 3, 8, 20, 30, 90, 200)) * seen.fate.late
        yield Deed(awake(seen.last + timedelta(hours=hours), seen.chance("portal")), "open_result")
    elif mode == "post":
        if seen.parcel is None:
            yield Deed(seen.office("send", seen.chance("send").choice((0, 1))), "send_result")
        else:
            key, sent_at = seen.parcel
            on_its_way = seen.chance("courier").choice((1, 1, 2, 3))
            yield Deed(seen.office("courier", on_its_way, sent_at), "parcel_arrives", str(key))
    else:
        days = {"counter": (0, 0, 1, 3, 6), "left_behind": (3, 4)}[mode]
        yield Deed(seen.office(mode, seen.chance(mode).choice(days)), "hand_out", mode)


def _promise(seen: Seen) -> Iterator[Deed]:
    """The check of what was promised, and what follows when it was not kept."""
    decided = seen.state.decided_at or seen.last
    if seen.fate.rests == "check":
        return
    for matter in seen.state.open_proceedings("commitment"):
        if seen.state.open_tasks("commitment_check"):
            days = seen.chance("check").randint(4, 16)
            yield Deed(seen.office("check", days, decided), "check_promise", str(matter.id))
    for breach in seen.state.open_proceedings("breach"):
        key = str(breach.id)
        if not breach.data.get("ordered_on"):
            yield Deed(seen.office("order", 1), "order_rectification", key)
        elif seen.fate.check == "annulled":
            over = _evening(breach.due_on) if breach.due_on else seen.last
            yield Deed(seen.office("annul", 2, over), "conclude_breach", key)
        elif not breach.data.get("defended_on"):
            yield Deed(seen.later("defend", 1.0, 4.0), "defend", key)
        else:
            yield Deed(seen.office("rectified", 2), "conclude_breach", key)

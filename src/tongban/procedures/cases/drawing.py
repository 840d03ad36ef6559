"""The daily draw of decided cases for checks afterwards, and its readers (NTC-15).

A day is drawn once its seal exists: the hash of the day's last root is the seed. Each drawn case gets a task at the
regulator's post. Everything that took part stands in the draw, so that anybody can repeat it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from importlib import resources
from typing import Final

from django.db import transaction

from tongban.ground import moment
from tongban.ground.calendars.regions import lineage
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.ids import least_of
from tongban.ground.ledger.models import Event, LedgerSeal
from tongban.ground.parameters import selectors as parameters
from tongban.ground.policy import Principal, may_ever
from tongban.procedures.cases import services
from tongban.procedures.cases.models import Case, CheckDraw, DrawnCase
from tongban.procedures.cases.rules import sampling
from tongban.procedures.cases.rules.sampling import Chance, SampleRule
from tongban.procedures.cases.standing import party_of
from tongban.registry.catalog import selectors as catalog
from tongban.registry.credit import selectors as credit

RULE: Final = "cases.sampling_rule"
"""Parameter: the rule of a region as one object of ``data/sampling_rules.json``."""
MOST_DAYS: Final = 60
"""How far back a day may be drawn that nobody drew (the jobs stood still)."""
ORDERED_FOR: Final = timedelta(days=2)


@lru_cache(maxsize=1)
def shipped() -> tuple[SampleRule, ...]:
    """The rules that ship with the house, the oldest first."""
    text = resources.files("tongban.procedures.cases").joinpath("data/sampling_rules.json").read_text(encoding="utf-8")
    return sampling.from_json(json.loads(text))


def rule_in_force(region_no: int, on: date) -> SampleRule | None:
    """The rule of a place on a day: the parameter of the region or its nearest ancestor, else the shipped one."""
    own = parameters.find([RULE], lineage(region_no), on).get(RULE)
    return sampling.rule_of(on, shipped() if own is None else sampling.from_json([own.value]))


def draw_due() -> list[date]:
    """Draw every sealed day that has not been drawn; gives the days."""
    first = moment.today() - timedelta(days=MOST_DAYS)
    drawn = set(CheckDraw.objects.filter(day__gte=first).values_list("day", flat=True))
    sealed = LedgerSeal.objects.filter(day__gte=first, day__lt=moment.today()).order_by("day")
    done = [seal.day for seal in sealed.select_related("root") if seal.day not in drawn and draw(seal) is not None]
    fresh = CheckDraw.objects.filter(drawn_at__gte=moment.now() - ORDERED_FOR, drawn__gt=0)
    for day in fresh.values_list("day", flat=True):
        _order(day)  # once more for a run that was cut off: a case is ordered once
    return done


@dataclass(frozen=True, slots=True)
class _Candidate:
    case: Case
    chance: Chance


def draw(seal: LedgerSeal) -> CheckDraw | None:
    """Draw one day; None when it was drawn before. Checks are ordered by :func:`draw_due` afterwards."""
    day, seed = seal.day, bytes(seal.root.hash).hex()
    with transaction.atomic():
        if CheckDraw.objects.filter(day=day).exists():
            return None
        found = list(_candidates(day))
        rules = {c.case.region_no: rule_in_force(c.case.region_no, day) for c in found}
        versions = sorted({rule.version for rule in rules.values() if rule}) or [shipped()[-1].version]
        used = [rule for rule in rules.values() if rule]
        rates = {rule.version: {"rates": rule.rates, "single_post": rule.single_post} for rule in used}
        rows = [_row(c, seed) for c in found]
        made = CheckDraw.objects.create(
            day=day,
            seed=seed,
            rule="、".join(versions)[:20],
            rates=json.loads(json.dumps(rates)),
            population=len(rows),
            drawn=sum(row.drawn for row in rows),
            drawn_at=moment.now(),
        )
        for row in rows:
            row.draw = made
        DrawnCase.objects.bulk_create(rows)
    return made


def _row(one: _Candidate, seed: str) -> DrawnCase:
    number, rate = one.case.number, one.chance.rate
    return DrawnCase(
        case=one.case,
        number=number,
        group=one.chance.group,
        rate=rate,
        ticket=sampling.ticket(seed, number),
        drawn=sampling.is_drawn(seed, number, rate),
    )


def _candidates(day: date) -> Iterator[_Candidate]:
    """Positive decisions of a day that have a chance; what was postponed is checked anyway and takes no part."""
    start = datetime.combine(day, time(), moment.SHANGHAI)
    events = Event.objects.filter(
        id__gte=least_of(start), id__lt=least_of(start + timedelta(days=1)), kind="case.decided", subject_kind="case"
    )
    bodies = {row.subject_id: row.body for row in events.order_by("id")}
    cases = Case.objects.filter(id__in=bodies).select_related("version").defer("version__content").order_by("number")
    for case in cases:
        body = bodies[case.id]
        content = catalog.content(case.version_id)
        if body.get("outcome") != content.law.positive or body.get("after_check"):
            continue
        rule = rule_in_force(case.region_no, day)
        alone = content.separation_level == "single_post" and case.acceptance_mode == "instant"
        if rule is None or not (content.risk_level or alone):
            continue
        found = sampling.chance(rule, content.risk_level, _grade(case, content.risk_level, day), single_post=alone)
        if found is not None:
            yield _Candidate(case, found)


def _grade(case: Case, risk: str, day: date) -> str:
    """The applicant's grade on the day of the decision; nobody's is looked up where the item has no risk level."""
    if not risk:
        return ""
    party = party_of(case.applicant_person_id, case.applicant_organisation_id)
    return credit.grade_of(party, case.region_no, day).letter


def _order(day: date) -> None:
    """A task for each case that was drawn; one that cannot be checked any more is left with its draw."""
    for row in DrawnCase.objects.filter(draw_id=day, drawn=True):
        reason = "single_post" if row.group == sampling.SINGLE_POST else "draw"
        try:
            services.draw_for_check(row.case_id, reason=reason, drawn_on=day.isoformat())
        except Refusal as refusal:
            if refusal.code not in ("after_check.drawn", "case.wrong_state", "after_check.not_granted"):
                raise


# ---- readers -------------------------------------------------------------------------------------------------------


def draws(limit: int = 30) -> tuple[CheckDraw, ...]:
    """The newest draws; one query. Seed, rule and counts are public."""
    return tuple(CheckDraw.objects.order_by("-day")[:limit])


def drawn_cases(principal: Principal, day: date) -> tuple[CheckDraw, tuple[DrawnCase, ...]]:
    """A draw with everything that took part in it, for who may see reports; two queries.

    :raises NotFound: there was no draw of that day, or it is not the principal's to see.
    """
    found = CheckDraw.objects.filter(day=day).first()
    if found is None or not may_ever(principal, "indicators.report.view"):
        raise NotFound("draw.not_found", "没有这一天的抽取记录")
    return found, tuple(found.cases.order_by("number"))

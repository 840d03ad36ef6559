"""Readers of what is public about decided cases: a list by key, a case's own page, and numbers out of the roll-ups.

Nothing here depends on who asks. A case of a closed regime does not exist for the public.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final

from django.db.models import Q, QuerySet, Sum

from tongban.ground import moment
from tongban.ground.documents.models import Document
from tongban.ground.errors import NotFound
from tongban.ground.paging import Page
from tongban.insight.indicators.models import CaseFigure, DayFigure
from tongban.insight.indicators.selectors import Period
from tongban.insight.publicity import rules
from tongban.insight.publicity.rules import Applicant, PublicityRule
from tongban.procedures.cases import wording
from tongban.registry.catalog.models import ItemVersion
from tongban.registry.catalog.selectors import publication_stamp
from tongban.registry.licences.models import Licence

DECISION_PAPERS: Final = ("decision_grant", "renewal_decision", "change_decision")
_REGIME: Final = "case__version__content__legal_regime"
_COLUMNS: Final = (
    "case_id",
    "case__number",
    "case__title",
    "department_id",
    "department__name",
    "option_id",
    "option__slug",
    "outcome",
    "submitted_on",
    "accepted_on",
    "decided_on",
    "used_days",
    "promised_days",
    "statutory_days",
    "case__applicant_label",
    "case__applicant_organisation__uscc",
    _REGIME,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which results: ids of a department and an option, days of the decision, ``rules.POSITIVE`` or ``NEGATIVE``."""

    department_id: int | None = None
    option_id: int | None = None
    period: Period | None = None
    result: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One decided case as the public reads it. Days used, promised and statutory are working days."""

    case_id: uuid.UUID
    number: str
    title: str
    department_id: int
    department: str
    option_id: int
    slug: str
    regime: str
    outcome: str
    words: str
    submitted_on: date
    accepted_on: date | None
    decided_on: date
    used: int | None
    promised: int | None
    statutory: int | None
    applicant: Applicant


@dataclass(frozen=True, slots=True)
class PublicLicence:
    """A licence that came of the case: what the law on licence publicity lets everybody see."""

    name: str
    number: str
    valid_from: date | None
    valid_until: date | None
    state: str


@dataclass(frozen=True, slots=True)
class PublicCase:
    """A decided case's own page. ``document``: the number of the written decision of a licence, else empty."""

    result: Result
    document: str
    licences: tuple[PublicLicence, ...]


def rule_today() -> PublicityRule:
    """The rule in force."""
    return rules.rule_in_force(rules.shipped(), moment.today())


def results(asked: Asked, *, after: str = "", limit: int = 20) -> Page[Result]:
    """Public results, the newest decision first; one query, and one that is kept until something is published.

    :param after: ``next`` of the page before. :raises NotFound: no such place in the list.
    """
    rows = _rows(asked)
    if after:
        day, key = _place(after)
        rows = rows.filter(Q(decided_on__lte=day), Q(decided_on__lt=day) | Q(case_id__lt=key))
    found = list(rows.order_by("-decided_on", "-case_id").values(*_COLUMNS)[: limit + 1])
    rule = rule_today()
    items = tuple(_result(row, rule) for row in found[:limit])
    more = len(found) > limit
    return Page(items, f"{items[-1].decided_on.isoformat()}_{items[-1].case_id}" if more else "")


def every_result(asked: Asked, *, block: int = 500) -> Iterator[Result]:
    """All results of what is asked, block by block, for a file."""
    after = ""
    while True:
        page = results(asked, after=after, limit=block)
        yield from page.items
        if not page.next:
            return
        after = page.next


def number_of(asked: Asked) -> int:
    """How many results stand behind what is asked, out of the roll-up by day; one query, never a count of cases."""
    rows = DayFigure.objects.exclude(option_id__in=closed_options(publication_stamp()))
    if asked.period is not None:
        rows = rows.filter(day__range=asked.period.days)
    if asked.department_id is not None:
        rows = rows.filter(department_id=asked.department_id)
    if asked.option_id is not None:
        rows = rows.filter(option_id=asked.option_id)
    sums = rows.aggregate(positive=Sum("granted"), negative=Sum("refused"))
    wanted = (asked.result,) if asked.result else (rules.POSITIVE, rules.NEGATIVE)
    return sum(sums[name] or 0 for name in wanted)


def public_case(number: str) -> PublicCase:
    """What is public of one case; three queries.

    :raises NotFound: no such case, nothing decided yet, or its regime is closed; nobody learns which.
    """
    row = _rows(Asked()).filter(case__number=number).values(*_COLUMNS).first()
    if row is None:
        raise NotFound("publicity.case", "没有公开这个编号的办理结果。核对编号；自己的办件请到“查进度”查看")
    result = _result(row, rule_today())
    if result.regime != "licensing" or result.outcome != "granted":
        return PublicCase(result, "", ())
    kinds = Document.objects.filter(subject_kind="case", subject_id=result.case_id, kind__in=DECISION_PAPERS)
    document = kinds.exclude(number="").order_by("-id").values_list("number", flat=True).first()
    licences = Licence.objects.filter(case_id=result.case_id).exclude(state=Licence.State.PREPARED)
    found = licences.select_related("type").order_by("-version")
    return PublicCase(
        result,
        document or "",
        tuple(
            PublicLicence(one.type.name, one.licence_number, one.valid_from, one.valid_until, one.state)
            for one in found
        ),
    )


@lru_cache(maxsize=4)
def closed_options(stamp: str) -> tuple[int, ...]:
    """Options of which any version ever stood under a closed regime; kept by the stamp of publications."""
    rule = rule_today()
    pairs = ItemVersion.objects.values_list("option_id", "content__legal_regime").distinct().order_by()
    return tuple(sorted({option for option, regime in pairs if not rule.is_open(str(regime))}))


def month_of(text: str) -> Period | None:
    """The days of ``2026-11``; None of anything else."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    following = (first + timedelta(days=31)).replace(day=1)
    return Period(first, following - timedelta(days=1))


def months_before(today: date, count: int) -> tuple[str, ...]:
    """This month and those before it, as ``2026-11``."""
    found, day = [], today.replace(day=1)
    for _turn in range(count):
        found.append(f"{day:%Y-%m}")
        day = (day - timedelta(days=1)).replace(day=1)
    return tuple(found)


def _rows(asked: Asked) -> QuerySet[CaseFigure]:
    wanted = rules.OUTCOMES.get(asked.result) or (*rules.OUTCOMES[rules.POSITIVE], *rules.OUTCOMES[rules.NEGATIVE])
    rows = CaseFigure.objects.filter(decided_on__isnull=False, outcome__in=wanted)
    if closed := closed_options(publication_stamp()):
        rows = rows.exclude(option_id__in=closed)
    if asked.period is not None:
        rows = rows.filter(decided_on__range=asked.period.days)
    if asked.department_id is not None:
        rows = rows.filter(department_id=asked.department_id)
    if asked.option_id is not None:
        rows = rows.filter(option_id=asked.option_id)
    return rows


def _result(row: dict[str, Any], rule: PublicityRule) -> Result:
    uscc = row["case__applicant_organisation__uscc"] or ""
    regime, outcome = str(row[_REGIME]), str(row["outcome"])
    label = str(row["case__applicant_label"])
    who = rules.applicant(rule, regime, outcome, label=label, organisation=bool(uscc), uscc=uscc)
    return Result(
        row["case_id"],
        row["case__number"],
        row["case__title"],
        row["department_id"],
        row["department__name"],
        row["option_id"],
        row["option__slug"],
        regime,
        outcome,
        wording.outcome(regime, outcome),
        row["submitted_on"],
        row["accepted_on"],
        row["decided_on"],
        row["used_days"],
        row["promised_days"],
        row["statutory_days"],
        who,
    )


def _place(key: str) -> tuple[date, uuid.UUID]:
    day, _, case = key.partition("_")
    try:
        return date.fromisoformat(day), uuid.UUID(case)
    except ValueError:
        raise NotFound("page.key", "翻页的位置不对，回到列表第一页再翻") from None

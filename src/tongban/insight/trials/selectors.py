"""Readers of the trial run: its span, the old system's list, our cases of that time, the comparison of the two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet

from tongban.ground import moment
from tongban.ground.calendars.selectors import calendar_of
from tongban.ground.errors import Refusal
from tongban.ground.parameters.models import Parameter
from tongban.insight.trials import rules
from tongban.insight.trials.models import TrialCase, TrialList
from tongban.insight.trials.reading import plain
from tongban.insight.trials.rules import Comparison, Side
from tongban.procedures.cases.models import Case, CaseState
from tongban.registry.catalog.models import HandlingOption

SPAN = "trial_run.span"
"""Parameter of a region: ``{"start": "2026-12-01", "months": 3}``."""
DEFAULT_MONTHS = 3
MOST_CASES = 30_000
"""Cases of ours that one comparison takes."""
_OURS = {
    "granted": rules.GRANTED,
    "recorded": rules.GRANTED,
    "provided": rules.GRANTED,
    "adjudicated": rules.GRANTED,
    "refused": rules.REFUSED,
    "not_provided": rules.REFUSED,
}
_ENDED = {
    CaseState.WITHDRAWN: rules.WITHDRAWN,
    CaseState.NOT_ACCEPTED: rules.NOT_ACCEPTED,
    CaseState.TERMINATED: rules.TERMINATED,
    CaseState.TRANSFERRED: rules.TERMINATED,
}


@dataclass(frozen=True, slots=True)
class Span:
    """The trial run: its first day and its months; ``last`` is its last day, included."""

    start: date
    months: int
    basis: str = ""

    @property
    def last(self) -> date:
        """The day before the same day ``months`` later (the month's last day where that month is shorter)."""
        years, month = divmod(self.start.month - 1 + self.months, 12)
        first = date(self.start.year + years, month + 1, 1)
        after = (first + timedelta(days=31)).replace(day=1)
        return min(first + timedelta(days=self.start.day - 1), after) - timedelta(days=1)


def newest_span(region_id: int) -> Parameter | None:
    """The parameter that was set last for a region; one query."""
    return Parameter.objects.filter(code=SPAN, region_id=region_id).order_by("-valid").first()


def check_span(value: Mapping[str, Any]) -> Span:
    """The dates that a value of the parameter tells; raises :class:`ValueError` or its kin when it tells none."""
    return Span(date.fromisoformat(value["start"]), int(value["months"]), "")


def span_of(region_id: int) -> Span | None:
    """The dates of a region's trial run, when they are set; one query."""
    found = newest_span(region_id)
    if found is None:
        return None
    return Span(date.fromisoformat(found.value["start"]), int(found.value["months"]), found.basis)


def list_of(region_id: int) -> TrialList | None:
    """The list of the old system that stands for a region; one query."""
    return TrialList.objects.filter(region_id=region_id).order_by("-pk").first()


def items_by_words(first_region: int, last_region: int) -> dict[str, tuple[int, ...]]:
    """Ids of items by their codes and names and those of their options; one query."""
    found: dict[str, set[int]] = defaultdict(set)
    rows = HandlingOption.objects.filter(item__region__no__range=(first_region, last_region))
    for item_id, *words in rows.values_list("item_id", "code", "name", "item__code", "item__name"):
        for one in words:
            found[plain(one)].add(item_id)
    return {words: tuple(sorted(ids)) for words, ids in found.items()}


def comparison_of(span: Span, read: TrialList, first_region: int, last_region: int) -> Comparison:
    """The list against our cases that were accepted within the span; two queries and the calendar's."""
    theirs = [_theirs(row) for row in _rows_of(read, span)]
    ours = [_ours(row) for row in _cases_of(span, first_region, last_region)]
    return rules.compare(theirs, ours, calendar_of)


def _rows_of(read: TrialList, span: Span) -> QuerySet[TrialCase]:
    rows = TrialCase.objects.filter(old_list=read, accepted_on__range=(span.start, span.last))
    return rows.select_related("item", "department").order_by("accepted_on", "old_number")


def _theirs(row: TrialCase) -> Side:
    return Side(
        number=row.old_number,
        item_id=row.item_id,
        item=row.item.name,
        department=row.department.name,
        region_no=0,
        applicant=row.applicant,
        mark=row.mark,
        accepted_on=row.accepted_on,
        decided_on=row.decided_on,
        outcome=row.outcome,
    )


def _cases_of(span: Span, first_region: int, last_region: int) -> list[Case]:
    begins = datetime.combine(span.start, time(), moment.SHANGHAI)
    ends = datetime.combine(span.last + timedelta(days=1), time(), moment.SHANGHAI)
    rows = (
        Case.objects.filter(region_no__range=(first_region, last_region), accepted_at__gte=begins, accepted_at__lt=ends)
        .exclude(state=CaseState.VOID)
        .select_related("department", "version__option__item", "applicant_person", "applicant_organisation")
        .defer("version__content", "version__facets", "version__option__draft", "version__option__listing")
        .order_by("accepted_at", "id")
    )
    found = list(rows[: MOST_CASES + 1])
    if len(found) > MOST_CASES:
        raise Refusal(
            "trial.too_many", f"这段时间超过 {MOST_CASES} 件，一次比不完", "start", "缩短时间，或请各县区分别比对"
        )
    return found


def _ours(case: Case) -> Side:
    body, person = case.applicant_organisation, case.applicant_person
    accepted = case.accepted_at
    assert accepted is not None  # asked for above
    return Side(
        number=case.number,
        item_id=case.version.option.item_id,
        item=case.version.option.item.name,
        department=case.department.name,
        region_no=case.region_no,
        applicant=body.name if body else person.name if person else "",
        mark=rules.mark_of(body.uscc if body else person.id_number if person else ""),
        accepted_on=moment.local(accepted).date(),
        decided_on=moment.local(case.decided_at).date() if case.decided_at else None,
        is_organisation=body is not None,
        outcome=_OURS.get(case.outcome) or _ENDED.get(CaseState(case.state), rules.OPEN),
    )

"""What the transparency pages show of results and times: choices of the filters, rows as words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tongban.faces.portal import landing
from tongban.ground.errors import NotFound
from tongban.insight.indicators import rules
from tongban.insight.indicators.durations import FEWEST, Duration
from tongban.insight.indicators.selectors import Period
from tongban.insight.publicity import selectors as publicity
from tongban.insight.publicity.rules import NEGATIVE, OUTCOMES, POSITIVE
from tongban.insight.publicity.selectors import Asked
from tongban.registry.catalog.selectors import configured_options
from tongban.registry.parties.selectors import department_by_uscc

MONTHS = 24
NOTHING = "—"


@dataclass(frozen=True)
class Choice:
    """One value of a filter."""

    value: str
    name: str


@dataclass(frozen=True)
class Sought:
    """What the address asks for, checked: the readers' question and the words in the form."""

    asked: Asked
    department: str = ""
    item: str = ""
    month: str = ""
    result: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether anything is filtered at all."""
        return bool(self.department or self.item or self.month or self.result)


def sought_of(values: Mapping[str, str]) -> Sought:
    """The filters of an address; unknown values are left out.

    :raises NotFound: a department that does not exist.
    """
    uscc, slug = values.get("department", "")[:18], values.get("item", "")[:80]
    month, result = values.get("month", "")[:7], values.get("result", "")
    department = department_by_uscc(uscc).pk if uscc else None
    option = next((key for key, own, _name in configured_options() if own == slug), None) if slug else None
    if slug and option is None:
        raise NotFound("catalog.option", "没有找到这个事项，可能网址抄错了")
    period = publicity.month_of(month)
    asked = Asked(department, option, period, result if result in OUTCOMES else "")
    return Sought(asked, uscc, slug, month if period else "", asked.result)


def departments(stamp: str) -> tuple[Choice, ...]:
    """Departments that something stands under, by name."""
    return tuple(Choice(one.uscc, one.name) for one in sorted(landing.departments(stamp), key=lambda one: one.name))


def items() -> tuple[Choice, ...]:
    """Items that can be decided here."""
    return tuple(Choice(slug, name) for _key, slug, name in configured_options())


def months(today: date) -> tuple[str, ...]:
    """The months that one may choose."""
    return publicity.months_before(today, MONTHS)


RESULTS = (Choice(POSITIVE, "准予、备案或提供"), Choice(NEGATIVE, "不予办理"))


# ---- times ---------------------------------------------------------------------------------------------------------

SPANS: Mapping[str, tuple[str, int]] = {"month": ("近 30 天", 29), "quarter": ("近 90 天", 89), "year": ("近一年", 364)}
"""Periods of the times, up to yesterday: a day that is over changes no more."""


def span_of(key: str, today: date) -> tuple[str, Period]:
    """The period of a key; a year where the key says nothing."""
    known = key if key in SPANS else "year"
    last = today - timedelta(days=1)
    return known, Period(last - timedelta(days=SPANS[known][1]), last)


@dataclass(frozen=True)
class TimeRow:
    """One line of the times as words; ``decided`` says that there were too few."""

    name: str
    slug: str
    decided: str
    middle: str
    slow: str
    promised: str
    statutory: str
    on_time: str


def time_row(one: Duration, slug: str = "") -> TimeRow:
    """A line of the table; what is not told is a dash."""
    if one.few:
        return TimeRow(one.name, slug, f"少于 {FEWEST}", *(NOTHING,) * 5)
    return TimeRow(
        one.name,
        slug,
        f"{one.decided:,}",
        _bucket(one.middle),
        _bucket(one.slow),
        _mean(one.promised),
        _mean(one.statutory),
        NOTHING if one.on_time is None else f"{one.on_time * 100:.1f}%",
    )


def _bucket(low: int | None) -> str:
    return NOTHING if low is None else rules.bucket_words(low)


def _mean(days: float | None) -> str:
    """Working days, without a decimal where there is none; nought of them is on the spot."""
    if days is None:
        return NOTHING
    return "当场" if days == 0 else f"{days:.1f}".removesuffix(".0") + " 天"

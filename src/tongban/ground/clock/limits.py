"""What a limit is, and the words of an explanation. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple, get_args

from tongban.ground.errors import Refusal

Unit = Literal["working_day", "calendar_day", "month", "year", "hour", "minute", "at_once"]
UNIT_WORDS: dict[Unit, str] = {
    "working_day": "个工作日",
    "calendar_day": "日",
    "month": "个月",
    "year": "年",
    "hour": "小时",
    "minute": "分钟",
    "at_once": "当场",
}
_CEILING: dict[Unit, int] = {
    "working_day": 5_000,
    "calendar_day": 10_000,
    "month": 600,
    "year": 50,
    "hour": 100_000,
    "minute": 1_000_000,
    "at_once": 0,
}
PAUSE_WORDS: dict[str, str] = {
    "hearing": "听证",
    "tender": "招标",
    "auction": "拍卖",
    "conformity_inspection": "检验",
    "testing": "检测",
    "quarantine": "检疫",
    "appraisal": "鉴定",
    "expert_review": "专家评审",
    "site_check": "现场勘验",
    "technical_review": "技术审查",
    "publicity": "公示",
    "referral": "请示",
    "opinion": "征求意见",
    "supplement": "补充材料",
    "payment": "缴费",
    "other_branch": "等其他分支",
    "awaiting_applicant": "等申请人",
    "correction": "补正",
    "force_majeure": "不可抗力",
}
"""Kind of a suspension (glossary 8.3) -> the word of an explanation."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit.

    :param n: how many units, not negative; 0 means the same day.
    :param unit: see :data:`UNIT_WORDS`.
    :param basis: law article or published promise, quoted in the explanation.
    :param counts_day_zero: working days only: the start day counts if it is a working day (local rule, C3).
    :param roll_forward: calendar days, months, years: a due day off moves to the next working day (C4).
    :raises Refusal: ``clock.limit``.
    """

    n: int
    unit: Unit
    basis: str = ""
    counts_day_zero: bool = False
    roll_forward: bool = True

    def __post_init__(self) -> None:
        if self.unit not in get_args(Unit):
            raise Refusal("clock.limit", "时限的单位不存在", remedy="请选择工作日、日、月、年、小时、分钟或当场")
        whole = isinstance(self.n, int) and not isinstance(self.n, bool)
        if not whole or not 0 <= self.n <= _CEILING[self.unit]:
            raise Refusal(
                "clock.limit",
                f"时限的数值应在 0 到 {_CEILING[self.unit]} 之间",
                remedy="请填写整数，当场办结的不填天数",
            )

    @property
    def words(self) -> str:
        """``20 个工作日``, ``当场``."""
        return "当场" if self.unit == "at_once" else f"{self.n} {UNIT_WORDS[self.unit]}"


class Line(NamedTuple):
    """One line of an explanation (a named tuple: a clock makes ten of them, and has 50 us).

    :param date: the day up to which the line leads.
    :param words: plain Chinese.
    :param delta: calendar days that the line adds.
    :param total: sum of the deltas so far.
    :param basis: law article or notice.
    """

    date: date
    words: str
    delta: int
    total: int
    basis: str


@dataclass(frozen=True, slots=True)
class Due:
    """A due date. The whole day is in time (C8); ``provisional`` when a year on the way has no notice yet."""

    due: date
    provisional: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Remaining:
    """Working days left, in both conventions (C10): last day = 0, or last day = 1. Overdue: negative, both the same."""

    after_today: int
    including_today: int

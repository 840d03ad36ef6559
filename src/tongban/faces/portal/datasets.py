"""The open data sets: name, what each holds, each column with its meaning, and the rows. Figures come from roll-ups."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from tongban.ground import moment
from tongban.insight.indicators import selectors
from tongban.insight.indicators.definitions import Indicator, indicator, indicators, measures_of
from tongban.insight.indicators.durations import FEWEST, durations
from tongban.insight.indicators.selectors import EVERYWHERE, Period
from tongban.insight.publicity import selectors as publicity

Rows = Callable[[Period], Iterable[Sequence[Any]]]
FIGURES = (
    "submitted",
    "online_share",
    "accepted",
    "accept_in_time",
    "decided",
    "refused",
    "on_time",
    "ended_otherwise",
)


@dataclass(frozen=True)
class Column:
    """A column and what stands in it."""

    name: str
    words: str


@dataclass(frozen=True)
class Dataset:
    """One file. ``rows`` is None of what has an address of its own (``url``)."""

    name: str
    title: str
    words: str
    columns: tuple[Column, ...]
    rows: Rows | None = None
    monthly: bool = False
    url: str = ""


def _column(one: Indicator) -> Column:
    return Column(f"{one.name}（{one.unit}）", f"{one.words}{'；分母：' + one.denominator if one.denominator else ''}")


def _months(_month: Period) -> Iterator[Sequence[Any]]:
    """The last twelve months that are over or running, by item."""
    today = moment.today()
    measures = measures_of(*FIGURES)
    for text in reversed(publicity.months_before(today, 12)):
        period = publicity.month_of(text)
        assert period is not None  # months_before writes months
        for line in selectors.by_place(EVERYWHERE, period, measures):
            yield (text, line.region, line.department, line.option, *(_plain(line.of(code)) for code in FIGURES))


def _times(_month: Period) -> Iterator[Sequence[Any]]:
    last = moment.today() - timedelta(days=1)
    for days in (29, 89, 364):
        period = Period(last - timedelta(days=days), last)
        found = durations(EVERYWHERE, period)
        for kind, lines in (("部门", found.departments), ("事项", found.items)):
            for one in lines:
                decided = f"少于 {FEWEST}" if one.few else one.decided
                told = (one.middle, one.slow, one.promised, one.statutory, one.on_time)
                yield (period.first, period.last, kind, one.name, decided, *map(_plain, told))


def _results(month: Period) -> Iterator[Sequence[Any]]:
    for one in publicity.every_result(publicity.Asked(period=month)):
        yield (
            one.number,
            one.title,
            one.department,
            one.applicant.name,
            one.applicant.uscc,
            one.words,
            one.submitted_on,
            _plain(one.accepted_on),
            one.decided_on,
            _plain(one.used),
            _plain(one.promised),
            _plain(one.statutory),
        )


def _definitions(_month: Period) -> Iterator[Sequence[Any]]:
    for one in indicators().values():
        yield (one.code, one.name, one.unit, one.words, one.denominator, "；".join(one.source))


def _plain(value: float | int | date | None) -> Any:
    """Numbers with four decimals at most; nothing for what is not known."""
    if value is None:
        return ""
    return round(value, 4) if isinstance(value, float) else value


DATASETS: tuple[Dataset, ...] = (
    Dataset(
        "items",
        "政务服务事项清单",
        "全市公布的事项，一项一行，和“全部事项”是同一份数据，有变动就更新。",
        (
            Column("编码、名称、部门、时限、材料等", "列名就是清单的要素名；空格表示清单没有写"),
            Column("办理状态", "“可在本平台办理”或“已列入清单”"),
            Column("数据日期", "下载那天"),
        ),
        url="portal:items_csv",
    ),
    Dataset(
        "figures",
        "办件数量和按期情况",
        "近 12 个月，每月每个地区、部门、事项一行，由每天的汇总相加。",
        (
            Column("月份", "例如 2026-11"),
            Column("地区", "受理办件的地区"),
            Column("部门", "作决定的部门"),
            Column("事项", "业务办理项的名称"),
            *(_column(indicator(code)) for code in FIGURES),
        ),
        _months,
    ),
    Dataset(
        "times",
        "办理用时",
        f"近 30 天、90 天和一年，各部门、各事项一行；件数少于 {FEWEST} 的不给用时。",
        (
            Column("从", "这一行的第一天"),
            Column("到", "这一行的最后一天，都是已经过完的日子"),
            Column("按什么", "部门或事项"),
            Column("名称", "部门或事项的名称"),
            _column(indicator("decided")),
            _column(indicator("used_middle")),
            _column(indicator("used_slow")),
            _column(indicator("mean_promised")),
            _column(indicator("mean_statutory")),
            _column(indicator("on_time")),
        ),
        _times,
    ),
    Dataset(
        "results",
        "办理结果公示",
        "一个月里依法公开的办理结果，一件一行，和“办件公示”是同一份数据。",
        (
            Column("办件编号", "全市唯一"),
            Column("事项", "业务办理项的名称"),
            Column("部门", "作决定的部门"),
            Column("申请人", "许可结果公开单位全称，其余按规则隐去；空格表示依法不公开"),
            Column("统一社会信用代码", "只有单位取得的行政许可才有"),
            Column("结果", "按事项的性质写：准予许可、已备案等"),
            Column("申请日期", "提交那天"),
            Column("受理日期", "依法算作受理的那天"),
            Column("决定日期", "作出决定那天"),
            Column("用时（工作日）", "从受理到决定，暂停的日子不计；空格表示没有按工作日计的期限"),
            Column("承诺（工作日）", "受理时承诺的"),
            Column("法定（工作日）", "法律规定的"),
        ),
        _results,
        monthly=True,
    ),
    Dataset(
        "definitions",
        "指标口径",
        "每个指标的名称、单位、算法、分母和依据；页面和报表上的数都按它算。",
        (
            Column("代码", "指标的固定代码"),
            Column("名称", "页面上的叫法"),
            Column("单位", "件、次、份、工作日或 %（文件里的比例是 0 到 1 的小数）"),
            Column("口径", "怎么算"),
            Column("分母", "比例和平均数除以什么"),
            Column("依据", "要求和法条"),
        ),
        _definitions,
    ),
)
DATASETS_BY_NAME = {one.name: one for one in DATASETS}

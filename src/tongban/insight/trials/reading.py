"""From an opened workbook to rows of the old system's list, or what is wrong with it cell by cell. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.ground.errors import Refusal
from tongban.insight.trials import rules
from tongban.registry.catalog.imports.cells import REFUSED, WANTED, text_of
from tongban.registry.catalog.imports.faults import Fault, Faults, Unreadable
from tongban.registry.catalog.imports.grid import Grid
from tongban.registry.catalog.imports.headings import tidy

MOST_ROWS = 20_000
LONGEST_NUMBER, LONGEST_NAME = 60, 100
HEADINGS: dict[str, tuple[str, ...]] = {
    "number": ("旧系统编号", "原系统编号", "办件编号", "业务编号", "受理编号", "流水号", "编号", "申办流水号"),
    "item": ("事项", "事项名称", "事项编码", "实施编码", "业务办理项", "业务办理项名称", "业务办理项编码"),
    "applicant": ("申请人", "申请人姓名", "申请人名称", "姓名", "申请单位", "办事人"),
    "mark": ("证件号", "证件号码", "身份证号", "申请人证件号", "统一社会信用代码", "身份证号码"),
    "accepted": ("受理时间", "受理日期", "受理日"),
    "decided": ("办结时间", "办结日期", "决定时间", "决定日期", "审结时间"),
    "outcome": ("结果", "办理结果", "办结结果", "审批结果", "决定", "办件状态", "状态"),
}
"""What a column can be, the plainest heading first; the first that fits is taken."""
NEEDED = ("number", "item", "accepted", "outcome")
_KNOWN = {tidy(words): key for key, written in HEADINGS.items() for words in written}
_OUTCOMES: dict[str, tuple[str, ...]] = {
    rules.GRANTED: (
        "准予", "准予许可", "许可", "同意", "通过", "审批通过", "批准", "核准", "登记", "准予登记", "备案", "予以备案",
        "出具", "已发证",
    ),
    rules.REFUSED: (
        "不予", "不予许可", "不同意", "不通过", "审批不通过", "不批准", "不予批准", "不予登记", "不予备案", "驳回",
    ),
    rules.NOT_ACCEPTED: ("不予受理", "不受理"),
    rules.WITHDRAWN: ("撤回", "已撤回", "申请人撤回", "撤回申请", "撤件"),
    rules.TERMINATED: ("终止", "终止办理", "已终止", "终止审查"),
    rules.CONCLUDED: ("办结", "已办结", "正常办结"),
    rules.OPEN: ("", "在办", "办理中", "审查中", "审批中", "已受理", "受理"),
}  # fmt: skip
_OUTCOME_OF = {words: outcome for outcome, written in _OUTCOMES.items() for words in written}
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]+\d{1,2}:.*|\s*\d{1,2}时.*)?$")
_DENSE = re.compile(r"(\d{4})(\d{2})(\d{2})$")


@dataclass(frozen=True, slots=True)
class OldCase:
    """One row that is right."""

    number: str
    item_id: int
    applicant: str
    mark: str
    accepted_on: date
    decided_on: date | None
    outcome: str


def read(grid: Grid, items: Mapping[str, Sequence[int]]) -> tuple[list[OldCase], Faults]:
    """Every row, and every fault by row and column; with a fault nothing may be loaded.

    :param items: item ids by code and by name, as :func:`plain` writes them.
    :raises Refusal: a column that is needed is missing, there is no row, or there are too many.
    """
    columns = columns_of(grid.headings)
    cases: list[OldCase] = []
    faults = Faults()
    seen: dict[str, int] = {}
    rows = 0
    for number, cells in grid.rows:
        rows += 1
        if rows > MOST_ROWS:
            raise Refusal("trial.rows", f"清单超过 {MOST_ROWS} 行", "file", "按月份或按部门分成几段，分别比对")
        reader = _Row(number, cells, columns, grid.headings, faults)
        case = reader.case(items)
        if case is None:
            continue
        if case.number in seen:
            reader.fault("number", f"编号和第 {seen[case.number]} 行重复", "一件只留一行")
        seen.setdefault(case.number, number)
        cases.append(case)
    faults.extend(grid.faults)
    if not rows:
        raise Refusal("trial.empty", "清单里只有表头，没有办件", "file", "从旧系统导出试运行期间的办件再上传")
    return cases, faults


def columns_of(headings: Sequence[str]) -> dict[str, int]:
    """Which column holds what, by its heading. :raises Refusal: ``trial.columns``, one that is needed is missing."""
    found: dict[str, int] = {}
    for place, heading in enumerate(headings):
        if key := _KNOWN.get(tidy(heading)):
            found.setdefault(key, place)
    lacking = [HEADINGS[key][0] for key in NEEDED if key not in found]
    if lacking:
        names = "、".join(f"「{name}」" for name in lacking)
        remedy = "表头要有「旧系统编号」「事项」「受理时间」「结果」，可以有「申请人」「证件号」「办结时间」"
        raise Refusal("trial.columns", f"表头里没有找到{names}", "file", remedy)
    return found


def plain(text: str) -> str:
    """A code or name without blanks and case, brackets of one kind, to be found by."""
    return re.sub(r"\s+", "", text).replace("(", "（").replace(")", "）").upper()


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    cells: Sequence[Any]
    columns: Mapping[str, int]
    headings: Sequence[str]
    faults: Faults

    def case(self, items: Mapping[str, Sequence[int]]) -> OldCase | None:
        before = self.faults.total
        number = self._needed("number", "写上旧系统里的编号", LONGEST_NUMBER)
        item = self._item(items)
        applicant = self._text("applicant", LONGEST_NAME)
        mark = rules.mark_of(self._text("mark"))
        accepted, decided = self._day("accepted", needed=True), self._day("decided")
        outcome = self._outcome(decided)
        if accepted and decided and decided < accepted:
            self.fault("decided", "办结早于受理", "核对两个日期")
        if self.faults.total > before or accepted is None:
            return None
        return OldCase(number, item, applicant, mark, accepted, decided, outcome)

    def fault(self, key: str, sentence: str, remedy: str) -> None:
        self.faults.add(Fault(self.number, self.headings[self.columns[key]], sentence, remedy))

    def _text(self, key: str, most: int = 200, dates: str = REFUSED) -> str:
        place = self.columns.get(key)
        if place is None or place >= len(self.cells):
            return ""
        try:
            text = " ".join(text_of(self.cells[place], dates).split())
        except Unreadable as error:
            self.fault(key, error.sentence, error.remedy)
            return ""
        if len(text) > most:
            self.fault(key, f"有 {len(text)} 个字，最多 {most} 个", "写短一些")
            return ""
        return text

    def _needed(self, key: str, remedy: str, most: int = 200, dates: str = REFUSED) -> str:
        before = self.faults.total
        text = self._text(key, most, dates)
        if not text and self.faults.total == before:
            self.fault(key, "是空的", remedy)
        return text

    def _item(self, items: Mapping[str, Sequence[int]]) -> int:
        text = self._needed("item", "写上事项的编码或名称")
        found = items.get(plain(text), ()) if text else ()
        if text and not found:
            self.fault("item", f"本站没有这个事项：{text[:40]}", "核对名称，或写实施编码；本站没有的事项请从清单里删去")
        if len(found) > 1:
            self.fault("item", f"叫这个名字的事项有 {len(found)} 个：{text[:40]}", "改写实施编码")
        return found[0] if len(found) == 1 else 0

    def _day(self, key: str, *, needed: bool = False) -> date | None:
        remedy = "写成 2026-11-18 这样"
        text = self._needed(key, remedy, dates=WANTED) if needed else self._text(key, dates=WANTED)
        if not text:
            return None
        match = _DAY.match(text) or _DENSE.match(text)
        with suppress(ValueError):
            if match:
                return date(*map(int, match.groups()))
        self.fault(key, f"不是日期：{text[:20]}", remedy)
        return None

    def _outcome(self, decided: date | None) -> str:
        text = self._text("outcome")
        known = _OUTCOME_OF.get(text)
        if known is None:
            words = "、".join(rules.OUTCOMES.values())
            self.fault("outcome", f"不认识的结果：{text[:20]}", f"写成 {words} 之一")
            return ""
        if known == rules.OPEN:
            return rules.CONCLUDED if decided else rules.OPEN
        return known

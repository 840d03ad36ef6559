"""The old system's list, read as people export it; faults by row and column, nothing loaded half."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.registry.catalog.imports import files
from tongban.ground.errors import Refusal
from tongban.insight.trials import reading, rules
from tongban.insight.trials.reading import OldCase
from tongban.registry.catalog.imports import opening
from tongban.registry.catalog.imports.faults import Faults

pytestmark = pytest.mark.covers("WIN-23")
HEADINGS = ("办件编号", "事项名称", "申请人", "证件号码", "受理时间", "办结时间", "办理结果")
ITEMS = {reading.plain("公共场所卫生许可（新办）"): (7,), "11330000X": (7,), reading.plain("低保"): (8, 9)}
DAYS = ("2026-11-16 09:30", "2026年11月20日")
GOOD = ("A-1", "公共场所卫生许可(新办)", "陆明远", "339902198709151512", *DAYS, "准予许可")


def read(tmp_path: Path, *rows: Any, headings: Any = HEADINGS, csv: str = "") -> tuple[list[OldCase], Faults]:
    cells = [list(headings), *map(list, rows)]
    if csv:
        content = "\r\n".join(",".join(map(str, line)) for line in cells).encode(csv)
        path = files.written(tmp_path, "旧系统.csv", content)
    else:
        path = files.written(tmp_path, "旧系统.xlsx", files.one_sheet(cells))
    return reading.read(opening.open_grid(path, path.name), ITEMS)


@pytest.mark.parametrize("csv", ["", "gb18030", "utf-8-sig"])
def test_a_list_is_read_from_workbooks_and_from_text_of_old_systems(tmp_path: Path, csv: str) -> None:
    cases, faults = read(tmp_path, GOOD, ("A-2", "11330000x", "", "", "2026/11/17", "", "办理中"), csv=csv)
    assert faults.total == 0
    assert (cases[0].number, cases[0].item_id, cases[0].mark, cases[0].outcome) == ("A-1", 7, "3391512", rules.GRANTED)
    assert str(cases[0].accepted_on) == "2026-11-16"
    assert str(cases[0].decided_on) == "2026-11-20"
    assert (cases[1].item_id, cases[1].decided_on, cases[1].outcome) == (7, None, rules.OPEN)


def test_a_cell_that_is_a_date_is_a_date(tmp_path: Path) -> None:
    cases, faults = read(tmp_path, (*GOOD[:4], files.DateCell(46342), "", ""))
    assert faults.total == 0
    assert str(cases[0].accepted_on) == "2026-11-16"


@pytest.mark.parametrize(
    ("place", "value", "column", "words"),
    [
        (0, "", "办件编号", "是空的"),
        (0, "A-1", "办件编号", "编号和第 2 行重复"),
        (0, "9" * 61, "办件编号", "最多 60 个"),
        (1, "没有的事项", "事项名称", "本站没有这个事项"),
        (1, "低保", "事项名称", "有 2 个"),
        (4, "", "受理时间", "是空的"),
        (4, "11月16日", "受理时间", "不是日期"),
        (4, "2026-13-40", "受理时间", "不是日期"),
        (5, "2026-11-01", "办结时间", "办结早于受理"),
        (6, "不知道", "办理结果", "不认识的结果"),
        (2, files.Formula("A1"), "申请人", "公式"),
    ],
)
def test_a_fault_is_told_by_row_and_column_with_a_remedy(
    tmp_path: Path, place: int, value: Any, column: str, words: str
) -> None:
    bad = [*GOOD]
    bad[0] = "A-2"
    bad[place] = value
    _, faults = read(tmp_path, GOOD, bad)
    fault = faults.in_order()[0]
    assert (fault.row, fault.column) == (3, column)
    assert words in fault.sentence
    assert fault.remedy


def test_a_list_without_a_needed_column_or_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="受理时间"):
        read(tmp_path, ("A-1", "低保", "准予"), headings=("编号", "事项", "结果"))
    with pytest.raises(Refusal, match="没有办件"):
        read(tmp_path)

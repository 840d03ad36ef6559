"""Every trap of a workbook is told in a sentence with its row, its column and a remedy; nothing is taken by guess."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.registry.catalog.imports import files
from tests.registry.catalog.imports.files import DateCell, ErrorCell, Formula
from tongban.ground.errors import Refusal
from tongban.registry.catalog.imports import headings, opening, rows
from tongban.registry.catalog.imports.faults import Fault

pytestmark = pytest.mark.covers("CAT-12")
GOOD = files.table(files.rows(3))


def read(folder: Path, name: str, content: bytes) -> tuple[list[rows.ListedRow], list[Fault], list[str]]:
    """Good rows, faults, and the sentences of the notices."""
    path = files.written(folder, name, content)
    grid = opening.open_grid(path, name)
    plan = rows.plan(grid.headings, headings.automatic(grid.headings))
    good, faults = [], []
    for number, cells in grid.rows:
        row, found = rows.read_row(plan, number, cells)
        faults += found
        good += [row] if row else []
    return good, [*faults, *grid.faults], [notice.sentence for notice in grid.notices]


def refused(folder: Path, name: str, content: bytes) -> Refusal:
    with pytest.raises(Refusal) as error:
        read(folder, name, content)
    assert error.value.remedy
    return error.value


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", files.one_sheet(GOOD)),
        ("a.ods", files.as_ods(GOOD)),
        ("a.xls", files.as_xls(GOOD)),
        ("a.csv", files.as_csv(files.rows(3))),
        ("bom.csv", files.as_csv(files.rows(3), "utf-8-sig")),
        ("gbk.csv", files.as_csv(files.rows(3), "gb18030")),
        ("utf16.txt", b"\xff\xfe" + files.as_csv(files.rows(3), "utf-16-le", "\t")),
        ("utf16be.txt", b"\xfe\xff" + files.as_csv(files.rows(3), "utf-16-be", "\t")),
        ("bare16.txt", files.as_csv(files.rows(3), "utf-16-le", "\t")),
        ("semicolon.csv", files.as_csv(files.rows(3), delimiter=";")),
        ("bars.txt", files.as_csv(files.rows(3), delimiter="|")),
        ("wrong.xls", files.one_sheet(GOOD)),
        ("wrong.xlsx", files.as_csv(files.rows(3))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_kind_of_file_gives_the_same_rows(tmp_path: Path, name: str, content: bytes) -> None:
    good, faults, notices = read(tmp_path, name, content)
    assert faults == []
    assert [(row.row, row.option_code, row.option_name) for row in good] == [
        (n + 1, f"1133990000TEST{n:04d}", f"第{n}号事项") for n in (1, 2, 3)
    ]
    assert (good[0].listing.visits, good[0].listing.promised_n) == (1, 5)
    assert any("内容其实是" in words for words in notices) == name.startswith("wrong")


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        ("到办事现场次数", Formula("1+1"), "是公式"),
        ("备注", ErrorCell("#REF!"), "是错误值 #REF!"),
        ("备注", "#N/A", "是错误值 #N/A"),
        ("实施编码", 115113010087781830, "超过 15 位的数字"),
        ("实施编码", "1.15113E+17", "是科学记数"),
        ("事项名称", "名\x0b字", "无法辨认的字符（U+000B）"),
        ("事项名称", "名\u202e字", "无法辨认的字符（U+202E）"),
        ("事项名称", "名\ufffd字", "无法辨认的字符（U+FFFD）"),
        ("事项名称", "长" * 201, "有 201 个字，最多 200 个"),
        ("备注", "长" * 20_001, "有 20001 个字"),
        ("实施编码", "", "没有内容"),
        ("事项名称", "", "没有内容"),
        ("实施主体", "", "没有内容"),
        ("事项类型", "", "没有写事项类型"),
        ("事项类型", "行政处罚", "不是依申请办理的事项"),
        ("实施编码", "编码1", "字母、数字和连字号以外"),
        ("实施编码", "A" * 65, "编码有 65 位，最多 64 位"),
        ("办件类型", "快件", "没有“快件”这种办件类型"),
        ("承诺办结时限", "5光年", ""),
        ("承诺办结时限", "-5", "是负数"),
        ("到办事现场次数", "多次", "不是次数"),
    ],
)
def test_a_bad_cell_is_named_by_row_and_column(tmp_path: Path, column: str, value: Any, sentence: str) -> None:
    table = files.table([files.row(1), files.row(2, **{column: value})])
    text = isinstance(value, str) and not isinstance(value, Formula | ErrorCell) and "\x0b" not in value
    content = files.as_csv([files.row(1), files.row(2, **{column: value})]) if text else files.one_sheet(table)
    if "\x0b" in str(value):
        content = files.as_csv([files.row(1), files.row(2, **{column: value})])
    good, faults, _ = read(tmp_path, "a.csv", content)
    if not sentence:  # words are kept, not refused
        assert (faults, good[1].listing.limit_words) == ([], value)
        return
    assert [row.row for row in good] == [2]
    assert [(fault.row, fault.column) for fault in faults] == [(3, column)]
    assert sentence in faults[0].sentence
    assert faults[0].remedy


@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_formulas_and_errors_are_seen_in_every_kind_of_workbook(tmp_path: Path, kind: str) -> None:
    table = files.table([files.row(1, 到办事现场次数=Formula("1+1")), files.row(2, 备注=ErrorCell("#REF!"))])
    _, faults, _ = read(tmp_path, f"a.{kind}", files.as_ods(table) if kind == "ods" else files.as_xls(table))
    assert [(fault.row, fault.column) for fault in faults] == [(2, "到办事现场次数"), (3, "备注")]


def test_a_nul_in_a_text_file_is_named(tmp_path: Path) -> None:
    _, faults, _ = read(tmp_path, "a.csv", files.as_csv(files.rows(2)).replace("说明2".encode(), b"a\x00b"))
    assert [(fault.row, fault.column, "U+0000" in fault.sentence) for fault in faults] == [(3, "备注", True)]


def test_a_number_that_became_a_date_is_named_and_a_date_column_takes_dates(tmp_path: Path) -> None:
    headings_ = [*files.HEADINGS, "计划生效日期"]
    table = files.table(
        [
            files.row(1, 承诺办结时限=DateCell(45000)),
            files.row(2, 计划生效日期=DateCell(45231)),
            files.row(3, 计划生效日期=45231),
        ],
        headings_,
    )
    good, faults, _ = read(tmp_path, "a.xlsx", files.one_sheet(table))
    assert [(fault.row, fault.column) for fault in faults] == [(2, "承诺办结时限"), (4, "计划生效日期")]
    assert "是日期 2023-03-15" in faults[0].sentence
    assert "是数字 45231，应当是日期" in faults[1].sentence
    assert dict(good[0].listing.other)["计划生效日期"] == "2023-11-01"


def test_text_that_begins_like_a_formula_stays_text(tmp_path: Path) -> None:
    good, faults, _ = read(tmp_path, "a.csv", files.as_csv([files.row(1, 备注="=1+1"), files.row(2, 备注="'=1+1")]))
    assert (faults, [dict(row.listing.other)["备注"] for row in good]) == ([], ["=1+1", "=1+1"])


def test_titles_empty_rows_and_repeated_headings_are_no_items(tmp_path: Path) -> None:
    table = [["云溪市清单"], GOOD[0], GOOD[1], ["", ""], GOOD[0], GOOD[2]]
    good, faults, notices = read(tmp_path, "a.xlsx", files.one_sheet(table, ["A1:I1"]))
    assert (faults, [row.row for row in good]) == ([], [3, 6])
    assert notices == ["表头在第 2 行，上面的 1 行标题没有导入", "有 1 行重复的表头，没有当作事项"]


def test_a_cell_merged_over_rows_stands_in_each_of_them(tmp_path: Path) -> None:
    table = [GOOD[0], GOOD[1], [*GOOD[2][:3], "", *GOOD[2][4:]]]
    good, faults, _ = read(tmp_path, "a.xlsx", files.one_sheet(table, ["D2:D3"]))
    assert (faults, [row.department for row in good]) == ([], ["云溪市民政局", "云溪市民政局"])


def test_a_merged_title_between_the_rows_is_named(tmp_path: Path) -> None:
    table = [GOOD[0], ["一、公共服务"], GOOD[1]]
    _, faults, _ = read(tmp_path, "a.xlsx", files.one_sheet(table, ["A2:I2"]))
    assert [(fault.row, fault.sentence) for fault in faults] == [(2, "这一行是合并的分组标题，不是事项")]


def test_a_column_without_a_heading_is_named_once(tmp_path: Path) -> None:
    table = [GOOD[0], [*GOOD[1], "", "多"], [*GOOD[2], "", "多"]]
    _, faults, _ = read(tmp_path, "a.xlsx", files.one_sheet(table))
    assert [(fault.row, fault.column) for fault in faults] == [(2, "K 列")]


def test_a_delimiter_without_quotes_is_named_in_each_row(tmp_path: Path) -> None:
    content = files.as_csv(files.rows(3)).replace("说明2".encode(), "说明,2,3".encode())
    _, faults, _ = read(tmp_path, "a.csv", content)
    assert [(fault.row, fault.sentence) for fault in faults] == [(3, "这一行比表头的 9 列多")]


def test_a_text_file_that_ends_in_the_middle_of_a_row_is_named(tmp_path: Path) -> None:
    _, faults, _ = read(tmp_path, "a.csv", files.as_csv(files.rows(3)).rpartition(b",")[0])
    assert [fault.row for fault in faults] == [4]
    assert "文件到这里断了" in faults[0].sentence


def test_what_was_not_read_is_told(tmp_path: Path) -> None:
    sheets = (
        ("清单", files.sheet_xml(GOOD), False),
        ("旧清单", files.sheet_xml(GOOD), True),
        ("说明", files.sheet_xml([["填表说明"]]), False),
    )
    good, _, notices = read(tmp_path, "a.xlsx", files.as_xlsx(*sheets))
    assert len(good) == 3
    assert notices == ["隐藏的工作表“旧清单”（4 行）没有导入", "工作表“说明”（1 行）没有导入"]


TWICE = files.as_csv(files.rows(1), headings=[*files.HEADINGS, "备注"])
TWO_SHEETS = files.as_xlsx(("一", files.sheet_xml(GOOD), False), ("二", files.sheet_xml(GOOD), False))
TWO_LINES = [
    ["实施编码", "事项名称", "事项类型", "实施主体", "办结时限", ""],
    ["", "", "", "", "法定办结时限", "承诺办结时限"],
]


@pytest.mark.parametrize(
    ("name", "content", "code", "words"),
    [
        ("two.xlsx", files.one_sheet([*TWO_LINES, ["A"] * 6], ["E1:F1"]), "two_line_heading", "第 1 行E 至 F 列"),
        ("two.csv", "\n".join(",".join(line) for line in TWO_LINES).encode(), "two_line_heading", "（第 1、2 行）"),
        ("double.csv", TWICE, "double_heading", "I 列和 J 列"),
        ("none.csv", b"a,b\n1,2\n", "no_heading", "没有找到表头"),
        ("empty.csv", b"", "empty", "空的"),
        ("blank.xlsx", files.one_sheet([[""]]), "empty", "没有内容"),
        ("secret.xlsx", files.encrypted_xlsx(), "encrypted", "打开密码"),
        ("cut.xlsx", files.one_sheet(GOOD)[:900], "broken", "不完整"),
        ("cut.xls", files.as_xls(GOOD)[:3000], "broken", "不完整"),
        ("cut.csv", files.as_csv(files.rows(3))[:-4], "broken", "第 4 行断了"),
        ("quote.csv", files.as_csv(files.rows(3)) + b'"abc,d\r\n', "quotes", "第 5 行的双引号没有配对"),
        ("swallow.csv", files.as_csv(files.rows(3)) + b'"' + b"x" * 300_000, "quotes", "第 5 行的一格太长"),
        ("bytes.csv", files.as_csv(files.rows(3)) + b"\xff\xfe\xfa\n", "encoding", "第 5 行附近"),
        ("page.xls", b"<html><table><tr><td>1</td></tr></table></html>", "type", "其实是网页"),
        ("paper.xlsx", b"%PDF-1.7", "type", "PDF 文件"),
        ("two.xlsx", TWO_SHEETS, "several", "一、二"),
        ("hidden.xlsx", files.as_xlsx(("一", files.sheet_xml(GOOD), True)), "hidden", "都是隐藏的"),
        ("far.ods", files.as_ods(GOOD, repeated=2_000_000), "oversized", "范围太大"),
        ("far.xlsx", files.one_sheet([*GOOD[:3], [*[""] * 200, "x"]], gap={4: 1_000_000}), "oversized", "范围太大"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_a_list_is_refused_with_a_remedy(
    tmp_path: Path, name: str, content: bytes, code: str, words: str
) -> None:
    refusal = refused(tmp_path, name, content)
    assert refusal.code == f"import.{code}"
    assert words in refusal.sentence


@pytest.mark.slow
def test_a_workbook_that_would_unpack_to_gigabytes_is_refused_before_it_is(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(files.one_sheet(GOOD))
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/media/image1.bin", "w", force_zip64=True) as part,
    ):
        for _ in range(1600):
            part.write(bytes(1_000_000))
    assert path.stat().st_size < 2_500_000
    refusal = refused(tmp_path, "bomb.xlsx", path.read_bytes())
    assert (refusal.code, "太大" in refusal.sentence) == ("import.oversized", True)


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(opening.MOST_BYTES + 1)
    with pytest.raises(Refusal, match=r"import\.too_large"):
        opening.open_grid(path, "large.csv")


@pytest.mark.needs_shared
def test_the_meanings_of_the_exchange_tables_and_their_names_are_one_field(shared: Path) -> None:
    import csv

    with (shared / "reference" / "data" / "item_elements.csv").open(encoding="utf-8-sig") as file:
        pairs = [
            (row["field"], row["meaning"]) for row in csv.DictReader(file) if row["group"] in ("基本信息", "扩展信息")
        ]
    both = [(field, meaning) for field, meaning in pairs if headings.field_of(field) or headings.field_of(meaning)]
    assert len(both) >= 25
    assert [pair for pair in both if headings.field_of(pair[0]) != headings.field_of(pair[1])] == []


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("事项名称（必填）", "item_name"),
        ("* 实施主体：", "department"),
        ("up_task_general_basic.task_name", "item_name"),
        ("承诺办结时限(工作日)", "promised"),
        ("其他：咨询方式", ""),
        ("没见过的列", ""),
    ],
)
def test_headings_are_read_without_what_people_add(heading: str, field: str) -> None:
    assert headings.field_of(heading) == field


def test_what_is_still_needed_is_named() -> None:
    assert headings.missing({"item_name": "名称", "department": "部门"}) == (
        "「实施编码」或「业务办理项编码」",
        "「事项类型」或「事项类型编码」",
    )

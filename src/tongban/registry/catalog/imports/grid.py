"""From the rows of a sheet to headings and rows of items: titles, merged cells, repeated headings, empty rows. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from tongban.ground.errors import Refusal
from tongban.registry.catalog.imports import headings as names
from tongban.registry.catalog.imports.cells import text_of
from tongban.registry.catalog.imports.faults import Fault, Unreadable

SEARCHED = 20
"""Rows in which the headings are looked for."""
SAMPLES = 3
MOST_COLUMNS = 300
Row = tuple[int, list[Any]]
Merge = tuple[int, int, int, int]
"""First row, first column, last row, last column of a merged range; rows from 1, columns from 0."""


@dataclass
class Table:
    """What an opened file gives: its rows in order, and remarks about what was not read.

    ``rows`` can be gone through once. ``delimited`` is a text file, whose cells were all text.
    """

    rows: Iterator[Row]
    merges: tuple[Merge, ...] = ()
    notices: list[Fault] = field(default_factory=list)
    delimited: bool = False
    broken_end: bool = False
    """A text file that ends in the middle of a line."""


@dataclass
class Grid:
    """Headings and the rows below them; remarks come while the rows are gone through."""

    headings: tuple[str, ...]
    heading_row: int
    rows: Iterator[Row]
    notices: list[Fault]
    faults: list[Fault]


def letter(column: int) -> str:
    """A, B ... Z, AA: the column as a spreadsheet names it, from 0."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def grid_of(table: Table) -> Grid:
    """Find the headings.

    :raises Refusal: ``import.no_heading``, ``import.two_line_heading``, ``import.double_heading``, ``import.empty``.
    """
    first = list(islice(table.rows, SEARCHED))
    texts = [[_plain(cell) for cell in cells] for _, cells in first]
    if not any(any(row) for row in texts):
        raise Refusal("import.empty", "文件里没有内容", remedy="确认清单在第一张可见的工作表里，再上传")
    place = _heading_place(texts)
    number = first[place][0]
    found = _trimmed(texts[place])
    _refuse_two_lines(table.merges, number, first, texts, place)
    _refuse_double(found, number)
    notices = list(table.notices)
    titles = sum(any(row) for row in texts[:place])
    if titles:
        notices.append(Fault(0, "", f"表头在第 {number} 行，上面的 {titles} 行标题没有导入"))
    grid = Grid(tuple(found), number, iter(()), notices, [])
    grid.rows = _rows_below(grid, table, first[place + 1 :])
    return grid


def _plain(cell: Any) -> str:
    """The cell as text for finding the headings; whatever cannot be a heading is nothing."""
    try:
        return " ".join(text_of(cell, "welcome").split())
    except Unreadable:
        return ""


def _trimmed(texts: Sequence[str]) -> list[str]:
    found = list(texts)
    while found and not found[-1]:
        found.pop()
    if len(found) > MOST_COLUMNS:
        raise Refusal(
            "import.columns", f"表头有 {len(found)} 列，最多 {MOST_COLUMNS} 列", remedy="删掉不导入的列再上传"
        )
    return found


def _heading_place(texts: Sequence[Sequence[str]]) -> int:
    """The row that names the most fields; without any, the first with several different short texts."""
    scores = [names.score(row) for row in texts]
    best = max(scores)
    if best >= 2:
        return scores.index(best)
    for place, row in enumerate(texts):
        filled = [text for text in row if text]
        if len(filled) >= 3 and len(set(filled)) == len(filled) and all(len(text) <= 40 for text in filled):
            return place
    raise Refusal(
        "import.no_heading",
        f"前 {len(texts)} 行里没有找到表头",
        remedy="表头至少要有事项名称、实施编码、实施主体、事项类型，每列一个标题，放在一行里",
    )


def _refuse_two_lines(
    merges: Sequence[Merge], number: int, first: Sequence[Row], texts: Sequence[Sequence[str]], place: int
) -> None:
    """Merged headings, or a second line of headings below: which column a heading means would be a guess."""
    for top, left, bottom, right in merges:
        if top <= number <= bottom and (right > left or bottom > top):
            columns = f"{letter(left)} 至 {letter(right)} 列" if right > left else f"{letter(left)} 列"
            raise _two_lines(f"表头在第 {top} 行{columns}有合并的单元格")
    if place + 1 < len(texts):
        above, below = texts[place], texts[place + 1]
        under_gaps = sum(1 for n, text in enumerate(below) if text and (n >= len(above) or not above[n]))
        filled = sum(bool(text) for text in below)
        same = [text for text in below if text] == [text for text in above if text]
        if not same and (names.score(below) >= 2 or (under_gaps >= 2 and under_gaps == filled)):
            raise _two_lines(f"表头占了两行（第 {number}、{first[place + 1][0]} 行）")


def _two_lines(sentence: str) -> Refusal:
    return Refusal(
        "import.two_line_heading",
        f"{sentence}，分不清哪一列是什么",
        remedy="取消表头的合并，只留一行，每列写一个完整的标题（例如“法定办结时限”），再上传",
    )


def _refuse_double(found: Sequence[str], number: int) -> None:
    seen: dict[str, int] = {}
    for column, heading in enumerate(found):
        if heading and heading in seen:
            raise Refusal(
                "import.double_heading",
                f"第 {number} 行的标题“{heading}”出现两次（{letter(seen[heading])} 列和 {letter(column)} 列）",
                remedy="给它们不同的标题，或删掉多余的一列，再上传",
            )
        seen[heading] = column


def _rows_below(grid: Grid, table: Table, rest: Sequence[Row]) -> Iterator[Row]:
    below = _filled_down(_chained(rest, table.rows), table.merges, grid)
    width, repeated, stray = len(grid.headings), 0, set[int]()
    last: Row | None = None
    for number, cells in below:
        if last is not None:
            yield last
            last = None
        if all(cell in ("", None) for cell in cells):
            continue
        if _is_heading_again(cells, grid.headings):
            repeated += 1
            continue
        for column, cell in enumerate(cells):
            if cell in ("", None) or column in stray or (column < width and grid.headings[column]):
                continue
            if table.delimited and column >= width:
                grid.faults.append(_too_wide(number, width))
                break
            stray.add(column)
            grid.faults.append(_without_heading(number, column))
        last = (number, cells)
    if last is not None:
        if table.broken_end and len(last[1]) < width:
            grid.faults.append(_broken(last[0], len(last[1]), width))
        yield last
    if repeated:
        grid.notices.append(Fault(0, "", f"有 {repeated} 行重复的表头，没有当作事项"))


def _is_heading_again(cells: Sequence[Any], headings: Sequence[str]) -> bool:
    """A page break of a printed list brings its headings again."""
    first = next(n for n, heading in enumerate(headings) if heading)
    if first >= len(cells) or not isinstance(cells[first], str) or cells[first].strip() != headings[first]:
        return False
    return [_plain(cell) for cell in cells[: len(headings)]] == list(headings[: len(cells)])


def _chained(rest: Sequence[Row], rows: Iterable[Row]) -> Iterator[Row]:
    yield from rest
    yield from rows


def _too_wide(number: int, width: int) -> Fault:
    remedy = "多半是内容里有没加引号的分隔符：给这一格加上引号，或从原系统重新导出"
    return Fault(number, "", f"这一行比表头的 {width} 列多", remedy)


def _without_heading(number: int, column: int) -> Fault:
    return Fault(
        number, f"{letter(column)} 列", "这一列没有标题，这里却有内容", "给这一列写上标题，或删掉这一列，再上传"
    )


def _broken(number: int, got: int, width: int) -> Fault:
    return Fault(
        number, "", f"文件到这里断了：这一行只有 {got} 列，表头有 {width} 列", "文件没有传完整，从原系统重新导出"
    )


def _filled_down(rows: Iterable[Row], merges: Sequence[Merge], grid: Grid) -> Iterator[Row]:
    """A cell merged over several rows stands in each of them; a row merged over half the sheet is a group's title."""
    begun: dict[int, list[Merge]] = {}
    for merge in merges:
        if merge[2] > merge[0] > grid.heading_row:
            begun.setdefault(merge[0], []).append(merge)
    wide = {m[0] for m in merges if m[0] > grid.heading_row and (m[3] - m[1] + 1) * 2 > max(len(grid.headings), 4)}
    open_ones: list[tuple[Merge, Any]] = []
    for number, cells in rows:
        open_ones = [pair for pair in open_ones if number <= pair[0][2]]
        for (_top, left, _bottom, _right), value in open_ones:
            cells = [*cells, *[""] * (left + 1 - len(cells))]
            cells[left] = value
        open_ones += [(merge, cells[merge[1]]) for merge in begun.get(number, ()) if merge[1] < len(cells)]
        if number in wide and sum(cell not in ("", None) for cell in cells) == 1:
            grid.faults.append(Fault(number, "", "这一行是合并的分组标题，不是事项", "删掉这一行，再上传"))
            continue
        yield number, cells

"""Text files of rows: which encoding, which delimiter, then cell by cell. Nothing is decoded by guess."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tongban.ground.errors import Refusal
from tongban.registry.catalog.imports import cells, headings
from tongban.registry.catalog.imports.faults import Fault
from tongban.registry.catalog.imports.grid import SEARCHED, Row, Table

DELIMITERS: dict[str, str] = {",": "逗号", "\t": "制表符", ";": "分号", "|": "竖线"}
ENCODINGS: dict[str, str] = {"utf-8": "UTF-8", "gb18030": "GB18030", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}
_BLOCK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
csv.field_size_limit(200_000)


def read(path: Path) -> Table:
    """The rows of a text file, read as they are asked for.

    :raises Refusal: ``import.encoding``; while rows are read also ``import.quotes``.
    """
    encoding, skipped = _encoding(path)
    delimiter = _delimiter(path, encoding, skipped)
    notices = []
    if encoding == "gb18030":
        notices.append(Fault(0, "", "文件是 GB18030（GBK）编码，已按它读取"))
    return Table(
        _rows(path, encoding, skipped, delimiter),
        notices=notices,
        delimited=True,
        broken_end=not _ends_with_line(path, encoding),
    )


def _encoding(path: Path) -> tuple[str, int]:
    """The encoding and how many bytes its mark takes; every byte of the file is tried."""
    with path.open("rb") as file:
        head = file.read(4096)
    for mark, name in _MARKS:
        if head.startswith(mark):
            _decodes_or_refuse(path, name, len(mark))
            return name, len(mark)
    zeros = (head[0::2].count(0), head[1::2].count(0))
    for name, count in (("utf-16-be", zeros[0]), ("utf-16-le", zeros[1])):
        if count * 4 > len(head) and _bad_byte(path, name, 0) is None:
            return name, 0
    names = ["utf-8", "gb18030"]
    if any(zeros):  # a letter, a tab, a line end of UTF-16 holds a zero byte; no other text does
        names.insert(1, "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le")
    faults = {}
    for name in names:
        fault = _bad_byte(path, name, 0)
        if fault is None:
            return name, 0
        faults[name] = fault
    raise next((_cut_off(fault.lines) for fault in faults.values() if fault.last), _unknown_encoding(faults["utf-8"]))


def _decodes_or_refuse(path: Path, name: str, skipped: int) -> None:
    fault = _bad_byte(path, name, skipped)
    if fault is not None:
        raise _unknown_encoding(fault)


@dataclass(frozen=True)
class _BadByte:
    """Where a byte is none of an encoding: behind how many line ends; ``last``: the file ends inside a character."""

    lines: int
    last: bool = False


def _bad_byte(path: Path, encoding: str, skipped: int) -> _BadByte | None:
    """The first byte that is none of this encoding; None when there is no such byte."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 0
    with path.open("rb") as file:
        file.seek(skipped)
        while block := file.read(_BLOCK):
            try:
                lines += decoder.decode(block).count("\n")
            except UnicodeDecodeError as error:
                return _BadByte(lines + block[: error.start].count(b"\n"))
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return _BadByte(lines, last=True)
    return None


def _cut_off(lines: int) -> Refusal:
    return Refusal(
        "import.broken", f"文件在第 {lines + 1} 行断了", remedy="文件没有传完整，重新下载或从原系统重新导出，再上传"
    )


def _unknown_encoding(fault: _BadByte) -> Refusal:
    return Refusal(
        "import.encoding",
        f"第 {fault.lines + 1} 行附近有读不出的文字，文件既不是 UTF-8，也不是 GB18030",
        remedy="用表格软件打开，另存为“CSV UTF-8（逗号分隔）”或 .xlsx，再上传",
    )


def _ends_with_line(path: Path, encoding: str) -> bool:
    with path.open("rb") as file:
        size = file.seek(0, io.SEEK_END)
        file.seek(max(0, size - 4))
        return file.read().decode(encoding, "ignore").endswith(("\n", "\r"))


def _text(path: Path, encoding: str, skipped: int) -> io.TextIOWrapper:
    raw = path.open("rb")
    raw.seek(skipped)
    return io.TextIOWrapper(raw, encoding=encoding, newline="")


def _delimiter(path: Path, encoding: str, skipped: int) -> str:
    """The delimiter under which the first rows name the most fields, else the one that parts them most evenly."""
    best, chosen = (-1, -1), ","
    for delimiter in DELIMITERS:
        with _text(path, encoding, skipped) as text:
            rows = []
            try:
                for row, _ in zip(csv.reader(text, delimiter=delimiter), range(SEARCHED), strict=False):
                    rows.append(row)
            except csv.Error:
                rows = rows or [[]]
        named = max((headings.score(row) for row in rows), default=0)
        widths = [len(row) for row in rows if row]
        even = max(widths, key=widths.count) if widths else 0
        if (named, even) > best:
            best, chosen = (named, even), delimiter
    return chosen


def _rows(path: Path, encoding: str, skipped: int, delimiter: str) -> Iterator[Row]:
    with _text(path, encoding, skipped) as text:
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        number = 0
        while True:
            try:
                row = next(reader, None)
            except csv.Error as error:
                raise _quotes(number + 1, error) from error
            if row is None:
                return
            number += 1
            found: list[Any] = [cells.unguarded(cell) for cell in row]
            yield number, found


def _quotes(number: int, error: csv.Error) -> Refusal:
    if "limit" in str(error):
        return Refusal(
            "import.quotes",
            f"第 {number} 行的一格太长，多半是引号没有配对",
            remedy="在原表里检查这一行的双引号，或改用 .xlsx 上传",
        )
    return Refusal(
        "import.quotes",
        f"第 {number} 行的双引号没有配对，或文件在这里断了",
        remedy="内容里的一个双引号要写成两个；文件没有传完整的，从原系统重新导出，或改用 .xlsx",
    )

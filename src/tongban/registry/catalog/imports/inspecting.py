"""What the reading library does not tell of a spreadsheet: formulas, errors, its true extent, what it would unpack to.

Standard library only: it runs in the process that reads the file (``spreadsheet_process``). Positions are (row from 1,
column from 0).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

MOST_UNPACKED = 1_500_000_000
"""Bytes that a workbook may unpack to; one of 22,112 rows and 40 columns has 70 million."""
MOST_CELLS = 12_000_000
"""Cells of the rectangle from the first to the last one in use: the library keeps room for each of them."""
MOST_MARKS = 200_000
_BLOCK = 1 << 18
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(rb'([\w:]+)\s*=\s*"([^"]*)"')
_CELL = re.compile(r"([A-Z]{1,3})([0-9]+)$")
_ODS_CELLS = frozenset({"table:table-cell", "table:covered-table-cell"})
_ODS_ERROR = re.compile(r"#(REF!|N/A|VALUE!|DIV/0!|NAME\?|NULL!|NUM!)|Err:\d+")


class Oversized(Exception):
    """The file would unpack to more than any list of items; ``what`` says of which kind."""


class Encrypted(Exception):
    """The file is protected by a password."""


@dataclass
class Marks:
    """Cells of one sheet that must not be taken as they stand, and the rectangle in use."""

    formulas: set[tuple[int, int]] = field(default_factory=set)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    rows: int = 0
    columns: int = 0

    def seen(self, row: int, column: int) -> None:
        """A cell with content."""
        self.rows, self.columns = max(self.rows, row), max(self.columns, column + 1)
        if self.rows * self.columns > MOST_CELLS:
            raise Oversized("extent")

    def formula(self, row: int, column: int) -> None:
        """A cell that holds a formula."""
        self.formulas.add((row, column))
        if len(self.formulas) > MOST_MARKS:
            raise Oversized("formulas")


def column_number(letters: str) -> int:
    """``A`` is 0, ``AA`` 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def check_size(archive: zipfile.ZipFile) -> None:
    """Refuse what would unpack to far more than a list of items. Raises ``Oversized``, ``Encrypted``."""
    entries = archive.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        raise Encrypted
    if sum(entry.file_size for entry in entries) > MOST_UNPACKED or len(entries) > 20_000:
        raise Oversized("unpacked")


def xlsx_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Name of a sheet -> its part in the archive."""
    relations = {}
    for tag in _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")):
        told = _attributes(tag)
        relations[told.get("Id", "")] = told.get("Target", "")
    found = {}
    for tag in _SHEET.findall(archive.read("xl/workbook.xml")):
        told = _attributes(tag)
        key = next((value for name, value in told.items() if name.rpartition(":")[2] == "id" and ":" in name), "")
        target = relations.get(key, "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in archive.NameToInfo:
            found[told.get("name", "")] = part
    return found


def _attributes(tag: bytes) -> dict[str, str]:
    return {name.decode(): _unescaped(value.decode("utf-8", "replace")) for name, value in _ATTRIBUTE.findall(tag)}


def _unescaped(text: str) -> str:
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, character)
    return text


def xlsx_marks(archive: zipfile.ZipFile, part: str) -> Marks:
    """Formulas, errors and extent of one sheet of a workbook (ECMA-376, sheetData)."""
    marks = Marks()
    row = column = 0
    error_cell = in_value = False
    words: list[str] = []

    def start(name: str, told: dict[str, str]) -> None:
        nonlocal row, column, error_cell, in_value
        tag = name.rpartition(":")[2]
        if tag == "c":
            place = _CELL.match(told.get("r", ""))
            column = column_number(place[1]) if place else column + 1
            error_cell = told.get("t") == "e"
        elif tag == "row":
            row = int(told.get("r") or row + 1)
            column = -1
        elif tag == "f":
            marks.formula(row, column)
        elif tag in ("v", "is"):
            marks.seen(row, column)
            in_value = error_cell
            words.clear()

    def end(name: str) -> None:
        nonlocal in_value
        if in_value and name.rpartition(":")[2] == "v":
            marks.errors[(row, column)] = "".join(words)
            in_value = False

    def characters(data: str) -> None:
        if in_value:
            words.append(data)

    _parse(archive, part, start, end, characters)
    return marks


class _OdsReader:
    """Follows the content of an OpenDocument spreadsheet: rows and cells may stand for many (``*-repeated``)."""

    def __init__(self) -> None:
        self.found: dict[str, Marks] = {}
        self.marks = Marks()
        self.row = self.column = 0
        self.down = self.across = 1
        self.filled = False
        self.words: list[str] = []

    def start(self, name: str, told: dict[str, str]) -> None:
        """An element begins."""
        if name == "table:table":
            self.marks = self.found.setdefault(told.get("table:name", ""), Marks())
            self.row, self.down = 1, 0
        elif name == "table:table-row":
            self.row, self.column, self.across = self.row + self.down, 0, 0
            self.down = int(told.get("table:number-rows-repeated", "1"))
        elif name in _ODS_CELLS:
            self.column += self.across
            self.across = int(told.get("table:number-columns-repeated", "1"))
            self.cell(told)
        elif name == "text:p":
            self.filled = True

    def cell(self, told: dict[str, str]) -> None:
        """A cell begins."""
        self.filled = "office:value-type" in told or "calcext:value-type" in told
        self.words.clear()
        if "table:formula" in told:
            self.marks.formula(self.row, self.column)
        if told.get("calcext:value-type") == "error":
            self.marks.errors[(self.row, self.column)] = "#REF!"

    def end(self, name: str) -> None:
        """An element ends."""
        if name not in _ODS_CELLS or not self.filled:
            return
        self.marks.seen(self.row + self.down - 1, self.column + self.across - 1)
        text = "".join(self.words)
        if _ODS_ERROR.fullmatch(text):
            self.marks.errors[(self.row, self.column)] = text
        self.filled = False

    def characters(self, data: str) -> None:
        """Text inside."""
        if self.filled and len(self.words) < 4:
            self.words.append(data)


def ods_marks(archive: zipfile.ZipFile) -> dict[str, Marks]:
    """Formulas, errors and extent of every sheet of an OpenDocument spreadsheet, by its name."""
    reader = _OdsReader()
    _parse(archive, "content.xml", reader.start, reader.end, reader.characters)
    return reader.found


def _parse(
    archive: zipfile.ZipFile,
    part: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None],
    characters: Callable[[str], None],
) -> None:
    parser: Any = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = characters
    unpacked = 0
    with archive.open(part) as file:
        while block := file.read(_BLOCK):
            unpacked += len(block)
            if unpacked > MOST_UNPACKED:
                raise Oversized("unpacked")
            parser.Parse(block, False)
    parser.Parse(b"", True)


def is_zip(path: Path) -> bool:
    """Whether it begins as an archive; a cut-off one does too."""
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"

"""Reads one spreadsheet in a process of its own: ``python -m ...spreadsheet_process FILE KIND``; rows come out as JSON.

The library that unpacks other people's files is native code: here its memory and its time are bounded, and whatever it
does, the process that serves people goes on and gives no memory to it. The first line says what is in the file, then
comes ``[row, [cells]]`` for each row, last ``{"end": rows}``; a file that cannot be read is ``{"refused": why}``.
Imports neither Django nor the rest of the platform.
"""

from __future__ import annotations

import json
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from tongban.registry.catalog.imports import biff, headings, inspecting
from tongban.registry.catalog.imports.inspecting import Encrypted, Marks, Oversized

MEMORY_BYTES = 1_600_000_000
CPU_SECONDS = 240
SEARCHED = 20


class Refused(Exception):
    """The file cannot be read, with the code of the reason."""


def main(path: Path, kind: str) -> None:
    """Write the rows of the sheet that holds the list to stdout."""
    _bound()
    try:
        for line in _lines(path, kind):
            sys.stdout.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
    except Refused as refused:
        _say_refused(str(refused))
    except (Encrypted, PasswordError):
        _say_refused("encrypted")
    except Oversized as oversized:
        _say_refused(f"oversized.{oversized}")
    except MemoryError:
        _say_refused("oversized.memory")
    except (zipfile.BadZipFile, zlib.error, EOFError, ExpatError, CalamineError, biff.NoWorkbook, KeyError, ValueError):
        _say_refused("broken")
    sys.stdout.flush()


def _say_refused(code: str) -> None:
    sys.stdout.write(json.dumps({"refused": code}) + "\n")


def _bound() -> None:
    """Where the system can bound a process: its memory and its time."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))


def _lines(path: Path, kind: str) -> Iterator[Any]:
    marks = _Marks(path, kind)
    with path.open("rb") as file:  # by its content: a path is read by its ending
        workbook = CalamineWorkbook.from_filelike(file)
        yield from _sheet_lines(workbook, marks)


def _sheet_lines(workbook: CalamineWorkbook, marks: _Marks) -> Iterator[Any]:
    sheets = [(sheet.name, sheet.visible != SheetVisibleEnum.Visible) for sheet in workbook.sheets_metadata]
    chosen, told = _choose(workbook, sheets, marks)
    sheet = workbook.get_sheet_by_name(chosen)
    found = marks.of(chosen)
    merges = [[top + 1, left, bottom + 1, right] for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()]
    yield {"sheet": chosen, "others": told, "merges": merges}
    by_row = _by_row(found)
    count = 0
    for number, cells in enumerate(sheet.iter_rows(), 1):
        if number in by_row or any(cell != "" for cell in cells):
            yield [number, _plain(cells, by_row.get(number))]
            count += 1
    yield {"end": count}


class _Marks:
    """Formulas and errors by sheet, looked for where the kind of file tells them."""

    def __init__(self, path: Path, kind: str) -> None:
        self.archive: zipfile.ZipFile | None = None
        self.known: dict[str, Marks] = {}
        self.parts: dict[str, str] = {}
        if kind == "xls":
            self.known = biff.xls_marks(path)
            return
        self.archive = zipfile.ZipFile(path)
        inspecting.check_size(self.archive)
        if kind == "ods":
            self.known = inspecting.ods_marks(self.archive)
        elif kind == "xlsx":
            self.parts = inspecting.xlsx_parts(self.archive)

    def of(self, name: str) -> Marks:
        """The marks of one sheet; its extent is checked before the library makes room for it."""
        if name in self.parts and name not in self.known and self.archive is not None:
            self.known[name] = inspecting.xlsx_marks(self.archive, self.parts[name])
        return self.known.get(name, Marks())


def _choose(workbook: CalamineWorkbook, sheets: list[tuple[str, bool]], marks: _Marks) -> tuple[str, list[Any]]:
    """The one visible sheet that names fields in its first rows, and what else there is: [name, hidden, rows]."""
    scores: dict[str, int] = {}
    others: list[Any] = []
    for name, hidden in sheets:
        extent = marks.of(name)
        rows = extent.rows
        if hidden:
            others.append([name, True, rows])
            continue
        try:
            sheet = workbook.get_sheet_by_name(name)
        except CalamineError:
            continue  # a sheet of charts
        first = [[str(cell) for cell in row] for row in islice(sheet.iter_rows(), SEARCHED)]
        if any(any(row) for row in first):
            scores[name] = max(headings.score(row) for row in first)
            others.append([name, False, rows or sheet.total_height])
    if not scores:
        raise Refused("hidden" if any(rows for _, hidden, rows in others if hidden) else "empty")
    listing = [name for name, score in scores.items() if score >= 2] or list(scores)[:1]
    if len(listing) > 1:
        raise Refused("several." + "、".join(listing))
    return listing[0], [other for other in others if other[0] != listing[0]]


def _by_row(marks: Marks) -> dict[int, dict[int, str]]:
    """Row -> column -> the error's sign, or nothing for a formula."""
    found: dict[int, dict[int, str]] = {}
    for row, column in marks.formulas:
        found.setdefault(row, {})[column] = ""
    for (row, column), words in marks.errors.items():
        found.setdefault(row, {})[column] = words or "#N/A"
    return found


def _plain(cells: list[Any], marked: dict[int, str] | None) -> list[Any]:
    plain = [cell if isinstance(cell, str | bool | int | float) else _moment(cell) for cell in cells]
    for column, error in (marked or {}).items():
        plain += [""] * (column + 1 - len(plain))
        plain[column] = {"e": error} if error else {"f": plain[column]}
    while plain and plain[-1] == "":
        plain.pop()
    return plain


def _moment(cell: date | datetime | time | timedelta) -> Any:
    if isinstance(cell, datetime):
        text = cell.isoformat(" ", "minutes")
        return {"d": text.removesuffix(" 00:00")}
    return {"d": cell.isoformat()} if isinstance(cell, date) else {"d": str(cell)}


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

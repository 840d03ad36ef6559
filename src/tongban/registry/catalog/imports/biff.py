"""Formulas and errors in an old workbook (.xls: [MS-XLS] in a compound file [MS-CFB]). Standard library only."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from tongban.registry.catalog.imports.inspecting import Encrypted, Marks

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END, _LONGEST_CHAIN = 0xFFFFFFFC, 4_000_000
_BOF, _EOF, _BOUNDSHEET, _FILEPASS, _FORMULA, _ERROR, _MANY = 0x0809, 0x000A, 0x0085, 0x002F, 0x0006, 0x0205, 0x00BD
_VALUES = frozenset({0x00FD, 0x0203, 0x027E, 0x00BD, 0x0204, 0x00D6, 0x0006, 0x0205})
_WORDS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}


class NoWorkbook(ValueError):
    """A compound file without a workbook in it (a document, a broken file)."""


class _Compound:
    """The streams of a compound file: sectors joined by the chains of the allocation table."""

    def __init__(self, data: bytes) -> None:
        if len(data) < 512 or not data.startswith(MAGIC):
            raise NoWorkbook
        self.data = data
        self.size = 1 << struct.unpack_from("<H", data, 30)[0]
        self.small = 1 << struct.unpack_from("<H", data, 32)[0]
        first_directory, _, self.cutoff, first_mini, _, first_more, more = struct.unpack_from("<IIIIIII", data, 48)
        if self.size not in (512, 4096):
            raise NoWorkbook
        sectors = [s for s in struct.unpack_from("<109I", data, 76) if s < _END]
        for _ in range(more):
            if first_more >= _END:
                break
            block = struct.unpack(f"<{self.size // 4}I", self.sector(first_more))
            sectors += [s for s in block[:-1] if s < _END]
            first_more = block[-1]
        self.table = [n for s in sectors for n in struct.unpack(f"<{self.size // 4}I", self.sector(s))]
        self.directory = self.chain(first_directory)
        mini = self.chain(first_mini) if first_mini < _END else b""
        self.mini_table = struct.unpack(f"<{len(mini) // 4}I", mini)

    def sector(self, number: int) -> bytes:
        """One sector; the last one may be cut short."""
        begin = (number + 1) * self.size
        found = self.data[begin : begin + self.size]
        if not found:
            raise NoWorkbook
        return found.ljust(self.size, b"\0")

    def chain(self, number: int) -> bytes:
        """The sectors of a chain from this one on."""
        found: list[bytes] = []
        while number < _END:
            if number >= len(self.table) or len(found) > _LONGEST_CHAIN:
                raise NoWorkbook
            found.append(self.sector(number))
            number = self.table[number]
        return b"".join(found)

    def entries(self) -> Iterator[tuple[str, int, int]]:
        """Name, first sector and size of every entry."""
        for begin in range(0, len(self.directory) - 127, 128):
            entry = self.directory[begin : begin + 128]
            length = struct.unpack_from("<H", entry, 64)[0]
            name = entry[: max(0, length - 2)].decode("utf-16-le", "replace")
            yield name, *struct.unpack_from("<II", entry, 116)

    def stream(self, names: tuple[str, ...]) -> bytes:
        """The stream of one of these names."""
        entries = list(self.entries())
        found = next((entry for entry in entries if entry[0] in names), None)
        if found is None:
            raise NoWorkbook
        _, first, size = found
        if size >= self.cutoff:
            return self.chain(first)[:size]
        root = self.chain(entries[0][1])
        pieces: list[bytes] = []
        while first < _END and len(pieces) * self.small < size:
            pieces.append(root[first * self.small : (first + 1) * self.small])
            if first >= len(self.mini_table):
                raise NoWorkbook
            first = self.mini_table[first]
        return b"".join(pieces)[:size]


def kind_of(path: Path) -> str:
    """``xls``, ``encrypted`` (a new workbook with a password lies in a compound file), or ``other``."""
    try:
        names = {name for name, _, _ in _Compound(path.read_bytes()).entries()}
    except (NoWorkbook, struct.error):
        return "other"
    if "EncryptedPackage" in names:
        return "encrypted"
    return "xls" if names & {"Workbook", "Book"} else "other"


def xls_marks(path: Path) -> dict[str, Marks]:
    """Formulas, errors and extent of every sheet by its name. Raises ``Encrypted``, ``NoWorkbook``, ``Oversized``."""
    stream = _Compound(path.read_bytes()).stream(("Workbook", "Book"))
    sheets: dict[str, Marks] = {}
    for kind, body, _ in _records(stream, 0):
        if kind == _FILEPASS:
            raise Encrypted
        if kind == _BOUNDSHEET and len(body) > 8:
            begin, length = struct.unpack_from("<I", body)[0], body[6]
            wide = body[7] & 1
            raw = body[8 : 8 + length * (1 + wide)]
            sheets[raw.decode("utf-16-le" if wide else "latin-1", "replace")] = _sheet(stream, begin)
        if kind == _EOF:
            break
    return sheets


def _records(stream: bytes, begin: int) -> Iterator[tuple[int, bytes, int]]:
    while begin + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, begin)
        yield kind, stream[begin + 4 : begin + 4 + length], begin
        begin += 4 + length


def _sheet(stream: bytes, begin: int) -> Marks:
    marks, depth = Marks(), 0
    for kind, body, _ in _records(stream, begin):
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                break
        elif depth == 1 and kind in _VALUES and len(body) >= 6:
            row, column = struct.unpack_from("<HH", body)
            last = struct.unpack_from("<H", body, len(body) - 2)[0] if kind == _MANY else column
            marks.seen(row + 1, last)
            if kind == _FORMULA:
                marks.formula(row + 1, column)
            elif kind == _ERROR and len(body) >= 8 and body[7]:
                marks.errors[(row + 1, column)] = _WORDS.get(body[6], "#N/A")
    return marks

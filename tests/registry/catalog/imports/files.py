"""Workbooks of every kind for the tests, written byte by byte where no library writes what we want to read."""

from __future__ import annotations

import csv
import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

HEADINGS = (
    "实施编码",
    "事项名称",
    "事项类型",
    "实施主体",
    "办件类型",
    "法定办结时限",
    "承诺办结时限",
    "到办事现场次数",
    "备注",
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HIDDEN = ' state="hidden"'
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


class Formula(str):
    """A cell with this formula; its last value is 7."""


class ErrorCell(str):
    """A cell with this error."""


class DateCell(int):
    """A cell with this serial number, shown as a date."""


def row(n: int, **changed: Any) -> dict[str, Any]:
    """A good row of a list of 云溪市."""
    made = {
        "实施编码": f"1133990000TEST{n:04d}",
        "事项名称": f"第{n}号事项",
        "事项类型": "公共服务",
        "实施主体": "云溪市民政局",
        "办件类型": "承诺件",
        "法定办结时限": "20个工作日",
        "承诺办结时限": "5个工作日",
        "到办事现场次数": 1,
        "备注": f"说明{n}",
    }
    return made | changed


def rows(count: int, **changed: Any) -> list[dict[str, Any]]:
    """That many good rows."""
    return [row(n, **changed) for n in range(1, count + 1)]


def table(records: Sequence[Mapping[str, Any]], headings: Sequence[str] = HEADINGS) -> list[list[Any]]:
    """Headings and cells."""
    return [list(headings), *[[record.get(heading, "") for heading in headings] for record in records]]


def as_csv(
    records: Sequence[Mapping[str, Any]], encoding: str = "utf-8", delimiter: str = ",", **options: Any
) -> bytes:
    """A text file."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(table(records, **options))
    return out.getvalue().encode(encoding)


def letter(column: int) -> str:
    return chr(65 + column) if column < 26 else chr(64 + column // 26) + chr(65 + column % 26)


def _cell(place: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, Formula):
        return f'<c r="{place}"><f>{escape(value)}</f><v>7</v></c>'
    if isinstance(value, ErrorCell):
        return f'<c r="{place}" t="e"><v>{escape(value)}</v></c>'
    if isinstance(value, DateCell):
        return f'<c r="{place}" s="1"><v>{int(value)}</v></c>'
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(str(value))}</t></is></c>'


def sheet_xml(cells: Sequence[Sequence[Any]], merges: Sequence[str] = (), gap: Mapping[int, int] | None = None) -> str:
    """The part of one sheet; ``gap`` puts a row (by its place) at another number."""
    lines = []
    for n, line in enumerate(cells, 1):
        number = (gap or {}).get(n, n)
        inside = "".join(_cell(f"{letter(c)}{number}", value) for c, value in enumerate(line))
        lines.append(f'<row r="{number}">{inside}</row>')
    merged = (
        f"<mergeCells>{''.join(f'<mergeCell ref={chr(34)}{m}{chr(34)}/>' for m in merges)}</mergeCells>"
        if merges
        else ""
    )
    return f'<?xml version="1.0"?><worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData>{merged}</worksheet>'


def as_xlsx(*sheets: tuple[str, str, bool]) -> bytes:
    """A workbook of (name, xml, hidden)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        types = (
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
            f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            "</Types>"
        )
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("_rels/.rels", _relations([("office", "officeDocument", "xl/workbook.xml")]))
        names = "".join(
            f'<sheet name="{name}" sheetId="{n}"{HIDDEN if hidden else ""} r:id="s{n}"/>'
            for n, (name, _, hidden) in enumerate(sheets, 1)
        )
        archive.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{names}</sheets></workbook>'
        )
        parts = [(f"s{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)]
        archive.writestr("xl/_rels/workbook.xml.rels", _relations([*parts, ("styles", "styles", "styles.xml")]))
        archive.writestr(
            "xl/styles.xml",
            f'<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
            "</styleSheet>",
        )
        for n, (_, xml, _) in enumerate(sheets, 1):
            archive.writestr(f"xl/worksheets/sheet{n}.xml", xml)
    return out.getvalue()


def _relations(entries: Sequence[tuple[str, str, str]]) -> str:
    inside = "".join(
        f'<Relationship Id="{key}" Type="{RELATIONS}/{kind}" Target="{target}"/>' for key, kind, target in entries
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>'


def one_sheet(cells: Sequence[Sequence[Any]], merges: Sequence[str] = (), **options: Any) -> bytes:
    """A workbook with one sheet."""
    return as_xlsx(("清单", sheet_xml(cells, merges, **options), False))


def as_ods(cells: Sequence[Sequence[Any]], repeated: int = 0) -> bytes:
    """An OpenDocument spreadsheet; ``repeated`` repeats the last row so many times."""
    lines = []
    for n, line in enumerate(cells):
        inside = "".join(_ods_cell(value) for value in line)
        again = f' table:number-rows-repeated="{repeated}"' if repeated and n == len(cells) - 1 else ""
        lines.append(f"<table:table-row{again}>{inside}</table:table-row>")
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content{spaces} office:version="1.2"><office:body><office:spreadsheet>'
        f'<table:table table:name="清单">{"".join(lines)}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", kind, zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
        archive.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{manifest}" manifest:version="1.2">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
            '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
            "</manifest:manifest>",
        )
    return out.getvalue()


def _ods_cell(value: Any) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, Formula):
        return (
            f'<table:table-cell table:formula="of:={escape(value)}" office:value-type="float" office:value="7">'
            "<text:p>7</text:p></table:table-cell>"
        )
    if isinstance(value, int | float):
        return (
            f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p>'
            "</table:table-cell>"
        )
    return f'<table:table-cell office:value-type="string"><text:p>{escape(str(value))}</text:p></table:table-cell>'


def as_xls(cells: Sequence[Sequence[Any]]) -> bytes:
    """An old workbook: BIFF8 records in a compound file of one stream, no more than a reader needs."""
    return _compound(_globals_and_sheet(cells))


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _globals_and_sheet(cells: Sequence[Sequence[Any]]) -> bytes:
    bof_book = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0x0600))
    font = _record(0x0031, struct.pack("<HHHHHBBBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0, 1, 0) + b"A")
    formats = _record(0x00E0, struct.pack("<HHHBBBBIIH", 0, 0, 0xFFF5, 0x20, 0, 0, 0, 0, 0, 0))
    eof = _record(0x000A, b"")
    name = "S".encode("latin-1")
    size = len(bof_book + font + formats) + 4 + 8 + len(name) + len(eof)
    bound = _record(0x0085, struct.pack("<IBBBB", size, 0, 0, len(name), 0) + name)
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0x0600))
    sheet += _record(0x0200, struct.pack("<IIHHH", 0, len(cells), 0, max(map(len, cells)), 0))
    for r, line in enumerate(cells):
        for c, value in enumerate(line):
            sheet += _xls_cell(r, c, value)
    return bof_book + font + formats + bound + eof + sheet + eof


def _xls_cell(r: int, c: int, value: Any) -> bytes:
    if value is None or value == "":
        return b""
    if isinstance(value, Formula):
        return _record(0x0006, struct.pack("<HHHdHIH", r, c, 0, 7.0, 0, 0, 3) + b"\x1e\x07\x00")
    if isinstance(value, ErrorCell):
        return _record(0x0205, struct.pack("<HHHBB", r, c, 0, 0x17, 1))
    if isinstance(value, int | float):
        return _record(0x0203, struct.pack("<HHHd", r, c, 0, float(value)))
    text = str(value).encode("utf-16-le")
    return _record(0x0204, struct.pack("<HHHHB", r, c, 0, len(text) // 2, 1) + text)


def _compound(stream: bytes, name: str = "Workbook") -> bytes:
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(stream) // 512
    tables = 1
    while tables * 128 < sectors + tables + 1:
        tables += 1
    table = [0xFFFFFFFD] * tables + [0xFFFFFFFE]  # the table's own sectors, then the directory
    first = len(table)
    table += [first + n + 1 for n in range(sectors - 1)] + [0xFFFFFFFE]
    table += [0xFFFFFFFF] * (tables * 128 - len(table))
    places = [*range(tables), *[0xFFFFFFFF] * (109 - tables)]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack(
        "<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, tables, tables, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0
    )
    header += struct.pack("<109I", *places)
    directory = _entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + _entry(name, 2, 0xFFFFFFFF, first, len(stream))
    directory = directory.ljust(512, b"\0")
    return header + struct.pack(f"<{len(table)}I", *table) + directory + stream


def _entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
    raw = (name + "\0").encode("utf-16-le")
    return (
        raw.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(raw), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        + b"\0" * 36
        + struct.pack("<III", first, size, 0)
    )


def encrypted_xlsx() -> bytes:
    """What a workbook with a password is: a compound file that holds an encrypted package."""
    return _compound(b"\1" * 5000, "EncryptedPackage")


def written(folder: Path, name: str, content: bytes) -> Path:
    """The bytes as a file."""
    path = folder / name
    path.write_bytes(content)
    return path

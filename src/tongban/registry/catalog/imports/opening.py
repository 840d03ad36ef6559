"""What file is it really? Its bytes decide, never its name; then it is read by whoever can."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path, PurePosixPath

from tongban.ground.errors import Refusal
from tongban.registry.catalog.imports import biff, delimited, spreadsheets
from tongban.registry.catalog.imports.faults import Fault
from tongban.registry.catalog.imports.grid import Grid, grid_of

MOST_BYTES = 300 * 1024 * 1024
ENDINGS = (".xlsx", ".xls", ".ods", ".csv", ".tsv")
"""Endings that a file chooser offers."""
_ENDINGS: dict[str, tuple[str, ...]] = {
    "xlsx": (".xlsx", ".xlsm", ".xltx"),
    "xls": (".xls", ".et"),
    "ods": (".ods",),
    "text": (".csv", ".tsv", ".txt"),
}
_KINDS: dict[str, str] = {"xlsx": "Excel 工作簿", "xls": "旧版 Excel 工作簿", "ods": "ODS 表格", "text": "文本"}
_AS_XLSX = "用表格软件打开，另存为 .xlsx，再上传"
_FOREIGN: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "PDF 文件", "从原系统导出 .xlsx 或 .csv"),
    (b"\xff\xd8\xff", "图片", "从原系统导出 .xlsx 或 .csv"),
    (b"\x89PNG", "图片", "从原系统导出 .xlsx 或 .csv"),
    (b"Rar!", "压缩包", "先解开，再上传里面的表格"),
    (b"7z\xbc\xaf", "压缩包", "先解开，再上传里面的表格"),
    (b"\x1f\x8b", "压缩包", "先解开，再上传里面的表格"),
    (b"{\\rtf", "Word 文档", "把表格复制到 Excel，另存为 .xlsx，再上传"),
    (b"MZ", "程序文件", "选择清单文件再上传"),
)


def open_grid(path: Path, name: str) -> Grid:
    """Headings and rows of a file.

    :param name: what the person calls the file; its ending is compared with what the file is.
    :raises Refusal: ``import.<reason>`` with a remedy; while rows are read some reasons come late.
    """
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise too_large(size)
    kind = _kind(path)
    table = delimited.read(path) if kind == "text" else spreadsheets.read(path, kind)
    ending = PurePosixPath(name).suffix.lower()
    if ending and ending not in _ENDINGS[kind]:
        table.notices.append(Fault(0, "", f"文件名以 {ending} 结尾，内容其实是{_KINDS[kind]}，已按内容读取"))
    return grid_of(table)


def too_large(size: int) -> Refusal:
    """The refusal of a file beyond the limit; told before a byte of it is read."""
    shown = f"{size / 1024 / 1024:.0f} MB"
    return Refusal(
        "import.too_large",
        f"文件有 {shown}，最多 {MOST_BYTES // 1024 // 1024} MB",
        field="file",
        remedy="删掉图片和不导入的列，或按部门分成几个文件",
    )


def fingerprint(path: Path) -> str:
    """sha256 (hex) of a file, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _kind(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        raise Refusal("import.empty", "文件是空的", field="file", remedy="确认文件能打开，再上传")
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _kind_of_archive(path)
    if head.startswith(biff.MAGIC):
        return _kind_of_compound(path)
    for magic, words, remedy in _FOREIGN:
        if head.startswith(magic):
            raise Refusal("import.type", f"文件其实是{words}，不是表格", field="file", remedy=remedy)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:64].lower()
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta", b"<style", b"mime-version")):
        sentence = "文件其实是网页，只是名字像表格"
        raise Refusal("import.type", sentence, field="file", remedy=_AS_XLSX)
    return "text"


def _kind_of_archive(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "xl/workbook.xml" in names:
                return "xlsx"
            if "content.xml" in names and b"spreadsheet" in archive.read("mimetype")[:200]:
                return "ods"
    except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError) as error:
        raise spreadsheets.refusal("broken") from error
    if "xl/workbook.bin" in names:
        raise Refusal("import.type", "文件是二进制的 .xlsb 工作簿，这里不读", field="file", remedy=_AS_XLSX)
    words = "Word 文档" if "word/document.xml" in names else "压缩包"
    remedy = "把表格复制到 Excel，另存为 .xlsx，再上传" if words != "压缩包" else "先解开，再上传里面的表格"
    raise Refusal("import.type", f"文件其实是{words}，不是表格", field="file", remedy=remedy)


def _kind_of_compound(path: Path) -> str:
    kind = biff.kind_of(path)
    if kind == "encrypted":
        raise spreadsheets.refusal("encrypted")
    if kind == "other":
        raise spreadsheets.refusal("broken")
    return "xls"

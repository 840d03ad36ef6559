"""The rows of a spreadsheet (.xlsx, .xls, .ods), read by a process of its own (``spreadsheet_process``)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tongban.ground.errors import Refusal
from tongban.registry.catalog.imports.faults import Fault
from tongban.registry.catalog.imports.grid import Row, Table

MODULE = "tongban.registry.catalog.imports.spreadsheet_process"
_SAVE_AGAIN = "用表格软件打开，确认能看到清单，另存为新的 .xlsx，再上传"
_REASONS: dict[str, tuple[str, str]] = {
    "encrypted": ("文件有打开密码，读不了", "在表格软件里去掉密码，另存后再上传"),
    "broken": ("文件不完整或已经损坏，读不了", f"重新下载或重新导出；能打开的，{_SAVE_AGAIN}"),
    "empty": ("文件里没有内容", "确认清单在可见的工作表里，再上传"),
    "hidden": ("有内容的工作表都是隐藏的", "在表格软件里取消隐藏，另存后再上传"),
    "oversized.unpacked": ("文件解开后太大，不像一份清单", _SAVE_AGAIN),
    "oversized.memory": ("文件解开后太大，读不了", "分成几个文件，每个不超过 10 万行，再上传"),
    "oversized.extent": ("表格用到的范围太大，有内容的格子离得太远", "删掉清单以外的内容，或把清单复制到新表，再上传"),
    "oversized.formulas": ("表里有 20 万个以上的公式", "全选后用“选择性粘贴—值”贴回原处，再上传"),
}


def read(path: Path, kind: str) -> Table:
    """The rows of the sheet that holds the list; the process ends with the last row or with the table.

    :param kind: ``xlsx``, ``xls`` or ``ods``.
    :raises Refusal: ``import.<reason>``; while rows are read also ``import.broken``.
    """
    lines = _lines(path, kind)
    first = next(lines)
    merges = tuple((top, left, bottom, right) for top, left, bottom, right in first["merges"])
    notices = [_about_sheet(name, hidden, rows) for name, hidden, rows in first["others"]]
    return Table(_rows(lines), merges, notices)


def _about_sheet(name: str, hidden: bool, rows: int) -> Fault:
    kind = "隐藏的工作表" if hidden else "工作表"
    return Fault(0, "", f"{kind}“{name}”（{rows} 行）没有导入", "要导入的，取消隐藏后另存为单独的文件")


def _rows(lines: Iterator[Any]) -> Iterator[Row]:
    for line in lines:
        if isinstance(line, dict):
            return
        yield line[0], line[1]


def _lines(path: Path, kind: str) -> Iterator[Any]:
    """The objects of the process; a refusal or a process that ended early is raised."""
    source = str(Path(__file__).resolve().parents[4])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([source, os.environ.get("PYTHONPATH", "")])}
    command = [sys.executable, "-m", MODULE, str(path), kind]
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    complete = False
    try:
        for raw in process.stdout:
            line = json.loads(raw)
            if isinstance(line, dict) and "refused" in line:
                raise refusal(line["refused"])
            complete = isinstance(line, dict) and "end" in line
            yield line
        if not complete:
            raise refusal("oversized.memory" if process.wait() < 0 else "broken")
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def refusal(reason: str) -> Refusal:
    """The refusal of a reason that the process gave."""
    if reason.startswith("several."):
        return Refusal(
            "import.several",
            f"有几张工作表都像清单：{reason.removeprefix('several.')}",
            remedy="每次导入一张：把要导入的工作表另存为单独的文件，再上传",
        )
    sentence, remedy = _REASONS.get(reason, _REASONS["broken"])
    return Refusal(f"import.{reason.partition('.')[0]}", sentence, remedy=remedy)

"""The virus scanner's hook: a command of the operator (``TONGBAN_SCANNER``) that gets a file name."""

from __future__ import annotations

import shlex
import subprocess
import tempfile
from pathlib import Path

from django.conf import settings

from tongban.ground.errors import Refusal, Unavailable

TIMEOUT_SECONDS = 60


def scan(content: bytes, name: str) -> None:
    """Run the scanner when one is set: exit status 0 is clean, 1 is a finding; anything else fails closed.

    :raises Refusal: the scanner found something.
    :raises Unavailable: it did not answer; the file is not taken.
    """
    if not settings.SCANNER:
        return
    with tempfile.NamedTemporaryFile(prefix="tongban-scan-") as file:
        file.write(content)
        file.flush()
        scan_file(Path(file.name), name)


def scan_file(path: Path, name: str) -> None:
    """The same for a file that lies on the disk already."""
    if not settings.SCANNER:
        return
    try:
        status = subprocess.run(
            [*shlex.split(settings.SCANNER), str(path)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        ).returncode
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _unavailable() from error
    if status == 1:
        raise Refusal(
            "file.infected",
            f"文件“{name}”没有通过病毒检查，不能接收",
            field="file",
            remedy="请先给电脑或手机杀毒，再上传新的扫描件或照片",
        )
    if status != 0:
        raise _unavailable()


def _unavailable() -> Unavailable:
    return Unavailable("scanner", "文件检查服务暂时不可用，文件没有上传", remedy="您填的内容已保存，请稍后再上传")

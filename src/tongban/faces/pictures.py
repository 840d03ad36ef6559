"""Pages of a PDF as pictures, drawn by poppler from the file itself: for browsers that cannot open one (WeChat), and
beside the data that a reviewer compares it with."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from tongban.ground.errors import NotFound, Unavailable

LONG_EDGE = 1520
"""Pixels: a page of A4 at 130 dots an inch. A page of any size has no more, so that none becomes a bomb."""
PICTURE_SECONDS = 15
PROGRAM = "pdftoppm"


def possible() -> bool:
    """Whether this machine can draw pages."""
    return shutil.which(PROGRAM) is not None


def page_picture(pdf: bytes, wanted: str, pages: int | None) -> bytes:
    """One page as PNG.

    :param wanted: number of the page as it stands in the address. :raises NotFound: there is no such page.
    :raises Unavailable: the program is missing or failed.
    """
    if not wanted.isdecimal() or not 1 <= int(wanted) <= (pages or 1):
        raise NotFound("paper.page", "这份文书没有这一页")
    program = shutil.which(PROGRAM)
    if program is None:
        raise Unavailable("pictures", "本站暂时不能把文书转成图片", remedy="请直接下载 PDF")
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "paper.pdf", Path(folder) / "page"
        source.write_bytes(pdf)
        options = ["-png", "-singlefile", "-scale-to", str(LONG_EDGE), "-f", wanted, "-l", wanted]
        command = [program, *options, str(source), str(target)]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=PICTURE_SECONDS)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            raise Unavailable("pictures", "这一页没有转成图片", remedy="请直接下载 PDF") from error
        return target.with_suffix(".png").read_bytes()

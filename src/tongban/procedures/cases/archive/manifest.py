"""The table of contents of a package and how long it is kept."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.ground.storage.selectors import open_file
from tongban.procedures.cases.models import ArchivePackage, ArchiveSupplement

FORMAT = "tongban-archive/1"
MANIFEST = "manifest.json"
CATEGORIES = {
    "form": "申请表",
    "material": "申请材料",
    "record": "审查意见和过程记录",
    "paper": "文书",
    "ledger": "办理账本",
    "about": "说明",
}
"""Category of an entry -> its name for people, in the order of the receipt."""

PERMANENT = "永久"
_YEARS = re.compile(r"^\s*(\d{1,3})\s*年\s*$")


@dataclass(frozen=True)
class Retention:
    """How long: in words, and the last day (``None`` = for ever)."""

    words: str
    until: date | None


def retention_of(words: str, concluded: date) -> Retention:
    """Retention counts whole years from the first of January after the year in which the case ended.

    :param words: ``永久``, ``30年`` or ``10年``, as the version publishes it.
    :raises ValueError: words that are none of these (publishing checks them; a programming error here).
    """
    if words.strip() == PERMANENT:
        return Retention(PERMANENT, None)
    years = _YEARS.match(words)
    if years is None:
        raise ValueError(f"retention {words!r}: 永久 or a number of years")
    return Retention(f"{int(years[1])}年", date(concluded.year + int(years[1]), 12, 31))


def encode(value: Any) -> bytes:
    """JSON as it stands in a package: sorted, indented, UTF-8, the same bytes each time."""
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def manifest_of(package: ArchivePackage | ArchiveSupplement) -> dict[str, Any]:
    """The manifest of a stored package."""
    with zipfile.ZipFile(io.BytesIO(open_file(package.file))) as archive:
        found: dict[str, Any] = json.loads(archive.read(MANIFEST))
        return found

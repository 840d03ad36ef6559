"""What a draft still lacks before publication, each with the page of the editor on which it is mended."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tongban.registry.catalog import services
from tongban.registry.catalog.drafting import PARTS
from tongban.registry.catalog.findings import Finding
from tongban.registry.catalog.models import HandlingOption

SOURCE, SOURCE_TITLE = "source", "全文"
_OTHER = {
    "visible": "form",
    "field": "form",
    "situation": "questions",
    "material": "materials",
    "papers": "result",
    "fee_basis": "result",
}
_HEAD = re.compile(r"[a-z_]+")


@dataclass(frozen=True)
class Gap:
    """One thing that is missing. ``part``: key of the page of the editor, ``source`` where no form covers it."""

    place: str
    sentence: str
    remedy: str
    part: str

    @property
    def part_title(self) -> str:
        """What the page is called."""
        return PARTS[self.part].title if self.part in PARTS else SOURCE_TITLE


def gaps(option: HandlingOption) -> tuple[Gap, ...]:
    """Everything that is missing in the draft of an option."""
    return tuple(of_findings(services.missing(option)))


def of_findings(found: tuple[Finding, ...]) -> tuple[Gap, ...]:
    """Findings with the page of each."""
    return tuple(Gap(one.place, one.sentence, one.remedy, part_of(one.place)) for one in found)


def part_of(place: str) -> str:
    """The page of the editor on which a place of the draft is."""
    found = _HEAD.match(place)
    head = found[0] if found else ""
    if head in _OTHER:
        return _OTHER[head]
    return next((key for key, part in PARTS.items() if any(f.key.split(".")[0] == head for f in part.fields)), SOURCE)

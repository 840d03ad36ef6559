"""What of a decided case is public, as dated data: the law decides by regime and result, nobody by hand. Pure.

行政许可法 art. 40 makes the granting of a licence public; 政府信息公开条例 art. 20(5) the results of other services,
art. 15 keeps privacy and business secrets. A regime without a row (adjudication: a dispute between parties) is closed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from tongban.ground.masking import mask_name

Shown = Literal["full", "masked", "hidden"]
POSITIVE, NEGATIVE = "positive", "negative"
OUTCOMES: Mapping[str, tuple[str, ...]] = {
    POSITIVE: ("granted", "recorded", "provided"),
    NEGATIVE: ("refused", "not_provided"),
}
"""Results that the public may ask for, as the outcomes of the regimes."""


@dataclass(frozen=True, slots=True)
class PublicityRule:
    """One version of the rule; ``regimes``: regime -> result -> kind of applicant -> how the applicant is shown."""

    version: str
    valid_from: date
    basis: tuple[str, ...]
    regimes: Mapping[str, Mapping[str, Mapping[str, Shown]]]

    def is_open(self, regime: str) -> bool:
        """Whether results of this regime are public at all."""
        return regime in self.regimes

    def shown(self, regime: str, outcome: str, *, organisation: bool) -> Shown:
        """How the applicant of a result is shown; hidden wherever the rule says nothing."""
        result = POSITIVE if outcome in OUTCOMES[POSITIVE] else NEGATIVE
        kinds = self.regimes.get(regime, {}).get(result, {})
        return kinds.get("organisation" if organisation else "person", "hidden")


@dataclass(frozen=True, slots=True)
class Applicant:
    """The applicant as the public reads it; an empty name is withheld by law."""

    name: str
    uscc: str
    organisation: bool


def rule_of(row: Mapping[str, Any]) -> PublicityRule:
    """A rule of the layout of ``data/rules.json``."""
    return PublicityRule(
        str(row["version"]), date.fromisoformat(row["valid_from"]), tuple(row["basis"]), dict(row["regimes"])
    )


@cache
def shipped() -> tuple[PublicityRule, ...]:
    """The rules of the house, the oldest first."""
    rows = json.loads((Path(__file__).parent / "data" / "rules.json").read_text(encoding="utf-8"))
    return tuple(sorted(map(rule_of, rows), key=lambda rule: rule.valid_from))


def rule_in_force(rules: Sequence[PublicityRule], on: date) -> PublicityRule:
    """The newest rule that began by ``on``."""
    return max((rule for rule in rules if rule.valid_from <= on), key=lambda rule: rule.valid_from)


def applicant(
    rule: PublicityRule, regime: str, outcome: str, *, label: str, organisation: bool, uscc: str = ""
) -> Applicant:
    """The applicant of a result.

    :param label: an organisation's name in full, a person's name as the case shows it (masked already, and masked
      again here: masking a masked name changes nothing that matters, an unmasked one never gets out).
    """
    match rule.shown(regime, outcome, organisation=organisation):
        case "full":
            return Applicant(label, uscc, organisation) if organisation else Applicant(mask_name(label), "", False)
        case "masked":
            return Applicant(mask_name(label), "", organisation)
        case _:
            return Applicant("", "", organisation)

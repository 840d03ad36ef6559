"""What becomes of a case: which of the lawful roads it takes, by the habits of its people and by chance.

A fate is a bias, never a decision: what happens next is planned from the case as it stands (``plans``), so a fate may
be drawn anew for a case whose own is forgotten. Some rare roads are assured: a history of some size has them all.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tongban.demo import files, names
from tongban.demo.lives.matters import Matter
from tongban.registry.catalog.version import VersionContent

FAULTY = {"careful": 0.06, "ordinary": 0.23, "careless": 0.48}
"""How often an application needs a correction, by the applicant's care."""
SLOW = {"民政局": 1.5, "城管局": 1.2, "住建局": 1.2, "人社局": 1.1, "医保局": 0.8, "公积金中心": 0.7, "交通局": 0.8}
"""How much longer than usual a department takes for a step."""


@dataclass(frozen=True)
class Fate:
    """The road of one case.

    ``intake``: accept, notice, lapsed, demand, spot, defer, promise, refused, withdrawn, silent, void, moved.
    ``review``: plain, special, supplement, opinion, meeting, extend, hearing, told, party, dispute, hand_over, object,
    terminate, transfer, withdrawn. ``delivery``: portal, counter, post, left_behind. ``check``: kept, rectified,
    annulled. ``pace``: of the authority, 1 as usual. ``late``: of the applicant, 1 as usual.
    ``rests``: the stage at which the history leaves the case, so that every desk has work today; empty for none.
    """

    intake: str = "accept"
    review: str = "plain"
    delivery: str = "portal"
    check: str = "kept"
    pace: float = 1.0
    late: float = 1.0
    rests: str = ""

    @property
    def brisk(self) -> bool:
        """Whether everybody takes a working day and no more: what is left at a stage has come there lately."""
        return bool(self.rests)


@dataclass(frozen=True)
class Assured:
    """A road that a history of some size has: of one of these items, entered this way (empty: either)."""

    slugs: tuple[str, ...]
    intake: str = ""
    review: str = ""
    check: str = ""
    delivery: str = ""
    pace: float = 0.0
    window: bool | None = None

    def fits(self, matter: Matter, window: bool) -> bool:
        """Whether this matter may take it."""
        return matter.slug in self.slugs and self.window in (None, window)

    def of(self, fate: Fate) -> Fate:
        """The fate with this road."""
        own = {"intake": self.intake, "review": self.review, "check": self.check, "delivery": self.delivery}
        told = {key: value for key, value in own.items() if value}
        if self.intake or self.review:  # nothing else must keep the case from the assured road
            told = {"intake": "accept", "review": "plain"} | told
        return replace(fate, **told, **({"pace": self.pace} if self.pace else {}))  # type: ignore[arg-type]


_H, _F, _R = names.HYGIENE_SLUG, names.FOOD_SLUG, names.ROAD_SLUG
ASSURED: tuple[Assured, ...] = (
    Assured((names.ENTERTAINMENT_SLUG,), review="hearing"),
    Assured((names.ENTERTAINMENT_SLUG,), review="told"),
    Assured((names.GAS_SLUG, names.AWARD_SLUG), review="special"),
    Assured((names.RENEWAL_SLUG,), review="special"),
    Assured((names.RENEWAL_SLUG,), intake="defer"),
    Assured((names.DISPUTE_SLUG,), review="special"),
    Assured((names.FIRE_SLUG,), intake="promise", check="annulled"),
    Assured((names.FIRE_SLUG,), intake="promise", check="rectified"),
    Assured((names.FIRE_SLUG,), intake="promise"),
    Assured((names.ALLOWANCE_SLUG,), intake="promise"),
    Assured((_H, _F), intake="silent", window=False),
    Assured((_H, _F, _R), intake="lapsed", window=False),
    Assured((_H, _F), intake="demand"),
    Assured((_H, _R, _F), intake="void", window=True),
    Assured((_R, _H, _F), intake="moved", window=True),
    Assured((_H, _F, names.ADVERTISING_SLUG), intake="refused"),
    Assured((_R, names.FUND_SLUG), intake="refused"),
    Assured((_H, _F, _R), intake="spot", window=True),
    Assured((_F, names.ADVERTISING_SLUG, names.VEHICLE_SLUG), intake="defer"),
    Assured((_R,), review="meeting"),
    Assured((_R, _H), review="opinion"),
    Assured((_H, _R), review="party"),
    Assured((_H, _F), review="dispute"),
    Assured((_H, names.NURSE_SLUG, _F), review="hand_over"),
    Assured((_F, _H, _R), review="extend"),
    Assured((_H, _R), review="extend", pace=2.2),
    Assured((_H, _F), review="terminate"),
    Assured((_R, names.INJURY_SLUG), review="transfer"),
    Assured((_H, _F), review="supplement"),
    Assured((names.INJURY_SLUG, names.DISABILITY_SLUG), review="object"),
    Assured((_F, _R), review="object", delivery="left_behind"),
    Assured((_H, _R, _F), review="plain", pace=3.5),
    Assured((names.BUILDING_SLUG, names.DISABILITY_SLUG, names.ILLNESS_SLUG), review="plain", pace=4.0),
)


def fate_of(matter: Matter, content: VersionContent, chance: random.Random, *, window: bool) -> Fate:
    """A fate by the habits of the applicant and of the authority."""
    authority = content.authority.short_name
    pace = SLOW.get(authority, 1.0) * chance.choice((0.6, 0.8, 1.0, 1.0, 1.3, 1.8))
    late = {"quick": 0.5, "ordinary": 1.0, "slow": 2.2}[matter.pace] * chance.choice((0.7, 1.0, 1.4))
    return Fate(
        intake=_intake(matter, content, chance, window),
        review=_review(content, chance),
        delivery=chance.choices(("portal", "counter", "post"), (7, 3, 1))[0],
        pace=pace,
        late=late,
    )


def _intake(matter: Matter, content: VersionContent, chance: random.Random, window: bool) -> str:
    roll = chance.random()
    if content.commitment and roll < (0.6 if content.commitment.mode == "approval" else 0.35):
        return "promise"
    if content.case_type == "instant":
        return "withdrawn" if roll > 0.985 and not window else "accept"
    if roll < FAULTY[matter.care]:
        if deferrable(content) and chance.random() < 0.4:
            return "defer"
        return "spot" if window and chance.random() < 0.6 else "notice"
    if chance.random() < 0.035:
        return "refused"
    return "withdrawn" if chance.random() < 0.03 and not window else "accept"


def _review(content: VersionContent, chance: random.Random) -> str:
    licensing = content.legal_regime == "licensing"
    special = 0.3 if content.flow.special_steps else 0.0
    roads: Sequence[tuple[str, float]] = (
        ("special", special),
        ("supplement", 0.04),
        ("opinion", 0.03 if content.joint else 0.01),
        ("extend", 0.02 if licensing else 0.0),
        ("hand_over", 0.02),
        ("object", 0.06 if content.law.negative else 0.0),
        ("withdrawn", 0.012),
        ("party", 0.008 if licensing else 0.0),
    )
    roll = chance.random()
    for road, share in roads:
        roll -= share
        if roll < 0:
            return road
    return "plain"


def deferrable(content: VersionContent) -> tuple[str, ...]:
    """Codes of the materials that may follow later."""
    return tuple(m.code for m in content.materials if m.deferral and not m.essential)


def assured(held: Iterable[tuple[Matter, bool]]) -> dict[int, Assured]:
    """Index of a matter -> the road that it is to take; each road goes to the first that fits and has none yet."""
    numbered = list(enumerate(held))
    given: dict[int, Assured] = {}
    for road in ASSURED:
        index = next((i for i, (matter, window) in numbered if i not in given and road.fits(matter, window)), None)
        if index is not None:
            given[index] = road
    return given


def stages(content: VersionContent) -> tuple[str, ...]:
    """Where a case of this item can wait for somebody, as :attr:`Fate.rests` names it."""
    steps = tuple(f"{branch.key}.{step.key}" for branch in content.flow.branches for step in branch.steps)
    if content.case_type == "instant" or content.law.positive == "recorded":
        return ("accept",)
    return ("accept", "correct", *steps, "decide", "deliver")


def slugs() -> tuple[str, ...]:
    """Every item of the city that one may apply for without something granted before."""
    return tuple(slug for slug, item in files.by_slug().items() if not _comes_after(item))


def _comes_after(item: Mapping[str, Any]) -> bool:
    return any(row["effect"] == "submit" for row in item["draft"].get("prerequisites", ()))

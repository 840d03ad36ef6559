"""``./tongban walk --law``: every branch of a case's life once, over HTTP, with what must be refused on the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tongban.launch.outcome import Finding
from tongban.launch.walking import law_after, law_contacts, law_intake, law_review
from tongban.launch.walking.cast import Cast
from tongban.launch.walking.law_branches import BRANCHES
from tongban.launch.walking.law_people import People, Road
from tongban.launch.walking.walker import Walker

ROADS: tuple[Road, ...] = (*law_contacts.ROADS, *law_intake.ROADS, *law_review.ROADS, *law_after.ROADS)


def walk(walker: Walker, cast: Cast, past: Mapping[str, str]) -> tuple[list[str], dict[str, Any]]:
    """Walk every road; a road that fails is told, and the others are walked all the same.

    :param past: name -> number of the cases of ``law_past``.
    :returns: problems, and what was walked: {branch: its law} and the branches that are left.
    """
    people = People(walker, cast, past)
    problems = []
    for road in ROADS:
        try:
            road(people)
        except Finding as finding:
            problems.append(f"{road.__name__}: {finding.sentence}")
    problems += [f"not walked: {branch} ({BRANCHES[branch]})" for branch in people.left]
    return problems, {"walked": sorted(people.walked), "left": people.left}

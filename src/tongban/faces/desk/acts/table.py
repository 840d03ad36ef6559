"""All acts of the desk, in the order of a case."""

from __future__ import annotations

from itertools import groupby

from tongban.faces.acts.act import Act, Scene
from tongban.faces.desk.acts import endings, hearings, intake, review

ACTS: tuple[Act, ...] = (*intake.ACTS, *review.ACTS, *hearings.ACTS, *endings.ACTS)
BY_SLUG: dict[str, Act] = {act.slug: act for act in ACTS}


def possible(scene: Scene) -> tuple[Act, ...]:
    """The acts that the person may do now; what is not possible is not shown."""
    return tuple(act for act in ACTS if act.possible(scene))


def grouped(acts: tuple[Act, ...]) -> tuple[tuple[str, tuple[Act, ...]], ...]:
    """Acts under their headings, in order."""
    return tuple((group, tuple(found)) for group, found in groupby(acts, key=lambda act: act.group))


def done_words(slug: str) -> str:
    """What is told after an act; empty for an unknown one."""
    act = BY_SLUG.get(slug)
    return str(act.done) if act else ""

"""Narrowing a set of answers: for whom, theme, department, way of applying. Pure; every count is of this very set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from tongban.registry.catalog.taxonomy import APPLICATION_MODES
from tongban.registry.catalog.themes import THEMES

HERE = "here"
"""The way "on this platform": an option that can be applied for here, not only looked at."""
MOST_CHOICES = 12
AUDIENCES: Mapping[str, str] = {"person": "个人", "organisation": "企业和单位"}
MODES: Mapping[str, str] = {HERE: "在本平台直接办", **APPLICATION_MODES}


class Answer(Protocol):
    """What narrowing reads of an answer (``selectors.Hit``)."""

    @property
    def audience(self) -> tuple[str, ...]:
        """Keys of :data:`AUDIENCES`."""

    @property
    def themes(self) -> tuple[str, ...]:
        """Keys of ``catalog.themes.THEMES``."""

    @property
    def unit(self) -> str:
        """The department without its place."""

    @property
    def modes(self) -> tuple[str, ...]:
        """Keys of ``taxonomy.APPLICATION_MODES``."""

    @property
    def listed(self) -> bool:
        """Known from a list only."""


A = TypeVar("A", bound=Answer)


@dataclass(frozen=True)
class Choice:
    """One value of a facet with the number of answers that choosing it leaves."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """One way to narrow; only values that leave something are offered."""

    key: str
    name: str
    choices: tuple[Choice, ...]


_VALUES: Mapping[str, tuple[str, Callable[[Answer], Iterable[str]], Mapping[str, str] | None]] = {
    "audience": ("对象", lambda one: one.audience, AUDIENCES),
    "theme": ("主题", lambda one: one.themes, {key: theme.name for key, theme in THEMES.items()}),
    "unit": ("部门", lambda one: (one.unit,) if one.unit else (), None),
    "mode": ("办理方式", lambda one: (*(() if one.listed else (HERE,)), *one.modes), MODES),
}
KEYS = tuple(_VALUES)


def read(values: Mapping[str, str]) -> dict[str, str]:
    """The facets that were chosen, of whatever parameters came; unknown values of closed lists are dropped."""
    chosen = {}
    for key, (_, _, labels) in _VALUES.items():
        value = values.get(key, "").strip()[:60]
        if value and (labels is None or value in labels):
            chosen[key] = value
    return chosen


def narrow(answers: Sequence[A], chosen: Mapping[str, str], leave_out: str = "") -> tuple[A, ...]:
    """The answers that fit every chosen facet, in their order."""
    wanted = [(_VALUES[key][1], value) for key, value in chosen.items() if key != leave_out]
    return tuple(one for one in answers if all(value in set(read_of(one)) for read_of, value in wanted))


def facets(answers: Sequence[A], chosen: Mapping[str, str]) -> tuple[Facet, ...]:
    """What can be chosen. Each facet counts the answers that the *other* chosen facets leave, so a number is what a
    click on it shows."""
    made = []
    for key, (name, values, labels) in _VALUES.items():
        counted = Counter(value for one in narrow(answers, chosen, key) for value in dict.fromkeys(values(one)))
        known = [value for value in labels if value in counted] if labels else [v for v, _ in counted.most_common()]
        if chosen.get(key) and chosen[key] not in known:
            known.append(chosen[key])
        choices = tuple(
            Choice(value, labels[value] if labels else value, counted[value], chosen.get(key) == value)
            for value in known[:MOST_CHOICES]
        )
        if len(choices) > 1 or chosen.get(key):
            made.append(Facet(key, name, choices))
    return tuple(made)

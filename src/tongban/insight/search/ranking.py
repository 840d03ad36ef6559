"""How well an item answers a question, and why. Pure: candidates come from the database, the order is made here.

Each unit of the question has a mass (how much it says) and a fit for each item between 0 and 1. *Coverage* is the share
of the mass that an item fits. It decides whether the item is an answer at all; the order adds what makes one answer
better than another: the exact name first, the tighter name, the act asked for (else a new application), an option that
can be applied for here, what others chose after the same words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tongban.insight.search import names
from tongban.insight.search.evidence import Candidate, Fit, fit_of
from tongban.insight.search.queries import ACT, Question
from tongban.insight.search.weighing import Weighed

ACCEPTED = 0.505
"""Least coverage of an answer: more than half of what was asked."""
LONG = 2.9
"""Mass from which a question is a sentence: most of it tells the story and only a part the matter."""
ACCEPTED_LONG = 0.2
LEAST_OF_LONG = 0.75
"""Mass that an answer to a sentence must fit: an everyday word, or a rare pair."""
BEST = 0.8
NEAR = 0.2
MOST_NEAREST = 4
MOST_BOOST = 0.15

_EXACT_TITLE, _EXACT_ALIAS = 0.8, 0.6
_TIGHT = 0.16
_MEANT = 0.06
_ASKED_ACT, _OTHER_ACT = 0.1, -0.1
_UNASKED = {"inquiry": -0.09, "complaint": -0.12}
_NOT_NEW = -0.12
_CONFIGURED = 0.04


@dataclass(frozen=True)
class Ranked:
    """A candidate with its coverage, its place in the order and what matched."""

    candidate: Candidate
    coverage: float
    matched: float
    score: float
    fits: tuple[Fit, ...] = ()
    parts: Mapping[str, float] = field(default_factory=dict)
    """What was added to the coverage, by reason."""


@dataclass(frozen=True)
class Answers:
    """Accepted candidates in order, else the nearest."""

    accepted: tuple[Ranked, ...]
    nearest: tuple[Ranked, ...]


def rank(question: Question, weighed: Iterable[Weighed], candidates: Iterable[Candidate]) -> Answers:
    """Order the candidates; those that do not fit enough are no answers."""
    units = tuple(weighed)
    total = sum(unit.mass for unit in units)
    ranked = sorted((judge(question, units, one) for one in candidates), key=_place)
    accepted = tuple(one for one in ranked if accepts(one, 0.0 if question.outside else total))
    if accepted:
        return Answers(accepted, ())
    near = sorted((one for one in ranked if one.coverage >= NEAR), key=lambda one: -one.coverage)
    return Answers((), tuple(near[:MOST_NEAREST]))


def _place(one: Ranked) -> tuple[float, int, str]:
    return (-round(one.score, 4), len(one.candidate.title), one.candidate.slug)


def accepts(one: Ranked, total: float) -> bool:
    """Whether a candidate is an answer to a question of this mass."""
    if one.coverage >= ACCEPTED:
        return True
    return total >= LONG and one.coverage >= ACCEPTED_LONG and one.matched >= LEAST_OF_LONG


def judge(question: Question, units: tuple[Weighed, ...], candidate: Candidate) -> Ranked:
    """Coverage and place of one candidate."""
    fits = tuple(fit_of(unit, candidate) for unit in units)
    total = sum(unit.mass for unit in units)
    matched = sum(unit.mass * fit.value for unit, fit in zip(units, fits, strict=True))
    coverage = matched / total if total else 0.0
    exact = _exactness(question, candidate)
    if exact:
        coverage, matched = 1.0, max(matched, LEAST_OF_LONG)
    parts = {
        "exact": exact,
        "tight": _TIGHT * _tightness(units, fits, candidate),
        "meant": _MEANT if any(fit.preferred for fit in fits) else 0.0,
        "act": _act(question, candidate),
        "configured": _CONFIGURED if candidate.configured else 0.0,
        "chosen": min(candidate.boost, MOST_BOOST),
    }
    return Ranked(candidate, coverage, matched, coverage + sum(parts.values()), fits, parts)


def _exactness(question: Question, candidate: Candidate) -> float:
    asked = names.plain_key(question.typed)
    if asked and f"|{asked}|" in candidate.exact:
        return _EXACT_TITLE
    return _EXACT_ALIAS if asked and f"|{asked}|" in candidate.exact_aliases else 0.0


def _tightness(units: tuple[Weighed, ...], fits: tuple[Fit, ...], candidate: Candidate) -> float:
    """Share of the shortest form of the title that the question accounts for."""
    held = sum(fit.characters for unit, fit in zip(units, fits, strict=True) if unit.unit.kind != ACT)
    return min(1.0, held / max(1, candidate.tightest))


def _act(question: Question, candidate: Candidate) -> float:
    asked = question.acts
    if asked & candidate.acts:
        return _ASKED_ACT
    if "new" in candidate.acts:
        return 0.0
    if asked:
        return _OTHER_ACT
    return max((_UNASKED.get(act, _NOT_NEW) for act in candidate.acts), default=0.0)

"""A refused act as problems beside the fields of the form that asked for it."""

from __future__ import annotations

from tongban.faces.desk.forms import NotComplete, Problem
from tongban.ground.errors import Refusals, TongbanError


def problems_of(error: TongbanError) -> tuple[Problem, ...]:
    """What the page tells: the sentence with its remedy, at its field when it names one."""
    if isinstance(error, NotComplete):
        return error.problems
    if isinstance(error, Refusals):
        return tuple(_problem(item) for item in error.items)
    return (_problem(error),)


def _problem(error: TongbanError) -> Problem:
    sentence = f"{error.sentence}。{error.remedy}" if error.remedy else error.sentence
    return Problem(error.field or "", sentence)

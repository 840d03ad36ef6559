"""Whether every required field of a draft can be filled: no road may end at a field that nobody sees. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from tongban.ground import expressions
from tongban.ground.errors import Refusal
from tongban.registry.catalog.findings import Finding
from tongban.registry.catalog.version import FormField, VersionContent

MOST_ANSWERS = 4096
"""Combinations of answers that are tried out at most; a rule over more, or over numbers, is left to its author."""


def reachable(content: VersionContent) -> Iterator[Finding]:
    """A required field must be fillable: its condition can hold, asks only what came before, its list is not empty."""
    before: set[str] = set()
    asked = {one.path for one in content.all_fields()}
    for one in content.all_fields():
        if not one.optional:
            yield from _fillable(one, content, before, asked)
        before.add(one.path)


def _fillable(one: FormField, content: VersionContent, before: set[str], asked: set[str]) -> Iterator[Finding]:
    if one.when is None:
        return
    place = f"field:{one.path}"
    try:
        rule = expressions.from_json(one.when)
    except Refusal:
        return  # told by the check of rules
    needs = {path.replace("[]", "") for path in expressions.paths_of(rule)}
    if one.path in needs:
        yield Finding(place, f"必填的「{one.label}」要看它自己的答案才出现", "改成看前面的栏目")
    elif any(path not in before and path in asked for path in needs):
        yield Finding(place, f"必填的「{one.label}」要等后面的栏目填了才出现", "把它放到所依据的栏目之后")
    elif any(path not in asked for path in needs):
        yield Finding(place, f"必填的「{one.label}」要看一个没有问的栏目", "先问那一项，或改正条件")
    elif _never(rule, tuple(sorted(needs)), content):
        yield Finding(place, f"必填的「{one.label}」的条件永远不成立，谁也填不到", "改正条件，或删掉这个栏目")


def _never(rule: expressions.Expr, needs: tuple[str, ...], content: VersionContent) -> bool:
    """Whether no answers make a rule true, tried out where every answer that it asks for is one of few."""
    choices = [_choices(path, content) for path in needs]
    count = 1
    for values in choices:
        count *= len(values)
    if not 0 < count <= MOST_ANSWERS:
        return False
    tried = (dict(zip(needs, values, strict=True)) for values in product(*choices))
    return not any(expressions.evaluate(rule, answers, elements=content.elements).value is True for answers in tried)


def _choices(path: str, content: VersionContent) -> tuple[object, ...]:
    """Every answer of a yes-or-no question or of one choice from a list; nothing where they cannot be counted."""
    definition = content.elements.get(path)
    if definition is None:
        return ()
    if definition.type == "boolean":
        return (True, False)
    if definition.type == "code" and definition.code_list is not None:
        return tuple(entry.code for entry in definition.code_list.codes)
    return ()

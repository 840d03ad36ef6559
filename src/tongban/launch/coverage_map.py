"""``./tongban coverage-map``: which tests prove which requirement.

Reads ``@pytest.mark.covers("WIN-01", ...)`` out of the tests' syntax trees; nothing is imported or run. An id that is
not among the mission's requirements is a finding.
"""

from __future__ import annotations

import argparse
import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tongban.launch.outcome import FINDING, GOOD, print_json

PROJECT = Path(__file__).resolve().parents[3]
IDS_FILE = Path(__file__).with_name("requirement_ids.txt")


def run(arguments: list[str]) -> int:
    """Print ids and tests; exit 1 when a test names an unknown id."""
    parser = argparse.ArgumentParser(prog="tongban coverage-map")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--tests", type=Path, default=PROJECT / "tests", help="folder of the tests")
    options = parser.parse_args(arguments)
    known = requirement_ids()
    found = covered(options.tests)
    unknown = {name: tests for name, tests in found.items() if name not in known}
    if not options.json:
        for name in [*known, *sorted(unknown)]:
            for test in found.get(name, []):
                print(f"{name}{'  UNKNOWN' if name in unknown else ''}  {test}")
        print(f"{len(found) - len(unknown)} of {len(known)} requirements have a test, {len(unknown)} unknown ids")
    else:
        print_json(
            {
                "ok": not unknown,
                "requirements": len(known),
                "covered": len(found) - len(unknown),
                "map": {name: found[name] for name in known if name in found},
                "unknown": unknown,
                "uncovered": [name for name in known if name not in found],
            }
        )
    return FINDING if unknown else GOOD


def requirement_ids() -> list[str]:
    """The ids of the mission: 382 requirements and the indicators K-01 to K-60."""
    return [line for line in IDS_FILE.read_text().split() if line]


def covered(folder: Path) -> dict[str, list[str]]:
    """For each id, the tests that carry it: ``path::Class::test``, or the path for a module's ``pytestmark``."""
    result: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        place = path.relative_to(folder.parent).as_posix()
        for name, test in _marked(tree, place):
            result[name].append(test)
    return dict(sorted(result.items()))


def _marked(tree: ast.AST, place: str) -> Iterator[tuple[str, str]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            here = f"{place}::{node.name}"
            for decorator in node.decorator_list:
                yield from ((name, here) for name in _ids(decorator))
            if isinstance(node, ast.ClassDef):
                yield from _marked(node, here)
        elif isinstance(node, ast.Assign) and any(
            isinstance(t, ast.Name) and t.id == "pytestmark" for t in node.targets
        ):
            yield from ((name, place) for name in _ids(node.value))


def _ids(expression: ast.AST) -> Iterator[str]:
    for node in ast.walk(expression):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "covers":
            for argument in node.args:
                yield str(argument.value) if isinstance(argument, ast.Constant) else ast.unparse(argument)

"""``./tongban lint`` and ``./tongban test``."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from tongban.launch.cluster import clean_environment
from tongban.launch.environment import SETTINGS
from tongban.launch.outcome import FINDING, GOOD, BadInput, print_json, say
from tongban.launch.places import PROJECT
from tongban.launch.testing import ensure_test_cluster

FAST = "not slow and not browser and not aside"
PROCESSES = "3"
"""Of the whole run: sites, browsers and walks wait for each other, so that two would leave two cores idle a third of
the time; at most two have a browser (tests/support/browser.py)."""
PROCESSES_FAST = "2"


def lint(arguments: list[str]) -> int:
    """Run every checker, also after a finding; exit 1 when any of them found something."""
    if set(arguments) - {"--json"}:
        raise BadInput(f"lint takes no arguments but --json: {' '.join(arguments)}")
    environment = {
        **clean_environment(),
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "PYTHONPATH": str(PROJECT / "src"),
        "TONGBAN_SECRET_KEY": "lint",
        "TONGBAN_DEMO": "1",
    }
    results = {}
    for name, command in _checkers().items():
        begun = time.monotonic()
        # Checkers print to stderr under --json, because the object must be the only thing on stdout.
        output = sys.stderr if "--json" in arguments else None
        answer = subprocess.run(command, env=environment, cwd=PROJECT, check=False, stdout=output)
        results[name] = answer.returncode == 0
        say(f"{name}: {'good' if results[name] else 'FINDINGS'} ({time.monotonic() - begun:.1f} s)")
    if "--json" in arguments:
        print_json({"ok": all(results.values()), "checks": results})
    return GOOD if all(results.values()) else FINDING


def _checkers() -> dict[str, list[str]]:
    python = [sys.executable, "-m"]
    storeys = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    checkers = {
        "ruff check": [*python, "ruff", "check", "."],
        "ruff format": [*python, "ruff", "format", "--check", "."],
        "mypy": [*python, "mypy", "src/tongban"],
        "lint-imports": [sys.executable, "-c", storeys],
    }
    if any((PROJECT / "src").glob("tongban/**/templates/**/*.html")):
        checkers["djlint"] = [*python, "djlint", "src", "--lint", "--quiet"]
    return checkers


def test(arguments: list[str]) -> int:
    """pytest on the test cluster (or DATABASE_URL) in a few processes; other arguments go to pytest as they are.

    With ``CI=true`` a test that cannot run for want of a tool fails instead of being listed (tests/conftest.py).
    """
    arguments, postgres = _taken(list(arguments), "--postgres")
    fast = "--fast" in arguments
    arguments = [argument for argument in arguments if argument != "--fast"]
    if postgres:
        os.environ["TONGBAN_POSTGRES"] = postgres
    environment = clean_environment()
    if "DATABASE_URL" not in environment or postgres:
        say("starting the test cluster", "启动测试数据库")
        os.environ.pop("DATABASE_URL", None)
        environment = {**clean_environment(), "DATABASE_URL": ensure_test_cluster()}
    environment.pop("TONGBAN_DEMO", None)
    environment["PYTHONPATH"] = os.pathsep.join([str(PROJECT / "src"), str(PROJECT)])
    environment.pop("DJANGO_SETTINGS_MODULE", None)  # pyproject.toml names the tests' own
    # A run starts a hundred processes of Python: each would compile Django anew where bytecode is not to be written.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", "pytest", *_defaults(arguments, PROCESSES_FAST if fast else PROCESSES), *arguments]
    if fast:
        command += ["-m", FAST, "--hypothesis-profile", "fast"]
    code = subprocess.run(command, env=environment, cwd=Path(PROJECT), check=False).returncode
    return code if code in {0, 1} else 2


def _defaults(arguments: list[str], processes: str) -> list[str]:
    """So many processes, one module in one, in the order of tests/conftest.py, unless the caller says otherwise."""
    if any(argument == "-n" or argument.startswith(("-n", "--numprocesses", "--pdb")) for argument in arguments):
        return []
    return ["-n", processes, "--dist", "loadfile", "--no-loadscope-reorder"]


def _taken(arguments: list[str], name: str) -> tuple[list[str], str]:
    """The arguments without ``name VALUE``, and the value (empty when absent)."""
    if name not in arguments:
        return arguments, ""
    place = arguments.index(name)
    if place + 1 >= len(arguments):
        raise BadInput(f"{name} needs a value: wheel or system")
    return arguments[:place] + arguments[place + 2 :], arguments[place + 1]

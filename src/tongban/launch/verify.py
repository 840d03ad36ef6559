"""``./tongban verify ledger`` and ``./tongban verify licence FILE``: proofs for operators and auditors."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from tongban.launch.environment import child_environment, enter
from tongban.launch.local_postgres import database_of
from tongban.launch.outcome import FINDING, GOOD, BadInput, print_json
from tongban.launch.places import state_directory


def run(arguments: list[str]) -> int:
    """Exit 0 when everything proves right, 1 when anything does not."""
    parser = argparse.ArgumentParser(prog="tongban verify")
    subjects = parser.add_subparsers(dest="subject", required=True)
    for subject in ("ledger", "licence"):
        sub = subjects.add_parser(subject)
        if subject == "licence":
            sub.add_argument("file", type=Path)
        sub.add_argument("--dir")
        sub.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    if options.subject == "licence" and not options.file.is_file():
        raise BadInput(f"{options.file} is not a file", "give the PDF of a licence")
    state = state_directory(options.dir)
    enter(child_environment(state, database_of(state)))
    import django

    django.setup()
    result, good = _ledger() if options.subject == "ledger" else _licence(options.file.read_bytes())
    if options.json:
        print_json(result)
    else:
        for name, value in result.items():
            print(f"{name}: {value}")
    return GOOD if good else FINDING


def _ledger() -> tuple[dict[str, Any], bool]:
    from tongban.ground.ledger.verifier import verify

    report = verify()
    return report.as_json(), report.ok


def _licence(pdf: bytes) -> tuple[dict[str, Any], bool]:
    from tongban.registry.licences.sealing import verify_pdf

    verdicts = verify_pdf(pdf)
    return verdicts.to_json(), verdicts.genuine

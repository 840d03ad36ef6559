"""``./tongban verify ledger``, ``figures``, ``licence FILE``, ``archive FILE``: proofs for operators and auditors."""

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
    for subject in ("ledger", "figures", "licence", "archive"):
        sub = subjects.add_parser(subject)
        if subject in ("licence", "archive"):
            sub.add_argument("file", type=Path)
        sub.add_argument("--dir")
        sub.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    if "file" in options and not options.file.is_file():
        wanted = "the PDF of a licence" if options.subject == "licence" else "the ZIP of an archived case"
        raise BadInput(f"{options.file} is not a file", f"give {wanted}")
    state = state_directory(options.dir)
    enter(child_environment(state, database_of(state)))
    import django

    django.setup()
    result, good = _proof(options)
    if options.json:
        print_json(result)
    else:
        for name, value in result.items():
            print(f"{name}: {value}")
    return GOOD if good else FINDING


def _proof(options: argparse.Namespace) -> tuple[dict[str, Any], bool]:
    if options.subject in ("ledger", "figures"):
        return (_ledger if options.subject == "ledger" else _figures)()
    return (_licence if options.subject == "licence" else _archive)(options.file.read_bytes())


def _ledger() -> tuple[dict[str, Any], bool]:
    from tongban.ground.ledger.verifier import verify

    report = verify()
    return report.as_json(), report.ok


def _figures() -> tuple[dict[str, Any], bool]:
    """Every figure counted anew out of the ledger, and compared with what the reports show."""
    from tongban.insight.indicators.recount import recount

    found = recount()
    return found.as_json(), found.ok


def _licence(pdf: bytes) -> tuple[dict[str, Any], bool]:
    from tongban.registry.licences.sealing import verify_pdf

    verdicts = verify_pdf(pdf)
    return verdicts.to_json(), verdicts.genuine


def _archive(package: bytes) -> tuple[dict[str, Any], bool]:
    """The four properties by the file alone, and whether this platform archived exactly this file."""
    from tongban.procedures.cases.archive import verify_package
    from tongban.procedures.cases.models import ArchivePackage, ArchiveSupplement

    verdict = verify_package(package)
    own = {"content_hash": verdict.content_hash}
    registered = ArchivePackage.objects.filter(**own).exists() or ArchiveSupplement.objects.filter(**own).exists()
    return verdict.to_json() | {"registered": registered}, verdict.ok and registered

"""``./tongban reference``: the pages of ``docs/reference/`` that are made from the code.

Everything is read out of syntax trees and pure modules: no Django, no database. A test makes the pages again and
compares, so a new error code, event, setting or permission without its line in the docs is found.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable

from tongban.launch import sources
from tongban.launch.doctor import settings_table
from tongban.launch.help import COMMANDS
from tongban.launch.outcome import FINDING, GOOD, print_json, say
from tongban.launch.places import PROJECT

FOLDER = PROJECT / "docs" / "reference"
MADE = "<!-- Made by ./tongban reference. Change the code, not this page. -->"


def run(arguments: list[str]) -> int:
    """Write the pages; with ``--check`` only compare (exit 1 when a page is stale)."""
    parser = argparse.ArgumentParser(prog="tongban reference")
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    stale = {name: text for name, make in PAGES.items() if (text := make()) != _stored(name)}
    for name, text in ({} if options.check else stale).items():
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / name).write_text(text, encoding="utf-8")
    if options.json:
        print_json({"ok": not (options.check and stale), "stale" if options.check else "written": list(stale)})
    else:
        say(f"{'stale' if options.check else 'written'}: {', '.join(stale) or 'none'}")
    return FINDING if options.check and stale else GOOD


def _stored(name: str) -> str:
    path = FOLDER / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _page(title: str, introduction: str, *parts: str) -> str:
    return "\n\n".join([f"# {title}", MADE, introduction, *parts]) + "\n"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(head)]
    lines.append(["---"] * len(lines[0]))
    lines += [[cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _commands() -> str:
    rows = [
        ("<br>".join(f"`./tongban {usage}`" for usage in command.usage.split(" · ")), command.english, command.chinese)
        for command in COMMANDS.values()
        if command.usage
    ]
    return _page(
        "Commands",
        "Exit codes: 0 good, 1 a finding, 2 bad input, 3 something is missing (the remedy is printed). Progress goes\n"
        "to stderr; `--json` prints one object last on stdout. `--dir D` names the state directory (default:\n"
        "`TONGBAN_DIR`, else `var/` beside the project).",
        _table(("command", "what it does", "中文"), rows),
    )


def _settings() -> str:
    rows = [(f"`{name}`", words) for name, words in settings_table().items()]
    return _page(
        "Settings",
        "Environment variables, read once at start. A wrong value stops the start with a sentence that names it.\n"
        "`./tongban doctor` prints this table and marks those that are set.",
        _table(("variable", "meaning"), rows),
    )


def _permissions() -> str:
    from tongban.ground.policy import PERMISSIONS

    rows = [
        (f"`{name}`", "; ".join(f"{role} ({scope})" for role, scope in sorted(grants.items())))
        for name, grants in sorted(PERMISSIONS.items())
    ]
    return _page(
        "Permissions",
        "Everything that is not listed is denied. A role belongs to a post; scopes: `own` = the applicant's own or\n"
        "those of an organisation that they may act for, `post` = a task of the acting post, `department`, `region` =\n"
        "the post's region and those below it, `all`. A department's machine also needs it among its scopes. What\n"
        "depends on the case's own history (whoever accepted does not approve) is decided in `procedures/cases/rules`.",
        _table(("permission", "roles and scopes"), rows),
    )


def _errors() -> str:
    found = sources.errors()
    rooms = sorted({error.room for error in found})
    parts = []
    for room in rooms:
        rows = [(f"`{e.code}`", str(e.status), e.sentence) for e in found if e.room == room]
        parts += [f"## {room}", _table(("code", "HTTP", "sentence"), rows)]
    return _page(
        "Errors",
        "Every refusal has a stable code, a plain Chinese sentence, the field that it concerns and a remedy. Pages\n"
        "show the sentence beside the field; the API answers RFC 9457 `application/problem+json` with the same code.\n"
        "`{…}` stands for a value; `…` for a sentence that depends on the input.",
        *parts,
    )


def _events() -> str:
    rows = [(f"`{e.kind}`", f"`{e.place}`", e.when) for e in sources.events()]
    return _page(
        "Events",
        "What the ledger records. Each row is hash-chained to the one before it of the same subject, never changed;\n"
        "bodies hold ids, codes, dates and hashes, never personal values. Readers (papers, messages, search) take\n"
        "events in commit order and are idempotent.",
        _table(("kind", "recorded in", "use case"), rows),
    )


def _words() -> str:
    parts = []
    for choices in sources.choices():
        rows = [(f"`{value}`", label) for value, label in choices.members]
        parts += [f"## {choices.name}", f"`{choices.place}`", _table(("word in the code", "中文"), rows)]
    return _page(
        "Words",
        "The code speaks English with the field's standard terms; Chinese stands in labels. These are the closed\n"
        "lists of the data model, each with the Chinese that people see.",
        *parts,
    )


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": _commands,
    "settings.md": _settings,
    "permissions.md": _permissions,
    "errors.md": _errors,
    "events.md": _events,
    "glossary-pointer.md": _words,
}
"""File name -> what makes its text."""

"""``./tongban manage``: Django's commands with the right database, in place of this process."""

from __future__ import annotations

import sys

from tongban.launch.environment import child_environment, replace_process
from tongban.launch.local_postgres import database_of
from tongban.launch.outcome import BAD_INPUT
from tongban.launch.places import state_directory


def manage(arguments: list[str]) -> int:
    """Run ``python -m django`` on a state directory. ``--dir D`` stands before Django's own command."""
    directory = None
    if len(arguments) >= 2 and arguments[0] == "--dir":
        directory, arguments = arguments[1], arguments[2:]
    if not arguments:
        print("usage: ./tongban manage [--dir D] <Django command> ...", file=sys.stderr)
        return BAD_INPUT
    state = state_directory(directory)
    environment = child_environment(state, database_of(state))
    return replace_process([sys.executable, "-m", "django", *arguments], environment)

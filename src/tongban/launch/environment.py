"""The environment that every child of the launcher gets."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

from tongban.launch import marks
from tongban.launch.cluster import clean_environment
from tongban.launch.local_postgres import Database
from tongban.launch.places import PROJECT, is_rehearsal

SETTINGS = "tongban.config.settings"


def child_environment(state: Path, database: Database, *, demo: bool | None = None) -> dict[str, str]:
    """Variables for a Django process on this state directory; ``demo=None`` asks the database what it is.

    Raises ``BadInput`` when only one of directory and database is a rehearsal's.
    """
    marks.refuse_mixed(state, database.url)
    environment = clean_environment() if database.cluster else dict(os.environ)
    environment.update(
        DATABASE_URL=database.url,
        TONGBAN_DIR=str(state),
        DJANGO_SETTINGS_MODULE=SETTINGS,
        PYTHONPATH=_python_path(),
        PYTHONUNBUFFERED="1",
    )
    if is_rehearsal(state):
        for name in ("TONGBAN_DEMO", "TONGBAN_SECRET_KEY"):
            environment.pop(name, None)
    elif marks.is_demo(database.url) if demo is None else demo:
        environment["TONGBAN_DEMO"] = "1"
    elif demo is False:
        environment.pop("TONGBAN_DEMO", None)
    return environment


def enter(environment: dict[str, str]) -> None:
    """Take on ``environment`` in this process, before Django is imported here."""
    os.environ.clear()
    os.environ.update(environment)
    source = str(PROJECT / "src")
    if source not in sys.path:
        sys.path.insert(0, source)


def replace_process(command: list[str], environment: dict[str, str]) -> NoReturn:
    """Let ``command`` take the place of this process: it gets the terminal and its signals directly."""
    os.execve(command[0], command, environment)  # noqa: S606 - a list, no shell


def _python_path() -> str:
    source = str(PROJECT / "src")
    others = [p for p in os.environ.get("PYTHONPATH", "").split(os.pathsep) if p and p != source]
    return os.pathsep.join([source, *others])

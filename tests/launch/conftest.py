"""State directories of the launcher's tests: real clusters, stopped and removed afterwards."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tongban.launch import cluster as clusters
from tongban.launch.local_postgres import cluster_of
from tongban.launch.places import POINTER, PROJECT


@pytest.fixture
def state() -> Iterator[Path]:
    """An empty state directory, as `mktemp -d` makes it (0700)."""
    with a_state() as folder:
        yield folder


@contextmanager
def a_state() -> Iterator[Path]:
    """The same for as long as the caller needs it."""
    folder = Path(tempfile.mkdtemp(prefix="tongban-launch-", dir="/tmp"))
    try:
        yield folder
    finally:
        discard(folder)


def discard(folder: Path) -> None:
    """Stop the cluster of a state directory and remove everything it made."""
    if not folder.exists():
        return
    pointer = folder / POINTER
    cluster = cluster_of(folder)
    clusters.stop(cluster)
    shutil.rmtree(cluster.sockets, ignore_errors=True)
    if pointer.exists():
        shutil.rmtree(Path(pointer.read_text().strip()), ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def tongban() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a command of the launcher as an operator would, without DATABASE_URL."""
    return run_tongban


def environment(**more: str) -> dict[str, str]:
    """The environment of an operator: none of the test run's own variables."""
    of_the_run = {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    mine = {k: v for k, v in os.environ.items() if k not in of_the_run and not k.startswith("TONGBAN_")}
    return {**mine, "PYTHONPATH": str(PROJECT / "src"), **more}


def run_tongban(*arguments: str, timeout: float = 120, **variables: str) -> subprocess.CompletedProcess[str]:
    """``python -m tongban.launch`` with these arguments; variables are added to the environment."""
    return subprocess.run(
        [sys.executable, "-m", "tongban.launch", *arguments],
        env=environment(**variables),
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
    )


def last_object(answer: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The JSON object on the last line of stdout."""
    result: dict[str, Any] = json.loads(answer.stdout.strip().splitlines()[-1])
    return result

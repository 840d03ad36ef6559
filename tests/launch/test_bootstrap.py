"""The script ``./tongban`` itself, in a copy of the project with lock files that need no network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.launch.conftest import environment
from tongban.launch.places import PROJECT

# Bytecode stays beside the copy and goes with it: the run's own folder would gather that of every copy.
BARE = {**environment(), "PYTHONPATH": "", "PATH": "/usr/bin:/bin", "PYTHONPYCACHEPREFIX": ""}
ENTRY = "import sys\nprint(sys.prefix, *sys.argv[1:])\n"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A project whose second half only says where it runs and what it was asked."""
    shutil.copy(PROJECT / "tongban", tmp_path / "tongban")
    (tmp_path / "requirements").mkdir()
    for lock in ("runtime", "dev"):
        (tmp_path / "requirements" / f"{lock}.lock").write_text(f"# {lock}\n")
    package = tmp_path / "src" / "tongban" / "launch"
    package.mkdir(parents=True)
    for file in (package / "__init__.py", package.parent / "__init__.py"):
        file.touch()
    (package / "__main__.py").write_text(ENTRY)
    return tmp_path


def _run(project: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    base = str(Path(sys.executable).resolve())
    return subprocess.run(
        [base, str(project / "tongban"), *arguments],
        env={**BARE, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.slow
def test_it_makes_the_environment_once_and_again_only_when_the_lock_changed(copy: Path) -> None:
    first = _run(copy, "db", "status")
    assert first.returncode == 0, first.stderr
    assert first.stdout.split() == [str(copy / ".venv"), "db", "status"]
    assert "installing" in first.stderr
    second = _run(copy, "db", "status")
    assert second.stderr == ""
    (copy / "requirements" / "runtime.lock").write_text("# changed\n")
    assert "installing" in _run(copy, "db", "status").stderr
    assert "installing dev.lock" in _run(copy, "test", "--fast").stderr
    assert _run(copy, "db", "status").stderr == "", "the development environment is enough for the demo"


def test_help_needs_no_environment(copy: Path) -> None:
    for arguments in ([], ["--help"], ["help"]):
        answer = _run(copy, *arguments)
        assert answer.returncode == 0
        assert answer.stdout.split()[1:] == ["help"]
    assert not (copy / ".venv").exists()


@pytest.mark.slow
def test_two_first_starts_at_once_end_well(copy: Path) -> None:
    base = str(Path(sys.executable).resolve())
    command = [base, str(copy / "tongban"), "db", "status"]
    starts = [subprocess.Popen(command, env=BARE, stderr=subprocess.DEVNULL) for _ in range(2)]
    assert [start.wait(timeout=120) for start in starts] == [0, 0]


def test_a_python_without_ensurepip_gets_the_one_line_remedy(copy: Path, tmp_path: Path) -> None:
    stub = tmp_path / "stub"
    stub.mkdir()
    (stub / "venv.py").write_text("raise SystemExit('ensurepip is not available')\n")
    answer = _run(copy, "db", "status", PYTHONPATH=str(stub))
    assert answer.returncode == 3
    assert f"apt-get install python{sys.version_info[0]}.{sys.version_info[1]}-venv" in answer.stderr


@pytest.mark.slow
def test_a_dependency_that_cannot_be_installed_ends_with_3_and_is_tried_again(copy: Path) -> None:
    lock = copy / "requirements" / "runtime.lock"
    lock.write_text(f"no-such-package-of-ours==1.0 --hash=sha256:{'0' * 64}\n")
    broken = _run(copy, "db", "status", PIP_NO_INDEX="1", PIP_RETRIES="0")
    assert broken.returncode == 3
    assert "remedy" in broken.stderr
    lock.write_text("# mended\n")
    assert _run(copy, "db", "status").returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="a POSIX script")
def test_the_script_is_executable() -> None:
    assert os.access(PROJECT / "tongban", os.X_OK)
    assert os.access(PROJECT / ".ci" / "run", os.X_OK)

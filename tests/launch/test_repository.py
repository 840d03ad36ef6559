"""What must never be committed: addresses of package indexes, paths of one machine, differing locks."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tongban.launch.places import PROJECT

# Written in pieces, so that this file does not contain what it looks for.
INDEX_HOSTS = [
    *("pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "npm" + "mirror.com"),
    *("tuna." + "tsinghua", "crates" + ".io"),
]
MACHINE_PATHS = ["/wo" + "rk/main", "/wo" + "rk/shared", "/tmp/con" + "tract", "/farm" + "/in", "/opt/py" + "pi"]
PIN = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;\\]+)", re.MULTILINE)


def committed_files() -> list[Path]:
    """Every file that is or would be committed."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    answer = subprocess.run(command, cwd=PROJECT, capture_output=True, check=False)
    if answer.returncode:
        pytest.fail("these checks need a git checkout: " + answer.stderr.decode())
    names = [name for name in answer.stdout.decode().split("\0") if name]
    return [path for name in names if (path := PROJECT / name).is_file() and not path.is_symlink()]


@pytest.mark.parametrize("words", [INDEX_HOSTS, MACHINE_PATHS], ids=["index hosts", "machine paths"])
def test_no_committed_file_holds(words: list[str]) -> None:
    patterns = [word.encode() for word in words]
    found = []
    for path in committed_files():
        content = path.read_bytes()
        found += [f"{path.relative_to(PROJECT)}: {p.decode()}" for p in patterns if p in content]
    assert not found


@pytest.mark.parametrize("lock", ["runtime", "dev"])
def test_a_lock_file_has_hashes_and_no_address(lock: str) -> None:
    text = (PROJECT / "requirements" / f"{lock}.lock").read_text()
    assert "://" not in text
    assert "--index" not in text
    pins = len(PIN.findall(text))
    assert pins > 20
    assert len(re.findall(r"^[A-Za-z0-9].*\\\n\s+--hash=sha256:", text, re.MULTILINE)) == pins


def test_the_development_lock_pins_the_same_versions_as_the_runtime_lock() -> None:
    runtime, dev = (
        dict(PIN.findall((PROJECT / "requirements" / f"{lock}.lock").read_text())) for lock in ("runtime", "dev")
    )
    assert runtime.items() <= dev.items()


def test_the_demo_environment_stays_without_a_browser_driver() -> None:
    assert "playwright" not in dict(PIN.findall((PROJECT / "requirements" / "runtime.lock").read_text()))

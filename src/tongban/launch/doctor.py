"""``./tongban doctor``: what this machine has, what it lacks, and the one line that helps."""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from tongban.launch import cluster as clusters
from tongban.launch.binaries import all_binaries
from tongban.launch.demo import running_demo
from tongban.launch.local_postgres import cluster_of, refuse_other_major
from tongban.launch.outcome import GOOD, MISSING, Stop, print_json
from tongban.launch.places import PROJECT, REHEARSAL_FILE, is_rehearsal, state_directory

LOW_DISK = 2_000_000_000
OPTIONAL_TOOLS = {
    "chromium": ("browser tests", "apt-get install chromium"),
    "pdfsig": ("tests of sealed PDFs", "apt-get install poppler-utils"),
    "fc-list": ("fonts of the browser tests", "apt-get install fontconfig fonts-noto-cjk"),
}


@dataclass(frozen=True)
class Check:
    """One line of the doctor: ``state`` is good, missing (something needed) or absent (something optional)."""

    name: str
    state: str
    words: str
    remedy: str = ""


def run(arguments: list[str]) -> int:
    """Print all checks and the table of settings; exit 3 when something needed is missing."""
    parser = argparse.ArgumentParser(prog="tongban doctor")
    parser.add_argument("--dir")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    checks = list(examine(state_directory(options.dir)))
    good = all(check.state != "missing" for check in checks)
    if options.json:
        print_json({"ok": good, "checks": [asdict(check) for check in checks], "settings": settings_table()})
        return GOOD if good else MISSING
    signs = {"good": "ok", "missing": "MISSING", "absent": "--"}
    for check in checks:
        print(f"{signs[check.state]:8}{check.name}: {check.words}" + (f"  -> {check.remedy}" if check.remedy else ""))
    print("\nsettings 设置 (environment variables)")
    for name, words in settings_table().items():
        print(f"{'  set   ' if name in os.environ else '        '}{name}: {words}")
    return GOOD if good else MISSING


def examine(state: Path) -> Iterator[Check]:
    """All checks, each by itself: one that fails does not hide the next."""
    yield Check("python", "good", sys.version.split()[0])
    for examiner in (_lock_files, _programs, _cluster, _key_files, _disk, _site, _demo):
        yield _guarded(examiner, state)
    for tool, (use, remedy) in OPTIONAL_TOOLS.items():
        place = shutil.which(tool)
        yield Check(tool, "good" if place else "absent", place or f"needed for {use}", "" if place else remedy)
    yield _chinese_font()


def _guarded(examiner: Callable[[Path], Check], state: Path) -> Check:
    try:
        return examiner(state)
    except Stop as stop:
        return Check(examiner.__name__.strip("_"), "missing", stop.sentence, stop.remedy)


def _lock_files(_state: Path) -> Check:
    try:
        marker = json.loads((PROJECT / ".venv" / "tongban.json").read_text())
    except (OSError, ValueError):
        marker = {}
    lock = hashlib.sha256((PROJECT / "requirements" / "runtime.lock").read_bytes()).hexdigest()
    if marker.get("runtime") == lock:
        return Check("dependencies", "good", "as in the lock file" + (", with development tools" * ("dev" in marker)))
    return Check("dependencies", "missing", "not those of requirements/runtime.lock", "run any ./tongban command again")


def _programs(_state: Path) -> Check:
    if os.environ.get("DATABASE_URL"):
        return Check("postgresql", "good", "DATABASE_URL is set: the server is not ours")
    found = all_binaries(os.environ.get("TONGBAN_POSTGRES") or "")
    words = ", ".join(f"{item.version} ({item.source})" for item in found)
    if found:
        return Check("postgresql", "good", words)
    return Check("postgresql", "missing", "no programs of version 15 or newer", "apt-get install postgresql")


def _cluster(state: Path) -> Check:
    if os.environ.get("DATABASE_URL"):
        return Check("database", "good", "see DATABASE_URL")
    cluster = cluster_of(state)
    refuse_other_major(cluster)
    pid = clusters.running_pid(cluster.data)
    if pid:
        return Check("database", "good", f"runs as process {pid}, data in {cluster.data}")
    return Check(
        "database", "good", f"does not run; data {'in' if cluster.data.exists() else 'will be in'} {cluster.data}"
    )


def _key_files(state: Path) -> Check:
    loose = [path.name for path in (state / "keys").rglob("*") if path.is_file() and path.stat().st_mode & 0o077]
    if loose:
        return Check(
            "keys", "missing", f"readable by others: {', '.join(sorted(loose))}", f"chmod -R go= {state / 'keys'}"
        )
    return Check("keys", "good", f"{sum(1 for p in (state / 'keys').rglob('*') if p.is_file())} files, private")


def _disk(state: Path) -> Check:
    free = shutil.disk_usage(state).free
    words = f"{free / 1e9:.1f} GB free at {state}"
    return Check("disk", "good", words) if free > LOW_DISK else Check("disk", "missing", words, "make room")


def _site(state: Path) -> Check:
    if is_rehearsal(state):
        source = json.loads((state / REHEARSAL_FILE).read_text()).get("from") or "a city"
        return Check("site", "good", f"a rehearsal of {source}: nothing done here counts")
    return Check("site", "good", "not a rehearsal")


def _demo(state: Path) -> Check:
    facts = running_demo(state)
    return Check("demo", "good", f"runs at {facts['url']}" if facts else "does not run")


def _chinese_font() -> Check:
    if not shutil.which("fc-list"):
        return Check("chinese font", "absent", "cannot tell without fc-list", "apt-get install fonts-noto-cjk")
    answer = subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True, check=False)
    family = answer.stdout.strip().splitlines()
    if family:
        return Check("chinese font", "good", family[0])
    return Check("chinese font", "absent", "screenshots would show boxes", "apt-get install fonts-noto-cjk")


def settings_table() -> dict[str, str]:
    """The environment variables and what they mean, read out of the settings without running them."""
    tree = ast.parse((PROJECT / "src" / "tongban" / "config" / "settings.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "VARIABLES":
            table: dict[str, str] = ast.literal_eval(node.value) if node.value else {}
            return {**table, "TONGBAN_POSTGRES": "wheel, system or a folder with PostgreSQL's programs (launcher only)"}
    return {}

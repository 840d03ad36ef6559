"""Where things lie: the project, a state directory, and what the database's account may reach.

A state directory holds keys/, files/, anchors/, logs/, people.json, run.json and (usually) the database cluster.
PostgreSQL refuses to run as root; a root session runs it as ``nobody``, which must be able to walk down to its files.
A directory under a private home (0700) is therefore no place for a cluster of root: it then lies under
/var/lib/tongban and ``postgres.path`` in the state directory says where. No parent's mode is ever changed.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tongban.launch.outcome import BadInput, Missing

PROJECT = Path(__file__).resolve().parents[3]
SHARED_HOME = Path("/var/lib/tongban")
POINTER = "postgres.path"
REHEARSAL_FILE = "rehearsal.json"
"""Its being there makes a state directory a rehearsal site for ever (``config.settings`` looks for it too)."""


@dataclass(frozen=True)
class Account:
    """The operating-system account that owns and runs a cluster."""

    uid: int
    gid: int
    switch: bool

    def as_subprocess(self) -> dict[str, Any]:
        """Keyword arguments for ``subprocess.run`` that take on this account."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switch else {}


def server_account() -> Account:
    """Who runs PostgreSQL: ourselves, or ``nobody`` in a root session."""
    switch = os.geteuid() == 0
    try:
        entry = pwd.getpwnam("nobody") if switch else pwd.getpwuid(os.geteuid())
    except KeyError:
        who = "and there is no account 'nobody'" if switch else f"and user number {os.geteuid()} has no name"
        raise Missing(
            f"PostgreSQL runs only as a named ordinary account, {who}",
            "run ./tongban as a user of /etc/passwd, or set DATABASE_URL",
        ) from None
    return Account(entry.pw_uid, entry.pw_gid if switch else os.getegid(), switch=switch)


def state_directory(given: str | None = None) -> Path:
    """The state directory: ``--dir``, else TONGBAN_DIR, else ``var`` beside the project. Made when absent."""
    path = Path(given or os.environ.get("TONGBAN_DIR") or PROJECT / "var").expanduser().absolute()
    if path.exists() and not path.is_dir():
        raise BadInput(f"{path} is not a directory")
    try:
        path.mkdir(parents=True, exist_ok=True)
        for private in ("keys", "files", "logs"):
            (path / private).mkdir(exist_ok=True, mode=0o700)
    except OSError as error:
        raise Missing(f"cannot write to {path}: {error.strerror}", "choose a directory of yours with --dir") from error
    return path.resolve()


def is_rehearsal(state: Path) -> bool:
    """Whether this state directory is a rehearsal site."""
    return (state / REHEARSAL_FILE).exists()


def reachable(path: Path, account: Account) -> bool:
    """Whether ``account`` may walk down to ``path`` (execute permission on it and on every parent)."""
    return all(_may_enter(folder, account) for folder in (path, *path.parents))


def _may_enter(folder: Path, account: Account) -> bool:
    facts = folder.stat()
    if facts.st_uid == account.uid:
        return bool(facts.st_mode & stat.S_IXUSR)
    if facts.st_gid == account.gid:
        return bool(facts.st_mode & stat.S_IXGRP)
    return bool(facts.st_mode & stat.S_IXOTH)


def cluster_home(state: Path) -> Path:
    """The folder that holds the clusters of ``state``: itself, or the one named by its pointer file."""
    account = server_account()
    if not account.switch:
        return state
    pointer = state / POINTER
    if pointer.exists():
        return Path(pointer.read_text().strip())
    if reachable(state.parent, account):
        if not _may_enter(state, account) and state.stat().st_uid == os.geteuid():
            state.chmod(state.stat().st_mode | stat.S_IXOTH)
        if reachable(state, account):
            return state
    home = SHARED_HOME / secrets.token_hex(6)
    home.mkdir(parents=True, mode=0o711)
    home.chmod(0o711)
    pointer.write_text(f"{home}\n")
    return home


def socket_directory(home: Path, name: str) -> Path:
    """A short private folder for the socket (the whole path must stay below 107 bytes), named by the cluster's path."""
    mark = hashlib.sha256(str(home / name).encode()).hexdigest()[:12]
    private = os.environ.get("XDG_RUNTIME_DIR", "")
    if private and os.geteuid() != 0 and len(private) < 60 and os.access(private, os.W_OK):
        return Path(private) / f"tongban-{mark}"
    return Path("/tmp") / f"tongban-{os.geteuid()}-{mark}"  # noqa: S108 - made 0700 and its owner is checked


def claim_socket_directory(path: Path, account: Account) -> None:
    """Make ``path`` (0700, owned by ``account``); refuse one that somebody else made."""
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        facts = path.lstat()
        if not stat.S_ISDIR(facts.st_mode) or facts.st_uid not in {account.uid, os.geteuid()}:
            raise Missing(
                f"{path} belongs to somebody else", f"look who made it, then remove it: rm -r {path}"
            ) from None
    if account.switch:
        os.chown(path, account.uid, account.gid)
    path.chmod(0o700)

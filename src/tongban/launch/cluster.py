"""One data directory: make it, start it, stop it, see whether it runs.

Rules learnt by measurement: initdb goes to a temporary folder that is renamed when whole; a start after a crash is
retried for as long as orphaned server processes die; a lock file of a process that is gone (or was reused, or is a
zombie that nobody reaps) is recognised by looking at who really works in the directory.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tongban.launch.binaries import Binaries
from tongban.launch.outcome import Missing
from tongban.launch.parental import die_with_parent
from tongban.launch.places import Account, claim_socket_directory

SUPERUSER = "postgres"
PORT = "5432"
CHARACTER_TYPES = ("C.UTF-8", "zh_CN.UTF-8", "en_US.UTF-8")
# A test's database lives for a minute; an ANALYZE in its midst would only hold the readers of the ledger for a moment.
FAST_UNSAFE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "200",
}
START_SECONDS = 60


@dataclass(frozen=True)
class Cluster:
    """A data directory with the programs, account and socket folder that belong to it."""

    data: Path
    sockets: Path
    binaries: Binaries
    account: Account
    disposable: bool

    @property
    def log(self) -> Path:
        """The server's log file, beside the data directory."""
        return self.data.with_name(f"{self.data.name}.log")


def clean_environment() -> dict[str, str]:
    """The environment without libpq's PG* variables, which would redirect clients and servers."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def create(cluster: Cluster) -> None:
    """Make the data directory; an interrupted run leaves only a ``.new-`` folder, which the next run removes."""
    for leftover in cluster.data.parent.glob(f"{cluster.data.name}.new-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    fresh = cluster.data.with_name(f"{cluster.data.name}.new-{os.getpid()}")
    errors = ""
    for character_type in CHARACTER_TYPES:
        shutil.rmtree(fresh, ignore_errors=True)
        _own_folder(fresh, cluster.account)
        answer = _run(cluster, _initdb_arguments(cluster, fresh, character_type), preexec_fn=die_with_parent)
        if answer.returncode == 0:
            _write_configuration(cluster, fresh)
            fresh.rename(cluster.data)
            return
        errors = answer.stderr.strip() or answer.stdout.strip()
    shutil.rmtree(fresh, ignore_errors=True)
    raise Missing(f"initdb failed: {errors[-400:]}", "./tongban doctor; is the disk full, is a UTF-8 locale there?")


def _initdb_arguments(cluster: Cluster, folder: Path, character_type: str) -> list[str]:
    arguments = [
        *("initdb", "-D", str(folder), "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8"),
        *(f"--locale={character_type}", "--no-instructions"),
    ]
    if cluster.binaries.major >= 17:
        arguments += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    if cluster.disposable:
        arguments.append("--no-sync")
    return arguments


def _write_configuration(cluster: Cluster, folder: Path) -> None:
    settings = {
        "listen_addresses": "",
        "unix_socket_permissions": "0700",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] %d ",
        "shared_buffers": "128MB",
        **(FAST_UNSAFE if cluster.disposable else {}),
    }
    lines = [f"{name} = '{value}'" for name, value in settings.items()]
    with (folder / "postgresql.conf").open("a") as configuration:
        configuration.write("\n# written by tongban\n" + "\n".join(lines) + "\n")


def _own_folder(folder: Path, account: Account) -> None:
    folder.mkdir(mode=0o700)
    if account.switch:
        os.chown(folder, account.uid, account.gid)


def _run(cluster: Cluster, arguments: list[str], **more: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [cluster.binaries.program(arguments[0]), *arguments[1:]],
        env=clean_environment(),
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        **cluster.account.as_subprocess(),
        **more,
    )


def start(cluster: Cluster) -> None:
    """Start the server and return when it runs; retried while the remains of a crash are going away."""
    claim_socket_directory(cluster.sockets, cluster.account)
    _prepare_log(cluster)
    deadline = time.monotonic() + START_SECONDS
    while True:
        if running_pid(cluster.data) is None:
            _remove_stale_lock(cluster)
            _pg_ctl_start(cluster)
        if running_pid(cluster.data) is not None:
            return
        if time.monotonic() > deadline:
            raise Missing(f"PostgreSQL does not start: {_last_lines(cluster.log)}", f"read {cluster.log}")
        time.sleep(0.3)


def _pg_ctl_start(cluster: Cluster) -> None:
    """Run ``pg_ctl start`` without pipes: the server would inherit them and the caller would wait for ever."""
    subprocess.run(
        [
            *(cluster.binaries.program("pg_ctl"), "-D", str(cluster.data), "-l", str(cluster.log)),
            *("-s", "-w", "-t", "30", "-o", f"-k {cluster.sockets} -p {PORT}", "start"),
        ],
        env=clean_environment(),
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
        **cluster.account.as_subprocess(),
    )


def stop(cluster: Cluster) -> bool:
    """Stop the server (fast: sessions are ended, a checkpoint is made). False when it did not run."""
    if running_pid(cluster.data) is None:
        return False
    answer = _run(cluster, ["pg_ctl", "-D", str(cluster.data), "-s", "-w", "-t", "60", "-m", "fast", "stop"])
    if answer.returncode and running_pid(cluster.data) is not None:
        raise Missing(f"PostgreSQL does not stop: {answer.stderr.strip()}", f"read {cluster.log}")
    return True


def running_pid(data: Path) -> int | None:
    """The postmaster's pid, if the process named by ``postmaster.pid`` lives and really works in ``data``."""
    lines = _lock_lines(data)
    if not lines or not lines[0].strip().isdigit():
        return None
    pid = int(lines[0])
    return pid if _works_in(pid, data) else None


def socket_of_running(data: Path) -> Path | None:
    """The socket folder that the running server really uses (line 5 of its lock file)."""
    lines = _lock_lines(data)
    return Path(lines[4]) if len(lines) > 4 and lines[4] else None


def _lock_lines(data: Path) -> list[str]:
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _works_in(pid: int, data: Path) -> bool:
    """Every PostgreSQL process has its data directory as working directory; zombies and strangers do not."""
    if not Path("/proc/self").exists():
        return _answers_signals(pid)
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == data
    except OSError:
        return False


def _answers_signals(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _remove_stale_lock(cluster: Cluster) -> None:
    """Remove a lock file whose process is gone, once no process at all works in the data directory."""
    lock = cluster.data / "postmaster.pid"
    if not Path("/proc/self").exists() or not lock.exists():
        return
    pids = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    if not any(_works_in(pid, cluster.data) for pid in pids):
        lock.unlink(missing_ok=True)


def _prepare_log(cluster: Cluster) -> None:
    if not cluster.log.exists():
        cluster.log.touch(mode=0o600)
        if cluster.account.switch:
            os.chown(cluster.log, cluster.account.uid, cluster.account.gid)
    elif cluster.log.stat().st_size > 10_000_000:
        os.truncate(cluster.log, 0)


def _last_lines(log: Path) -> str:
    return " | ".join(log.read_text(errors="replace").splitlines()[-3:])[-500:]

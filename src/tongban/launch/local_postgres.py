"""A database for this state directory: DATABASE_URL, else a local cluster that we make, start and check ourselves.

Never stops a server behind anybody's back: it outlives the command that started it (``./tongban db stop``).
"""

from __future__ import annotations

import fcntl
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import psycopg

from tongban.launch import cluster as clusters
from tongban.launch.binaries import find_binaries, within_reach
from tongban.launch.cluster import PORT, SUPERUSER, Cluster, clean_environment
from tongban.launch.outcome import Missing
from tongban.launch.places import cluster_home, server_account, socket_directory

DATABASE = "tongban"
ANSWER_SECONDS = 60
Purpose = Literal["state", "test"]


@dataclass(frozen=True)
class Database:
    """Where the application connects. ``cluster`` is empty when DATABASE_URL names somebody else's server."""

    url: str
    cluster: Cluster | None


def database_of(state: Path) -> Database:
    """The database of a state directory, running: DATABASE_URL as it is, else the local cluster."""
    given = os.environ.get("DATABASE_URL")
    if not given:
        return ensure(state)
    try:
        psycopg.connect(given, connect_timeout=10).close()
    except psycopg.Error as error:
        raise Missing(f"DATABASE_URL does not answer: {error}", "start that server or unset DATABASE_URL") from error
    return Database(given, None)


def ensure(state: Path, purpose: Purpose = "state") -> Database:
    """Make, start and check the cluster of ``state``; many processes may ask at once.

    ``purpose="test"`` makes a cluster without durability (fsync off). Such a cluster is never taken for a state
    directory's own, nor the other way round: the self-check refuses.
    """
    clean_own_environment()
    with locked(state):
        cluster = cluster_of(state, purpose)
        refuse_other_major(cluster)
        if not (cluster.data / "PG_VERSION").exists():
            clusters.create(cluster)
        clusters.start(cluster)
        socket = _answering_socket(cluster)
        _check(cluster, url_of(socket, "postgres"))
        _make_database(url_of(socket, "postgres"))
    return Database(url_of(socket, DATABASE), cluster)


def cluster_of(state: Path, purpose: Purpose = "state") -> Cluster:
    """The cluster that belongs to ``state`` with the programs of this machine, whether it exists or not."""
    account = server_account()
    home = cluster_home(state).resolve()
    binaries = within_reach(find_binaries(), home, account)
    name = f"pg{binaries.major}"
    return Cluster(
        data=home / name,
        sockets=socket_directory(home, name),
        binaries=binaries,
        account=account,
        disposable=purpose == "test",
    )


def url_of(socket: Path, database: str) -> str:
    """The URL of a database behind a socket folder, as libpq and Django's settings read it."""
    return f"postgresql://{SUPERUSER}@/{database}?host={quote(str(socket), safe='/')}&port={PORT}"


def clean_own_environment() -> None:
    """Drop PG* variables from our own process too: psycopg reads them."""
    for name in set(os.environ) - set(clean_environment()):
        del os.environ[name]


@contextmanager
def locked(state: Path) -> Iterator[None]:
    """Hold the lock of a state directory's cluster; others wait."""
    with (state / "postgres.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def refuse_other_major(cluster: Cluster) -> None:
    """A data directory of another major version must be dumped and restored, never ignored."""
    if cluster.data.exists() or cluster.disposable:
        return
    for other in cluster.data.parent.glob("pg*"):
        match = re.fullmatch(r"pg(\d+)", other.name)
        if match and (other / "PG_VERSION").exists():
            raise Missing(
                f"{other} belongs to PostgreSQL {match[1]}, the programs here are {cluster.binaries.version}",
                f"TONGBAN_POSTGRES=<folder of PostgreSQL {match[1]}'s programs> ./tongban db dump FILE --dir "
                f"{cluster.data.parent}, then ./tongban db restore FILE --dir <a new directory>",
            )


def _answering_socket(cluster: Cluster) -> Path:
    """Wait until ``select 1`` works; a server whose socket folder was cleaned away is started again."""
    deadline = time.monotonic() + ANSWER_SECONDS
    restarted = False
    while True:
        socket = clusters.socket_of_running(cluster.data) or cluster.sockets
        try:
            with psycopg.connect(url_of(socket, "postgres"), connect_timeout=5) as connection:
                connection.execute("select 1")
            return socket
        except psycopg.Error as error:
            if time.monotonic() > deadline:
                raise Missing(f"PostgreSQL does not answer: {error}", f"read {cluster.log}") from error
        if clusters.running_pid(cluster.data) is None:
            clusters.start(cluster)
        elif not (socket / f".s.PGSQL.{PORT}").exists() and not restarted:
            time.sleep(1)
            if not (socket / f".s.PGSQL.{PORT}").exists():
                restarted = clusters.stop(cluster)
        time.sleep(0.1)


def _check(cluster: Cluster, url: str) -> None:
    """Prove what we rely on: Chinese trigrams, UTF-8, and durability exactly where it is promised."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set client_min_messages = warning")
        try:
            connection.execute("create extension if not exists pg_trgm")
        except psycopg.Error as error:
            raise Missing(
                f"the extension pg_trgm is not there: {error}", "apt-get install postgresql-contrib"
            ) from error
        row = connection.execute(
            "select coalesce(array_length(show_trgm('身份证'), 1), 0) > 0, current_setting('server_encoding'),"
            " current_setting('fsync'), current_setting('full_page_writes')"
        ).fetchone()
    durable = "off" if cluster.disposable else "on"
    if row != (True, "UTF8", durable, durable):
        raise Missing(
            f"the cluster in {cluster.data} fails its self-check (trigrams, encoding, fsync, full_page_writes) = {row}",
            "use another --dir: this one was made for another purpose or with a non-UTF-8 locale",
        )


def _make_database(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        if not connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
            connection.execute(f'create database "{DATABASE}" template template0')

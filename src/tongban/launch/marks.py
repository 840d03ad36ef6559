"""What the launcher remembers inside the database: which hashes were applied, and whether it is a demo.

The marks lie in the database (and so in its dumps), because a file beside it would lie after a restore.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import psycopg
from psycopg import sql

from tongban.launch.outcome import BadInput, Missing
from tongban.launch.places import PROJECT, is_rehearsal

DEMO_PARAMETER = "demo.city"
REHEARSAL = "rehearsal"


def read(url: str) -> dict[str, str]:
    """All marks of a database; empty when it has none."""
    with psycopg.connect(url, autocommit=True) as connection:
        if not _table_exists(connection, "launch_mark"):
            return {}
        return dict(connection.execute("select name, value from launch_mark").fetchall())


def write(url: str, name: str, value: str) -> None:
    """Set one mark."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set client_min_messages = warning")
        connection.execute("create table if not exists launch_mark (name text primary key, value text not null)")
        connection.execute(
            "insert into launch_mark values (%s, %s) on conflict (name) do update set value = excluded.value",
            [name, value],
        )


def is_demo(url: str) -> bool:
    """Whether this database is a demo: marked by the launcher, or by the seed's own parameter."""
    purpose = read(url).get("purpose")
    if purpose in ("demo", REHEARSAL):
        return purpose == "demo"
    with psycopg.connect(url, autocommit=True) as connection:
        if not _table_exists(connection, "parameters_parameter"):
            return False
        query = "select 1 from parameters_parameter where code = %s limit 1"
        return connection.execute(query, [DEMO_PARAMETER]).fetchone() is not None


def is_rehearsal_database(url: str) -> bool:
    """Whether this database belongs to a rehearsal site."""
    return read(url).get("purpose") == REHEARSAL


def refuse_mixed(state: Path, url: str) -> None:
    """A rehearsal directory only with a rehearsal's database, and the other way round: never one half of each."""
    folder, database = is_rehearsal(state), is_rehearsal_database(url)
    if folder and not database:
        raise BadInput(
            f"{state} is a rehearsal site, but this database is not a rehearsal's",
            "unset DATABASE_URL: a rehearsal has its own database",
        )
    if database and not folder:
        raise BadInput(
            f"this database belongs to a rehearsal site, but {state} is not a rehearsal directory",
            "give the rehearsal's own directory with --dir, or the city's own database with DATABASE_URL",
        )


def refuse_demo_beside_real_data(url: str) -> None:
    """A database that holds parties but no demo mark is somebody's real one: the open sign-in never starts there."""
    if is_demo(url):
        return
    with psycopg.connect(url, autocommit=True) as connection:
        tables = connection.execute(
            "select table_name from information_schema.tables"
            " where table_schema = 'public' and table_name like 'parties\\_%' and table_type = 'BASE TABLE'"
        ).fetchall()
        for (table,) in tables:
            query = sql.SQL("select 1 from {} limit 1").format(sql.Identifier(table))
            if connection.execute(query).fetchone():
                raise Missing(
                    "this database holds real people or departments and is not a demo",
                    "give the demo a directory of its own: ./tongban demo --dir <new directory> (and no DATABASE_URL)",
                )


def migrations_hash() -> str:
    """Of every migration of ours, the runtime lock file (which brings the others'), and the shipped calendar."""
    files = sorted((PROJECT / "src").glob("tongban/**/migrations/*.py"))
    calendar = PROJECT / "src" / "tongban" / "ground" / "data" / "calendar_cn.json"
    return hash_of([PROJECT / "requirements" / "runtime.lock", calendar, *files])


def static_hash() -> str:
    """Of every static file of ours and of the runtime lock file."""
    files = sorted(path for path in (PROJECT / "src").glob("tongban/**/static/**/*") if path.is_file())
    return hash_of([PROJECT / "requirements" / "runtime.lock", *files])


def hash_of(files: Iterable[Path]) -> str:
    """SHA-256 over names and contents."""
    digest = hashlib.sha256()
    for path in files:
        digest.update(str(path.relative_to(PROJECT)).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _table_exists(connection: psycopg.Connection, name: str) -> bool:
    row = connection.execute("select to_regclass('public.' || quote_ident(%s)) is not null", [name]).fetchone()
    return bool(row and row[0])

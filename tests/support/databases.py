"""Databases of the tests: one migrated template with the demo city, copied for each worker and each live site.

The template is named by the hash of migrations and seed, so it is made once and found again; a copy takes 0.15 s.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg
from psycopg import conninfo, sql

ROOT = Path(__file__).resolve().parents[2]
UNUSED_SECONDS = 24 * 3600
HASHER = "tests.support.hashers.QuickArgon2PasswordHasher"
SEEDED_BY = ("ground", "registry", "procedures", "insight", "demo")


@cache
def fingerprint() -> str:
    """Hash of everything that the template's content depends on, and of the server that holds it."""
    digest = hashlib.sha256(f"{sys.version} {server_url()}".encode())
    for part in SEEDED_BY:
        for path in sorted((ROOT / "src" / "tongban" / part).rglob("*")):
            if path.suffix in {".py", ".json", ".typ"}:
                digest.update(path.read_bytes())
    for path in sorted((ROOT / "src" / "tongban" / "faces").rglob("migrations/*.py")):
        digest.update(path.read_bytes())
    for path in (Path(__file__), ROOT / "tests" / "support" / "hashers.py"):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def server_url() -> str:
    """Where the tests' PostgreSQL listens: DATABASE_URL, else the project's own test cluster."""
    if url := os.environ.get("TONGBAN_TEST_SERVER") or os.environ.get("DATABASE_URL"):
        return url
    from tongban.launch.testing import ensure_test_cluster

    return ensure_test_cluster()


def url_of(name: str) -> str:
    """The server's address with another database."""
    parts = conninfo.conninfo_to_dict(server_url())
    host, port = parts.get("host", ""), parts.get("port")
    user, password = parts.get("user", "postgres"), parts.get("password")
    login = f"{user}:{password}" if password else user
    query = f"?host={host}" + (f"&port={port}" if port else "")
    return f"postgresql://{login}@/{name}{query}"


@contextmanager
def maintenance() -> Iterator[psycopg.Connection]:
    """A connection to the maintenance database, in autocommit."""
    with psycopg.connect(url_of("postgres"), autocommit=True) as connection:
        yield connection


def state_dir() -> Path:
    """The state folder of this fingerprint: keys that the template's encrypted values need, and files."""
    folder = Path(tempfile.gettempdir()) / f"tongban-tests-{os.getuid()}-{fingerprint()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _exists(connection: psycopg.Connection, name: str) -> bool:
    return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def drop(name: str) -> None:
    """Drop a database, ending whoever is connected."""
    with maintenance() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def template() -> str:
    """The name of the finished template; made by the first who asks, the others wait."""
    name = f"tongban_template_{fingerprint()}"
    with maintenance() as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext('tongban template'))")
        if not _exists(connection, name):
            building = f"{name}_building"
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(building)))
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(building)))
            _build(building)
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            connection.execute(rename.format(sql.Identifier(building), sql.Identifier(name)))
            _forget_older(connection, name)
    return name


def _forget_older(connection: psycopg.Connection, current: str) -> None:
    """Templates of an older state of the code, and their folders, that nobody uses for a day."""
    rows = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'tongban_template_%'").fetchall()
    for (name,) in rows:
        folder = Path(tempfile.gettempdir()) / f"tongban-tests-{os.getuid()}-{name.removeprefix('tongban_template_')}"
        unused = not folder.exists() or time.time() - folder.stat().st_mtime > UNUSED_SECONDS
        if name != current and unused and not name.endswith("_building"):
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            shutil.rmtree(folder, ignore_errors=True)


def _build(name: str) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": url_of(name),
        "TONGBAN_DIR": str(state_dir()),
        "TONGBAN_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "tongban.config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
    }
    program = (
        "import django; django.setup();"
        f"from django.conf import settings; settings.PASSWORD_HASHERS = [{HASHER!r}];"
        "from django.core.management import call_command; call_command('migrate', verbosity=0);"
        "from tongban.demo.load import load; load(cases=0);"
        # What reacts to the city's events has done so: every site would begin with that work.
        "from tongban.ground.ledger.consumers import drain; drain();"
        "from tongban.ground.jobs import run_until_idle; run_until_idle()"
    )
    made = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    if made.returncode:
        raise RuntimeError(f"the template could not be built:\n{made.stdout}\n{made.stderr}")


def copy(name: str) -> str:
    """A fresh copy of the template under ``name``; gives its address."""
    source = template()
    drop(name)
    with maintenance() as connection:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(source)))
    return url_of(name)

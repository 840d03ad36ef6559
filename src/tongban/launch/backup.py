"""``./tongban db dump FILE``: one archive of database, files, anchors, keys and a manifest that proves them.

A plain tar with ``manifest.json`` first: format, moment, server version, key ids, rows per table (counted in the very
snapshot that is dumped) and the SHA-256 of every member. Files are content-addressed and only ever added, so copying
them after the snapshot gives a superset of what the snapshot names.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tongban.launch.binaries import binaries_of_major
from tongban.launch.cluster import clean_environment
from tongban.launch.local_postgres import Database, database_of
from tongban.launch.outcome import GOOD, BadInput, Missing, print_json, say

FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "database.dump"
FOLDERS = ("files", "anchors", "keys")
SINGLE_FILES = ("people.json", "rehearsal.json")


def dump(state: Path, target: Path, *, keys: bool, as_json: bool) -> int:
    """Write the archive ``target`` (0600, complete or not at all). With keys it opens everything: guard it."""
    if target.exists():
        raise BadInput(f"{target} exists already", "choose another name: dumps are never overwritten")
    if not target.absolute().parent.is_dir():
        raise BadInput(f"{target.absolute().parent} is not a directory")
    database = database_of(state)
    say("dumping the database and its files", "正在备份")
    with tempfile.TemporaryDirectory(prefix="tongban-dump-") as folder:
        dumped = Path(folder) / DUMP
        manifest: dict[str, Any] = {
            "format": FORMAT,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            **_dump_database(database, dumped),
            "key_ids": sorted(path.name for path in _files_below(state / "keys")),
            "keys_included": keys,
        }
        members = [(DUMP, dumped), *_members(state, keys=keys)]
        manifest["members"] = {name: _facts(path) for name, path in members}
        _write_archive(target, manifest, members)
    result = {"ok": True, "file": str(target), "bytes": target.stat().st_size, "members": len(members)}
    if as_json:
        print_json(result)
    else:
        print(f"{target}: {result['bytes']} bytes, {len(members)} members, keys {'included' if keys else 'left out'}")
    return GOOD


def _dump_database(database: Database, target: Path) -> dict[str, Any]:
    with psycopg.connect(database.url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        row = connection.execute("select pg_export_snapshot(), current_setting('server_version')").fetchone()
        if row is None:
            raise Missing("PostgreSQL gave no snapshot")
        program = binaries_of_major(int(row[1].split(".")[0])).program("pg_dump")
        answer = subprocess.run(
            [program, "-Fc", f"--snapshot={row[0]}", "-f", str(target), "-d", database.url],
            env=clean_environment() if database.cluster else None,
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode:
            raise Missing(f"pg_dump failed: {answer.stderr.strip()[-400:]}", "./tongban db status")
        return {"server_version": row[1], "rows": count_rows(connection)}


def count_rows(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """Rows of every ordinary and partitioned table in the public schema."""
    tables = connection.execute(
        "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition order by 1"
    ).fetchall()
    counts = {}
    for (table,) in tables:
        row = connection.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(table))).fetchone()
        counts[table] = int(row[0]) if row else 0
    return counts


def _members(state: Path, *, keys: bool) -> list[tuple[str, Path]]:
    folders = [name for name in FOLDERS if keys or name != "keys"]
    found = [path for name in folders for path in _files_below(state / name)]
    found += [state / name for name in SINGLE_FILES if (state / name).is_file()]
    return [(path.relative_to(state).as_posix(), path) for path in found]


def _files_below(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())


def _facts(path: Path) -> dict[str, Any]:
    return {"sha256": sha256_of(path), "bytes": path.stat().st_size}


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_archive(target: Path, manifest: dict[str, Any], members: list[tuple[str, Path]]) -> None:
    partial = target.with_name(f"{target.name}.part")
    partial.unlink(missing_ok=True)
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as raw:
            with tarfile.open(fileobj=raw, mode="w") as archive:
                text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
                head = tarfile.TarInfo(MANIFEST)
                head.size, head.mode = len(text), 0o600
                archive.addfile(head, io.BytesIO(text))
                for name, path in members:
                    archive.add(path, arcname=name, recursive=False)
            raw.flush()
            os.fsync(raw.fileno())
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)

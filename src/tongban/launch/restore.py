"""``./tongban db restore FILE --dir D``: into an empty directory (and an empty database), proved member by member."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path, PurePosixPath
from typing import Any

import psycopg

from tongban.launch import cluster as clusters
from tongban.launch.backup import DUMP, FOLDERS, FORMAT, MANIFEST, SINGLE_FILES, count_rows
from tongban.launch.binaries import binaries_of_major
from tongban.launch.environment import child_environment
from tongban.launch.local_postgres import Database, database_of
from tongban.launch.outcome import FINDING, GOOD, BadInput, Finding, print_json, say
from tongban.launch.places import state_directory


def restore(file: Path, directory: str, *, as_json: bool) -> int:
    """Bring an archive back. Nothing is left behind when it fails.

    Raises BadInput when the directory or the database is not empty or the archive is not ours, Finding when a member
    does not match the manifest.
    """
    target = Path(directory).expanduser().absolute()
    if target.exists() and any(target.iterdir()):
        raise BadInput(f"{target} is not empty", "give a new directory: a restore never overwrites anything")
    if not file.is_file():
        raise BadInput(f"{file} is not a file")
    manifest = _check_archive(file)
    existed = target.exists()
    state = state_directory(str(target))
    database: Database | None = None
    try:
        say("unpacking", "正在解包")
        _unpack(file, manifest, state)
        database = database_of(state)
        _refuse_full(database)
        say("restoring the database", "正在恢复数据库")
        _restore_database(database, state / DUMP)
        problems = _differences(database, manifest) + _ledger_problems(database, state)
    except BaseException:
        _undo(database, state, keep_folder=existed)
        raise
    finally:
        (state / DUMP).unlink(missing_ok=True)
    missing_keys = [] if manifest["keys_included"] else manifest["key_ids"]
    result = {"ok": not problems, "dir": str(state), "rows": sum(manifest["rows"].values()), "problems": problems}
    for problem in problems:
        print(problem, file=sys.stderr)
    if missing_keys:
        say(f"put these keys into {state / 'keys'} before the first start: {', '.join(missing_keys)}", "请放回密钥")
    if as_json:
        print_json({**result, "missing_keys": missing_keys})
    else:
        print(f"{state}: {len(manifest['members'])} members, {result['rows']} rows restored and checked")
    return FINDING if problems else GOOD


def _check_archive(file: Path) -> dict[str, Any]:
    """Read the manifest and compare every member with it before anything is written."""
    try:
        with tarfile.open(file, mode="r:") as archive:
            first = archive.next()
            source = archive.extractfile(first) if first and first.name == MANIFEST else None
            if source is None:
                raise BadInput(f"{file} is not a dump of tongban: no {MANIFEST} at its beginning")
            manifest: dict[str, Any] = json.loads(source.read())
            if manifest.get("format") != FORMAT:
                raise BadInput(f"{file} has format {manifest.get('format')}, this version reads {FORMAT}")
            found = {member.name: _digest(archive, member) for member in archive if member.name != MANIFEST}
    except (tarfile.TarError, ValueError) as error:
        raise BadInput(f"{file} cannot be read: {error}", "the file is damaged or not a dump of tongban") from error
    promised = {name: facts["sha256"] for name, facts in manifest["members"].items()}
    for name in sorted(promised.keys() | found.keys()):
        if promised.get(name) != found.get(name):
            raise Finding(f"{file}: {name} is not what the manifest says", "use another copy of this dump")
        if not _allowed(name):
            raise BadInput(f"{file}: {name} does not belong into a dump")
    return manifest


def _digest(archive: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    source = archive.extractfile(member) if member.isfile() else None
    if source is None:
        return f"{member.name}: not a regular file"
    digest = hashlib.sha256()
    while piece := source.read(1 << 20):
        digest.update(piece)
    return digest.hexdigest()


def _allowed(name: str) -> bool:
    parts = PurePosixPath(name).parts
    if ".." in parts or name.startswith("/"):
        return False
    return name == DUMP or name in SINGLE_FILES or (len(parts) > 1 and parts[0] in FOLDERS)


def _unpack(file: Path, manifest: dict[str, Any], state: Path) -> None:
    with tarfile.open(file, mode="r:") as archive:
        for member in archive:
            source = archive.extractfile(member) if member.name in manifest["members"] else None
            if source is None:
                continue
            target = state / member.name
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as output:
                shutil.copyfileobj(source, output)


def _refuse_full(database: Database) -> None:
    with psycopg.connect(database.url) as connection:
        tables = count_rows(connection)
    if tables:
        raise BadInput(f"the database already has {len(tables)} tables", "restore into an empty database")


def _restore_database(database: Database, dumped: Path) -> None:
    with psycopg.connect(database.url) as connection:
        major = connection.info.server_version // 10000
    answer = subprocess.run(
        [
            *(binaries_of_major(major).program("pg_restore"), "--exit-on-error", "--no-owner", "--no-privileges"),
            *("--single-transaction", "-d", database.url, str(dumped)),
        ],
        env=clusters.clean_environment() if database.cluster else None,
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        raise Finding(
            f"pg_restore failed: {answer.stderr.strip()[-400:]}",
            "a dump goes into the same or a newer major version of PostgreSQL",
        )


def _differences(database: Database, manifest: dict[str, Any]) -> list[str]:
    with psycopg.connect(database.url) as connection:
        found = count_rows(connection)
    promised: dict[str, int] = manifest["rows"]
    names = sorted(promised.keys() | found.keys())
    return [
        f"table {name}: {found.get(name)} rows, the manifest says {promised.get(name)}"
        for name in names
        if promised.get(name) != found.get(name)
    ]


def _ledger_problems(database: Database, state: Path) -> list[str]:
    """Verify the restored ledger in a process of its own (it needs Django); no ledger, no finding."""
    with psycopg.connect(database.url) as connection:
        row = connection.execute("select to_regclass('public.ledger_event') is not null").fetchone()
    if not row or not row[0]:
        return []
    say("verifying the ledger", "正在核验账本")
    for command in (["prepare", "rebase"], ["verify", "ledger", "--dir", str(state)]):
        answer = subprocess.run(
            [sys.executable, "-m", "tongban.launch", *command],
            env=child_environment(state, database),
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode != GOOD:
            return [f"{' '.join(command[:2])}: {(answer.stdout + answer.stderr)[-400:]}"]
    return []


def _undo(database: Database | None, state: Path, *, keep_folder: bool) -> None:
    """Take away what a failed restore made: the cluster it created and the directory's contents."""
    if database and database.cluster:
        clusters.stop(database.cluster)
        shutil.rmtree(database.cluster.data, ignore_errors=True)
    for entry in list(state.iterdir()):
        if entry.is_dir():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink()
    if not keep_folder:
        state.rmdir()

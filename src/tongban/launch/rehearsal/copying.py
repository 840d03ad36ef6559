"""Carry the configured tables from a city's database into an empty one: read only, one snapshot, all or nothing."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copyfile
from typing import Any

import psycopg
from psycopg import sql

from tongban.launch.outcome import Finding, Missing, say
from tongban.launch.rehearsal.carried import ANEW, CARRIED, Carried

SEALS = "rehearsal_seals"
"""Mark: the seals that the rehearsal makes for itself, as JSON [{authority, kind, approvals}]."""
DONE = "rehearsal_carried"
Connection = psycopg.Connection[Any]
_SEALS = """
    select coalesce(jsonb_agg(jsonb_build_object('authority', s.authority_id, 'kind', s.kind, 'approvals', (
        select coalesce(jsonb_agg(jsonb_build_array(a.document_kind, lower(a.valid), upper(a.valid) - 1, a.ceiling,
                                                    a.approved_by, a.reason) order by a.id), '[]')
        from licences_standingapproval a where a.seal_id = s.id)) order by s.name), '[]')
    from licences_seal s where s.state = 'active'
"""


def carry(source: str, target: str) -> int:
    """Fill the empty ``target`` with what ``source`` configured; returns the rows. ``source`` is never written to.

    Raises ``Finding`` when the two have not the same migrations or a carried row points at one that stays behind,
    ``Missing`` when the city's database does not answer or may not be read.
    """
    try:
        return _carry(source, target)
    except (psycopg.OperationalError, psycopg.errors.InsufficientPrivilege) as error:
        remedy = "is that server running, and may this role read every table?"
        raise Missing(f"the city's database cannot be read: {error}", remedy) from error


def _carry(source: str, target: str) -> int:
    with psycopg.connect(source) as city, psycopg.connect(target) as rehearsal:
        city.read_only = True
        city.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        _refuse_other_shape(city, rehearsal)
        _empty(rehearsal)
        rows = sum(_carry_table(city, rehearsal, table, how) for table, how in CARRIED.items())
        told = json.dumps(_value(city, _SEALS), ensure_ascii=False, default=str)
        for name, value in ((SEALS, told), (DONE, str(rows))):  # the marks come and go with the rows
            rehearsal.execute("insert into launch_mark values (%s, %s)", [name, value])
        try:
            rehearsal.commit()  # foreign keys are checked here
        except psycopg.errors.IntegrityError as error:
            words = f"what was configured does not stand by itself: {error.diag.message_detail or error}"
            raise Finding(words, "report this: a table is declared wrongly in launch/rehearsal/carried.py") from error
    return rows


def copy_files(target: str, source_files: Path, files: Path) -> int:
    """Copy the bytes of the carried attachments; what is there already stays. Missing ones are named and left out."""
    with psycopg.connect(target) as rehearsal:
        hashes = [str(one) for (one,) in rehearsal.execute("select distinct content_hash from storage_storedfile")]
    copied = 0
    for content_hash in hashes:
        path = Path(content_hash[:2]) / content_hash[2:4] / content_hash
        if not (source_files / path).is_file():
            say(f"the file {content_hash[:12]} is not in {source_files}: its notice has no attachment here")
            continue
        (files / path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = (files / path).with_suffix(".part")
        copyfile(source_files / path, partial)
        partial.replace(files / path)
        copied += 1
    return copied


def _refuse_other_shape(city: Connection, rehearsal: Connection) -> None:
    query = "select coalesce(jsonb_agg(app || '.' || name order by app, name), '[]') from django_migrations"
    if _value(city, "select to_regclass('public.django_migrations') is null"):
        raise Finding("the city's database is empty", "give the state directory of a site that was started once")
    theirs, ours = set(_value(city, query)), set(_value(rehearsal, query))
    if theirs != ours:
        names = ", ".join(sorted(theirs ^ ours)[:4])
        raise Finding(
            f"the city's database is of another version of this program: {names}",
            "start the city's site once with this version (it brings its database up to date), then repeat",
        )


def _empty(rehearsal: Connection) -> None:
    """What migrations put into the carried tables goes first."""
    rehearsal.execute("set constraints all deferred")
    for table in CARRIED:
        if _value(rehearsal, sql.SQL("select exists (select 1 from {})").format(sql.Identifier(table))):
            rehearsal.execute(sql.SQL("delete from {}").format(sql.Identifier(table)))


def _carry_table(city: Connection, rehearsal: Connection, table: str, how: Carried) -> int:
    columns = _columns(rehearsal, table)
    other = {**ANEW, **how.instead}
    wanted = [sql.SQL(other[name]) if name in other else sql.Identifier(name) for name in columns]
    name = sql.Identifier(table)
    read = sql.SQL("copy (select {} from {} where {}) to stdout").format(
        sql.SQL(", ").join(wanted), name, sql.SQL(how.where)
    )
    write = sql.SQL("copy {} ({}) from stdin").format(name, sql.SQL(", ").join(map(sql.Identifier, columns)))
    with city.cursor() as reading, rehearsal.cursor() as writing:
        with reading.copy(read) as given, writing.copy(write) as taken:
            for piece in given:
                taken.write(piece)
        rows = writing.rowcount
    _count_on(rehearsal, table)
    return rows


def _columns(rehearsal: Connection, table: str) -> list[str]:
    query = (
        "select column_name from information_schema.columns where table_schema = 'public' and table_name = %s"
        " and is_generated = 'NEVER' order by ordinal_position"
    )
    return [str(name) for (name,) in rehearsal.execute(query, [table])]


def _count_on(rehearsal: Connection, table: str) -> None:
    """New rows get numbers behind the carried ones."""
    sequence = _value(
        rehearsal,
        "select case when exists (select 1 from information_schema.columns where table_schema = 'public'"
        " and table_name = %s and column_name = 'id') then pg_get_serial_sequence(%s, 'id') end",
        [table, table],
    )
    if sequence:
        query = sql.SQL("select setval(%s, (select coalesce(max(id), 0) + 1 from {}), false)")
        rehearsal.execute(query.format(sql.Identifier(table)), [sequence])


def _value(connection: Connection, query: Any, values: list[Any] | None = None) -> Any:
    row = connection.execute(query, values).fetchone()
    return row[0] if row else None

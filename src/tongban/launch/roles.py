"""Two roles in a local cluster: the owner migrates, the application's role works and cannot rewrite history."""

from __future__ import annotations

from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from tongban.launch.local_postgres import Database

APPLICATION_ROLE = "tongban_app"
APPEND_ONLY = ("ledger_event", "ledger_root", "ledger_seal")


def application_url(database: Database) -> str:
    """Grant the application's role what it needs and return its URL; DATABASE_URL stays as the operator gave it.

    The role reads and writes every table but makes none, and may only add to the append-only ones (their triggers
    refuse changes too: two walls).
    """
    if database.cluster is None:
        return database.url
    role = sql.Identifier(APPLICATION_ROLE)
    with psycopg.connect(database.url) as connection:
        if not connection.execute("select 1 from pg_roles where rolname = %s", [APPLICATION_ROLE]).fetchone():
            connection.execute(sql.SQL("create role {} login").format(role))
        for statement in (
            "grant select, insert, update, delete on all tables in schema public to {}",
            "grant usage, select on all sequences in schema public to {}",
        ):
            connection.execute(sql.SQL(statement).format(role))
        for table in _append_only_tables(connection):
            statement = "revoke update, delete, truncate on {} from {}"
            connection.execute(sql.SQL(statement).format(sql.Identifier(table), role))
    parts = urlsplit(database.url)
    return parts._replace(netloc=f"{APPLICATION_ROLE}@").geturl()


def _append_only_tables(connection: psycopg.Connection) -> list[str]:
    """The append-only tables that exist, with their partitions."""
    rows = connection.execute(
        "select tree.relid::regclass::text from unnest(%s::text[]) as name,"
        " lateral pg_partition_tree(to_regclass(name)) as tree where to_regclass(name) is not null"
        " union select name from unnest(%s::text[]) as name where to_regclass(name) is not null",
        [list(APPEND_ONLY), list(APPEND_ONLY)],
    ).fetchall()
    return [str(name) for (name,) in rows]

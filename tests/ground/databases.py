"""A database of one test alone, made from the migrated one (no TransactionTestCase: the ledger refuses TRUNCATE)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection
from psycopg import sql


@contextmanager
def own_database(pool_size: int = 24) -> Iterator[str]:
    """Point Django at a copy of the test database; drop it afterwards. Gives its name.

    ``pool_size``: a thread keeps its connection for the whole test, so there is one for each.
    """
    options = connection.settings_dict["OPTIONS"]
    pool = options.get("pool")
    original = connection.settings_dict["NAME"]
    name = f"{original[:40]}_{uuid.uuid4().hex[:8]}"
    connection.close()
    connection.close_pool()
    _administer(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(original)))
    connection.settings_dict["NAME"] = name
    options["pool"] = {"min_size": 1, "max_size": pool_size, "timeout": 30}
    try:
        yield name
    finally:
        connection.close()
        connection.close_pool()
        connection.settings_dict["NAME"] = original
        options["pool"] = pool
        _administer(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _administer(statement: sql.Composed) -> None:
    parameters = connection.get_connection_params() | {"dbname": "postgres"}
    plain = {key: value for key, value in parameters.items() if key not in {"cursor_factory", "context"}}
    with psycopg.connect(**plain, autocommit=True) as administrator:
        administrator.execute(statement)

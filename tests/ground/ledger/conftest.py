"""Committed data: the ledger reads in commit order, which a test inside one rolled-back transaction cannot show."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from tests.ground.databases import own_database
from tongban.ground.ids import uuid7
from tongban.ground.ledger.chain import Actor, EventDraft, Row
from tongban.ground.ledger.services import append
from tongban.ground.ledger.subjects import SubjectRef, registered, table_of
from tongban.ground.parameters.models import Parameter

CLERK = Actor(kind="staff", id=uuid.UUID(int=7), post_id=3, role="clerk", channel="window")


@pytest.fixture(scope="module")
def ledger_database(django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    """A database of this module alone."""
    with django_db_blocker.unblock(), own_database():
        yield


@pytest.fixture
def committed(ledger_database: None, settings: Any, tmp_path: Path) -> None:
    """An empty ledger where every transaction commits; keys and anchors in a folder of the test."""
    settings.DIR = tmp_path
    _empty_the_ledger()


def _empty_the_ledger() -> None:
    """The copied database may hold a seeded city: its events go, its subjects begin anew."""
    for table in ("ledger_event", "ledger_root", "ledger_seal", "ledger_position", "ledger_failure", "numbers_counter"):
        tamper(f"DELETE FROM {table}")  # of few rows; TRUNCATE would make new files for every partition
    for kind in registered():
        tamper(f"UPDATE {table_of(kind)} SET seq = 0, head = ''")


def a_subject() -> SubjectRef:
    """A fresh subject of the ledger (a parameter row: any registered subject does)."""
    row = Parameter.objects.create(id=uuid7(), code=f"test.{uuid7()}", valid="[2020-01-01,)", value=1, basis="test")
    return SubjectRef("parameter", row.id)


def appended(subject: SubjectRef, count: int = 3) -> list[Row]:
    """``count`` events, one transaction each."""
    return [append(subject, [EventDraft("parameter.noted", {"n": n})], CLERK)[0] for n in range(count)]


def tamper(sql: str, parameters: list[Any] | None = None) -> None:
    """Change rows behind the ledger's back, as a superuser can."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            cursor.execute(sql, parameters)
        finally:
            cursor.execute("SET session_replication_role = origin")


def direct(database: str = "") -> psycopg.Connection:
    """A connection of its own to the test's database (or another one of the server), outside Django."""
    parameters = connection.get_connection_params() | ({"dbname": database} if database else {})
    return psycopg.connect(**{k: v for k, v in parameters.items() if k not in {"cursor_factory", "context"}})

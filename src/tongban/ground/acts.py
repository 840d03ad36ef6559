"""One act = one statement (shapes 1).

``commit`` compiles an :class:`~tongban.ground.changes.Outcome` from Django's model metadata into **one** data-modifying
statement: the guarded UPDATE (or INSERT) of the subject's row, the events, every other change, numbers taken on the
way, and a NOTIFY for the readers of the ledger. The text is cached by shape; it runs prepared on a plain psycopg cursor
over Django's own connection, so it is one durable commit in autocommit and part of a surrounding ``atomic`` block
otherwise. ``perform`` is the act itself: load, decide, commit; when somebody was faster, once more under a row lock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Any, TypeVar

import psycopg
from django.apps import apps
from django.db import connection, models, transaction
from psycopg.types.json import Jsonb

from tongban.ground.changes import Change, Delete, Insert, NextNumber, Outcome, Subject, Update
from tongban.ground.errors import Conflict
from tongban.ground.ledger.chain import COLUMNS, Actor, Row, seal_events

S = TypeVar("S")
EVENT = "ledger.Event"

_AS_IT_IS = {
    models.CharField,
    models.TextField,
    models.IntegerField,
    models.BigIntegerField,
    models.UUIDField,
    models.DateTimeField,
    models.DateField,
    models.BooleanField,
    models.BinaryField,
    models.ForeignKey,
    models.OneToOneField,
}


@dataclass(frozen=True, slots=True)
class Committed:
    """What came of it: the subject's new head, its events, and the numbers that were taken, by scope."""

    seq: int
    head: bytes
    events: tuple[Row, ...]
    numbers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    cast: str
    adapt: Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True)
class _Part:
    """One piece of the statement: an operation on a model with the attributes it writes and those that find the row."""

    operation: str
    model: str
    attributes: tuple[str, ...]
    values: tuple[Any, ...]
    key: tuple[str, ...] = ()
    key_values: tuple[Any, ...] = ()


def _json(value: Any) -> Any:
    return None if value is None else Jsonb(value)


@lru_cache(maxsize=4096)
def _column(model: str, attribute: str) -> _Column:
    meta = apps.get_model(model)._meta
    field = next((f for f in meta.concrete_fields if attribute in (f.attname, f.name)), None)
    if field is None:
        raise LookupError(f"{model} has no field {attribute}")
    kind = field.db_type(connection) or "text"
    cast = "text" if kind.startswith("varchar") and not kind.endswith("[]") else kind
    adapt: Callable[[Any], Any] | None = lambda value: field.get_db_prep_save(value, connection)  # noqa: E731
    if isinstance(field, models.JSONField):
        adapt = _json
    elif type(field) in _AS_IT_IS:
        adapt = None
    return _Column(f'"{field.column}"', cast, adapt)


@lru_cache(maxsize=256)
def _table(model: str) -> str:
    return f'"{apps.get_model(model)._meta.db_table}"'


@lru_cache(maxsize=1024)
def _defaults(model: str, given: tuple[str, ...]) -> tuple[tuple[str, Callable[[], Any]], ...]:
    """The fields that an INSERT does not name, each with what makes its default."""
    return tuple(
        (field.attname, field.get_default)
        for field in apps.get_model(model)._meta.concrete_fields
        if field.attname not in given
        and not isinstance(field, models.AutoField | models.BigAutoField)
        and field.db_default is models.NOT_PROVIDED
    )


def _insertion(model: str, values: Mapping[str, Any]) -> _Part:
    given = tuple(values)
    rest = _defaults(model, given)
    attributes = (*given, *(name for name, _ in rest))
    return _Part("insert", model, attributes, (*values.values(), *(make() for _, make in rest)))


def _part(change: Change) -> _Part:
    if isinstance(change, Insert):
        return _insertion(change.model, change.values)
    key, key_values = tuple(change.key), tuple(change.key.values())
    if isinstance(change, Delete):
        return _Part("delete", change.model, (), (), key, key_values)
    return _Part("update", change.model, tuple(change.values), tuple(change.values.values()), key, key_values)


def _parts(subject: Subject, rows: list[Row], head: bytes, changes: tuple[Change, ...]) -> list[_Part]:
    """The subject's own row first, then the events, then every other change."""
    own: dict[str, Any] = {"seq": rows[-1].seq, "head": head}
    inserted: Mapping[str, Any] | None = None
    rest: list[_Part] = []
    for change in changes:
        if change.model == subject.model and isinstance(change, Insert) and change.values.get("id") == subject.id:
            inserted = change.values
        elif change.model == subject.model and isinstance(change, Update) and change.key == {"id": subject.id}:
            own = {**change.values, **own}
        else:
            rest.append(_part(change))
    if (inserted is not None) != (subject.seq == 0):
        raise ValueError("the first act of a subject inserts its row, and only the first")
    if inserted is not None:
        first = _insertion(subject.model, {**inserted, **own})
    else:
        guard = (subject.id, subject.seq)
        first = _Part("update", subject.model, tuple(own), tuple(own.values()), ("id", "seq"), guard)
    events = [_Part("insert", EVENT, COLUMNS, event.as_tuple()) for event in rows]
    return [first, *events, *rest]


@dataclass(slots=True)
class _Given:
    """The parameters of a statement in the order of its text, and what that text depends on."""

    values: list[Any]
    shape: tuple[Any, ...]
    scopes: list[str]


def _given(parts: list[_Part]) -> _Given:
    scopes: list[str] = []
    numbers: list[tuple[int, int, int]] = []
    lists: list[list[Any]] = []
    for index, part in enumerate(parts):
        values = list(part.values)
        if part.model != EVENT and NextNumber in map(type, values):
            values = _with_numbers(part, index, scopes, numbers)
        values.extend(part.key_values)
        lists.append(values)
    shape = (tuple((p.operation, p.model, p.attributes, p.key) for p in parts), tuple(numbers), len(scopes))
    first, *rest = lists
    return _Given([*first, *scopes, *chain.from_iterable(rest)], shape, scopes)


def _with_numbers(part: _Part, index: int, scopes: list[str], numbers: list[tuple[int, int, int]]) -> list[Any]:
    """The values with each number as its prefix, width and suffix; its scope and place are noted."""
    values: list[Any] = []
    for place, value in enumerate(part.values):
        if type(value) is NextNumber:
            if value.scope not in scopes:
                scopes.append(value.scope)
            numbers.append((index, place, scopes.index(value.scope)))
            values += (value.prefix, value.width, value.suffix)
        else:
            values.append(value)
    return values


class _Text:
    """Writes the text once for a shape, with the adapters of its parameters in order."""

    def __init__(self, numbers: tuple[tuple[int, int, int], ...]) -> None:
        self.adapters: list[Callable[[Any], Any] | None] = []
        self.numbers = {(index, place): scope for index, place, scope in numbers}

    def parameter(self, cast: str, adapt: Callable[[Any], Any] | None = None) -> str:
        self.adapters.append(adapt)
        return f"${len(self.adapters)}::{cast}"

    def value(self, part: _Part, index: int, place: int) -> str:
        column = _column(part.model, part.attributes[place])
        scope = self.numbers.get((index, place))
        if scope is None:
            return self.parameter(column.cast, column.adapt)
        number = f"(SELECT value FROM n{scope})::text"
        prefix, width, suffix = self.parameter("text"), self.parameter("int"), self.parameter("text")
        return f"({prefix} || lpad({number}, greatest({width}, length({number})), '0') || {suffix})"

    def condition(self, part: _Part) -> str:
        columns = [_column(part.model, name) for name in part.key]
        return " AND ".join(f"{c.name} = {self.parameter(c.cast, c.adapt)}" for c in columns)

    def write(self, part: _Part, index: int) -> str:
        names = [_column(part.model, name).name for name in part.attributes]
        values = [self.value(part, index, place) for place in range(len(names))]
        table, first = _table(part.model), index == 0
        source, returned = ("", "id") if first else (" FROM subject", "1")
        if part.operation == "insert":
            return f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)}{source} RETURNING {returned}"
        condition = self.condition(part) + ("" if first else " AND EXISTS (SELECT 1 FROM subject)")
        if part.operation == "delete":
            return f"DELETE FROM {table} WHERE {condition} RETURNING 1"
        assigned = ", ".join(f"{name} = {value}" for name, value in zip(names, values, strict=True))
        return f"UPDATE {table} SET {assigned} WHERE {condition} RETURNING {returned}"


@dataclass(frozen=True, slots=True)
class _Compiled:
    text: str
    adapters: tuple[tuple[int, Callable[[Any], Any]], ...]
    """Places of the parameters that need adapting, and how."""


_compiled: dict[tuple[Any, ...], _Compiled] = {}


def _compile(parts: list[_Part], shape: tuple[Any, ...]) -> _Compiled:
    if found := _compiled.get(shape):
        return found
    _, numbers, scopes = shape
    text = _Text(numbers)
    pieces = [f"subject AS ({text.write(parts[0], 0)})"]
    for scope in range(scopes):
        pieces.append(
            f"n{scope} AS (INSERT INTO numbers_counter AS c (scope, value)"
            f" SELECT {text.parameter('text')}, 1 FROM subject"
            " ON CONFLICT (scope) DO UPDATE SET value = c.value + 1 RETURNING value)"
        )
    pieces += [f"c{index} AS ({text.write(part, index)})" for index, part in enumerate(parts) if index]
    taken = "".join(f", (SELECT value FROM n{scope})" for scope in range(scopes))
    sql = f"WITH {', '.join(pieces)} SELECT id, pg_notify('ledger', ''){taken} FROM subject"
    adapters = tuple((place, adapt) for place, adapt in enumerate(text.adapters) if adapt)
    return _compiled.setdefault(shape, _Compiled(sql, adapters))


def commit(subject: Subject, outcome: Outcome, actor: Actor, at: datetime) -> Committed | None:
    """Write the outcome as one statement; ``None`` when the subject's row has moved on since it was loaded.

    :raises django.db.IntegrityError: an invariant of the database refused it; nothing was written.
    """
    if not outcome.events:
        raise ValueError("an act leaves at least one event")
    rows, head = seal_events(
        subject.head, subject.seq + 1, outcome.events, subject.kind, subject.id, actor, at, subject.region_no
    )
    parts = _parts(subject, rows, head, outcome.changes)
    given = _given(parts)
    compiled = _compile(parts, given.shape)
    for place, adapt in compiled.adapters:
        given.values[place] = adapt(given.values[place])
    found = run(compiled.text, given.values)
    if found is None:
        return None
    return Committed(rows[-1].seq, head, tuple(rows), dict(zip(given.scopes, found[2:], strict=True)))


def run(text: str, parameters: list[Any] | tuple[Any, ...]) -> tuple[Any, ...] | None:
    """First row of a prepared statement ($1, $2 ...) on a plain psycopg cursor over Django's connection."""
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.RawCursor(connection.connection) as cursor:
        cursor.execute(text, parameters, prepare=True)
        return cursor.fetchone()


def perform(
    load: Callable[[bool], S],
    decide: Callable[[S], tuple[Subject, Outcome]],
    actor: Actor,
    at: datetime,
) -> tuple[S, Committed]:
    """Load, decide, commit; on a miss reload once ``FOR UPDATE`` and decide anew. Raises what ``decide`` raises."""
    state = load(False)
    subject, outcome = decide(state)
    committed = commit(subject, outcome, actor, at)
    if committed is not None:
        return state, committed
    with transaction.atomic():
        state = load(True)
        subject, outcome = decide(state)
        committed = commit(subject, outcome, actor, at)
        if committed is None:
            raise Conflict("act.moved_on", "这件办件刚刚被别人处理过，请刷新后再看", remedy="刷新页面，看最新状态")
    return state, committed

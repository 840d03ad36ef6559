"""One act = one statement (shapes 1).

``commit`` compiles an :class:`~tongban.ground.changes.Outcome` from Django's model metadata into **one** data-modifying
statement: the guarded UPDATE (or INSERT) of the subject's row, the events, every other change, numbers taken on the
way, and a NOTIFY for the readers of the ledger. The text is cached by shape; it runs prepared on a plain psycopg cursor
over Django's own connection, so it is one durable commit in autocommit and part of a surrounding ``atomic`` block
otherwise. ``perform`` is the act itself: load, decide, commit; when somebody was faster, once more under a row lock.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from itertools import chain
from typing import Any, TypeVar

import psycopg
from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction
from psycopg import sql

from tongban.ground.changes import Change, Delete, Insert, NextNumber, Outcome, Subject, Update
from tongban.ground.errors import Conflict
from tongban.ground.jsontext import JsonText
from tongban.ground.ledger.chain import COLUMNS, Actor, Row, seal_events

S = TypeVar("S")
EVENT = "ledger.Event"
MOST_CURSORS = 100

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


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """What the text of one operation depends on: the attributes it writes and those that find the row.

    There is one object for each, so that shapes are compared by identity. ``makers`` make the last attributes' values.
    """

    operation: str
    model: str
    attributes: tuple[str, ...]
    key: tuple[str, ...] = ()
    makers: tuple[Callable[[], Any], ...] = ()


_Part = tuple[_Piece, Sequence[Any]]
"""An operation of the statement with its values, those of the key last."""


def _json(value: Any) -> Any:
    return value if value is None or type(value) is JsonText else json.dumps(value)


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


def _defaults(model: str, given: tuple[str, ...]) -> list[models.Field[Any, Any]]:
    """The fields that an INSERT does not name and that Django fills."""
    return [
        field
        for field in apps.get_model(model)._meta.concrete_fields
        if field.attname not in given
        and not isinstance(field, models.AutoField | models.BigAutoField)
        and field.db_default is models.NOT_PROVIDED
    ]


def _is_made(field: models.Field[Any, Any]) -> bool:
    """Whether each row gets a default of its own; every other default is a constant of the model."""
    return callable(field.default) and field.has_default()


@cache
def _insert(model: str, given: tuple[str, ...]) -> _Piece:
    rest = [field for field in _defaults(model, given) if _is_made(field)]
    attributes = (*given, *(field.attname for field in rest))
    return _Piece("insert", model, attributes, makers=tuple(field.get_default for field in rest))


@cache
def _piece(operation: str, model: str, attributes: tuple[str, ...], key: tuple[str, ...]) -> _Piece:
    return _Piece(operation, model, attributes, key)


def _constants(model: str, attributes: tuple[str, ...]) -> list[tuple[str, str]]:
    """Columns of an INSERT with a constant default, each with its literal: they stand in the text."""
    rest = [field for field in _defaults(model, attributes) if not _is_made(field)]
    literal = [sql.Literal(field.get_db_prep_save(field.get_default(), connection)).as_string() for field in rest]
    columns = [_column(model, field.attname) for field in rest]
    return [(column.name, f"{text}::{column.cast}") for column, text in zip(columns, literal, strict=True)]


def _insertion(model: str, values: Mapping[str, Any]) -> _Part:
    piece = _insert(model, tuple(values))
    return piece, [*values.values(), *[make() for make in piece.makers]]


def _part(change: Change) -> _Part:
    if isinstance(change, Insert):
        return _insertion(change.model, change.values)
    if isinstance(change, Delete):
        return _piece("delete", change.model, (), tuple(change.key)), [*change.key.values()]
    piece = _piece("update", change.model, tuple(change.values), tuple(change.key))
    return piece, [*change.values.values(), *change.key.values()]


def _parts(subject: Subject, rows: list[Row], head: bytes, changes: tuple[Change, ...]) -> list[_Part]:
    """The subject's own row first, then the events, then every other change."""
    own: dict[str, Any] = {"seq": rows[-1].seq, "head": head}
    inserted: Mapping[str, Any] | None = None
    rest: list[_Part] = []
    for change in changes:
        if change.model != subject.model:
            rest.append(_part(change))
        elif isinstance(change, Insert) and change.values.get("id") == subject.id:
            inserted = change.values
        elif isinstance(change, Update) and change.key == {"id": subject.id}:
            own = {**change.values, **own}
        else:
            rest.append(_part(change))
    if (inserted is not None) != (subject.seq == 0):
        raise ValueError("the first act of a subject inserts its row, and only the first")
    if inserted is not None:
        first = _insertion(subject.model, {**inserted, **own})
    else:
        guarded = _piece("update", subject.model, tuple(own), ("id", "seq"))
        first = guarded, [*own.values(), subject.id, subject.seq]
    event = _piece("insert", EVENT, COLUMNS, ())
    return [first, *[(event, row.as_written()) for row in rows], *rest]


@dataclass(slots=True)
class _Given:
    """The parameters of a statement in the order of its text, and what that text depends on."""

    values: list[Any]
    shape: tuple[Any, ...]
    scopes: list[str]


def _given(parts: list[_Part]) -> _Given:
    scopes: list[str] = []
    numbers: list[tuple[int, int, int]] = []
    lists = [values for _, values in parts]
    if NextNumber in set(map(type, chain.from_iterable(lists))):
        lists = [_with_numbers(values, index, scopes, numbers) for index, values in enumerate(lists)]
    shape = (tuple([piece for piece, _ in parts]), tuple(numbers), len(scopes))
    return _Given([*lists[0], *scopes, *chain.from_iterable(lists[1:])], shape, scopes)


def _with_numbers(
    given: Sequence[Any], index: int, scopes: list[str], numbers: list[tuple[int, int, int]]
) -> list[Any]:
    """The values with each number as its prefix, width and suffix; its scope and place are noted."""
    values: list[Any] = []
    for place, value in enumerate(given):
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

    def value(self, piece: _Piece, index: int, place: int) -> str:
        column = _column(piece.model, piece.attributes[place])
        scope = self.numbers.get((index, place))
        if scope is None:
            return self.parameter(column.cast, column.adapt)
        number = f"(SELECT value FROM n{scope})::text"
        prefix, width, suffix = self.parameter("text"), self.parameter("int"), self.parameter("text")
        return f"({prefix} || lpad({number}, greatest({width}, length({number})), '0') || {suffix})"

    def condition(self, piece: _Piece) -> str:
        columns = [_column(piece.model, name) for name in piece.key]
        return " AND ".join(f"{c.name} = {self.parameter(c.cast, c.adapt)}" for c in columns)

    def write(self, piece: _Piece, index: int) -> str:
        names = [_column(piece.model, name).name for name in piece.attributes]
        values = [self.value(piece, index, place) for place in range(len(names))]
        table, first = _table(piece.model), index == 0
        source, returned = ("", "id") if first else (" FROM subject", "1")
        if piece.operation == "insert":
            for name, literal in _constants(piece.model, piece.attributes):
                names.append(name)
                values.append(literal)
            return f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)}{source} RETURNING {returned}"
        condition = self.condition(piece) + ("" if first else " AND EXISTS (SELECT 1 FROM subject)")
        if piece.operation == "delete":
            return f"DELETE FROM {table} WHERE {condition} RETURNING 1"
        assigned = ", ".join(f"{name} = {value}" for name, value in zip(names, values, strict=True))
        return f"UPDATE {table} SET {assigned} WHERE {condition} RETURNING {returned}"


@dataclass(frozen=True, slots=True)
class _Compiled:
    text: bytes
    adapters: tuple[tuple[int, Callable[[Any], Any]], ...]
    """Places of the parameters that need adapting, and how."""


_compiled: dict[tuple[Any, ...], _Compiled] = {}


def _compile(shape: tuple[Any, ...]) -> _Compiled:
    if found := _compiled.get(shape):
        return found
    parts, numbers, scopes = shape
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
    statement = f"WITH {', '.join(pieces)} SELECT 1, pg_notify('ledger', ''){taken} FROM subject"
    adapters = tuple((place, adapt) for place, adapt in enumerate(text.adapters) if adapt)
    return _compiled.setdefault(shape, _Compiled(statement.encode(), adapters))


def commit(subject: Subject, outcome: Outcome, actor: Actor, at: datetime) -> Committed | None:
    """Write the outcome as one statement; ``None`` when the subject's row has moved on since it was loaded.

    :raises django.db.IntegrityError: an invariant of the database refused it; nothing was written.
    """
    if not outcome.events:
        raise ValueError("an act leaves at least one event")
    rows, head = seal_events(
        subject.head, subject.seq + 1, outcome.events, subject.kind, subject.id, actor, at, subject.region_no
    )
    given = _given(_parts(subject, rows, head, outcome.changes))
    compiled = _compile(given.shape)
    for place, adapt in compiled.adapters:
        given.values[place] = adapt(given.values[place])
    found = run(compiled.text, given.values)
    if found is None:
        return None
    return Committed(rows[-1].seq, head, tuple(rows), dict(zip(given.scopes, found[2:], strict=True)))


def run(text: bytes, parameters: list[Any] | tuple[Any, ...]) -> tuple[Any, ...] | None:
    """First row of a prepared statement ($1, $2 ...) on a plain psycopg cursor over Django's connection.

    :param text: the same object every time (a constant, or kept): its hash and its cursor are remembered.
    """
    django = connections[DEFAULT_DB_ALIAS]
    if django.connection is None:
        django.ensure_connection()
    try:
        cursor = _cursor(django.connection, text)
        cursor.execute(text, parameters, prepare=True)
        return cursor.fetchone()
    except psycopg.Error:
        with django.wrap_database_errors:  # raised again as Django's
            raise


def _cursor(opened: psycopg.Connection[Any], text: bytes) -> psycopg.RawCursor[Any]:
    """The cursor that ran this text before on this connection: it knows already how to dump and load its values."""
    cursors: dict[bytes, psycopg.RawCursor[Any]] = vars(opened).setdefault("tongban_cursors", {})
    found = cursors.get(text)
    if found is None:
        if len(cursors) >= MOST_CURSORS:
            cursors.clear()
        found = cursors[text] = psycopg.RawCursor(opened)
    return found


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

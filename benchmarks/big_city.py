"""A city of a million cases out of a few true ones: rows are cloned by COPY, every chain is hashed anew and true.

``multiply(cases)`` takes the demo's history as prototypes. Each clone has its own ids, number, applicant and chain; the
closed ones are spread over three years, the open ones stay as they are, so that work lists hold what they hold in life.
Nothing of the product writes this way: it is the load under which its lists are looked at.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import random
import re
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
from psycopg import conninfo

from benchmarks import big_figures

SEED = 20261129
OPEN_SHARE = 0.03
"""Of a hundred cases three are open: a city decides within weeks what it keeps for years."""
YEARS = 3
VARIANTS = 24
"""Shifts in time of each closed prototype."""
PERSONS = 100_000
MATERIALS = 5
WORKERS = 2
OPEN_STATES = (
    "submitted",
    "received",
    "correction_requested",
    "accepted",
    "in_review",
    "suspended",
    "decided",
    "issued",
)
OF_A_CASE: tuple[tuple[str, str], ...] = (
    ("cases_application", "case_id"),
    ("cases_casematerial", "case_id"),
    ("cases_casebranch", "case_id"),
    ("cases_correctionnotice", "case_id"),
    ("cases_opinion", "case_id"),
    ("cases_decision", "case_id"),
    ("cases_proceeding", "case_id"),
    ("cases_serviceproof", "case_id"),
    ("work_task", "subject_id"),
    ("work_clockrow", "subject_id"),
    ("documents_document", "subject_id"),
    ("indicators_casefigure", "case_id"),
)
OF_DAYS = "indicators_casefigure"
"""Says its days as days, which move with the case."""
UNIQUE_TOGETHER = {"documents_document": {"number"}}
"""Columns that are unique only beside another one, and have to differ all the same."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?\+00(?::?00)?")


def note(text: str) -> None:
    """A progress line."""
    print(f"· {text}", flush=True)


@dataclass
class Block:
    """The rows of one table of one prototype as one format string of COPY text, and the ids that it needs."""

    table: str
    text: str
    own: tuple[str, ...]
    """Names of the placeholders of ids that are this block's own, each a new one a clone."""
    fresh: tuple[tuple[str, int], ...]
    """Placeholders of other unique values, each with its greatest length."""


@dataclass
class Prototype:
    """One case at one shift in time, ready to be cloned."""

    is_open: bool
    at: datetime
    case: str
    blocks: list[Block]
    events: list[tuple[str, str, datetime]] = field(default_factory=list)
    """(canonical text, COPY text, recorded) of each event, both as format strings."""


class Source:
    """Reads prototypes out of a database."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self.columns: dict[str, list[tuple[str, str, int | None]]] = {}

    def columns_of(self, table: str) -> list[tuple[str, str, int | None]]:
        """Name, type and length of each column in order."""
        if table not in self.columns:
            rows = self.connection.execute(
                "SELECT column_name, data_type, character_maximum_length FROM information_schema.columns"
                " WHERE table_name = %s AND table_schema = 'public' AND is_generated = 'NEVER'"
                " ORDER BY ordinal_position",
                [table],
            ).fetchall()
            self.columns[table] = [(str(a), str(b), c) for a, b, c in rows]
        return self.columns[table]

    def unique(self, table: str) -> set[str]:
        """Columns that alone make a unique index, but for the primary key."""
        rows = self.connection.execute(
            "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]"
            " WHERE i.indrelid = %s::regclass AND i.indisunique AND NOT i.indisprimary AND i.indnatts = 1",
            [table],
        ).fetchall()
        return {str(name) for (name,) in rows} | UNIQUE_TOGETHER.get(table, set())

    def rows(self, table: str, condition: str, key: str) -> list[list[str | None]]:
        """The rows as COPY writes them, each column as text."""
        names = ", ".join(f'"{name}"::text' for name, _, _ in self.columns_of(table))
        found = self.connection.execute(f"SELECT {names} FROM {table} WHERE {condition} ORDER BY 1", [key]).fetchall()
        return [list(row) for row in found]


def shifted(text: str, days: int) -> str:
    """The same text with every moment that many days earlier; legal dates stand in them as they stood."""
    if not days:
        return text

    def earlier(found: re.Match[str]) -> str:
        day = datetime.fromisoformat(found[1]) - timedelta(days=days)
        return f"{day:%Y-%m-%d} {found[2]}{found[3] or ''}+00"

    return _MOMENT.sub(earlier, text)


def on_earlier_days(text: str, days: int) -> str:
    """The same text with every day that many days earlier."""
    return _DAY.sub(lambda found: f"{date.fromisoformat(found[0]) - timedelta(days=days)}", text)


def escaped(value: str | None) -> str:
    """One value in the text format of COPY, with percent signs doubled for the format string."""
    if value is None:
        return "\\N"
    for plain, written in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"), ("%", "%%")):
        value = value.replace(plain, written)
    return value


class Maker:
    """Makes prototypes of one case."""

    def __init__(self, source: Source, case_id: str) -> None:
        self.source, self.id = source, case_id
        self.row = dict(
            zip(
                [c[0] for c in source.columns_of("cases_case")],
                source.rows("cases_case", "id = %s::uuid", case_id)[0],
                strict=True,
            )
        )
        self.tables = {table: source.rows(table, f"{column} = %s::uuid", case_id) for table, column in OF_A_CASE}
        self.names = {case_id: "case", str(self.row["number"]): "number"}
        for person in ("applicant_person_id", "agent_person_id"):
            if self.row[person]:
                self.names[str(self.row[person])] = "person"
        for table, rows in self.tables.items():
            names = [c[0] for c in source.columns_of(table)]
            for n, row in enumerate(rows if "id" in names else ()):
                self.names[str(row[names.index("id")])] = f"{table}_{n}"

    def _placed(self, text: str) -> str:
        for value, name in self.names.items():
            text = text.replace(value, f"%({name})s")
        return text

    def prototype(self, days: int) -> Prototype:
        """The case, that many days earlier."""
        blocks = [self._block(table, rows, days) for table, rows in self.tables.items() if rows]
        submitted = datetime.fromisoformat(str(self.row["submitted_at"]).replace("+00", "+00:00")) - timedelta(
            days=days
        )
        made = Prototype(self.row["state"] in OPEN_STATES, submitted, self._case_text(days), blocks)
        made.events = self._events(days)
        return made

    def _case_text(self, days: int) -> str:
        values = []
        for name, value in self.row.items():
            if name == "head":
                values.append("%(head)s")
            elif name == "submission_key":
                values.append("%(key)s")
            else:
                values.append(self._placed(shifted(escaped(value), days)))
        return "\t".join(values) + "\n"

    def _block(self, table: str, rows: Sequence[Sequence[str | None]], days: int) -> Block:
        columns, unique = self.source.columns_of(table), self.source.unique(table)
        earlier = on_earlier_days if table == OF_DAYS else shifted
        lines, own, fresh = [], [], []
        wanted = list(rows)
        if table == "cases_casematerial":
            wanted = [*rows, *([rows[0]] * max(0, MATERIALS - len(rows)))]
        for n, row in enumerate(wanted):
            values = []
            for (name, kind, length), value in zip(columns, row, strict=True):
                if name == "id":
                    own.append(f"{table}_{n}")
                    values.append(f"%({table}_{n})s")
                elif name in unique and value and value not in self.names:
                    place = f"{table}_{n}_{name}"
                    if kind == "uuid":
                        own.append(place)
                    else:
                        fresh.append((place, length or 40))
                    values.append(f"%({place})s")
                else:
                    values.append(self._placed(earlier(escaped(value), days)))
            lines.append("\t".join(values))
        return Block(table, "\n".join(lines) + "\n", tuple(own), tuple(fresh))

    def _events(self, days: int) -> list[tuple[str, str, datetime]]:
        from tongban.ground.ledger.chain import COLUMNS, canonical

        rows = self.source.connection.execute(
            f"SELECT {', '.join(COLUMNS)} FROM ledger_event WHERE subject_id = %s::uuid ORDER BY seq", [self.id]
        ).fetchall()
        found = []
        for row in rows:
            values = dict(zip(COLUMNS, row, strict=True))
            for name in ("occurred_at", "recorded_at"):
                values[name] = values[name].astimezone(UTC) - timedelta(days=days)
            text = canonical(values).decode().replace("%", "%%")
            text = text.replace(f'"id":"{values["id"]}"', '"id":"%(event)s"')
            text = text.replace(bytes(values["prev_hash"]).hex(), "%(prev)s")
            found.append((self._placed(text), self._event_copy(values), values["recorded_at"]))
        return found

    def _event_copy(self, values: dict[str, Any]) -> str:
        from tongban.ground.ledger.chain import COLUMNS

        cells = []
        for name in COLUMNS:
            value = values[name]
            if name == "id":
                cells.append("%(event)s")
            elif name in ("prev_hash", "hash"):
                cells.append("\\\\x%(prev)s" if name == "prev_hash" else "\\\\x%(hash)s")
            elif name == "body":
                cells.append(self._placed(escaped(json.dumps(value, ensure_ascii=False))))
            elif isinstance(value, datetime):
                cells.append(value.isoformat())
            else:
                cells.append("\\N" if value is None else self._placed(escaped(str(value))))
        return "\t".join(cells) + "\n"


def new_id(ms: int, count: int) -> str:
    """A UUIDv7 of that millisecond; ``count`` makes it unique and must stay below 2**60."""
    text = f"{ms:012x}7000{0x8000000000000000 | count:016x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def clones(prototypes: list[Prototype], persons: list[str], part: int, amount: int) -> Iterator[dict[str, list[str]]]:
    """Lines of COPY by table, a thousand cases at a time."""
    chance = random.Random(SEED + part)
    count = part << 52
    opened = [p for p in prototypes if p.is_open]
    closed = [p for p in prototypes if not p.is_open]
    lines: dict[str, list[str]] = {}
    for n in range(amount):
        made = chance.choice(opened if chance.random() < OPEN_SHARE and opened else closed)
        ms = int(made.at.timestamp() * 1000) + chance.randrange(0, 3_600_000)
        count += 1
        ids = {
            "case": new_id(ms, count),
            "key": str(uuid.UUID(int=chance.getrandbits(128))),
            "number": f"BC{part}{n:09d}",
            "person": chance.choice(persons),
        }
        for block in made.blocks:
            for name in block.own:
                count += 1
                ids[name] = new_id(ms, count)
            for name, length in block.fresh:
                count += 1
                ids[name] = f"{count:X}"[-length:]
        head = hashlib.sha256(f"tongban:case:{ids['case']}".encode()).digest()
        for canonical, copied, recorded in made.events:
            count += 1
            ids["event"] = new_id(int(recorded.timestamp() * 1000), count)
            ids["prev"] = head.hex()
            head = hashlib.sha256(head + (canonical % ids).encode()).digest()
            ids["hash"] = head.hex()
            lines.setdefault("ledger_event", []).append(copied % ids)
        ids["head"] = f"\\\\x{head.hex()}"
        lines.setdefault("cases_case", []).append(made.case % ids)
        for block in made.blocks:
            lines.setdefault(block.table, []).append(block.text % ids)
        if n % 1000 == 999:
            yield lines
            lines = {}
    yield lines


def _fill(url: str, prototypes: list[Prototype], persons: list[str], part: int, amount: int) -> None:
    from tongban.ground.ledger.chain import COLUMNS

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        done = 0
        source = Source(connection)
        order = ["cases_case", *(table for table, _ in OF_A_CASE), "ledger_event"]
        for lines in clones(prototypes, persons, part, amount):
            for table in order:
                if table not in lines:
                    continue
                names = COLUMNS if table == "ledger_event" else [c[0] for c in source.columns_of(table)]
                columns = ", ".join(f'"{name}"' for name in names)
                with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    copy.write("".join(lines[table]))
            done += len(lines.get("cases_case", ()))
            if part == 0 and done % 50_000 == 0:
                note(f"{done * WORKERS} cases")


def add_persons(connection: psycopg.Connection[Any], amount: int) -> list[str]:
    """Persons with ids of their own; their values are copies under the same keys."""
    rows = connection.execute(
        "INSERT INTO parties_person (id, name, id_number, id_number_index, mobile, mobile_index, address, seq, head)"
        " SELECT gen_random_uuid(), p.name, p.id_number, md5(g::text) || md5((g + 1)::text), p.mobile,"
        " md5(g::text), p.address, 0, '' FROM generate_series(1, %s) g,"
        " LATERAL (SELECT * FROM parties_person ORDER BY id OFFSET g %% 20 LIMIT 1) p RETURNING id::text",
        [amount],
    ).fetchall()
    return [str(key) for (key,) in rows]


def multiply(url: str, cases: int) -> dict[str, int]:
    """Bring the database to that many cases more; returns the rows of each table that counts."""
    started = time.perf_counter()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET TIME ZONE 'UTC'")
        source = Source(connection)
        keys = [str(k) for (k,) in connection.execute("SELECT id FROM cases_case ORDER BY id").fetchall()]
        makers = [Maker(source, key) for key in keys]
        chance = random.Random(SEED)
        prototypes = []
        for maker in makers:
            shifts = (
                [0]
                if maker.row["state"] in OPEN_STATES
                else [chance.randrange(1, 365 * YEARS) for _ in range(VARIANTS)]
            )
            prototypes += [maker.prototype(days) for days in shifts]
        persons = add_persons(connection, PERSONS)
        indexes = _drop_indexes(connection)
    note(f"{len(keys)} true cases, {len(prototypes)} prototypes; cloning {cases}")
    with multiprocessing.get_context("fork").Pool(WORKERS) as pool:
        pool.starmap(_fill, [(url, prototypes, persons, part, cases // WORKERS) for part in range(WORKERS)])
    note(f"written in {time.perf_counter() - started:.0f} s; building {len(indexes)} indexes")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET maintenance_work_mem = '1GB'")
        for statement in indexes:
            connection.execute(statement)
        big_figures.roll_up(connection)
        connection.execute("VACUUM ANALYZE")
        counted = {
            table: int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # type: ignore[index]
            for table in ("cases_case", "cases_casematerial", "ledger_event", "work_task", "work_clockrow")
        }
    note(f"ready after {time.perf_counter() - started:.0f} s: {counted}")
    return counted


def _drop_indexes(connection: psycopg.Connection[Any]) -> list[str]:
    """Drop the plain indexes of the tables that are filled; returns what makes them again."""
    tables = ["cases_case", *(table for table, _ in OF_A_CASE)]
    rows = connection.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i"
        " WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisprimary"
        " AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)",
        [tables],
    ).fetchall()
    for name, _ in rows:
        connection.execute(f"DROP INDEX {name}")
    return [str(statement) for _, statement in rows]


def true_chains(url: str, amount: int = 200) -> bool:
    """Whether the chains of that many cases, drawn by chance, verify as the product verifies them."""
    from tongban.ground.ledger.examination import ChainExamination
    from tongban.ground.ledger.selectors import events_of

    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT id, seq, head FROM cases_case TABLESAMPLE SYSTEM (0.5) ORDER BY random() LIMIT %s", [amount]
        ).fetchall()
    for key, seq, head in rows:
        examination = ChainExamination("case", key)
        for row in events_of("case", key):
            examination.add(row)
        if examination.close((seq, bytes(head))) is not None:
            return False
    return bool(rows)


def url_of_environment() -> str:
    """The database that the bench works on, for psycopg."""
    return conninfo.make_conninfo(os.environ["DATABASE_URL"])

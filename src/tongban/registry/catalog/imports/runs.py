"""The long work of an import: look at its headings, check every row, do it. Called by jobs and by the command line.

Each may be called again after it was cut off: reading writes nothing, and doing it is one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from tongban.ground import moment
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.ledger.chain import Actor, EventDraft
from tongban.ground.ledger.services import append
from tongban.ground.ledger.subjects import SubjectRef
from tongban.ground.storage import selectors as storage
from tongban.registry.catalog.imports import applying, codes, headings, opening
from tongban.registry.catalog.imports.applying import Counts
from tongban.registry.catalog.imports.cells import WELCOME, text_of
from tongban.registry.catalog.imports.faults import MOST_KEPT, Fault, Unreadable
from tongban.registry.catalog.imports.grid import SAMPLES, Grid
from tongban.registry.catalog.imports.rows import plan
from tongban.registry.catalog.imports.staging import Progress, Staged, World, staged
from tongban.registry.catalog.imports.units import MAKE, Known, Place, Units, short_name_of
from tongban.registry.catalog.models import CatalogueImport
from tongban.registry.parties import services as parties
from tongban.registry.parties.models import Department, Region

SUBJECT = "catalogue_import"
CHECKED, APPLIED = "catalogue_import.checked", "catalogue_import.applied"
LONGEST_SAMPLE = 60
State = CatalogueImport.State


@dataclass(frozen=True)
class Order:
    """What is to be read and how: the same for the desk and the command line."""

    region: Region
    file_name: str
    source: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    """{field: heading}; empty: by the headings themselves."""
    left_out: tuple[str, ...] = ()
    departments: Mapping[str, int | str] = field(default_factory=dict)
    make_all: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of a check or an import."""

    rows: int
    counts: Counts
    faults: tuple[Fault, ...]
    faults_total: int
    notices: tuple[Fault, ...]
    unmatched: tuple[dict[str, Any], ...]
    departments: tuple[int, ...] = ()
    """Ids of the departments that were made."""

    @property
    def good(self) -> bool:
        """No fault was found."""
        return not self.faults_total


class _Faulty(Exception):
    """Rolls the transaction of an import back: what was good when it was checked is not any more."""


def order_of(batch: CatalogueImport) -> Order:
    """The order of an import of the desk."""
    return Order(
        batch.region,
        batch.file_name,
        batch.source,
        batch.mapping,
        tuple(batch.left_out),
        batch.departments,
    )


def survey(import_id: UUID) -> None:
    """Read the headings and a few rows, and propose what each column is; what was chosen before for the same headings
    in the same region goes first. A file that cannot be read is told as a fault."""
    batch = _batch(import_id)
    if batch.state != State.UPLOADED or batch.survey:
        return
    try:
        with _file_of(batch) as path:
            grid = opening.open_grid(path, batch.file_name)
            samples = _samples(grid)
    except Refusal as refusal:
        fault = Fault(0, "", refusal.sentence, refusal.remedy)
        CatalogueImport.objects.filter(pk=batch.pk, state=State.UPLOADED).update(
            state=State.FAULTY, faults=[fault.to_json()], faults_total=1, ended_at=moment.now()
        )
        return
    found = {"headings": list(grid.headings), "heading_row": grid.heading_row, "samples": samples}
    mark = headings.signature(grid.headings)
    values = {"survey": found, "signature": mark, **_proposed(batch, grid.headings, mark)}
    CatalogueImport.objects.filter(pk=batch.pk, state=State.UPLOADED).update(**values)


def _samples(grid: Grid) -> list[list[str]]:
    """The first rows as short texts, by column."""
    found = []
    for _number, cells in islice(grid.rows, SAMPLES):
        found.append([_sample(cells[n]) if n < len(cells) else "" for n in range(len(grid.headings))])
    return found


def _sample(cell: Any) -> str:
    try:
        text = text_of(cell, WELCOME)
    except Unreadable as error:
        return f"（{error.sentence}）"
    flat = " ".join(text.split())
    return flat if len(flat) <= LONGEST_SAMPLE else f"{flat[: LONGEST_SAMPLE - 1]}…"


def _proposed(batch: CatalogueImport, found: tuple[str, ...], mark: str) -> dict[str, Any]:
    before = (
        CatalogueImport.objects.filter(region_id=batch.region_id, signature=mark)
        .exclude(pk=batch.pk)
        .exclude(mapping={})
        .order_by("-id")
        .first()
    )
    if before is None:
        return {"mapping": headings.automatic(found)}
    departments = {name: choice for name, choice in before.departments.items() if choice != MAKE}
    return {"mapping": before.mapping, "left_out": before.left_out, "departments": departments}


def check(import_id: UUID, actor: Actor) -> None:
    """Check every row of an import of the desk and keep what came of it; nothing of the catalogue changes."""
    batch = _batch(import_id)
    if batch.state != State.CHECKING:
        return
    with _file_of(batch) as path:
        found = examine(path, order_of(batch), _progress_of(batch))
    with transaction.atomic():
        state = State.CHECKED if found.good else State.FAULTY
        values = {**_values(found), "state": state, "ended_at": moment.now()}
        if CatalogueImport.objects.filter(pk=batch.pk, state=State.CHECKING).update(**values):
            _append(batch, CHECKED, found, actor)


def apply(import_id: UUID, actor: Actor) -> None:
    """Do an import of the desk that was checked; when the catalogue has changed since and a row is wrong now, it goes
    back to the faults and nothing is done."""
    batch = _batch(import_id)
    if batch.state != State.APPLYING:
        return
    with _file_of(batch) as path:
        carry_out(path, order_of(batch), _progress_of(batch), actor, batch)


def examine(path: Path, order: Order, progress: Progress) -> Outcome:
    """Every row checked against what stands in the catalogue now. Raises nothing for a bad file: it is a fault."""
    world = world_of(order)
    try:
        with _staged(path, order, world, progress) as found:
            return _outcome(found, applying.compare(found, world))
    except Refusal as refusal:
        return _unreadable(refusal)


def carry_out(
    path: Path, order: Order, progress: Progress, actor: Actor, batch: CatalogueImport | None = None
) -> tuple[Outcome, CatalogueImport | None]:
    """Check, and when nothing is wrong do it: all rows or none (one transaction).

    :param batch: the import of the desk; from the command line it is made here, and only when something changes.
    Returns what came of it and the import's row (None: nothing was to be changed).
    """
    world = world_of(order)
    try:
        with _staged(path, order, world, progress) as found:
            if not found.faults.total:
                try:
                    with transaction.atomic():
                        return _do(found, world, order, path, actor, batch)
                except _Faulty:
                    pass  # told with the other faults below; the transaction is rolled back
                except IntegrityError as error:
                    found.faults.add(_overtaken(error))
            outcome = _outcome(found, Counts())
    except Refusal as refusal:
        outcome = _unreadable(refusal)
    return outcome, _keep_faulty(outcome, order, path, actor, batch)


def _overtaken(error: IntegrityError) -> Fault:
    """Somebody made an option with one of these codes in the same moment (unique constraint)."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or "unique"
    return Fault(0, "", f"导入时另有人改了同一个编码（{name}）", "再核对一次，然后导入")


def _do(
    found: Staged, world: World, order: Order, path: Path, actor: Actor, batch: CatalogueImport | None
) -> tuple[Outcome, CatalogueImport | None]:
    """Write the whole file or nothing; a file that changes nothing leaves no trace."""
    with connection.cursor() as cursor:
        cursor.execute(applying.LOCK)
    made = _make_departments(found, order)
    counts = applying.compare(found, world)
    if found.faults.total:
        raise _Faulty
    outcome = _outcome(found, counts, made)
    if batch is None and counts.empty:
        return outcome, None
    row = _claim(batch, order, path, outcome, actor)
    applying.write(row.pk, moment.now())
    _append(row, APPLIED, outcome, actor)
    return outcome, row


def _claim(batch: CatalogueImport | None, order: Order, path: Path, found: Outcome, actor: Actor) -> CatalogueImport:
    """The import's row in its new state; one of the desk is taken only from ``applying``."""
    values = {**_values(found), "state": State.APPLIED, "ended_at": moment.now()}
    if batch is None:
        return _made_row(order, path, actor, values)
    if not CatalogueImport.objects.filter(pk=batch.pk, state=State.APPLYING).update(**values):
        raise NotFound("import.not_applying", "这次导入已经办完或撤销了")
    return batch


def _made_row(order: Order, path: Path, actor: Actor, values: Mapping[str, Any]) -> CatalogueImport:
    return CatalogueImport.objects.create(
        region=order.region,
        region_no=order.region.no,
        file_name=order.file_name[:200],
        file_hash=opening.fingerprint(path),
        source=source_of(order),
        mapping=dict(order.mapping),
        left_out=list(order.left_out),
        begun_by=actor.id,
        begun_at=moment.now(),
        **values,
    )


def _keep_faulty(
    outcome: Outcome, order: Order, path: Path, actor: Actor, batch: CatalogueImport | None
) -> CatalogueImport:
    """No row was imported: the faults are kept for whoever mends the file."""
    with transaction.atomic():
        values = {**_values(outcome), "state": State.FAULTY, "ended_at": moment.now()}
        if batch is None:
            batch = _made_row(order, path, actor, values)
        else:
            CatalogueImport.objects.filter(pk=batch.pk, state=State.APPLYING).update(**values)
        _append(batch, CHECKED, outcome, actor)
        return batch


def _make_departments(found: Staged, order: Order) -> list[int]:
    """Make the departments that were chosen to be made, with the credit code that their items name."""
    names = [order.region.name, *_regions_above(order.region)]
    taken = set(Department.objects.values_list("uscc", flat=True))
    made = []
    missing = [name for name, known in found.matched.items() if known is None]
    for name in sorted(missing, key=lambda name: not found.named[name].told_code):  # told codes are taken first
        code = found.named[name].code
        if not code or code in taken:
            code = codes.stand_in(order.region.code, name)
        unit = Department.objects.filter(uscc=code).first()
        if unit is None:
            unit = parties.add_department(name, short_name_of(name, names), code, order.region)
            made.append(unit.pk)
        taken.add(code)
        found.matched[name] = unit.pk
    return made


def _regions_above(region: Region) -> list[str]:
    return list(
        Region.objects.filter(no__lte=region.no, end_no__gte=region.end_no)
        .exclude(pk=region.pk)
        .values_list("name", flat=True)
    )


def world_of(order: Order) -> World:
    """Regions and departments that the rows of this order may name; three queries."""
    region = order.region
    inside = Q(no__range=(region.no, region.end_no))
    above = Q(no__lte=region.no, end_no__gte=region.end_no)
    regions = list(Region.objects.filter(inside | above))
    codes_of_all = {one.code: (one.pk, one.no) for one in Region.objects.only("code", "no")}
    departments = Department.objects.filter(region__in=regions).select_related("region")
    known = [Known(d.pk, d.name, d.short_name, d.uscc, d.region.no) for d in departments]
    ids = {unit.id for unit in known}
    parts = [Place(one.name, one.no) for one in regions if one.no > region.no]
    choices = {name: one for name, one in order.departments.items() if one == MAKE or one in ids}
    return World(
        region.pk,
        region.no,
        region.end_no,
        codes_of_all,
        Units(known, region.no, [one.name for one in regions if one.no <= region.no], parts),
        choices,
        order.make_all,
    )


@contextmanager
def _staged(path: Path, order: Order, world: World, progress: Progress) -> Iterator[Staged]:
    grid = opening.open_grid(path, order.file_name)
    mapping = dict(order.mapping) or headings.automatic(grid.headings)
    absent = [f"「{heading}」" for heading in mapping.values() if heading not in grid.headings]
    if absent:
        raise Refusal("import.columns", f"文件里没有{'、'.join(absent)}这些列", remedy="重新核对列，或换一个文件")
    if lacking := headings.missing(mapping):
        raise Refusal(
            "import.columns",
            f"还缺{'，'.join(lacking)}这样的列",
            remedy="在“核对列”里指出它在哪一列，或在文件里补上这一列",
        )
    reading = plan(grid.headings, mapping, order.left_out, source_of(order), frozenset(world.regions))
    with staged(grid, reading, world, progress) as found:
        yield found


def source_of(order: Order) -> str:
    """Which list it is, in words for the guide."""
    return order.source or f"{order.region.name}政务服务事项清单"


def _outcome(found: Staged, counts: Counts, made: list[int] | None = None) -> Outcome:
    unmatched = tuple({"name": one.name, "code": one.code, "rows": one.rows} for one in found.unmatched)
    return Outcome(
        found.rows,
        counts,
        tuple(found.faults.in_order()),
        found.faults.total,
        tuple(found.notices[:MOST_KEPT]),
        unmatched,
        tuple(made or ()),
    )


def _unreadable(refusal: Refusal) -> Outcome:
    return Outcome(0, Counts(), (Fault(0, "", refusal.sentence, refusal.remedy),), 1, (), ())


def _values(found: Outcome) -> dict[str, Any]:
    """The columns of ``CatalogueImport`` that say what came of it."""
    return {
        "progress": found.rows,
        "rows": found.rows,
        "created": found.counts.created,
        "changed": found.counts.changed,
        "unchanged": found.counts.unchanged,
        "skipped": found.counts.skipped,
        "faults": [fault.to_json() for fault in found.faults],
        "faults_total": found.faults_total,
        "notices": [notice.to_json() for notice in found.notices],
        "unmatched": list(found.unmatched),
    }


def _append(batch: CatalogueImport, kind: str, found: Outcome, actor: Actor) -> None:
    body: dict[str, Any] = {
        "file_hash": batch.file_hash,
        "rows": found.rows,
        "created": found.counts.created,
        "changed": found.counts.changed,
        "unchanged": found.counts.unchanged,
        "skipped": found.counts.skipped,
    }
    if kind == CHECKED:
        body["faults"] = found.faults_total
    elif found.departments:
        body["departments"] = list(found.departments)
    append(SubjectRef(SUBJECT, batch.pk), [EventDraft(kind, body)], actor, region_no=batch.region_no)


def _batch(import_id: UUID) -> CatalogueImport:
    found = CatalogueImport.objects.select_related("region").filter(pk=import_id).first()
    if found is None:
        raise NotFound("import.not_found", "没有找到这次导入")
    return found


@contextmanager
def _file_of(batch: CatalogueImport) -> Iterator[Path]:
    assert batch.file_id is not None  # imports of the command line are never run again
    with storage.on_disk(storage.file_of(batch.file_id)) as path:
        yield path


def _progress_of(batch: CatalogueImport) -> Callable[[int], None]:
    def tell(rows: int) -> None:
        CatalogueImport.objects.filter(pk=batch.pk).update(progress=rows)

    return tell

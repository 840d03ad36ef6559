"""What a data steward does with a list: hand it in, say what its columns and departments are, have it checked and done,
take it back. The long work is done by jobs (``runs``); from the command line it is done at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction

from tongban.ground import moment
from tongban.ground.errors import Conflict, NotFound, Refusal, Refusals
from tongban.ground.jobs import defer
from tongban.ground.ledger.chain import Actor, EventDraft
from tongban.ground.ledger.services import append
from tongban.ground.ledger.subjects import SubjectRef
from tongban.ground.policy import Principal, Target, allowed
from tongban.ground.storage import services as storage
from tongban.ground.storage.services import Readable
from tongban.registry.catalog import jobs
from tongban.registry.catalog.imports import applying, headings, opening, runs, undoing
from tongban.registry.catalog.imports.runs import SUBJECT, Order, Outcome
from tongban.registry.catalog.imports.staging import Progress
from tongban.registry.catalog.imports.undoing import Blocked, Undone
from tongban.registry.catalog.imports.units import MAKE
from tongban.registry.catalog.models import CatalogueImport
from tongban.registry.parties.models import Department, Region
from tongban.registry.parties.services import actor_of

PERMISSION = "catalog.import.run"
UNDONE = "catalogue_import.undone"
LONGEST_SOURCE = 100
State = CatalogueImport.State


def upload(principal: Principal, region_id: int, content: Readable, name: str, source: str = "") -> CatalogueImport:
    """Keep the file of a list for a region and have its headings read.

    :param source: which list it is, in words for the guide; the region's list when empty.
    :raises NotFound: no such region among the steward's.
    :raises Refusal: the file is too large, empty or infected; the source is too long.
    """
    region = Region.objects.filter(pk=region_id).first()
    if region is None or not allowed(principal, PERMISSION, Target(region_no=region.no)):
        raise Refusal("import.region", "没有选清单的地区", field="region", remedy="选这份清单属于哪个地区")
    if len(source) > LONGEST_SOURCE:
        sentence = f"清单名称有 {len(source)} 个字，最多 {LONGEST_SOURCE} 个"
        raise Refusal("import.source", sentence, field="source", remedy="写短一些")
    file = storage.store_table(content, name, owner=principal.account_id, max_bytes=opening.MOST_BYTES)
    with transaction.atomic():
        batch = CatalogueImport.objects.create(
            region=region,
            region_no=region.no,
            file_name=file.name,
            file_hash=file.content_hash,
            file_id=file.pk,
            source=source.strip(),
            begun_by=principal.actor_id,
            begun_at=moment.now(),
        )
        defer(jobs.survey_import, str(batch.pk), import_id=str(batch.pk))
    return batch


def begin_check(
    principal: Principal,
    import_id: UUID,
    mapping: Mapping[str, str] | None = None,
    left_out: Sequence[str] = (),
    departments: Mapping[str, str] | None = None,
) -> None:
    """Take the choices of the steward and have every row checked (again).

    :param mapping: {field: heading}; None keeps what was chosen.
    :param departments: {name as written: id of a department, or ``make``, or empty}; added to what was chosen.
    :raises Refusals: a column that is needed is not chosen, or one column is chosen twice.
    :raises Conflict: it is being checked or done already.
    """
    with transaction.atomic():
        batch = _own(principal, import_id, lock=True)
        if batch.state not in (State.UPLOADED, State.FAULTY, State.CHECKED) or not batch.survey:
            raise Conflict("import.busy", f"这次导入现在是“{batch.get_state_display()}”", remedy="刷新页面，看最新状态")
        if mapping is not None:
            batch.mapping = _checked_mapping(batch, mapping)
            batch.left_out = [one for one in left_out if one in batch.survey["headings"]]
        if departments is not None:
            batch.departments = {**batch.departments, **_checked_departments(batch, departments)}
        batch.state, batch.progress, batch.ended_at = State.CHECKING, 0, None
        batch.faults, batch.faults_total, batch.unmatched = [], 0, []
        batch.save()
        key = str(batch.pk)
        defer(jobs.check_import, key, import_id=key, staff_id=_staff(principal), post_id=principal.post_id or 0)


def _checked_mapping(batch: CatalogueImport, mapping: Mapping[str, str]) -> dict[str, str]:
    known = set(batch.survey["headings"])
    chosen = {key: heading for key, heading in mapping.items() if key in headings.BY_KEY and heading in known}
    found = [
        Refusal("import.columns", f"还没有指出{words}在哪一列", field="columns", remedy="在下面的表里给那一列选上它")
        for words in headings.missing(chosen)
    ]
    if found:
        raise Refusals(tuple(found))
    return chosen


def _checked_departments(batch: CatalogueImport, departments: Mapping[str, str]) -> dict[str, int | str]:
    region = batch.region
    inside = set(
        Department.objects.filter(region__no__range=(region.no, region.end_no)).values_list("pk", flat=True)
    ) | set(
        Department.objects.filter(region__no__lte=region.no, region__end_no__gte=region.end_no).values_list(
            "pk", flat=True
        )
    )
    names = {one["name"] for one in batch.unmatched}
    found: dict[str, int | str] = {}
    for name, choice in departments.items():
        if name not in names or not choice:
            continue
        if choice == MAKE:
            found[name] = MAKE
        elif choice.isdigit() and int(choice) in inside:
            found[name] = int(choice)
        else:
            raise Refusal("import.department", f"“{name}”选的部门不存在", field="departments", remedy="重新选一个")
    return found


def begin_apply(principal: Principal, import_id: UUID) -> None:
    """Have a checked import done.

    :raises Conflict: it is not checked without faults, or is being done already.
    """
    with transaction.atomic():
        batch = _own(principal, import_id, lock=True)
        if batch.state != State.CHECKED:
            raise Conflict("import.busy", f"这次导入现在是“{batch.get_state_display()}”", remedy="刷新页面，看最新状态")
        batch.state, batch.progress = State.APPLYING, 0
        batch.save(update_fields=["state", "progress"])
        key = str(batch.pk)
        defer(jobs.apply_import, key, import_id=key, staff_id=_staff(principal), post_id=principal.post_id or 0)


def _staff(principal: Principal) -> str:
    return str(principal.actor_id)


def undo(principal: Principal, import_id: UUID) -> Undone:
    """Take a whole import back: what stood before stands again, what it made leaves the list.

    :raises Conflict: it is not applied.
    :raises Refusals: ``import.blocked``, each row on which something later rests.
    """
    _own(principal, import_id)
    return take_back(import_id, actor_of(principal, "desk"))


def take_back(import_id: UUID, actor: Actor) -> Undone:
    """The undo itself, for the desk and the command line; see :func:`undo`."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(applying.LOCK)
        batch = CatalogueImport.objects.select_for_update().filter(pk=import_id).first()
        if batch is None:
            raise NotFound("import.not_found", "没有找到这次导入")
        if batch.state != State.APPLIED:
            raise Conflict("import.not_applied", f"这次导入现在是“{batch.get_state_display()}”，没有可以撤销的")
        if found := undoing.blocked(batch.pk):
            raise Refusals(_told(found))
        done = undoing.restore(batch.pk, moment.now())
        CatalogueImport.objects.filter(pk=batch.pk).update(state=State.UNDONE, ended_at=moment.now())
        body = {"file_hash": batch.file_hash, "restored": done.restored, "retired": done.retired}
        append(SubjectRef(SUBJECT, batch.pk), [EventDraft(UNDONE, body)], actor, region_no=batch.region_no)
        return done


def _told(found: Sequence[Blocked]) -> tuple[Refusal, ...]:
    named = tuple(
        Refusal("import.blocked", one.sentence, remedy="先撤销后来的导入，再撤销这一次" if one.why == "later" else "")
        for one in found[: undoing.MOST_NAMED]
    )
    rest = len(found) - len(named)
    return (*named, Refusal("import.blocked", f"还有 {rest} 行也不能撤销")) if rest else named


def run(path: Path, order: Order, actor: Actor, progress: Progress, *, dry_run: bool) -> tuple[Outcome, UUID | None]:
    """Check a file and, when nothing is wrong and it is no dry run, do it at once.

    Returns what came of it and the id of the import (None: a dry run, or nothing to change).
    """
    if dry_run:
        return runs.examine(path, order, progress), None
    outcome, batch = runs.carry_out(path, order, progress, actor)
    return outcome, batch.pk if batch else None


def _own(principal: Principal, import_id: UUID, *, lock: bool = False) -> CatalogueImport:
    rows = CatalogueImport.objects.select_related("region")
    rows = rows.select_for_update(of=("self",)) if lock else rows
    batch = rows.filter(pk=import_id).first()
    if batch is None or not allowed(principal, PERMISSION, Target(region_no=batch.region_no)):
        raise NotFound("import.not_found", "没有找到这次导入")
    return batch

"""Readers of imports for the desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tongban.ground.errors import NotFound
from tongban.ground.paging import Page
from tongban.ground.policy import Principal, Target, allowed, may_ever
from tongban.registry.catalog.imports.services import PERMISSION
from tongban.registry.catalog.models import CatalogueImport
from tongban.registry.parties.models import Department, Region, Staff

PAGE = 20


@dataclass(frozen=True)
class ImportLine:
    """One import in the list."""

    id: UUID
    file_name: str
    region: str
    state: str
    state_words: str
    rows: int
    created: int
    changed: int
    faults_total: int
    begun_at: datetime
    begun_by: str


@dataclass(frozen=True)
class Choice:
    """Something to choose from: its id and its name."""

    id: int
    name: str


def imports(principal: Principal, after: str = "") -> Page[ImportLine]:
    """Imports of the steward's regions, newest first; two queries.

    :param after: id of the last one that was shown.
    """
    if not may_ever(principal, PERMISSION):
        raise NotFound
    rows = CatalogueImport.objects.filter(region_no__range=(principal.region_no, principal.region_end_no))
    if key := _uuid(after):
        rows = rows.filter(pk__lt=key)
    found = list(
        rows.select_related("region")
        .only(
            "id", "file_name", "region__name", "state", "rows", "created", "changed", "faults_total", "begun_at",
            "begun_by",
        )
        .order_by("-id")[: PAGE + 1]
    )  # fmt: skip
    names = dict(Staff.objects.filter(pk__in={row.begun_by for row in found}).values_list("pk", "name"))
    lines = tuple(
        ImportLine(
            row.pk,
            row.file_name,
            row.region.name,
            row.state,
            row.get_state_display(),
            row.rows,
            row.created,
            row.changed,
            row.faults_total,
            row.begun_at,
            names.get(row.begun_by, "") if row.begun_by else "",
        )
        for row in found[:PAGE]
    )
    return Page(lines, str(lines[-1].id) if len(found) > PAGE else "")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def import_of(principal: Principal, import_id: UUID) -> CatalogueImport:
    """One import with its region; a foreign one answers ``NotFound``; one query."""
    found = CatalogueImport.objects.select_related("region").filter(pk=import_id).first()
    if found is None or not allowed(principal, PERMISSION, Target(region_no=found.region_no)):
        raise NotFound("import.not_found", "没有找到这次导入")
    return found


def staff_name(staff_id: UUID | None) -> str:
    """The name of a staff member; empty for the command line."""
    return Staff.objects.filter(pk=staff_id).values_list("name", flat=True).first() or "" if staff_id else ""


def regions(principal: Principal) -> tuple[Choice, ...]:
    """Regions whose lists the steward may import, the highest first; one query."""
    rows = Region.objects.filter(no__range=(principal.region_no, principal.region_end_no)).order_by("no")
    return tuple(Choice(key, name) for key, name in rows.values_list("pk", "name"))


def departments(batch: CatalogueImport) -> tuple[Choice, ...]:
    """Departments that a name of this import may mean: of its region, its parts and what lies above; two queries."""
    region = batch.region
    rows = Department.objects.filter(region__no__range=(region.no, region.end_no)) | Department.objects.filter(
        region__no__lte=region.no, region__end_no__gte=region.end_no
    )
    return tuple(Choice(key, name) for key, name in rows.distinct().order_by("name").values_list("pk", "name"))

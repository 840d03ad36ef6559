"""Who and where: departments and the tree of regions, for the codes that other answers use."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema

from tongban.faces.openapi.problems import PUBLIC
from tongban.registry.parties.models import Department, Region

router = Router(tags=["places"])


class DepartmentEntry(Schema):
    """A unit with duties."""

    uscc: str
    name: str
    short_name: str
    region: str
    phone: str
    address: str


class RegionEntry(Schema):
    """A node of the division tree; ``parent`` is the code of the one above, empty at the top."""

    code: str
    name: str
    level: str
    parent: str


@router.get(
    "/departments",
    auth=None,
    response={200: list[DepartmentEntry], **PUBLIC},
    summary="部门",
    operation_id="departments",
)
def departments(
    request: HttpRequest, region: Annotated[str, Query(max_length=12, pattern=r"^\d*$")] = ""
) -> list[DepartmentEntry]:
    """Every department, or those of one region (its code)."""
    rows = Department.objects.select_related("region").order_by("region__no", "uscc")
    if region:
        rows = rows.filter(region__code=region)
    return [
        DepartmentEntry(
            uscc=row.uscc,
            name=row.name,
            short_name=row.short_name,
            region=row.region.code,
            phone=row.phone,
            address=row.address,
        )
        for row in rows
    ]


@router.get(
    "/regions", auth=None, response={200: list[RegionEntry], **PUBLIC}, summary="行政区划", operation_id="regions"
)
def regions(request: HttpRequest) -> list[RegionEntry]:
    """The tree in its order: city, counties, townships, villages."""
    rows = Region.objects.select_related("parent").order_by("no")
    return [
        RegionEntry(code=row.code, name=row.name, level=row.level, parent=row.parent.code if row.parent else "")
        for row in rows
    ]

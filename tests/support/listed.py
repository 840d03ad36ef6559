"""Listed options by the thousand, made of rows of the shared district list; for tests and benches of finding.

The rows are read from the shared folder and never copied into the project. ``load`` writes what an import would write:
departments, entries, items and options with ``standing="listed"``, one set for each place.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tongban.ground import moment
from tongban.registry.catalog.listings import Listing
from tongban.registry.catalog.models import CatalogueEntry, HandlingOption, Item
from tongban.registry.parties.models import Department, Region

SAMPLE = Path("reference") / "data" / "items_district_sample.csv"
ITEM_TYPES = {
    "行政许可": "licensing",
    "行政确认": "confirmation",
    "行政裁决": "adjudication",
    "行政给付": "payment",
    "行政奖励": "award",
    "其他行政权力": "other_power",
    "公共服务": "public_service",
}
MODES = (("online", "window"), ("window",), ("online", "window", "post"))
AUDIENCES = (("person",), ("organisation",), ("person", "organisation"))
BEFORE_NAMES = ("外资", "园区", "校企", "乡镇", "港资", "社区", "水电", "景区", "商圈", "口岸")
BEFORE_NAMES += ("铁路", "机场", "矿区", "林场", "农场", "渔港", "电商", "物流", "高校", "科研")
PAGE = 2000


@dataclass(frozen=True)
class Row:
    """What a row of the list says; ``department`` without its place."""

    department: str
    group: str
    name: str
    item_type: str


def rows_of(shared: Path) -> tuple[Row, ...]:
    """The rows of the shared district list."""
    with (shared / SAMPLE).open(encoding="utf-8", newline="") as source:
        return tuple(
            Row(row["dept"].removeprefix("广安").removeprefix("区"), row["main_item"], row["item"], row["type"])
            for row in csv.DictReader(source)
        )


def places(counties: int = 6, townships: int = 24) -> tuple[Region, ...]:
    """A city's counties and townships under the root of the regions that are there."""
    root = Region.objects.order_by("no").first()
    assert root is not None
    level, names = Region.Level, []
    names += [(f"第{n}县", level.COUNTY) for n in _numerals(counties)]
    names += [(f"第{n}镇", level.TOWNSHIP) for n in _numerals(townships)]
    last = max(Region.objects.values_list("end_no", flat=True))
    made = [
        Region(code=f"9{at:011d}", name=name, level=kind, parent=root, no=last + at, end_no=last + at)
        for at, (name, kind) in enumerate(names, start=1)
    ]
    return tuple(Region.objects.bulk_create(made))


def _numerals(count: int) -> list[str]:
    digits = "一二三四五六七八九"
    tens = ["", "十", *(f"{d}十" for d in digits[1:])]
    return [f"{tens[n // 10]}{digits[n % 10 - 1] if n % 10 else ''}" for n in range(1, count + 1)]


def distinct(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows twenty times under different names, so that no two of them are one answer: the hardest load."""
    return tuple(replace(row, name=f"{kind}{row.name}") for kind in BEFORE_NAMES for row in rows)


def load(rows: Sequence[Row], where: Iterable[Region], most: int | None = None) -> list[int]:
    """Write each row once for each place, until there are ``most``; returns the ids of the options."""
    wanted = [(row, place) for place in where for row in rows][:most]
    units = _departments({(row.department, place.pk): place for row, place in wanted})
    entries = _entries(rows)
    items = Item.objects.bulk_create(
        (
            Item(
                code=f"L{at:030d}",
                entry=entries[row.name],
                name=row.name[:200],
                group_name=row.group,
                authority=units[row.department, place.pk],
                region=place,
            )
            for at, (row, place) in enumerate(wanted)
        ),
        batch_size=PAGE,
    )
    now = moment.now()
    options = HandlingOption.objects.bulk_create(
        (
            HandlingOption(
                item=item,
                code=f"{item.code}-1",
                slug=f"listed-{at}",
                name=row.name[:200],
                standing=HandlingOption.Standing.LISTED,
                listing=_listing(row).to_json(),
                listed_at=now,
            )
            for at, (item, (row, _)) in enumerate(zip(items, wanted, strict=True))
        ),
        batch_size=PAGE,
    )
    return [option.pk for option in options]


def _departments(wanted: dict[tuple[str, int], Region]) -> dict[tuple[str, int], Department]:
    made = {
        key: Department(
            uscc=f"L{at:017d}",
            name=f"{place.name}{key[0]}",
            short_name=f"{place.name}{key[0]}"[:30],
            document_word="示",
            region=place,
        )
        for at, (key, place) in enumerate(wanted.items())
    }
    Department.objects.bulk_create(made.values())
    return made


def _entries(rows: Sequence[Row]) -> dict[str, CatalogueEntry]:
    made = {
        row.name: CatalogueEntry(
            code=f"X{at:011d}", name=row.name[:200], item_type=ITEM_TYPES[row.item_type], regulator=row.department
        )
        for at, row in enumerate(rows)
    }
    CatalogueEntry.objects.bulk_create(made.values())
    return made


def _listing(row: Row) -> Listing:
    """Facets that the district list lacks are chosen by the name, the same for every copy."""
    lot = int(hashlib.sha256(row.name.encode()).hexdigest(), 16)
    return Listing(
        item_type=ITEM_TYPES[row.item_type],
        audience=AUDIENCES[lot % 3],
        application_modes=MODES[lot // 3 % 3],
        promised_n=lot // 9 % 20 + 1,
        promised_unit="working_day",
        source="区级事项清单样本",
    )

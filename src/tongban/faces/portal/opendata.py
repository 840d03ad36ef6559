"""The public list as open data (CAT-25): rows of a table and JSON, piece by piece, with licence and day.

Columns of other systems that no field of ours holds are never published: nobody knows what stands in them.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.urls import reverse

from tongban.ground import moment
from tongban.registry.catalog.directory import ListedItem
from tongban.registry.catalog.imports import exporting
from tongban.registry.catalog.imports.cells import guarded

LICENCE = "CC BY 4.0"
"""Anybody may use the data, also in business, and names the source."""
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"
_HERE, _ELSEWHERE = "可在本平台办理", "已列入清单"
COLUMNS = (*exporting.HEADINGS, "办理状态", "办事指南", "更新日期", "数据日期", "使用许可")


class _Line:
    """A place for one row of a table, given away at once."""

    def write(self, text: str) -> str:
        """The row as text."""
        return text


def as_csv(items: Iterable[ListedItem], host: str) -> Iterator[str]:
    """The table, row by row; the mark in front lets spreadsheets read it as UTF-8."""
    line = csv.writer(_Line())
    today = moment.today().isoformat()
    yield "\ufeff"
    yield line.writerow(COLUMNS)
    for one in items:
        values = [*exporting.record(one).values(), *_added(one, host), today, LICENCE]
        yield line.writerow([guarded(value) for value in values])


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Any table of open data, row by row, with the day and the licence in every line."""
    line = csv.writer(_Line())
    today = moment.today().isoformat()
    yield "\ufeff"
    yield line.writerow([*columns, "数据日期", "使用许可"])
    for row in rows:
        values = [value if isinstance(value, (int, float)) else guarded(str(value)) for value in row]
        yield line.writerow([*values, today, LICENCE])


def as_json(items: Iterable[ListedItem], host: str, title: str, owner: str) -> Iterator[str]:
    """One object with its licence and day, its items one a line."""
    head = io.StringIO()
    about = {
        "title": title,
        "publisher": owner,
        "date": moment.today().isoformat(),
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
    }
    head.write(json.dumps(about, ensure_ascii=False)[:-1])
    head.write(', "items": [')
    yield head.getvalue()
    separator = "\n"
    for one in items:
        yield separator + json.dumps(_record(one, host), ensure_ascii=False)
        separator = ",\n"
    yield "\n]}\n"


def _added(one: ListedItem, host: str) -> list[str]:
    day = moment.local(one.updated_at).date().isoformat() if one.updated_at else ""
    return [_HERE if one.configured else _ELSEWHERE, host + reverse("portal:guide", args=[one.slug]), day]


def _record(one: ListedItem, host: str) -> dict[str, Any]:
    told = one.listing.to_json()
    told.pop("other", None)
    _, guide, day = _added(one, host)
    return {
        "option_code": one.option_code,
        "name": one.name,
        "item_code": one.item_code,
        "item_name": one.item_name,
        "group_name": one.group_name,
        "department": one.department,
        "region": one.region,
        "region_code": one.region_code,
        "standing": "configured" if one.configured else "listed",
        "guide": guide,
        "updated": day,
        **told,
    }

"""What a steward chooses on the pages of an import: columns and departments, as forms. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict

from tongban.ground.errors import Refusal, Refusals
from tongban.registry.catalog.imports.headings import BY_KEY, FIELDS
from tongban.registry.catalog.imports.selectors import Choice
from tongban.registry.catalog.imports.units import MAKE
from tongban.registry.catalog.models import CatalogueImport

KEEP, LEAVE_OUT = "", "-"
"""A column that no field holds is kept beside them, or not read at all."""


@dataclass(frozen=True)
class ColumnRow:
    """One column of the file: what stands in it, and which field was chosen for it."""

    name: str
    heading: str
    samples: tuple[str, ...]
    chosen: str
    error: str = ""


@dataclass(frozen=True)
class DepartmentRow:
    """One name of a department that was not found: the control's name, what was chosen, rows it stands in."""

    name: str
    department: str
    code: str
    rows: int
    chosen: str


FIELD_CHOICES: tuple[tuple[str, str], ...] = tuple((field.key, field.label) for field in FIELDS)


def columns(
    batch: CatalogueImport, chosen: Mapping[str, str] | None = None, doubled: Iterable[str] = ()
) -> list[ColumnRow]:
    """A row for each column with a heading, with what was chosen now (by heading) or proposed before."""
    if chosen is None:
        fields = {heading: key for key, heading in batch.mapping.items()}
        chosen = dict.fromkeys(batch.left_out, LEAVE_OUT) | fields
    samples: Sequence[Sequence[str]] = batch.survey.get("samples", ())
    return [
        ColumnRow(
            f"column-{n}",
            heading,
            tuple(row[n] for row in samples if n < len(row) and row[n]),
            chosen.get(heading, KEEP),
            "这一项选了不止一列" if heading in set(doubled) else "",
        )
        for n, heading in enumerate(batch.survey.get("headings", ()))
        if heading
    ]


def chosen_columns(batch: CatalogueImport, data: QueryDict) -> dict[str, str]:
    """What was chosen for each heading."""
    headings = batch.survey.get("headings", ())
    return {
        heading: value
        for n, heading in enumerate(headings)
        if heading and ((value := data.get(f"column-{n}", KEEP)) in BY_KEY or value == LEAVE_OUT)
    }


def doubled(chosen: Mapping[str, str]) -> list[str]:
    """Headings whose field was chosen for another column too."""
    fields = [value for value in chosen.values() if value in BY_KEY]
    return [heading for heading, value in chosen.items() if fields.count(value) > 1]


def mapping_of(chosen: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """{field: heading} and what is left out. :raises Refusals: one field for two columns."""
    twice = doubled(chosen)
    if twice:
        names = sorted({BY_KEY[chosen[heading]].label for heading in twice})
        raise Refusals(
            tuple(
                Refusal("import.columns", f"「{name}」选了不止一列", "columns", "只留一列，其余改选") for name in names
            )
        )
    mapping = {value: heading for heading, value in chosen.items() if value in BY_KEY}
    return mapping, [heading for heading, value in chosen.items() if value == LEAVE_OUT]


def departments(batch: CatalogueImport, data: QueryDict | None = None) -> list[DepartmentRow]:
    """A row for each name that was not found, those with the most rows first."""
    rows = []
    for n, one in enumerate(batch.unmatched):
        name = f"department-{n}"
        chosen = data.get(name, "") if data is not None else str(batch.departments.get(one["name"], ""))
        rows.append(DepartmentRow(name, one["name"], one["code"], one["rows"], chosen))
    return sorted(rows, key=lambda row: -row.rows)


def chosen_departments(batch: CatalogueImport, data: QueryDict) -> dict[str, str]:
    """{name as written: id, ``make`` or nothing}; ``all=make`` makes all that were left open."""
    rest = MAKE if data.get("rest") == MAKE else ""
    return {one["name"]: data.get(f"department-{n}", "") or rest for n, one in enumerate(batch.unmatched)}


def likely(name: str, known: Sequence[Choice]) -> tuple[Choice, ...]:
    """Departments that share a word of two characters with a name: shown first, never chosen for anybody."""
    pairs = {name[n : n + 2] for n in range(len(name) - 1)} - {"云溪", "溪市"}
    scored = [(sum(pair in one.name for pair in pairs), one) for one in known]
    return tuple(one for score, one in sorted(scored, key=lambda pair: -pair[0]) if score)[:3]

"""Reading parameters."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django.db.models import Q

from tongban.ground.errors import Refusal
from tongban.ground.parameters.models import Parameter


def _regions(region: int | Sequence[int] | None) -> list[int]:
    if region is None:
        return []
    return [region] if isinstance(region, int) else list(region)


def find(codes: Collection[str], region: int | Sequence[int] | None, on: date) -> dict[str, Parameter]:
    """The parameters in force on a day by code; one query. Codes without a value are left out.

    :param region: a region's id, or a region and its ancestors with the nearest first; the nearest value wins, then the
        one that holds everywhere.
    """
    near = _regions(region)
    rank = {region_id: place for place, region_id in enumerate(near)}
    rows = Parameter.objects.filter(Q(region_id=None) | Q(region_id__in=near), code__in=codes, valid__contains=on)
    best: dict[str, Parameter] = {}
    for row in sorted(rows, key=lambda row: rank.get(row.region_id, len(near)), reverse=True):  # type: ignore[arg-type]
        best[row.code] = row
    return best


def value_of(code: str, region: int | Sequence[int] | None, on: date) -> Any:
    """The value of ``code`` for a region (see :func:`find`) on a legal date.

    Raises :class:`Refusal` ``parameter.missing``: a parameter that the law or the city must set is not set.
    """
    found = find([code], region, on).get(code)
    if found is None:
        raise Refusal(
            "parameter.missing",
            f"参数 {code} 在 {on.isoformat()} 没有取值",
            remedy="请系统管理员在参数表中补上这一天有效的取值和依据",
        )
    return found.value


def frozen(codes: Collection[str], region: int | Sequence[int] | None, on: date) -> dict[str, dict[str, Any]]:
    """What an event keeps about the parameters it used: code -> ``{id, value, unit, basis}``; absent ones left out."""
    return {
        code: {"id": str(row.id), "value": row.value, "unit": row.unit, "basis": row.basis}
        for code, row in find(codes, region, on).items()
    }


def everything(limit: int = 500) -> list[Parameter]:
    """Every value of every code, by code, the newest validity first."""
    return list(Parameter.objects.order_by("code", "region_id", "-valid")[:limit])


def history_of(code: str) -> list[Parameter]:
    """Every value that a code ever had, newest validity first."""
    return list(Parameter.objects.filter(code=code).order_by("-valid", "region_id"))

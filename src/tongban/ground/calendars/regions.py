"""Which regions a place lies in. The ground knows no regions: the room that does says how to ask."""

from __future__ import annotations

from collections.abc import Callable

Lineage = Callable[[int], tuple[int, ...]]

_asked: dict[str, Lineage] = {}


def register_lineage(function: Lineage) -> None:
    """``function(region_no)`` gives the ids of the region and its ancestors, the nearest first."""
    if _asked.get("lineage", function) is not function:
        raise ValueError("the lineage of regions is registered already")
    _asked["lineage"] = function


def lineage(region_no: int) -> tuple[int, ...]:
    """Ids of the region and its ancestors, the nearest first; raises ``LookupError`` when nobody knows regions."""
    return _asked["lineage"](region_no)

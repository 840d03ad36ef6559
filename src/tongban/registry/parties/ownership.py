"""Whose item a code is: told by the catalogue, which stands above the parties (it registers when it is ready)."""

from __future__ import annotations

from collections.abc import Callable

Owner = Callable[[str], int | None]
"""Code of a handling option -> id of the department that stands in the catalogue; None: no such option."""

_owners: list[Owner] = []


def register(owner: Owner) -> None:
    """The catalogue's own answer; the newest registration counts."""
    _owners[:] = [owner]


def owner_of(option_code: str) -> int | None:
    """The department in the catalogue; None when there is no such option."""
    return _owners[0](option_code) if _owners else None

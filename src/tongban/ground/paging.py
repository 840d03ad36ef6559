"""One page of a keyset-paginated list: no page numbers, no COUNT."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Items of one page; ``next`` is the key to ask for the following one, empty at the end."""

    items: tuple[T, ...]
    next: str = ""

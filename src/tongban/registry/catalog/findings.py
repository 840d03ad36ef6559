"""What is wrong with a draft: place, sentence, remedy. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One fault of a draft: where, what, and what to do."""

    place: str
    sentence: str
    remedy: str

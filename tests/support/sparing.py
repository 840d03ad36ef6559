"""What --fast spares: further parameters of one test, and most generated examples; the whole run leaves out nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import settings

FAST = 20  # examples of the profile "fast" (tests/conftest.py)


def first_fast(values: Iterable[Any], keep: int = 1) -> list[Any]:
    """Parameters of which --fast tries the first ``keep``: the others are ``slow``."""
    every = [value if isinstance(value, tuple) else (value,) for value in values]
    return [pytest.param(*v, marks=[pytest.mark.slow] if n >= keep else []) for n, v in enumerate(every)]


def examples(fast: int, whole: int) -> int:
    """How many examples to try: ``fast`` under --fast, else ``whole``."""
    return fast if settings().max_examples <= FAST else whole

"""Every test of search begins with the words of its own database and with nothing counted."""

from __future__ import annotations

import pytest

from tongban.insight.search import counting, words


@pytest.fixture(autouse=True)
def fresh() -> None:
    """Nothing is remembered of the test before."""
    words.forget()
    counting.forget()

"""What is held of the calendar in the process is forgotten with the rows that a test rolls back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tongban.ground.calendars import selectors


@pytest.fixture(autouse=True)
def _nothing_is_held() -> Iterator[None]:
    selectors.forget()
    yield
    selectors.forget()

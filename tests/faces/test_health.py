"""Alive and ready."""

from __future__ import annotations

import pytest
from django.test import Client


def test_healthz_asks_nothing() -> None:
    assert Client().get("/healthz").content == b"ok"


@pytest.mark.django_db
def test_readyz_tells_each_part() -> None:
    answer = Client().get("/readyz").json()
    assert answer["ready"] is True
    assert answer["database"] == "ok"
    assert answer["migrations"] == "ok"
    assert answer["jobs"]["workers"] >= 0

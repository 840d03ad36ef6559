"""Rate limits in the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from tongban.faces.accounts.models import Attempt
from tongban.faces.limits import Limit, address_of
from tongban.ground import moment
from tongban.ground.errors import TooMany

pytestmark = pytest.mark.django_db

LIMIT = Limit("test", 3, timedelta(minutes=10), "太多了")
START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def test_the_fourth_use_in_the_window_is_refused_with_the_time_to_wait() -> None:
    with moment.at(START + timedelta(minutes=4)):
        for _ in range(3):
            LIMIT.spend("a")
        with pytest.raises(TooMany) as refused:
            LIMIT.spend("a")
    assert refused.value.sentence == "太多了"
    assert "6 分钟" in refused.value.remedy


def test_another_key_another_purpose_and_another_window_are_free() -> None:
    with moment.at(START):
        for _ in range(3):
            LIMIT.spend("a")
        LIMIT.spend("b")
        Limit("other", 3, timedelta(minutes=10)).spend("a")
    with moment.at(START + timedelta(minutes=10)):
        LIMIT.spend("a")


def test_only_failures_count_when_failures_are_noted() -> None:
    for _ in range(5):
        LIMIT.check("a")
    for _ in range(3):
        LIMIT.note("a")
    with pytest.raises(TooMany):
        LIMIT.check("a")


def test_keys_are_not_stored_in_clear() -> None:
    LIMIT.spend("13800138000")
    assert "13800138000" not in Attempt.objects.get().key


def test_a_forged_forwarding_header_is_not_believed_without_our_proxy(settings: Settings) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.9", headers={"X-Forwarded-For": "1.1.1.1, 2.2.2.2"})
    assert address_of(request) == "10.0.0.9"
    settings.HTTPS = True
    assert address_of(request) == "2.2.2.2", "only the entry that our own proxy wrote counts"


def test_an_address_that_is_none_is_counted_together() -> None:
    assert address_of(RequestFactory().get("/", REMOTE_ADDR="unix:")) == "0.0.0.0"

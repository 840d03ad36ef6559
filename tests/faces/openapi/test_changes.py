"""The feed of the catalogue's changes: everything once, in order, and nothing ever appears behind a cursor."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.ground.databases import own_database
from tongban.demo import catalogue, names
from tongban.ground import moment
from tongban.ground.ledger.models import Event
from tongban.registry.catalog import publications, services
from tongban.registry.catalog.models import HandlingOption, ItemVersion

pytestmark = [pytest.mark.covers("CAT-32"), pytest.mark.aside]


def changes(**query: Any) -> dict[str, Any]:
    answer = Client().get("/api/v1/items/changes", query)
    assert answer.status_code == 200, answer.content.decode()
    found: dict[str, Any] = answer.json()
    return found


def read_on(since: str = "", limit: int = 7) -> tuple[list[dict[str, Any]], str]:
    """Everything since a cursor, page by page."""
    seen: list[dict[str, Any]] = []
    while True:
        page = changes(since=since, limit=limit)
        seen += page["items"]
        since = page["cursor"]
        if not page["more"]:
            return seen, since


@pytest.mark.django_db
def test_the_whole_log_is_read_once_and_the_cursor_then_waits() -> None:
    seen, cursor = read_on()
    assert len(seen) == Event.objects.filter(kind__in=publications.KINDS).count() > 0
    assert len({one["id"] for one in seen}) == len(seen)
    published = {one["slug"] for one in seen if one["kind"] == "published"}
    assert published == set(ItemVersion.objects.values_list("option__slug", flat=True))
    assert changes(since=cursor) == {"items": [], "cursor": cursor, "more": False}


@pytest.mark.django_db
def test_a_change_names_no_person_and_leads_to_the_item() -> None:
    one = next(one for one in changes(limit=100)["items"] if one["slug"] == names.HYGIENE_SLUG)
    row = ItemVersion.objects.get(option__slug=names.HYGIENE_SLUG)
    assert (one["number"], one["words"]) == (1, "发布")
    assert one["valid_from"] == row.valid.lower.isoformat()
    assert one["item"].endswith(f"/api/v1/items/{names.HYGIENE_SLUG}")
    assert str(row.published_by) not in json.dumps(one)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("since", "status"), [("00000000-0000-7000-8000-000000000001", 404), ("c12", 422), ("' OR 1=1", 422)]
)
def test_a_cursor_that_is_none_of_ours_is_refused(since: str, status: int) -> None:
    assert Client().get("/api/v1/items/changes", {"since": since}).status_code == status


@pytest.mark.django_db
def test_the_id_of_another_event_is_no_cursor() -> None:
    other = Event.objects.exclude(kind__in=publications.KINDS).values_list("id", flat=True)[0]
    assert Client().get("/api/v1/items/changes", {"since": str(other)}).status_code == 404


def test_one_publication_stands_in_feed_list_and_guide_at_once(django_db_setup, django_db_blocker) -> None:  # type: ignore[no-untyped-def]
    with django_db_blocker.unblock(), own_database():
        _, cursor = read_on()
        option = HandlingOption.objects.get(slug=names.HYGIENE_SLUG)
        guide = Client().get(f"/api/v1/items/{option.slug}")
        HandlingOption.objects.filter(pk=option.pk).update(draft=option.draft | {"aliases": ["开一家小店"]})
        services.publish(option.pk, moment.today(), catalogue.item_publisher())
        seen, _ = read_on(cursor)
        assert sorted((one["kind"], one["slug"]) for one in seen) == [
            ("published", option.slug),
            ("superseded", option.slug),
        ]
        assert next(one for one in seen if one["kind"] == "published")["number"] == 2
        again = Client().get(f"/api/v1/items/{option.slug}", headers={"If-None-Match": guide["ETag"]})
        assert again.status_code == 200
        assert again.json()["aliases"] == ["开一家小店"]
        rows = Client().get("/api/v1/items", {"standing": "configured", "limit": 100}).json()["items"]
        assert next(one for one in rows if one["slug"] == option.slug)["aliases"] == ["开一家小店"]
        connection.close()

"""The public lists come from the data that decides at intake, and are open to everybody."""

from __future__ import annotations

import pytest
from django.test import Client

from tongban.registry.catalog import selectors as catalog

pytestmark = pytest.mark.django_db


@pytest.mark.covers("NTC-08")
def test_every_deferrable_material_stands_on_the_list_with_its_term() -> None:
    page = Client().get("/lists/deferrable/").content.decode()
    rows = catalog.deferrable_materials()
    assert rows
    assert all(row.material in page and row.option in page for row in rows)
    assert "领取结果前" in page or "受理后" in page
    narrowed = Client().get("/lists/deferrable/", {"q": rows[0].material}).content.decode()
    assert rows[0].material in narrowed
    assert "没有找到" in Client().get("/lists/deferrable/", {"q": "火星"}).content.decode()


@pytest.mark.covers("NTC-12")
def test_every_commitment_item_says_what_is_promised_and_what_a_breach_costs() -> None:
    page = Client().get("/lists/commitment/").content.decode()
    rows = catalog.commitment_items()
    assert rows
    for row in rows:
        assert row.option in page
        assert all(line in page for line in (*row.rule.letter, *row.rule.liability))


def test_the_lists_are_linked_from_every_public_page() -> None:
    page = Client().get("/about/privacy/").content.decode()
    for address in ("/lists/deferrable/", "/lists/commitment/", "/lists/delegations/"):
        assert address in page
        assert Client().get(address).status_code == 200

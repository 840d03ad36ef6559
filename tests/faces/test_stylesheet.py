"""One stylesheet, every class it uses, and a page within its budget."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from tongban.faces import stylesheet


@pytest.mark.parametrize("name", stylesheet.SHEETS)
def test_a_joined_sheet_is_found_and_holds_its_parts_in_order(name: str) -> None:
    path = finders.find(name)
    assert isinstance(path, str)
    text = Path(path).read_text(encoding="utf-8")
    parts = stylesheet.SHEETS[name]
    places = [text.index((stylesheet.SOURCES / part).read_text(encoding="utf-8")) for part in parts]
    assert places == sorted(places)
    assert finders.find("css/other.css") is None


OURS = sorted({part for parts in stylesheet.SHEETS.values() for part in parts} - {"tokens.css", "components.css"})


@pytest.mark.parametrize("part", OURS)
def test_a_sheet_stays_on_the_browser_floor(part: str) -> None:
    text = re.sub(r"/\*.*?\*/", "", (stylesheet.SOURCES / part).read_text(encoding="utf-8"), flags=re.DOTALL)
    for newer in (
        "@layer",
        ":is(",
        ":where(",
        ":has(",
        "inset:",
        "padding-inline:",
        "padding-block:",
        "margin-inline:",
    ):
        assert newer not in text, newer


@pytest.mark.django_db
def test_a_public_page_costs_four_requests_and_fifty_kilobytes() -> None:
    page = Client().get(reverse("accounts:sign_in")).content
    addresses = set(re.findall(rb'(?:href|src)="(/static/[^"#]+)', page))
    assert len(addresses) <= 3, addresses
    weight = len(gzip.compress(page))
    for address in addresses:
        found = finders.find(address.decode().removeprefix("/static/"))
        assert isinstance(found, str), address
        weight += len(gzip.compress(Path(found).read_bytes()))
    assert weight <= 50_000, weight

"""Elder mode and language are remembered and return to the same page."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

pytestmark = pytest.mark.django_db


def test_elder_mode_is_remembered_and_returns_to_the_same_page() -> None:
    client = Client()
    response = client.post(reverse("set_elder"), {"level": "1", "next": "/accounts/sign-in/?next=/my/"})
    assert response.headers["Location"] == "/accounts/sign-in/?next=/my/"
    page = client.get("/accounts/sign-in/").content.decode()
    assert 'data-elder="1"' in page
    assert 'aria-checked="true"' in page
    client.post(reverse("set_elder"), {"level": "0"})
    assert "data-elder" not in client.get("/accounts/sign-in/").content.decode()


def test_a_foreign_next_leads_home() -> None:
    response = Client().post(reverse("set_language"), {"language": "en", "next": "//elsewhere.example"})
    assert response.headers["Location"] == "/"


def test_english_sets_the_language_of_the_page() -> None:
    client = Client()
    with translation.override(None):
        client.post(reverse("set_language"), {"language": "en"})
        page = client.get("/accounts/sign-in/").content.decode()
    assert '<html lang="en"' in page

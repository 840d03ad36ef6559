"""Home, guide, themes: ready bytes for everybody, true numbers only, whole without JavaScript."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.faces.door import enter, resident_account
from tongban.demo import catalogue, names
from tongban.faces import ready
from tongban.registry.catalog import services
from tongban.registry.catalog.models import HandlingOption

pytestmark = pytest.mark.django_db
GUIDE = f"/guide/{names.HYGIENE_SLUG}/"
PAGES = [
    "/",
    "/items/",
    GUIDE,
    f"/guide/{names.ROAD_SLUG}/",
    "/themes/opening/",
    "/about/accessibility/",
    "/about/privacy/",
]


@pytest.fixture(autouse=True)
def fresh_pages() -> Iterator[None]:
    ready.clear()
    yield
    ready.clear()


def text(client: Client, address: str, **headers: str) -> str:
    return client.get(address, headers={"Accept-Language": "zh-CN", **headers}).content.decode()


@pytest.mark.parametrize("address", PAGES)
def test_a_second_visitor_costs_no_query(
    address: str,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ready, "FRESH_SECONDS", 60.0)  # on a busy machine the first visit alone takes more than two
    first = client.get(address)
    assert first.status_code == 200
    with django_assert_num_queries(0):
        assert client.get(address).content == first.content


@pytest.mark.parametrize("address", PAGES)
def test_a_page_has_one_title_one_h1_and_no_inline_code(address: str, client: Client) -> None:
    page = re.sub(r'<link rel="canonical"[^>]*>', "", text(client, address))
    assert page.count("<h1") == 1
    assert page.count("<title>") == 1
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)|(src|href)=.https?://", page)
    assert 'href="#"' not in page


def test_a_page_is_not_sent_again_when_it_has_not_changed(client: Client) -> None:
    first = client.get("/")
    again = client.get("/", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "Cookie" in again["Vary"]


def test_a_packed_page_is_the_same_page(client: Client) -> None:
    plain = client.get(GUIDE)
    packed = client.get(GUIDE, headers={"Accept-Encoding": "gzip, br"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert packed["ETag"] != plain["ETag"]
    assert len(packed.content) < 20_000


def test_signed_in_people_get_the_same_page_with_their_name_and_it_is_not_stored(client: Client) -> None:
    anonymous = text(client, GUIDE)
    me = enter(resident_account())
    answer = me.get(GUIDE, headers={"Accept-Language": "zh-CN"})
    assert "沈知夏" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store, private"
    assert "ETag" not in answer
    assert text(client, GUIDE) == anonymous
    assert "沈知夏" not in anonymous


def test_a_visitor_who_comes_first_signed_in_leaves_no_trace_in_the_page(client: Client) -> None:
    enter(resident_account()).get("/")
    assert "沈知夏" not in text(client, "/")


def test_elder_level_and_language_have_their_own_bytes(client: Client) -> None:
    plain = text(client, "/")
    client.cookies["tongban_elder"] = "2"
    elder = text(client, "/")
    assert 'data-elder="2"' in elder
    assert "data-elder" not in plain.partition("<head>")[0]
    reader = Client()
    reader.cookies["django_language"] = "en"
    english = text(reader, "/")
    assert 'lang="en"' in english.partition("<head>")[0]


@pytest.mark.covers("CAT-32")
def test_a_publication_renews_the_pages(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ready, "FRESH_SECONDS", 0.0)
    before = client.get(GUIDE)
    option = HandlingOption.objects.get(slug=names.HYGIENE_SLUG)
    HandlingOption.objects.filter(pk=option.pk).update(draft=option.draft | {"plain": "改过的说明"})
    services.publish(option.pk, date(2026, 6, 1), catalogue.item_publisher())
    after = client.get(GUIDE, headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert "改过的说明" in after.content.decode()


@pytest.mark.covers("PRT-01")
def test_the_home_page_counts_what_is_there(client: Client) -> None:
    page = text(client, "/")
    configured = HandlingOption.objects.filter(standing="configured").count()
    assert re.search(rf"能在这里网上办</h3><p class=\"value\">{configured}<", page)
    assert "开店经营" in page


@pytest.mark.covers("PRT-04")
def test_answers_change_the_materials_without_javascript(client: Client) -> None:
    assert "要您提交 3 份，另有 1 份看情况" in text(client, GUIDE)
    with_air = text(client, GUIDE + "?premises.central_air=true")
    assert "要您提交 4 份" in with_air
    assert "您的情况：使用集中空调" in with_air
    without = text(client, GUIDE + "?premises.central_air=false")
    assert "要您提交 3 份" in without
    assert "集中空调卫生检测或评价报告" not in without


def test_a_nonsense_answer_is_ignored(client: Client) -> None:
    page = client.get(GUIDE + "?premises.kind=bar&premises.area_m2=-5&x=1", headers={"Accept-Language": "zh-CN"})
    assert page.status_code == 200
    assert "另有 1 份看情况" in page.content.decode()


def test_the_guide_shows_departments_that_review_at_the_same_time(client: Client) -> None:
    page = text(client, f"/guide/{names.ROAD_SLUG}/")
    assert "云溪市公安局交通警察支队同时审" in page
    assert "云溪市公安局交通警察支队" in page
    assert "条文核对中" in page


@pytest.mark.parametrize("address", ["/guide/no-such/", "/themes/no-such/"])
def test_what_is_not_there_is_a_helpful_404(address: str, client: Client) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert "<h1" in answer.content.decode()


def test_search_shows_what_was_typed_as_text(client: Client) -> None:
    page = text(client, '/search/?q=<script>"x')
    assert "<script>" not in page.replace('<script src="', "")
    assert "&lt;script&gt;" in page


def test_posting_to_a_page_is_not_allowed(client: Client) -> None:
    assert client.post("/").status_code == 405

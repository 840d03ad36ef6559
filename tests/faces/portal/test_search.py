"""The search page: filters with true numbers, places of one answer, honest listed items, and nothing that dead-ends."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.support import listed
from tests.support.listed import Row
from tongban.demo import names
from tongban.insight.search import counting, services, words
from tongban.insight.search.models import SearchClick, SearchCount

pytestmark = pytest.mark.django_db
GUIDE = f"/guide/{names.HYGIENE_SLUG}/"
ROWS = (
    Row("民政局", "", "最低生活保障", "行政给付"),
    Row("卫健局", "", "公共场所卫生许可变更（县级）", "行政许可"),
    Row("行政审批局", "", "公共场所卫生许可证注销（县级）", "行政许可"),
)


@pytest.fixture(autouse=True)
def fresh() -> None:
    words.forget()
    counting.forget()


@pytest.fixture
def with_list() -> None:
    """Three listed items in three places each."""
    services.reindex(listed.load(ROWS, listed.places(1, 2)))


def text(client: Client, address: str) -> str:
    answer = client.get(address, headers={"Accept-Language": "zh-CN"})
    assert answer.status_code == 200
    return answer.content.decode()


def found(page: str) -> int:
    return int(re.search(r"找到 (\d+) 项", page)[1])  # type: ignore[index]


@pytest.mark.covers("AIX-02", "PRT-02")
def test_search_finds_and_never_dead_ends(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    words.current()
    counting.note_search("别的", 1)  # written: the next ten seconds cost no statement
    with django_assert_num_queries(2):
        page = text(client, "/search/?q=开理发店")
    assert found(page) == page.count('class="search-card')
    assert "公共场所卫生许可（新办）" in page
    assert "最符合" in page
    page = text(client, "/search/?q=火星移民")
    assert "没有找到「火星移民」" in page
    assert "tel:12345" in page
    assert "不记是谁搜的" in page


def test_listed_items_say_that_they_cannot_be_applied_for_here(client: Client, with_list: None) -> None:
    page = text(client, "/search/?q=办低保")
    assert "最低生活保障" in page
    assert "尚未在本平台办理" in page
    assert "3 个地方可办" in page
    assert "第二镇民政局" in page
    assert "/apply/" not in page


def test_every_number_of_a_filter_is_what_a_click_shows(client: Client, with_list: None) -> None:
    page = text(client, "/search/?q=公共场所卫生许可")
    links = re.findall(r'<a class="chip" href="(\?[^"]+)"[^>]*>[^<]+<span class="num">(\d+)</span>', page)
    assert len(links) >= 6
    for href, count in links:
        assert found(text(client, f"/search/{href.replace('&amp;', '&')}")) == int(count)


def test_filters_are_kept_together_and_can_be_taken_back(client: Client, with_list: None) -> None:
    page = text(client, "/search/?q=公共场所卫生许可&mode=here&audience=person")
    assert page.count('aria-current="true"') == 2
    assert "去掉筛选" in page
    assert text(client, "/search/?q=公共场所卫生许可&theme=tax").count("search-card") == 0
    assert "没有事项，去掉一个再看" in text(client, "/search/?q=公共场所卫生许可&theme=tax")
    assert found(text(client, "/search/?q=公共场所卫生许可&audience=dogs")) == found(
        text(client, "/search/?q=公共场所卫生许可")
    )


def test_search_shows_what_was_typed_as_text(client: Client) -> None:
    page = text(client, '/search/?q=<script>"x')
    assert "<script>" not in page.replace('<script src="', "")
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("typed", ["&amp", "%E5%BC%80" * 200, "'; DROP TABLE", "%25s", "%EF%BF%BE"])
def test_strange_input_is_only_not_found(typed: str, client: Client) -> None:
    assert client.get(f"/search/?q={typed}").status_code == 200
    assert client.get(f"/search/suggest/?q={typed}").status_code == 200


def test_a_number_is_sent_to_progress_and_not_kept(client: Client) -> None:
    page = text(client, "/search/?q=13812345678")
    assert "查办件进度" in page
    assert "不记是谁搜的" not in page
    assert not SearchCount.objects.exists()


def test_suggestions_are_options_of_a_listbox(client: Client) -> None:
    page = text(client, "/search/suggest/?q=lfd")
    assert page.count('role="option"') <= 8
    assert f'data-href="/search/open/{names.HYGIENE_SLUG}/?q=lfd"' in page
    assert "卫健委 · 8 个工作日" in page
    assert text(client, "/search/suggest/?q=").strip() == ""


def test_suggestions_come_as_data_too(client: Client) -> None:
    items = client.get("/search/suggest/?q=开理发店&as=json").json()["items"]
    assert items[0]["slug"] == names.HYGIENE_SLUG
    assert items[0]["standing"] == "configured"


@pytest.mark.covers("AIX-02")
def test_opening_an_answer_counts_and_leads_to_a_clean_address(client: Client) -> None:
    answer = client.get(f"/search/open/{names.HYGIENE_SLUG}/?q={quote('开理发店')}")
    assert (answer.status_code, answer["Location"]) == (302, GUIDE)
    assert SearchClick.objects.values_list("query", "clicks").get() == ("开理发店", 1)
    client.get(f"/search/open/{names.HYGIENE_SLUG}/?q=低保", headers={"Sec-Purpose": "prefetch"})
    client.head(f"/search/open/{names.HYGIENE_SLUG}/?q=低保")
    counting.write()
    assert SearchClick.objects.count() == 1


def test_opening_what_is_not_there_is_a_helpful_404(client: Client) -> None:
    assert client.get("/search/open/nothing-here/?q=x").status_code == 404


def test_searches_are_counted_once_and_not_again_by_filters(client: Client) -> None:
    text(client, "/search/?q=开理发店")
    text(client, "/search/?q=开理发店&audience=person")
    text(client, "/search/?q=开理发店&all=1")
    counting.write()
    assert SearchCount.objects.values_list("query", "asked").get() == ("开理发店", 1)

"""Search for stewards: words beside their reasons, misses that become words or demands."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.faces.door import enter, staff_account
from tongban.insight.search import counting, words
from tongban.insight.search.models import SearchDemand, SearchWord
from tongban.registry.parties.models import Department

pytestmark = [pytest.mark.django_db, pytest.mark.aside]
ZH = {"Accept-Language": "zh-CN"}
WORDS = "/desk/search/"


@pytest.fixture(autouse=True)
def fresh() -> None:
    words.forget()
    counting.forget()


@pytest.fixture
def steward() -> Client:
    return enter(staff_account("唐宇轩"))


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def test_a_search_is_explained_beside_the_words(steward: Client) -> None:
    page = text(steward.get(WORDS, {"try": "我想开理发店"}, headers=ZH))
    assert "俗称，按对应说法找" in page
    assert "公共场所卫生许可（新办）" in page
    assert "可在本平台办 +4" in page


def test_a_word_is_added_and_tried_at_once(steward: Client) -> None:
    answer = steward.post(WORDS, {"kind": "means", "word": "给祖屋挂牌", "means": "占用、挖掘城市道路审批，管线"})
    assert answer.status_code == 303
    words.forget()
    page = text(steward.get(answer["Location"], headers=ZH))
    assert "词已加上" in page
    assert "占用、挖掘城市道路审批" in page
    assert SearchWord.objects.get(word="给祖屋挂牌").edited_name == "唐宇轩"


@pytest.mark.parametrize(
    ("values", "status", "sentence"),
    [
        ({"kind": "means", "word": "", "means": "户口登记"}, 422, "没有填词"),
        ({"kind": "means", "word": "吃不上饭", "means": " "}, 422, "没有填对应说法"),
        ({"kind": "means", "word": "低保", "means": "户口登记"}, 409, "已经在词库里了"),
        ({"kind": "act", "word": "搞掉", "means": "explode"}, 422, "没有「explode」这个办理动作"),
    ],
)
def test_a_wrong_word_is_told_and_what_was_typed_stays(
    values: dict[str, str], status: int, sentence: str, steward: Client
) -> None:
    answer = steward.post(WORDS, values, headers=ZH)
    assert answer.status_code == status
    page = text(answer)
    assert sentence in page
    assert f'value="{values["means"]}"' in page
    assert values["word"] in page


def test_a_word_is_changed_retired_and_restored(steward: Client) -> None:
    word = SearchWord.objects.get(kind="means", word="低保")
    address = f"{WORDS}words/{word.pk}/"
    assert "最低生活保障" in text(steward.get(address, headers=ZH))
    assert steward.post(address, {"command": "change", "means": ""}, headers=ZH).status_code == 422
    for command, means, state in (
        ("change", "临时救助、最低生活保障", "active"),
        ("retire", "", "retired"),
        ("restore", "", "active"),
    ):
        assert steward.post(address, {"command": command, "means": means}).status_code == 303
        word.refresh_from_db()
        assert word.state == state
    assert word.means == ["临时救助", "最低生活保障"]


def test_words_are_found_by_a_part_and_turned_page_by_page(steward: Client) -> None:
    page = text(steward.get(WORDS, {"text": "高龄津贴"}, headers=ZH))
    assert "长寿钱" in page
    assert "没有这样的词" in text(steward.get(WORDS, {"text": "不会有的词"}, headers=ZH))
    first = text(steward.get(WORDS, headers=ZH))
    after = re.search(r'href="(\?[^"]*after=[^"]+)" rel="next"', first)
    assert after
    second = text(steward.get(WORDS + after[1].replace("&amp;", "&"), headers=ZH))
    rows = [re.findall(r"/desk/search/words/([0-9a-f-]{36})/", page) for page in (first, second)]
    assert len(rows[0]) == len(rows[1]) == 50
    assert not set(rows[0]) & set(rows[1])
    assert steward.get(WORDS, {"after": "nonsense"}).status_code == 200


@pytest.mark.covers("AIX-08")
def test_a_miss_becomes_a_word_or_a_demand(steward: Client) -> None:
    for _ in range(4):
        counting.note_search("电动车上牌照", 0)
    counting.note_search("开理发店", 3)
    counting.write()
    page = text(steward.get(f"{WORDS}misses/", headers=ZH))
    assert "共搜 5 次，没搜到 4 次，搜到没点开 1 次" in page
    assert "?kind=means&amp;word=%E7%94%B5%E5%8A%A8" in page
    answer = steward.post(f"{WORDS}demands/new/", {"words": "电动车上牌照", "asked": "4"})
    assert answer.status_code == 303
    demand = SearchDemand.objects.get()
    address = f"{WORDS}demands/{demand.pk}/"
    assert "电动车上牌照" in text(steward.get(answer["Location"], headers=ZH))
    assert "已列需求" in text(steward.get(f"{WORDS}misses/", headers=ZH))
    assert "没有选责任部门" in text(steward.post(address, {"command": "assign", "owner": ""}, headers=ZH))
    unowned = steward.post(address, {"command": "adopt", "decision": "下月开通"}, headers=ZH)
    assert (unowned.status_code, "下月开通" in text(unowned)) == (422, True)
    owner = Department.objects.get(short_name="交警支队")
    assert steward.post(address, {"command": "assign", "owner": str(owner.pk)}).status_code == 303
    assert steward.post(address, {"command": "decline", "decision": "由省平台统一办理"}).status_code == 303
    page = text(steward.get(f"{WORDS}demands/?state=declined", headers=ZH))
    assert "由省平台统一办理" in page


def test_the_nearest_answer_is_one_key_away(steward: Client) -> None:
    page = text(steward.get(WORDS, {"kind": "means", "word": "道路 骑行 趣闻"}, headers=ZH))
    assert "把这个词对应到它" in page


def test_a_demand_without_a_number_is_fine_and_a_phone_number_is_refused(steward: Client) -> None:
    assert steward.post(f"{WORDS}demands/new/", {"words": "电动车上牌照", "asked": "many"}).status_code == 303
    assert steward.post(f"{WORDS}demands/new/", {"words": "13812345678"}, headers=ZH).status_code == 422


@pytest.mark.parametrize("path", ["", "misses/", "demands/"])
def test_others_do_not_come_in(path: str) -> None:
    assert enter(staff_account("顾晚晴")).get(WORDS + path).status_code == 403


@pytest.mark.parametrize(("path", "queries"), [("misses/", 7), ("demands/", 3)])
def test_lists_cost_a_fixed_number_of_queries(
    path: str, queries: int, steward: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    steward.get(WORDS + path)
    with django_assert_num_queries(queries):
        steward.get(WORDS + path)


def test_what_was_typed_when_the_session_ended_is_back_after_signing_in(steward: Client) -> None:
    steward.logout()
    typed = {"kind": "means", "word": "给祖屋挂牌", "means": "占用、挖掘城市道路审批"}
    assert steward.post(WORDS, typed).status_code in (302, 303, 401)
    assert steward.post(reverse("demo:sign_in", args=[staff_account("唐宇轩").pk])).status_code == 303
    page = text(steward.get(WORDS, headers=ZH))
    assert 'value="给祖屋挂牌"' in page
    assert not SearchWord.objects.filter(word="给祖屋挂牌").exists()

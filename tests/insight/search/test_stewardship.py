"""Words and demands: who may change them, what the ledger says, and that a change is seen at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support import builders
from tongban.ground.errors import Conflict, NotFound, Refusal, Refusals
from tongban.ground.ledger.selectors import events_of
from tongban.ground.policy import Principal
from tongban.insight.search import counting, demands, reports, selectors, vocabulary, words
from tongban.insight.search.models import SearchDemand, SearchWord, Vocabulary
from tongban.registry.parties.models import Department

pytestmark = pytest.mark.django_db


@pytest.fixture
def steward() -> Principal:
    return builders.staff("唐宇轩")


def kinds() -> list[str]:
    return [event.kind for event in events_of("search_vocabulary", Vocabulary.objects.get().pk)]


def found(typed: str) -> list[str]:
    words.forget()
    return [hit.slug for hit in selectors.find(typed).results]


@pytest.mark.covers("AIX-02")
def test_a_word_works_in_this_and_every_other_worker_at_once(steward: Principal) -> None:
    assert found("给祖屋挂牌") == []
    vocabulary.add_word(steward, "means", "给祖屋挂牌", ["占用、挖掘城市道路审批"])
    assert found("给祖屋挂牌") == ["road-permit"]
    assert kinds()[-1] == "search_word.added"


def test_a_retired_word_no_longer_works_and_can_be_restored(steward: Principal) -> None:
    word = vocabulary.add_word(steward, "means", "给祖屋挂牌", ["占用、挖掘城市道路审批"])
    vocabulary.retire_word(steward, word.pk)
    vocabulary.retire_word(steward, word.pk)
    assert found("给祖屋挂牌") == []
    vocabulary.restore_word(steward, word.pk)
    assert found("给祖屋挂牌") == ["road-permit"]
    assert kinds()[-3:] == ["search_word.added", "search_word.retired", "search_word.restored"]


def test_a_retired_word_may_be_added_again_and_one_in_use_may_not(steward: Principal) -> None:
    word = vocabulary.add_word(steward, "means", "修祠堂", ["文物"])
    with pytest.raises(Conflict) as conflict:
        vocabulary.add_word(steward, "means", " 修祠堂 ", ["公证"])
    assert conflict.value.field == "word"
    vocabulary.retire_word(steward, word.pk)
    assert vocabulary.add_word(steward, "means", "修祠堂", ["公证"]).pk == word.pk


def test_the_same_meanings_again_are_no_change(steward: Principal) -> None:
    word = vocabulary.add_word(steward, "means", "修祠堂", ["文物"])
    before = kinds()
    vocabulary.change_word(steward, word.pk, ["文物"])
    assert kinds() == before
    assert vocabulary.change_word(steward, word.pk, ["文物", "公证"]).means == ["文物", "公证"]


@pytest.mark.parametrize(
    ("kind", "word", "means", "field"),
    [
        ("poem", "低保", ["x"], "kind"),
        ("means", "", ["最低生活保障"], "word"),
        ("means", "。。", ["最低生活保障"], "word"),
        ("means", "a", ["最低生活保障"], "word"),
        ("stop", "长" * 41, [], "word"),
        ("means", "吃不上饭", [], "means"),
        ("means", "吃不上饭", ["吃不上饭"], "means"),
        ("means", "吃不上饭", [str(n) for n in range(9)], "means"),
        ("means", "吃不上饭", ["长" * 61], "means"),
        ("act", "搞掉", ["explode"], "means"),
    ],
)
def test_a_word_that_cannot_work_is_refused_with_its_field(
    kind: str, word: str, means: list[str], field: str, steward: Principal
) -> None:
    with pytest.raises(Refusals) as refused:
        vocabulary.add_word(steward, kind, word, means)
    assert field in {item.field for item in refused.value.items}
    assert all(item.sentence and item.remedy for item in refused.value.items)


def test_loading_the_words_again_leaves_what_a_steward_touched(steward: Principal) -> None:
    word = SearchWord.objects.get(kind="means", word="低保")
    vocabulary.change_word(steward, word.pk, ["临时救助"])
    assert vocabulary.seed() == 0
    word.refresh_from_db()
    assert word.means == ["临时救助"]


def test_a_site_without_words_uses_those_of_the_platform() -> None:
    SearchWord.objects.all().delete()
    Vocabulary.objects.all().delete()
    assert found("开理发店")[0] == "hygiene-licence"


@pytest.mark.parametrize("name", ["顾晚晴", "魏承志"])
def test_others_may_not_touch_words(name: str) -> None:
    with pytest.raises(NotFound):
        vocabulary.add_word(builders.staff(name), "stop", "那个啥", [])
    with pytest.raises(NotFound):
        reports.words_page(builders.staff(name), "means")


def test_a_steward_of_a_part_of_the_city_may_not_touch_its_words(steward: Principal) -> None:
    county = replace(steward, region_no=steward.region_no + 1)
    with pytest.raises(NotFound):
        vocabulary.add_word(county, "stop", "那个啥", [])


def test_words_are_listed_in_pages_without_a_gap(steward: Principal) -> None:
    seen: list[str] = []
    after = ""
    while True:
        page = reports.words_page(steward, "department", after=after)
        seen += [row.word for row in page.items]
        after = page.next
        if not after:
            break
    assert sorted(seen) == sorted(SearchWord.objects.filter(kind="department").values_list("word", flat=True))
    assert reports.words_page(steward, "means", "高龄津贴").items
    assert reports.words_page(steward, "means", "%").items == ()


@pytest.mark.covers("AIX-08")
def test_what_was_not_found_becomes_a_demand_with_owner_and_decision(steward: Principal) -> None:
    for _ in range(3):
        counting.note_search("电动车上牌照", 0)
    counting.note_search("开理发店", 3)
    counting.write()
    assert [(line.query, line.failed) for line in reports.failed_queries(steward)] == [("电动车上牌照", 3)]
    assert [(line.query, line.left) for line in reports.left_queries(steward)] == [("开理发店", 1)]
    assert reports.totals(steward) == reports.AskedTotals(4, 3, 1)

    demand = demands.record_demand(steward, "电动车上牌照", 3)
    assert demands.record_demand(steward, "电动车上牌照", 5).pk == demand.pk
    assert reports.failed_queries(steward)[0].demanded
    with pytest.raises(Refusal):
        demands.decide_demand(steward, demand.pk, adopted=True, decision="下月开通")
    owner = Department.objects.get(short_name="交警支队")
    for _ in range(2):
        demands.assign_demand(steward, demand.pk, owner.pk)
    with pytest.raises(Refusal):
        demands.decide_demand(steward, demand.pk, adopted=True, decision="  ")
    decided = demands.decide_demand(steward, demand.pk, adopted=True, decision="下月在车管窗口开通")
    assert (decided.state, decided.owner_id, decided.asked) == (SearchDemand.State.ADOPTED, owner.pk, 5)
    with pytest.raises(Refusal):
        demands.decide_demand(steward, demand.pk, adopted=False, decision="不办了")
    assert [event.kind for event in events_of("search_demand", demand.pk)] == [
        "search_demand.recorded",
        "search_demand.assigned",
        "search_demand.decided",
    ]


@pytest.mark.parametrize("words_typed", ["", "13812345678", "长" * 31])
def test_a_number_or_a_story_is_no_demand(words_typed: str, steward: Principal) -> None:
    with pytest.raises(Refusal):
        demands.record_demand(steward, words_typed, 1)

"""What is asked is counted without anybody's data, in one statement, and choices lift answers within bounds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from tongban.demo import names
from tongban.ground import moment
from tongban.insight.search import counting, selectors
from tongban.insight.search.models import SearchClick, SearchCount
from tongban.insight.search.ranking import MOST_BOOST
from tongban.registry.catalog.models import HandlingOption


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("开 理发店！", "开 理发店"),
        ("  低　保 ", "低保"),
        ("ＫＴＶ", "ktv"),
        ("110105194912310021", None),
        ("我的电话 138-1234 5678", None),
        ("１３８１２３４５６７８", None),
        ("一三八 一二三四 五六七八", None),
        ("身份证12345", "身份证12345"),
        ("张" * 31, None),
        ("？？", None),
        ("", None),
    ],
)
def test_only_words_are_kept_never_numbers_or_stories(typed: str, kept: str | None) -> None:
    assert counting.normalised(typed) == kept


@pytest.mark.parametrize(("clicks", "least", "most"), [(0, 0, 0), (2, 0, 0), (3, 0.01, 0.1), (10**6, 0.15, 0.15)])
def test_choices_lift_slowly_and_never_beyond_the_bound(clicks: int, least: float, most: float) -> None:
    assert least <= counting.boost(clicks) <= most <= MOST_BOOST


@pytest.mark.django_db
def test_the_first_search_is_written_at_once_and_the_next_ones_together(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(3):  # savepoint, one statement, release
        counting.note_search("火星移民", 0)
    with django_assert_num_queries(0):
        counting.note_search("火星移民", 0)
        counting.note_search("开理发店", 3)
    with django_assert_num_queries(3):
        counting.write()
    rows = SearchCount.objects.order_by("query").values_list("query", "asked", "failed", "shown")
    assert list(rows) == [("开理发店", 1, 0, 3), ("火星移民", 2, 2, 0)]


@pytest.mark.django_db
def test_a_number_leaves_no_trace() -> None:
    counting.note_search("13812345678", 0)
    counting.write()
    assert not SearchCount.objects.exists()


@pytest.mark.django_db
def test_what_people_choose_goes_up_for_these_words_only() -> None:
    def order(typed: str) -> list[str]:
        return [hit.slug for hit in selectors.find(typed).results]

    before = order("卫生许可")
    assert before.index(names.HYGIENE_SLUG) == 0
    renewal = HandlingOption.objects.get(slug="hygiene-renewal")
    for _ in range(200):
        counting.note_click("卫生许可", renewal.pk)
    counting.write()
    assert order("卫生许可")[0] == "hygiene-renewal"
    assert order("开理发店")[0] == names.HYGIENE_SLUG


@pytest.mark.django_db
def test_a_choice_after_words_that_found_nothing_brings_the_answer() -> None:
    option = HandlingOption.objects.get(slug=names.ROAD_SLUG)
    assert selectors.find("占道").results
    counting.note_click("占道", option.pk)
    counting.note_click("占道", 10**9)  # an option that is no longer there is not counted
    counting.write()
    assert SearchClick.objects.values_list("query", "option_id", "clicks").get() == ("占道", option.pk, 1)
    assert SearchCount.objects.get(query="占道").clicked == 2


@pytest.mark.django_db
def test_old_counts_are_forgotten() -> None:
    with moment.at(moment.now() - timedelta(days=500)):
        counting.note_search("粮票", 0)
        counting.write()
    counting.note_search("低保", 1)
    counting.write()
    assert counting.forget_older() == 1
    assert SearchCount.objects.get().query == "低保"

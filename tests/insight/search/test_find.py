"""Finding an item in people's own words; the index follows the catalogue and its lists."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from tests.support import listed
from tests.support.listed import Row
from tongban.demo import catalogue, names
from tongban.ground import moment
from tongban.ground.errors import Conflict
from tongban.ground.ledger import consumers
from tongban.ground.ledger.selectors import events_of
from tongban.insight.search import reactions, selectors, services, words
from tongban.insight.search.models import SearchEntry, SearchTerm
from tongban.registry.catalog import services as catalog_services
from tongban.registry.catalog.models import CatalogueImport, HandlingOption, ImportedRow, ItemVersion
from tongban.registry.parties.models import Region

pytestmark = pytest.mark.django_db
HYGIENE = "公共场所卫生许可（新办）"
ROAD = "占用、挖掘城市道路审批"
ROWS = (
    Row("民政局", "", "祖屋挂牌补助", "行政给付"),
    Row("民政局", "", "拱桥守护人两项补贴（县级）", "行政给付"),
    Row("公安分局", "", "鹦鹉准养证核发", "行政许可"),
    Row("交通运输局", "机动车维修经营备案", "机动车维修经营备案（终止）", "其他行政权力"),
)


def titles(typed: str) -> list[str]:
    return [hit.title for hit in selectors.find(typed).results]


def listed_options(counties: int = 1, townships: int = 0) -> list[int]:
    return listed.load(ROWS, listed.places(counties, townships))


@pytest.mark.parametrize(
    "typed",
    [
        "公共场所卫生许可",
        "开理发店",
        "我想开一家理发店",
        "理发店卫生许可证",
        "公共场所卫生许可证怎么办",
        "公共厂所卫生许可",
        "发廊",
        "洗脚店",
        "ＫＴＶ卫生证",
        "lifadian",
        "kailifa",
        "LFD",
        "wsxkz",
    ],
)
@pytest.mark.covers("AIX-02", "PRT-02")
def test_the_hygiene_licence_is_first_in_many_words(typed: str) -> None:
    assert titles(typed)[:1] == [HYGIENE]


@pytest.mark.parametrize(
    "typed", ["挖马路", "占道施工", "道路挖掘占用", "铺管道", "zdsg", "wamalu", "封路要办什么手续"]
)
def test_the_road_permit_is_first_in_many_words(typed: str) -> None:
    assert titles(typed)[:1] == [ROAD]


@pytest.mark.parametrize(
    "typed", ["", "   ", "！！！", "';--", "\x00", "火星移民", "x", "&|!:*", "a" * 5000, "𠮷" * 200, "%(q)s %s {0}"]
)
def test_nothing_found_is_an_answer_too(typed: str) -> None:
    assert titles(typed) == []


def test_when_nothing_fits_the_nearest_items_are_shown() -> None:
    found = selectors.find("道路 骑行 趣闻")
    assert found.results == ()
    assert ROAD in [hit.title for hit in found.nearest]


def test_an_answer_is_two_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    words.current()
    with django_assert_num_queries(2):
        assert titles("理发店")
    with django_assert_num_queries(2):
        assert selectors.suggest("lifa")
    with django_assert_num_queries(1):
        assert titles("火星") == []


def test_a_renewal_comes_first_when_it_is_asked_for() -> None:
    assert titles("卫生许可证到期了")[0] == "公共场所卫生许可（延续）"


@pytest.mark.slow
def test_the_index_can_be_made_anew() -> None:
    SearchEntry.objects.all().delete()
    living = HandlingOption.objects.filter(standing="listed", retired_at=None).count()
    assert services.rebuild() == len(catalogue.OPTIONS) + living
    assert titles("开理发店")[0] == HYGIENE


@pytest.mark.covers("CAT-32")
def test_a_published_version_is_found_by_its_new_words() -> None:
    option = HandlingOption.objects.get(slug=names.HYGIENE_SLUG)
    HandlingOption.objects.filter(pk=option.pk).update(draft=option.draft | {"aliases": ["开元宇宙馆"]})
    assert titles("元宇宙馆") == []
    catalog_services.publish(option.pk, date(2026, 6, 1), catalogue.item_publisher())
    version = ItemVersion.objects.filter(option=option).latest("published_at")
    for row in events_of("item_version", version.pk):  # the test's transaction never commits: its reader sees nothing
        consumers.handle_now(row, [reactions.NAME])
    assert titles("元宇宙馆") == [HYGIENE]
    assert titles("开理发店")[0] == HYGIENE  # still among the kinds of premises


@pytest.mark.covers("CAT-32")
def test_the_role_that_owns_no_table_indexes_too() -> None:
    option = HandlingOption.objects.get(slug=names.HYGIENE_SLUG)
    with connection.cursor() as cursor:  # as ``launch.roles`` gives it; gone with the test's transaction
        cursor.execute("CREATE ROLE search_test_writer")
        cursor.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO search_test_writer")
        cursor.execute("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO search_test_writer")
        cursor.execute("SET LOCAL ROLE search_test_writer")
        try:
            assert services.reindex([option.pk]) == 1
        finally:
            cursor.execute("RESET ROLE")


def test_the_same_event_twice_changes_nothing() -> None:
    option = HandlingOption.objects.get(slug=names.HYGIENE_SLUG)
    with pytest.raises(Conflict):
        catalog_services.publish(option.pk, date(2026, 6, 1), catalogue.item_publisher())
    before = SearchEntry.objects.filter(option=option).values().get()
    assert services.renew(before["version_id"])
    assert SearchEntry.objects.filter(option=option).values().get() == before


def test_a_listed_option_is_found_and_says_that_it_is_only_listed() -> None:
    services.reindex(listed_options())
    hit = selectors.find("养鹦鹉要准养证吗").results[0]
    assert (hit.title, hit.standing, hit.listed, hit.unit) == ("鹦鹉准养证核发", "listed", True, "公安分局")


def test_a_listed_option_that_left_the_list_is_not_found() -> None:
    ids = listed_options()
    services.reindex(ids)
    HandlingOption.objects.filter(pk__in=ids).update(retired_at=moment.now())
    assert services.reindex(ids) == 0
    assert "鹦鹉准养证核发" not in titles("养鹦鹉要准养证吗")


def test_copies_of_one_item_are_one_answer_with_its_places(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    services.reindex(listed_options(2, 3))
    hit = selectors.find("拱桥守护人补贴").results[0]
    assert (hit.title, hit.places) == ("拱桥守护人两项补贴（县级）", 5)
    with django_assert_num_queries(1):
        places = selectors.places_of([hit.answer])[hit.answer]
    assert [place.region for place in places] == ["第一县", "第二县", "第一镇", "第二镇", "第三镇"]


def test_when_the_place_that_stands_for_all_goes_another_one_does() -> None:
    ids = listed_options(2)
    services.reindex(ids)
    first = SearchEntry.objects.get(title="祖屋挂牌补助", lead=True)
    HandlingOption.objects.filter(pk=first.option_id).update(retired_at=moment.now())
    services.reindex([first.option_id])
    hit = selectors.find("祖屋挂牌").results[0]
    assert (hit.slug != first.slug, hit.places) == (True, 1)


def _import_of(options: list[int]) -> CatalogueImport:
    batch = CatalogueImport.objects.create(
        region=Region.objects.order_by("no")[0],
        region_no=1,
        file_name="清单.xlsx",
        file_hash="0",
        begun_at=moment.now(),
    )
    ImportedRow.objects.bulk_create(
        ImportedRow(batch=batch, row=at, option_id=option) for at, option in enumerate(options, start=1)
    )
    return batch


def test_an_applied_import_indexes_exactly_its_options_and_an_undone_one_takes_them_away() -> None:
    ids = listed_options()
    batch = _import_of(ids[:3])
    example = events_of("item_version", ItemVersion.objects.order_by("published_at").values_list("pk", flat=True)[0])[0]
    applied = replace(example, kind="catalogue_import.applied", subject_kind="catalogue_import", subject_id=batch.pk)
    for _ in range(2):
        reactions.on_published(applied)
        assert set(SearchEntry.objects.filter(option_id__in=ids).values_list("option_id", flat=True)) == set(ids[:3])
    HandlingOption.objects.filter(pk__in=ids[:3]).update(retired_at=moment.now())
    reactions.on_published(replace(applied, kind="catalogue_import.undone"))
    assert not SearchEntry.objects.filter(option_id__in=ids).exists()


def test_the_reader_of_the_ledger_takes_imports() -> None:
    assert {"catalogue_import.applied", "catalogue_import.undone", "item_version.published"} == reactions.KINDS


def test_frequencies_are_counted_over_what_stands_for_an_answer() -> None:
    services.reindex(listed_options(3))
    services.count_terms()
    assert SearchTerm.objects.get(token="鹦鹉").names == 1
    assert SearchTerm.objects.get(token="").names == SearchEntry.objects.filter(lead=True).count()


def test_an_explanation_names_word_and_phrase() -> None:
    services.reindex(listed_options())
    found = selectors.explain("开理发店")
    assert [(one.unit.kind, one.unit.text) for one in found.weighed] == [("means", "理发店")]
    assert found.answers.accepted[0].fits[0].phrase == "理发店"


@pytest.mark.slow
def test_asking_needs_neither_a_dictionary_nor_pinyin() -> None:
    program = (
        "import sys, django; django.setup();"
        "import tongban.faces.portal.views.search, tongban.faces.desk.views.search_words;"
        "import tongban.insight.search.selectors;"
        "print(sorted({'rjieba', 'pypinyin'} & set(sys.modules)))"
    )
    made = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=_environment()
    )
    assert made.stdout.strip() == "[]"


def _environment() -> dict[str, str]:
    return {**os.environ, "DJANGO_SETTINGS_MODULE": "tongban.config.settings", "PYTHONPATH": "src"}

"""Finding an item in people's own words; the index follows the catalogue."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from tongban.demo import catalogue, names
from tongban.ground.errors import Conflict
from tongban.ground.ledger import consumers
from tongban.insight.search import reactions, selectors, services
from tongban.insight.search.models import SearchEntry
from tongban.registry.catalog import services as catalog_services
from tongban.registry.catalog.models import HandlingOption

HYGIENE = "公共场所卫生许可（新办）"
ROAD = "占用、挖掘城市道路审批"


def titles(typed: str) -> list[str]:
    return [hit.title for hit in selectors.find(typed).results]


@pytest.mark.django_db
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
def test_the_hygiene_licence_is_first_in_many_words(typed: str) -> None:
    assert titles(typed)[:1] == [HYGIENE]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed", ["挖马路", "占道施工", "道路挖掘占用", "铺管道", "zdsg", "wamalu", "封路要办什么手续"]
)
def test_the_road_permit_is_first_in_many_words(typed: str) -> None:
    assert titles(typed)[:1] == [ROAD]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "typed", ["", "   ", "！！！", "';--", "\x00", "结婚登记", "x", "&|!:*", "a" * 5000, "𠮷" * 200]
)
def test_nothing_found_is_an_answer_too(typed: str) -> None:
    assert titles(typed) == []


@pytest.mark.django_db
def test_when_nothing_fits_the_nearest_items_are_shown() -> None:
    found = selectors.find("道路占用费缴纳")
    assert found.results == ()
    assert [hit.title for hit in found.nearest] == [ROAD]


@pytest.mark.django_db
def test_an_answer_is_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        assert titles("理发店")
    with django_assert_num_queries(1):
        assert selectors.suggest("lifa")


@pytest.mark.slow
@pytest.mark.django_db
def test_the_index_can_be_made_anew() -> None:
    SearchEntry.objects.all().delete()
    assert services.rebuild() == len(catalogue.OPTIONS)
    assert titles("开理发店")[0] == HYGIENE


@pytest.mark.covers("CAT-32")
@pytest.mark.django_db
def test_a_published_version_is_found_by_its_new_words() -> None:
    option = HandlingOption.objects.get(slug=names.HYGIENE_SLUG)
    HandlingOption.objects.filter(pk=option.pk).update(draft=option.draft | {"aliases": ["开电竞馆"]})
    catalog_services.publish(option.pk, date(2026, 6, 1), catalogue.item_publisher())
    while consumers.run_once(reactions.NAME):
        pass
    assert titles("电竞馆") == [HYGIENE]
    assert titles("开理发店")[0] == HYGIENE  # still among the kinds of premises
    assert titles("开足浴店") == []


@pytest.mark.django_db
def test_the_same_event_twice_changes_nothing() -> None:
    option = HandlingOption.objects.get(slug=names.HYGIENE_SLUG)
    with pytest.raises(Conflict):
        catalog_services.publish(option.pk, date(2026, 6, 1), catalogue.item_publisher())
    before = SearchEntry.objects.get(option=option)
    assert services.renew(before.version_id)
    after = SearchEntry.objects.get(option=option)
    assert (after.names, after.words) == (before.names, before.words)


@pytest.mark.slow
def test_asking_needs_neither_a_dictionary_nor_pinyin() -> None:
    program = (
        "import sys, django; django.setup();"
        "import tongban.faces.portal.views.search, tongban.insight.search.selectors;"
        "print(sorted({'rjieba', 'pypinyin'} & set(sys.modules)))"
    )
    made = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=_environment()
    )
    assert made.stdout.strip() == "[]"


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "DJANGO_SETTINGS_MODULE": "tongban.config.settings", "PYTHONPATH": "src"}

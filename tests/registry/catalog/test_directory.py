"""The public list: what can be done here and what other lists tell, by filters, with true numbers and keyset pages."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.registry.catalog.imports import files, scenes
from tongban.demo import catalogue, names
from tongban.ground import moment
from tongban.registry.catalog import directory, facets, listings, selectors, services
from tongban.registry.catalog.directory import Filters
from tongban.registry.catalog.models import HandlingOption, ItemVersion
from tongban.registry.parties.models import Department, Region

pytestmark = [pytest.mark.django_db, pytest.mark.covers("CAT-01", "CAT-02", "CAT-25", "NEA-01")]


def stamp() -> str:
    return selectors.publication_stamp()


def everything(filters: Filters, size: int = 7) -> list[directory.Entry]:
    """All pages of a list, one after the other."""
    found, after = [], ""
    while True:
        page = directory.page(filters, after, size)
        found += page.items
        after = page.next
        if not after:
            return found


def test_pages_hold_everything_once_and_what_can_be_done_here_first() -> None:
    found = everything(Filters(), 50)
    total = directory.counts(Filters(), stamp()).total
    assert len(found) == len({entry.slug for entry in found}) == total
    here = [entry.configured for entry in found]
    assert here == sorted(here, reverse=True)
    assert sum(here) == len(selectors.guide_slugs())


@pytest.mark.parametrize(
    "filters",
    [
        Filters(item_type="licensing"),
        Filters(audience="person", theme="housing"),
        Filters(stage="retirement"),
        Filters(domain="insurance", audience="organisation"),
        Filters(standing="configured"),
        Filters(standing="listed", item_type="award"),
        Filters(level="county"),
        Filters(region="339921"),
        Filters(item_type="adjudication", theme="tax"),
    ],
)
def test_the_number_told_is_the_number_found(filters: Filters) -> None:
    assert directory.counts(filters, stamp()).total == len(everything(filters))


def test_the_number_beside_a_choice_is_what_choosing_it_gives() -> None:
    chosen = Filters(theme="insurance")
    counts = directory.counts(chosen, stamp())
    unit = str(Department.objects.get(short_name=names.CIVIL_AFFAIRS).pk)
    assert counts.by["department"][unit] == len(everything(Filters(theme="insurance", department=unit)))
    assert counts.by["audience"]["organisation"] == len(everything(Filters(theme="insurance", audience="organisation")))
    assert counts.by["theme"]["housing"] == len(everything(Filters(theme="housing")))


def test_numbers_cost_no_query_until_something_is_published(
    django_assert_num_queries: DjangoAssertNumQueries, tmp_path: Path
) -> None:
    first = stamp()
    before = directory.counts(Filters(), first).total
    with django_assert_num_queries(0):
        assert directory.counts(Filters(item_type="licensing"), first).total < before
    scenes.bring(scenes.listing(tmp_path, files.rows(3)))
    assert directory.counts(Filters(), stamp()).total == before + 3


def test_a_page_costs_two_queries_at_most_and_reads_no_whole_version(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(2) as captured:
        directory.page(Filters(theme="health"))
    assert not [query for query in captured.captured_queries if '"catalog_itemversion"."content",' in query["sql"]]


def test_a_cursor_that_nobody_gave_begins_anew() -> None:
    first = directory.page(Filters()).items
    assert directory.page(Filters(), "x12").items == directory.page(Filters(), "c-1").items == first


def test_an_item_that_is_not_in_force_yet_still_stands_as_it_was_listed(tmp_path: Path) -> None:
    scenes.bring(scenes.listing(tmp_path, files.rows(1)))
    option = HandlingOption.objects.get(code="1133990000TEST0001")
    model = HandlingOption.objects.get(slug=names.CERTIFICATE_SLUG)
    HandlingOption.objects.filter(pk=option.pk).update(draft=model.draft)
    publisher = catalogue.item_publisher()
    tomorrow = moment.today() + timedelta(days=1)
    services.publish(option.pk, tomorrow, publisher)
    assert directory.listed_option(option.slug) is not None
    with moment.at(moment.now() + timedelta(days=1)):
        services.take_over_listed()
        assert directory.listed_option(option.slug) is None
        assert selectors.version_in_force(option.slug)[1].slug == option.slug


def test_an_item_that_is_published_from_today_leaves_the_list_of_others(tmp_path: Path) -> None:
    scenes.bring(scenes.listing(tmp_path, files.rows(1)))
    option = HandlingOption.objects.get(code="1133990000TEST0001")
    model = HandlingOption.objects.get(slug=names.CERTIFICATE_SLUG)
    HandlingOption.objects.filter(pk=option.pk).update(draft=model.draft)
    services.publish(option.pk, moment.today(), catalogue.item_publisher())
    assert HandlingOption.objects.get(pk=option.pk).standing == "configured"
    assert sum(entry.slug == option.slug for entry in everything(Filters(), 50)) == 1


def test_items_of_a_part_stand_under_their_region(tmp_path: Path) -> None:
    county = Region.objects.get(code="339922")
    before = directory.counts(Filters(region="339922"), stamp()).total
    path = scenes.listing(tmp_path, files.rows(2, 实施主体="云溪市民政局"))
    assert scenes.bring(path, region=county)[0].good
    counts = directory.counts(Filters(region="339922"), stamp())
    assert counts.total == before + 2
    assert counts.names["region"]["339922"] == "松涧县"


def test_facets_of_a_version_and_of_a_list_are_the_same_words() -> None:
    for row in ItemVersion.objects.all():
        content = selectors.content(row.pk)
        assert row.facets == facets.of_content(content) == facets.of_listing(listings.of_content(content))


def test_a_listing_comes_back_from_its_json() -> None:
    for option in HandlingOption.objects.filter(standing="listed")[:100]:
        assert listings.from_json(option.listing).to_json() == option.listing


def test_entries_of_an_export_are_those_of_the_list() -> None:
    filters = Filters(theme="tax")
    assert [one.slug for one in directory.entries(filters)] == [entry.slug for entry in everything(filters)]

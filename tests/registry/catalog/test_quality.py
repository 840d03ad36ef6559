"""The report on elements (CAT-12) and the log of publications (CAT-32)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.registry.catalog.imports import files, scenes
from tests.support.builders import staff
from tongban.demo import names
from tongban.ground.errors import NotFound
from tongban.ground.ledger import consumers
from tongban.ground.policy import ANONYMOUS, Principal
from tongban.registry.catalog import publications, quality
from tongban.registry.catalog.imports import services
from tongban.registry.parties.models import Department, Region

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def steward() -> Principal:
    return staff("唐宇轩")


HEADINGS = (*files.HEADINGS, "申请方式", "网上办理深度", "收费标准", "收费依据", "公共服务领域")
FULL = {"申请方式": "网上申请", "网上办理深度": "互联网收件", "收费标准": "不收费", "公共服务领域": "社会服务"}


def unit_of(folder: Path, *records: dict[str, Any]) -> Department:
    """A department of its own with these items."""
    unit = Department.objects.create(
        uscc="QUALITY", name="云溪市质量试验局", short_name="试验局", document_word="",
        region=Region.objects.get(code="339900"),
    )  # fmt: skip
    rows = [files.row(n, 实施主体=unit.name, **{**FULL, **record}) for n, record in enumerate(records, 1)]
    found, _ = scenes.bring(files.written(folder, "q.csv", files.as_csv(rows, headings=HEADINGS)))
    assert found.good, found.faults
    return unit


@pytest.mark.covers("CAT-12")
@pytest.mark.parametrize(
    ("element", "record", "state"),
    [
        ("case_type", {"办件类型": ""}, "empty"),
        ("case_type", {"办件类型": "即办件", "承诺办结时限": "5个工作日"}, "contradictory"),
        ("case_type", {"办件类型": "即办件", "承诺办结时限": "当场"}, "filled"),
        ("promised", {"承诺办结时限": ""}, "empty"),
        ("promised", {"承诺办结时限": "30个工作日"}, "contradictory"),
        ("promised", {"承诺办结时限": "30日", "法定办结时限": "20个工作日"}, "contradictory"),
        ("promised", {"承诺办结时限": "28日", "法定办结时限": "20个工作日"}, "filled"),
        ("promised", {"承诺办结时限": "5"}, "contradictory"),
        ("promised", {"承诺办结时限": "按季度"}, "filled"),
        ("online_depth", {"网上办理深度": ""}, "empty"),
        ("online_depth", {"申请方式": "窗口申请"}, "contradictory"),
        ("application_modes", {"申请方式": ""}, "empty"),
        ("application_modes", {"网上办理深度": "互联网咨询"}, "contradictory"),
        ("visits", {"到办事现场次数": ""}, "empty"),
        ("visits", {"到办事现场次数": "0", "申请方式": "窗口申请"}, "contradictory"),
        ("visits", {"到办事现场次数": "0"}, "filled"),
        ("fee", {"收费标准": "10 元"}, "contradictory"),
        ("fee", {"收费标准": "10 元", "收费依据": "某价〔2020〕1号"}, "filled"),
        ("domain", {"公共服务领域": ""}, "empty"),
        ("domain", {"事项类型": "行政许可", "公共服务领域": ""}, None),
        ("statutory", {"法定办结时限": ""}, None),
        ("statutory", {"事项类型": "行政许可", "法定办结时限": ""}, "empty"),
    ],
)
def test_an_element_is_filled_empty_or_contradictory(
    tmp_path: Path, steward: Principal, element: str, record: dict[str, Any], state: str | None
) -> None:
    unit = unit_of(tmp_path, record)
    _, units = quality.report(steward)
    line = next(one for one in units if one.id == unit.pk)
    figure = next(one for one in line.figures if one.element == element)
    told = {name: getattr(figure, name) for name in quality.STATES}
    assert told == {name: int(name == state) for name in quality.STATES}
    for name in quality.STATES:
        found = [row.name for row in quality.rows(steward, element, name, unit.pk).items]
        assert found == (["第1号事项"] if name == state else [])


@pytest.mark.covers("CAT-12")
def test_the_whole_is_the_sum_of_the_departments_in_one_query(
    steward: Principal, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        whole, units = quality.report(steward)
    assert whole.items == sum(unit.items for unit in units)
    for n, figure in enumerate(whole.figures):
        assert figure.applying == sum(unit.figures[n].applying for unit in units)
    pages = 0
    with django_assert_num_queries(1):
        page = quality.rows(steward, "visits", "empty")
    while True:
        pages += len(page.items)
        if not page.next:
            break
        page = quality.rows(steward, "visits", "empty", after=int(page.next))
    assert pages == next(one for one in whole.figures if one.element == "visits").empty


@pytest.mark.covers("CAT-12")
def test_what_is_handled_here_is_measured_too(steward: Principal) -> None:
    rows = quality.rows(steward, "visits", "filled").items
    assert any(row.configured and row.slug == names.HYGIENE_SLUG for row in rows)


@pytest.mark.parametrize(("element", "state"), [("nothing", "empty"), ("visits", "nothing")])
def test_a_figure_that_does_not_exist_is_not_found(steward: Principal, element: str, state: str) -> None:
    with pytest.raises(NotFound):
        quality.rows(steward, element, state)


def test_nobody_without_the_permission_sees_the_reports() -> None:
    for call in (quality.report, publications.log):
        with pytest.raises(NotFound):
            call(ANONYMOUS)


@pytest.mark.covers("CAT-32")
def test_the_log_names_publications_imports_and_undos_with_who_and_which_channels(
    tmp_path: Path, steward: Principal, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    _, key = scenes.bring(scenes.listing(tmp_path, files.rows(2)))
    assert key is not None
    services.undo(steward, key)
    with django_assert_num_queries(1):
        page = publications.log(steward)
    undone, applied = page.items[:2]
    assert (undone.kind_words, undone.who, undone.detail) == ("撤销导入", "唐宇轩", "恢复 0，移出 2")
    assert (applied.kind_words, applied.who, applied.detail) == ("导入清单", "命令行", "新增 2，更新 0，未变 0")
    published = next(line for line in page.items if line.kind == "item_version.published")
    assert published.who == "苏静姝"
    assert {channel.name for channel in published.channels} == set(consumers.readers_of("item_version.published"))
    assert "search.index" in {channel.name for channel in published.channels}


@pytest.mark.covers("CAT-32")
def test_the_log_is_paged_without_gaps(steward: Principal) -> None:
    seen, after = [], ""
    while True:
        page = publications.log(steward, after)
        seen += [line.event_id for line in page.items]
        if not (after := page.next):
            break
    assert len(seen) == len(set(seen)) > 0
    assert seen == sorted(seen, reverse=True)

"""An import as a whole: checked, applied, repeated, undone. What stood before is never lost and never half changed."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from tests.registry.catalog.imports import files, scenes
from tongban.demo import names
from tongban.ground.errors import Conflict, NotFound, Refusals
from tongban.ground.ledger.selectors import events_of
from tongban.registry.catalog import selectors
from tongban.registry.catalog import services as catalog
from tongban.registry.catalog.imports import services
from tongban.registry.catalog.models import CatalogueImport, HandlingOption, ImportedRow, Item
from tongban.registry.parties.models import Department, Region

pytestmark = [pytest.mark.django_db, pytest.mark.covers("CAT-12", "CAT-15")]


def test_a_good_list_is_in_the_catalogue_after_one_run(tmp_path: Path) -> None:
    path = scenes.listing(tmp_path, files.rows(3))
    found, key = scenes.bring(path)
    assert (found.good, found.rows, found.counts.created) == (True, 3, 3)
    option = HandlingOption.objects.select_related("item__authority").get(code="1133990000TEST0001")
    assert (option.standing, option.name, option.item.authority.short_name) == (
        "listed",
        "第1号事项",
        names.CIVIL_AFFAIRS,
    )
    assert option.listing == {
        "item_type": "public_service", "case_type": "promised", "statutory_n": 20, "statutory_unit": "working_day",
        "promised_n": 5, "promised_unit": "working_day", "visits": 1, "source": "云溪市政务服务事项清单",
        "other": [["备注", "说明1"]],
    }  # fmt: skip
    assert (option.facets, option.last_import_id) == (["t:public_service"], key)


def test_the_same_file_again_changes_nothing_and_leaves_no_import(tmp_path: Path) -> None:
    path = scenes.listing(tmp_path, files.rows(3))
    scenes.bring(path)
    before, imports = scenes.state(), CatalogueImport.objects.count()
    found, key = scenes.bring(path)
    assert (found.counts.unchanged, found.counts.empty, key) == (3, True, None)
    assert (scenes.state(), CatalogueImport.objects.count()) == (before, imports)


def test_a_changed_file_updates_only_what_differs(tmp_path: Path) -> None:
    scenes.bring(scenes.listing(tmp_path, files.rows(3)))
    before = {row[0]: row for row in scenes.state()["options"]}
    changed = [files.row(1), files.row(2, 到办事现场次数="0"), files.row(4)]
    found, key = scenes.bring(scenes.listing(tmp_path, changed))
    assert (found.counts.created, found.counts.changed, found.counts.unchanged) == (1, 1, 1)
    after = {row[0]: row for row in scenes.state()["options"]}
    assert {code for code, row in after.items() if before.get(code) != row} == {
        "1133990000TEST0002",
        "1133990000TEST0004",
    }
    assert ImportedRow.objects.filter(batch_id=key).count() == 2


def test_one_bad_row_loads_nothing_and_every_bad_row_is_named(tmp_path: Path) -> None:
    before = scenes.state()
    bad = [files.row(1), files.row(2, 事项类型="行政处罚"), files.row(3, 办件类型="快件", 到办事现场次数="常常")]
    found, key = scenes.bring(scenes.listing(tmp_path, bad))
    assert [(fault.row, fault.column) for fault in found.faults] == [
        (3, "事项类型"), (4, "办件类型"), (4, "到办事现场次数"),
    ]  # fmt: skip
    assert scenes.state() == before
    kept = CatalogueImport.objects.get(pk=key)
    assert (kept.state, kept.faults_total, len(kept.faults)) == ("faulty", 3, 3)
    assert kept.faults[0]["remedy"]


def test_a_dry_run_counts_and_writes_nothing(tmp_path: Path) -> None:
    before, imports = scenes.state(), CatalogueImport.objects.count()
    found, key = scenes.bring(scenes.listing(tmp_path, files.rows(2)), dry_run=True)
    assert (found.counts.created, key) == (2, None)
    assert (scenes.state(), CatalogueImport.objects.count()) == (before, imports)


def test_two_rows_with_one_code_are_a_fault_that_names_both(tmp_path: Path) -> None:
    found, _ = scenes.bring(scenes.listing(tmp_path, [files.row(1), files.row(2), files.row(1)]))
    assert [(fault.row, fault.sentence) for fault in found.faults] == [(4, "编码 1133990000TEST0001 和第 2 行重复")]


def test_an_item_is_told_alike_in_all_its_rows(tmp_path: Path) -> None:
    headings = [*files.HEADINGS, "业务办理项编码", "业务办理项名称"]
    twice = [
        files.row(1, 业务办理项编码="A1", 业务办理项名称="首次"),
        files.row(1, 业务办理项编码="A2", 业务办理项名称="变更", 实施主体="云溪市城市管理局"),
    ]
    path = files.written(tmp_path, "a.csv", files.as_csv(twice, headings=headings))
    found, _ = scenes.bring(path)
    assert [fault.row for fault in found.faults] == [3]
    alike = [one | {"实施主体": "云溪市民政局"} for one in twice]
    found, _ = scenes.bring(files.written(tmp_path, "a.csv", files.as_csv(alike, headings=headings)))
    item = Item.objects.get(code="1133990000TEST0001")
    assert found.good
    assert sorted(item.options.values_list("name", flat=True)) == ["变更", "首次"]


def test_what_is_handled_on_this_platform_is_never_overwritten(tmp_path: Path) -> None:
    option = HandlingOption.objects.select_related("item__authority").get(slug=names.HYGIENE_SLUG)
    headings = [*files.HEADINGS, "业务办理项编码"]
    row = files.row(1, 实施编码=option.item.code, 业务办理项编码=option.code, 事项名称="别的名字")
    item_only = files.row(2, 实施编码=option.item.code, 事项名称="别的名字")
    before = (option.name, option.item.name, option.draft)
    for record in (row, item_only):
        path = files.written(tmp_path, "a.csv", files.as_csv([record, files.row(9)], headings=headings))
        found, _ = scenes.bring(path)
        assert (found.good, found.counts.skipped) == (True, 1)
        assert found.notices[-1].words == "第 2 行：已在本平台办理，跳过"
    again = HandlingOption.objects.select_related("item").get(pk=option.pk)
    assert (again.name, again.item.name, again.draft) == before


def test_a_second_option_of_a_handled_item_is_listed_without_touching_the_item(tmp_path: Path) -> None:
    option = HandlingOption.objects.select_related("item").get(slug=names.HYGIENE_SLUG)
    headings = [*files.HEADINGS, "业务办理项编码", "业务办理项名称"]
    record = files.row(
        1, 实施编码=option.item.code, 业务办理项编码="EXTRA-1", 事项名称="别的名字", 业务办理项名称="补证"
    )
    found, key = scenes.bring(files.written(tmp_path, "a.csv", files.as_csv([record], headings=headings)))
    assert (found.good, found.counts.created) == (True, 1)
    assert Item.objects.get(pk=option.item_id).name == option.item.name
    assert HandlingOption.objects.get(code="EXTRA-1").item_id == option.item_id
    services.take_back(key, scenes.OPERATOR)
    assert Item.objects.get(pk=option.item_id).name == option.item.name


def test_undo_restores_exactly_what_stood_before(tmp_path: Path) -> None:
    scenes.bring(scenes.listing(tmp_path, files.rows(3)))
    before = scenes.state()
    other = [
        files.row(1, 事项名称="改了名", 实施主体="云溪市城市管理局"),
        files.row(2, 承诺办结时限="3个工作日", 备注=""),
        files.row(3),
        files.row(4),
    ]
    found, key = scenes.bring(scenes.listing(tmp_path, other))
    assert (found.counts.created, found.counts.changed) == (1, 2)
    assert scenes.state() != before
    done = services.take_back(key, scenes.OPERATOR)
    assert (done.restored, done.retired) == (2, 1)
    assert scenes.state() == before
    assert HandlingOption.objects.get(code="1133990000TEST0004").retired_at is not None
    kinds = [event.kind for event in events_of("catalogue_import", key)]
    assert kinds == ["catalogue_import.applied", "catalogue_import.undone"]


def test_what_was_undone_can_be_imported_again(tmp_path: Path) -> None:
    path = scenes.listing(tmp_path, files.rows(2))
    _, key = scenes.bring(path)
    services.take_back(key, scenes.OPERATOR)
    found, again = scenes.bring(path)
    assert (found.counts.changed, found.counts.created) == (2, 0)
    assert HandlingOption.objects.filter(last_import=again, retired_at=None).count() == 2
    services.take_back(again, scenes.OPERATOR)
    assert not HandlingOption.objects.filter(code__startswith="1133990000TEST", retired_at=None).exists()


def test_undo_is_refused_where_a_later_import_rests_on_it_and_says_where(tmp_path: Path) -> None:
    _, first = scenes.bring(scenes.listing(tmp_path, files.rows(3)))
    _, second = scenes.bring(scenes.listing(tmp_path, [files.row(2, 到办事现场次数="0")], "later.csv"))
    before = scenes.state()
    with pytest.raises(Refusals) as refused:
        services.take_back(first, scenes.OPERATOR)
    assert [item.sentence for item in refused.value.items] == [
        "第 3 行“第2号事项”（1133990000TEST0002）后来的导入“later.csv”又改过它，或改过同一事项"
    ]
    assert scenes.state() == before
    services.take_back(second, scenes.OPERATOR)
    services.take_back(first, scenes.OPERATOR)
    assert not HandlingOption.objects.filter(code__startswith="1133990000TEST", retired_at=None).exists()


def test_undo_is_refused_where_the_item_was_changed_through_another_option(tmp_path: Path) -> None:
    headings = [*files.HEADINGS, "业务办理项编码"]

    def bring(*records: dict[str, object]) -> object:
        return scenes.bring(files.written(tmp_path, "a.csv", files.as_csv(records, headings=headings)))[1]

    bring(files.row(1, 业务办理项编码="B1"))
    first = bring(files.row(1, 业务办理项编码="B1", 事项名称="第一次改名"))
    bring(files.row(1, 业务办理项编码="B2", 事项名称="第二次改名"))
    with pytest.raises(Refusals):
        services.take_back(first, scenes.OPERATOR)


def test_undo_of_a_new_option_gives_the_item_its_old_name_back(tmp_path: Path) -> None:
    headings = [*files.HEADINGS, "业务办理项编码"]
    scenes.bring(files.written(tmp_path, "a.csv", files.as_csv([files.row(1, 业务办理项编码="B1")], headings=headings)))
    before = scenes.state()
    renamed = files.row(1, 业务办理项编码="B2", 事项名称="改名", 实施主体="云溪市城市管理局")
    _, key = scenes.bring(files.written(tmp_path, "b.csv", files.as_csv([renamed], headings=headings)))
    assert Item.objects.get(code="1133990000TEST0001").name == "改名"
    services.take_back(key, scenes.OPERATOR)
    assert scenes.state() == before


def test_undo_is_refused_for_what_is_handled_here_since(tmp_path: Path) -> None:
    _, key = scenes.bring(scenes.listing(tmp_path, files.rows(1)))
    HandlingOption.objects.filter(code="1133990000TEST0001").update(standing="configured")
    with pytest.raises(Refusals, match="1"):
        services.take_back(key, scenes.OPERATOR)


def test_an_import_is_undone_once(tmp_path: Path) -> None:
    _, key = scenes.bring(scenes.listing(tmp_path, files.rows(1)))
    services.take_back(key, scenes.OPERATOR)
    with pytest.raises(Conflict):
        services.take_back(key, scenes.OPERATOR)


def test_an_unknown_department_is_one_fault_until_it_is_matched_or_made(tmp_path: Path) -> None:
    path = scenes.listing(
        tmp_path, [files.row(1, 实施主体="云溪市侨务办公室"), files.row(2, 实施主体="云溪市侨务办公室")]
    )
    found, _ = scenes.bring(path)
    assert [fault.sentence for fault in found.faults] == ["没有找到“云溪市侨务办公室”这个部门，共 2 行"]
    assert found.unmatched == ({"name": "云溪市侨务办公室", "code": "", "rows": 2},)
    matched = Department.objects.get(short_name=names.CIVIL_AFFAIRS)
    found, _ = scenes.bring(path, departments={"云溪市侨务办公室": matched.pk}, dry_run=True)
    assert (found.good, found.counts.created) == (True, 2)
    found, _ = scenes.bring(path, departments={"云溪市侨务办公室": "make"})
    made = Department.objects.get(name="云溪市侨务办公室")
    assert (found.departments, made.short_name, made.uscc[:2]) == ((made.pk,), "侨务办公室", "待补")
    assert scenes.bring(path)[0].counts.unchanged == 2


def test_a_department_is_made_with_the_credit_code_that_the_item_code_tells(tmp_path: Path) -> None:
    code = "511A0138000000-511602000000-000-115113010833722043-1-00"
    found, _ = scenes.bring(
        scenes.listing(tmp_path, [files.row(1, 实施编码=code, 实施主体="区教科体局")]), make_all=True
    )
    assert found.good
    assert Department.objects.get(name="区教科体局").uscc == "115113010833722043"


def test_a_list_of_a_county_means_the_departments_of_the_county(tmp_path: Path) -> None:
    county = Region.objects.get(code="339902")
    own = Department.objects.create(
        uscc="X1", name="桥西区卫生健康局", short_name="区卫健局", document_word="", region=county
    )
    path = scenes.listing(tmp_path, [files.row(1, 实施主体="区卫健委"), files.row(2, 实施主体="云溪市民政局")])
    found, _ = scenes.bring(path, region=county)
    assert found.good
    item = Item.objects.get(code="1133990000TEST0001")
    assert (item.authority_id, item.region_id) == (own.pk, county.pk)
    assert Item.objects.get(code="1133990000TEST0002").authority.short_name == names.CIVIL_AFFAIRS


def test_a_row_of_another_region_is_a_fault(tmp_path: Path) -> None:
    county, other = Region.objects.get(code="339902"), Region.objects.get(code="339921")
    headings = [*files.HEADINGS, "行政区划代码"]
    told = files.written(tmp_path, "a.csv", files.as_csv([files.row(1, 行政区划代码="339921")], headings=headings))
    found, _ = scenes.bring(told, region=county)
    assert found.faults[0].sentence == "地区 339921 不在所选的地区里"
    path = scenes.listing(tmp_path, files.rows(1))
    assert scenes.bring(path, region=other)[0].good
    found, _ = scenes.bring(path, region=county)
    assert found.faults[0].sentence == "这个编码已经在“南渡县”的清单里，不在所选的地区"


def test_rows_of_the_parts_of_a_city_stand_in_their_regions(tmp_path: Path) -> None:
    headings = [*files.HEADINGS, "行政区划代码"]
    records = [files.row(1, 行政区划代码="339921000000"), files.row(2, 行政区划代码="511602000000")]
    found, _ = scenes.bring(files.written(tmp_path, "a.csv", files.as_csv(records, headings=headings)))
    assert found.good
    assert Item.objects.get(code="1133990000TEST0001").region.name == "南渡县"
    unknown = HandlingOption.objects.get(code="1133990000TEST0002")
    assert ["行政区划代码", "511602000000"] in unknown.listing["other"]


def test_an_address_of_its_own_even_beside_a_handled_option(tmp_path: Path) -> None:
    path = scenes.listing(
        tmp_path, [files.row(1, 实施编码="HYGIENE-LICENCE"), files.row(2, 实施编码="hygiene-licence")]
    )
    assert scenes.bring(path)[0].good
    slugs = set(HandlingOption.objects.filter(code__iexact="hygiene-licence").values_list("slug", flat=True))
    assert len(slugs) == 2
    assert all(slug.startswith("hygiene-licence-") for slug in slugs)


def test_a_missing_import_is_not_found() -> None:
    with pytest.raises(NotFound):
        services.take_back(uuid.uuid4(), scenes.OPERATOR)


def test_the_stamp_of_public_pages_changes_with_an_import_and_its_undo(tmp_path: Path) -> None:
    stamps = [selectors.publication_stamp()]
    _, key = scenes.bring(scenes.listing(tmp_path, files.rows(1)))
    stamps.append(selectors.publication_stamp())
    services.take_back(key, scenes.OPERATOR)
    stamps.append(selectors.publication_stamp())
    assert len(set(stamps)) == 3


def test_facets_of_older_versions_are_worked_out_once() -> None:
    from tongban.registry.catalog.models import ItemVersion

    before = dict(ItemVersion.objects.values_list("pk", "facets"))
    ItemVersion.objects.update(facets=None)
    assert catalog.fill_facets() == len(before)
    assert dict(ItemVersion.objects.values_list("pk", "facets")) == before
    assert catalog.fill_facets() == 0


@pytest.mark.needs_shared
@pytest.mark.slow
def test_a_real_list_of_a_district_twice_and_back(shared: Path) -> None:
    path = shared / "reference" / "data" / "items_district_sample.csv"
    county = Region.objects.get(code="339902")
    before = scenes.state()
    found, key = scenes.bring(path, region=county, make_all=True)
    assert (found.good, found.rows, found.counts.created) == (True, 1135, 1135)
    assert HandlingOption.objects.filter(last_import=key).count() == 1135
    long = HandlingOption.objects.filter(code="511Z07001006-511602000000-000-11511301008778183N-1-00").first()
    assert long is not None
    assert (long.slug, long.item.entry_id) == (long.code.lower(), "511Z07001006")
    again, nothing = scenes.bring(path, region=county)
    assert (again.counts.unchanged, nothing) == (1135, None)
    services.take_back(key, scenes.OPERATOR)
    assert scenes.state() == before

"""What is exported imports again identically: export, import into an empty list, export gives the same cells."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tests.registry.catalog.imports import files, scenes
from tongban.registry.catalog.imports import exporting, headings
from tongban.registry.catalog.imports.values import ONLINE_DEPTH
from tongban.registry.catalog.models import HandlingOption
from tongban.registry.catalog.taxonomy import APPLICATION_MODES, DOMAINS, ITEM_TYPES, LIFE_STAGES, SCOPES
from tongban.registry.catalog.themes import THEMES

pytestmark = [pytest.mark.django_db, pytest.mark.covers("CAT-12", "CAT-25")]

_WORDS = st.text(
    alphabet=st.sampled_from("事项办理'=+-@，。、；\n\t\"0aB_x（）/ ~#\u3000\u200b\U0001f600\U00020bb7"), max_size=12
)
_NAME = st.text(alphabet="事项办理a1（）", min_size=1, max_size=12)


def _some(names: Any) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(sorted(names)), max_size=3, unique=True).map("、".join)


_ROW = st.fixed_dictionaries(
    {"事项名称": _NAME, "事项类型": st.sampled_from(sorted(ITEM_TYPES.values()))},
    optional={
        "业务办理项名称": _NAME,
        "主项名称": _NAME,
        "办件类型": st.sampled_from(["即办件", "承诺件", "1", "2"]),
        "法定办结时限": st.sampled_from(["20", "当场", "3个月", "另行规定", "无"]),
        "法定办结时限单位": st.sampled_from(["工作日", "自然日", ""]),
        "承诺办结时限": st.sampled_from(["5个工作日", "0", "按季度", "10"]),
        "承诺办结时限说明": _WORDS,
        "到办事现场次数": st.sampled_from(["0", "一次", "2"]),
        "申请方式": _some([*APPLICATION_MODES.values(), "自助终端"]),
        "网上办理深度": _some(ONLINE_DEPTH.values()),
        "通办范围": _some(SCOPES.values()),
        "公共服务领域": _some(one.name for one in DOMAINS.values()),
        "主题分类": _some([*(one.name for one in THEMES.values()), "别的"]),
        "人生阶段": _some(one.name for one in LIFE_STAGES.values()),
        "服务对象": _some(["自然人", "企业法人", "外星人"]),
        "设定依据": _WORDS,
        "受理条件": _WORDS,
        "申请材料": _WORDS,
        "特别程序": _WORDS,
        "审批结果名称": _WORDS,
        "是否收费": st.sampled_from(["是", "否"]),
        "收费标准": _WORDS,
        "办理地点": _WORDS,
        "咨询方式": _WORDS,
        "网办地址": st.sampled_from(["https://yunxi.example/a?b=1&c=2", "/", ""]),
        "别名": _WORDS,
        "备注": _WORDS,
        "其他：咨询方式": _WORDS,
        "_x0041_列": _WORDS,
    },
)


def cells_of(path: Path) -> list[list[Any]]:
    """The cells of an export, with nothing of the format around them."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.reader(file))
    return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()


def round_trip(folder: Path, records: list[dict[str, Any]], suffix: str) -> tuple[list[list[Any]], list[list[Any]]]:
    """Export, import into a list without these options, export: the cells before and after."""
    first, second = folder / f"first{suffix}", folder / f"second{suffix}"
    columns = ["实施编码", "实施主体", *sorted({key for record in records for key in record})]
    named = [{"实施编码": f"ROUND-{n}", "实施主体": "云溪市民政局", **record} for n, record in enumerate(records)]
    found, _ = scenes.bring(files.written(folder, "in.csv", files.as_csv(named, headings=columns)))
    assume(found.good)
    exporting.write(first, None, listed_only=True)
    before = cells_of(first)
    emptied()
    again, _ = scenes.bring(first)
    assert [fault.words for fault in again.faults] == []
    exporting.write(second, None, listed_only=True)
    return before, cells_of(second)


def emptied() -> None:
    """The list without its listed options, as in an empty copy."""
    from tongban.registry.catalog.models import ImportedRow

    ImportedRow.objects.all().delete()
    HandlingOption.objects.filter(standing="listed").delete()


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_an_export_imports_again_identically(tmp_path: Path, suffix: str) -> None:
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
    @given(st.lists(_ROW, min_size=1, max_size=4))
    def holds(records: list[dict[str, Any]]) -> None:
        with transaction.atomic():
            before, after = round_trip(tmp_path, records, suffix)
            transaction.set_rollback(True)
        assert before == after

    emptied()
    holds()


def test_an_import_of_an_export_changes_nothing(tmp_path: Path) -> None:
    emptied()
    scenes.bring(scenes.listing(tmp_path, files.rows(5)))
    for suffix in (".csv", ".xlsx"):
        path = tmp_path / f"out{suffix}"
        assert exporting.write(path, None, listed_only=True) == 5
        found, key = scenes.bring(path)
        assert (found.counts.unchanged, key) == (5, None)


def test_an_export_holds_what_is_handled_here_too_and_importing_it_skips_that(tmp_path: Path) -> None:
    emptied()
    path = tmp_path / "all.csv"
    count = exporting.write(path, (1000, 1999))
    names = [row[4] for row in cells_of(path)[1:]]
    assert count == len(names) == HandlingOption.objects.filter(standing="configured").count()
    found, key = scenes.bring(path, dry_run=True)
    assert (found.counts.skipped, found.counts.empty, key) == (count - _unknown_types(path), True, None)


def _unknown_types(path: Path) -> int:
    """Options of the demo whose type no list of types holds are faults of their own, not skipped."""
    rows = cells_of(path)
    place = rows[0].index("事项类型")
    return sum(row[place] not in ITEM_TYPES.values() for row in rows[1:])


def test_cells_of_a_text_export_are_no_formulas(tmp_path: Path) -> None:
    scenes.bring(scenes.listing(tmp_path, [files.row(1, 备注="=cmd|' /C calc'!A0", 事项名称="@SUM(1)")]))
    exporting.write(tmp_path / "out.csv", None, listed_only=True)
    found = [cell for row in cells_of(tmp_path / "out.csv")[1:] for cell in row]
    assert "'=cmd|' /C calc'!A0" in found
    assert not [cell for cell in found if cell.startswith(("=", "+", "-", "@"))]


def test_every_field_but_those_that_fold_into_another_is_exported() -> None:
    folded = {"item_type_code", "fee_charged", "themes_organisation"}
    assert set(exporting.HEADINGS) == {field.label for field in headings.FIELDS if field.key not in folded}
    assert set(exporting.HEADINGS) == {headings.BY_KEY[headings.field_of(label)].label for label in exporting.HEADINGS}

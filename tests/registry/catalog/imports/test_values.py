"""Words of a list as closed values: a table of what is understood, and what is kept as words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.registry.catalog.imports import cells, codes, values
from tongban.registry.catalog.imports.faults import Unreadable
from tongban.registry.catalog.imports.units import Known, Place, Units, short_name_of

pytestmark = pytest.mark.covers("CAT-01", "CAT-02", "CAT-12")


@pytest.mark.parametrize(
    ("words", "code", "key"),
    [
        ("行政许可", "1", "licensing"),
        ("行政许可", "01", "licensing"),
        ("", "20", "public_service"),
        ("其他行政权力", "10", "other_power"),
        ("行政备案", "10", "filing"),
        ("7", "", "confirmation"),
        ("licensing", "", "licensing"),
    ],
)
def test_item_types_by_words_or_code(words: str, code: str, key: str) -> None:
    assert values.item_type(words, code) == key


@pytest.mark.parametrize(("words", "code"), [("行政许可", "20"), ("行政检查", ""), ("", "2"), ("", ""), ("许可证", "")])
def test_item_types_that_cannot_be_taken(words: str, code: str) -> None:
    with pytest.raises(Unreadable):
        values.item_type(words, code)


@pytest.mark.parametrize(
    ("text", "unit", "n", "key", "words"),
    [
        ("20", "工作日", 20, "working_day", ""),
        ("20", "G", 20, "working_day", ""),
        ("２０个工作日", "", 20, "working_day", ""),
        ("5个工作日内", "", 5, "working_day", ""),
        ("30日", "", 30, "calendar_day", ""),
        ("3个月", "", 3, "month", ""),
        ("当场", "", 0, "at_once", ""),
        ("0", "工作日", 0, "at_once", ""),
        ("20", "", 20, "", ""),
        ("无", "工作日", None, "", ""),
        ("受理后按季度办理", "", None, "", "受理后按季度办理"),
    ],
)
def test_limits(text: str, unit: str, n: int | None, key: str, words: str) -> None:
    assert values.limit(text, unit) == values.Limit(n, key, words)


@pytest.mark.parametrize(
    ("text", "visits"), [("0", 0), ("1次", 1), ("最多跑一次", 1), ("不用跑", 0), ("两次", 2), ("/", None), ("", None)]
)
def test_visits(text: str, visits: int | None) -> None:
    assert values.visits(text) == visits


@pytest.mark.parametrize(
    ("charged", "standard", "fee", "agree"),
    [
        ("否", "", "不收费", True),
        ("是", "每证 10 元", "每证 10 元", True),
        ("是", "", "收费", True),
        ("否", "每证 10 元", "每证 10 元", False),
        ("", "不收费", "不收费", True),
        ("", "无", "", True),
    ],
)
def test_fees(charged: str, standard: str, fee: str, agree: bool) -> None:
    assert values.fee(charged, standard) == (fee, agree)


def test_words_that_no_closed_list_holds_are_told_apart() -> None:
    assert values.audience("自然人、企业法人") == (("person", "organisation"), True)
    assert values.application_modes("窗口申请；自助终端") == (("window",), False)
    assert values.online_depth("全程网办") == (("submit", "accept", "handle", "result"), True)
    assert values.service_scope("全市、全省") == (("province",), False)
    assert values.domain("社会保险") == (("insurance",), True)
    assert values.themes("开店经营、别的主题") == (("opening",), False)


@pytest.mark.parametrize("text", ["javascript:alert(1)", "www.x.cn", "http://", "https://a b", 'https://a"b'])
def test_only_addresses_of_the_web_become_links(text: str) -> None:
    with pytest.raises(Unreadable):
        values.web_address(text)


@given(st.text(max_size=30))
def test_a_guarded_cell_comes_back_and_begins_no_formula(text: str) -> None:
    guarded = cells.guarded(text)
    assert cells.unguarded(guarded) == text
    assert not guarded.startswith(("=", "+", "-", "@"))


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40))
def test_a_cell_that_was_read_is_read_again_alike(text: str) -> None:
    try:
        once = cells.text_of(text)
    except Unreadable:
        return
    assert cells.text_of(once) == once


@given(st.lists(st.text(alphabet="AaBb-_.19", min_size=1, max_size=30), unique=True, max_size=20))
def test_two_codes_never_share_an_address(found: list[str]) -> None:
    slugs = [codes.slugs(code)[0] for code in found]
    assert len(set(slugs)) == len(slugs)
    assert all(len(slug) <= codes.LONGEST_SLUG and slug.isascii() and slug == slug.lower() for slug in slugs)


@pytest.mark.parametrize(
    ("code", "entry", "department"),
    [
        ("12441500196720244T3442199806003", "442199806003", "12441500196720244T"),
        ("511Z07001006-511602000000-000-11511301008778183N-1-00", "511Z07001006", "11511301008778183N"),
        ("511A0138000000-511602000000-000-115113010833722043-1-00", "~", "115113010833722043"),
        ("ANYTHING", "~", ""),
    ],
)
def test_what_a_code_tells(code: str, entry: str, department: str) -> None:
    assert codes.entry_code("", code).startswith(entry)
    assert len(codes.entry_code("", code)) == 12
    assert codes.department_code_in(code) == department


KNOWN = (
    Known(1, "桥西区经济和信息化局", "区经信局", "C1", 1100),
    Known(2, "桥西区卫生健康局", "区卫健局", "C2", 1100),
    Known(3, "云溪市卫生健康委员会", "卫健委", "C3", 1000),
    Known(4, "云溪市公安局交通警察支队", "交警支队", "C4", 1000),
    Known(5, "桥西区第一学校", "一校", "C5", 1100),
    Known(6, "桥西区第一学校东校区", "一校", "C6", 1100),
)


@pytest.mark.parametrize(
    ("name", "code", "unit"),
    [
        ("区经信局", "", 1),
        ("经济和信息化局", "", 1),
        ("桥西区卫健委", "", 2),
        ("云溪市卫生健康委员会", "", 3),
        ("谁也不知道", "C4", 4),
        ("云溪市桥西区卫生健康局", "", 2),
        ("云溪市桥西区溪源街道卫健局", "", None),
        ("溪源街道卫健局", "", None),
        ("一校", "", None),
        ("区教育局", "", None),
    ],
)
def test_departments_are_found_by_code_name_and_meaning(name: str, code: str, unit: int | None) -> None:
    units = Units(KNOWN, 1100, ("桥西区", "云溪市"), (Place("溪源街道", 1101),))
    assert units.find(name, code) == unit


def test_a_department_of_a_part_is_never_taken_for_the_one_of_the_whole() -> None:
    units = Units(KNOWN, 1000, ("云溪市",), (Place("桥西区", 1100), Place("云山区", 1200)))
    assert units.find("云溪市桥西区卫健局", "") == 2
    assert units.find("云溪市云山区卫健局", "") is None
    assert units.find("卫健委", "") == 3


def test_a_code_inside_an_item_code_counts_only_where_the_name_is_unknown() -> None:
    units = Units(KNOWN, 1100, ("桥西区", "云溪市"), ())
    assert units.find("区经信局", "", "C2") == 1
    assert units.find("谁也不知道", "", "C2") == 2


def test_short_names_leave_the_region_out() -> None:
    assert short_name_of("云溪市侨务办公室", ["云溪市"]) == "侨务办公室"

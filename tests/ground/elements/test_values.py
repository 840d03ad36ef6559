"""What people type, what is stored, what is shown."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.ground.elements import Code, CodeList, ElementDefinition, accept, display, mask, parse, to_input
from tongban.ground.errors import Refusal

KINDS = CodeList("hygiene_place", (Code("barber", "理发店"), Code("hotel", "宾馆"), Code("pool", "游泳馆")))


def element(kind, name="项目", **more):
    return ElementDefinition("place.x", name, kind, **more)


DEFINITIONS = {
    "text": element("text"),
    "long_text": element("long_text"),
    "integer": element("integer", unit="人"),
    "decimal": element("decimal", unit="平方米"),
    "money": element("money"),
    "date": element("date"),
    "boolean": element("boolean"),
    "code": element("code", code_list=KINDS),
    "codes": element("codes", code_list=KINDS),
    "id_number": element("id_number", sensitivity="personal"),
    "uscc": element("uscc"),
    "mobile": element("mobile", sensitivity="personal"),
    "address": element("address", sensitivity="personal"),
}


@pytest.mark.parametrize(
    ("kind", "raw", "value", "shown"),
    [
        ("text", "  云溪 理发店 \n", "云溪 理发店", "云溪 理发店"),
        ("long_text", "一\r\n二  \r\n", "一\n二", "一\n二"),
        ("integer", " １,２００ 人", 1200, "1,200 人"),
        ("integer", "-3", -3, "-3 人"),
        ("decimal", "120.50", "120.5", "120.5 平方米"),
        ("decimal", "1,200平方米", "1200", "1,200 平方米"),
        ("decimal", "-0.00", "0", "0 平方米"),
        ("money", "¥1,200.5", 120050, "1,200.50 元"),
        ("money", "1200元", 120000, "1,200 元"),
        ("money", "-0.05", -5, "-0.05 元"),
        ("date", "2026-3-5", "2026-03-05", "2026年3月5日"),
        ("date", "２０２６年03月05日", "2026-03-05", "2026年3月5日"),
        ("date", "20260305", "2026-03-05", "2026年3月5日"),
        ("date", "2026/3/5", "2026-03-05", "2026年3月5日"),
        ("boolean", "on", True, "是"),
        ("boolean", "否", False, "否"),
        ("code", " barber ", "barber", "理发店"),
        ("codes", "pool, barber,pool", ["barber", "pool"], "理发店、游泳馆"),
        ("id_number", "11010519491231002x", "11010519491231002X", "11010519491231002X"),
        ("uscc", "91350100m000100y43", "91350100M000100Y43", "91350100M000100Y43"),
        ("mobile", "+86 138 0013 8000", "13800138000", "13800138000"),
        ("address", "云溪市临川区\t人民路12号", "云溪市临川区 人民路12号", "云溪市临川区 人民路12号"),
    ],
)
def test_what_is_typed_is_stored_and_shown(kind, raw, value, shown):
    definition = DEFINITIONS[kind]
    assert parse(definition, raw) == value
    assert display(definition, value) == shown
    json.dumps(value)


@pytest.mark.parametrize(
    ("kind", "raw", "code"),
    [
        ("text", "  ", "element.empty"),
        ("text", "\u200b\ufeff", "element.empty"),
        ("text", "a\x00b", "element.character"),
        ("text", "\ud800", "element.character"),
        ("text", "甲\u202e乙", "element.character"),
        ("text", "长" * 201, "element.length"),
        ("integer", "12.5", "element.integer"),
        ("integer", "1e3", "element.integer"),
        ("integer", "1,2", "element.integer"),
        ("integer", "9" * 16, "element.integer"),
        ("integer", "٣", "element.integer"),
        ("decimal", "NaN", "element.decimal"),
        ("decimal", "1.2345678", "element.decimal"),
        ("money", "1.005", "element.money"),
        ("date", "2026-02-30", "element.date"),
        ("date", "2026-1/2", "element.date"),
        ("date", "明天", "element.date"),
        ("boolean", "maybe", "element.boolean"),
        ("code", "school", "element.code"),
        ("codes", "barber,school", "element.code"),
        ("codes", " , ", "element.empty"),
        ("id_number", "110105194912310021", "id_number.check_digit"),
        ("uscc", "9135", "uscc.length"),
        ("mobile", "12345", "mobile.format"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_field(kind, raw, code):
    with pytest.raises(Refusal) as refused:
        parse(DEFINITIONS[kind], raw)
    assert (refused.value.code, refused.value.field) == (code, "place.x")
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("definition", "raw", "told"),
    [
        (element("decimal", "场所面积", unit="平方米", min="10", max="5000"), "9.99", "场所面积不能小于 10 平方米"),
        (
            element("decimal", "场所面积", unit="平方米", min="10", max="5000"),
            "5000.01",
            "场所面积不能大于 5,000 平方米",
        ),
        (element("money", "押金", max=100_00), "100.01", "押金不能大于 100 元"),
        (element("date", "开业日期", min="2026-01-01"), "2025-12-31", "开业日期不能小于 2026年1月1日"),
        (element("integer", "人数", min=1), "0", "人数不能小于 1"),
        (element("text", "店名", max_length=3), "云溪理发", "店名最多 3 个字，现在是 4 个字"),
    ],
)
def test_a_value_out_of_bounds_is_told_with_the_bound(definition, raw, told):
    with pytest.raises(Refusal) as refused:
        parse(definition, raw)
    assert refused.value.sentence == told


@pytest.mark.parametrize("bound", ["10", "5000", "10.0"])
def test_the_bounds_themselves_are_inside(bound):
    parse(element("decimal", min="10", max="5000"), bound)


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        ("person_name", ["张三", "王𬭎", "㼆", "阿卜杜拉·买买提", "John O'Neil"], ["张3", "·", "张三·", "<b>"]),
        ("email", ["a.b@x.cn", "ａ@x.cn"], ["a@", "a b@x.cn", "a@x"]),
        ("bank_account", ["6222 0212 3456 7890 123"], ["1234567", "62220212345678901234567890123456"]),
        ("landline", ["0937-1234567", "02012345678-801", "400-123-4567"], ["12345", "13800138000"]),
        ("postcode", ["735100"], ["73510"]),
        ("vehicle_plate", ["甘B12345", "甘BD12345"], ["B12345"]),
    ],
)
def test_a_named_pattern_knows_good_from_bad(pattern, good, bad):
    definition = element("text", pattern_name=pattern)
    for text in good:
        parse(definition, text)
    for text in bad:
        with pytest.raises(Refusal) as refused:
            parse(definition, text)
        assert refused.value.code == "element.pattern"


@pytest.mark.parametrize(
    ("definition", "value", "shown"),
    [
        (element("id_number", sensitivity="sensitive"), "11010519491231002X", "110***********002X"),
        (element("mobile", sensitivity="personal"), "13800138000", "138****8000"),
        (element("mobile", sensitivity="public"), "13800138000", "13800138000"),
        (element("address", sensitivity="personal"), "云溪市临川区人民路12号", "云溪市临川区****"),
        (element("text", sensitivity="personal", pattern_name="person_name"), "张三丰", "张*丰"),
        (
            element("text", sensitivity="personal", pattern_name="bank_account"),
            "6222021234567890123",
            "6222***********0123",
        ),
        (element("text", sensitivity="sensitive"), "病史", "****"),
        (element("integer", sensitivity="sensitive"), 7, "****"),
        (element("integer", unit="人", sensitivity="internal"), 7, "7 人"),
    ],
)
def test_personal_values_are_masked_and_others_shown(definition, value, shown):
    assert mask(definition, value) == shown


def values_of(kind):
    return {
        "integer": st.integers(-(10**14), 10**14),
        "money": st.integers(-(10**14), 10**14),
        "decimal": st.decimals(-(10**9), 10**9, places=6).map(
            lambda number: parse(DEFINITIONS["decimal"], f"{number:f}")
        ),
        "date": st.dates(date(1000, 1, 1)).map(date.isoformat),
        "boolean": st.booleans(),
        "code": st.sampled_from(["barber", "hotel", "pool"]),
        "codes": st.sets(st.sampled_from(["barber", "hotel", "pool"]), min_size=1).map(sorted),
        "mobile": st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    }[kind]


@given(st.data(), st.sampled_from(["integer", "money", "decimal", "date", "boolean", "code", "codes", "mobile"]))
def test_what_stands_in_the_field_reads_back_as_the_value(data, kind):
    definition, value = DEFINITIONS[kind], data.draw(values_of(kind))
    assert parse(definition, to_input(definition, value)) == value
    assert accept(definition, value) == value
    assert display(definition, value)
    if kind in ("integer", "money", "decimal", "date", "mobile"):
        assert parse(definition, display(definition, value)) == value  # people copy what they read


@given(st.text(max_size=60))
def test_a_text_once_accepted_is_stable(raw):
    for kind in ("text", "long_text", "address"):
        try:
            value = parse(DEFINITIONS[kind], raw)
        except Refusal:
            continue
        assert parse(DEFINITIONS[kind], value) == value
        assert "\x00" not in value
        value.encode()


NONSENSE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.decimals(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(NONSENSE, st.sampled_from(sorted(DEFINITIONS)))
def test_nonsense_is_refused_at_its_field(value, kind):
    definition = DEFINITIONS[kind]
    for read in (parse, accept):
        try:
            read(definition, value)
        except Refusal as refused:
            assert refused.field == "place.x"
            assert refused.sentence
    for show in (display, to_input):
        try:
            assert isinstance(show(definition, value), str)
        except Refusal as refused:
            assert refused.code == "element.value"


def test_a_decimal_is_exact():
    assert Decimal(parse(DEFINITIONS["decimal"], "0.1")) * 3 == Decimal("0.3")

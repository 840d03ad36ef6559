"""Masking: the vectors of the checklist, and that nothing leaks and nothing is raised for odd values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.ground import masking


@pytest.mark.parametrize(
    ("how", "value", "shown"),
    [
        (masking.mask_id_number, "11010519491231002X", "110***********002X"),
        (masking.mask_id_number, "110105491231002", "110********1002"),
        (masking.mask_id_number, "1101051949", "**********"),
        (masking.mask_mobile, "13800138000", "138****8000"),
        (masking.mask_mobile, "0937123", "*******"),
        (masking.mask_name, "张三", "张*"),
        (masking.mask_name, "张三丰", "张*丰"),
        (masking.mask_name, "欧阳娜娜", "欧阳**"),
        (masking.mask_name, "欧阳修", "欧阳*"),
        (masking.mask_name, "欧阳", "欧*"),
        (masking.mask_name, "迪丽热巴", "迪**巴"),
        (masking.mask_name, "阿卜杜拉·买买提", "阿*******"),
        (masking.mask_name, "王𬭎", "王*"),
        (masking.mask_name, "John Smith", "J*********"),
        (masking.mask_name, "王", "*"),
        (masking.mask_name, "", ""),
        (masking.mask_bank, "6222021234567890123", "6222***********0123"),
        (masking.mask_bank, "12345678", "********"),
        (masking.mask_address, "云溪市临川区人民路12号3单元", "云溪市临川区****"),
        (masking.mask_address, "甘肃省嘉峪关市文殊镇团结村5组", "甘肃省嘉峪关市文殊镇****"),
        (masking.mask_address, "嘉峪关市人民路12号", "嘉峪关市****"),
        (masking.mask_address, "新疆维吾尔自治区乌鲁木齐市天山区解放路1号", "新疆维吾尔自治区乌鲁木齐市天山区****"),
        (masking.mask_address, "幸福小区3栋", "****"),
        (masking.mask_address, "3号楼东城区", "****"),
        (masking.mask_address, "", ""),
        (masking.mask_email, "anna@x.cn", "a***@x.cn"),
        (masking.mask_email, "no address", "***"),
        (masking.mask_email, "", ""),
    ],
)
def test_a_value_is_shown_masked(how, value, shown):
    assert how(value) == shown


@given(st.from_regex(r"[0-9]{17}[0-9X]", fullmatch=True))
def test_an_id_number_keeps_seven_characters_only(value):
    assert masking.mask_id_number(value).replace("*", "") == value[:3] + value[-4:]


@given(st.text(alphabet="张王李欧阳司马娜三丰𬭎㼆·", min_size=2, max_size=12))
def test_a_name_of_two_or_more_characters_never_stands_whole(name):
    assert "*" in masking.mask_name(name)
    assert masking.mask_name(name) != name


@given(st.text(max_size=60))
def test_masking_never_raises_and_hides_the_house(text):
    for how in (
        masking.mask_id_number,
        masking.mask_mobile,
        masking.mask_name,
        masking.mask_bank,
        masking.mask_email,
    ):
        assert isinstance(how(text), str)
    assert not any(digit in masking.mask_address(text) for digit in "0123456789")

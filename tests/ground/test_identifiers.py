"""Vectors of GB 11643, GB 32100 and GB/T 36904, the forgiving of what people type, and the silence about the value."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.ground import identifiers, moment
from tongban.ground.errors import Refusal
from tongban.ground.identifiers import (
    licence_check_character,
    parse_id_number,
    parse_licence_identifier,
    parse_mobile,
    parse_uscc,
)

ROOT = "1.2.156.3005.2.11100000MB0000000X001.11620200MB0000019Q."


@pytest.mark.parametrize(
    ("text", "value", "birth", "gender", "area", "document"),
    [
        ("11010519491231002X", "11010519491231002X", date(1949, 12, 31), "female", "110105", "resident"),
        ("11010519491231002x", "11010519491231002X", date(1949, 12, 31), "female", "110105", "resident"),
        (" 110105 19491231 002X ", "11010519491231002X", date(1949, 12, 31), "female", "110105", "resident"),
        ("１１０１０５19491231００２ｘ", "11010519491231002X", date(1949, 12, 31), "female", "110105", "resident"),
        ("440524188001010014", "440524188001010014", date(1880, 1, 1), "male", "440524", "resident"),
        ("110105189001010011", "110105189001010011", date(1890, 1, 1), "male", "110105", "resident"),
        ("620200189502281243", "620200189502281243", date(1895, 2, 28), "female", "620200", "resident"),
        ("110105491231002", "11010519491231002X", date(1949, 12, 31), "female", "110105", "resident"),
        ("810000189909091016", "810000189909091016", date(1899, 9, 9), "male", "810000", "residence_permit"),
        ("820000189812310122", "820000189812310122", date(1898, 12, 31), "female", "820000", "residence_permit"),
        ("830000189706151043", "830000189706151043", date(1897, 6, 15), "female", "830000", "residence_permit"),
        ("932682198501010017", "932682198501010017", date(1985, 1, 1), "male", "320000", "foreign_permanent_resident"),
        (
            "911124198108030024",
            "911124198108030024",
            date(1981, 8, 3),
            "female",
            "110000",
            "foreign_permanent_resident",
        ),
    ],
)
def test_an_id_number_is_read(text, value, birth, gender, area, document):
    found = parse_id_number(text)
    assert (found.value, found.birth, found.gender, found.area, found.document) == (
        value,
        birth,
        gender,
        area,
        document,
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "id_number.empty"),
        ("  　", "id_number.empty"),
        ("1101051949123100", "id_number.length"),
        ("11010519491231002XX", "id_number.length"),
        ("1101O519491231002X", "id_number.character"),
        ("X10105194912310020", "id_number.character"),
        ("٣10105194912310021", "id_number.character"),
        ("110105194912310021", "id_number.check_digit"),
        ("110105190002290017", "id_number.birth"),
        ("840000189706151045", "id_number.area"),
        ("932682198501010018", "id_number.check_digit"),
        ("939682198501010013", "id_number.area"),
        (None, "id_number.empty"),
        (110105194912310021, "id_number.empty"),
    ],
)
def test_a_wrong_id_number_is_refused_with_its_reason(text, code):
    with pytest.raises(Refusal) as refused:
        parse_id_number(text)
    assert refused.value.code == code
    assert refused.value.remedy


def test_a_person_is_not_born_tomorrow():
    body = "11010520261123001"
    number = body + identifiers.id_check_digit(body)
    with moment.at(datetime(2026, 11, 22, 15, 59, tzinfo=UTC)), pytest.raises(Refusal) as refused:
        parse_id_number(number)
    assert refused.value.code == "id_number.birth"
    with moment.at(datetime(2026, 11, 22, 16, 0, tzinfo=UTC)):  # midnight in Shanghai
        assert parse_id_number(number).birth == date(2026, 11, 23)


def test_neither_the_sentence_nor_the_representation_tells_the_number():
    for wrong in ("110105194912310021", "110105190002290017", "840000189706151045"):
        with pytest.raises(Refusal) as refused:
            parse_id_number(wrong)
        told = refused.value.sentence + refused.value.remedy + str(refused.value)
        assert not any(wrong[place : place + 5] in told for place in range(14))
    assert "1949" not in repr(parse_id_number("11010519491231002X"))


BODY = "11010518900101001"


@given(st.integers(0, 16), st.sampled_from("0123456789"))
def test_every_single_wrong_digit_is_found(place, digit):
    changed = BODY[:place] + digit + BODY[place + 1 :] + identifiers.id_check_digit(BODY)
    if digit == BODY[place]:
        assert parse_id_number(changed).value == changed
    else:
        with pytest.raises(Refusal) as refused:
            parse_id_number(changed)
        assert refused.value.code == "id_number.check_digit"


@pytest.mark.parametrize(
    "code",
    [
        "91350100M000100Y43",
        "91110000600037341L",
        "11620200MB0000019Q",
        "12620201MB0A12342J",
        "51620200MJX000018K",
        "92620200MA7LQRTX99",
        "93620201MAC0DEF117",
        "91330100MA2GHJKL94",
    ],
)
def test_a_credit_code_is_read_as_people_type_it(code):
    assert parse_uscc(code) == code
    assert parse_uscc(f" {code[:4].lower()} {code[4:]}　") == code
    assert parse_uscc("".join(chr(ord(character) + 0xFEE0) for character in code)) == code


@pytest.mark.parametrize(
    ("text", "refusal", "told"),
    [
        ("", "uscc.empty", "没有填写"),
        ("91350100M000100Y4", "uscc.length", "17 位"),
        ("91350100M000100Y4A", "uscc.check_digit", "校验码"),
        ("19350100M000100Y43", "uscc.check_digit", "校验码"),
        ("91350100M000100O43", "uscc.character", "第 16 位是字母 O"),
        ("9135010#M000100Y43", "uscc.character", "第 8 位"),
    ],
)
def test_a_wrong_credit_code_is_refused_with_its_reason(text, refusal, told):
    with pytest.raises(Refusal) as refused:
        parse_uscc(text)
    assert refused.value.code == refusal
    assert told in refused.value.sentence


def test_a_right_outer_check_does_not_hide_a_wrong_organisation_code():
    body = "91350100M000100Y5"  # the organisation's own check character is 4
    with pytest.raises(Refusal) as refused:
        parse_uscc(body + identifiers.uscc_check_character(body))
    assert refused.value.code == "uscc.check_digit"


@pytest.mark.parametrize(
    "text",
    ["13800138000", " 138 0013 8000 ", "+86 13800138000", "008613800138000", "8613800138000", "１３８-0013-8000"],
)
def test_a_mobile_number_is_stored_as_eleven_digits(text):
    assert parse_mobile(text) == "13800138000"


@pytest.mark.parametrize("text", ["", "1380013800", "138001380000", "12800138000", "0937-1234567", "1380013800a", None])
def test_a_wrong_mobile_number_is_refused(text):
    with pytest.raises(Refusal) as refused:
        parse_mobile(text)
    assert refused.value.code in ("mobile.empty", "mobile.format")


def test_the_licence_check_character_is_that_of_the_standard():
    assert licence_check_character("A12425GABC1234002") == "M"  # the GRid reference
    for tail in (
        "2026000001.001.S",
        "2026000001.002.Q",
        "JY16202000000012.001.L",
        "0123456789ABCDEFGHIJ.001.M",
    ):
        assert parse_licence_identifier(ROOT + tail) == ROOT + tail
        assert licence_check_character((ROOT + tail)[:-2]) == tail[-1]


@pytest.mark.parametrize(
    ("tail", "code"),
    [
        ("2026000001.001.T", "licence_identifier.check_digit"),
        ("2026000001.1.S", "licence_identifier.format"),
        ("", "licence_identifier.format"),
    ],
)
def test_a_wrong_licence_identifier_is_refused(tail, code):
    with pytest.raises(Refusal) as refused:
        parse_licence_identifier(ROOT + tail)
    assert refused.value.code == code


@given(st.text(max_size=40) | st.none() | st.integers() | st.binary(max_size=8))
def test_nothing_but_a_refusal_comes_out_of_nonsense(text):
    for parse in (parse_id_number, parse_uscc, parse_mobile, parse_licence_identifier, licence_check_character):
        try:
            parse(text)
        except Refusal as refused:
            assert refused.sentence
            assert refused.remedy

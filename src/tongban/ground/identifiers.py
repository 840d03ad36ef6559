"""Identifiers that carry a check character: resident ID number, credit code, licence identifier; and mobile numbers.

Every ``parse_*`` takes what a person typed (blanks, hyphens, full-width digits, lower-case letters are forgiven), gives
the one stored form, and raises :class:`~tongban.ground.errors.Refusal` with a sentence that says what is wrong and a
remedy. The sentence never holds the full number. Sources: GB 11643-1999, GB 32100-2015, GB 11714, GB/T 36904-2018,
ISO 7064.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tongban.ground import moment
from tongban.ground.errors import Refusal

Gender = Literal["male", "female"]
IdDocument = Literal["resident", "residence_permit", "foreign_permanent_resident"]

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"
# Province codes of GB/T 2260. County codes die while ID numbers do not: only the province is a hard check.
_PROVINCES = frozenset(
    (
        *("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37"),
        *("41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71"),
    )
)
# Residence permits for Hong Kong, Macao and Taiwan residents (from 2018-09-01) have one fixed area code each.
_PERMIT_AREAS = frozenset(("810000", "820000", "830000"))
_OLDEST_YEAR = 1800

_USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUE = {character: index for index, character in enumerate(_USCC_ALPHABET)}
_USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_USCC_LOOKALIKE = {"I": "数字 1", "O": "数字 0", "S": "数字 5", "V": "字母 U 或 Y", "Z": "数字 2"}
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

_LICENCE_ROOT = "1.2.156.3005.2."
_LICENCE_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LICENCE_BODY = re.compile(r"[0-9A-Z]{21}\.[0-9A-Z]{18}\.[0-9A-Z]{1,40}\.[0-9]{3}")

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_NO_MEANING = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")
_DASHES = re.compile(r"[-\u2010-\u2015]+")


@dataclass(frozen=True, slots=True)
class IdNumber:
    """An ID number that passed every check, and what it says by itself.

    :param value: 18 characters, ``X`` in upper case.
    :param birth: date of birth.
    :param gender: from the parity of the sequence number.
    :param area: six digits of the area of first registration (for a foreigner's card: province of application + 0000).
    :param document: which card carries such a number.
    """

    value: str
    birth: date
    gender: Gender
    area: str
    document: IdDocument = "resident"

    def __repr__(self) -> str:
        return "IdNumber(***)"  # a number in a traceback or a log is a leak


def tidy(text: object) -> str:
    """Upper case, half width, without blanks and invisible characters; not a text: empty."""
    if not isinstance(text, str):
        return ""
    return _NO_MEANING.sub("", text.translate(_FULL_WIDTH)).upper()


def half_width(text: str) -> str:
    """Full-width letters, digits and signs as their half-width twins."""
    return text.translate(_FULL_WIDTH)


def id_check_digit(body: str) -> str:
    """ISO 7064 MOD 11-2 check character of the first 17 digits of an ID number."""
    return _ID_CHECK[sum(int(digit) * weight for digit, weight in zip(body, _ID_WEIGHTS, strict=True)) % 11]


def parse_id_number(text: str) -> IdNumber:
    """The ID number of a resident (18, or 15 digits of the first generation), of a resident from Hong Kong, Macao or
    Taiwan, or of a foreigner's permanent residence card (2023 edition).

    :raises Refusal: ``id_number.empty | length | character | check_digit | area | birth``.
    """
    value = _DASHES.sub("", tidy(text))
    if not value:
        raise Refusal("id_number.empty", "没有填写身份证号码", remedy="请填写 18 位公民身份号码")
    if re.fullmatch(r"[0-9]{15}", value):
        body = f"{value[:6]}19{value[6:]}"
        value = body + id_check_digit(body)
    if len(value) != 18:
        raise Refusal(
            "id_number.length",
            f"身份证号码应为 18 位，现在是 {len(value)} 位",
            remedy="请对照身份证逐位核对，不要多填或漏填",
        )
    if not re.fullmatch(r"[0-9]{17}[0-9X]", value):
        raise Refusal(
            "id_number.character",
            "身份证号码里有不该出现的字符",
            remedy="前 17 位只能是数字，最后一位是数字或字母 X",
        )
    if id_check_digit(value[:17]) != value[17]:
        raise Refusal(
            "id_number.check_digit",
            "身份证号码的最后一位（校验码）与前面 17 位对不上",
            remedy="通常是有一位填错，或相邻两位填反，请对照身份证重新填写",
        )
    area, document = _area_of(value)
    return IdNumber(value, _birth_of(value), "male" if int(value[16]) % 2 else "female", area, document)


def _area_of(value: str) -> tuple[str, IdDocument]:
    if value[:6] in _PERMIT_AREAS:
        return value[:6], "residence_permit"
    if value[0] == "9" and value[1:3] in _PROVINCES:
        return f"{value[1:3]}0000", "foreign_permanent_resident"
    if value[:2] in _PROVINCES:
        return value[:6], "resident"
    raise Refusal("id_number.area", "身份证号码开头的地区代码不存在", remedy="请核对身份证号码的前 6 位")


def _birth_of(value: str) -> date:
    birth: date | None
    try:
        birth = date(int(value[6:10]), int(value[10:12]), int(value[12:14]))
    except ValueError:
        birth = None
    if birth is None or birth.year < _OLDEST_YEAR or birth > moment.today():
        raise Refusal(
            "id_number.birth", "身份证号码里的出生日期不存在或还没有到", remedy="请核对身份证号码的第 7 至 14 位"
        ) from None
    return birth


def uscc_check_character(body: str) -> str:
    """GB 32100 check character of the first 17 characters of a unified social credit code."""
    total = sum(_USCC_VALUE[character] * weight for character, weight in zip(body, _USCC_WEIGHTS, strict=True))
    return _USCC_ALPHABET[(31 - total % 31) % 31]


def organisation_check_character(body: str) -> str:
    """GB 11714 check character of the eight characters of an organisation code."""
    total = sum(int(character, 36) * weight for character, weight in zip(body, _ORGANISATION_WEIGHTS, strict=True))
    return "0X987654321"[total % 11] if total % 11 else "0"


def parse_uscc(text: str) -> str:
    """The unified social credit code: 18 characters, upper case, both check characters right.

    The meaning of the first two characters and the division code are not hard checks (the code table has amendments).

    :raises Refusal: ``uscc.empty | length | character | check_digit``.
    """
    value = _DASHES.sub("", tidy(text))
    if not value:
        raise Refusal("uscc.empty", "没有填写统一社会信用代码", remedy="请填写营业执照或登记证书上的 18 位代码")
    if len(value) != 18:
        raise Refusal(
            "uscc.length",
            f"统一社会信用代码应为 18 位，现在是 {len(value)} 位",
            remedy="请对照营业执照或登记证书逐位核对；15 位的旧注册号请先换发新照",
        )
    for place, character in enumerate(value, start=1):
        if character in _USCC_LOOKALIKE:
            raise Refusal(
                "uscc.character",
                f"统一社会信用代码第 {place} 位是字母 {character}，代码里不用 I、O、S、V、Z 这五个字母",
                remedy=f"请看清这一位，多半是{_USCC_LOOKALIKE[character]}",
            )
        if character not in _USCC_VALUE:
            raise Refusal(
                "uscc.character",
                f"统一社会信用代码第 {place} 位不是数字或大写字母",
                remedy="请只填写数字和大写英文字母",
            )
    if organisation_check_character(value[8:16]) != value[16] or uscc_check_character(value[:17]) != value[17]:
        raise Refusal(
            "uscc.check_digit",
            "统一社会信用代码的校验码对不上",
            remedy="通常是有一位填错，或相邻两位填反，请对照营业执照或登记证书重新填写",
        )
    return value


def parse_mobile(text: str) -> str:
    """The eleven digits of a mobile number of the mainland; ``+86``, ``0086``, blanks and hyphens are forgiven.

    :raises Refusal: ``mobile.empty | mobile.format``.
    """
    value = _DASHES.sub("", tidy(text)).strip("()")
    if not value:
        raise Refusal("mobile.empty", "没有填写手机号码", remedy="请填写 11 位手机号码")
    value = re.sub(r"\A(?:\+86|0086|86(?=1[0-9]{10}\Z))", "", value)
    if re.fullmatch(r"1[3-9][0-9]{9}", value):
        return value
    if re.fullmatch(r"[0-9]+", value) and len(value) != 11:
        sentence = f"手机号码应为 11 位数字，现在是 {len(value)} 位"
    else:
        sentence = "手机号码应为 1 开头的 11 位数字"
    raise Refusal("mobile.format", sentence, remedy="请核对后重新填写，座机号码请填在固定电话一栏")


def licence_check_character(body: str) -> str:
    """ISO/IEC 7064 MOD 37,36 check character of a licence identifier (GB/T 36904-2018).

    :param body: type code + issuer code + serial + version, with or without the dots and the root ``1.2.156.3005.2``.
    :raises Refusal: ``licence_identifier.character``.
    """
    text = tidy(body).removeprefix(_LICENCE_ROOT).replace(".", "")
    if not re.fullmatch(r"[0-9A-Z]+", text):
        raise Refusal(
            "licence_identifier.character", "电子证照标识只能由数字和大写字母组成", remedy="请核对证照标识后重新填写"
        )
    product = 36
    for character in text:
        total = (product + _LICENCE_ALPHABET.index(character)) % 36 or 36
        product = total * 2 % 37
    return _LICENCE_ALPHABET[(37 - product) % 36]


def parse_licence_identifier(text: str) -> str:
    """A whole licence identifier with root and check character, as stored.

    :raises Refusal: ``licence_identifier.format | check_digit``.
    """
    body, _, check = tidy(text).removeprefix(_LICENCE_ROOT).rpartition(".")
    if not _LICENCE_BODY.fullmatch(body):
        raise Refusal(
            "licence_identifier.format",
            "电子证照标识的格式不对",
            remedy="标识由证照类型、颁发机构、流水号、版本号和校验位五段组成，用点分开",
        )
    if check != licence_check_character(body):
        raise Refusal(
            "licence_identifier.check_digit",
            "电子证照标识的校验位对不上",
            remedy="请对照证照上的标识逐位核对，或直接扫描证照上的二维码",
        )
    return f"{_LICENCE_ROOT}{body}.{check}"

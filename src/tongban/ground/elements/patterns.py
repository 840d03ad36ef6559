"""Named patterns of single-line texts: what an element may ask for without anybody writing a regular expression."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pattern:
    """A form that a text must have.

    :param expression: matched against the whole tidy text; every one of them runs in linear time.
    :param sentence: what is wrong, continues ``{name}``.
    :param remedy: what to do, with an example.
    """

    expression: re.Pattern[str]
    sentence: str
    remedy: str


PATTERNS: dict[str, Pattern] = {
    "person_name": Pattern(
        re.compile(r"[^\W\d_](?:[^\W\d_]|[·•. '’-]){0,98}[^\W\d_]|[^\W\d_]"),
        "里有不该出现的字符",
        "请填写身份证件上的姓名，少数民族姓名可以用间隔号“·”",
    ),
    "email": Pattern(
        re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"),
        "的格式不对",
        "请填写完整的电子邮箱，例如 name@example.cn",
    ),
    "bank_account": Pattern(re.compile(r"[0-9]{8,30}"), "应为 8 至 30 位数字", "请填写银行卡或存折上的账号"),
    "landline": Pattern(
        re.compile(r"0[0-9]{2,3}-?[0-9]{7,8}(?:-[0-9]{1,6})?|[48]00-?[0-9]{3}-?[0-9]{4}"),
        "的格式不对",
        "请填写区号和号码，例如 0937-1234567",
    ),
    "postcode": Pattern(re.compile(r"[0-9]{6}"), "应为 6 位数字", "请填写邮政编码"),
    "vehicle_plate": Pattern(
        re.compile(r"[\u4e00-\u9fff][A-Z][A-Z0-9]{4,5}[A-Z0-9挂学警港澳]"),
        "的格式不对",
        "请填写机动车行驶证上的号牌号码",
    ),
}

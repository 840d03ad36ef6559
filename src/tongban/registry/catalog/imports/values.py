"""Words of a list as the few closed values of a listing: types, limits, visits, audiences, ways. Pure.

What is not known stays words: the reader of a row keeps it beside, nothing is guessed. Codes are those of the national
exchange tables (item types 01, 05, 07-10, 20; case types 1 and 2; units G and Z).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tongban.ground.identifiers import half_width
from tongban.registry.catalog.imports.faults import Unreadable
from tongban.registry.catalog.taxonomy import APPLICATION_MODES, DOMAINS, ITEM_TYPES, LIFE_STAGES, SCOPES
from tongban.registry.catalog.themes import THEMES

NOTHING = frozenset(
    {"", "无", "/", "\\", "-", "--", "—", "——", "暂无", "不涉及", "未填写", "空", "null", "none", "n/a"}
)
_PARTS = re.compile(r"[\n；;、,，|/]+")
_LINES = re.compile(r"\n+")
_MATERIAL_PARTS = re.compile(r"[\n；;]+")
_LIMIT = re.compile(r"(\d+)\s*个?(工作日|自然日|日历日|天|日|小时|分钟|月|年|周)?(?:以?内|办结|内办结)?$")
_VISITS = re.compile(r"(?:最多|至多|至少|需)?(?:跑|到现场|到办事现场)?([0-9]{1,2}|[零〇一二两三四五])(?:次|趟)?$")
_CHINESE = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5}
MOST_DAYS = 9999

_TYPE_CODES = {
    "1": "licensing",
    "5": "payment",
    "7": "confirmation",
    "8": "award",
    "9": "adjudication",
    "10": "other_power",
    "20": "public_service",
}
_TYPE_WORDS = {words: key for key, words in ITEM_TYPES.items()} | {
    "其他权力": "other_power",
    "其他行政权力（备案）": "filing",
    "备案": "filing",
    "公共服务事项": "public_service",
}
_NOT_ON_APPLICATION = frozenset({"行政处罚", "行政强制", "行政征收", "行政检查", "行政征用"})
_NOT_ON_APPLICATION_CODES = frozenset({"2", "3", "4", "6"})
_CASE_TYPES = {
    "instant": "instant", "即办件": "instant", "即办": "instant", "1": "instant",
    "promised": "promised", "承诺件": "promised", "承诺办件": "promised", "2": "promised",
}  # fmt: skip
CASE_TYPES: Mapping[str, str] = {"instant": "即办件", "promised": "承诺件"}
_AUDIENCE = {
    "person": ("person",), "自然人": ("person",), "个人": ("person",), "公民": ("person",), "1": ("person",),
    "organisation": ("organisation",), "法人": ("organisation",), "企业": ("organisation",),
    "企业法人": ("organisation",), "事业法人": ("organisation",), "社会组织法人": ("organisation",),
    "非法人企业": ("organisation",), "行政机关": ("organisation",), "其他组织": ("organisation",),
    "非法人组织": ("organisation",), "法人及其他组织": ("organisation",), "法人或其他组织": ("organisation",),
    "2": ("organisation",), "3": ("organisation",),
    "自然人和法人": ("person", "organisation"), "自然人及法人": ("person", "organisation"),
}  # fmt: skip
AUDIENCES: Mapping[str, str] = {"person": "自然人", "organisation": "法人"}
_MODES = {words: key for key, words in APPLICATION_MODES.items()} | {
    "网上": "online", "网上办理": "online", "线上": "online", "在线申请": "online", "互联网": "online",
    "网络申请": "online", "窗口": "window", "窗口办理": "window", "现场": "window", "现场办理": "window",
    "线下": "window", "大厅窗口": "window", "邮寄": "post", "快递申请": "post", "邮政": "post", "电话": "phone",
    "online": "online", "window": "window", "post": "post", "phone": "phone",
}  # fmt: skip
ONLINE_DEPTH: Mapping[str, str] = {
    "consult": "互联网咨询",
    "submit": "互联网收件",
    "precheck": "互联网预审",
    "accept": "互联网受理",
    "handle": "互联网办理",
    "result": "互联网办理结果信息反馈",
    "licence": "互联网电子证照反馈",
}
_DEPTH = (
    {words: key for key, words in ONLINE_DEPTH.items()}
    | {words.removeprefix("互联网"): key for key, words in ONLINE_DEPTH.items()}
    | {key: key for key in ONLINE_DEPTH}
)
_ALL_ONLINE = frozenset({"全程网办", "全程网上办理", "全流程网办"})
_SCOPE = {words: key for key, words in SCOPES.items()} | {
    "全县": "county", "全区": "county", "全县通办": "county", "全区通办": "county", "全市": "city", "全省": "province",
    "跨省": "cross_province", "全国": "cross_province", "全国通办": "cross_province",
}  # fmt: skip
_DOMAINS = {one.name: key for key, one in DOMAINS.items()} | {key: key for key in DOMAINS}
_THEMES = {one.name: key for key, one in THEMES.items()} | {key: key for key in THEMES}
_STAGES = {one.name: key for key, one in LIFE_STAGES.items()} | {key: key for key in LIFE_STAGES}
UNITS: Mapping[str, str] = {
    "working_day": "工作日",
    "calendar_day": "自然日",
    "hour": "小时",
    "minute": "分钟",
    "month": "月",
    "year": "年",
    "at_once": "当场",
}
_UNITS = {words: key for key, words in UNITS.items()} | {
    "G": "working_day", "g": "working_day", "Z": "calendar_day", "z": "calendar_day", "天": "calendar_day",
    "日": "calendar_day", "日历日": "calendar_day", "个工作日": "working_day", "个月": "month", "即办": "at_once",
}  # fmt: skip
_AT_ONCE = frozenset({"当场", "即办", "即时", "即时办结", "当场办结", "立即", "立等可取", "现场办结"})
_YES, _NO = frozenset({"是", "1", "y", "yes", "收费", "true"}), frozenset({"否", "0", "n", "no", "不收费", "false"})


@dataclass(frozen=True)
class Limit:
    """A limit as far as it was told: number and unit (``provisions.TimeLimit``), else ``words``."""

    n: int | None = None
    unit: str = ""
    words: str = ""


def told(text: str) -> str:
    """The text, or nothing where the list says that there is nothing (无, /, —)."""
    return "" if text.strip().lower() in NOTHING else text


def parts(text: str) -> tuple[str, ...]:
    """Short words that stand in one cell: by line, semicolon, comma, 、 or stroke; each once."""
    return tuple(dict.fromkeys(part for raw in _PARTS.split(told(text)) if (part := raw.strip())))


def lines(text: str) -> tuple[str, ...]:
    """Running text by its lines."""
    return tuple(part for raw in _LINES.split(told(text)) if (part := raw.strip()))


def material_names(text: str) -> tuple[str, ...]:
    """Materials by line or semicolon: their names hold commas and 、 themselves."""
    return tuple(dict.fromkeys(part for raw in _MATERIAL_PARTS.split(told(text)) if (part := raw.strip())))


def known(text: str, table: Mapping[str, str]) -> tuple[tuple[str, ...], bool]:
    """The keys of the words that ``table`` knows, each once, and whether all words were known."""
    words = parts(text)
    keys = tuple(dict.fromkeys(table[word] for word in words if word in table))
    return keys, all(word in table for word in words)


def item_type(words: str, code: str) -> str:
    """Key of ``taxonomy.ITEM_TYPES`` by words, else by the national code; both told must agree (CAT-01)."""
    plain, number = half_width(words).strip(), half_width(code).strip().lstrip("0")
    if plain.lstrip("0").isdigit() and not number:
        plain, number = "", plain.lstrip("0")
    if plain in _NOT_ON_APPLICATION or number in _NOT_ON_APPLICATION_CODES:
        name = plain or f"编码 {code}"
        raise Unreadable(f"“{name}”不是依申请办理的事项", "只导入行政许可等依申请的权力和公共服务，删掉这一行")
    by_words = plain if plain in ITEM_TYPES else _TYPE_WORDS.get(words.strip()) or _TYPE_WORDS.get(plain, "")
    by_code = _TYPE_CODES.get(number, "")
    if plain and not by_words:
        raise Unreadable(f"没有“{words.strip()}”这种事项类型", f"写成{'、'.join(ITEM_TYPES.values())}之一")
    if number and not by_code:
        raise Unreadable(f"没有编码为 {code} 的事项类型", "写成 1、5、7、8、9、10、20 之一，或改写名称")
    if by_words and by_code and by_words != by_code and (by_words, by_code) != ("filing", "other_power"):
        raise Unreadable(f"名称“{words.strip()}”和编码 {code} 对不上", "核对事项类型，两处写成一致")
    if not (by_words or by_code):
        raise Unreadable("没有写事项类型", f"写成{'、'.join(ITEM_TYPES.values())}之一")
    return by_words or by_code


def case_type(text: str) -> str:
    """``instant``, ``promised`` or nothing."""
    plain = told(text)
    if plain and plain not in _CASE_TYPES:
        raise Unreadable(f"没有“{plain}”这种办件类型", "写成即办件或承诺件")
    return _CASE_TYPES.get(plain, "")


def audience(text: str) -> tuple[tuple[str, ...], bool]:
    """``person`` and ``organisation`` in this order, and whether all words were known."""
    words = parts(text)
    keys = {key for word in words for key in _AUDIENCE.get(word, ())}
    return tuple(key for key in AUDIENCES if key in keys), all(word in _AUDIENCE for word in words)


def limit(text: str, unit: str) -> Limit:
    """A limit from its cell and the cell of its unit: ``20`` + ``工作日``, ``20个工作日``, ``当场``; else its words."""
    plain = half_width(told(text)).strip()
    if not plain:
        return Limit()
    if plain in _AT_ONCE:
        return Limit(0, "at_once")
    found = _LIMIT.match(plain)
    if not found or found[2] == "周":
        if re.match(r"[-−]\s*\d", plain):
            raise Unreadable(f"“{text}”是负数", "写成不小于 0 的数")
        return Limit(words=text.strip())
    number, named = int(found[1]), found[2] or told(unit).strip()
    key = _UNITS.get(named, "")
    if named and not key:
        raise Unreadable(f"没有“{named}”这种时限单位", "写成工作日、自然日、小时、月或年")
    if number > MOST_DAYS:
        raise Unreadable(f"时限 {number} 太长", f"最多 {MOST_DAYS}")
    return Limit(0, "at_once") if number == 0 else Limit(number, key)


def visits(text: str) -> int | None:
    """How many times somebody has to come; None where it is not told."""
    plain = half_width(told(text)).strip()
    if not plain:
        return None
    if plain in ("不用跑", "零跑动", "不见面", "零跑腿"):
        return 0
    found = _VISITS.match(plain)
    if not found:
        raise Unreadable(f"“{text.strip()}”不是次数", "写成 0、1、2 这样的整数")
    return _CHINESE.get(found[1], -1) if found[1] in _CHINESE else int(found[1])


def application_modes(text: str) -> tuple[tuple[str, ...], bool]:
    """Keys of ``taxonomy.APPLICATION_MODES``, and whether all words were known."""
    return known(text, _MODES)


def online_depth(text: str) -> tuple[tuple[str, ...], bool]:
    """Keys of :data:`ONLINE_DEPTH`; 全程网办 is collecting, handling and the result."""
    words = parts(text)
    keys = {key for word in words if (key := _DEPTH.get(word, ""))}
    if any(word in _ALL_ONLINE for word in words):
        keys |= {"submit", "accept", "handle", "result"}
    return tuple(key for key in ONLINE_DEPTH if key in keys), all(w in _DEPTH or w in _ALL_ONLINE for w in words)


def service_scope(text: str) -> tuple[tuple[str, ...], bool]:
    """At most one key of ``taxonomy.SCOPES``: the widest that was told."""
    keys, all_known = known(text, _SCOPE)
    widest = [key for key in SCOPES if key in keys]
    return tuple(widest[-1:]), all_known and len(keys) <= 1


def domain(text: str) -> tuple[tuple[str, ...], bool]:
    """At most one key of ``taxonomy.DOMAINS`` (CAT-02)."""
    keys, all_known = known(text, _DOMAINS)
    return keys[:1], all_known and len(keys) <= 1


def themes(text: str) -> tuple[tuple[str, ...], bool]:
    """Keys of ``themes.THEMES``, and whether all words were known."""
    return known(text, _THEMES)


def life_stages(text: str) -> tuple[tuple[str, ...], bool]:
    """Keys of ``taxonomy.LIFE_STAGES``, and whether all words were known."""
    return known(text, _STAGES)


def fee(charged: str, standard: str) -> tuple[str, bool]:
    """What it costs in words, and whether 是否收费 and 收费标准 agree."""
    answer, words = told(charged).strip().lower(), told(standard).strip()
    if answer and answer not in _YES | _NO:
        raise Unreadable(f"“{charged.strip()}”不是“是”或“否”", "写成是或否")
    words = "不收费" if words == "免费" else words
    if answer in _NO:
        return ("不收费", True) if words in ("", "不收费") else (words, False)
    if answer in _YES:
        return words or "收费", words != "不收费" and (words != "" or standard.strip() == "")
    return words, True


def web_address(text: str) -> str:
    """An address of the web; ``Unreadable`` for anything that no browser should be led to."""
    plain = told(text).strip()
    if plain and not re.match(r"https?://[^\s/?#\"'<>]+[^\s\"'<>]*$", plain, re.IGNORECASE):
        raise Unreadable("不是网址", "写成以 http:// 或 https:// 开头的一个网址，没有就空着")
    if len(plain) > 500:
        raise Unreadable("网址太长", "最多 500 个字符")
    return plain

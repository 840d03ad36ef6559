"""One row of a workbook as what it says: codes, names, whose it is, and the listing; or its faults. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tongban.registry.catalog.imports import cells, codes, values
from tongban.registry.catalog.imports.faults import Fault, Unreadable
from tongban.registry.catalog.imports.headings import BY_KEY, NEEDED, told_heading
from tongban.registry.catalog.listings import Listing

LONGEST_NAME = 200
LONGEST_DEPARTMENT = 100
_CLOSED: Mapping[str, tuple[str, Callable[[str], tuple[tuple[str, ...], bool]]]] = {
    "audience": ("audience", values.audience),
    "application_modes": ("application_modes", values.application_modes),
    "online_depth": ("online_depth", values.online_depth),
    "themes": ("themes", values.themes),
    "themes_organisation": ("themes", values.themes),
    "life_stages": ("life_stages", values.life_stages),
    "service_scope": ("service_scope", values.service_scope),
    "domain": ("domain", values.domain),
}
_LINES = ("legal_basis", "conditions", "flow")
_PARTS = ("aliases", "industries", "special_steps")
_WORDS = ("exercising_level", "result", "address", "hours", "phone", "complaint", "plain", "system_of_record", "source")


@dataclass(frozen=True)
class Plan:
    """How the columns of one workbook are read, worked out once.

    ``fields``: key of a field -> index of its column; ``others``: (index, heading) of columns that no field holds;
    ``headings``: the heading of every column, for faults.
    """

    fields: Mapping[str, int]
    others: tuple[tuple[int, str], ...]
    headings: tuple[str, ...]
    source: str = ""
    """Which list it is, in words for the guide, where no column says it."""
    regions: frozenset[str] = frozenset()
    """Region codes that the platform knows; another one is kept as it was told."""


def plan(
    headings: tuple[str, ...],
    mapping: Mapping[str, str],
    left_out: tuple[str, ...] = (),
    source: str = "",
    regions: frozenset[str] = frozenset(),
) -> Plan:
    """The plan of a mapping {field: heading}; headings in ``left_out`` are not read at all."""
    place = {heading: index for index, heading in enumerate(headings) if heading}
    fields = {key: place[heading] for key, heading in mapping.items() if heading in place and key in BY_KEY}
    taken = set(fields.values())
    others = tuple(
        (index, told_heading(heading))
        for heading, index in place.items()
        if index not in taken and heading not in left_out
    )
    return Plan(fields, others, headings, source, regions)


@dataclass(frozen=True)
class ListedRow:
    """What one good row says. ``department`` is as written; ``department_code`` its credit code where told."""

    row: int
    option_code: str
    item_code: str
    entry_code: str
    item_name: str
    option_name: str
    group_name: str
    department: str
    department_code: str
    region_code: str
    listing: Listing


@dataclass
class _Reading:
    """The texts of one row by field, and what is wrong with them."""

    plan: Plan
    row: int
    texts: dict[str, str] = field(default_factory=dict)
    others: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Heading -> column and words of what no field holds."""
    faults: list[Fault] = field(default_factory=list)

    def take(self, key: str, parse: Callable[[str], Any], default: Any) -> Any:
        """The parsed text of a field; a fault is noted and the default given."""
        try:
            return parse(self.texts.get(key, ""))
        except Unreadable as error:
            self.note(key, error.sentence, error.remedy)
            return default

    def note(self, key: str, sentence: str, remedy: str) -> None:
        """A fault in the column of a field."""
        index = self.plan.fields.get(key)
        heading = self.plan.headings[index] if index is not None else BY_KEY[key].label
        self.faults.append(Fault(self.row, heading, sentence, remedy))

    def keep(self, key: str) -> None:
        """The words of a field that its closed value does not hold are kept as they were told."""
        index = self.plan.fields.get(key)
        if index is not None and self.texts.get(key):
            self.keep_words(index, self.plan.headings[index], self.texts[key])

    def keep_words(self, index: int, heading: str, words: str) -> None:
        """Words of a column, beside those that stand under the same heading already."""
        place, before = self.others.get(heading, (index, ""))
        self.others[heading] = (place, f"{before}；{words}" if before else words)


def read_row(plan: Plan, number: int, given: list[Any]) -> tuple[ListedRow | None, list[Fault]]:
    """The row, or None with everything that is wrong with it.

    :param number: the row as the spreadsheet counts.
    :param given: its cells, see ``cells``; missing ones at the end are empty.
    """
    reading = _Reading(plan, number)
    _read_texts(reading, given)
    identity = _identity(reading)
    listing = _listing(reading)
    return (None if reading.faults else ListedRow(number, **identity, listing=listing)), reading.faults


def _read_texts(reading: _Reading, given: list[Any]) -> None:
    plan = reading.plan
    wide = len(given)
    for key, index in plan.fields.items():
        if index < wide and given[index] not in ("", None):
            try:
                reading.texts[key] = cells.text_of(given[index])
            except Unreadable as error:
                reading.faults.append(Fault(reading.row, plan.headings[index], error.sentence, error.remedy))
    for index, heading in plan.others:
        if index < wide and given[index] not in ("", None):
            dates = cells.WANTED if "日期" in heading else cells.WELCOME
            try:
                text = cells.text_of(given[index], dates)
            except Unreadable as error:
                remedy = f"{error.remedy}；这一列不要的，在“核对列”里选“不导入”"
                reading.faults.append(Fault(reading.row, plan.headings[index], error.sentence, remedy))
                continue
            if text:
                reading.keep_words(index, heading, text)


def _listing(reading: _Reading) -> Listing:
    texts = reading.texts
    found: dict[str, Any] = {key: words for key in _WORDS if (words := values.told(texts.get(key, "")))}
    found |= {key: values.lines(texts[key]) for key in _LINES if texts.get(key)}
    found |= {key: values.parts(texts[key]) for key in _PARTS if texts.get(key)}
    found["materials"] = values.material_names(texts.get("materials", ""))
    found["case_type"] = reading.take("case_type", values.case_type, "")
    found["visits"] = reading.take("visits", values.visits, None)
    found["online_url"] = reading.take("online_url", values.web_address, "")
    found["fee_basis"] = values.told(texts.get("fee_basis", ""))
    found["item_type"] = _item_type(reading)
    found |= _closed(reading) | _limits(reading) | _fee(reading)
    found.setdefault("source", reading.plan.source)
    others = sorted((index, heading, words) for heading, (index, words) in reading.others.items())
    return Listing(**found, other=tuple((heading, words) for _, heading, words in others))


def _item_type(reading: _Reading) -> str:
    words, code = reading.texts.get("item_type", ""), reading.texts.get("item_type_code", "")
    key = "item_type" if words or "item_type" in reading.plan.fields else "item_type_code"
    try:
        return values.item_type(words, code)
    except Unreadable as error:
        reading.note(key, error.sentence, error.remedy)
        return ""


def _closed(reading: _Reading) -> dict[str, Any]:
    """Closed values; where a word was not known, the whole cell is kept beside them."""
    found: dict[str, Any] = {}
    for key, (name, parse) in _CLOSED.items():
        keys, all_known = parse(reading.texts.get(key, ""))
        if not all_known:
            reading.keep(key)
        if name in ("service_scope", "domain"):
            found[name] = keys[0] if keys else ""
        else:
            found[name] = tuple(dict.fromkeys((*found.get(name, ()), *keys)))
    return found


def _limits(reading: _Reading) -> dict[str, Any]:
    found: dict[str, Any] = {}
    said = [values.told(reading.texts.get("limit_words", ""))]
    for key, name in (("statutory", "statutory"), ("promised", "promised")):
        unit = reading.texts.get(f"{key}_unit", "")
        limit = reading.take(key, partial(values.limit, unit=unit), values.Limit())
        found[f"{name}_n"], found[f"{name}_unit"] = limit.n, limit.unit
        if limit.words and key == "statutory":
            reading.keep(key)
        elif limit.words:
            said.insert(0, limit.words)
    found["limit_words"] = "；".join(dict.fromkeys(words for words in said if words))
    return found


def _fee(reading: _Reading) -> dict[str, str]:
    try:
        words, agree = values.fee(reading.texts.get("fee_charged", ""), reading.texts.get("fee", ""))
    except Unreadable as error:
        reading.note("fee_charged", error.sentence, error.remedy)
        return {"fee": ""}
    if not agree:
        reading.keep("fee_charged")
    return {"fee": words}


def _identity(reading: _Reading) -> dict[str, str]:
    texts = reading.texts
    option_code, item_code = codes.tidy(texts.get("option_code", "")), codes.tidy(texts.get("item_code", ""))
    item_code = item_code or codes.item_code_of(option_code)
    _check_code(reading, "option_code", option_code, codes.LONGEST_OPTION)
    option_code = option_code or item_code
    entry = values.told(codes.tidy(texts.get("entry_code", "")))
    item_name, option_name = _name(texts.get("item_name", "")), _name(texts.get("option_name", ""))
    department = _name(texts.get("department", ""))
    for key, length in (("item_name", LONGEST_NAME), ("option_name", LONGEST_NAME), ("group_name", LONGEST_NAME),
                        ("department", LONGEST_DEPARTMENT)):  # fmt: skip
        if len(_name(texts.get(key, ""))) > length:
            reading.note(key, f"有 {len(texts[key])} 个字，最多 {length} 个", "写正式的短名称")
    if "item_code" in texts or not _faulty(reading, ("option_code",)):
        _check_code(reading, "item_code" if "item_code" in texts else "option_code", item_code, codes.LONGEST_ITEM)
    if entry and not codes.is_entry_code(entry):
        reading.note("entry_code", f"“{entry}”不是 12 位的基本编码", "写 12 位数字或大写字母，没有就空着")
    for group in NEEDED[:3]:
        if not any(texts.get(key) for key in group) and not _faulty(reading, group):
            reading.note(group[0], "没有内容", f"补上{'或'.join(BY_KEY[key].label for key in group)}，或删掉这一行")
    return {
        "option_code": option_code,
        "item_code": item_code,
        "entry_code": codes.entry_code(entry, item_code),
        "item_name": item_name or option_name,
        "option_name": option_name or item_name,
        "group_name": _name(values.told(texts.get("group_name", ""))),
        "department": department,
        "department_code": _department_code(reading),
        "region_code": _region_code(reading),
    }


def _department_code(reading: _Reading) -> str:
    """The credit code as told; another code of the department is no key of ours and is kept as words."""
    found = codes.credit_code(codes.tidy(values.told(reading.texts.get("department_code", ""))))
    if not found:
        reading.keep("department_code")
    return found


def _region_code(reading: _Reading) -> str:
    """The code of a region that we know; whatever else is told is kept as words."""
    told = codes.tidy(reading.texts.get("region_code", ""))
    shorter = (told, told.removesuffix("000"), told.removesuffix("000000"))
    found = next((code for code in shorter if code and code in reading.plan.regions), "")
    if not found:
        reading.keep("region_code")
    return found


def _name(text: str) -> str:
    """A name on one line."""
    return " ".join(text.split())


def _check_code(reading: _Reading, key: str, code: str, longest: int) -> None:
    if code and not codes.is_code(code):
        reading.note(key, "编码里有字母、数字和连字号以外的字符", "对照原系统改正这个编码")
    elif len(code) > longest:
        reading.note(key, f"编码有 {len(code)} 位，最多 {longest} 位", "对照原系统改正这个编码")


def _faulty(reading: _Reading, group: tuple[str, ...]) -> bool:
    """Whether a cell of these fields has a fault already: it is not empty then."""
    headings = {reading.plan.headings[reading.plan.fields[key]] for key in group if key in reading.plan.fields}
    return any(fault.column in headings for fault in reading.faults)

"""Reading an arrangement of days off from a file: our own layout, holiday-cn's JSON, or CSV. Pure.

Every fault is told with its row and column; a file with one fault gives nothing. Layouts:

- ours: ``{"years": [{"year", "notices": [...], "holidays": [{"name", "from", "to", "work": [...]}]}]}``;
- holiday-cn: ``{"year": 2027, "papers": [...], "days": [{"name", "date", "isOffDay"}]}``, or a list of them;
- CSV with the columns ``date, kind (off or work), holiday, notice_year, notice_url`` and optionally ``weekday``;
  several notices are parted by spaces.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tongban.ground.errors import Refusal, Refusals

FIRST_YEAR, LAST_YEAR = 2000, 2099
LARGEST_FILE = 2_000_000
LONGEST_HOLIDAY = 31
HOLIDAYS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
COLUMNS = ("date", "kind", "holiday", "notice_year", "notice_url")
_NOTICE = re.compile(r"\S{2,30}〔\d{4}〕\d{1,4}号|https?://\S{8,200}")
_NAME = re.compile(r"[\u4e00-\u9fff、]{2,20}")
_WEEKDAYS = "一二三四五六日"
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day off or a make-up workday, with the place in the file where it stands."""

    day: date
    off: bool
    name: str
    year: int
    row: str


@dataclass(slots=True)
class _Book:
    """What a reader has found so far."""

    days: list[SpecialDay] = field(default_factory=list)
    notices: dict[int, list[str]] = field(default_factory=dict)
    faults: list[Refusal] = field(default_factory=list)

    def fault(self, row: str, column: str, what: str, remedy: str = "") -> None:
        """Note a fault at a row and column."""
        self.faults.append(Refusal("calendar.row", f"{row}「{column}」：{what}", f"{row}:{column}", remedy))

    def cite(self, year: int, notice: object, row: str, column: str) -> None:
        """Note the notice of a year, once."""
        known = self.notices.setdefault(year, [])
        if not isinstance(notice, str) or not _NOTICE.fullmatch(notice.strip()):
            self.fault(row, column, "不是通知的文号或网址", "例如 国办发明电〔2025〕7号")
        elif notice.strip() not in known:
            known.append(notice.strip())

    def add(self, year: int, day: object, off: object, name: object, row: str, columns: Sequence[str]) -> None:
        """Note a day; ``columns`` name the date, the kind and the holiday in the words of the file."""
        found = _date(day)
        if found is None:
            self.fault(row, columns[0], "日期应写成 2027-10-01 的样子，并且真有这一天")
        elif not date(year - 1, 12, 1) <= found <= date(year, 12, 31):
            self.fault(row, columns[0], f"{found.isoformat()} 不属于 {year} 年的安排")
        if not isinstance(off, bool):
            self.fault(row, columns[1], "应说明是放假还是上班")
        if not isinstance(name, str) or not _NAME.fullmatch(name.strip()):
            self.fault(row, columns[2], "应写节日的中文名称，例如 国庆节")
        elif found is not None and isinstance(off, bool):
            self.days.append(SpecialDay(found, off, name.strip(), year, row))


def _date(value: object) -> date | None:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip(), re.ASCII):
        return None
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        return None


def _year(value: object) -> int | None:
    text = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if re.fullmatch(r"\d{4}", text, re.ASCII) and FIRST_YEAR <= int(text) <= LAST_YEAR else None


def read(raw: bytes, notice: str = "") -> tuple[dict[str, Any], ...]:
    """The years of a file in our own layout, in order.

    :param notice: the notice's number, for files that give only its address (or nothing).
    :raises Refusals: with every fault, each by row and column.
    """
    book = _Book()
    text = _text(raw, book)
    if text.lstrip()[:1] in ("{", "["):
        _read_json(text, book)
    elif text:
        _read_csv(text, book)
    if notice:
        book.notices = {year: [] for year in book.notices or {day.year for day in book.days}}
        for year in book.notices:
            book.cite(year, notice, "--notice", "文号")
    _check_whole(book)
    if book.faults:
        raise Refusals(tuple(book.faults))
    return tuple(_years(book))


def _text(raw: bytes, book: _Book) -> str:
    """UTF-8, or GB 18030 as Excel in China saves it."""
    if len(raw) > LARGEST_FILE:
        book.fault("文件", "大小", "超过 2 MB，不像放假安排")
        return ""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text.strip() and "\x00" not in text:
            return text
    book.fault("文件", "内容", "是空的，或不是文本", "请给 JSON 或 CSV 文件")
    return ""


def _read_json(text: str, book: _Book) -> None:
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        book.fault(f"第 {error.lineno} 行", f"第 {error.colno} 个字符", "JSON 写得不完整")
        return
    except RecursionError:
        book.fault("文件", "内容", "JSON 嵌套太深")
        return
    if isinstance(content, dict) and isinstance(content.get("years"), list):
        entries, reader = content["years"], _read_own_year
    else:
        entries, reader = content if isinstance(content, list) else [content], _read_holiday_cn
    for place, entry in enumerate(entries, 1):
        row = f"第 {place} 个年份"
        year = _year(entry.get("year")) if isinstance(entry, dict) else None
        if year is None:
            book.fault(row, "year", f"应是 {FIRST_YEAR} 到 {LAST_YEAR} 的年份")
        elif year in book.notices:
            book.fault(row, "year", f"{year} 年写了两次")
        else:
            book.notices[year] = []
            reader(year, entry, row, book)


def _rows(entry: Mapping[str, Any], key: str, row: str, book: _Book) -> list[Any]:
    found = entry.get(key)
    if isinstance(found, list):
        return found
    book.fault(row, key, "应是一个列表")
    return []


def _read_own_year(year: int, entry: Mapping[str, Any], row: str, book: _Book) -> None:
    for notice in _rows(entry, "notices", row, book):
        book.cite(year, notice, row, "notices")
    for place, holiday in enumerate(_rows(entry, "holidays", row, book), 1):
        where = f"{year} 年第 {place} 个假期"
        if not isinstance(holiday, dict):
            book.fault(where, "holidays", "应写名称和起止日期")
            continue
        first, last, name = _date(holiday.get("from")), _date(holiday.get("to")), holiday.get("name")
        if first is None or last is None or not 0 <= (last - first).days < LONGEST_HOLIDAY:
            book.fault(where, "from、to", "起止日期不对")
        else:
            for offset in range((last - first).days + 1):
                book.add(year, (first + _DAY * offset).isoformat(), True, name, where, ("from、to", "work", "name"))
        for worked in _rows(holiday, "work", where, book):
            book.add(year, worked, False, name, where, ("work", "work", "name"))


def _read_holiday_cn(year: int, entry: Mapping[str, Any], row: str, book: _Book) -> None:
    for paper in _rows(entry, "papers", row, book):
        book.cite(year, paper, row, "papers")
    for place, day in enumerate(_rows(entry, "days", row, book), 1):
        where = f"{year} 年第 {place} 天"
        if isinstance(day, dict):
            columns = ("date", "isOffDay", "name")
            book.add(year, day.get("date"), day.get("isOffDay"), day.get("name"), where, columns)
        else:
            book.fault(where, "days", "应写日期、名称和是否放假")


def _read_csv(text: str, book: _Book) -> None:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        book.fault("文件", "内容", "CSV 的引号不成对")
        return
    head = [name.strip() for name in rows[0]]
    if missing := [name for name in COLUMNS if name not in head]:
        book.fault("第 1 行", "表头", f"缺少 {'、'.join(missing)} 列")
        return
    for number, cells in enumerate(rows[1:], 2):
        if any(cell.strip() for cell in cells):
            _read_csv_row(dict(zip(head, cells, strict=False)), f"第 {number} 行", book)


def _read_csv_row(cells: Mapping[str, str], row: str, book: _Book) -> None:
    year = _year(cells.get("notice_year", ""))
    if year is None:
        book.fault(row, "notice_year", f"应是 {FIRST_YEAR} 到 {LAST_YEAR} 的年份")
        return
    for notice in cells.get("notice_url", "").split() or [""]:
        book.cite(year, notice, row, "notice_url")
    off = {"off": True, "work": False}.get(cells.get("kind", "").strip())
    book.add(year, cells.get("date", ""), off, cells.get("holiday", ""), row, ("date", "kind", "holiday"))
    day, told = _date(cells.get("date", "")), cells.get("weekday", "").strip()
    if day is not None and told and told != _WEEKDAYS[day.weekday()]:
        book.fault(row, "weekday", f"{day.isoformat()} 是星期{_WEEKDAYS[day.weekday()]}")


def _check_whole(book: _Book) -> None:
    """Each year has a notice and every statutory holiday, and no day stands twice."""
    _drop_returns(book)
    seen: dict[date, SpecialDay] = {}
    for one in book.days:
        before = seen.setdefault(one.day, one)
        if before is not one:
            book.fault(one.row, "日期", f"{one.day.isoformat()} 在{before.row}已经写过")
    for year, notices in book.notices.items():
        row = f"{year} 年"
        if not notices and not book.faults:
            book.fault(row, "通知", "没有写国务院办公厅通知的文号", "用 --notice 写上文号")
        named = {name for one in book.days if one.year == year and one.off for name in one.name.split("、")}
        if missing := [name for name in HOLIDAYS if name not in named]:
            book.fault(row, "假期", f"缺少{'、'.join(missing)}，一年的安排要一次写全")
        for name in {one.name for one in book.days if one.year == year and not one.off}:
            if not any(one.off and one.name == name for one in book.days if one.year == year):
                book.fault(row, "假期", f"有{name}的上班日，没有{name}的放假日")
    if not book.notices and not book.faults:
        book.fault("文件", "内容", "没有一天放假安排")


def _drop_returns(book: _Book) -> None:
    """A weekday that is said to be worked is the first one after a holiday (a prolonged one says so), or wrong."""
    off = {(one.day, one.name) for one in book.days if one.off}
    for one in [one for one in book.days if not one.off and one.day.weekday() < 5]:
        if (one.day - _DAY, one.name) not in off:
            book.fault(one.row, "上班", f"{one.day.isoformat()} 是星期{_WEEKDAYS[one.day.weekday()]}，本来就上班")
        book.days.remove(one)


def _years(book: _Book) -> Iterator[dict[str, Any]]:
    for year in sorted(book.notices):
        days = sorted((one for one in book.days if one.year == year), key=lambda one: one.day)
        yield {"year": year, "notices": book.notices[year], "holidays": list(_holidays(days))}


def _holidays(days: Sequence[SpecialDay]) -> Iterator[dict[str, Any]]:
    """Days off of one name in a row are one holiday; the make-up days stand with the first of the name."""
    worked: dict[str, list[str]] = {}
    for one in days:
        if not one.off:
            worked.setdefault(one.name, []).append(one.day.isoformat())
    off = [one for one in days if one.off]
    start = 0
    for place, one in enumerate(off):
        following = off[place + 1] if place + 1 < len(off) else None
        if following and following.name == one.name and following.day == one.day + _DAY:
            continue
        first = off[start].day.isoformat()
        yield {"name": one.name, "from": first, "to": one.day.isoformat(), "work": worked.pop(one.name, [])}
        start = place + 1

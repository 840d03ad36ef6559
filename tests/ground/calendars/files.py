"""Files of an invented arrangement of 2027, in the three layouts that the import reads."""

from __future__ import annotations

import copy
import csv
import io
import json
from datetime import date, timedelta
from typing import Any

NOTICE = "国办发明电〔2026〕99号"
PAPER = "https://www.gov.cn/zhengce/content/202611/content_99.htm"
YEAR_2027: dict[str, Any] = {
    "year": 2027,
    "notices": [NOTICE],
    "holidays": [
        {"name": "元旦", "from": "2027-01-01", "to": "2027-01-03", "work": []},
        {"name": "春节", "from": "2027-02-05", "to": "2027-02-12", "work": ["2027-01-31", "2027-02-20"]},
        {"name": "清明节", "from": "2027-04-03", "to": "2027-04-05", "work": []},
        {"name": "劳动节", "from": "2027-05-01", "to": "2027-05-05", "work": ["2027-05-08"]},
        {"name": "端午节", "from": "2027-06-09", "to": "2027-06-09", "work": []},
        {"name": "中秋节", "from": "2027-09-15", "to": "2027-09-15", "work": []},
        {"name": "国庆节", "from": "2027-10-01", "to": "2027-10-07", "work": ["2027-09-26", "2027-10-09"]},
    ],
}


def days() -> list[tuple[date, bool, str]]:
    """(day, off, name) of the arrangement, in order."""
    found = []
    for holiday in YEAR_2027["holidays"]:
        first, last = date.fromisoformat(holiday["from"]), date.fromisoformat(holiday["to"])
        found += [(first + timedelta(days=n), True, holiday["name"]) for n in range((last - first).days + 1)]
        found += [(date.fromisoformat(day), False, holiday["name"]) for day in holiday["work"]]
    return sorted(found)


def own(**change: Any) -> bytes:
    """Our own layout."""
    return json.dumps({"years": [copy.deepcopy(YEAR_2027) | change]}, ensure_ascii=False).encode()


def holiday_cn(papers: list[str] | None = None) -> dict[str, Any]:
    """holiday-cn's layout."""
    return {
        "year": 2027,
        "papers": [PAPER] if papers is None else papers,
        "days": [{"name": name, "date": day.isoformat(), "isOffDay": off} for day, off, name in days()],
    }


def as_bytes(content: Any) -> bytes:
    """JSON as a file holds it."""
    return json.dumps(content, ensure_ascii=False).encode()


def table(notice: str = NOTICE) -> list[dict[str, str]]:
    """Rows of the CSV layout."""
    return [
        {
            "date": day.isoformat(),
            "weekday": "一二三四五六日"[day.weekday()],
            "kind": "off" if off else "work",
            "holiday": name,
            "notice_year": "2027",
            "notice_url": notice,
        }
        for day, off, name in days()
    ]


def as_csv(rows: list[dict[str, str]], encoding: str = "utf-8") -> bytes:
    """The rows as a file."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)

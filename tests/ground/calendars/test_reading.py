"""A file with one fault gives nothing, and says where the fault stands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ground.calendars import files
from tests.support.sparing import examples
from tongban.ground import calendar
from tongban.ground.calendars.reading import read
from tongban.ground.errors import Refusals

pytestmark = pytest.mark.covers("APR-01")


def faults(raw: bytes, notice: str = "") -> list[str]:
    with pytest.raises(Refusals) as refused:
        read(raw, notice)
    assert all(item.code == "calendar.row" and item.field for item in refused.value.items)
    return [item.sentence for item in refused.value.items]


def test_the_three_layouts_say_the_same():
    cited = read(files.as_bytes(files.holiday_cn()), notice=files.NOTICE)
    assert read(files.own()) == read(files.as_csv(files.table())) == cited == (files.YEAR_2027,)


def test_a_list_of_years_and_a_file_as_excel_saves_it_are_read():
    assert read(files.as_bytes([files.holiday_cn()]))[0]["notices"] == [files.PAPER]
    assert read(files.as_csv(files.table(), "gb18030")) == (files.YEAR_2027,)
    assert read(b"\xef\xbb\xbf" + files.as_csv(files.table())) == (files.YEAR_2027,)


def test_our_own_file_reads_as_itself():
    content = calendar.shipped()
    assert list(read(json.dumps(content).encode())) == content["years"]


def test_every_fault_is_told_with_row_and_column():
    rows = files.table()
    rows[0] |= {"date": "2027-02-30"}
    rows[5] |= {"kind": "rest"}
    rows[7] |= {"weekday": "日" if rows[7]["weekday"] != "日" else "一"}
    told = "\n".join(faults(files.as_csv(rows)))
    assert "第 2 行「date」" in told
    assert "第 7 行「kind」" in told
    assert "第 9 行「weekday」" in told


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        ({"date": "2027-13-01"}, "第 4 行「date」", "真有这一天"),
        ({"date": "2028-01-02"}, "第 4 行「date」", "不属于 2027 年"),
        ({"kind": "work", "date": "2027-03-03", "weekday": "三"}, "第 4 行「上班」", "本来就上班"),
        ({"holiday": ""}, "第 4 行「holiday」", "中文名称"),
        ({"holiday": "<b>元旦</b>"}, "第 4 行「holiday」", "中文名称"),
        ({"notice_year": "27"}, "第 4 行「notice_year」", "年份"),
        ({"notice_url": "见通知"}, "第 4 行「notice_url」", "文号"),
        ({"date": "2027-01-02", "weekday": "六"}, "第 4 行「日期」", "已经写过"),
    ],
)
def test_a_fault_of_one_row(change, place, words):
    rows = files.table()
    rows[2] |= change
    told = [line for line in faults(files.as_csv(rows)) if line.startswith(place)]
    assert told
    assert words in told[0]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "空的"),
        (b"\x00\x01\xff\xfe", "不是文本"),
        (b'{"year": 2027', "JSON 写得不完整"),
        (b"[" * 100_000, "JSON"),
        (b'"years"', "表头"),
        (b"{}", "年份"),
        (b'{"years": []}', "没有一天"),
        (b'{"years": [7]}', "年份"),
        (b'{"years": [{"year": true}]}', "年份"),
        (b'{"year": 2027, "papers": 1, "days": {}}', "应是一个列表"),
        (b"date,kind\n2027-01-01,off\n", "缺少"),
        (b'date,kind,holiday,notice_year,notice_url\n"2027', "引号"),
        (b" " * 2_000_001, "2 MB"),
    ],
)
def test_what_is_no_arrangement_is_refused_in_plain_words(raw, words):
    assert any(words in line for line in faults(raw))


def test_a_year_is_whole_or_refused():
    content = files.holiday_cn()
    content["days"] = [day for day in content["days"] if day["name"] != "端午节"]
    assert any("缺少端午节" in line for line in faults(files.as_bytes(content)))


def test_a_year_without_its_notice_is_refused_and_the_number_may_be_given_beside_the_file():
    content = files.as_bytes(files.holiday_cn(papers=[]))
    assert any("文号" in line for line in faults(content))
    assert read(content, notice=files.NOTICE) == (files.YEAR_2027,)
    assert any("--notice" in line for line in faults(content, notice="看网站"))


@settings(max_examples=examples(fast=5, whole=settings().max_examples))
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8), st.lists, max_leaves=8))
def test_no_value_of_a_field_is_more_than_a_fault(value):
    for key in ("year", "papers", "days"):
        raw = json.dumps(files.holiday_cn() | {key: value}).encode()
        if key == "year" and value == 2027:
            continue
        assert faults(raw)
    for key in ("name", "date", "isOffDay"):
        content = files.holiday_cn()
        content["days"][0][key] = value
        if key == "isOffDay" and value is True:
            continue
        assert faults(json.dumps(content).encode())


def test_a_weekday_on_which_a_prolonged_holiday_ends_may_be_told_and_is_no_make_up_day():
    content = files.holiday_cn()
    content["days"].append({"name": "国庆节", "date": "2027-10-08", "isOffDay": False})
    assert read(files.as_bytes(content), notice=files.NOTICE) == (files.YEAR_2027,)


@pytest.mark.needs_shared
def test_the_collected_table_of_2018_to_2026_gives_our_own_calendar(shared: Path):
    years = read((shared / "reference/data/holidays_cn.csv").read_bytes())
    assert [year["year"] for year in years] == list(range(2018, 2027))
    made = calendar.from_json(calendar.shipped() | {"years": list(years)})
    assert made.days_off.keys() == calendar.load().days_off.keys()
    assert made.make_up_workdays.keys() == calendar.load().make_up_workdays.keys()

"""``./tongban import calendar`` as an operator meets it."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.ground.calendars import files
from tests.launch.conftest import last_object, run_tongban
from tests.support import databases
from tongban.ground import calendar

pytestmark = pytest.mark.covers("APR-01", "EFF-02")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    name = f"tongban_import_{os.getpid()}"
    yield databases.copy(name)
    databases.drop(name)


def run(url: str, path: Path, *options: str) -> Any:
    return run_tongban("import", "calendar", str(path), "--dir", str(databases.state_dir()), *options, DATABASE_URL=url)


def versions(url: str) -> int:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT count(*) FROM calendars_calendarversion").fetchone()[0]


@pytest.mark.slow
def test_a_year_is_tried_imported_and_the_second_time_nothing_is_to_do(url: str, tmp_path: Path) -> None:
    path = tmp_path / "2027.json"
    path.write_bytes(files.as_bytes(files.holiday_cn()))
    before = versions(url)
    tried = run(url, path, "--notice", files.NOTICE, "--dry-run", "--json")
    assert tried.returncode == 0, tried.stderr
    told = last_object(tried)
    assert (told["added"], told["dry_run"], told["version"]) == ([2027], True, None)
    assert {"day": "2027-01-31", "works": True, "name": "春节"} in told["moved"]
    assert versions(url) == before
    done = run(url, path, "--notice", files.NOTICE)
    assert done.returncode == 0
    assert "2027-01-31 改为上班（春节）" in done.stdout
    again = run(url, path, "--notice", files.NOTICE, "--json")
    assert (again.returncode, last_object(again)["changed"]) == (0, False)
    with psycopg.connect(url) as connection:
        names = [row[0] for row in connection.execute("SELECT source FROM calendars_calendarversion ORDER BY number")]
    assert names == ["shipped", "2027.json"]


@pytest.mark.slow
def test_faults_are_told_by_row_and_column_and_end_with_2(url: str, tmp_path: Path) -> None:
    rows = files.table()
    rows[3] |= {"date": "2027-02-30"}
    path = tmp_path / "2027.csv"
    path.write_bytes(files.as_csv(rows))
    before = versions(url)
    answer = run(url, path, "--json")
    assert answer.returncode == 2
    assert "第 5 行「date」" in answer.stderr
    assert any(fault["place"] == "第 5 行:date" for fault in last_object(answer)["faults"])
    assert versions(url) == before


@pytest.mark.slow
def test_a_confirmed_year_that_would_change_ends_with_1_and_names_the_days(url: str, tmp_path: Path) -> None:
    year = copy.deepcopy(calendar.shipped()["years"][-1])
    year["holidays"][-1]["work"] = ["2026-10-10"]
    path = tmp_path / "2026.json"
    path.write_text(json.dumps({"years": [year]}, ensure_ascii=False), encoding="utf-8")
    answer = run(url, path)
    assert answer.returncode == 1
    assert "2026-09-20 改为放假（国庆节）" in answer.stderr
    replaced = run(url, path, "--replace", "--json")
    assert (replaced.returncode, last_object(replaced)["replaced"]) == (0, [2026])


@pytest.mark.slow
def test_what_is_no_file_ends_with_2_and_no_database_with_3(url: str, tmp_path: Path) -> None:
    assert run(url, tmp_path / "none.json").returncode == 2
    assert run(url, tmp_path).returncode == 2
    path = tmp_path / "2027.json"
    path.write_bytes(files.own())
    assert run(f"postgresql://nobody@/nothing?host={tmp_path}", path).returncode == 3
    assert run_tongban("import").returncode == 2

"""``./tongban import items`` and ``./tongban export items`` as an operator meets them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.launch.conftest import last_object, run_tongban
from tests.registry.catalog.imports import files
from tests.support import databases

pytestmark = [pytest.mark.covers("CAT-12", "CAT-25"), pytest.mark.slow]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    name = f"tongban_listing_{os.getpid()}"
    yield databases.copy(name)
    databases.drop(name)


def run(url: str, *arguments: str) -> Any:
    return run_tongban(*arguments, "--dir", str(databases.state_dir()), DATABASE_URL=url)


def listed(url: str, like: str = "1133990000TEST%") -> int:
    with psycopg.connect(url) as connection:
        query = "SELECT count(*) FROM catalog_handlingoption WHERE code LIKE %s AND retired_at IS NULL"
        return connection.execute(query, [like]).fetchone()[0]


def test_a_list_is_tried_imported_repeated_exported_and_undone(url: str, tmp_path: Path) -> None:
    path = files.written(tmp_path, "list.xlsx", files.one_sheet(files.table(files.rows(5))))
    tried = run(url, "import", "items", str(path), "--region", "339900", "--dry-run", "--json")
    assert (tried.returncode, last_object(tried)["created"], last_object(tried)["import"]) == (0, 5, None)
    assert listed(url) == 0
    done = run(url, "import", "items", str(path), "--region", "339900", "--json")
    key = last_object(done)["import"]
    assert (done.returncode, listed(url)) == (0, 5)
    again = run(url, "import", "items", str(path), "--region", "339900")
    assert again.returncode == 0
    assert "nothing to do" in again.stdout
    out = tmp_path / "out.csv"
    exported = run(url, "export", "items", str(out), "--region", "339900", "--listed", "--json")
    assert exported.returncode == 0
    assert last_object(exported)["rows"] == out.read_text(encoding="utf-8-sig").count("云溪市政务服务事项清单")
    undone = run(url, "import", "items", "--undo", key, "--json")
    assert (undone.returncode, last_object(undone)["retired"], listed(url)) == (0, 5, 0)
    twice = run(url, "import", "items", "--undo", key)
    assert twice.returncode == 1
    assert "没有可以撤销的" in twice.stderr


def test_faults_are_told_by_row_and_column_and_end_with_1(url: str, tmp_path: Path) -> None:
    path = files.written(tmp_path, "bad.csv", files.as_csv([files.row(1), files.row(2, 到办事现场次数="多次")]))
    answer = run(url, "import", "items", str(path), "--region", "339900", "--json")
    assert answer.returncode == 1
    assert "第 3 行「到办事现场次数」" in answer.stderr
    assert last_object(answer)["faults"][0]["row"] == 3
    assert listed(url) == 0


def test_a_map_says_what_columns_and_departments_are(url: str, tmp_path: Path) -> None:
    record = {"甲": "MAP-1", "乙": "按图导入", "丙": "公共服务", "丁": "民政口"}
    path = files.written(tmp_path, "own.csv", files.as_csv([record], headings=["甲", "乙", "丙", "丁"]))
    chosen = {
        "columns": {"item_code": "甲", "item_name": "乙", "item_type": "丙", "department": "丁"},
        "departments": {"民政口": "民政局"},
        "source": "自定清单",
    }
    made = files.written(tmp_path, "map.json", json.dumps(chosen).encode())
    answer = run(url, "import", "items", str(path), "--region", "339900", "--map", str(made))
    assert answer.returncode == 0, answer.stderr
    assert listed(url, "MAP-1") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["import", "items", "nowhere.xlsx"], "there is no such file"),
        (["import", "items", __file__, "--region", "999"], "there is no region"),
        (["import", "items", "--undo", "x"], "is no id of an import"),
        (["import", "items", "--undo", "00000000-0000-0000-0000-000000000000"], "没有找到这次导入"),
        (["import", "items", __file__, "--map", __file__], "give a JSON file"),
        (["export", "items", "list.pdf"], "unknown format"),
        (["export", "items", "/nowhere/list.csv"], "no such folder"),
    ],
)
def test_what_makes_no_sense_ends_with_2_and_a_remedy(url: str, arguments: list[str], words: str) -> None:
    answer = run(url, *arguments)
    assert answer.returncode == 2
    assert words in answer.stderr

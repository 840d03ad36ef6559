"""A list of 22,112 items and 40 columns through ``./tongban import items``, beside a bare read and COPY of it.

``./tongban bench imports [--rows N] [--list FILE]`` prints one JSON object last: seconds from start to end of the
command (Python's own start included), again with the same file (nothing changes), and of the undo; peak memory of the
command with the process that reads the workbook (PSS, sampled); ``ratio_to_floor`` = the import divided by the floor,
which only reads the cells and copies them as text into one table. The workbook is a list replicated, with new codes.

It works on a throw-away copy of the demo database and never touches the demo itself.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

SAMPLE = ROOT.parent / "shared" / "reference" / "data" / "items_district_sample.csv"
COLUMNS = 40
ROWS = 22_112
REGION = "339900"
FLOOR = """
import sys, psycopg
from python_calamine import CalamineWorkbook
with open(sys.argv[1], "rb") as file, psycopg.connect(sys.argv[2], autocommit=True) as connection:
    rows = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).iter_rows()
    columns = ", ".join(f"c{n} text" for n in range(len(next(rows))))
    connection.execute(f"CREATE TEMP TABLE floor ({columns})")
    with connection.cursor().copy("COPY floor FROM STDIN") as copy:
        for row in rows:
            copy.write_row([str(cell) for cell in row])
"""


def items(path: Path, count: int) -> Iterator[dict[str, str]]:
    """That many rows of a list, its items again and again with codes of their own."""
    if path.exists():
        with path.open(encoding="utf-8-sig") as file:
            told = [(r["dept"], r["main_item"], r["item"], r["type"], r["item_code"]) for r in csv.DictReader(file)]
    else:
        told = [("云溪市民政局", "", f"第{n}号事项", "公共服务", f"BENCH-{n}") for n in range(1135)]
    for n in range(count):
        unit, group, name, kind, code = told[n % len(told)]
        yield row(n, unit, group, name, kind, f"{code[:56]}-{n // len(told)}")


def row(n: int, unit: str, group: str, name: str, kind: str, code: str) -> dict[str, str]:
    """One row of 40 columns, as full as lists are."""
    days = 1 + n % 20
    found = {
        "实施编码": code, "主项名称": group, "事项名称": name, "事项类型": kind, "实施主体": unit, "行使层级": "县级",
        "办件类型": "承诺件", "服务对象": "自然人、企业法人",
        "法定办结时限": str(2 * days), "法定办结时限单位": "工作日",
        "承诺办结时限": str(days), "承诺办结时限单位": "工作日", "到办事现场次数": str(n % 2),
        "申请方式": "网上申请、窗口申请", "网上办理深度": "互联网咨询、互联网收件", "通办范围": "全市",
        "设定依据": f"《{name[:12]}管理办法》第{n % 60 + 1}条 县级以上人民政府主管部门负责本行政区域内的监督管理工作。",
        "受理条件": f"1. 具有完全民事行为能力；\n2. 符合{name}规定的条件；\n3. 材料真实、完整、有效。",
        "申请材料": f"{name}申请表\n申请人身份证明\n营业执照复印件\n经办人授权委托书",
        "办理流程": "申请\n受理\n审查\n决定\n送达", "审批结果名称": f"{name[:20]}证明", "是否收费": "否",
        "办理地点": f"云溪市桥西区溪源路 {n % 200 + 1} 号 2 楼 {n % 40 + 1} 号窗口", "办理时间": "工作日 8:30—17:30",
        "咨询方式": f"0500-82{n % 100000:05d}", "监督投诉方式": "12345", "网办地址": f"https://yunxi.example/i/{n}",
    }  # fmt: skip
    for place in range(COLUMNS - len(found)):
        found[f"扩展要素{place + 1}"] = f"第{place + 1}项说明，{n}号" if place % 3 else ""
    return found


class Peak:
    """Peak memory of a process and its children: proportional set size, read every 20 ms."""

    def __init__(self, pid: int) -> None:
        self.pid, self.bytes, self._on = pid, 0, True
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while self._on:
            self.bytes = max(self.bytes, sum(map(pss, family(self.pid))))
            time.sleep(0.02)

    def megabytes(self) -> int:
        """The peak until now, and the end of watching."""
        self._on = False
        self._thread.join()
        return round(self.bytes / 1024 / 1024)


def family(pid: int) -> list[int]:
    """A process and everything below it."""
    found = [pid]
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += family(int(child))
    return found


def pss(pid: int) -> int:
    """Proportional set size in bytes; 0 when the process is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def command(*arguments: str) -> tuple[float, int, dict[str, Any]]:
    """Seconds, peak megabytes and the JSON of ``./tongban`` with these arguments."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "tongban.launch", *arguments, "--json"],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    peak = Peak(process.pid)
    out, problems = process.communicate()
    seconds = time.perf_counter() - begun
    if process.returncode:
        raise RuntimeError(problems[-2000:])
    return seconds, peak.megabytes(), json.loads(out.strip().splitlines()[-1])


def floor(path: Path) -> float:
    """Seconds of a process that reads the cells and copies them as text."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", FLOOR, str(path), os.environ["DATABASE_URL"]], check=True)
    return time.perf_counter() - begun


def measure(count: int, source: Path, folder: Path, rounds: int) -> dict[str, Any]:
    """Floor and import in turn; each round is undone, so that the next one makes everything anew."""
    import rustpy_xlsxwriter

    path, chosen = folder / "mark.xlsx", folder / "map.json"
    rustpy_xlsxwriter.write_worksheet(items(source, count), str(path))
    chosen.write_text('{"departments": "make"}')
    here = ("--dir", os.environ["TONGBAN_DIR"])
    found: dict[str, list[float]] = {"floor": [], "import": [], "again": [], "undo": [], "ratio": [], "peak": []}
    for number in range(rounds):
        target = folder / f"round{number}.xlsx"
        rustpy_xlsxwriter.write_worksheet(
            ({**one, "实施编码": f"{one['实施编码']}-{number}"} for one in items(source, count)), str(target)
        )
        least = floor(target)
        seconds, peak, told = command("import", "items", str(target), "--region", REGION, "--map", str(chosen), *here)
        if told["created"] != count:
            raise RuntimeError(f"{told['created']} of {count} rows were made: {told['faults'][:3]}")
        again, peak_again, same = command("import", "items", str(target), "--region", REGION, *here)
        if same["unchanged"] != count:
            raise RuntimeError("the second run found something to change")
        undo, _, _ = command("import", "items", "--undo", told["import"], *here)
        for name, value in (("floor", least), ("import", seconds), ("again", again), ("undo", undo)):
            found[name].append(value)
        found["ratio"].append(seconds / least)
        found["peak"].append(max(peak, peak_again))
        told_times = f"import {seconds:.1f} s, floor {least:.1f} s, again {again:.1f} s, undo {undo:.1f} s"
        print(f"round {number + 1}: {told_times}, peak {peak} MB", flush=True)
    middle = {name: statistics.median(values) for name, values in found.items()}
    return {
        "rows": count,
        "columns": COLUMNS,
        "megabytes": round(path.stat().st_size / 1024 / 1024, 1),
        "import_seconds": round(middle["import"], 2),
        "again_seconds": round(middle["again"], 2),
        "undo_seconds": round(middle["undo"], 2),
        "floor_seconds": round(middle["floor"], 2),
        "ratio_to_floor": round(middle["ratio"], 2),
        "peak_mb": max(found["peak"]),
    }


def main() -> int:
    """Prepare a throw-away database, measure, print JSON last."""
    parser = argparse.ArgumentParser(prog="tongban bench imports")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--list", type=Path, default=SAMPLE, help="columns dept, main_item, item, type, item_code")
    options = parser.parse_args()
    from tests.support import databases

    name = f"tongban_bench_{os.getpid()}"
    os.environ["TONGBAN_TEST_SERVER"] = databases.server_url()
    os.environ["DATABASE_URL"] = databases.copy(name)
    os.environ.update(TONGBAN_DIR=str(databases.state_dir()), TONGBAN_DEMO="1")
    try:
        with tempfile.TemporaryDirectory() as folder:
            result = measure(options.rows, options.list, Path(folder), options.rounds)
    finally:
        databases.drop(name)
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""The list of commands: what each is called with, what it does, where it lives. Standard library only."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TextIO


@dataclass(frozen=True)
class Command:
    """One command; ``usage`` empty means that only the launcher itself calls it."""

    place: str
    usage: str = ""
    english: str = ""
    chinese: str = ""


COMMANDS: dict[str, Command] = {
    "demo": Command(
        "demo:run",
        "demo [--port N] [--dir D] [--cases N] [--workers N] [--quiet]",
        "the demo city 云溪市, ready to click",
        "演示城市",
    ),
    "rehearsal": Command(
        "rehearsal.command:run",
        "rehearsal --from DIR --dir D [--again] [--port N] [--workers N] [--url U] [--prepare-only]",
        "a city's rehearsal site: its configuration, none of its residents, nothing counts",
        "演练环境",
    ),
    "walk": Command(
        "walk:run",
        "walk [--loop] [--dir D | --base-url U --people FILE]",
        "walk the whole road as all its people",
        "走通全流程",
    ),
    "test": Command(
        "checks:test", "test [--fast] [--postgres wheel|system] [pytest args]", "run the tests", "运行测试"
    ),
    "lint": Command("checks:lint", "lint", "style, types, storeys, templates", "代码检查"),
    "doctor": Command("doctor:run", "doctor [--dir D]", "what this machine has and lacks", "环境体检"),
    "db": Command(
        "database_commands:run",
        "db start|stop|status|shell [--dir D] · db dump FILE [--dir D] · db restore FILE --dir D",
        "the database of a state directory",
        "数据库",
    ),
    "manage": Command(
        "application:manage", "manage [--dir D] <Django command> ...", "Django's own commands", "管理命令"
    ),
    "verify": Command(
        "verify:run",
        "verify ledger|figures [--dir D] · verify licence FILE [--dir D] · verify archive FILE [--dir D]",
        "prove ledger, figures, licence or archive package",
        "验真",
    ),
    "import": Command(
        "importing:run",
        "import calendar FILE [--notice N] [--replace] [--dry-run] [--dir D]"
        " · import items FILE [--region CODE] [--map FILE] [--dry-run] [--undo ID] [--dir D]",
        "days off and make-up workdays of a year · a list of items",
        "导入放假安排 · 导入事项清单",
    ),
    "export": Command(
        "listing:export",
        "export items FILE [--region CODE] [--listed] [--dir D]",
        "the list of items as .xlsx or .csv, which imports again identically",
        "导出事项清单",
    ),
    "explain": Command(
        "explain:run",
        "explain CASE [--at DAY] [--dir D]",
        "why a case is due when it is due: clocks and cards line by line",
        "时限和红黄牌说明",
    ),
    "bench": Command("bench:run", "bench NAME ...", "one of benchmarks/*.py; figures as JSON last", "性能测量"),
    "coverage-map": Command("coverage_map:run", "coverage-map", "requirement ids x tests", "需求覆盖表"),
    "reference": Command("reference:run", "reference [--check]", "docs/reference out of the code", "生成参考文档"),
    "messages": Command("messages:run", "messages [--check]", "the English catalogue beside the texts", "更新英文文本"),
    "screenshots": Command(
        "screenshots:run",
        "screenshots [--pages [--beside D]] [--dir D]",
        "the pictures of the README out of a demo; --pages: every page and a sheet of them",
        "生成界面截图",
    ),
    "web": Command("web:run", "web [--port N] [--workers N] [--dir D]", "only the web server", "网页进程"),
    "jobs": Command("jobs_process:run", "jobs [--dir D]", "only the background jobs", "后台任务进程"),
    "prepare": Command("prepare:run"),
}


def print_help(out: TextIO | None = None) -> None:
    """Print every command in two lines."""
    lines = [
        "通办 Tongban: the open integrated government service platform for a Chinese city",
        "",
        "./tongban <command>",
        "",
    ]
    for command in COMMANDS.values():
        if command.usage:
            lines += [f"  {command.usage}", f"      {command.english}  {command.chinese}"]
    lines += [
        "",
        "Exit 0 good, 1 finding, 2 bad input, 3 something missing. --json prints one object last.",
        "docs/how-to/",
    ]
    print("\n".join(lines), file=out or sys.stdout)

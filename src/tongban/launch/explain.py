"""``./tongban explain CASE``: the clock and card history of a case, line by line, for today or any past day."""

from __future__ import annotations

import argparse
from datetime import date, datetime, time, timedelta
from typing import Any

from tongban.launch.environment import child_environment, enter
from tongban.launch.local_postgres import database_of
from tongban.launch.outcome import GOOD, BadInput, print_json
from tongban.launch.places import state_directory

CLOCKS = {
    "acceptance": "告知和受理",
    "notice": "本地告知承诺",
    "correction": "补正期限（申请人）",
    "statutory": "法定时限",
    "promised": "承诺时限",
    "joint": "联合办理总时限",
    "step": "环节时限",
    "special": "特殊环节时限",
    "delivery": "送达时限",
}
CARDS = {"none": "无", "warning": "预警", "yellow": "黄牌", "red": "红牌"}


def run(arguments: list[str]) -> int:
    """Exit 0 with the explanation, 2 when there is no such case."""
    parser = argparse.ArgumentParser(prog="tongban explain")
    parser.add_argument("case", help="number of the case")
    parser.add_argument("--at", help="a past day (2026-03-01): what was known at its end")
    parser.add_argument("--dir")
    parser.add_argument("--json", action="store_true", help="print one JSON object last")
    options = parser.parse_args(arguments)
    at = _day(options.at) if options.at else None
    state = state_directory(options.dir)
    enter(child_environment(state, database_of(state)))
    import django

    django.setup()
    from tongban.ground import moment
    from tongban.ground.errors import NotFound
    from tongban.procedures.cases.explaining import explain

    end = datetime.combine(at + timedelta(days=1), time(), moment.SHANGHAI) - timedelta(microseconds=1) if at else None
    try:
        told = explain(options.case, end)
    except NotFound as problem:
        raise BadInput(problem.sentence, "give the number of a case, and a day on which it existed") from None
    if options.json:
        print_json(told)
    else:
        print("\n".join(_lines(told)))
    return GOOD


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{text} is no day", "write it as 2026-03-01") from None


def _lines(told: dict[str, Any]) -> list[str]:
    days = {"到期": told["due"], "法定": told["statutory_due"], "联合": told["joint_due"]}
    words = "，".join(f"{name} {day or '—'}" for name, day in days.items())
    head = [
        f"{told['case']}  {told['title']}  {told['state']} {told['outcome']}".rstrip(),
        f"截至 {told['at'][:16]}：{words}，{CARDS[told['card']]}（规则 {told['card_rule']}）",
    ]
    if told["awaiting_applicant"]:
        head.append("送达时限停着：等申请人领取或补材料")
    if told["data_late"]:
        head.append("数据晚到：有事实在第二天以后才得知")
    return head + [line for clock in told["clocks"] for line in _clock_lines(clock)]


def _clock_lines(clock: dict[str, Any]) -> list[str]:
    name = CLOCKS.get(clock["kind"], clock["kind"])
    due = f"到期 {clock['due']}" if clock["due"] else f"停着，还剩 {clock['left']}"
    lines = [
        "",
        f"{name} {clock['key']} [{clock['state']}] {clock['limit']}，{due}。{clock['basis']}".replace("  ", " "),
    ]
    lines += [f"  {line['date']}  {line['total']:>4}  {line['words']}  {line['basis']}" for line in clock["lines"]]
    return lines

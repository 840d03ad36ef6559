"""The reports of the house, in the order in which they are offered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tongban.ground.errors import NotFound
from tongban.insight.indicators.reports import (
    asked_again,
    channels,
    checks,
    deferrals,
    limits,
    outside,
    seals,
    visits,
    volumes,
)
from tongban.insight.indicators.reports.report import Asked, Kept, Report

_ALL = (
    Kept("volumes", "办件总量和按期办结", "各部门收了多少、办了多少、是不是按承诺办完。", "K-16", volumes.build),
    Kept("limits", "压缩办理时限", "法律给多少天，承诺多少天，实际用了多少天。", "APR-14", limits.build),
    Kept("visits", "最多跑一次", "指南写明跑几次，申请人实际跑了几次。", "APR-12", visits.build),
    Kept("deferrals", "容缺受理", "哪些材料可以后补，用了多少，按时补齐没有。", "NTC-09", deferrals.build),
    Kept(
        "asked-again",
        "已有材料又要求提交",
        "系统里已经有、窗口还是要申请人再交的材料：多少次，什么理由，哪些办件。",
        "WIN-20",
        asked_again.build,
    ),
    Kept("channels", "从哪里受理的", "作出决定的办件从大厅、网上还是单位系统来。", "WIN-29", channels.build),
    Kept("outside", "体外循环线索", "可能在平台以外办理、事后才录入的办件。", "WIN-09", outside.build),
    Kept("checks", "事后核查和抽取", "抽中了哪些办件，种子和比例是什么，核查结果怎样。", "NTC-15", checks.build),
    Kept("seals", "行政审批专用章用印登记", "每次用印：哪件、哪份文书、谁申请、谁保管。", "APR-16", seals.build),
)
REPORTS: Final[Mapping[str, Kept]] = {kept.code: kept for kept in _ALL}


def build(code: str, asked: Asked) -> tuple[Kept, Report]:
    """A report by its code; :raises NotFound: no such report."""
    kept = kept_of(code)
    return kept, kept.build(asked)


def kept_of(code: str) -> Kept:
    """The report of a code; :raises NotFound: no such report."""
    if code not in REPORTS:
        raise NotFound
    return REPORTS[code]

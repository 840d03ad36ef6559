"""The comparison of a trial run laid out: the verdict in one sentence, lists with masked names, a file. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import date

from django.utils.translation import gettext as _

from tongban.ground import masking
from tongban.insight.trials import rules
from tongban.insight.trials.rules import Comparison, Counts, Pair, Side
from tongban.registry.catalog.imports.cells import guarded

SHOWN = 100
"""Rows of a list on the page; the file holds all."""


@dataclass(frozen=True, slots=True)
class Line:
    """One case in a list; names of persons are masked. Its fields are the columns of the file, in order."""

    old_number: str
    number: str
    item: str
    department: str
    applicant: str
    there: str
    here: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A kind of difference: the first lines of its list, and how many there are."""

    key: str
    title: str
    hint: str
    lines: tuple[Line, ...]
    total: int


def verdict(counts: Counts, *, over: bool) -> tuple[bool, str]:
    """Whether to switch over, and the one sentence that says why."""
    standing = rules.standing(counts, over=over)
    share = f"{(counts.share or 0):.1%}"
    words = {
        "empty": _("还不能判断：清单和本系统里都没有这段时间的办件。"),
        "missing": _("还不能切换：旧系统里有 %(n)s 件本系统没有。") % {"n": counts.only_there},
        "outcomes": _("还不能切换：两边都有的办件里，%(n)s 件结果不一样。") % {"n": counts.outcome},
        "share": _("还不能切换：两边都有的办件里，只有 %(share)s 完全一致，要 %(needed)s。")
        % {"share": share, "needed": f"{rules.NEEDED_SHARE:.0%}"},
        "running": _("目前一致（%(share)s），没有漏件；试运行期满再决定切换。") % {"share": share},
        "justified": _("可以切换：试运行期满，没有漏件，结果都一样，%(share)s 的办件完全一致。") % {"share": share},
    }
    return standing == "justified", words[standing]


def groups(found: Comparison) -> tuple[Group, ...]:
    """The lists that somebody must look at, worst first."""
    told = (
        (
            "only-there",
            _("只在旧系统"),
            _("本系统没有登记，要补录或查明原因。"),
            _one_sided(found.only_there, there=True),
        ),
        (
            "outcome",
            _("结果不一样"),
            _("两边都有，一边准一边不准，或者一边已办结、一边还在办。"),
            _pairs(found.outcome),
        ),
        ("time", _("用时不一样"), _("两边都有、结果一样，受理日期或所用工作日不一样。"), _pairs(found.time)),
        ("only-here", _("只在本系统"), _("旧系统没有登记，或者登记得晚。"), _one_sided(found.only_here, there=False)),
    )
    return tuple(Group(key, title, hint, tuple(lines[:SHOWN]), len(lines)) for key, title, hint, lines in told)


def as_csv(found: Comparison, rows: Iterable[tuple[str, str]]) -> bytes:
    """The whole comparison for a spreadsheet, names masked; UTF-8 with the mark that office programs want.

    :param rows: lines of two cells that stand before the table (the span, the verdict, the list).
    """
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerows([guarded(cell) for cell in row] for row in rows)
    lines.writerow([])
    heads = (_("部门"), _("一致"), _("结果不一样"), _("用时不一样"), _("只在旧系统"), _("只在本系统"))
    lines.writerow(heads)
    for name, n in found.by_department():
        lines.writerow([guarded(name), n.equal, n.outcome, n.time, n.only_there, n.only_here])
    lines.writerow([])
    columns = (_("比对结果"), _("旧系统编号"), _("本系统编号"), _("事项"), _("部门"), _("申请人"))
    lines.writerow([*columns, _("旧系统"), _("本系统"), _("说明")])
    kinds = ((_("一致"), _pairs(found.equal)), (_("结果不一样"), _pairs(found.outcome)),
             (_("用时不一样"), _pairs(found.time)), (_("只在旧系统"), _one_sided(found.only_there, there=True)),
             (_("只在本系统"), _one_sided(found.only_here, there=False)))  # fmt: skip
    for kind, told in kinds:
        for one in told:
            lines.writerow([kind, *map(guarded, astuple(one))])
    return out.getvalue().encode("utf-8-sig")


def _pairs(pairs: Sequence[Pair]) -> list[Line]:
    return [
        Line(
            pair.there.number,
            pair.here.number,
            pair.here.item,
            pair.here.department,
            _applicant(pair.here),
            _told(pair.there, pair.used_there),
            _told(pair.here, pair.used_here),
            _remark(pair),
        )
        for pair in pairs
    ]


def _one_sided(sides: Sequence[Side], *, there: bool) -> list[Line]:
    return [
        Line(
            side.number if there else "",
            "" if there else side.number,
            side.item,
            side.department,
            _applicant(side),
            _told(side, None) if there else "",
            "" if there else _told(side, None),
        )
        for side in sides
    ]


def _applicant(side: Side) -> str:
    """Masked, but for an organisation that this site knows as one."""
    return side.applicant if side.is_organisation else masking.mask_name(side.applicant)


def _told(side: Side, used: int | None) -> str:
    days = _day(side.accepted_on) + ("" if side.decided_on is None else f" — {_day(side.decided_on)}")
    spent = "" if used is None else _("，%(n)s 个工作日") % {"n": used}
    return f"{days}{spent}，{rules.OUTCOMES[side.outcome]}"


def _day(day: date) -> str:
    return day.isoformat()


def _remark(pair: Pair) -> str:
    if pair.later > 0:
        return _("本系统晚登记 %(n)s 个工作日") % {"n": pair.later}
    if pair.later < 0:
        return _("旧系统晚登记 %(n)s 个工作日") % {"n": -pair.later}
    return ""

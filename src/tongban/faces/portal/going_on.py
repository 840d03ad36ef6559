"""What goes on beside the road of a case, in plain words for the applicant: what is awaited, what you can do now."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tongban.faces.acts.act import Act
from tongban.faces.portal.acts import table
from tongban.faces.portal.acts.views import scene_of
from tongban.faces.templatetags.tongban import date_zh
from tongban.ground.documents.models import Document
from tongban.ground.policy import Principal
from tongban.procedures.cases.models import Proceeding
from tongban.procedures.cases.selectors import CaseDetail
from tongban.registry.catalog.special_steps import SPECIAL_STEPS

_OWN_PAGES = ("withdraw", "deliver")
"""Acts that the case page offers elsewhere."""


@dataclass(frozen=True)
class GoingOn:
    """One matter: a title, what it means for the applicant, until when, its paper. ``tone`` as of a tag."""

    title: str
    text: str
    state: str
    tone: str
    due_on: date | None
    paper: Document | None


def todos(principal: Principal, detail: CaseDetail) -> tuple[Act, ...]:
    """What the applicant can do now, beside correcting, withdrawing and signing for the result."""
    return tuple(act for act in table.possible(scene_of(principal, detail)) if act.name not in _OWN_PAGES)


def going_on(detail: CaseDetail) -> tuple[GoingOn, ...]:
    """Side matters that concern the applicant, the newest first."""
    papers = {str(d.id): d for d in detail.documents}
    told = ((row, _told(detail, row)) for row in reversed(detail.proceedings))
    return tuple(
        GoingOn(*words, row.due_on if row.state == "open" else None, papers.get(str(row.notice_id)))
        for row, words in told
        if words
    )


def _told(detail: CaseDetail, row: Proceeding) -> tuple[str, str, str, str] | None:
    """(title, text, state, tone); nothing for what is internal (opinions between units, hand-over, disputes)."""
    if row.kind in SPECIAL_STEPS:
        return _special(row)
    teller = _TELLERS.get(row.kind)
    return teller(detail, row) if teller else None


def _standing(row: Proceeding) -> tuple[str, str]:
    return {"open": (_("进行中"), "info"), "lapsed": (_("逾期"), "warn"), "cancelled": (_("已取消"), "")}.get(
        row.state, (_("已结束"), "ok")
    )


def _special(row: Proceeding) -> tuple[str, str, str, str]:
    stops = row.data.get("stops") or ()
    name = SPECIAL_STEPS[row.kind]
    if "statutory" in stops or "joint" in stops:
        text = _("这段时间依法不算在办理时间里。")
    elif "promised" in stops:
        text = _("这段时间不算在承诺时间里，法律规定的期限照走。")
    else:
        text = _("办理期限照走，不会因为这个环节推迟。")
    return (name, f"{row.reason}{'。' if row.reason else ''}{text}", *_standing(row))


def _deferral(detail: CaseDetail, row: Proceeding) -> tuple[str, str, str, str]:
    material = detail.content.material(row.key)
    name = material.name if material else row.key
    if row.state == "done":
        return _("后补材料：%(name)s") % {"name": name}, _("已经补交。"), _("已补交"), "ok"
    if row.state == "lapsed":
        text = _("逾期没有补交，结果暂时不能给您。补交后可以继续，办理单位也可能终止办理。")
        return _("后补材料：%(name)s") % {"name": name}, text, _("逾期没有补交"), "warn"
    text = (
        _("领取结果前补交。") if row.data.get("due_rule") == "at_pickup" else _("请在期限内补交，补齐后才能拿到结果。")
    )
    return _("后补材料：%(name)s") % {"name": name}, text, _("要您补交"), "warn"


def _extension(detail: CaseDetail, row: Proceeding) -> tuple[str, str, str, str]:
    old, new = date_zh(row.data.get("from_due")), date_zh(row.data.get("new_due"))
    words = {"n": row.data.get("days"), "old": old, "new": new}
    text = _("经批准延长 %(n)s 个工作日，从%(old)s延到%(new)s。理由写在告知书里。") % words
    return _("延长办理期限"), text, _("已延长"), "info"


def _hearing_right(detail: CaseDetail, row: Proceeding) -> tuple[str, str, str, str]:
    text = _("您可以要求听证，当面陈述、申辩和质证，不收费。不要求的，到期后继续办理。")
    return _("听证权利"), text, *_standing(row)


def _commitment(detail: CaseDetail, row: Proceeding) -> tuple[str, str, str, str]:
    if row.state == "open":
        return _("您的书面承诺"), _("作出决定后会核查承诺是否履行。"), _("等核查"), "info"
    kept = row.result == "kept"
    text = _("核查时已经履行。") if kept else _("核查时没有履行。")
    return _("您的书面承诺"), text, _("已履行") if kept else _("没有履行"), "ok" if kept else "bad"


def _breach(detail: CaseDetail, row: Proceeding) -> tuple[str, str, str, str]:
    if row.result == "annulled":
        text = _("期满没有整改，决定和证照已经撤销。怎么救济，写在撤销决定书上。")
        return _("违反承诺的处理"), text, _("已撤销"), "bad"
    if row.state != "open":
        return _("违反承诺的处理"), _("已经整改，不再处理。"), _("已结束"), "ok"
    if row.data.get("annulment_told_on"):
        text = _("机关拟撤销原来的决定。期限以前您可以陈述、申辩，机关必须听取。")
        return _("违反承诺的处理"), text, _("等您申辩"), "warn"
    ordered = row.data.get("ordered_on")
    text = _("请在期限内整改，您可以陈述、申辩。") if ordered else _("办理单位正在核实，会书面通知您。")
    return _("违反承诺的处理"), text, _("要您整改") if ordered else _("核实中"), "warn"


def _prerequisite(detail: CaseDetail, row: Proceeding) -> tuple[str, str, str, str]:
    words = {"name": row.data.get("name", "")}
    if row.state == "open":
        text = _("审查照常进行，「%(name)s」办好以后才作决定。") % words
        return _("前置的事"), text, _("等前置事项"), "info"
    done = row.result == "satisfied"
    return _("前置的事"), _("「%(name)s」已经办好。") % words if done else "", *_standing(row)


def _after_check(detail: CaseDetail, row: Proceeding) -> tuple[str, str, str, str] | None:
    """What was postponed is known to the applicant; what was drawn is told when it is over."""
    if row.state == "open":
        if row.key != "postponed":
            return None
        return _("事后核查"), _("审查后置：先作了决定，期限内再核查。"), _("等核查"), "info"
    passed = row.result == "passed"
    text = _("核查合格。") if passed else _("核查不合格，办理单位会书面通知您。")
    return _("事后核查"), text, _("合格") if passed else _("不合格"), "ok" if passed else "bad"


def _supplement(detail: CaseDetail, row: Proceeding) -> tuple[str, str, str, str]:
    items = json.loads(row.record or "{}").get("items", ())
    what = "；".join(str(item["name"]) for item in items)
    if row.state == "open":
        return _("补充材料"), _("要补充：%(what)s。办理期限照走。") % {"what": what}, _("要您补充"), "warn"
    return _("补充材料"), _("已经交来：%(what)s。") % {"what": what}, *_standing(row)


def _meeting(detail: CaseDetail, row: Proceeding) -> tuple[str, str, str, str]:
    return _("各部门会商"), _("各部门一起商量过您的申请。"), _("已完成"), "ok"


def _pickup(detail: CaseDetail, row: Proceeding) -> tuple[str, str, str, str]:
    if row.state != "open":
        return _("领取结果"), _("已经领取。"), *_standing(row)
    return _("等您领取结果"), _("结果在窗口等您领取，也可以网上签收。等您的时间不算在送达期限里。"), _("等您领取"), "ok"


_TELLERS: dict[str, Any] = {
    "deferral": _deferral,
    "extension": _extension,
    "hearing_right": _hearing_right,
    "commitment": _commitment,
    "breach": _breach,
    "supplement": _supplement,
    "joint_meeting": _meeting,
    "pickup": _pickup,
    "prerequisite": _prerequisite,
    "after_check": _after_check,
}

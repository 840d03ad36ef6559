"""怎么办: the stations of an application, who acts and how long, out of a published version. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from tongban.faces.portal.cards import limit_words
from tongban.faces.portal.flow_picture import Station
from tongban.registry.catalog.provisions import SpecialStepRule
from tongban.registry.catalog.version import Branch, VersionContent


def stations(content: VersionContent, *, promised: bool = False) -> tuple[Station, ...]:
    """From the application to the result; several departments stand on lanes of their own."""
    found = [_application(content, promised=promised), *_acceptance(content)]
    if content.case_type == "instant":
        found.append(Station(_("当场办结"), (_("%(who)s当场审查、当场决定") % {"who": content.authority.name},)))
    elif promised and content.commitment is not None and content.commitment.mode == "approval":
        found.append(Station(_("凭承诺决定"), (content.authority.name, _decided_within(content))))
    else:
        found += _review(content)
        found.append(Station(_("决定"), (content.authority.name, _decided_within(content))))
    found.append(_result(content))
    if promised and content.commitment is not None:
        checked = _("%(limit)s内核查承诺的内容") % {"limit": limit_words(content.commitment.check_limit)}
        mended = _("不符合的，%(limit)s内改正") % {"limit": limit_words(content.commitment.rectification_limit)}
        found.append(Station(_("事后核查"), (checked, mended)))
    return tuple(found)


def _application(content: VersionContent, *, promised: bool) -> Station:
    ways = [
        words
        for key, words in (("online", _("网上随时可以")), ("window", _("窗口上班时间")))
        if key in content.application_modes
    ]
    lines = [_("您：填申请表、交材料")]
    if promised:
        lines = [_("您：填申请表、看告知书、签承诺书")]
    return Station(_("申请"), (*lines, "，".join(ways)) if ways else tuple(lines))


def _acceptance(content: VersionContent) -> Iterator[Station]:
    """Receipt and acceptance are one where the law knows no acceptance of its own."""
    if content.regime is not None and not content.law.separate_acceptance:
        return
    words = _("%(limit)s内告诉您收不收") % {"limit": limit_words(content.acceptance_limit)}
    if content.acceptance_limit.unit == "at_once":
        words = _("当场告诉您收不收")
    yield Station(_("受理"), (words, _("缺什么一次说清")))


def _review(content: VersionContent) -> list[Station]:
    branches, specials = content.flow.branches, content.flow.special_steps
    together = content.joint
    found: list[Station] = []
    for place, branch in enumerate(branches):
        lane = place if together else 0
        found.append(Station(_review_title(branch, together=together), _branch_lines(branch), lane, together))
        found += [_special(one, lane, together=together) for one in specials if one.branch_key == branch.key]
    known = {branch.key for branch in branches}
    return found + [_special(one, 0) for one in specials if one.branch_key not in known]


def _review_title(branch: Branch, *, together: bool) -> str:
    return _("%(unit)s同时审") % {"unit": branch.department_name} if together else _("审查")


def _branch_lines(branch: Branch) -> tuple[str, ...]:
    steps = "、".join(step.name for step in branch.steps)
    days = [step.limit for step in branch.steps if step.limit is not None]
    lines = [steps or branch.name]
    if days and len({limit.unit for limit in days}) == 1 and days[0].unit == "working_day":
        total = sum(limit.n for limit in days)
        lines.append(_("大约 %(n)s 个工作日") % {"n": total})
    return tuple(lines)


def _special(rule: SpecialStepRule, lane: int, *, together: bool = False) -> Station:
    counted = _("不算在承诺时间里") if rule.stops_promised else _("算在承诺时间里")
    words = _("最长 %(limit)s，%(counted)s") % {"limit": limit_words(rule.limit), "counted": counted}
    return Station(_("需要时：%(name)s") % {"name": rule.name}, (words,), lane, together, special=True)


def _decided_within(content: VersionContent) -> str:
    if content.promised_limit.unit == "at_once":
        return _("当场决定")
    return _("从受理起 %(limit)s内") % {"limit": limit_words(content.promised_limit)}


def _result(content: VersionContent) -> Station:
    given = _("《%(name)s》") % {"name": content.result.name}
    when = _("决定后 %(limit)s内送到您手上") % {"limit": limit_words(content.delivery_limit)}
    if content.delivery_limit.unit == "at_once":
        when = _("当场给您，网上也能看")
    return Station(_("拿到结果"), (given, when))


def time_notes(content: VersionContent, *, promised: bool = False) -> tuple[str, ...]:
    """What counts and what does not, in sentences."""
    notes = []
    if content.promised_limit.unit != "at_once":
        notes.append(_("从受理的第二天算起，节假日不算。受理前补正的时间不算。"))
    for rule in content.flow.special_steps:
        law = _("，法定时限也停") if rule.stops_statutory else ""
        words = _("不算在承诺时间里") if rule.stops_promised else _("算在承诺时间里")
        told = {"name": rule.name, "limit": limit_words(rule.limit), "words": words, "law": law}
        notes.append(_("%(name)s：最长 %(limit)s，%(words)s%(law)s。") % told)
    if promised and content.commitment is not None and content.commitment.mode == "approval":
        notes.append(_("凭承诺办的，先给结果，之后再核查。"))
    return tuple(notes)

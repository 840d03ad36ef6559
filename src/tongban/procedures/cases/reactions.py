"""What follows from a case's events, after the act: papers are ordered, people are told, the case goes on.

Consumers read the ledger in commit order and are idempotent: jobs by (name, key), notifications by key.
"""

from __future__ import annotations

import uuid

from tongban.ground.jobs import defer
from tongban.ground.ledger.chain import Actor, Row
from tongban.ground.notifications.services import notify, register_text
from tongban.procedures.cases.jobs import advance_case, archive_case, order_open_papers, seal_paper
from tongban.procedures.cases.models import Case, CorrectionNotice
from tongban.registry.licences.models import Licence
from tongban.registry.licences.services import tell_annulled
from tongban.registry.parties.models import UserAccount

TEXTS: dict[str, tuple[str, str]] = {
    "case.submitted": ("已收到您的申请", "您申请的「{title}」已收到，办件编号 {number}。最迟 {due} 前答复是否受理。"),
    "case.submitted_directly": ("已收到您的申请", "您申请的「{title}」已收到，办件编号 {number}。最迟 {due} 前办结。"),
    "case.correction_requested": (
        "您的申请要补正",
        "「{title}」（{number}）有 {count} 处要补正，请在 {due} 前补上。在「我的办件」里能看到每一处怎么改。",
    ),
    "case.accepted": ("您的申请已受理", "「{title}」（{number}）已受理，最迟 {due} 前作出决定。"),
    "case.not_accepted": ("您的申请没有受理", "「{title}」（{number}）没有受理，决定书写明了理由和您可以怎么办。"),
    "case.result_issued": ("您的申请有结果了", "「{title}」（{number}）已有结果，可以在「我的办件」里查看和下载。"),
    "case.extended": (
        "办理期限延长了",
        "「{title}」（{number}）的办理期限经批准延长，理由写在延长办理期限告知书里。",
    ),
    "case.suspended": (
        "办理中有一项特别程序",
        "「{title}」（{number}）要进行一项特别程序，所需时间和对期限的影响写在告知书里。",
    ),
    "case.supplement_requested": (
        "请补充材料",
        "「{title}」（{number}）审查中要您补充材料，每一项写在通知书里。法定期限照常计算，请尽快补上。",
    ),
    "case.hearing_right_told": (
        "您可以要求听证",
        "「{title}」（{number}）您有权要求听证，5 个工作日内在「我的办件」里提出。",
    ),
    "case.hearing_scheduled": (
        "听证时间定了",
        "「{title}」（{number}）的听证时间和地点写在听证通知书里。",
    ),
    "case.deferral_lapsed": (
        "容缺材料没有按时补上",
        "「{title}」（{number}）容缺后补的材料已过期限，结果暂不能发给您。请尽快补交。",
    ),
    "case.rectification_ordered": (
        "请按要求整改",
        "「{title}」（{number}）承诺的内容没有做到，期限和您可以怎么陈述申辩写在通知书里。",
    ),
    "case.annulment_told": (
        "机关拟撤销许可，您可以申辩",
        "「{title}」（{number}）机关拟撤销原来的决定。{due} 前您可以陈述、申辩，写在告知书里。",
    ),
    "case.ready_for_pickup": (
        "可以来领结果了",
        "「{title}」（{number}）的结果已经在窗口，请带身份证来领。",
    ),
    "case.terminated": (
        "您的申请已终止办理",
        "「{title}」（{number}）已终止办理，决定书写明了理由和您可以怎么办。",
    ),
    "case.transferred": (
        "您的申请已转出",
        "「{title}」（{number}）已移送其他机关，移送通知书写明了去向。",
    ),
    "case.message_answered": (
        "办理单位答复了您的留言",
        "「{title}」（{number}）您的留言有答复了，在「我的办件」里看。",
    ),
    "case.withdrawn": ("您的申请已撤回", "「{title}」（{number}）已按您的要求撤回。"),
}

EVENTS_WITH_PAPERS = {
    "case.submitted",
    "case.received",
    "case.correction_requested",
    "case.accepted",
    "case.not_accepted",
    "case.extended",
    "case.suspended",
    "case.resumed",
    "case.supplement_requested",
    "case.opinion_requested",
    "case.joint_meeting_held",
    "case.hearing_right_told",
    "case.hearing_scheduled",
    "case.hearing_held",
    "case.party_told",
    "case.decided",
    "case.rectification_ordered",
    "case.breach_concluded",
    "case.delivered",
    "case.withdrawn",
    "case.terminated",
    "case.transferred",
    "case.voided",
    "case.archived",
    "case.archive_supplemented",
    "case.annulment_told",
    "case.after_checked",
    "case.deferral_settled",
    "case.closed",
    "case.commitment_checked",
}
"""Events that may carry papers to be made (``documents``), or after which the system owes the case a step."""

GOES_ON_AFTER = (
    "case.deferral_settled",
    "case.delivered",
    "case.not_accepted",
    "case.withdrawn",
    "case.terminated",
    "case.transferred",
    "case.voided",
)

ARCHIVED_AFTER = ("case.closed", "case.commitment_checked", "case.breach_concluded", "case.after_checked")
"""Events after which a closed case may be ready for the archive."""

BY_SMS = {
    "case.correction_requested",
    "case.supplement_requested",
    "case.hearing_right_told",
    "case.rectification_ordered",
    "case.annulment_told",
    "case.deferral_lapsed",
    "case.ready_for_pickup",
    "case.result_issued",
    "case.not_accepted",
    "case.terminated",
}


def register_texts() -> None:
    """Name the messages of this room."""
    for template, (title, text) in TEXTS.items():
        register_text(template, title, text)


def order_papers(event: Row) -> None:
    """Every paper that an act created is made by the document worker; a delivered case is closed."""
    for document_id in event.body.get("documents", ()):
        defer(seal_paper, document_id, document_id=document_id)
    if event.kind == "case.deferral_settled":
        order_open_papers(event.subject_id)
    if event.kind in ARCHIVED_AFTER:
        defer(archive_case, f"{event.subject_id}:{event.seq}", case_id=str(event.subject_id))
    if event.kind in GOES_ON_AFTER:
        defer(advance_case, str(event.subject_id), case_id=str(event.subject_id))


def tell_applicant(event: Row) -> None:
    """Tell who submitted what people wait for: in the inbox, and by SMS when they must act or can collect."""
    template = _template(event)
    if template not in TEXTS:
        return
    case = Case.objects.select_related("applicant_person", "agent_person").get(id=event.subject_id)
    person = case.agent_person or case.applicant_person
    if person is None:
        return
    account_id = UserAccount.objects.filter(person_id=person.id).values_list("id", flat=True).first()
    by_sms = (template in BY_SMS or account_id is None) and not _told_when_ready(template, case)
    address = person.mobile if by_sms else ""
    if account_id is None and not address:
        return
    notify(
        key=f"{event.id}:applicant",
        account_id=account_id,
        address=address,
        template=template,
        context={"title": case.title, "number": case.number, **_numbers(event)},
        subject=("case", case.id),
        path=_page(event, case.number),
    )


def _told_when_ready(template: str, case: Case) -> bool:
    """What is collected at a window has one SMS, the one that it lies there (``case.ready_for_pickup``)."""
    return template == "case.result_issued" and case.delivery_mode == "counter"


def _page(event: Row, number: str) -> str:
    """The page of the portal that the message leads to: where it is mended, else the case."""
    page = "correct/" if event.kind == "case.correction_requested" else ""
    return f"/my/cases/{number}/{page}"


def _template(event: Row) -> str:
    """Which message an event sends; empty for none. What is accepted on receipt or decided at once is told once."""
    if event.kind in ("case.submitted", "case.received"):
        directly = "case.submitted_directly" if event.body.get("answer_due") else ""
        return "case.submitted" if event.body.get("acceptance_due") else directly
    if event.kind == "case.accepted" and event.body.get("mode") == "instant":
        return ""
    return event.kind


def tell_licences(event: Row) -> None:
    """An annulment took the licences of the case out of force in its own act; their own ledgers are told here."""
    if event.body.get("outcome") != "annul":
        return
    actor = Actor(event.actor_kind, event.actor_id, event.post_id, event.role, event.on_behalf_of, event.channel)
    for licence_id in Licence.objects.filter(case_id=event.subject_id).values_list("id", flat=True):
        tell_annulled(licence_id, actor, "commitment_breached")


def _numbers(event: Row) -> dict[str, object]:
    body = event.body
    if event.kind == "case.accepted":
        return {"due": min(body["due"].values(), default="")}
    if event.kind == "case.correction_requested":
        items = CorrectionNotice.objects.values_list("items", flat=True).get(id=uuid.UUID(body["notice_id"]))
        return {"count": len(items), "due": body["due_on"]}
    return {"due": body.get("acceptance_due") or body.get("answer_due") or body.get("due_on") or ""}

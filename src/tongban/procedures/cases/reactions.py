"""What follows from a case's events, after the act: papers are ordered, people are told, the case goes on.

Consumers read the ledger in commit order and are idempotent: jobs by (name, key), notifications by key.
"""

from __future__ import annotations

import uuid

from tongban.ground.jobs import defer
from tongban.ground.ledger.chain import Row
from tongban.ground.notifications.services import notify, register_text
from tongban.procedures.cases.jobs import advance_case, seal_paper
from tongban.procedures.cases.models import Case, CorrectionNotice
from tongban.registry.parties.models import UserAccount

TEXTS: dict[str, tuple[str, str]] = {
    "case.submitted": ("已收到您的申请", "您申请的「{title}」已收到，办件编号 {number}。最迟 {due} 前答复是否受理。"),
    "case.correction_requested": (
        "您的申请要补正",
        "「{title}」（{number}）有 {count} 处要补正，请在 {due} 前补上。在「我的办件」里能看到每一处怎么改。",
    ),
    "case.accepted": ("您的申请已受理", "「{title}」（{number}）已受理，最迟 {due} 前作出决定。"),
    "case.not_accepted": ("您的申请没有受理", "「{title}」（{number}）没有受理，决定书写明了理由和您可以怎么办。"),
    "case.result_issued": ("您的申请有结果了", "「{title}」（{number}）已有结果，可以在「我的办件」里查看和下载。"),
    "case.withdrawn": ("您的申请已撤回", "「{title}」（{number}）已按您的要求撤回。"),
}

BY_SMS = {"case.correction_requested", "case.result_issued", "case.not_accepted"}


def register_texts() -> None:
    """Name the messages of this room."""
    for template, (title, text) in TEXTS.items():
        register_text(template, title, text)


def order_papers(event: Row) -> None:
    """Every paper that an act created is made by the document worker; a delivered case is closed."""
    for document_id in event.body.get("documents", ()):
        defer(seal_paper, document_id, document_id=document_id)
    if event.kind in ("case.delivered", "case.not_accepted", "case.withdrawn"):
        defer(advance_case, str(event.subject_id), case_id=str(event.subject_id))


def tell_applicant(event: Row) -> None:
    """Tell who submitted what people wait for: in the inbox, and by SMS when they must act or can collect."""
    template = "case.submitted" if event.kind == "case.received" and event.body.get("documents") else event.kind
    if template not in TEXTS:
        return
    case = Case.objects.select_related("applicant_person", "agent_person").get(id=event.subject_id)
    person = case.agent_person or case.applicant_person
    if person is None:
        return
    account_id = UserAccount.objects.filter(person_id=person.id).values_list("id", flat=True).first()
    address = person.mobile if template in BY_SMS or account_id is None else ""
    if account_id is None and not address:
        return
    notify(
        key=f"{event.id}:applicant",
        account_id=account_id,
        address=address,
        template=template,
        context={"title": case.title, "number": case.number, **_numbers(event)},
        subject=("case", case.id),
    )


def _numbers(event: Row) -> dict[str, object]:
    body = event.body
    if event.kind == "case.accepted":
        return {"due": min(body["due"].values())}
    if event.kind == "case.correction_requested":
        items = CorrectionNotice.objects.values_list("items", flat=True).get(id=uuid.UUID(body["notice_id"]))
        return {"count": len(items), "due": body["due_on"]}
    return {"due": body.get("acceptance_due", "")}

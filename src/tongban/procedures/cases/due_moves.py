"""Applicants are told when a change of the calendar moved the day by which their case is due."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Final

from tongban.ground.notifications.services import notify, register_text
from tongban.procedures.cases.models import Case
from tongban.procedures.work.recompute import on_moved
from tongban.registry.parties.models import UserAccount

TEMPLATE: Final = "case.due_moved"
TITLE: Final = "到期日有变"
TEXT: Final = "「{title}」（{number}）的办结期限由 {old} 改为 {new}，因为放假安排或当地停办的决定有变。"


def register() -> None:
    """Name the message, and say who tells of it."""
    register_text(TEMPLATE, TITLE, TEXT)
    on_moved("case")(tell_due_moved)


def tell_due_moved(case_id: uuid.UUID, old: date, new: date, calendar_version: str) -> None:
    """One message a case and move, to whoever submitted: in the inbox, or by SMS to who has no account."""
    case = Case.objects.select_related("applicant_person", "agent_person").get(id=case_id)
    person = case.agent_person or case.applicant_person
    if person is None:
        return
    account_id = UserAccount.objects.filter(person_id=person.id).values_list("id", flat=True).first()
    address = "" if account_id else person.mobile
    if account_id is None and not address:
        return
    notify(
        key=f"{case_id}:due:{old}:{new}:{calendar_version}",
        account_id=account_id,
        address=address,
        template=TEMPLATE,
        context={"title": case.title, "number": case.number, "old": old, "new": new},
        subject=("case", case_id),
    )

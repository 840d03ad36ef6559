"""What follows from an answer to a web question: whoever asked is told that it can be read (idempotent by event)."""

from __future__ import annotations

from tongban.ground.ledger.chain import Row
from tongban.ground.ledger.subjects import SubjectRef
from tongban.ground.notifications.services import notify, register_text
from tongban.procedures.contacts.asking_rules import WEB
from tongban.procedures.contacts.models import FirstContact
from tongban.registry.parties.models import UserAccount

TEXT = "contact.answered"
CONSUMER = "contacts.answers"


def register_texts() -> None:
    """Called when the application is ready. The answer itself is never sent: it may speak of somebody's affairs."""
    register_text(
        TEXT, "您问的有答复了", "您在网上问的事（{number}）有答复了。凭提问编号和查询密码，或者手机号，可以看。"
    )


def tell_asker(event: Row) -> None:
    """Tell whoever asked over the web; a question that was only passed on is not answered yet."""
    if event.kind != "contact.answered" or event.body.get("outcome") == "passed_on":
        return
    contact = FirstContact.objects.filter(id=event.subject_id, channel=WEB).first()
    if contact is None:
        return
    account = UserAccount.objects.filter(person_id=contact.asker_id).first() if contact.asker_id else None
    if account is None and not contact.person_phone:
        return
    notify(
        key=f"{event.id}:asker",
        template=TEXT,
        context={"number": contact.number},
        subject=SubjectRef("contact", contact.id),
        account_id=account.pk if account else None,
        address=contact.person_phone,
        path=f"/help/questions/?number={contact.number}",
    )

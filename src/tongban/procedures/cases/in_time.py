"""What time itself does to the intake: silence accepts where the law says so, deferrals lapse, applicants are reminded.

Reactions of the sweep (``procedures.work.sweep``): each runs once for a clock that has passed its due moment, or again
when it failed; so each is idempotent. A refusal means that the case went on by itself.
"""

from __future__ import annotations

import logging
import uuid
from datetime import datetime
from typing import Final

from django.db import connection

from tongban.ground import moment
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.notifications.services import notify, register_text
from tongban.procedures.cases import services
from tongban.procedures.cases.models import Case, CorrectionNotice
from tongban.procedures.cases.rules.ending import BEFORE_DECISION
from tongban.procedures.work import sweep
from tongban.procedures.work.models import ClockRow
from tongban.registry.catalog import selectors as catalog
from tongban.registry.parties.models import UserAccount

logger = logging.getLogger(__name__)
_EXPIRED: Final = """
    SELECT c.id, l.id FROM cases_case c
    JOIN catalog_itemversion v ON v.id = c.version_id
    JOIN licences_licence l ON l.holder_id IN (c.applicant_organisation_id, c.applicant_person_id)
        AND l.type_id = v.content -> 'result' ->> 'licence_type'
    WHERE v.content ->> 'kind' IN ('renew', 'renewal') AND l.valid_until < %s AND l.state IN ('valid', 'expired')
        AND c.state = ANY (%s) AND c.submitted_at::date <= l.valid_until
    ORDER BY c.id LIMIT %s
"""

REMINDER: Final = "case.correction_over"
TITLE: Final = "补正的期限过了"
TEXT: Final = (
    "「{title}」（{number}）要补正的内容在 {due} 前没有收到。机关可能作出不予受理的决定；现在补上，仍会接着核对。"
)


def register() -> None:
    """Name the reminder, and say which clocks this room acts on."""
    register_text(REMINDER, TITLE, TEXT)
    sweep.on("acceptance")(acceptance_over)
    sweep.on("deferral")(deferral_over)
    sweep.on("correction")(correction_over)


def acceptance_over(case_id: uuid.UUID, clock_id: uuid.UUID, at: datetime) -> None:
    """Nobody spoke in time: accepted by law where the regime of the case says so; elsewhere only the card tells."""
    version_id = Case.objects.values_list("version_id", flat=True).get(id=case_id)
    if catalog.content(version_id).law.deemed_acceptance:
        services.deem_accepted(case_id)


def deferral_over(case_id: uuid.UUID, clock_id: uuid.UUID, at: datetime) -> None:
    """The term of a deferral has passed: the result stays withheld, a person decides what follows."""
    key = ClockRow.objects.values_list("key", flat=True).get(id=clock_id)
    services.lapse_deferral(case_id, uuid.UUID(key))


def deem_renewals(limit: int = 500) -> int:
    """Renew by law what silence renews (art. 50): expired licences whose holder asked for renewal, undecided until now.

    A late request is left to a person: the rule refuses to deem it. Gives how many were renewed.
    """
    with connection.cursor() as cursor:
        cursor.execute(_EXPIRED, [moment.today(), list(BEFORE_DECISION), limit])
        found = cursor.fetchall()
    renewed = 0
    for case_id, licence_id in found:
        try:
            services.deem_renewed(case_id, licence_id=licence_id)
            renewed += 1
        except (Refusal, NotFound) as refused:
            logger.info("case %s is not deemed renewed: %s", case_id, refused.code)
    return renewed


def correction_over(case_id: uuid.UUID, clock_id: uuid.UUID, at: datetime) -> None:
    """The applicant is reminded once a notice; no act follows from time alone."""
    notice = CorrectionNotice.objects.filter(case_id=case_id, answered_at=None).order_by("-number").first()
    case = Case.objects.select_related("applicant_person", "agent_person").get(id=case_id)
    person = case.agent_person or case.applicant_person
    if notice is None or person is None:
        return
    account_id = UserAccount.objects.filter(person_id=person.id).values_list("id", flat=True).first()
    if account_id is None and not person.mobile:
        return
    notify(
        key=f"{notice.id}:over",
        account_id=account_id,
        address=person.mobile,
        template=REMINDER,
        context={"title": case.title, "number": case.number, "due": notice.due_on},
        subject=("case", case.id),
    )

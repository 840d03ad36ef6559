"""Mandates (授权委托): a person or an organisation lets somebody act for it; given, read, ended (XRG-02, IDN-05).

Whoever gives one has a checked identity; the agent is a registered person with a name that fits the number. Principal
and agent both stand on the ledger of the principal.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from tongban.ground import moment
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.ledger.chain import EventDraft
from tongban.ground.ledger.services import append
from tongban.ground.ledger.subjects import SubjectRef
from tongban.ground.policy import Principal
from tongban.registry.parties import selectors
from tongban.registry.parties.models import Mandate, Organisation, Person, UserAccount
from tongban.registry.parties.services import actor_of

LONGEST_DAYS = 3 * 366
MOST_GIVEN = 20
EVERYTHING = "*"


@dataclass(frozen=True)
class MandateLine:
    """A mandate as its principal or its agent sees it; the other side's name is masked for neither (both know it)."""

    id: int
    principal: str
    agent: str
    kind: str
    scope: str
    valid_from: date
    valid_until: date
    given: bool
    """True: by the reading person (or an organisation that the person leads); False: to them."""
    in_force: bool
    ended: str
    """Why it is over, in words; empty while it runs."""


def give(
    principal: Principal,
    *,
    agent_name: str,
    agent_id_number: str,
    until: date,
    scope: str = EVERYTHING,
    organisation_id: uuid.UUID | None = None,
) -> Mandate:
    """Let somebody act for oneself, or for an organisation that one leads.

    :param until: last day on which it holds.
    :param scope: an option code, or ``*`` for every option.
    :raises SignInNeeded, NotFound, Refusal: not checked, not one's organisation, wrong agent, wrong days.
    """
    giver = _giver(principal)
    organisation = _led_by(giver, organisation_id) if organisation_id else None
    agent = _agent(agent_name, agent_id_number, giver)
    today = moment.today()
    if not today <= until <= today + timedelta(days=LONGEST_DAYS):
        raise Refusal("mandate.until", "到期日要在今天以后，最长三年", field="until", remedy="改一个日期")
    owner = {"organisation": organisation} if organisation else {"principal_person": giver}
    running = Mandate.objects.filter(**owner, revoked_at=None, valid__contains=today)
    if running.filter(agent=agent, scope=scope).exists():
        raise Refusal("mandate.exists", "您已经授权给这个人了", field="agent_name", remedy="要改期限，先撤销原来的")
    if len(running.values_list("id")[:MOST_GIVEN]) >= MOST_GIVEN:
        raise Refusal("mandate.too_many", f"同时有效的授权最多 {MOST_GIVEN} 份", remedy="先撤销不用的")
    with transaction.atomic():
        mandate = Mandate.objects.create(
            **owner,
            agent=agent,
            scope=scope,
            valid=DateRange(today, until + timedelta(days=1)),
            given_at=moment.now(),
            given_by=principal.account_id,
        )
        body = {"mandate_id": mandate.pk, "agent_id": agent.pk, "scope": scope, "until": until}
        append(_subject(mandate), [EventDraft("mandate.given", body)], actor_of(principal, "portal"))
    return mandate


def revoke(principal: Principal, mandate_id: int) -> Mandate:
    """End a mandate at once: by who gave it, or by the agent who gives it back. Repeating changes nothing.

    :raises NotFound: of somebody else.
    """
    giver = _giver(principal, checked=False)
    mandate = Mandate.objects.select_related("organisation").filter(pk=mandate_id).first()
    if mandate is None or not _concerns(mandate, giver):
        raise NotFound("mandate.not_found", "没有找到这份授权")
    with transaction.atomic():
        if Mandate.objects.filter(pk=mandate.pk, revoked_at=None).update(revoked_at=moment.now()):
            body = {"mandate_id": mandate.pk, "by_agent": mandate.agent_id == giver.pk}
            append(_subject(mandate), [EventDraft("mandate.revoked", body)], actor_of(principal, "portal"))
    return mandate


def of_person(principal: Principal) -> tuple[MandateLine, ...]:
    """Mandates that the person gave (also for organisations led) and holds, the newest first; two queries."""
    if principal.person_id is None:
        return ()
    rows = Mandate.objects.select_related("organisation", "principal_person", "agent")
    led = list(Organisation.objects.filter(legal_representative_id=principal.person_id).values_list("id", flat=True))
    mine = (
        rows.filter(principal_person_id=principal.person_id)
        | rows.filter(organisation_id__in=led)
        | rows.filter(agent_id=principal.person_id)
    )
    return tuple(_line(row, principal.person_id, set(led)) for row in mine.order_by("-given_at", "-id")[:100])


def account_of(person_id: uuid.UUID) -> uuid.UUID | None:
    """The account of a person, whose sessions have to learn of a mandate."""
    return UserAccount.objects.filter(person_id=person_id).values_list("id", flat=True).first()


def _line(row: Mandate, person_id: uuid.UUID, led: set[uuid.UUID]) -> MandateLine:
    first: date = row.valid.lower
    last: date = row.valid.upper - timedelta(days=1)
    ended = "已撤销" if row.revoked_at else "已到期" if last < moment.today() else ""
    owner = row.organisation.name if row.organisation else row.principal_person.name if row.principal_person else ""
    given = row.principal_person_id == person_id or row.organisation_id in led
    return MandateLine(
        row.pk, owner, row.agent.name, row.get_kind_display(), row.scope, first, last, given, not ended, ended
    )


def _giver(principal: Principal, *, checked: bool = True) -> Person:
    if principal.person_id is None or principal.kind != "person":
        raise NotFound("mandate.not_found", "没有找到这份授权")
    if checked and principal.assurance_level < UserAccount.Assurance.CHECKED:
        raise Refusal(
            "mandate.assurance", "授权别人办事，要先核对您的身份", remedy="带身份证到任一窗口核对一次，以后就不用再核"
        )
    return selectors.person(principal.person_id)


def _led_by(person: Person, organisation_id: uuid.UUID) -> Organisation:
    found = Organisation.objects.filter(pk=organisation_id, legal_representative=person).first()
    if found is None:
        raise NotFound("mandate.organisation", "只有法定代表人能替单位授权")
    return found


def _agent(name: str, id_number: str, giver: Person) -> Person:
    """The registered person behind name and number; the answer never says which of the two was wrong."""
    found = selectors.person_by_id_number(id_number)
    if found is None or found.name != name.strip():
        raise Refusal(
            "mandate.agent",
            "姓名和身份证号对不上，或者这个人还没有在本站登记",
            field="agent_id_number",
            remedy="核对号码；没登记过的，请对方先用自己的手机号在本站登记",
        )
    if found.pk == giver.pk:
        raise Refusal("mandate.self", "不用授权给自己", field="agent_id_number")
    return found


def _concerns(mandate: Mandate, person: Person) -> bool:
    by_organisation = mandate.organisation and mandate.organisation.legal_representative_id == person.pk
    return bool(by_organisation) or person.pk in (mandate.principal_person_id, mandate.agent_id)


def _subject(mandate: Mandate) -> SubjectRef:
    if mandate.organisation_id:
        return SubjectRef("organisation", mandate.organisation_id)
    assert mandate.principal_person_id is not None  # the database holds one of the two
    return SubjectRef("person", mandate.principal_person_id)


def proof_of(
    agent: Person, person: Person | None, organisation: Organisation | None, option_code: str = EVERYTHING
) -> str:
    """How the register proves that somebody may act for another; one query at most.

    :returns: ``legal_representative``, ``register`` (a mandate in force for the option or for everything), or empty:
        only a letter on paper can prove it.
    """
    if organisation and organisation.legal_representative_id == agent.pk:
        return "legal_representative"
    owner = {"organisation": organisation} if organisation else {"principal_person": person}
    rows = Mandate.objects.filter(**owner, agent=agent, revoked_at=None, valid__contains=moment.today())
    return "register" if rows.filter(scope__in=(EVERYTHING, option_code)).exists() else ""

"""Who stands at the window: found by one number, typed or read from the card, carried through the form in a token.

One box takes an ID number, a credit code, or the whole line that a card reader types (name, sex, number ...). A person
needs neither account nor phone (WIN-21). Somebody who acts for the applicant gives their own number, and the register
or a letter on paper proves it (IDN-05).
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from django.core import signing
from django.http import QueryDict

from tongban.ground import identifiers, masking
from tongban.ground.errors import Refusal
from tongban.ground.policy import Principal
from tongban.registry.parties import mandates
from tongban.registry.parties import selectors as parties
from tongban.registry.parties import services as party_services
from tongban.registry.parties.models import Organisation, Person

MANDATE_WORDS: Final = {
    "legal_representative": "法定代表人本人",
    "register": "平台登记的授权委托，有效",
    "paper": "已核对纸质授权委托书",
}
_SALT = "tongban.desk.party"
_LIFE_SECONDS = 4 * 3600
_NUMBER = re.compile(r"[0-9A-HJ-NPQRTUWXYa-hj-npqrtuwxy]{18}")
_NAME = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff·]{2,30}")


@dataclass(frozen=True)
class Party:
    """The applicant, and who stands here for them.

    ``person`` applies; with an organisation it is the person who stands here for it. ``agent`` stands here for a
    person. ``mandate`` says how that was proved: :data:`MANDATE_WORDS`, empty for oneself.
    """

    person: Person | None
    organisation: Organisation | None = None
    agent: Person | None = None
    mandate: str = ""

    @property
    def name(self) -> str:
        """The applicant's name."""
        return self.organisation.name if self.organisation else self.person.name if self.person else ""

    @property
    def kind(self) -> str:
        """``organisation`` or ``person``."""
        return "organisation" if self.organisation else "person"

    @property
    def here(self) -> Person | None:
        """Who stands at the counter, and signs."""
        return self.agent or self.person

    @property
    def number(self) -> str:
        """The applicant's number: the code in full, an ID number masked."""
        if self.organisation:
            return self.organisation.uscc
        return masking.mask_id_number(self.person.id_number) if self.person else ""

    @property
    def mobile(self) -> str:
        """The mobile of who stands here, masked; empty when there is none."""
        return masking.mask_mobile(self.here.mobile) if self.here and self.here.mobile else ""

    @property
    def mandate_words(self) -> str:
        """How acting for the applicant was proved."""
        return MANDATE_WORDS.get(self.mandate, "")


@dataclass(frozen=True)
class PartyForm:
    """What the clerk typed. ``unknown``: ``person`` or ``agent`` is not registered yet, name is asked for.

    ``organisation``: found already, its agent is asked for. ``needs_letter``: the register proves no mandate.
    """

    number: str = ""
    agent_number: str = ""
    paper: bool = False
    name: str = ""
    mobile: str = ""
    unknown: str = ""
    organisation: Organisation | None = None
    needs_letter: bool = False


class Ask(Exception):
    """The form needs one more answer; ``form`` is the same form with the question."""

    def __init__(self, form: PartyForm) -> None:
        super().__init__()
        self.form = form


def read(post: QueryDict) -> PartyForm:
    """The form as typed; a card reader's line gives number and name."""
    number, agent, name, mobile = (post.get(key, "").strip() for key in ("number", "agent_number", "name", "mobile"))
    return PartyForm(number, agent, bool(post.get("paper")), name, mobile)


def find(form: PartyForm, principal: Principal, *, register: str = "") -> Party:
    """The party of the typed numbers.

    :param register: ``person`` or ``agent``, who is to be put into the register (the document was checked here).
    :raises Ask: a person is not registered yet, an organisation's agent or a letter is missing.
    :raises Refusal: a number is wrong, or no organisation has this credit code.
    """
    number = _number(form.number, "number", "请读身份证，或输入身份证号、统一社会信用代码")
    if _is_id_number(number):
        person = _person(form, number, "person", principal, register)
        if not form.agent_number:
            return Party(person)
        agent = _person(form, _number(form.agent_number, "agent_number"), "agent", principal, register)
        if agent.pk == person.pk:
            return Party(person)
        return Party(person, None, agent, _mandate(form, agent, person, None))
    organisation = _organisation(number)
    if not form.agent_number:
        raise Ask(replace(form, organisation=organisation))
    form = replace(form, organisation=organisation)
    agent = _person(form, _number(form.agent_number, "agent_number"), "agent", principal, register)
    return Party(agent, organisation, None, _mandate(form, agent, None, organisation))


def _mandate(form: PartyForm, agent: Person, person: Person | None, organisation: Organisation | None) -> str:
    proof = mandates.proof_of(agent, person, organisation)
    if not proof and not form.paper:
        raise Ask(replace(form, needs_letter=True))
    return proof or "paper"


def _person(form: PartyForm, number: str, which: str, principal: Principal, register: str) -> Person:
    field = "number" if which == "person" else "agent_number"
    try:
        found = parties.person_by_id_number(number)
    except Refusal as refusal:
        raise Refusal(refusal.code, refusal.sentence, field=field, remedy=refusal.remedy) from refusal
    if found:
        return found
    line = form.number if which == "person" else form.agent_number
    name = form.name or name_in(line)
    if register != which:
        raise Ask(replace(form, unknown=which, name=name))
    actor = party_services.actor_of(principal, channel="window")
    return party_services.register_person(name, number, form.mobile, actor=actor)


def name_in(line: str) -> str:
    """The name in a card reader's line: its first Chinese word; empty when only a number was typed."""
    found = _NAME.search(line)
    return found[0] if found else ""


def _number(text: str, field: str, sentence: str = "请读经办人的身份证，或输入身份证号") -> str:
    """The number of 18 characters in what was typed or read."""
    if not text:
        raise Refusal(f"party.{field}", sentence, field=field, remedy="读卡，或照证件输入 18 位")
    flat = re.sub(r"(?<=[0-9A-Za-z])[\s\-]+(?=[0-9A-Za-z])", "", identifiers.half_width(text))
    found = _NUMBER.search(flat)
    return found[0].upper() if found else flat


def _is_id_number(number: str) -> bool:
    """Digits with at most a last X are an ID number, unless only a credit code fits; letters make a credit code."""
    if re.search(r"[A-WYZ]|X.", number):
        return False
    return _right(identifiers.parse_id_number, number) or not _right(identifiers.parse_uscc, number)


def _right(parse: Callable[[str], object], number: str) -> bool:
    try:
        parse(number)
    except Refusal:
        return False
    return True


def token_of(party: Party, principal: Principal) -> str:
    """The party for a hidden field of this clerk's form."""
    ids = [str(one.pk) if one else "" for one in (party.person, party.organisation, party.agent)]
    return signing.dumps([*ids, party.mandate, str(principal.staff_id)], salt=_SALT)


def from_token(token: str, principal: Principal) -> Party:
    """The party of a token that this clerk got today; :raises Refusal: an old or foreign one."""
    try:
        person, organisation, agent, mandate, staff = signing.loads(token, salt=_SALT, max_age=_LIFE_SECONDS)
    except (signing.BadSignature, ValueError):
        raise _expired() from None
    if staff != str(principal.staff_id):
        raise _expired()
    return Party(
        parties.person(uuid.UUID(person)) if person else None,
        parties.organisation(uuid.UUID(organisation)) if organisation else None,
        parties.person(uuid.UUID(agent)) if agent else None,
        mandate,
    )


def _expired() -> Refusal:
    return Refusal("party.expired", "核对身份的结果已经过期", field="number", remedy="请重新核对申请人的证件")


def _organisation(code: str) -> Organisation:
    try:
        found = parties.organisation_by_uscc(code)
    except Refusal as refusal:
        raise Refusal(refusal.code, refusal.sentence, field="number", remedy=refusal.remedy) from refusal
    if found is None:
        raise Refusal(
            "party.organisation_unknown",
            "没有找到这个统一社会信用代码的单位",
            field="number",
            remedy="请核对代码；刚设立的单位先办理登记",
        )
    return found

"""Who stands at the window: found by the number on their document, carried through the form in a signed token."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core import signing
from django.http import QueryDict

from tongban.ground.errors import Refusal
from tongban.ground.policy import Principal
from tongban.registry.parties import selectors as parties
from tongban.registry.parties import services as party_services
from tongban.registry.parties.models import Organisation, Person

T = TypeVar("T")
_SALT = "tongban.desk.party"
_LIFE_SECONDS = 4 * 3600


@dataclass(frozen=True)
class Party:
    """The applicant (a person, or an organisation with the agent who stands here)."""

    person: Person | None
    organisation: Organisation | None = None

    @property
    def name(self) -> str:
        """The applicant's name."""
        return self.organisation.name if self.organisation else self.person.name if self.person else ""

    @property
    def kind(self) -> str:
        """``organisation`` or ``person``."""
        return "organisation" if self.organisation else "person"

    def facts(self) -> dict[str, Any]:
        """Prefill source name -> value that the house holds."""
        found: dict[str, Any] = {}
        if self.person:
            found = {
                "person.name": self.person.name,
                "person.id_number": self.person.id_number,
                "person.mobile": self.person.mobile,
                "person.address": self.person.address,
                "applicant.name": self.person.name,
                "applicant.number": self.person.id_number,
            }
        if self.organisation:
            found |= {
                "organisation.name": self.organisation.name,
                "organisation.uscc": self.organisation.uscc,
                "organisation.address": self.organisation.address,
                "organisation.legal_representative": self.organisation.legal_representative.name,
                "applicant.name": self.organisation.name,
                "applicant.number": self.organisation.uscc,
            }
        return {key: value for key, value in found.items() if value}


@dataclass(frozen=True)
class PartyForm:
    """What the clerk typed to find the applicant; ``unknown`` asks for name and mobile of a new person."""

    kind: str = "person"
    id_number: str = ""
    uscc: str = ""
    name: str = ""
    mobile: str = ""
    unknown: bool = False


def read(post: QueryDict) -> PartyForm:
    """The form as typed."""
    names = ("kind", "id_number", "uscc", "name", "mobile")
    typed = {name: post.get(name, "").strip() for name in names}
    return PartyForm(**{**typed, "kind": typed["kind"] or "person"}, unknown=post.get("command") == "register")


def find(form: PartyForm) -> Party | None:
    """The party of the typed numbers; ``None`` when the person is not registered yet.

    :raises Refusal: a number is wrong, or no organisation has this credit code.
    """
    organisation = _organisation(form.uscc) if form.kind == "organisation" else None
    number = _needed(form.id_number, "id_number", "请填写身份证号", "读卡或照证件输入 18 位号码")
    person = _at(parties.person_by_id_number, number, "id_number")
    return Party(person, organisation) if person else None


def register(form: PartyForm, principal: Principal) -> Party:
    """Put a new person into the register (the document was checked at the window), then find the party.

    :raises Refusal: a value is wrong or missing; :raises Conflict: somebody registered the number meanwhile.
    """
    name = _needed(form.name, "name", "请填写姓名", "照身份证上的姓名填写")
    mobile = _needed(form.mobile, "mobile", "请填写手机号", "用来通知办理进度")
    party_services.register_person(
        name, form.id_number, mobile, actor=party_services.actor_of(principal, channel="window")
    )
    found = find(form)
    if found is None:
        raise Refusal("party.not_registered", "没有登记成功", field="id_number", remedy="请核对身份证号再试一次")
    return found


def token_of(party: Party, principal: Principal) -> str:
    """The party for a hidden field of this clerk's form."""
    data = [
        str(party.person.id) if party.person else "",
        str(party.organisation.id) if party.organisation else "",
        str(principal.staff_id),
    ]
    return signing.dumps(data, salt=_SALT)


def from_token(token: str, principal: Principal) -> Party:
    """The party of a token that this clerk got today; :raises Refusal: an old or foreign one."""
    try:
        person, organisation, staff = signing.loads(token, salt=_SALT, max_age=_LIFE_SECONDS)
    except signing.BadSignature:
        raise _expired() from None
    if staff != str(principal.staff_id):
        raise _expired()
    return Party(
        parties.person(uuid.UUID(person)) if person else None,
        parties.organisation(uuid.UUID(organisation)) if organisation else None,
    )


def _expired() -> Refusal:
    return Refusal("party.expired", "核对身份的结果已经过期", field="id_number", remedy="请重新核对申请人的证件")


def _organisation(uscc: str) -> Organisation:
    code = _needed(uscc, "uscc", "请填写统一社会信用代码", "照营业执照上的 18 位代码填写")
    found = _at(parties.organisation_by_uscc, code, "uscc")
    if found is None:
        raise Refusal(
            "party.organisation_unknown",
            "没有找到这个统一社会信用代码的单位",
            field="uscc",
            remedy="请核对代码；刚设立的单位先办理登记",
        )
    return found


def _needed(text: str, field: str, sentence: str, remedy: str) -> str:
    if not text:
        raise Refusal(f"party.{field}", sentence, field=field, remedy=remedy)
    return text


def _at(look_up: Callable[[str], T], text: str, field: str) -> T:
    """Look up, and say at which control a wrong number stands."""
    try:
        return look_up(text)
    except Refusal as refusal:
        raise Refusal(refusal.code, refusal.sentence, field=field, remedy=refusal.remedy) from refusal

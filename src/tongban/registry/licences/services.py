"""Writers of the licence and seal register. Each leaves an event on its subject."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from tongban.ground import moment
from tongban.ground.documents.typesetting import draw_svg
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.ledger.chain import Actor, EventDraft
from tongban.ground.ledger.selectors import events_of
from tongban.ground.ledger.services import append
from tongban.ground.ledger.subjects import SubjectRef
from tongban.registry.licences import rules
from tongban.registry.licences.certificates import check_profile, make_certificate
from tongban.registry.licences.models import Licence, LicenceType, Seal, StandingApproval
from tongban.registry.parties.models import Department

IMPRESSION = Path(__file__).resolve().parents[2] / "ground" / "documents" / "templates" / "impression.typ"
CERTIFICATE_YEARS = 5


def define_licence_type(code: str, name: str, **values: Any) -> LicenceType:
    """Make or change a licence type; ``schema`` is [{path, label, definition?, meaning?}] (see ``LicenceType``)."""
    made, _ = LicenceType.objects.update_or_create(code=code, defaults={"name": name, **values})
    return made


def request_seal(authority: Department, kind: str, actor: Actor, name: str = "") -> Seal:
    """Ask for a seal of an authority; its name is the authority's full name and the kind, unless told otherwise."""
    words = "" if kind == Seal.Kind.OFFICIAL_SEAL else Seal.Kind(kind).label
    with transaction.atomic():
        seal = Seal.objects.create(authority=authority, kind=kind, name=name or f"{authority.name}{words}")
        _record(seal, "seal.requested", actor, {"authority": authority.pk, "kind": kind})
    return seal


def change_seal(seal_id: UUID, command: str, actor: Actor, reason: str = "") -> Seal:
    """Approve, reject, activate, suspend, resume, expire or destroy (``make`` has its own use case)."""
    with transaction.atomic():
        seal = _locked_seal(seal_id)
        transition = rules.step(rules.SEAL, seal.state, command, reason, seal.get_state_display())
        if command == "make":
            raise ValueError("use make_seal")
        _move(seal, transition, actor)
    return seal


def make_seal(seal_id: UUID, actor: Actor, years: int = CERTIFICATE_YEARS) -> Seal:
    """Make the key, the certificate and the impression; an expired seal is renewed with a new key."""
    with transaction.atomic():
        seal = _locked_seal(seal_id)
        transition = rules.step(rules.SEAL, seal.state, "make", "", seal.get_state_display())
        now = moment.now()
        made = make_certificate(seal.name, seal.authority.name, now, years)
        check_profile(made.pem, now)
        seal.key_id, seal.certificate_pem, seal.valid_until = made.key_id, made.pem, made.valid_until
        seal.impression = draw_impression(seal)
        seal.save(update_fields=["key_id", "certificate_pem", "valid_until", "impression"])
        _move(seal, transition, actor)
    return seal


def draw_impression(seal: Seal) -> str:
    """The round red seal as SVG: authority on the arc, star, kind below; drawn once, when the seal is made."""
    words = Seal.Kind(seal.kind).label if seal.kind == Seal.Kind.APPROVAL_SEAL else ""
    if settings.REHEARSAL:
        words = "演练用章"
    return draw_svg(IMPRESSION, {"authority": seal.authority.name, "kind": words})


def register_seal(authority: Department, kind: str, actor: Actor, mark: str = "") -> Seal:
    """The whole road at once, for demo, rehearsal and tests: requested, approved, made, active.

    :param mark: stands in brackets before the seal's name and so in its certificate.
    """
    words = "" if kind == Seal.Kind.OFFICIAL_SEAL else Seal.Kind(kind).label
    seal = request_seal(authority, kind, actor, f"（{mark}）{authority.name}{words}" if mark else "")
    change_seal(seal.pk, "approve", actor)
    make_seal(seal.pk, actor)
    return change_seal(seal.pk, "activate", actor)


def give_standing_approval(
    seal: Seal, document_kind: str, first: date, last: date, ceiling: int, approved_by: UUID, reason: str, actor: Actor
) -> StandingApproval:
    """A keeper's approval of one kind of document, for a period (both days included) and a number of uses."""
    if last < first or ceiling < 1 or not reason.strip():
        raise Refusal(
            "seal.approval",
            "用印批准须写明理由，期间和次数须有效",
            remedy="请填写理由，截止日不早于开始日，次数至少 1 次",
        )
    with transaction.atomic():
        approval = StandingApproval.objects.create(
            seal=seal,
            document_kind=document_kind,
            valid=DateRange(first, last, "[]"),
            ceiling=ceiling,
            approved_by=approved_by,
            reason=reason.strip(),
        )
        body = {"approval": approval.pk, "document_kind": document_kind, "first": first.isoformat()}
        body |= {"last": last.isoformat(), "ceiling": ceiling}
        _record(seal, "seal.use_approved", actor, body)
    return approval


def change_licence(licence_id: UUID, command: str, actor: Actor, reason_code: str = "") -> Licence:
    """Suspend, resume, annul, withdraw, revoke, expire, cancel or move out a licence; ``reason_code`` is coded."""
    with transaction.atomic():
        licence = Licence.objects.select_for_update().filter(pk=licence_id).first()
        if licence is None:
            raise NotFound("licence.not_found", "没有找到这份证照")
        transition = rules.step(rules.LICENCE, licence.state, command, reason_code, licence.get_state_display())
        licence.state = transition.target
        licence.save(update_fields=["state"])
        body = {"licence_version": licence.version, "state": transition.target}
        append(SubjectRef("licence", licence.pk), [EventDraft(transition.event, body, reason_code=reason_code)], actor)
    return licence


def tell_annulled(licence_id: UUID, actor: Actor, reason_code: str) -> bool:
    """Tell the licence's own ledger that an act of its case has annulled it; once, however often it is called.

    Gives whether an event was written. A licence in any other state is left alone.
    """
    with transaction.atomic():
        licence = Licence.objects.select_for_update().filter(pk=licence_id, state=Licence.State.ANNULLED).first()
        if licence is None or any(e.kind == "licence.annulled" for e in events_of("licence", licence_id)):
            return False
        body = {"licence_version": licence.version, "state": licence.state}
        event = EventDraft("licence.annulled", body, reason_code=reason_code)
        append(SubjectRef("licence", licence.pk), [event], actor)
    return True


def date_licence(licence_id: UUID) -> Licence:
    """Give a licence its dates before its paper is drawn: today's while it is prepared; a sealed one keeps its own.

    Validity: the elements that the schema marks ``valid_from`` and ``valid_until``, else the type's months from today.
    """
    with transaction.atomic():
        licence = Licence.objects.select_for_update().select_related("type").get(pk=licence_id)
        if licence.state == Licence.State.PREPARED:
            licence.issued_on = moment.today()
            first, last = _told_validity(licence)
            licence.valid_from = first or licence.issued_on
            if last is None and licence.type.validity_months:
                last = rules.last_day(licence.valid_from, licence.type.validity_months)
            licence.valid_until = last
            licence.save(update_fields=["issued_on", "valid_from", "valid_until"])
    return licence


def _told_validity(licence: Licence) -> tuple[date | None, date | None]:
    answers = json.loads(licence.attributes)
    told = {
        entry["meaning"]: date.fromisoformat(answers[entry["path"]])
        for entry in licence.type.schema
        if entry.get("meaning") in {"valid_from", "valid_until"} and answers.get(entry["path"])
    }
    return told.get("valid_from"), told.get("valid_until")


def _locked_seal(seal_id: UUID) -> Seal:
    seal = Seal.objects.select_for_update(of=("self",)).select_related("authority").filter(pk=seal_id).first()
    if seal is None:
        raise NotFound("seal.not_found", "没有找到这枚印章")
    return seal


def _move(seal: Seal, transition: rules.Transition, actor: Actor) -> None:
    seal.state = transition.target
    seal.save(update_fields=["state"])
    _record(seal, transition.event, actor, {"key_id": seal.key_id})


def _record(seal: Seal, event: str, actor: Actor, body: dict[str, Any]) -> None:
    append(SubjectRef("seal", seal.pk), [EventDraft(event, body)], actor)

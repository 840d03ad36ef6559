"""States of the licence and seal register, made through its services."""

from __future__ import annotations

import json
import secrets
import uuid
from datetime import date, timedelta

from tongban.ground import moment
from tongban.ground.documents.models import Document
from tongban.ground.ledger.chain import Actor
from tongban.registry.licences import services
from tongban.registry.licences.models import Licence, LicenceType, Seal, StandingApproval
from tongban.registry.parties.models import Department, Region

KEEPER = Actor(kind="staff", id=uuid.UUID(int=7), post_id=1, role="seal_keeper", channel="window")
VERIFY_URL = "https://yunxi.example/verify/"


def an_authority(name: str = "") -> Department:
    number = secrets.randbelow(10**8) + 10**9
    region = Region.objects.create(code=str(number), name="云溪市", level=Region.Level.CITY, no=number, end_no=number)
    return Department.objects.create(
        uscc=f"1{secrets.token_hex(8).upper()}X",
        name=name or f"云溪市第{number}卫生健康委员会",
        short_name="卫健委",
        document_word="云卫许",
        region=region,
    )


def an_active_seal(authority: Department | None = None) -> Seal:
    return services.register_seal(authority or an_authority(), Seal.Kind.APPROVAL_SEAL, KEEPER)


def an_approval(seal: Seal, document_kind: str = "licence", ceiling: int = 100, **period: date) -> StandingApproval:
    first = period.get("first", moment.today() - timedelta(days=30))
    last = period.get("last", moment.today() + timedelta(days=330))
    return services.give_standing_approval(
        seal, document_kind, first, last, ceiling, uuid.UUID(int=7), "日常许可文书用印", KEEPER
    )


def a_document(seal: Seal, kind: str = "licence", title: str = "卫生许可证") -> Document:
    return Document.objects.create(
        kind=kind,
        number=f"云卫许〔2026〕{secrets.randbelow(10**9)}号",
        subject_kind="case",
        subject_id=uuid.uuid4(),
        authority_id=seal.authority_id,
        title=title,
        created_at=moment.now(),
    )


def a_licence_type(months: int | None = 48) -> LicenceType:
    return services.define_licence_type(
        f"hygiene-{secrets.token_hex(4)}",
        "卫生许可证",
        validity_months=months,
        template="licence_hygiene",
        schema=[{"path": "premises.name", "label": "经营场所"}, {"path": "person.name", "label": "负责人"}],
    )


def a_prepared_licence(seal: Seal, holder: str = "云溪市㼆氏理发店", **values: object) -> Licence:
    document = a_document(seal)
    given = {
        "type": a_licence_type(),
        "licence_number": f"云卫证字〔2026〕第{secrets.randbelow(10**9)}号",
        "holder_kind": "organisation",
        "holder_id": uuid.uuid4(),
        "holder_name": holder,
        "case_id": document.subject_id,
        "attributes": json.dumps({"premises.name": "解放路 88 号", "person.name": "张𬭎"}),
        "issuer": seal.authority,
        "document": document,
    }
    return Licence.objects.create(**{**given, **values})


def with_approved_seal() -> Seal:
    seal = an_active_seal()
    an_approval(seal)
    return seal

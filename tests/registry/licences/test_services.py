from __future__ import annotations

import stat
import uuid
from datetime import date, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.db import IntegrityError, connection, transaction

from tests.registry.licences.builders import (
    KEEPER,
    a_licence_type,
    a_prepared_licence,
    an_active_seal,
    an_approval,
    an_authority,
)
from tongban.ground import moment
from tongban.ground.crypto import keys
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.ledger.selectors import events_of
from tongban.registry.licences import services
from tongban.registry.licences.certificates import chain_is_trusted, check_profile, key_name
from tongban.registry.licences.models import Licence, Seal

pytestmark = pytest.mark.django_db


def test_a_seal_walks_its_road_and_leaves_every_event() -> None:
    seal = an_active_seal(an_authority())
    assert [e.kind for e in events_of("seal", seal.pk)] == [
        "seal.requested",
        "seal.approved",
        "seal.made",
        "seal.activated",
    ]
    assert seal.name.endswith("行政审批专用章")
    assert chain_is_trusted(seal.certificate_pem, moment.now())


def test_the_impression_holds_outlines_and_no_text() -> None:
    seal = an_active_seal()
    assert seal.impression.startswith("<svg")
    assert "<path" in seal.impression
    assert "<text" not in seal.impression
    assert "卫生" not in seal.impression


def test_the_private_key_is_a_file_for_its_owner_only() -> None:
    path = keys.keys_dir() / key_name(an_active_seal().key_id)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_seal_that_was_not_approved_cannot_be_made() -> None:
    seal = services.request_seal(an_authority(), Seal.Kind.OFFICIAL_SEAL, KEEPER)
    with pytest.raises(Refusal, match="已申请"):
        services.make_seal(seal.pk, KEEPER)


def test_a_destroyed_seal_stays_destroyed() -> None:
    seal = an_active_seal()
    with pytest.raises(Refusal, match="理由"):
        services.change_seal(seal.pk, "destroy", KEEPER)
    services.change_seal(seal.pk, "destroy", KEEPER, reason="机构撤销")
    with pytest.raises(Refusal):
        services.change_seal(seal.pk, "resume", KEEPER)


def test_an_unknown_seal_is_not_found() -> None:
    with pytest.raises(NotFound):
        services.change_seal(uuid.uuid4(), "approve", KEEPER)


@pytest.mark.parametrize(("reason", "days", "ceiling"), [("", 1, 1), ("理由", -1, 1), ("理由", 1, 0)])
def test_an_approval_needs_reason_period_and_ceiling(reason: str, days: int, ceiling: int) -> None:
    seal, today = an_active_seal(), moment.today()
    with pytest.raises(Refusal):
        services.give_standing_approval(
            seal, "licence", today, today + timedelta(days=days), ceiling, seal.pk, reason, KEEPER
        )


def test_an_approval_is_an_event_of_the_seal() -> None:
    seal = an_active_seal()
    an_approval(seal, ceiling=5)
    event = events_of("seal", seal.pk)[-1]
    assert event.kind == "seal.use_approved"
    assert event.body["ceiling"] == 5


def foreign_certificate(*, usage: bool, curve: ec.EllipticCurve) -> str:
    key = ec.generate_private_key(curve)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "云溪市卫生健康委员会行政审批专用章")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(moment.now() - timedelta(days=1))
        .not_valid_after(moment.now() + timedelta(days=9))
    )
    if usage:
        flags = (True, True, False, False, False, False, False, False, False)
        builder = builder.add_extension(x509.KeyUsage(*flags), critical=True)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


@pytest.mark.parametrize(
    ("usage", "curve", "code"),
    [
        (False, ec.SECP256R1(), "seal.certificate_profile"),
        (True, ec.SECP384R1(), "seal.certificate_profile"),
        (True, ec.SECP256R1(), "seal.certificate_chain"),
    ],
)
def test_a_certificate_that_could_not_seal_lawfully_is_refused_when_registered(usage, curve, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        check_profile(foreign_certificate(usage=usage, curve=curve), moment.now())
    assert caught.value.code == code


def test_a_chain_counts_only_while_the_certificate_is_valid() -> None:
    seal = an_active_seal()
    assert seal.valid_until is not None
    assert chain_is_trusted(seal.certificate_pem, seal.valid_until - timedelta(days=1))
    assert not chain_is_trusted(seal.certificate_pem, seal.valid_until + timedelta(days=1))
    assert not chain_is_trusted(seal.certificate_pem, moment.now() - timedelta(days=3))


def test_a_prepared_licence_is_dated_by_its_type_until_it_is_sealed() -> None:
    licence = a_prepared_licence(an_active_seal())
    for day, last in ((2, date(2030, 3, 1)), (9, date(2030, 3, 8))):
        with moment.at(datetime(2026, 3, day, 9, tzinfo=moment.SHANGHAI)):
            dated = services.date_licence(licence.pk)
        assert (dated.issued_on, dated.valid_from) == (date(2026, 3, day), date(2026, 3, day))
        assert dated.valid_until == last
    Licence.objects.filter(pk=licence.pk).update(state="valid")
    assert services.date_licence(licence.pk).issued_on == date(2026, 3, 9)


def test_a_validity_told_in_the_application_wins() -> None:
    kind = a_licence_type(months=None)
    kind.schema = [
        {"path": "work.from", "label": "开始", "meaning": "valid_from"},
        {"path": "work.to", "label": "结束", "meaning": "valid_until"},
    ]
    kind.save()
    attributes = '{"work.from": "2026-12-01", "work.to": "2026-12-15"}'
    licence = a_prepared_licence(an_active_seal(), type=kind, attributes=attributes)
    dated = services.date_licence(licence.pk)
    assert (dated.valid_from, dated.valid_until) == (date(2026, 12, 1), date(2026, 12, 15))


def test_a_licence_number_has_one_live_version() -> None:
    licence = a_prepared_licence(an_active_seal())
    with pytest.raises(IntegrityError), transaction.atomic():
        a_prepared_licence(an_active_seal(), type=licence.type, licence_number=licence.licence_number, version=2)
    Licence.objects.filter(pk=licence.pk).update(state="superseded")
    assert a_prepared_licence(an_active_seal(), type=licence.type, licence_number=licence.licence_number, version=2).pk


def test_revoking_a_licence_is_an_event_with_its_reason_and_final() -> None:
    licence = a_prepared_licence(an_active_seal(), state="valid")
    services.change_licence(licence.pk, "revoke", KEEPER, reason_code="penalty")
    event = events_of("licence", licence.pk)[-1]
    assert (event.kind, event.reason_code) == ("licence.revoked", "penalty")
    with pytest.raises(Refusal, match="已吊销"):
        services.change_licence(licence.pk, "resume", KEEPER)


def test_the_holder_and_the_face_are_ciphertext_in_the_database() -> None:
    licence = a_prepared_licence(an_active_seal(), holder="张𬭎")
    with connection.cursor() as cursor:
        cursor.execute("SELECT holder_name, attributes FROM licences_licence WHERE id = %s", [licence.pk])
        assert all(column.startswith("enc:v1:") for column in cursor.fetchone())
    assert Licence.objects.get(pk=licence.pk).holder_name == "张𬭎"

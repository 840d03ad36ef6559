from __future__ import annotations

import hashlib
import io
import subprocess
import time
import uuid
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from django.db import IntegrityError, transaction

from tests.ground.documents.papers import data_of
from tests.registry.licences import builders
from tests.registry.licences.builders import KEEPER, VERIFY_URL
from tongban.ground import moment
from tongban.ground.documents.models import Document
from tongban.ground.documents.typesetting import MissingGlyph, render
from tongban.ground.errors import Refusal
from tongban.ground.ledger.selectors import events_of
from tongban.ground.storage.models import StoredFile
from tongban.ground.storage.selectors import open_file
from tongban.procedures.cases.papers import register_papers
from tongban.registry.licences import sealing, services
from tongban.registry.licences.models import Licence, Seal, SealUse, StandingApproval

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _papers() -> None:
    register_papers()


def a_paper() -> bytes:
    return render("decision_grant", data_of("decision_grant"))


@pytest.mark.covers("APR-16")
def test_a_sealed_paper_is_stored_counted_and_recorded() -> None:
    seal = builders.an_active_seal()
    approval = builders.an_approval(seal)
    document, case_id = builders.a_document(seal), uuid.uuid4()
    sealed = sealing.seal_document(document.pk, a_paper(), seal, case_id)
    document.refresh_from_db()
    approval.refresh_from_db()
    use = SealUse.objects.get(document=document)
    digest = hashlib.sha256(sealed).hexdigest()
    assert (document.state, document.content_hash) == ("sealed", digest)
    assert document.file is not None
    assert open_file(document.file) == sealed
    assert document.file.evidence_grade == "A"
    assert (use.seal, use.approval, use.document_hash, use.case_id, use.count) == (seal, approval, digest, case_id, 1)
    assert approval.used == 1
    event = events_of("seal", seal.pk)[-1]
    assert (event.kind, event.body["document_hash"], event.body["case"]) == ("seal.used", digest, str(case_id))


@pytest.mark.slow
@pytest.mark.needs_tool("pdfsig")
def test_an_independent_tool_calls_the_signature_valid(tmp_path: Path) -> None:
    seal = builders.with_approved_seal()
    path = tmp_path / "sealed.pdf"
    path.write_bytes(sealing.seal_document(builders.a_document(seal).pk, a_paper(), seal, uuid.uuid4()))
    said = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, check=False).stdout.decode()
    assert "Signature is Valid" in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    assert seal.name in said


@pytest.mark.slow
def test_pyhanko_calls_it_valid_trusted_and_whole() -> None:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    from tongban.ground.crypto import keys
    from tongban.registry.licences.signatures import _roots

    seal = builders.with_approved_seal()
    sealed = sealing.seal_document(builders.a_document(seal).pk, a_paper(), seal, uuid.uuid4())
    signature = PdfFileReader(io.BytesIO(sealed)).embedded_signatures[0]
    status = validate_pdf_signature(signature, ValidationContext(trust_roots=_roots(keys.trusted_roots())))
    assert status.bottom_line
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature.md_algorithm == "sha256"


@pytest.mark.slow
def test_the_sealed_paper_is_still_pdf_a_and_keeps_its_dates() -> None:
    seal = builders.with_approved_seal()
    with moment.at(moment.now() - timedelta(hours=5)):
        past = moment.now()
        sealed = sealing.seal_document(builders.a_document(seal).pk, a_paper(), seal, uuid.uuid4())
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        about = pdf.open_metadata()
        assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("2", "B")
        assert past.strftime("%Y%m%d") in str(pdf.docinfo["/ModDate"])
        signed_at = str(pdf.Root.AcroForm.Fields[0].V.M)
    assert moment.local(past).strftime("D:%Y%m%d%H%M%S") in signed_at


def test_a_repeated_job_gets_the_stored_original_and_uses_no_second_seal() -> None:
    seal = builders.an_active_seal()
    approval = builders.an_approval(seal)
    document = builders.a_document(seal)
    first = sealing.seal_document(document.pk, a_paper(), seal, uuid.uuid4())
    assert sealing.seal_document(document.pk, a_paper(), seal, uuid.uuid4()) == first
    approval.refresh_from_db()
    assert approval.used == 1


@pytest.mark.covers("APR-16")
def test_no_case_no_seal() -> None:
    seal = builders.an_active_seal()
    approval = builders.an_approval(seal)
    with pytest.raises(IntegrityError), transaction.atomic():
        SealUse.objects.create(
            seal=seal,
            approval=approval,
            document=builders.a_document(seal),
            document_hash="0" * 64,
            used_at=moment.now(),
            count=1,
            case_id=None,
        )


def refused(seal: Seal, kind: str = "licence") -> Refusal:
    document = builders.a_document(seal, kind=kind)
    files = StoredFile.objects.count()
    with pytest.raises(Refusal) as caught:
        sealing.seal_document(document.pk, a_paper(), seal, uuid.uuid4())
    document.refresh_from_db()
    assert document.state == "pending"
    assert StoredFile.objects.count() == files
    assert not SealUse.objects.filter(document=document).exists()
    return caught.value


def test_without_an_approval_nothing_is_sealed() -> None:
    assert refused(builders.an_active_seal()).code == "seal.no_approval"


def test_an_approval_of_another_kind_or_period_does_not_help() -> None:
    seal = builders.an_active_seal()
    today = moment.today()
    builders.an_approval(seal, document_kind="receipt")
    builders.an_approval(seal, first=today - timedelta(days=9), last=today - timedelta(days=1))
    builders.an_approval(seal, first=today + timedelta(days=1), last=today + timedelta(days=9))
    assert refused(seal).code == "seal.no_approval"


@pytest.mark.slow
def test_the_last_day_of_an_approval_counts() -> None:
    seal = builders.an_active_seal()
    builders.an_approval(seal, first=moment.today(), last=moment.today())
    assert sealing.seal_document(builders.a_document(seal).pk, a_paper(), seal, uuid.uuid4())


def test_after_the_ceiling_nothing_is_sealed() -> None:
    seal = builders.an_active_seal()
    builders.an_approval(seal, ceiling=1)
    sealing.seal_document(builders.a_document(seal).pk, a_paper(), seal, uuid.uuid4())
    refusal = refused(seal)
    assert refusal.code == "seal.no_approval"
    assert "次数已用完" in refusal.sentence
    assert StandingApproval.objects.get(seal=seal).used == 1


@pytest.mark.parametrize("command", ["suspend", "expire", "destroy"])
def test_a_stopped_seal_seals_nothing(command: str) -> None:
    seal = builders.with_approved_seal()
    services.change_seal(seal.pk, command, KEEPER, reason="停用")
    assert refused(seal).code == "seal.not_active"


@pytest.mark.slow
def test_an_ended_certificate_seals_nothing_and_old_papers_stay_good() -> None:
    seal = builders.with_approved_seal()
    sealed = sealing.seal_document(builders.a_document(seal).pk, a_paper(), seal, uuid.uuid4())
    assert seal.valid_until is not None
    with moment.at(seal.valid_until + timedelta(days=2)):
        builders.an_approval(seal)
        assert refused(seal).code == "seal.certificate"
        assert sealing.verify_pdf(sealed).certificate == "ok"


@pytest.mark.covers("LIC-03")
def test_a_licence_is_dated_drawn_sealed_and_valid() -> None:
    seal = builders.with_approved_seal()
    licence = builders.a_prepared_licence(seal)
    sealed = sealing.make_licence(licence.pk, {"item": {"name": "公共场所卫生许可"}}, VERIFY_URL)
    licence.refresh_from_db()
    assert licence.state == Licence.State.VALID
    assert (licence.file_hash, licence.file_size) == (hashlib.sha256(sealed).hexdigest(), len(sealed))
    assert licence.issued_on == moment.today()
    event = events_of("licence", licence.pk)[-1]
    assert (event.kind, event.body["document_hash"]) == ("licence.issued", licence.file_hash)
    assert sealing.make_licence(licence.pk, {}, VERIFY_URL) == sealed


def test_a_missing_character_makes_the_document_wait_with_the_remedy() -> None:
    seal = builders.with_approved_seal()
    licence = builders.a_prepared_licence(seal, holder="王\U0002a6d7理发店")
    with pytest.raises(MissingGlyph):
        sealing.make_licence(licence.pk, {}, VERIFY_URL)
    document = Document.objects.get(pk=licence.document_id)
    assert document.state == "waiting"
    assert "U+2A6D7" in document.waiting_reason
    assert "TONGBAN_FONT_DIRS" in document.waiting_reason
    licence.refresh_from_db()
    assert licence.state == Licence.State.PREPARED
    Licence.objects.filter(pk=licence.pk).update(holder_name="王㼆理发店")
    sealing.make_licence(licence.pk, {}, VERIFY_URL)
    document.refresh_from_db()
    assert (document.state, document.waiting_reason) == ("sealed", "")


def test_a_paper_without_a_seal_in_use_waits_and_says_so() -> None:
    seal = builders.with_approved_seal()
    services.change_seal(seal.pk, "suspend", KEEPER, reason="检修")
    document = builders.a_document(seal, kind="receipt", title="申请材料接收凭证")
    with pytest.raises(Refusal):
        sealing.make_document(document.pk, "receipt", data_of("receipt"), uuid.uuid4(), VERIFY_URL)
    document.refresh_from_db()
    assert document.state == "waiting"
    assert "没有启用的行政审批专用章" in document.waiting_reason


@pytest.mark.slow
def test_a_kept_key_seals_quickly() -> None:
    seal, paper = builders.with_approved_seal(), a_paper()
    documents = [builders.a_document(seal) for _ in range(11)]
    sealing.seal_document(documents[0].pk, paper, seal, uuid.uuid4())
    begin = time.process_time()
    for document in documents[1:]:
        sealing.seal_document(document.pk, paper, seal, uuid.uuid4())
    assert (time.process_time() - begin) / 10 < 0.2

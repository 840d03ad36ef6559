from __future__ import annotations

import io
import shutil
import subprocess
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ground.documents.papers import data_of
from tests.registry.licences import builders
from tests.registry.licences.builders import KEEPER, VERIFY_URL
from tongban.ground import moment
from tongban.ground.crypto import keys
from tongban.ground.documents.typesetting import render
from tongban.ground.storage import store
from tongban.ground.storage.models import StoredFile
from tongban.procedures.cases.papers import register_papers
from tongban.registry.licences import sealing, services
from tongban.registry.licences.certificates import make_certificate
from tongban.registry.licences.models import Licence
from tongban.registry.licences.selectors import verify_by_bytes, verify_by_code
from tongban.registry.licences.signatures import judge, sign_pdf
from tongban.registry.licences.verdicts import Verdicts

pytestmark = pytest.mark.django_db
Sealed = tuple[Licence, bytes]


def four(result: Verdicts) -> tuple[str, str, str, str]:
    return result.signature, result.certificate, result.content, result.state


def a_sealed_licence(**values: object) -> tuple[Licence, bytes]:
    register_papers()
    licence = builders.a_prepared_licence(builders.with_approved_seal(), **values)
    sealed = sealing.make_licence(licence.pk, {}, VERIFY_URL)
    licence.refresh_from_db()
    return licence, sealed


@pytest.fixture(scope="module")
def original(kept) -> Sealed:
    """One sealed licence for all tests that read it; each undoes its own."""
    return kept(a_sealed_licence)


def edited(sealed: bytes) -> bytes:
    """The page turned by an incremental update: the signed bytes are all still there."""
    from pyhanko.pdf_utils.generic import NumberObject
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Rotate"] = NumberObject(90)
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    assert out.getvalue().startswith(sealed)
    return out.getvalue()


def without_signature(sealed: bytes) -> bytes:
    """The same page, saved anew without anything of the signature."""
    with pikepdf.open(io.BytesIO(sealed)) as pdf:
        del pdf.Root.AcroForm
        del pdf.Root.Perms
        del pdf.pages[0].obj.Annots
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def test_the_sealed_original_is_good_in_all_four_respects(original: Sealed) -> None:
    licence, sealed = original
    for result in (verify_by_bytes(sealed), sealing.verify_pdf(sealed), verify_by_code(licence.code)):
        assert four(result) == ("ok", "ok", "ok", "ok")
        assert result.genuine
        assert result.found is not None
        assert result.found.number == licence.licence_number
        assert len(result.sentences) == 4


@pytest.mark.needs_tool("pdfsig")
def test_an_incremental_edit_is_called_changed_while_pdfsig_still_says_valid(tmp_path: Path, original: Sealed) -> None:
    licence, sealed = original
    changed = edited(sealed)
    path = tmp_path / "changed.pdf"
    path.write_bytes(changed)
    said = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, check=False).stdout.decode()
    assert "Signature is Valid" in said
    for result in (verify_by_bytes(changed), sealing.verify_pdf(changed)):
        assert (result.signature, result.content) == ("ok", "bad")
        assert not result.genuine
        assert "被改动过" in result.sentences[2]
        assert result.found is not None
        assert result.found.code == licence.code


def test_a_byte_changed_inside_the_signed_part_is_found(original: Sealed) -> None:
    licence, sealed = original
    at = sealed.index(b"/MediaBox")
    changed = sealed[:at] + b"/MediaBux" + sealed[at + 9 :]
    web, command = verify_by_bytes(changed), sealing.verify_pdf(changed)
    assert (web.signature, web.content) == ("bad", "bad")
    assert (command.signature, command.content) == ("bad", "bad")
    assert web.found is not None
    assert web.found.code == licence.code


def test_a_paper_redrawn_without_signature_is_not_the_original(original: Sealed) -> None:
    _, sealed = original
    bare = without_signature(sealed)
    for result in (verify_by_bytes(bare), sealing.verify_pdf(bare)):
        assert result.signature == "unknown"
        assert result.content == "bad"
        assert not result.genuine


def test_a_forger_with_an_authority_of_his_own_is_not_trusted(settings, tmp_path: Path, original: Sealed) -> None:
    _, sealed = original
    bare = without_signature(sealed)
    ours = settings.DIR
    settings.DIR = tmp_path
    own = make_certificate("云溪市卫生健康委员会行政审批专用章", "云溪市卫生健康委员会", moment.now(), 1)
    forged = sign_pdf(bare, own.key_id, own.pem)
    settings.DIR = ours
    result = sealing.verify_pdf(forged)
    assert (result.signature, result.certificate) == ("ok", "bad")
    assert not result.genuine
    assert verify_by_bytes(forged).content == "bad"
    assert not verify_by_bytes(forged).genuine


def test_a_foreign_file_is_unknown_and_nothing_is_said_of_it() -> None:
    register_papers()
    data = data_of("receipt")
    del data["verification"]
    foreign = render("receipt", data)
    for result in (verify_by_bytes(foreign), sealing.verify_pdf(foreign)):
        assert four(result) == ("unknown", "unknown", "unknown", "unknown")
        assert result.found is None
        assert "没有查到" in result.sentences[3]


@given(st.binary(max_size=400), st.sampled_from([b"", b"%PDF-1.7\n", b"/ByteRange [0 1 2 3]", b"tongban-verify:"]))
@settings(
    max_examples=settings().max_examples * 2 // 5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_upload_breaks_the_verification(noise: bytes, begin: bytes) -> None:
    assert not verify_by_bytes(begin + noise).genuine
    assert not sealing.verify_pdf(begin + noise).genuine


@pytest.mark.parametrize("command", ["suspend", "annul", "withdraw", "revoke", "cancel"])
def test_the_state_of_today_decides_not_the_paper(command: str, original: Sealed) -> None:
    licence, sealed = original
    services.change_licence(licence.pk, command, KEEPER, reason_code="test")
    result = verify_by_bytes(sealed)
    assert four(result) == ("ok", "ok", "ok", "bad")
    assert "不能作为有效凭证使用" in result.sentences[3]
    assert sealing.verify_pdf(sealed).state == "bad"


def test_an_expired_licence_is_bad_before_any_job_marked_it(original: Sealed) -> None:
    licence, sealed = original
    assert licence.valid_until is not None
    with moment.at(moment.now() + (licence.valid_until - moment.today())):
        assert verify_by_bytes(sealed).state == "ok"
    with moment.at(moment.now() + (licence.valid_until - moment.today()) + timedelta(days=1)):
        result = verify_by_bytes(sealed)
    assert result.state == "bad"
    assert "已过期" in result.sentences[3]


def test_a_person_is_masked_an_organisation_is_not() -> None:
    person, _ = a_sealed_licence(holder="张三丰", holder_kind="person")
    firm, _ = a_sealed_licence(holder="云溪市㼆氏理发店")
    assert verify_by_code(person.code).found.holder == "张*丰"  # type: ignore[union-attr]
    assert verify_by_code(firm.code).found.holder == "云溪市㼆氏理发店"  # type: ignore[union-attr]


def test_the_code_printed_on_the_paper_leads_to_the_licence(original: Sealed) -> None:
    licence, _ = original
    assert licence.document is not None
    found = verify_by_code(licence.document.code.lower()).found
    assert found is not None
    assert (found.kind, found.number) == ("licence", licence.licence_number)


def test_a_paper_of_a_case_can_be_verified_too() -> None:
    register_papers()
    seal = builders.an_active_seal()
    builders.an_approval(seal, document_kind="decision_refuse")
    document = builders.a_document(seal, kind="decision_refuse", title="不予行政许可决定书")
    assert verify_by_code(document.code).state == "bad"
    data = data_of("decision_refuse")
    sealed = sealing.make_document(document.pk, "decision_refuse", data, uuid.uuid4(), VERIFY_URL)
    result = verify_by_bytes(sealed)
    assert four(result) == ("ok", "ok", "ok", "ok")
    assert result.found is not None
    assert (result.found.kind, result.found.holder, result.found.issuer) == ("document", "", seal.authority.name)


def test_an_original_damaged_in_our_own_store_is_told() -> None:
    licence, _ = a_sealed_licence()
    store.backend().delete(store.path_of(licence.file_hash))
    assert (verify_by_code(licence.code).signature, verify_by_code(licence.code).content) == ("bad", "bad")


def test_a_root_that_is_no_longer_trusted_is_told(settings, tmp_path: Path, original: Sealed) -> None:
    _, sealed = original
    shutil.copytree(settings.DIR, tmp_path, dirs_exist_ok=True)  # another worker seals with ours at this moment
    settings.DIR = tmp_path
    assert verify_by_bytes(sealed).certificate == "ok"
    for root in (keys.keys_dir() / "roots").glob("*.pem"):
        root.unlink()
    assert verify_by_bytes(sealed).certificate == "bad"
    assert sealing.verify_pdf(sealed).certificate == "bad"


@pytest.mark.parametrize("typed", ["", "   ", "000000000000", "没有这个码", "'; DROP TABLE"])
def test_a_code_that_nobody_issued_is_not_found(typed: str) -> None:
    result = verify_by_code(typed)
    assert result.found is None
    assert result.state == "unknown"


def test_an_upload_is_never_stored_and_costs_few_queries(original: Sealed) -> None:
    _, sealed = original
    files = StoredFile.objects.count()
    with CaptureQueriesContext(connection) as queries:
        verify_by_bytes(sealed)
        verify_by_bytes(edited(sealed))
    assert len(queries) <= 10
    assert all(q["sql"].startswith("SELECT") for q in queries)
    assert StoredFile.objects.count() == files


def test_the_verdicts_are_plain_data_for_the_command_line(original: Sealed) -> None:
    _, sealed = original
    told = sealing.verify_pdf(sealed).to_json()
    assert {k: told[k] for k in ("signature", "certificate", "content", "state")} == dict.fromkeys(
        ("signature", "certificate", "content", "state"), "ok"
    )


@pytest.mark.slow
def test_several_threads_judge_at_once(original: Sealed) -> None:
    _, sealed_paper = original
    at = moment.now()
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: judge(sealed_paper, at), range(60)))
    assert set(found) == {("ok", "ok", "ok")}


@pytest.mark.covers("WIN-23")
def test_an_authority_with_a_long_name_gets_its_certificate() -> None:
    name = "云溪市桥西区人力资源和社会保障局劳动人事争议仲裁委员会"
    made = make_certificate(f"（演练）{name}行政审批专用章", name, moment.now(), 1)
    subject = x509.load_pem_x509_certificate(made.pem.encode()).subject
    assert [len(part.value.encode()) <= 64 for part in subject] == [True, True, True]
    assert subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == f"（演练）{name}"[:21]

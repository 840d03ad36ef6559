"""How a paper is made by the document worker: sealed, or kept without a seal; verification tells the difference."""

from __future__ import annotations

import pytest

from tests.procedures.cases.papers import rows
from tongban.ground.documents.models import Document
from tongban.ground.storage.selectors import open_file
from tongban.procedures.cases import jobs
from tongban.registry.licences.models import SealUse
from tongban.registry.licences.selectors import verify_by_bytes, verify_by_code

pytestmark = pytest.mark.django_db


def made(kind: str) -> Document:
    document = rows.a_document(rows.a_case(), kind)
    document.save()
    jobs.seal_paper(document_id=str(document.id))
    document.refresh_from_db()
    return document


def test_a_slip_is_kept_without_a_seal_and_verification_does_not_claim_one():
    document = made("handover_list")
    assert document.state == "sealed"
    assert not SealUse.objects.filter(document=document).exists()
    assert document.file is not None
    for verdict in (verify_by_code(document.code), verify_by_bytes(open_file(document.file))):
        assert (verdict.signature, verdict.content, verdict.state) == ("unknown", "ok", "ok")
        assert verdict.found is not None
        assert "不盖章" in verdict.found.state_words


def test_a_changed_slip_is_found_out():
    document = made("handover_list")
    assert document.file is not None
    assert verify_by_bytes(open_file(document.file) + b"%").content == "bad"


def test_a_sealed_paper_is_sealed_and_verification_says_so():
    document = made("receipt")
    assert SealUse.objects.filter(document=document).count() == 1
    verdict = verify_by_code(document.code)
    assert (verdict.signature, verdict.certificate, verdict.state) == ("ok", "ok", "ok")


def test_making_a_slip_twice_keeps_the_first():
    document = made("handover_list")
    jobs.seal_paper(document_id=str(document.id))
    first = document.content_hash
    document.refresh_from_db()
    assert document.content_hash == first

from __future__ import annotations

import uuid

import pytest
from django.db import IntegrityError, transaction

from tests.ground.storage.files import a_pdf
from tongban.ground import moment
from tongban.ground.documents import selectors, services
from tongban.ground.documents.models import Document
from tongban.ground.errors import Conflict
from tongban.ground.storage.services import store_sealed

pytestmark = pytest.mark.django_db


def a_document(**values: object) -> Document:
    given = {
        "kind": "receipt",
        "number": f"测〔2026〕{uuid.uuid4().hex[:8]}号",
        "subject_kind": "case",
        "subject_id": uuid.uuid4(),
        "authority_id": 1,
        "title": "申请材料接收凭证",
        "created_at": moment.now(),
    }
    return Document.objects.create(**{**given, **values})


def test_a_number_is_used_once_by_an_authority_and_may_be_empty() -> None:
    first = a_document()
    a_document(number=""), a_document(number="")
    a_document(number=first.number, authority_id=2)
    with pytest.raises(IntegrityError), transaction.atomic():
        a_document(number=first.number)


def test_a_document_is_sealed_once() -> None:
    document, file = a_document(), store_sealed(a_pdf(), "凭证")
    services.mark_sealed(document.pk, file, moment.now())
    document.refresh_from_db()
    assert (document.state, document.content_hash, document.file) == ("sealed", file.content_hash, file)
    with pytest.raises(Conflict):
        services.mark_sealed(document.pk, file, moment.now())


def test_a_waiting_document_says_why_and_can_still_be_sealed() -> None:
    document = a_document()
    services.wait(document.pk, "字库中没有这个字")
    document.refresh_from_db()
    assert (document.state, document.waiting_reason) == ("waiting", "字库中没有这个字")
    services.mark_sealed(document.pk, store_sealed(a_pdf(), "凭证"), moment.now())
    services.wait(document.pk, "太晚了")
    document.refresh_from_db()
    assert (document.state, document.waiting_reason) == ("sealed", "")


def test_the_database_refuses_a_sealed_document_without_file() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        a_document(state="sealed")


def test_a_document_is_found_by_its_code_as_typed() -> None:
    document = a_document()
    assert selectors.by_code(f" {document.code.lower()} ") == document
    assert selectors.by_code("") is None
    assert selectors.by_hash("") is None
    assert list(selectors.of_subject("case", document.subject_id)) == [document]
    assert document in selectors.unsealed(1000)

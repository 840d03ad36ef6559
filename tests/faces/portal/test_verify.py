"""Anybody verifies: four verdicts in plain words, a masked holder, nothing stored."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.faces.portal import road
from tests.support import builders
from tongban.ground.storage.models import StoredFile
from tongban.ground.storage.selectors import open_file
from tongban.registry.licences.models import Licence
from tongban.registry.parties.models import Person

pytestmark = pytest.mark.django_db
ADDRESS = "/verify/"


@pytest.fixture(scope="module")
def licence(kept) -> Licence:
    found = Licence.objects.select_related("document__file")
    return kept(lambda: found.get(case_id=builders.a_granted_case()))


def whole(licence: Licence) -> bytes:
    assert licence.document and licence.document.file
    return open_file(licence.document.file)


def send(content: bytes, name: str = "证.pdf") -> HttpResponse:
    return Client().post(ADDRESS, {"file": SimpleUploadedFile(name, content, "application/pdf")})


def verdicts(response: HttpResponse) -> list[str]:
    part = road.text_of(response).split("逐项结果")[1]
    words = [piece.split("<")[0] for piece in part.split('<span class="tag')[1:]]
    return [word.split(">")[1] for word in words]


def test_a_code_typed_with_gaps_in_small_letters_leads_to_the_verdicts(licence: Licence) -> None:
    typed = f" {licence.code[:4].lower()} {licence.code[4:8]}-{licence.code[8:]} "
    led = Client().post(ADDRESS, {"code": typed})
    assert led.headers["Location"] == reverse("portal:verify_code", args=[licence.code])
    page = Client().get(led.headers["Location"])
    assert verdicts(page) == ["通过"] * 4
    text = road.text_of(page)
    assert licence.licence_number in text
    holder = Person.objects.get(pk=licence.holder_id).name
    assert holder not in text
    assert "请对照下面各项和您手里的" in text, "a code proves our original, not the sheet in somebody's hand"


def test_the_file_as_issued_passes_and_is_not_stored(licence: Licence) -> None:
    content = whole(licence)
    before = StoredFile.objects.count()
    response = send(content)
    assert verdicts(response) == ["通过"] * 4
    assert "是本平台签发的原件，没有改动" in road.text_of(response)
    assert StoredFile.objects.count() == before


def test_something_added_after_the_sealing_is_told_apart_from_the_signature(licence: Licence) -> None:
    changed = send(whole(licence) + b"\n1 0 obj<</Type/Annot>>endobj\n%%EOF\n")
    signature, _certificate, content, _state = verdicts(changed)
    assert signature == "通过"
    assert content == "不通过"
    assert "被改动过" in road.text_of(changed)


def test_a_changed_byte_is_not_what_we_issued(licence: Licence) -> None:
    content = bytearray(whole(licence))
    content[200] ^= 1
    assert verdicts(send(bytes(content)))[2] == "不通过"


def test_a_foreign_pdf_is_unknown_not_forged() -> None:
    response = send(b"%PDF-1.4\n%%EOF")
    assert "没有查到" in road.text_of(response)
    assert "不通过" not in verdicts(response)


@pytest.mark.parametrize("content", [b"MZ\x00\x00", "照片".encode()])
def test_something_else_than_a_pdf_is_refused_with_the_other_way(content: bytes) -> None:
    response = send(content)
    assert response.status_code == 422
    assert "核验码" in road.text_of(response)


@pytest.mark.parametrize("code", ["", "   ", "../../etc", "<script>", "证" * 12])
def test_a_code_that_cannot_be_one_is_told_so(code: str) -> None:
    response = Client().post(ADDRESS, {"code": code})
    assert response.status_code == 422
    assert "<script>" not in road.text_of(response).split("核验码")[1]


def test_an_unknown_code_says_what_to_check() -> None:
    response = Client().get(reverse("portal:verify_code", args=["0000AAAA1111"]))
    assert response.status_code == 404
    assert "有没有抄错" in road.text_of(response)


def test_too_many_verifications_from_one_address_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    from tongban.faces.portal.views import verify

    limit = verify.OF_ADDRESS
    for _ in range(limit.most):
        limit.note("127.0.0.1")
    response = send(b"%PDF-1.4")
    assert response.status_code == 429
    assert "次数太多" in road.text_of(response)

"""Materials: plain multipart forms; what is refused says why beside the material, what was right stays."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from tests.faces.desk import builders
from tests.faces.door import LU, SHEN
from tests.faces.portal import road
from tongban.procedures.cases.models import Draft
from tongban.registry.catalog import selectors as catalog

pytestmark = pytest.mark.django_db


def test_a_program_that_says_it_is_a_photo_is_refused_beside_its_material() -> None:
    client = road.browser()
    draft = road.begin(client)
    response = road.upload(client, draft, "floor_plan", road.program())
    page = road.text_of(response)
    assert response.status_code == 422
    assert "Windows" in page
    tile = page.split('id="m-floor_plan"')[1].split("</section>")[0]
    assert "field-error" in tile
    assert 'href="#m-floor_plan"' in page
    assert Draft.objects.get(pk=draft).files.get("floor_plan", []) == []


def test_of_two_files_the_good_one_is_kept_and_the_bad_one_named() -> None:
    client = road.browser()
    draft = road.begin(client)
    response = road.upload(client, draft, "floor_plan", road.picture("好的.png"), road.program("坏的.jpg"))
    page = road.text_of(response)
    assert response.status_code == 422
    assert "好的.png" in page
    assert "坏的.jpg" in page
    assert len(Draft.objects.get(pk=draft).files["floor_plan"]) == 1


def test_a_script_gets_the_tile_alone() -> None:
    client = road.browser()
    draft = road.begin(client)
    good = road.upload(client, draft, "floor_plan", road.picture(), headers={"HX-Request": "true"})
    assert good.status_code == 200
    assert road.text_of(good).lstrip().startswith("<section")
    bad = road.upload(client, draft, "floor_plan", road.program(), headers={"HX-Request": "true"})
    assert bad.status_code == 422
    assert "<html" not in road.text_of(bad)


def test_pressing_upload_without_a_file_says_so() -> None:
    client = road.browser()
    draft = road.begin(client)
    response = road.upload(client, draft, "floor_plan")
    assert response.status_code == 422
    assert "还没有选择文件" in road.text_of(response)


def test_a_file_can_be_looked_at_and_taken_off_again() -> None:
    client = road.browser()
    draft = road.begin(client)
    road.upload(client, draft, "floor_plan", road.picture())
    (file_id,) = Draft.objects.get(pk=draft).files["floor_plan"]
    shown = client.get(road.url("materials", draft), {"file": file_id})
    assert shown.headers["Content-Type"] == "image/png"
    assert shown.headers["Cache-Control"] == "no-store, private"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    road_back = client.post(
        road.url("materials", draft), {"action": "remove", "material": "floor_plan", "file": file_id}
    )
    assert road_back.status_code == 303
    assert Draft.objects.get(pk=draft).files["floor_plan"] == []
    assert client.get(road.url("materials", draft), {"file": file_id}).status_code == 404


def test_nobody_reads_a_file_through_their_own_draft_that_is_not_in_it() -> None:
    client = road.browser()
    draft = road.begin(client)
    road.upload(client, draft, "floor_plan", road.picture())
    (file_id,) = Draft.objects.get(pk=draft).files["floor_plan"]
    stranger = road.browser(LU)
    own = road.begin(stranger)
    assert stranger.get(road.url("materials", own), {"file": file_id}).status_code == 404


def test_exempt_and_unknown_materials_take_no_file() -> None:
    client = road.browser()
    draft = road.begin(client)
    for code in ("id_card", "nonsense", ""):
        assert road.upload(client, draft, code, road.picture()).status_code == 404


def test_one_file_too_many_is_refused_with_the_limit() -> None:
    client = road.browser()
    draft = road.begin(client)
    content = catalog.content(Draft.objects.get(pk=draft).version_id)
    material = content.material("floor_plan")
    assert material is not None
    for _ in range(material.max_files):
        assert road.upload(client, draft, "floor_plan", road.picture()).status_code == 303
    response = road.upload(client, draft, "floor_plan", road.picture())
    assert response.status_code == 422
    assert f"最多 {material.max_files} 个文件" in road.text_of(response)


def test_going_on_without_a_material_names_it() -> None:
    client = road.browser()
    draft = road.begin(client)
    road.post(client, "questions", draft, road.QUESTIONS)
    response = client.post(road.url("materials", draft), {"action": "next"})
    assert response.status_code == 422
    assert "请上传卫生管理制度" in road.text_of(response)


def test_a_pdf_with_a_script_is_refused() -> None:
    body = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/J#53(app.alert(1))>>>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF"
    )
    client = road.browser()
    draft = road.begin(client)
    response = road.upload(client, draft, "floor_plan", SimpleUploadedFile("图.pdf", body, "application/pdf"))
    assert response.status_code == 422
    assert Draft.objects.get(pk=draft).files.get("floor_plan", []) == []


def test_files_chosen_when_the_session_had_ended_are_asked_for_again() -> None:
    from django.test import Client

    from tests.faces.door import resident_account

    draft = road.begin(road.browser())
    away = Client()
    assert road.upload(away, draft, "floor_plan", road.picture()).status_code == 302
    away.post(f"/demo/sign-in/{resident_account().pk}/")
    assert "选的文件没有传上来" in road.text_of(away.get(road.url("materials", draft)))


def test_a_file_in_parts_is_whole_when_the_last_has_come_and_resumes_where_it_stopped() -> None:
    client = road.browser()
    draft = road.begin(client)
    address = road.url("materials", draft)
    content = road.picture("平面图.png").read()
    cut = len(content) // 2
    key = "ab" * 16
    common = {
        "action": "part",
        "material": "floor_plan",
        "key": key,
        "total": "2",
        "size": str(len(content)),
        "name": "平面图.png",
    }

    def send(index: int, part: bytes) -> HttpResponse:
        return client.post(
            address,
            {**common, "index": str(index), "part": SimpleUploadedFile("part", part)},
            headers={"HX-Request": "true"},
        )

    assert send(0, content[:cut]).json() == {"have": [0]}
    assert client.get(address, {"parts": key}).json() == {"have": [0]}
    assert road.browser("13900007720").get(address, {"parts": key}).status_code == 404, "a foreign draft"
    done = send(1, content[cut:])
    assert "平面图.png" in road.text_of(done)
    assert client.get(address, {"parts": key}).json() == {"have": []}


def test_parts_that_do_not_make_up_the_file_are_refused_and_asked_for_anew() -> None:
    client = road.browser()
    address = road.url("materials", road.begin(client))
    asked = {"action": "part", "material": "floor_plan", "key": "cd" * 16, "total": "1", "index": "0", "size": "999"}
    answer = client.post(address, {**asked, "part": SimpleUploadedFile("part", b"abc")}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    for wrong in ({"key": "../../etc"}, {"index": "999"}, {"total": "0"}):
        bad = client.post(address, asked | wrong | {"part": SimpleUploadedFile("part", b"abc")})
        assert bad.status_code == 422


@pytest.mark.covers("WIN-20", "WIN-22")
def test_what_an_earlier_case_gave_is_offered_looked_at_and_taken_over() -> None:
    builders.a_case_in_review()  # of 沈知夏
    client = road.browser(SHEN)
    draft = road.begin(client)
    assert road.post(client, "questions", draft, road.QUESTIONS).status_code == 303
    values = road.text_of(client.get(road.url("premises", draft)))
    assert "的申请（公共场所卫生许可" in values
    page = road.text_of(client.get(road.url("materials", draft)))
    assert page.count("已有这份材料，不用再传") == 3
    looked = client.get(road.url("materials", draft), {"held": "floor_plan", "at": "0"})
    assert looked.headers["Content-Type"] == "image/png"
    assert client.get(road.url("materials", draft), {"held": "floor_plan", "at": "9"}).status_code == 404
    tile = page.split('id="m-floor_plan"')[1].split("</section>")[0]
    key = tile.split('name="key" value="')[1].split('"')[0]
    taken = client.post(road.url("materials", draft), {"action": "reuse", "material": "floor_plan", "key": key})
    assert taken.status_code == 303
    tile = road.text_of(client.get(road.url("materials", draft))).split('id="m-floor_plan"')[1].split("</section>")[0]
    assert "已有这份材料" not in tile
    assert "来自您" in tile
    foreign = road.browser(LU)
    other = road.begin(foreign)
    wrong = {"action": "reuse", "material": "floor_plan", "key": key}
    assert foreign.post(road.url("materials", other), wrong).status_code == 404

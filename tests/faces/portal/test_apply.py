"""The road of an application without a script: every step an address, nothing typed is ever lost."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from tests.faces.door import LU, resident_account
from tests.faces.portal import road
from tongban.demo import catalogue, names
from tongban.ground import moment
from tongban.procedures.cases.drafts import answers_of
from tongban.procedures.cases.models import Case, Draft
from tongban.registry.catalog import services as catalog
from tongban.registry.catalog.models import HandlingOption

pytestmark = pytest.mark.django_db


def answers(draft: uuid.UUID) -> dict[str, object]:
    return answers_of(Draft.objects.get(pk=draft))


def test_a_visitor_is_led_to_sign_in_and_back_to_the_same_page() -> None:
    start = reverse("portal:apply_start", args=[names.HYGIENE_SLUG])
    page = Client().get(start)
    assert page.status_code == 200
    assert "登录后办理" in road.text_of(page)
    response = Client().post(start)
    assert response.headers["Location"] == f"/accounts/sign-in/?next={start.replace('/', '%2F')}"


def test_the_whole_road_ends_at_a_receipt_with_number_and_password() -> None:
    client = road.browser()
    draft = road.begin(client)
    road.fill(client, draft)
    check = road.text_of(client.get(road.url("check", draft)))
    assert "知夏理发店" in check
    assert "云溪市卫生健康委员会" in check
    receipt = client.get(road.submit(client, draft).headers["Location"])
    case = Case.objects.get(title__contains="公共场所卫生许可", channel="portal")
    page = road.text_of(receipt)
    assert case.number in page
    assert case.query_password in page
    assert "个工作日内核对材料" in page
    assert receipt.headers["Cache-Control"] == "no-store, private"
    assert not Draft.objects.filter(pk=draft).exists()


def test_what_is_wrong_is_told_beside_the_field_and_what_is_right_is_kept() -> None:
    client = road.browser()
    draft = road.begin(client)
    response = road.post(client, "questions", draft, {**road.QUESTIONS, "premises.area_m2": "五十六"})
    page = road.text_of(response)
    assert response.status_code == 422
    assert 'value="五十六"' in page, "what was typed stays in the field"
    assert 'href="#f-premises-area_m2"' in page
    assert "有错误：" in page.split("</title>")[0]
    assert answers(draft)["premises.kind"] == "hair_salon"
    assert "premises.area_m2" not in answers(draft)


def test_spaces_and_full_width_digits_are_accepted() -> None:
    client = road.browser()
    draft = road.begin(client)
    assert road.post(client, "questions", draft, {**road.QUESTIONS, "premises.area_m2": " 56.5 "}).status_code == 303
    assert answers(draft)["premises.area_m2"] == "56.5"


def test_checked_facts_are_shown_with_their_source_and_cannot_be_typed_over() -> None:
    client = road.browser()
    draft = road.begin(client)
    page = road.text_of(client.get(road.url("applicant", draft)))
    full_number = str(answers(draft)["applicant.id_number"])
    assert "来自您的身份信息" in page
    assert full_number not in page
    forged = {**road.SECTIONS["applicant"], "applicant.name": "别人", "applicant.id_number": "11010519491231002X"}
    assert road.post(client, "applicant", draft, forged).status_code == 303
    assert answers(draft)["applicant.name"] == "沈知夏"
    assert answers(draft)["applicant.id_number"] == full_number


def test_an_application_of_an_organisation_is_prefilled_from_the_register() -> None:
    client = road.browser()
    principal = client.session["principal"]
    organisation_id, name = principal["organisations"][0]
    draft = road.begin(client, organisation_id)
    page = road.text_of(client.get(road.url("applicant", draft)))
    assert name in page
    assert "来自企业登记信息" in page
    assert answers(draft)["business.name"] == name


def test_nobody_starts_for_an_organisation_that_they_may_not_act_for() -> None:
    client = road.browser(LU)
    foreign = road.browser().session["principal"]["organisations"][0][0]
    start = reverse("portal:apply_start", args=[names.HYGIENE_SLUG])
    assert client.post(start, {"applicant": foreign}).status_code == 404
    assert client.post(start, {"applicant": "nonsense"}).status_code == 422
    assert not Draft.objects.filter(account=resident_account(LU)).exists()


def test_an_autosave_keeps_what_is_right_and_tells_what_the_answers_call_for() -> None:
    client = road.browser()
    draft = road.begin(client)
    values = {"premises.kind": "lodging", "premises.central_air": "true", "premises.area_m2": "x"}
    response = road.post(client, "questions", draft, values, headers={"X-Autosave": "1"})
    told = response.json()
    assert response.status_code == 200
    assert told["revision"] == 1
    assert told["order"] == ["premises.kind", "premises.central_air", "premises.area_m2"]
    assert "集中空调卫生检测或评价报告" in told["outlook"]
    assert answers(draft)["premises.central_air"] is True
    assert "premises.area_m2" not in answers(draft)


def test_an_emptied_field_is_emptied_in_the_draft() -> None:
    client = road.browser()
    draft = road.begin(client)
    road.post(client, "questions", draft, road.QUESTIONS)
    response = road.post(client, "questions", draft, {**road.QUESTIONS, "premises.area_m2": ""})
    assert response.status_code == 422
    assert "premises.area_m2" not in answers(draft)


def test_two_tabs_with_different_values_are_both_shown_and_the_chosen_one_is_kept() -> None:
    client = road.browser()
    draft = road.begin(client)
    road.post(client, "questions", draft, road.QUESTIONS)
    late = {**road.QUESTIONS, "premises.area_m2": "120", "revision": "0"}
    response = road.post(client, "questions", draft, late)
    page = road.text_of(response)
    assert response.status_code == 409
    assert "120 平方米" in page
    assert "56 平方米" in page
    assert answers(draft)["premises.area_m2"] == "56", "nothing is overwritten before somebody chose"
    revision = Draft.objects.get(pk=draft).revision
    assert f'name="revision" value="{revision}"' in page
    chosen = road.post(client, "questions", draft, {**road.QUESTIONS, "premises.area_m2": "120", "revision": revision})
    assert chosen.status_code == 303
    assert answers(draft)["premises.area_m2"] == "120"


def test_two_tabs_at_different_steps_do_not_disturb_each_other() -> None:
    client = road.browser()
    draft = road.begin(client)
    road.post(client, "questions", draft, road.QUESTIONS)
    late = {**road.SECTIONS["manager"], "revision": "0"}
    assert road.post(client, "manager", draft, late).status_code == 303
    assert answers(draft)["manager.name"] == "陆明远"
    assert answers(draft)["premises.kind"] == "hair_salon"


def test_an_autosave_in_the_second_tab_says_that_the_other_one_was_faster() -> None:
    client = road.browser()
    draft = road.begin(client)
    road.post(client, "questions", draft, road.QUESTIONS)
    late = {**road.QUESTIONS, "premises.area_m2": "120", "revision": "0"}
    response = road.post(client, "questions", draft, late, headers={"X-Autosave": "1"})
    assert response.status_code == 409
    assert "别的页面或设备" in response.json()["sentence"]


def leaving(area: str) -> dict[str, str]:
    """What a page sends that is closed while a saving of 56 square metres is on its way."""
    shown = ",".join(road.QUESTIONS)
    earlier = urlencode({"revision": "0", "shown": shown, **road.QUESTIONS})
    return {**road.QUESTIONS, "premises.area_m2": area, "revision": "0", "shown": shown, "before": earlier}


@pytest.mark.parametrize("arrived", [True, False], ids=["the earlier arrived", "the earlier is late"])
def test_the_last_words_of_a_closed_page_are_not_taken_for_another_tab(*, arrived: bool) -> None:
    client = road.browser()
    draft = road.begin(client)
    quiet = {"X-Autosave": "1"}
    if arrived:
        road.post(client, "questions", draft, {**road.QUESTIONS, "revision": "0"}, headers=quiet)
    assert road.post(client, "questions", draft, leaving("64"), headers=quiet).status_code == 200
    assert answers(draft)["premises.area_m2"] == "64"
    late = road.post(client, "questions", draft, {**road.QUESTIONS, "revision": "0"}, headers=quiet)
    assert late.status_code == 409
    assert answers(draft)["premises.area_m2"] == "64", "the late one does not come over the last"


def test_the_last_words_of_a_closed_page_do_not_overwrite_another_tab() -> None:
    client = road.browser()
    draft = road.begin(client)
    road.post(client, "questions", draft, {**road.QUESTIONS, "premises.area_m2": "99", "revision": "0"})
    response = road.post(client, "questions", draft, leaving("64"), headers={"X-Autosave": "1"})
    assert response.status_code == 409
    assert answers(draft)["premises.area_m2"] == "99"


def test_what_was_typed_when_the_session_ended_is_back_after_signing_in() -> None:
    client = road.browser()
    draft = road.begin(client)
    client.session.flush()
    away = Client()
    values = {**road.QUESTIONS, "premises.area_m2": "一百"}
    response = away.post(road.url("questions", draft), {"revision": "0", "shown": ",".join(values), **values})
    assert response.status_code == 302
    assert answers(draft).get("premises.kind") is None, "nobody signed in, nothing is written"
    away.post(f"/demo/sign-in/{resident_account().pk}/")
    page = road.text_of(away.get(road.url("questions", draft)))
    assert "您刚才填的内容都还在" in page
    assert 'value="一百"' in page
    assert answers(draft)["premises.kind"] == "hair_salon"


def test_what_was_typed_never_reaches_another_account() -> None:
    client = road.browser()
    draft = road.begin(client)
    away = Client()
    away.post(road.url("questions", draft), {"revision": "0", **road.QUESTIONS})
    away.post(f"/demo/sign-in/{resident_account(LU).pk}/")
    assert away.get(road.url("questions", draft)).status_code == 404
    assert answers(draft).get("premises.kind") is None


@pytest.mark.parametrize("step", ["questions", "premises", "materials", "check"])
def test_a_foreign_draft_answers_not_found_with_a_way_out(step: str) -> None:
    draft = road.begin(road.browser())
    stranger = road.browser(LU)
    for response in (stranger.get(road.url(step, draft)), stranger.post(road.url(step, draft), {"consent": "yes"})):
        assert response.status_code == 404
        assert "看全部事项" in road.text_of(response)


def test_an_unknown_section_is_refused_with_a_sentence() -> None:
    client = road.browser()
    assert client.get(road.url("nowhere", road.begin(client))).status_code in (404, 422)


def test_everything_that_is_missing_is_named_at_once_with_its_place() -> None:
    client = road.browser()
    draft = road.begin(client)
    road.post(client, "questions", draft, road.QUESTIONS)
    response = road.submit(client, draft, consent="")
    page = road.text_of(response)
    assert response.status_code == 422
    assert f"{road.url('premises', draft)}?back=check#f-premises-address" in page
    assert f"{road.url('materials', draft)}?back=check#m-floor_plan" in page
    assert "请阅读并勾选确认" in page
    assert not Case.objects.filter(channel="portal").exists()


def test_the_declaration_is_never_ticked_beforehand() -> None:
    client = road.browser()
    draft = road.begin(client)
    road.fill(client, draft)
    page = road.text_of(client.get(road.url("check", draft)))
    assert 'name="consent" value="yes">' in page
    assert road.submit(client, draft, consent="").status_code == 422


@pytest.mark.slow
def test_a_change_from_the_check_page_leads_back_to_it() -> None:
    client = road.browser()
    draft = road.begin(client)
    road.fill(client, draft)
    response = road.post(client, "manager", draft, {**road.SECTIONS["manager"], "back": "check"})
    assert response.headers["Location"] == road.url("check", draft)


def test_a_double_submit_makes_one_case_and_both_see_its_receipt() -> None:
    client = road.browser()
    draft = road.begin(client)
    road.fill(client, draft)
    first, second = road.submit(client, draft), road.submit(client, draft)
    assert road.number_of(first) == road.number_of(second)
    assert Case.objects.filter(channel="portal").count() == 1


@pytest.mark.slow
def test_a_foreign_double_submit_learns_nothing() -> None:
    client = road.browser()
    draft = road.begin(client)
    road.fill(client, draft)
    road.submit(client, draft)
    assert road.submit(road.browser(LU), draft).status_code == 404


def test_a_draft_is_deleted_only_after_a_question() -> None:
    client = road.browser()
    draft = road.begin(client)
    address = reverse("portal:apply_discard", args=[draft])
    assert "要删除这份草稿吗" in road.text_of(client.get(address))
    assert Draft.objects.filter(pk=draft).exists()
    assert client.post(address).status_code == 303
    assert not Draft.objects.filter(pk=draft).exists()


def test_an_optional_field_that_the_answers_newly_call_for_is_shown_before_going_on() -> None:
    client = road.browser()
    draft = road.begin(client)
    values = road.SECTIONS["applicant"]
    response = road.post(client, "applicant", draft, {**values, "shown": ",".join(values)})
    page = road.text_of(response)
    assert response.status_code == 422
    assert "下面多了几项" in page
    assert "error-summary" not in page
    assert answers(draft)["business.name"] == "知夏理发店"


@pytest.mark.slow
def test_a_draft_of_an_item_that_changed_is_looked_at_once_more_before_it_is_submitted() -> None:
    client = road.browser()
    draft = road.begin(client)
    road.fill(client, draft)
    option = HandlingOption.objects.get(slug=names.HYGIENE_SLUG)
    HandlingOption.objects.filter(pk=option.pk).update(draft=option.draft | {"aliases": ["开店"]})
    catalog.publish(option.pk, moment.today(), catalogue.item_publisher())
    response = road.submit(client, draft)
    page = road.text_of(response)
    assert response.status_code == 409
    assert "刚更新过" in page
    assert "知夏理发店" in page, "everything that was filled in is still there"
    assert road.submit(client, draft).status_code == 303

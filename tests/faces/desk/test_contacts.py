"""First contacts as the desk's pages: register, print, pass on, answer, check a "no", count."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.faces.desk.builders import SLUG, at_desk
from tests.procedures.contacts import asking
from tongban.demo import names
from tongban.procedures.contacts.models import FirstContact, NegativeAnswer

pytestmark = [pytest.mark.django_db, pytest.mark.aside]

WINDOW, MANAGER, HANDLER, AUDITOR, STEWARD = "YX0106", "YX0101", "YX1101", "YX0903", "YX0302"
QUESTION = {
    "command": "register",
    "key": "k1",
    "channel": "window",
    "question": "开理发店要什么材料",
    "slug": SLUG,
    "person_name": "张三丰",
    "person_phone": "13800138000",
    "premises.kind": "hair_salon",
}


def post(client: Client, path: str, **data: object) -> str:
    """What comes back to a posted form, with a redirect followed; the text."""
    return client.post(path, data, follow=True).content.decode()


def registered(number: str = WINDOW, **changes: object) -> FirstContact:
    """A contact registered through the page."""
    client = at_desk(number)
    response = client.post("/desk/contacts/new/", {**QUESTION, "outcome": "guidance", **changes})
    assert response.status_code == 303, response.content.decode()[:2000]
    return FirstContact.objects.latest("id")


@pytest.mark.covers("NTC-01", "NTC-02")
def test_a_question_is_registered_and_its_notice_printed() -> None:
    client = at_desk(WINDOW)
    contact = registered()
    page = client.get(f"/desk/contacts/{contact.number}/").content.decode()
    for told in ("开理发店要什么材料", "张*丰", "138****8000", "一次性告知", "顾晚晴"):
        assert told in page
    assert "张三丰" not in page
    assert "13800138000" not in page
    slip = client.get(f"/desk/contacts/{contact.number}/slips/1/")
    assert slip["Content-Type"] == "application/pdf"
    assert slip.content.startswith(b"%PDF")
    assert contact.number in client.get("/desk/contacts/").content.decode()


def test_choosing_an_item_shows_its_questions_and_materials_and_keeps_what_was_typed() -> None:
    page = post(at_desk(WINDOW), "/desk/contacts/new/", **{**QUESTION, "command": "update"})
    for told in ("开理发店要什么材料", "张三丰", "要交的材料", "平面", "个工作日"):
        assert told in page
    assert FirstContact.objects.count() == 0


def test_a_form_that_is_not_complete_says_all_and_loses_nothing() -> None:
    client = at_desk(WINDOW)
    given = {**QUESTION, "question": "", "person_phone": "13800138000", "outcome": "negative_answer", "asked_at": ""}
    response = client.post("/desk/contacts/new/", given)
    page = response.content.decode()
    assert response.status_code == 422
    for told in ("请写明对方问什么", "要从事项的依据里选出条款", "请写明为什么不能办", "有 3 处需要改", "张三丰"):
        assert told in page


@pytest.mark.parametrize(("asked_at", "status"), [("昨天", 422), ("2999-01-01 09:00", 422), ("2026-01-05 09：30", 303)])
def test_when_it_was_asked(asked_at: str, status: int) -> None:
    given = {**QUESTION, "outcome": "guidance", "asked_at": asked_at}
    assert at_desk(WINDOW).post("/desk/contacts/new/", given).status_code == status


def test_the_same_form_twice_is_one_contact() -> None:
    registered()
    registered()
    assert FirstContact.objects.count() == 1


def test_materials_go_back_with_a_list_only_when_the_person_agrees() -> None:
    rows = {
        "outcome": "handed_back",
        "returned_name": ["平面图", "", ""],
        "returned_copies": ["2", "", ""],
        "returned_fault": ["看不清消毒间", "", ""],
        "returned_remedy": ["重新画", "", ""],
    }
    refused = at_desk(WINDOW).post("/desk/contacts/new/", {**QUESTION, **rows})
    assert refused.status_code == 422
    assert "应当收下材料" in refused.content.decode()
    contact = registered(**rows, agreed="yes")
    page = at_desk(WINDOW).get(f"/desk/contacts/{contact.number}/").content.decode()
    assert "平面图" in page
    assert "看不清消毒间" in page


def test_more_rows_can_be_asked_for() -> None:
    rows = {"returned_name": ["甲"] * 3, "returned_copies": ["1"] * 3}
    rows |= {"returned_fault": ["乙"] * 3, "returned_remedy": [""] * 3}
    page = post(at_desk(WINDOW), "/desk/contacts/new/", **{**QUESTION, **rows, "command": "more_rows"})
    assert page.count('name="returned_name"') == 6


@pytest.mark.slow
@pytest.mark.covers("NTC-01")
def test_a_question_passed_on_waits_at_the_other_desk_until_it_is_answered() -> None:
    to = asking.post(names.HYGIENE_HANDLE_POST)
    contact = registered(outcome="passed_on", passed_to=str(to), words="问装修前的图纸")
    window, handler = at_desk(WINDOW), at_desk(HANDLER)
    assert "等我岗位答复" in handler.get("/desk/contacts/").content.decode()
    assert "由我岗位答复" not in window.get(f"/desk/contacts/{contact.number}/").content.decode()
    back = handler.post(
        f"/desk/contacts/{contact.number}/",
        {"command": "answer", "outcome": "passed_on", "passed_to": str(contact.post_id)},
    )
    assert back.status_code == 422
    assert "不能再转回去" in back.content.decode()
    page = post(
        handler, f"/desk/contacts/{contact.number}/", command="answer", outcome="answered", words="来看图纸即可"
    )
    assert "已答复" in page
    assert "来看图纸即可" in window.get(f"/desk/contacts/{contact.number}/").content.decode()


@pytest.mark.slow
@pytest.mark.covers("NTC-05")
def test_a_no_reaches_the_hall_manager_who_sends_it_back() -> None:
    contact = registered(outcome="negative_answer", words="没有消毒间", basis=["0"])
    manager = at_desk(MANAGER)
    assert "待核对的否定答复" in manager.get("/desk/contacts/").content.decode()
    path, report = f"/desk/contacts/{contact.number}/", str(NegativeAnswer.objects.get().id)
    silent = manager.post(path, {"command": "check", "report": report, "verdict": "overturned"})
    assert silent.status_code == 422
    assert "请写明应当怎样答复" in silent.content.decode()
    page = post(manager, path, command="check", report=report, verdict="overturned", check_words="消毒柜也行")
    assert "退回重新答复" in page
    assert "由我岗位答复" in at_desk(WINDOW).get(path).content.decode()
    assert at_desk(WINDOW).post(path, {"command": "check", "report": report, "verdict": "upheld"}).status_code == 422


def test_the_number_to_call_back_is_shown_for_a_purpose() -> None:
    contact = registered()
    client, path = at_desk(WINDOW), f"/desk/contacts/{registered().number}/unmask/"
    assert client.post(path, {"purpose": ""}).status_code == 422
    page = client.post(path, {"purpose": "回电话答复"}).content.decode()
    assert "13800138000" in page
    assert "13800138000" not in client.get(f"/desk/contacts/{contact.number}/").content.decode()


def test_who_comes_in() -> None:
    contact = registered()
    for path in ("/desk/contacts/", "/desk/contacts/new/", f"/desk/contacts/{contact.number}/"):
        assert at_desk(WINDOW).get(path).status_code == 200
        assert at_desk(AUDITOR).get(path).status_code == 403
        assert Client().get(path).status_code == 302
    assert at_desk(HANDLER).get(f"/desk/contacts/{contact.number}/").status_code == 404
    assert at_desk(HANDLER).get(f"/desk/contacts/{contact.number}/slips/1/").status_code == 404
    assert at_desk(WINDOW).get(f"/desk/contacts/{contact.number}/slips/9/").status_code == 404
    assert at_desk(WINDOW).get("/desk/contacts/FC0000-0000-0001/").status_code == 404
    assert at_desk(WINDOW).get("/desk/contacts/new/?slug=no-such-item").status_code == 404


@pytest.mark.covers("NTC-01")
def test_the_report_of_a_month() -> None:
    registered()
    manager = at_desk(MANAGER)
    page = manager.get("/desk/contacts/report/").content.decode()
    assert "云溪市政务服务管理局" in page
    assert "云溪市政务服务管理局" not in manager.get("/desk/contacts/report/?month=2020-01").content.decode()
    assert manager.get("/desk/contacts/report/?month=2020-13").status_code == 200
    assert at_desk(WINDOW).get("/desk/contacts/report/").status_code == 403


def test_the_rail_leads_there() -> None:
    assert 'href="/desk/contacts/"' in at_desk(WINDOW).get("/desk/").content.decode()
    assert 'href="/desk/contacts/"' not in at_desk(STEWARD).get("/desk/steward/").content.decode()

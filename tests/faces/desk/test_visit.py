"""The visit at the counter: who acts for whom, what is held, the line at the window, the lawful answers at once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.faces.desk import builders
from tests.faces.desk.test_intake import ADDRESS, form, hidden, identified, upload
from tests.registry.places import scenes
from tongban.demo import names
from tongban.ground import moment
from tongban.ground.identifiers import id_check_digit
from tongban.ground.ledger.models import Event
from tongban.insight.indicators.reports import build
from tongban.insight.indicators.reports.report import Asked
from tongban.insight.indicators.selectors import Period, Scope
from tongban.procedures.cases.models import Case, CaseMaterial, Proceeding
from tongban.registry.parties import mandates
from tongban.registry.parties.models import Organisation, Person
from tongban.registry.places import services as places
from tongban.registry.places.models import QueueTicket, Window, WindowDuty

pytestmark = [pytest.mark.django_db, pytest.mark.aside]

FILES = ("floor_plan", "hygiene_report", "hygiene_rules")
VISIT = "/desk/window/new/"


def all_files() -> dict[str, Any]:
    return {f"file__{code}": upload(f"{code}.png") for code in FILES}


def marks(**changed: str) -> dict[str, str]:
    return {f"mark__{code}": changed.get(code, "ok") for code in FILES}


def number_of(name: str) -> str:
    return builders.resident(name).id_number


def served(clerk: Client, command: str, **typed: Any) -> Any:
    tokens = identified(clerk, number=number_of("沈知夏"))
    return clerk.post(ADDRESS, {"command": command, **tokens, **form(), **typed})


def case_of(answer: Any) -> Case:
    assert answer.status_code == 303, answer.content.decode()[:3000]
    return Case.objects.get(number=answer["Location"].split("/")[3])


def told(answer: Any) -> str:
    found = re.findall(r'class="field-error"[^>]*>([^<]*)<', answer.content.decode())
    return " ".join(found)


# ---- who stands here -----------------------------------------------------------------------------------------------


@pytest.mark.covers("IDN-07", "WIN-21")
def test_the_line_of_a_card_reader_gives_number_and_name_and_no_phone_is_needed() -> None:
    body = "33990219660606" + "345"
    line = f"欧阳采薇|女|汉|19660606|{body}{id_check_digit(body)}"
    clerk = builders.at_desk(builders.CLERK)
    asked = clerk.post(VISIT, {"command": "find", "number": line}).content.decode()
    assert 'value="欧阳采薇"' in asked
    typed = {"command": "register", "unknown": "person", "number": line, "name": "欧阳采薇"}
    assert "没有留，用纸质文书通知" in clerk.post(VISIT, typed).content.decode()
    assert any(person.name == "欧阳采薇" and not person.mobile for person in Person.objects.all())


@pytest.mark.covers("IDN-05")
def test_an_organisation_is_asked_for_its_agent_and_the_legal_representative_needs_no_letter() -> None:
    clerk = builders.at_desk(builders.CLERK)
    body = Organisation.objects.select_related("legal_representative").get(name__contains="溪畔酒店")
    first = clerk.post(VISIT, {"command": "find", "number": body.uscc}).content.decode()
    assert "请读来办事的人的身份证" in first
    leader = {"command": "find", "number": body.uscc, "agent_number": body.legal_representative.id_number}
    assert "法定代表人本人" in clerk.post(VISIT, leader).content.decode()


@pytest.mark.covers("IDN-05")
def test_who_comes_for_somebody_else_needs_a_mandate_of_the_register_or_a_letter() -> None:
    clerk = builders.at_desk(builders.CLERK)
    typed = {"command": "find", "number": number_of("沈知夏"), "agent_number": number_of("陆明远")}
    assert "请核对纸质授权委托书原件" in clerk.post(VISIT, typed).content.decode()
    assert "已核对纸质授权委托书" in clerk.post(VISIT, {**typed, "paper": "1"}).content.decode()
    mandates.give(
        builders.resident_principal("沈知夏"),
        agent_name="陆明远",
        agent_id_number=number_of("陆明远"),
        until=moment.today() + timedelta(days=30),
    )
    assert "平台登记的授权委托，有效" in clerk.post(VISIT, typed).content.decode()


# ---- the lawful answers at once ------------------------------------------------------------------------------------


@pytest.mark.covers("WIN-01")
def test_everything_good_is_accepted_at_once_and_the_paper_is_there_to_print() -> None:
    clerk = builders.at_desk(builders.CLERK)
    answer = served(clerk, "accept", **all_files(), **marks())
    assert case_of(answer).state == "in_review"
    page = clerk.get(answer["Location"]).content.decode()
    assert "申请材料接收凭证" in page
    assert case_of(answer).query_password in page
    assert "受理通知书" in page


def test_a_material_without_a_verdict_is_not_accepted_and_one_key_marks_what_came() -> None:
    clerk = builders.at_desk(builders.CLERK)
    refused = served(clerk, "accept", **all_files())
    assert refused.status_code == 422
    assert "一个结论" in told(refused)
    assert not Case.objects.exists()
    marked = served(clerk, "all_good", **all_files()).content.decode()
    assert marked.count('<option value="ok" selected>') == len(FILES)


def test_one_notice_tells_what_is_faulty_and_what_was_not_brought() -> None:
    clerk = builders.at_desk(builders.CLERK)
    files = {key: value for key, value in all_files().items() if key != "file__hygiene_rules"}
    verdicts = marks(floor_plan="faulty", hygiene_rules="missing")
    blank = served(clerk, "request_correction", **files, **verdicts)
    assert "哪里不对" in told(blank)
    files = {key: value for key, value in all_files().items() if key != "file__hygiene_rules"}
    case = case_of(served(clerk, "request_correction", **files, **verdicts, fault__floor_plan="没有标洗手池"))
    assert case.state == "correction_requested"
    items = {item["code"]: item["fault"] for item in case.notices.get().items}
    assert items == {"floor_plan": "没有标洗手池", "hygiene_rules": "没有提交"}


def test_what_is_faulty_cannot_be_accepted_at_the_same_time() -> None:
    clerk = builders.at_desk(builders.CLERK)
    answer = served(clerk, "accept", **all_files(), **marks(floor_plan="faulty"))
    assert "不能同时受理" in told(answer)
    assert not Case.objects.exists()


def test_a_way_that_the_guide_does_not_know_is_not_offered_and_not_taken() -> None:
    clerk = builders.at_desk(builders.CLERK)
    answer = served(clerk, "accept", **all_files(), **marks(floor_plan="promise"))
    assert answer.status_code == 422
    assert "清单里没有这样写" in told(answer)


def test_corrected_on_the_spot_is_signed_and_accepted() -> None:
    clerk = builders.at_desk(builders.CLERK)
    without = served(clerk, "accept", **all_files(), **marks(floor_plan="spot"))
    assert "请加上更正后的" in told(without)
    mended = {"mended__floor_plan": upload("mended.png")}
    case = case_of(served(clerk, "accept", **all_files(), **mended, **marks(floor_plan="spot")))
    assert case.state == "in_review"
    assert Proceeding.objects.filter(case=case, kind="spot_correction", result="signed").exists()


def test_not_accepted_is_written_with_its_reason() -> None:
    clerk = builders.at_desk(builders.CLERK)
    blank = served(clerk, "refuse_acceptance", **all_files(), **marks())
    assert "请选择不予受理的情形" in told(blank)
    words = {"kind": "not_required", "reason": "这个场所不对外营业"}
    answer = served(clerk, "refuse_acceptance", **all_files(), **marks(), **words)
    assert case_of(answer).state == "not_accepted"
    assert "这个场所不对外营业" in clerk.get(answer["Location"]).content.decode()


@pytest.mark.covers("WIN-10")
def test_a_chief_representative_finishes_it_in_one_act() -> None:
    representative = builders.at_desk("YX1501")
    address = f"{VISIT}{names.CERTIFICATE_SLUG}/"
    text = representative.post(address, {"command": "find", "number": number_of("沈知夏")}).content.decode()
    typed = {"insurance.kind": "all", "insurance.start_date": "2025-01-01", "insurance.end_date": "2026-03-31"}
    tokens = {"party": hidden(text, "party"), "key": hidden(text, "key"), "received_by": "沈知夏"}
    case = case_of(representative.post(address, {"command": "decide_instantly", **tokens, **typed}))
    assert (case.state, case.outcome, case.acceptance_mode) == ("decided", "provided", "instant")


@pytest.mark.covers("WIN-04")
def test_the_same_person_goes_on_with_another_item() -> None:
    clerk = builders.at_desk(builders.CLERK)
    case = case_of(served(clerk, "accept", **all_files(), **marks()))
    text = clerk.post(VISIT, {"command": "same", "number": case.number}).content.decode()
    assert "沈知夏" in text
    assert case.number in text  # what goes on is shown
    assert hidden(text, "party")


# ---- what is held --------------------------------------------------------------------------------------------------


@pytest.mark.covers("WIN-20", "WIN-22")
def test_held_materials_are_shown_and_looked_at_on_record_and_not_asked_for() -> None:
    clerk = builders.at_desk(builders.CLERK)
    first = case_of(served(clerk, "accept", **all_files(), **marks()))
    text = clerk.post(ADDRESS, {"command": "find", "number": number_of("沈知夏")}).content.decode()
    assert "已有 3，不用再交" in text
    assert 'value="知夏理发"' in text
    assert re.search(r"来自申请人 \d{4} 年 \d+ 月的申请", text)
    assert re.search(
        r'name="business.name" value="知夏理发店"(?![^>]*readonly)', text
    )  # said last time: may be changed
    assert "13900007720" not in text  # somebody's mobile is masked, and used when the field stays empty
    link = re.search(r'href="(/desk/window/held/[^"]+)"', text)
    assert link
    assert clerk.get(link[1]).headers["Content-Type"] == "image/png"
    viewed = Event.objects.filter(subject_id=builders.resident("沈知夏").pk, kind="person.viewed")
    assert any(event.body["case_id"] == str(first.id) for event in viewed)
    assert builders.at_desk("YX0107").get(link[1]).status_code == 404
    tokens = {"party": hidden(text, "party"), "key": hidden(text, "key")}
    answers = {"premises.kind": "hair_salon", "premises.central_air": "false", "premises.area_m2": "56"}
    second = case_of(clerk.post(ADDRESS, {"command": "accept", **tokens, **answers}))
    assert set(CaseMaterial.objects.filter(case=second).values_list("source", flat=True)) == {"reused"}


@pytest.mark.covers("WIN-20")
def test_asking_again_takes_a_reason_and_stands_in_the_report() -> None:
    clerk = builders.at_desk(builders.CLERK)
    served(clerk, "accept", **all_files(), **marks())
    fresh = {"file__floor_plan": upload("new.png"), "mark__floor_plan": "ok"}
    case = case_of(served(clerk, "accept", **fresh))
    assert CaseMaterial.objects.get(case=case, code="floor_plan").source == "reused"  # no reason: nothing was taken
    fresh = {"file__floor_plan": upload("new.png"), "mark__floor_plan": "ok", "again__floor_plan": "other_object"}
    case = case_of(served(clerk, "accept", **fresh))
    assert CaseMaterial.objects.get(case=case, code="floor_plan").source == "uploaded"
    today = moment.today()
    _kept, report = build("asked-again", Asked(Scope(0, 2**31 - 1), Period(today, today)))
    rows = {table.key: [[cell.value for cell in row] for row in table.rows] for table in report.tables}
    assert rows["reasons"] == [["以前的材料说的是另一处场所或另一个项目", 1]]
    assert rows["register"][0][1] == case.number


# ---- the line at the window ----------------------------------------------------------------------------------------


def seated() -> tuple[Client, Any]:
    """顾晚晴 at a window of the demo's centre with a queue; what others left there today is ended."""
    principal = builders.staff_principal(builders.CLERK)
    QueueTicket.objects.filter(state__in=("waiting", "called", "serving")).delete()
    WindowDuty.objects.filter(until_at=None).update(until_at=moment.now())
    Window.objects.exclude(state="closed").update(state="closed")
    window = Window.objects.filter(hall=scenes.city(), queue__isnull=False, retired_on=None, mode="all_items").first()
    assert window is not None
    places.open_window(window.pk, principal)
    return builders.at_desk(builders.CLERK), window


@pytest.mark.covers("WIN-21")
def test_the_next_one_is_called_served_and_the_case_hangs_on_the_ticket() -> None:
    with scenes.on_monday():
        clerk, window = seated()
        first = places.take_ticket(window.queue_id, builders.SLUG, source="guide", by=scenes.clerk("顾晚晴"))
        second = places.take_ticket(window.queue_id, source="guide", by=scenes.clerk("顾晚晴"))
        called = clerk.post(reverse("desk:queue"), {"command": "next"})
        assert called["Location"] == ADDRESS  # the item that the ticket was taken for
        assert first.number in clerk.get(ADDRESS).content.decode()
        case = case_of(served(clerk, "accept", **all_files(), **marks()))
        assert QueueTicket.objects.get(pk=first.id).state == "serving"
        clerk.post(reverse("desk:queue"), {"command": "next", "number": case.number, "outcome": "received"})
        ended = QueueTicket.objects.get(pk=first.id)
        assert (ended.state, ended.result, ended.case_id) == ("served", "received", case.id)
        assert QueueTicket.objects.get(pk=second.id).state == "called"
        page = clerk.post(reverse("desk:queue"), {"command": "next"})
        assert "还没有来" in page.content.decode()
        clerk.post(reverse("desk:queue"), {"command": "pass"})
        assert QueueTicket.objects.get(pk=second.id).state == "passed_over"


@pytest.mark.covers("WIN-21")
def test_without_window_and_ticket_a_walk_in_is_served_and_a_call_says_why_not() -> None:
    clerk = builders.at_desk(builders.CLERK)
    assert "没有取号的也照样办" in clerk.get(VISIT).content.decode()
    assert "您还没有坐到窗口" in clerk.post(reverse("desk:queue"), {"command": "next"}).content.decode()
    assert case_of(served(clerk, "accept", **all_files(), **marks())).state == "in_review"


def test_a_clerk_sits_down_at_a_free_window_and_leaves_it() -> None:
    with scenes.on_monday():
        clerk, window = seated()
        address = reverse("desk:seat")
        assert "您坐在这个窗口" in clerk.get(address).content.decode()
        assert clerk.post(address, {"do": "leave"}).status_code == 303
        assert str(window.pk) in clerk.get(address).content.decode()
        assert "请选择窗口" in clerk.post(address, {"do": "sit", "window": "三号"}).content.decode()
        assert clerk.post(address, {"do": "sit", "window": str(window.pk)}).status_code == 303
        assert WindowDuty.objects.get(window=window, until_at=None).staff.name == "顾晚晴"

"""Taking in an application at the counter: identity, form, materials, one visit."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.faces.desk import builders
from tongban.procedures.cases.models import Case
from tongban.registry.parties.models import Organisation, Person

pytestmark = pytest.mark.django_db

ADDRESS = "/desk/window/new/hygiene-licence/"


def hidden(text: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', text)
    assert found, name
    return found[1]


def identified(clerk: Client, **typed: str) -> dict[str, str]:
    text = clerk.post(ADDRESS, {"command": "find", **typed}).content.decode()
    return {"party": hidden(text, "party"), "key": hidden(text, "key")}


def upload(name: str) -> io.BytesIO:
    held = io.BytesIO(builders.picture())
    held.name = name
    return held


def form() -> dict[str, Any]:
    locked = ("applicant.name", "applicant.id_number", "applicant.mobile")
    return {path: value for path, value in builders.answers().items() if path not in locked}


def test_an_item_is_found_by_what_the_person_says() -> None:
    clerk = builders.at_desk(builders.CLERK)
    address = reverse("desk:visit")
    typed = {"command": "find", "number": builders.resident("沈知夏").id_number}
    party = hidden(clerk.post(address, typed).content.decode(), "party")
    for words in ("开理发店", "gonggongchangsuoweisheng"):
        asked = {"command": "search", "party": party, "q": words}
        assert "公共场所卫生许可" in clerk.post(address, asked).content.decode(), words
    asked = {"command": "search", "party": party, "q": "造飞船"}
    assert "没有找到" in clerk.post(address, asked).content.decode()
    chosen = clerk.post(address, {"command": "choose", "party": party, "slug": "hygiene-licence"}).content.decode()
    assert 'name="premises.area_m2"' in chosen


def test_a_known_person_is_served_in_one_visit_up_to_acceptance() -> None:
    clerk = builders.at_desk(builders.CLERK)
    number = builders.resident("沈知夏").id_number
    page = clerk.post(ADDRESS, {"command": "find", "number": f" {number[:6]} {number[6:]}"})
    text = page.content.decode()
    assert "沈知夏" in text
    assert number not in text
    tokens = {"party": hidden(text, "party"), "key": hidden(text, "key")}
    files = {f"file__{code}": upload(f"{code}.png") for code in ("floor_plan", "hygiene_report", "hygiene_rules")}
    answer = clerk.post(ADDRESS, {"command": "submit", **tokens, **form(), **files})
    assert answer.status_code == 303
    case = Case.objects.order_by("-id").first()
    assert case is not None
    assert case.state == "received"
    assert case.channel == "window"
    arrived = clerk.get(answer["Location"]).content.decode()
    assert "已收件" in arrived
    accepted = clerk.post(reverse("desk:window_case", args=[case.number]), {"command": "accept"})
    assert accepted.status_code == 303


@pytest.mark.slow
def test_a_wrong_check_digit_is_told_at_the_number_and_stays_in_the_field() -> None:
    clerk = builders.at_desk(builders.CLERK)
    number = builders.resident("沈知夏").id_number
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
    answer = clerk.post(ADDRESS, {"command": "find", "number": wrong})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="number-e"' in text
    assert f'value="{wrong}"' in text


def test_an_unknown_person_is_registered_at_the_window() -> None:
    from tongban.ground.identifiers import id_check_digit

    body = "33990219770707" + "345"
    number = body + id_check_digit(body)
    clerk = builders.at_desk(builders.CLERK)
    asked = clerk.post(ADDRESS, {"command": "find", "number": number}).content.decode()
    assert "还没有登记过" in asked
    missing = clerk.post(ADDRESS, {"command": "register", "unknown": "person", "number": number, "name": ""})
    assert missing.status_code == 422
    typed = {"command": "register", "unknown": "person", "number": number, "name": "卢𬭎"}
    assert "卢𬭎" in clerk.post(ADDRESS, typed).content.decode()
    assert any(person.name == "卢𬭎" for person in Person.objects.all())


def test_an_organisation_applies_through_the_agent_who_stands_at_the_window() -> None:
    clerk = builders.at_desk(builders.CLERK)
    body = Organisation.objects.get(name__contains="溪畔酒店")
    typed = {"number": body.uscc, "agent_number": builders.resident("何雨桐").id_number, "paper": "1"}
    tokens = identified(clerk, **typed)
    files = {f"file__{code}": upload(f"{code}.png") for code in ("floor_plan", "hygiene_report", "hygiene_rules")}
    asked = {path: value for path, value in form().items() if not path.startswith("business.")}
    answer = clerk.post(ADDRESS, {"command": "submit", **tokens, **asked, **files})
    assert answer.status_code == 303
    case = Case.objects.order_by("-id").first()
    assert case is not None
    assert case.applicant_organisation_id == body.pk
    assert case.agent_person_id == builders.resident("何雨桐").pk


def test_uploaded_files_survive_a_refused_form_and_a_disguised_programme_is_refused_with_the_reason() -> None:
    clerk = builders.at_desk(builders.CLERK)
    tokens = identified(clerk, number=builders.resident("沈知夏").id_number)
    programme = io.BytesIO(b"MZ" + b"\x00" * 500)
    programme.name = "report.jpg"
    files = {"file__floor_plan": upload("plan.png"), "file__hygiene_report": programme}
    answer = clerk.post(ADDRESS, {"command": "submit", **tokens, **form(), "premises.area_m2": "很大", **files})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "plan.png" in text
    assert "report.jpg" in text
    assert "很大" in text
    kept = hidden(text, "kept__floor_plan")
    more = {f"file__{code}": upload(f"{code}.png") for code in ("hygiene_report", "hygiene_rules")}
    done = clerk.post(ADDRESS, {"command": "submit", **tokens, **form(), "kept__floor_plan": kept, **more})
    assert done.status_code == 303


def test_everything_missing_is_told_at_its_field() -> None:
    clerk = builders.at_desk(builders.CLERK)
    tokens = identified(clerk, number=builders.resident("沈知夏").id_number)
    answer = clerk.post(ADDRESS, {"command": "submit", **tokens, **form(), "premises.name": ""})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#f-premises-name"' in text


def test_questions_change_the_materials_without_submitting() -> None:
    clerk = builders.at_desk(builders.CLERK)
    tokens = identified(clerk, number=builders.resident("沈知夏").id_number)
    with_air = clerk.post(ADDRESS, {"command": "update", **tokens, "premises.central_air": "true"}).content.decode()
    without = clerk.post(ADDRESS, {"command": "update", **tokens, "premises.central_air": "false"}).content.decode()
    assert "集中空调卫生检测或评价报告" in with_air
    assert "集中空调卫生检测或评价报告" not in without
    assert not Case.objects.exists()


def test_a_double_press_makes_one_case() -> None:
    clerk = builders.at_desk(builders.CLERK)
    tokens = identified(clerk, number=builders.resident("沈知夏").id_number)
    for _ in range(2):
        files = {f"file__{code}": upload(f"{code}.png") for code in ("floor_plan", "hygiene_report", "hygiene_rules")}
        assert clerk.post(ADDRESS, {"command": "submit", **tokens, **form(), **files}).status_code == 303
    assert Case.objects.count() == 1


def test_the_party_of_another_clerk_is_not_taken() -> None:
    tokens = identified(builders.at_desk(builders.CLERK), number=builders.resident("沈知夏").id_number)
    answer = builders.at_desk("YX0107").post(ADDRESS, {"command": "update", **tokens})
    assert answer.status_code == 422
    assert "重新核对申请人的证件" in answer.content.decode()


def test_an_expired_session_in_mid_form_gives_the_form_back_after_signing_in() -> None:
    clerk = builders.at_desk(builders.CLERK)
    tokens = identified(clerk, number=builders.resident("沈知夏").id_number)
    session = clerk.session
    principal = session.pop("principal")
    session.save()
    answer = clerk.post(ADDRESS, {"command": "submit", **tokens, **form(), "premises.name": "打了一半的招牌"})
    assert answer.status_code == 302
    session = clerk.session
    session["principal"] = principal
    session.save()
    text = clerk.get(ADDRESS).content.decode()
    assert "打了一半的招牌" in text
    assert hidden(text, "key") == tokens["key"]


def test_what_did_not_come_is_ticked_and_the_case_is_received_all_the_same() -> None:
    clerk = builders.at_desk(builders.CLERK)
    number = builders.resident("沈知夏").id_number
    tokens = identified(clerk, number=number)
    files = {f"file__{code}": upload(f"{code}.png") for code in ("floor_plan", "hygiene_report")}
    typed = {"command": "submit", **tokens, **form()}
    assert clerk.post(ADDRESS, {**typed, **files}).status_code == 422
    files = {f"file__{code}": upload(f"{code}.png") for code in ("floor_plan", "hygiene_report")}
    answer = clerk.post(ADDRESS, {**typed, **files, "without": ["hygiene_rules"]})
    assert answer.status_code == 303
    case = Case.objects.get(number=answer["Location"].split("/")[3])
    assert case.proceedings.filter(kind="gap", key="hygiene_rules", state="open").exists()

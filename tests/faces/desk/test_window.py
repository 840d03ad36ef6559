"""The window desk: list, case page, lawful choices, what was typed survives a refusal."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.faces.desk import builders
from tests.support import builders as cases_in
from tongban.ground.documents.models import Document
from tongban.ground.ledger.models import Event
from tongban.procedures.cases.models import Case, CorrectionNotice

pytestmark = pytest.mark.django_db


def page_of(case: Case) -> str:
    return reverse("desk:window_case", args=[case.number])


def test_a_clerk_sees_the_waiting_case_in_the_list_and_opens_it() -> None:
    case = builders.a_case_received()
    clerk = builders.at_desk(builders.CLERK)
    listed = clerk.get(reverse("desk:window")).content.decode()
    assert case.number in listed
    opened = clerk.get(page_of(case))
    text = opened.content.decode()
    assert opened.status_code == 200
    assert "沈知夏" in text
    assert "受理 <kbd>F9</kbd>" in text
    assert opened["Cache-Control"] == "no-store, private"


def test_numbers_are_masked_until_a_purpose_is_given_and_the_look_is_recorded() -> None:
    case = builders.a_case_received()
    person = builders.resident("沈知夏")
    clerk = builders.at_desk(builders.CLERK)
    assert person.id_number not in clerk.get(page_of(case)).content.decode()
    address = reverse("desk:unmask", args=[case.number])
    refused = clerk.post(address, {"field": "id_number", "purpose": ""})
    assert refused.status_code == 422
    assert "请写明为什么要看" in refused.content.decode()
    before = Event.objects.filter(subject_id=person.pk, kind="person.unmasked").count()
    shown = clerk.post(address, {"field": "id_number", "purpose": "与身份证原件核对"})
    assert person.id_number in shown.content.decode()
    assert Event.objects.filter(subject_id=person.pk, kind="person.unmasked").count() == before + 1


def test_accepting_starts_the_review_and_leads_back_to_the_case() -> None:
    case = builders.a_case_received()
    clerk = builders.at_desk(builders.CLERK)
    answer = clerk.post(page_of(case), {"command": "accept", "points": ["表单各项填写完整"]})
    assert answer.status_code == 303
    assert "已受理" in clerk.get(answer["Location"]).content.decode()
    case.refresh_from_db()
    assert case.state == "in_review"


def test_a_notice_without_its_remedy_is_not_sent_and_keeps_every_word() -> None:
    case = builders.a_case_received()
    clerk = builders.at_desk(builders.CLERK)
    typed = {
        "command": "request_correction",
        "mark__floor_plan": "faulty",
        "fault__floor_plan": "第 2 页没有标洗手池",
        "reason": "先记在这里的话",
    }
    answer = clerk.post(page_of(case), typed)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "请写明怎么补" in text
    assert "第 2 页没有标洗手池" in text
    assert "先记在这里的话" in text
    assert not CorrectionNotice.objects.filter(case=case).exists()


def test_all_faults_of_materials_and_form_go_into_one_notice() -> None:
    case = builders.a_case_received()
    clerk = builders.at_desk(builders.CLERK)
    answer = clerk.post(
        page_of(case),
        {
            "command": "request_correction",
            "mark__floor_plan": "faulty",
            "fault__floor_plan": "没有标洗手池",
            "remedy__floor_plan": "补画洗手池后重新上传",
            "mark__hygiene_report": "qualified",
            "field_path": ["premises.area_m2", ""],
            "field_fault": ["和平面图上的面积不一致", ""],
            "field_remedy": ["按平面图改为 65", ""],
        },
    )
    assert answer.status_code == 303
    notice = CorrectionNotice.objects.get(case=case)
    assert {(item["target"], item["code"]) for item in notice.items} == {
        ("material", "floor_plan"),
        ("field", "premises.area_m2"),
    }


def test_a_material_marked_faulty_cannot_be_accepted_in_the_same_breath() -> None:
    case = builders.a_case_received()
    answer = builders.at_desk(builders.CLERK).post(page_of(case), {"command": "accept", "mark__floor_plan": "faulty"})
    assert answer.status_code == 422
    assert "不能同时受理" in answer.content.decode()
    case.refresh_from_db()
    assert case.state == "received"


def test_a_refusal_of_acceptance_needs_the_right_authority_when_it_is_elsewhere() -> None:
    case = builders.a_case_received()
    clerk = builders.at_desk(builders.CLERK)
    typed = {"command": "refuse_acceptance", "kind": "no_jurisdiction", "reason": "场所在邻市"}
    answer = clerk.post(page_of(case), typed)
    assert answer.status_code == 422
    assert "应当向哪个机关" in answer.content.decode()
    assert "场所在邻市" in answer.content.decode()
    assert clerk.post(page_of(case), {**typed, "right_authority": "邻市卫生健康委员会"}).status_code == 303
    case.refresh_from_db()
    assert case.state == "not_accepted"


def test_one_press_more_gives_two_more_rows_for_faults_in_the_form() -> None:
    case = builders.a_case_received()
    clerk = builders.at_desk(builders.CLERK)
    typed = {
        "command": "more_rows",
        "field_path": ["premises.area_m2"],
        "field_fault": ["不一致"],
        "field_remedy": [""],
    }
    text = clerk.post(page_of(case), typed).content.decode()
    assert text.count('name="field_path"') == 3
    assert "不一致" in text


def test_a_case_of_another_window_answers_404_and_so_does_its_file() -> None:
    case = builders.a_case_received()
    roads = builders.at_desk("YX1201")
    assert roads.get(page_of(case)).status_code == 404
    key = next(iter(case.materials.get(code="floor_plan").files))
    assert roads.get(reverse("desk:file", args=[case.number, key])).status_code == 404


def test_a_file_is_shown_inline_and_never_kept_by_the_browser() -> None:
    case = builders.a_case_received()
    clerk = builders.at_desk(builders.CLERK)
    key = next(iter(case.materials.get(code="floor_plan").files))
    seen = Event.objects.filter(subject_id=case.applicant_person_id, kind="person.viewed")
    before = seen.count()
    answer = clerk.get(reverse("desk:file", args=[case.number, key]))
    assert seen.count() == before + 1
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    foreign = builders.a_case_received()
    other = next(iter(foreign.materials.get(code="floor_plan").files))
    assert clerk.get(reverse("desk:file", args=[case.number, other])).status_code == 404


def test_the_receipt_tells_number_and_query_password() -> None:
    case = builders.a_case_received()
    text = builders.at_desk(builders.CLERK).get(reverse("desk:receipt", args=[case.number])).content.decode()
    assert case.number in text
    assert case.query_password in text


def test_an_expired_session_gives_back_every_word_after_signing_in() -> None:
    case = builders.a_case_received()
    clerk = builders.at_desk(builders.CLERK)
    session = clerk.session
    principal = session.pop("principal")
    session.save()
    typed = {"command": "request_correction", "mark__floor_plan": "faulty", "fault__floor_plan": "写了一半的问题"}
    answer = clerk.post(page_of(case), typed)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/staff/")
    session = clerk.session
    session["principal"] = principal
    session.save()
    assert "写了一半的问题" in clerk.get(page_of(case)).content.decode()


@pytest.mark.slow
def test_a_result_is_handed_over_only_with_the_name_of_who_signs_for_it() -> None:
    case = Case.objects.get(pk=cases_in.a_granted_case())
    issuer = builders.at_desk("YX0108")
    assert case.number in issuer.get(reverse("desk:home")).content.decode()
    assert issuer.post(page_of(case), {"command": "deliver", "received_by": ""}).status_code == 422
    assert issuer.post(page_of(case), {"command": "deliver", "received_by": "陆明远"}).status_code == 303
    case.refresh_from_db()
    assert case.state == "delivered"
    assert "窗口领取" in issuer.get(page_of(case)).content.decode()
    paper = next(p for p in Document.objects.filter(subject_id=case.pk) if p.kind == "licence")
    shown = issuer.get(reverse("desk:paper", args=[paper.pk]))
    assert shown["Content-Type"] == "application/pdf"
    assert builders.at_desk("YX1201").get(reverse("desk:paper", args=[paper.pk])).status_code == 404


def test_an_application_from_the_portal_can_be_received_before_it_is_checked() -> None:
    case = Case.objects.get(pk=cases_in.a_submitted_case())
    clerk = builders.at_desk(builders.CLERK)
    assert "先确认收件" in clerk.get(page_of(case)).content.decode()
    assert clerk.post(page_of(case), {"command": "receive"}).status_code == 303
    case.refresh_from_db()
    assert case.state == "received"

"""The review desk: opinion, decision, preview, separation of powers, the next case."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.urls import reverse

from tests.faces.desk import builders
from tests.support import builders as cases_in
from tongban.demo import names
from tongban.ground.ledger.models import Event
from tongban.ground.storage.models import StoredFile
from tongban.procedures.cases.models import Case, Opinion
from tongban.registry.parties.models import Staff

pytestmark = pytest.mark.django_db


def page_of(case: Case) -> str:
    return reverse("desk:review_case", args=[case.number])


def test_a_handler_reads_the_application_with_masked_numbers_and_the_points_to_check() -> None:
    case = builders.a_case_in_review()
    handler = builders.at_desk(builders.HANDLER)
    assert case.number in handler.get(reverse("desk:review")).content.decode()
    text = handler.get(page_of(case)).content.decode()
    assert "消防" not in text
    assert "消毒设施能正常使用" in text
    assert "消毒、更衣、洗手设施齐全" in text
    assert builders.resident("沈知夏").id_number not in text
    assert "13900007720" not in text


def test_an_opinion_goes_to_the_next_post_and_the_next_case_opens() -> None:
    first, second = builders.a_case_in_review(), builders.a_case_in_review()
    handler = builders.at_desk(builders.HANDLER)
    typed = {"command": "opinion", "verdict": "pass", "text": "看过平面图", "points": ["消毒设施能正常使用"]}
    answer = handler.post(page_of(first), typed)
    assert answer.status_code == 303
    assert page_of(second) in answer["Location"]
    opinion = Opinion.objects.get(case=first)
    found = {p["point"]: p["ok"] for p in opinion.points}
    assert found["消毒设施能正常使用"] is True
    assert found["申请材料和现场一致"] is False
    shown = handler.get(answer["Location"]).content.decode()
    assert first.number in shown
    assert "已提交意见：通过" in shown


@pytest.mark.needs_tool("pdftoppm")
def test_a_pdf_stands_beside_the_data_page_by_page_and_one_look_is_on_record_once() -> None:
    case = Case.objects.get(pk=cases_in.a_case_in_review(slug=names.ROAD_SLUG))
    handler = builders.at_desk(Staff.objects.get(name="韩野").number)
    looks = Event.objects.filter(subject_id=case.applicant_person_id, kind="person.viewed")
    given = [key for files in case.materials.values_list("files", flat=True) for key in files]
    pdf = StoredFile.objects.filter(id__in=given, media_type="application/pdf").first()
    text = handler.get(page_of(case), {"file": str(pdf.pk)}).content.decode()  # type: ignore[union-attr]
    before = looks.count()
    address = unescape(re.search(r'src="([^"]+/pages/1/[^"]+)"', text)[1])  # type: ignore[index]
    picture = handler.get(address)
    assert picture["Content-Type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    assert "no-store" in picture["Cache-Control"]
    assert looks.count() == before, "the page that shows it is on record already"

    alone = address.partition("?")[0]
    assert handler.get(alone).status_code == 200
    assert handler.get(f"{alone}?look=invented").status_code == 200
    assert looks.count() == before + 2, "a picture that no page shows is a look of its own"
    assert handler.get(alone.replace("/pages/1/", "/pages/99/")).status_code == 404
    assert builders.at_desk("YX0301").get(address).status_code in {403, 404}


def test_an_empty_opinion_is_not_taken() -> None:
    case = builders.a_case_in_review()
    answer = builders.at_desk(builders.HANDLER).post(page_of(case), {"command": "opinion", "text": ""})
    assert answer.status_code == 422
    assert "请选择审查结论" in answer.content.decode()
    assert "请写明审查意见" in answer.content.decode()


def test_an_examiner_sees_what_the_handler_found() -> None:
    case = builders.a_case_in_review()
    builders.give_opinion(case, builders.HANDLER)
    text = builders.at_desk(builders.EXAMINER).get(page_of(case)).content.decode()
    assert "材料和现场一致" in text
    assert "蒋若溪" in text


def test_an_approver_grants_and_nothing_is_left() -> None:
    case = builders.a_case_to_decide()
    approver = builders.at_desk(builders.APPROVER)
    assert "作出决定" in approver.get(page_of(case)).content.decode()
    answer = approver.post(page_of(case), {"command": "decide", "outcome": "granted", "basis": ["0", "1"]})
    assert answer.status_code == 303
    assert answer["Location"].startswith(reverse("desk:review"))
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("decided", "granted")
    assert [b["article"] for b in case.decision.basis] == ["第四条", "第四十二条"]


@pytest.mark.slow
def test_a_refusal_without_facts_and_basis_is_shown_again_with_its_reasons() -> None:
    case = builders.a_case_to_decide()
    typed = {"command": "decide", "outcome": "refused", "reasons": "消毒间面积不够，这句话要还在"}
    answer = builders.at_desk(builders.APPROVER).post(page_of(case), typed)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "请写明查明的事实" in text
    assert "请勾选依据的条款" in text
    assert "消毒间面积不够，这句话要还在" in text


def test_who_accepted_the_case_cannot_decide_it_and_the_reasons_stay_on_the_page() -> None:
    case = builders.a_case_to_decide(accepted_by=builders.BOTH)
    both = builders.at_desk(builders.BOTH, names.HYGIENE_APPROVE_POST)
    typed = {"command": "decide", "outcome": "granted", "facts": "写了很久的一段话", "basis": ["0"]}
    answer = both.post(page_of(case), typed)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "这件办件是您受理的" in text
    assert "写了很久的一段话" in text
    case.refresh_from_db()
    assert case.state == "in_review"


def test_the_paper_can_be_seen_before_the_decision_and_nothing_is_stored() -> None:
    case = builders.a_case_to_decide()
    approver = builders.at_desk(builders.APPROVER)
    before = case.seq
    answer = approver.post(reverse("desk:preview", args=[case.number]), {"outcome": "granted", "basis": ["0"]})
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    case.refresh_from_db()
    assert case.seq == before
    assert case.state == "in_review"


def test_a_case_is_read_in_a_fixed_number_of_queries(django_assert_max_num_queries: object) -> None:
    case = builders.a_case_to_decide()
    approver = builders.at_desk(builders.APPROVER)
    with django_assert_max_num_queries(26):  # type: ignore[operator]
        approver.get(page_of(case))


def test_both_departments_of_a_road_permit_are_shown_side_by_side() -> None:
    case = Case.objects.get(pk=cases_in.a_case_in_review(slug=names.ROAD_SLUG))
    police = builders.at_desk("YX1301")
    text = police.get(page_of(case)).content.decode()
    assert "并联审查" in text
    assert "城管道路审查" in text
    assert "不影响主要路口通行" in text
    typed = {"command": "opinion", "verdict": "pass", "text": "绕行方案可行"}
    assert police.post(page_of(case), typed).status_code == 303
    assert "绕行方案可行" in builders.at_desk("YX1201").get(page_of(case)).content.decode()


@pytest.mark.slow
def test_an_objection_cannot_be_overruled_by_a_grant() -> None:
    case = builders.a_case_in_review()
    builders.give_opinion(case, builders.HANDLER, "object")
    approver = builders.at_desk(builders.APPROVER)
    assert "不通过" in approver.get(page_of(case)).content.decode()
    answer = approver.post(page_of(case), {"command": "decide", "outcome": "granted", "basis": ["0"]})
    assert answer.status_code == 422
    assert "不能准予" in answer.content.decode()

"""Drafts, frequent sentences, the last look before signing, answers beside the register."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.urls import reverse

from tests.faces.desk import builders
from tests.faces.desk.test_review import page_of
from tongban.faces.desk.comparing import DIFFERENT, MISSING, SAME, compare
from tongban.procedures.cases.models import Case
from tongban.procedures.work import writing
from tongban.procedures.work.models import Phrase, TaskDraft
from tongban.registry.catalog import selectors as catalog

pytestmark = pytest.mark.django_db


def draft_address(case: Case) -> str:
    return reverse("desk:opinion_draft", args=[case.number])


@pytest.mark.covers("WIN-15")
def test_what_is_written_is_kept_for_this_person_only_and_goes_with_the_opinion() -> None:
    case = builders.a_case_in_review()
    handler = builders.at_desk(builders.HANDLER)
    typed = {"verdict": "pass", "text": "写到一半的意见", "points": ["消毒设施能正常使用"]}
    assert "草稿已保存" in handler.post(draft_address(case), typed).content.decode()
    assert handler.post(draft_address(case), {**typed, "text": "写到一半的意见，又多一句"}).status_code == 200
    page = handler.get(page_of(case)).content.decode()
    assert "写到一半的意见，又多一句" in page
    assert 'value="消毒设施能正常使用" checked' in page
    assert TaskDraft.objects.count() == 1
    assert "写到一半" not in TaskDraft.objects.raw("SELECT id, content AS kept FROM work_taskdraft")[0].kept
    assert builders.at_desk(builders.EXAMINER).post(draft_address(case), typed).status_code == 404
    answer = handler.post(page_of(case), {**typed, "command": "opinion"})
    assert answer.status_code == 303
    assert not TaskDraft.objects.exists()


def test_the_button_keeps_the_draft_without_a_script() -> None:
    case = builders.a_case_in_review()
    handler = builders.at_desk(builders.HANDLER)
    page = handler.post(page_of(case), {"command": "keep", "text": "先存着"}).content.decode()
    assert "草稿已保存" in page
    assert "先存着" in page
    assert "先存着" in handler.get(page_of(case)).content.decode()


def test_a_sentence_comes_in_is_kept_and_taken_out() -> None:
    case = builders.a_case_in_review()
    handler = builders.at_desk(builders.HANDLER)
    house = writing.shipped()["handle"][0]
    page = handler.post(page_of(case), {"phrase": "handle-0", "text": "先看过平面图。"}).content.decode()
    assert f"先看过平面图。\n{house}</textarea>" in page
    kept = handler.post(page_of(case), {"command": "keep_phrase", "text": "消毒间按图施工，符合要求。"})
    assert kept.status_code == 200
    phrase = Phrase.objects.get()
    assert str(phrase.pk) in kept.content.decode()
    assert handler.post(page_of(case), {"command": "keep_phrase", "text": " "}).status_code == 422
    other = builders.a_case_in_review()
    examiner = builders.at_desk(builders.EXAMINER)
    examiner.post(page_of(other), {"drop_phrase": str(phrase.pk)})
    assert Phrase.objects.exists()
    handler.post(page_of(other), {"drop_phrase": str(phrase.pk), "text": "还在"})
    assert not Phrase.objects.exists()


def test_the_last_look_shows_the_decision_and_the_licence_and_does_nothing_yet() -> None:
    case = builders.a_case_to_decide()
    approver = builders.at_desk(builders.APPROVER)
    typed = {"outcome": "granted", "facts": "材料和现场一致", "basis": ["0"]}
    page = approver.post(page_of(case), {**typed, "command": "check"}).content.decode()
    assert "签发：准予许可" in page
    assert "材料和现场一致" in page
    assert "卫生许可证" in page
    assert "溪源路" in page
    case.refresh_from_db()
    assert case.state == "in_review"
    again = approver.post(page_of(case), {**typed, "command": "change"}).content.decode()
    assert 'value="granted" checked' in again
    assert approver.post(page_of(case), {**typed, "command": "decide"}).status_code == 303


def test_what_the_law_forbids_is_told_at_the_last_look() -> None:
    from tongban.demo import names

    case = builders.a_case_to_decide(accepted_by=builders.BOTH)
    both = builders.at_desk(builders.BOTH, names.HYGIENE_APPROVE_POST)
    answer = both.post(page_of(case), {"command": "check", "outcome": "granted", "basis": ["0"]})
    assert answer.status_code == 422
    assert "这件办件是您受理的" in answer.content.decode()
    assert approver_sees_gaps(case)


def approver_sees_gaps(case: Case) -> bool:
    answer = builders.at_desk(builders.APPROVER).post(page_of(case), {"command": "check", "outcome": "refused"})
    return answer.status_code == 422 and "请写明查明的事实" in answer.content.decode()


def test_the_answers_stand_beside_the_register_masked() -> None:
    case = builders.a_case_in_review()
    page = builders.at_desk(builders.HANDLER).get(page_of(case)).content.decode()
    assert "填报与登记比对" in page
    assert "人口登记" in page
    assert builders.resident("沈知夏").id_number not in page


@pytest.mark.parametrize(
    ("filled", "known", "result"),
    [
        ("沈知夏", "沈知夏", SAME),
        ("沈 知夏", "沈知夏", SAME),
        ("云溪市（桥西区）", "云溪市(桥西区)", SAME),
        ("沈知春", "沈知夏", DIFFERENT),
        ("沈知夏", "", MISSING),
        ("沈知夏", None, MISSING),
    ],
)
def test_a_comparison_says_equal_different_or_nothing_known(filled: str, known: Any, result: str) -> None:
    content = catalog.version_in_force(builders.SLUG)[1]
    fields = tuple(f for f in content.all_fields() if f.prefill.endswith(".name"))[:1]
    facts = {fields[0].prefill: known}
    rows = compare(fields, content.elements, {fields[0].path: filled}, facts).rows
    assert [row.result for row in rows] == [result]
    assert compare(fields, content.elements, {}, facts).rows == ()


def test_somebody_elses_task_keeps_no_draft() -> None:
    case = builders.a_case_in_review()
    who = builders.staff_principal(builders.HANDLER)
    from tongban.ground.errors import NotFound, Refusal

    with pytest.raises(NotFound):
        writing.keep_draft(who, uuid.uuid4(), {"text": ["x"]})
    task_ids = [t.pk for t in case_tasks(case)]
    with pytest.raises(Refusal):
        writing.keep_draft(who, task_ids[0], {"text": ["长" * writing.LONGEST_DRAFT]})
    assert writing.at_hand(who, task_ids).draft is None


def case_tasks(case: Case) -> list[Any]:
    from tongban.procedures.work.models import Task

    return list(Task.objects.filter(subject_id=case.pk, done_at=None))

"""A preview is the paper that the act would make, with the act's own refusals; nothing is written."""

from __future__ import annotations

import re
import subprocess
import uuid

import pytest

from tests.support import builders
from tongban.ground.documents.models import Document
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.policy import Principal
from tongban.procedures.cases.loading import load
from tongban.procedures.cases.models import CorrectionNotice, Proceeding
from tongban.procedures.cases.preview import preview_command, print_slip
from tongban.procedures.cases.rules import commands

pytestmark = [pytest.mark.django_db, pytest.mark.needs_tool("pdftotext")]

FAULT = commands.Fault("material", "floor_plan", "平面布局图", "没有标明消毒间", "请标注位置和面积")


def text_of(pdf: bytes) -> str:
    made = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"\s", "", made.stdout.decode())


def handler_of(case_id: uuid.UUID) -> Principal:
    return builders.holder_of(load(case_id).open_tasks("handle")[0].post_id)


def rows_of(case_id: uuid.UUID) -> tuple[int, int, int]:
    papers = Document.objects.filter(subject_id=case_id).count()
    notices = CorrectionNotice.objects.filter(case_id=case_id).count()
    return papers, notices, Proceeding.objects.filter(case_id=case_id).count()


def test_a_notice_is_shown_before_it_is_given_and_nothing_is_written():
    case_id = builders.a_submitted_case()
    before = load(case_id), rows_of(case_id)
    text = text_of(preview_command(builders.clerk(), case_id, commands.RequestCorrection((FAULT,))))
    assert "一次性补正告知书" in text
    assert "（预览，未编号、未盖章）" in text
    assert "没有标明消毒间" in text
    assert (load(case_id), rows_of(case_id)) == before


def test_an_acceptance_shows_the_date_that_it_would_start():
    case_id = builders.a_submitted_case()
    text = text_of(preview_command(builders.clerk(), case_id, commands.Accept()))
    assert "受理通知书" in text
    assert re.search(r"最迟作出决定20\d\d年", text)


def test_a_special_step_shows_its_time_and_effect():
    case_id = builders.a_case_in_review()
    branch = load(case_id).open_tasks("handle")[0].branch_key
    step = commands.Suspend(
        kind="testing",
        reason="申请人不能提供一年内的检测报告。",
        basis="《公共场所卫生管理条例实施细则》第二十六条",
        limit_n=15,
        limit_unit="working_day",
        branch_key=branch,
    )
    text = text_of(preview_command(handler_of(case_id), case_id, step))
    assert "特别程序所需时间告知书" in text
    assert "15个工作日" in text
    assert "不计算在法定办理期限" in text
    assert not Proceeding.objects.filter(case_id=case_id).exists()


def test_what_the_act_refuses_the_preview_refuses():
    case_id = builders.a_case_in_review()
    with pytest.raises(Refusal) as caught:
        preview_command(builders.clerk(), case_id, commands.RequestCorrection((FAULT,)))
    assert caught.value.code == "case.wrong_state"


def test_an_act_without_a_paper_has_no_preview():
    case_id = builders.a_submitted_case()
    with pytest.raises(Refusal) as caught:
        preview_command(builders.clerk(), case_id, commands.Receive())
    assert caught.value.code == "preview.none"


@pytest.mark.covers("APR-17")
@pytest.mark.parametrize(("kind", "words"), [("materials_return_list", "领取人"), ("handover_list", "移交人")])
def test_a_list_of_materials_is_printed_for_staff_on_demand(kind: str, words: str):
    case_id = builders.a_submitted_case()
    before = rows_of(case_id)
    text = text_of(print_slip(builders.clerk(), case_id, kind))
    assert words in text
    assert load(case_id).materials[0].name in text
    assert rows_of(case_id) == before
    for who, wanted in ((builders.resident(), kind), (builders.clerk(), "decision_grant")):
        with pytest.raises(NotFound):
            print_slip(who, case_id, wanted)

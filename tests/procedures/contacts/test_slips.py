"""What the slips say, read out of the printed PDF."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.procedures.contacts.asking import a_no, a_return, ask, passed, window
from tongban.demo import names
from tongban.ground.errors import NotFound
from tongban.procedures.contacts import printing, selectors, slips
from tongban.registry.catalog import checklists
from tongban.registry.catalog import selectors as catalog

pytestmark = pytest.mark.django_db


def words_of(number: str, folder: Path, round_: int = 1) -> str:
    """The text of the slip, without any blank."""
    path = folder / "slip.pdf"
    path.write_bytes(printing.slip_of(selectors.contact_of(window(), number), round_))
    made = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, text=True, check=True)
    return "".join(made.stdout.split())


@pytest.mark.covers("NTC-02")
@pytest.mark.needs_tool("pdftotext")
def test_a_guidance_notice_says_everything_once(tmp_path: Path) -> None:
    done = ask(answers={"premises.kind": "hair_salon", "premises.central_air": "false"}, person_name="张三丰")
    text = words_of(done.number, tmp_path)
    _, content = catalog.version_in_force(names.HYGIENE_SLUG)
    materials, exempt = checklists.checklist(content, {"premises.kind": "hair_salon", "premises.central_air": False})
    assert materials
    assert exempt
    told = [
        "一次性告知单",
        done.number,
        content.authority.name,
        content.name,
        content.item_code,
        *[row["name"] for row in materials],
        *exempt,
        *content.conditions,
        f"{content.promised_limit.n}个工作日",
        "不收费",
        content.places[0].address,
        *[f"《{b.instrument}》{b.article}" for b in content.legal_basis],
        "顾晚晴",
        "张*丰",
        "不表示已经收到申请",
    ]
    assert [one for one in told if "".join(one.split()) not in text] == []
    assert "张三丰" not in text


@pytest.mark.needs_tool("pdftotext")
def test_a_list_of_what_goes_back_names_fault_and_remedy_and_is_no_receipt(tmp_path: Path) -> None:
    text = words_of(ask(given=a_return()).number, tmp_path)
    for told in ("材料带回清单", "平面图", "看不清消毒间", "重新画，标出消毒间", "没有收件", "窗口应当收下材料", "1份"):
        assert told in text


@pytest.mark.covers("NTC-05")
@pytest.mark.needs_tool("pdftotext")
def test_a_no_is_printed_with_its_article_and_that_one_may_still_apply(tmp_path: Path) -> None:
    given = a_no()
    text = words_of(ask(given=given, text="没有消毒间能不能办").number, tmp_path)
    article = f"《{given.basis[0]['instrument']}》{given.basis[0]['article']}"
    for told in ("否定答复告知单", article, "场所没有独立的消毒间", "没有消毒间能不能办", "应当依法接收申请材料"):
        assert "".join(told.split()) in text


def test_a_question_passed_on_has_no_slip() -> None:
    done = ask(given=passed())
    detail = selectors.contact_of(window(), done.number)
    for round_ in (1, 2):
        with pytest.raises(NotFound):
            printing.slip_of(detail, round_)


@pytest.mark.covers("NTC-02")
def test_open_questions_leave_their_materials_as_possible() -> None:
    _, content = catalog.version_in_force(names.HYGIENE_SLUG)
    answered, _ = checklists.checklist(content, {"premises.kind": "hair_salon", "premises.central_air": False})
    open_, _ = checklists.checklist(content, {})
    assert {row["name"] for row in answered} < {row["name"] for row in open_}
    assert any("看您的情况" in row["note"] for row in open_)


@pytest.mark.covers("NTC-02")
def test_the_telephone_answer_is_one_whole_answer() -> None:
    _, content = catalog.version_in_force(names.ROAD_SLUG)
    told = slips.phone_answer(content, {})
    materials, _ = checklists.checklist(content, {})
    assert [row["name"] for row in materials if row["name"] not in told] == []
    assert content.fee in told
    assert content.places[0].address in told

"""The acts of the intake, pressed as a clerk does: offered, refused with a sentence, done."""

from __future__ import annotations

import pytest

from tests.faces.desk.acts import hall
from tests.support import builders
from tongban.demo import names
from tongban.ground.ledger.selectors import events_of
from tongban.procedures.cases import services

pytestmark = pytest.mark.django_db
WINDOW, HALL = names.WINDOW_POST, names.HALL_POST


def test_the_window_is_offered_what_the_law_gives_it_and_nothing_else() -> None:
    case = builders.a_submitted_case()
    assert hall.offered(hall.at(WINDOW), case) == {
        "receive",
        "accept",
        "request-correction",
        "correct-on-the-spot",
        "refuse-acceptance",
        "hand-over",
    }
    assert hall.offered(hall.at(HALL), case) == {"void-entry", "hand-over"}


def test_a_case_of_somebody_else_answers_404_and_so_does_an_act_that_is_not_offered() -> None:
    case = builders.a_submitted_case()
    number = hall.number(case)
    assert hall.at(names.ROAD_HANDLE_POST).get(f"/desk/cases/{number}/acts/").status_code == 404
    assert hall.at(names.ROAD_HANDLE_POST).get(f"/desk/cases/{number}/acts/accept/").status_code == 404
    clerk = hall.at(WINDOW)
    assert clerk.get(f"/desk/cases/{number}/acts/decide/").status_code == 404
    assert clerk.post(f"/desk/cases/{number}/acts/decide/", {"outcome": "granted"}).status_code == 404
    assert clerk.get(f"/desk/cases/{number}/acts/nonsense/").status_code == 404
    assert hall.state(case).state == "submitted"


def test_receipt_then_acceptance_with_the_points_that_were_checked() -> None:
    case = builders.a_submitted_case()
    clerk = hall.at(WINDOW)
    hall.done(hall.press(clerk, case, "receive"))
    hall.done(hall.press(clerk, case, "accept"))
    assert hall.state(case).state == "in_review"
    told = clerk.get(f"/desk/window/{hall.number(case)}/?done=accept").content.decode()
    assert "已受理" in told


def test_a_notice_says_what_is_wrong_and_how_to_mend_it_or_is_not_sent() -> None:
    case = builders.a_submitted_case()
    clerk = hall.at(WINDOW)
    empty = hall.press(clerk, case, "request-correction")
    assert empty.status_code == 422
    assert any("至少写明一处" in sentence for sentence in hall.problems(empty))
    half = hall.press(clerk, case, "request-correction", **{"target-0": "material:floor_plan", "fault-0": "看不清"})
    assert half.status_code == 422
    assert hall.problems(half) == ["请写明怎么补"]
    assert "看不清" in half.content.decode()
    more = clerk.post(
        f"/desk/cases/{hall.number(case)}/acts/request-correction/", {"target-0": "material:floor_plan", "more_rows": 1}
    )
    assert more.status_code == 200
    assert more.content.decode().count('name="fault-') == 3
    row = {"target-0": "material:floor_plan", "fault-0": "看不清", "remedy-0": "重新拍照"}
    hall.done(hall.press(clerk, case, "request-correction", **row))
    assert hall.state(case).state == "correction_requested"


@pytest.mark.slow
@pytest.mark.covers("NTC-03")
def test_a_second_notice_with_a_new_point_is_refused_in_words_and_stands_on_record() -> None:
    who = builders.resident()
    case = builders.a_submitted_case(who)
    services.request_correction(
        builders.clerk(),
        case,
        items=[{"target": "material", "code": "floor_plan", "fault": "看不清", "remedy": "重新拍照"}],
    )
    counter = hall.at(WINDOW)
    hall.done(hall.press(counter, case, "correct-on-the-spot", signed_by="陆明远", file__floor_plan=hall.upload()))
    assert hall.state(case).state == "received"
    row = {"target-0": "field:premises.name", "fault-0": "和招牌不一样", "remedy-0": "按招牌填"}
    refused = hall.press(counter, case, "request-correction", **row)
    assert refused.status_code == 422
    assert any("监督记录" in sentence for sentence in hall.problems(refused))
    assert any(event.kind == "case.second_demand_refused" for event in events_of("case", case))


@pytest.mark.slow
def test_mending_at_the_counter_needs_a_signature_and_something_mended() -> None:
    case = builders.a_submitted_case()
    clerk = hall.at(WINDOW)
    unsigned = hall.press(clerk, case, "correct-on-the-spot", file__floor_plan=hall.upload())
    assert unsigned.status_code == 422
    assert hall.problems(unsigned) == ["请填写：签名人"]
    assert 'name="kept__floor_plan"' in unsigned.content.decode()
    nothing = hall.press(clerk, case, "correct-on-the-spot", signed_by="陆明远")
    assert nothing.status_code == 422
    assert any("没有更正任何内容" in sentence for sentence in hall.problems(nothing))
    hall.done(hall.press(clerk, case, "correct-on-the-spot", **{"signed_by": "陆明远", "premises.name": "明远理发"}))
    assert services.latest_answers(case)["premises.name"] == "明远理发"


@pytest.mark.slow
def test_a_refusal_of_acceptance_names_its_kind_reason_and_right_authority() -> None:
    case = builders.a_submitted_case()
    clerk = hall.at(WINDOW)
    bare = hall.press(clerk, case, "refuse-acceptance")
    assert hall.problems(bare) == ["请选择：情形", "请填写：理由"]
    values = {"kind": "no_jurisdiction", "reason": "场所在邻市"}
    elsewhere = hall.press(clerk, case, "refuse-acceptance", **values)
    assert elsewhere.status_code == 422
    assert hall.problems(elsewhere) == ["请写明应当向哪个机关申请"]
    barred = hall.press(clerk, case, "refuse-acceptance", kind="barred", reason="虚假材料")
    assert any("禁止申请的依据" in sentence for sentence in hall.problems(barred))
    hall.done(hall.press(clerk, case, "refuse-acceptance", **values, right_authority="邻市卫生健康委员会"))
    assert hall.state(case).state == "not_accepted"


@pytest.mark.slow
def test_a_dispute_is_raised_by_the_department_and_ruled_by_the_hall() -> None:
    case = builders.a_case_in_review()
    handler, manager = hall.at(names.HYGIENE_HANDLE_POST), hall.at(HALL)
    assert "rule-dispute" not in hall.offered(manager, case)
    assert hall.press(handler, case, "raise-dispute", points=["floor_plan"]).status_code == 422
    hall.done(hall.press(handler, case, "raise-dispute", points=["floor_plan"], reason="没有标消毒间"))
    assert "raise-dispute" not in hall.offered(handler, case)
    assert "rule-dispute" in hall.offered(manager, case)
    assert hall.problems(hall.press(manager, case, "rule-dispute"))[0] == "请选择：由哪一方承担"
    hall.done(hall.press(manager, case, "rule-dispute", fault="department", words="图上标了"))
    assert not hall.state(case).open_proceedings("dispute")


@pytest.mark.slow
def test_an_entry_of_today_is_voided_by_the_hall_manager_only() -> None:
    from tests.faces.desk import builders as desk

    case = desk.a_case_received()
    assert "void-entry" not in hall.offered(hall.at(WINDOW), case.pk)
    manager = hall.at(HALL)
    assert hall.press(manager, case.pk, "void-entry").status_code == 422
    hall.done(hall.press(manager, case.pk, "void-entry", reason="录错了人"))
    assert hall.state(case.pk).state == "void"


def test_the_paper_of_an_act_can_be_looked_at_before_and_nothing_is_written() -> None:
    case = builders.a_submitted_case()
    clerk = hall.at(WINDOW)
    address = f"/desk/cases/{hall.number(case)}/acts/request-correction/preview/"
    row = {"target-0": "material:floor_plan", "fault-0": "看不清", "remedy-0": "重新拍照"}
    seen = clerk.post(address, row)
    assert seen.status_code == 200
    assert seen["Content-Type"] == "application/pdf"
    assert seen.content.startswith(b"%PDF")
    assert clerk.post(address, {}).status_code == 422
    before = hall.state(case)
    assert before.state == "submitted"
    assert not before.notices
    assert {p.kind for p in before.papers} == {"receipt"}

"""The acts of the review, pressed as the people of the departments do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.faces.desk.acts import hall
from tests.support import builders
from tongban.demo import names
from tongban.ground import moment
from tongban.procedures.cases import services

pytestmark = pytest.mark.django_db
HANDLE, EXAMINE, APPROVE = names.HYGIENE_HANDLE_POST, names.HYGIENE_EXAMINE_POST, names.HYGIENE_APPROVE_POST
STEP = {"kind": "testing", "reason": "抽检毛巾", "limit_n": "10", "basis": "公共场所卫生管理条例第三条"}


def test_opinion_and_decision_on_the_generic_screens() -> None:
    case = builders.a_case_in_review()
    empty = hall.press(hall.at(HANDLE), case, "complete-step")
    assert hall.problems(empty) == ["请选择：结论", "请填写：审查意见"]
    for post in (HANDLE, EXAMINE):
        hall.done(hall.press(hall.at(post), case, "complete-step", verdict="pass", text="一致"))
    chief = hall.at(APPROVE)
    unreasoned = hall.press(chief, case, "decide", outcome="refused")
    assert unreasoned.status_code == 422
    hall.done(hall.press(chief, case, "decide", outcome="granted"))
    assert hall.state(case).outcome == "granted"


@pytest.mark.slow
@pytest.mark.covers("APR-03")
def test_a_special_step_is_told_stops_the_clock_and_ends_with_its_record() -> None:
    case = builders.a_case_in_review()
    handler = hall.at(HANDLE)
    alone = hall.press(handler, case, "suspend", kind="site_check", reason="看消毒间", limit_n="2", people="蒋若溪")
    assert alone.status_code == 422
    assert any("两名" in sentence for sentence in hall.problems(alone))
    wordy = hall.press(handler, case, "suspend", kind="testing", reason="抽检", limit_n="十天")
    assert any("整数" in sentence for sentence in hall.problems(wordy))
    hall.done(hall.press(handler, case, "suspend", **STEP))
    assert hall.state(case).state == "suspended"
    page = handler.get(f"/desk/review/{hall.number(case)}/").content.decode()
    assert "起停计" in page
    assert "抽检毛巾" in page
    assert "decide" not in hall.offered(hall.at(APPROVE), case)
    assert hall.problems(hall.press(handler, case, "resume"))[0] == "请选择：结果"
    hall.done(hall.press(handler, case, "resume", result="passed", record="抽检 20 件，全部合格"))
    assert hall.state(case).state == "in_review"


@pytest.mark.covers("APR-01")
def test_only_the_head_extends_within_the_ceiling_and_once() -> None:
    case = builders.a_case_in_review()
    assert "extend" not in hall.offered(hall.at(HANDLE), case)
    head = hall.at(names.HEALTH_HEAD_POST)
    assert hall.offered(head, case) == {"extend"}
    beyond = hall.press(head, case, "extend", days="11", reason="等复核")
    assert any("最多可以延长" in sentence for sentence in hall.problems(beyond))
    hall.done(hall.press(head, case, "extend", days="5", reason="等复核"))
    assert hall.press(head, case, "extend", days="2", reason="还要等").status_code == 422
    assert any(p.kind == "extension" for p in hall.state(case).proceedings)


@pytest.mark.slow
def test_a_supplement_asks_only_for_what_the_list_has() -> None:
    case = builders.a_case_in_review()
    handler = hall.at(HANDLE)
    row = {"target-0": "material:floor_plan", "fault-0": "看不清", "remedy-0": "重新拍照"}
    unlisted = hall.press(handler, case, "request-supplement", **{**row, "target-0": "material:passport"})
    assert any("请选择是哪份材料" in sentence for sentence in hall.problems(unlisted))
    hall.done(hall.press(handler, case, "request-supplement", **row))
    assert "request-supplement" not in hall.offered(handler, case)


@pytest.mark.slow
def test_another_unit_is_asked_and_answers_from_its_own_list() -> None:
    case = builders.a_case_in_review()
    handler, police = hall.at(HANDLE), hall.at(names.TRAFFIC_EXAMINE_POST)
    assert police.get(f"/desk/cases/{hall.number(case)}/acts/").status_code == 404
    from tongban.registry.parties.models import Post

    post = Post.objects.get(name=names.TRAFFIC_EXAMINE_POST)
    asked = {"post_id": post.pk, "question": "门前停车有没有影响", "limit_n": "3"}
    assert hall.problems(hall.press(handler, case, "request-opinion", **{**asked, "question": ""}))
    hall.done(hall.press(handler, case, "request-opinion", **asked))
    listed = police.get("/desk/").content.decode()
    assert f"/desk/cases/{hall.number(case)}/acts/give-opinion/" in listed
    form = police.get(f"/desk/cases/{hall.number(case)}/acts/give-opinion/").content.decode()
    assert "门前停车有没有影响" in form
    unreasoned = hall.press(police, case, "give-opinion", answer="disagree")
    assert any("请写明意见和理由" in sentence for sentence in hall.problems(unreasoned))
    hall.done(hall.press(police, case, "give-opinion", answer="no_view"))
    assert not hall.state(case).open_proceedings("opinion")


@pytest.mark.slow
@pytest.mark.covers("APR-07")
def test_one_meeting_and_an_interested_party_on_a_joint_case() -> None:
    case = builders.a_case_in_review(slug=names.ROAD_SLUG)
    roads = hall.at(names.ROAD_HANDLE_POST)
    today = moment.today().isoformat()
    meeting = {"held_on": today, "place": "城管局会议室", "conclusion": "夜间施工", "opinions-0": "同意"}
    alone = hall.press(roads, case, "hold-joint-meeting", **meeting)
    assert any("两个以上部门" in sentence for sentence in hall.problems(alone))
    hall.done(hall.press(roads, case, "hold-joint-meeting", **meeting, **{"opinions-1": "只在夜间"}))
    hall.done(hall.press(roads, case, "tell-interested-party", name="平桥路业主委员会", interest="影响出入"))
    early = hall.press(roads, case, "hear-party")
    assert any("还没有过" in sentence for sentence in hall.problems(early))
    assert "平桥路业主委员会" in early.content.decode()
    hall.done(hall.press(roads, case, "hear-party", statement="请留出通道"))
    page = roads.get(f"/desk/review/{hall.number(case)}/").content.decode()
    assert "联合会商" in page
    assert "请留出通道" in page


@pytest.mark.slow
@pytest.mark.covers("NTC-05")
def test_a_hearing_from_the_right_to_the_notice_and_its_waiver() -> None:
    who = builders.resident()
    case = builders.a_case_in_review(who)
    handler, chief = hall.at(HANDLE), hall.at(APPROVE)
    hall.done(hall.press(handler, case, "tell-hearing-right", reason="涉及相邻住户"))
    assert hall.press(chief, case, "waive-hearing", reason="没有人来").status_code == 422
    hall.done(hall.press(hall.browser_of(who), case, "ask-hearing", "/my/cases/"))
    officer = builders.staff("温如言")
    when = {"place": "三楼听证室", "officer_id": str(officer.staff_id), "public": "true", "held_at_time": "09:00"}
    soon = (moment.today() + timedelta(days=2)).isoformat()
    short = hall.press(chief, case, "schedule-hearing", **when, held_at_day=soon)
    assert any("7 个工作日" in sentence for sentence in hall.problems(short))
    untimed = hall.press(chief, case, "schedule-hearing", **{**when, "held_at_time": "早上"})
    assert len(hall.problems(untimed)) == 2
    later = (moment.today() + timedelta(days=20)).isoformat()
    hall.done(hall.press(chief, case, "schedule-hearing", **when, held_at_day=later))
    presiding = hall.at(names.HEARING_POST)
    record = {"participants": "申请人\n承办人", "minutes": "双方陈述"}
    unsigned = hall.press(presiding, case, "hold-hearing", **record)
    assert any("签字" in sentence for sentence in hall.problems(unsigned))
    early = hall.press(presiding, case, "hold-hearing", **record, signed="yes")
    assert any("还没有到听证的日期" in sentence for sentence in hall.problems(early))
    hall.done(hall.press(chief, case, "waive-hearing", reason="申请人书面放弃"))
    assert hall.state(case).state == "in_review"


@pytest.mark.slow
def test_who_answers_for_a_task_stands_on_the_case_and_can_be_handed_over() -> None:
    case = builders.a_submitted_case()
    clerk = hall.at(names.WINDOW_POST)
    page = clerk.get(f"/desk/window/{hall.number(case)}/").content.decode()
    assert "现在谁负责" in page
    assert "顾晚晴" in page
    from tongban.registry.parties.models import Post

    other = Post.objects.get(name=names.REGISTER_WINDOW_POST)
    assert hall.problems(hall.press(clerk, case, "hand-over")) != []
    moved = hall.press(clerk, case, "hand-over", post_id=other.pk, reason_code="leave", reason="下午请假")
    hall.done(moved)
    assert moved["Location"].startswith("/desk/?done=hand-over")
    assert "任务已经移交" in clerk.get(moved["Location"]).content.decode()
    assert clerk.get(f"/desk/cases/{hall.number(case)}/acts/").status_code == 404
    assert "accept" in hall.offered(hall.at(names.REGISTER_WINDOW_POST), case)


@pytest.mark.slow
def test_the_end_without_decision_is_written_with_ground_facts_and_articles() -> None:
    case = builders.a_case_in_review()
    chief = hall.at(APPROVE)
    assert hall.problems(hall.press(chief, case, "terminate")) == [
        "请选择：情形",
        "请填写：事实和理由",
        "请勾选依据的条款，或写明其他依据",
    ]
    half = {"kind": "object_gone", "facts": "理发店已经拆除", "basis_instrument": "行政许可法"}
    assert any("同时写明" in sentence for sentence in hall.problems(hall.press(chief, case, "terminate", **half)))
    hall.done(hall.press(chief, case, "terminate", **half, basis_article="第七十条"))
    assert hall.state(case).state == "terminated"


@pytest.mark.slow
def test_delivery_by_post_needs_a_waybill_and_ready_is_told_once() -> None:
    case = builders.a_granted_case()
    issuing = hall.at(names.ISSUING_POST)
    assert {"deliver", "notify-ready"} <= hall.offered(issuing, case)
    hall.done(hall.press(issuing, case, "notify-ready"))
    assert "notify-ready" not in hall.offered(issuing, case)
    bare = hall.press(issuing, case, "deliver", mode="post")
    assert hall.problems(bare) == ["请填写邮件单号"]
    hall.done(hall.press(issuing, case, "deliver", mode="post", waybill="EA123456789CN"))
    assert hall.state(case).state == "delivered"


def test_a_transfer_before_acceptance_needs_consent() -> None:
    case = builders.a_submitted_case()
    clerk = hall.at(names.WINDOW_POST)
    services.receive(builders.clerk(), case)
    target = {"kind": "other_region", "authority": "邻市卫健委", "reason": "场所在邻市"}
    refused = hall.press(clerk, case, "transfer", **target)
    assert any("申请人同意" in sentence for sentence in hall.problems(refused))
    unproven = hall.press(clerk, case, "transfer", **target, consented="yes", consent_by="陆明远")
    assert any("同意书" in sentence for sentence in hall.problems(unproven))
    proof = {"consent_by": "陆明远", "file__consent_proof": hall.upload("同意书.png")}
    hall.done(hall.press(clerk, case, "transfer", **target, consented="yes", **proof))
    assert hall.state(case).state == "transferred"


@pytest.mark.slow
def test_the_applicant_never_sees_a_paper_that_is_meant_for_others() -> None:
    who = builders.resident()
    case = builders.a_case_in_review(who)
    handler = builders.holder_of(hall.state(case).open_tasks("handle")[0].post_id)
    services.tell_interested_party(handler, case, name="平桥路业主委员会", interest="影响出入")
    builders.settle(case)
    from tongban.ground.documents.models import Document

    paper = Document.objects.get(subject_id=case, kind="interested_party_notice")
    mine = hall.browser_of(who)
    assert "利害关系人告知书" not in mine.get(f"/my/cases/{hall.number(case)}/").content.decode()
    assert mine.get(f"/my/papers/{paper.id}/").status_code == 404
    assert hall.browser_of(handler).get(f"/desk/papers/{paper.id}/").status_code == 200


def test_a_personal_value_is_not_shown_whole_at_the_counter_and_stays_when_left_empty() -> None:
    case = builders.a_submitted_case()
    answers = services.latest_answers(case)
    mobile = answers["manager.mobile"]
    clerk = hall.at(names.WINDOW_POST)
    form = clerk.get(f"/desk/cases/{hall.number(case)}/acts/correct-on-the-spot/").content.decode()
    assert mobile not in form
    mended = {"signed_by": "陆明远", "manager.mobile": "", "premises.name": "明远理发"}
    hall.done(hall.press(clerk, case, "correct-on-the-spot", **mended))
    after = services.latest_answers(case)
    assert (after["manager.mobile"], after["premises.name"]) == (mobile, "明远理发")

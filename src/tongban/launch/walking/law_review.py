"""The branches of the review: special steps, extension, supplement, opinions, meetings, hearing, interested parties."""

from __future__ import annotations

from datetime import timedelta

from tongban.demo import names
from tongban.launch.walking.law_acts import FIRST
from tongban.launch.walking.law_people import People, answers_of, fault, pdf, today
from tongban.launch.walking.scenarios import hygiene_answers, road_answers

WINDOW = names.WINDOW_POST
HANDLE, EXAMINE, APPROVE = names.HYGIENE_HANDLE_POST, names.HYGIENE_EXAMINE_POST, names.HYGIENE_APPROVE_POST


def special_steps(p: People) -> None:
    """Testing stops the law's clock, a site check only what is published; an extension once, by the head."""
    number = p.in_review(names.RENEWAL_SLUG, answers_of(names.RENEWAL_SLUG))
    handler, head = p.at(HANDLE), p.at(names.HEALTH_HEAD_POST)
    check = {
        "kind": "site_check",
        "reason": "核对消毒间",
        "limit_n": "2",
        "limit_unit": "working_day",
        "people": "蒋若溪",
    }
    handler.refused(number, "suspend", "a site check by one person", check, words="两名")
    testing = {
        "kind": "testing",
        "reason": "抽检毛巾",
        "limit_n": "10",
        "limit_unit": "working_day",
        "branch_key": "health",
    }
    handler.do(number, "suspend", testing)
    p.tells(number, "现在停着", "a special step that the law names")
    p.at(APPROVE).refused(number, "resume", "another post ends the special step of the branch", {"result": "done"})
    handler.do(number, "resume", {"result": "passed", "record": "抽检 20 件，全部合格"})
    more = {"joint": "false", "days": "5", "reason": "等检测机构复核"}
    handler.refused(number, "extend", "the handler extends the limit", more)
    head.refused(number, "extend", "extending beyond the ceiling", {**more, "days": "11"}, words="最多")
    head.do(number, "extend", more)
    head.refused(number, "extend", "extending twice", more)
    p.at(APPROVE).do(
        number,
        "terminate",
        {"kind": "object_gone", "facts": "理发店已经拆除", "basis": ["0"]},
    )
    p.wait_for(number, "已终止", "已办结", what="terminated in writing")
    p.done("suspend", "resume", "extend", "terminate")


def asked_for_more(p: People) -> None:
    """A supplement while the clock runs, an opinion of another unit."""
    number = p.in_review(names.HYGIENE_SLUG, hygiene_answers())
    handler = p.at(HANDLE)
    handler.do(number, "request-supplement", fault("hygiene_report"))
    p.me().refused(number, "supplement", "supplementing what nobody asked for", files=pdf("floor_plan"))
    p.me().do(number, "supplement", files=pdf("hygiene_report"))
    handler.do(
        number,
        "request-opinion",
        {
            "branch_key": "health",
            "post_id": names.TRAFFIC_EXAMINE_POST,
            "question": "门前停车有没有影响",
            "limit_n": "3",
            "limit_unit": "working_day",
        },
    )
    p.at(APPROVE).refused(number, "give-opinion", "answering for the unit that was asked", {"answer": "agree"})
    p.at(names.TRAFFIC_EXAMINE_POST).do(number, "give-opinion", {"answer": "no_view", "text": "没有影响"})
    p.done("request_supplement", "supplement", "request_opinion", "give_opinion")


def together(p: People) -> None:
    """Two departments: a joint meeting, the government's extension of the joint cap, interested parties heard."""
    number = p.in_review(names.ROAD_SLUG, road_answers())
    roads = p.at(names.ROAD_HANDLE_POST)
    held_on = today().isoformat()
    meeting = {"held_on": held_on, "place": "城管局会议室", "conclusion": "夜间施工，白天恢复通行"}
    roads.refused(number, "hold-joint-meeting", "a joint meeting of one department", {**meeting, "opinions-0": "同意"})
    roads.do(number, "hold-joint-meeting", {**meeting, "opinions-0": "同意", "opinions-1": "只在夜间施工"})
    roads.do(number, "tell-interested-party", {"name": "平桥路 9 号业主委员会", "interest": "施工影响出入"})
    p.at(names.ROADS_HEAD_POST).refused(
        number, "extend", "a department extends the joint cap", {"joint": "true", "days": "5", "reason": "协调管线"}
    )
    p.at(names.GOVERNMENT_HEAD_POST).do(number, "extend", {"joint": "true", "days": "5", "reason": "协调管线"})
    p.step(names.ROAD_HANDLE_POST, number)
    p.step(names.ROAD_EXAMINE_POST, number)
    p.step(names.TRAFFIC_EXAMINE_POST, number)
    approver = p.at(names.ROAD_APPROVE_POST)
    approver.refused(
        number, "decide", "deciding before the interested party was heard", {"outcome": "granted"}, words="利害关系人"
    )
    approver.do(number, "hear-party", {"statement": "希望留出消防通道，不反对施工"})
    p.decide(names.ROAD_APPROVE_POST, number, "granted")
    p.done("hold_joint_meeting", "tell_interested_party", "extend: joint", "hear_party", "decide: granted")


def hearing(p: People) -> None:
    """The right is told, asked for, set no sooner than seven working days ahead; another one was held today."""
    number = p.in_review(names.RENEWAL_SLUG, answers_of(names.RENEWAL_SLUG))
    approver = p.at(APPROVE)
    p.at(HANDLE).do(number, "tell-hearing-right", {"reason": "涉及相邻住户的重大利益"})
    approver.refused(number, "waive-hearing", "giving up for the applicant while the term runs", {"reason": "没有人来"})
    p.me().do(number, "ask-hearing")
    soon = today() + timedelta(days=3)
    when = {
        "place": "三楼听证室",
        "officer_id": FIRST,
        "held_at_day": f"{soon:%Y-%m-%d}",
        "held_at_time": "09:00",
        "public": "true",
    }
    approver.refused(number, "schedule-hearing", "three days' notice of a hearing", when, words="7 个工作日")
    later = today() + timedelta(days=20)
    approver.do(number, "schedule-hearing", {**when, "held_at_day": later.isoformat()})
    record = {"participants": "申请人 沈知夏\n承办人 蒋若溪", "minutes": "双方陈述并质证", "signed": "yes"}
    p.at(names.HEARING_POST).refused(number, "hold-hearing", "a record before the hearing", record, words="还没有到")
    approver.refused(number, "decide", "deciding before the hearing", {"outcome": "granted"})
    approver.do(number, "waive-hearing", {"reason": "申请人书面放弃听证"})
    p.done("tell_hearing_right", "ask_hearing", "schedule_hearing", "waive_hearing")
    set_for_today = p.past["hearing"]
    p.at(HANDLE).refused(set_for_today, "hold-hearing", "the handler presides over the hearing", record)
    p.at(names.HEARING_POST).refused(
        set_for_today, "hold-hearing", "an unsigned record", {**record, "signed": ""}, words="签字"
    )
    p.at(names.HEARING_POST).do(set_for_today, "hold-hearing", record)
    p.done("hold_hearing")


def own_article(p: People) -> None:
    """A confirmation waits for a court: its own article stops its limit; a site check of two people stops nothing."""
    number = p.in_review(names.INJURY_SLUG, answers_of(names.INJURY_SLUG))
    handler = p.at(names.LABOUR_HANDLE_POST)
    step = {"branch_key": "injury", "limit_n": "5", "limit_unit": "working_day"}
    people = "白新雨\n闻人静"
    check = {"kind": "site_check", "reason": "看事故现场", "people": people, "place": "工地"}
    handler.do(number, "suspend", {**step, **check})
    handler.do(number, "resume", {"result": "done", "record": "现场与陈述一致", "people": people})
    handler.do(number, "suspend", {**step, "kind": "referral", "reason": "等交警的责任认定"})
    p.tells(number, "现在停着", "the clock stands still")
    p.at(names.LABOUR_APPROVE_POST).refused(number, "decide", "deciding while it stands still", {"outcome": "granted"})
    handler.do(number, "resume", {"result": "done", "record": "责任认定书已经收到"})
    p.done("suspend: by the item's own article")


def separated(p: People) -> None:
    """Strict: who accepts does not decide, at whichever post. Two posts at one window: the same person may."""
    strict = p.applicant.apply(names.HYGIENE_SLUG, hygiene_answers())
    both = p.both(WINDOW, APPROVE)
    both(WINDOW).do(strict, "accept")
    p.step(HANDLE, strict)
    p.step(EXAMINE, strict)
    both(APPROVE).refused(strict, "decide", "approving what one accepted", {"outcome": "granted"}, words="您受理的")
    p.decide(APPROVE, strict, "granted")
    p.done("separation: strict")
    number = p.applicant.apply(names.REGISTRATION_SLUG, answers_of(names.REGISTRATION_SLUG))
    one = p.both(names.REGISTER_WINDOW_POST, names.REGISTER_APPROVE_POST)
    one(names.REGISTER_WINDOW_POST).do(number, "accept")
    p.step(names.REGISTER_HANDLE_POST, number)
    head = p.at(names.MARKET_HEAD_POST)
    more = {"joint": "false", "days": "4", "reason": "名称要和外地核对"}
    head.refused(number, "extend", "extending beyond the item's own three days", more, words="最多")
    one(names.REGISTER_APPROVE_POST).do(number, "decide", {"outcome": "granted"})
    p.applicant.collect(number, fewest=2)
    p.done("registration: no separate acceptance", "separation: two posts at one window")


ROADS = (special_steps, asked_for_more, together, hearing, own_article, separated)

"""Deeds of the review: steps, special steps, questions, hearings, ends and the decision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time

from tongban.demo.lives import words
from tongban.demo.lives.doing import Doing
from tongban.ground import moment
from tongban.ground.calendars import selectors as calendars
from tongban.procedures.cases import services

OPINION_POSTS = ("占道施工审查岗", "消防检查审核岗", "燃气审核岗")
HEARING_ROOM = "政务服务中心三楼听证室"


def give_step(doing: Doing) -> None:
    """An opinion on a step."""
    task = next(t for t in doing.seen.state.open_tasks("handle", "examine") if str(t.id) == doing.deed.key)
    objects = doing.seen.fate.review == "object" and task.kind == "handle"
    who = doing.officer(task, but=frozenset({doing.seen.state.accepted_by}))
    verdict = "object" if objects else "pass"
    text = words.opinion(doing.seen.content, task.step_key, task.branch_key, verdict, doing.chance)
    services.complete_step(who, doing.id, task_id=task.id, verdict=verdict, text=text)


def begin_special(doing: Doing) -> None:
    """A special step begins, with its notice."""
    kind, case = doing.deed.key, doing.seen.state
    rule = next(r for r in doing.seen.content.flow.special_steps if r.kind == kind)
    task = next(t for t in case.open_tasks("handle", "examine") if rule.branch_key in ("", t.branch_key))
    who = doing.officer(task)
    others = [one.name for one in doing.cast.staff[task.post_id] if one.staff_id != who.staff_id]
    people = {"site_check": [who.name, (others or ["协办 葛立"])[0]], "expert_review": _experts(doing)}.get(kind, [])
    services.suspend(
        who,
        doing.id,
        kind=kind,
        reason=words.SUSPENSIONS.get(kind, "按规定需要这一环节"),
        basis=rule.basis,
        limit_n=rule.limit.n,
        limit_unit=rule.limit.unit,
        branch_key=task.branch_key,
        held_on=moment.today(),
        people=people,
    )


def _experts(doing: Doing) -> list[str]:
    return doing.chance.sample(words.EXPERTS, k=3)


def end_special(doing: Doing) -> None:
    """A special step is over, with its record."""
    matter = doing.seen.state.proceeding(doing.key)
    assert matter is not None  # the plan has seen it
    task = next(t for t in doing.seen.state.open_tasks() if t.branch_key == matter.branch_key)
    record = words.RECORDS.get(matter.kind, "已经完成。")
    who = doing.officer(task)
    services.resume(who, doing.id, proceeding_id=matter.id, result="passed", record=record)


def ask_supplement(doing: Doing) -> None:
    """The reviewer asks for more."""
    given = [m.code for m in doing.seen.state.materials]
    items = words.faults(doing.seen.content, given, doing.chance)
    if not items:
        items = [{"target": "field", "code": "applicant.mobile", "fault": "电话打不通", "remedy": "改成常用的手机号"}]
    services.request_supplement(doing.reviewer(), doing.id, items=items)


def supplement(doing: Doing) -> None:
    """The applicant hands in what was asked."""
    who = doing.applicant()
    matter = doing.seen.state.proceeding(doing.key)
    assert matter is not None  # the plan has seen it
    codes = [code for target, code in matter.data["targets"] if target == "material"]
    asked = [code for target, code in matter.data["targets"] if target == "field"]
    before = services.latest_answers(doing.id)
    answers = {path: before[path] for path in asked}
    services.supplement(who, doing.id, proceeding_id=matter.id, answers=answers, files=doing.files(codes, who))


def ask_opinion(doing: Doing) -> None:
    """Another unit is asked."""
    task = next(t for t in doing.seen.state.open_tasks("handle", "examine") if str(t.id) == doing.deed.key)
    posts = [doing.cast.posts[name] for name in OPINION_POSTS]
    busy = {t.post_id for t in doing.seen.state.tasks}
    services.request_opinion(
        doing.officer(task),
        doing.id,
        branch_key=task.branch_key,
        post_id=doing.chance.choice([post for post in posts if post not in busy]),
        question=doing.chance.choice(words.QUESTIONS),
        limit_n=5,
    )


def give_opinion(doing: Doing) -> None:
    """The asked unit answers."""
    task = next(t for t in doing.seen.state.open_tasks("opinion") if t.step_key == doing.deed.key)
    services.give_opinion(
        doing.officer(task),
        doing.id,
        proceeding_id=doing.key,
        answer="agree",
        text=doing.chance.choice(words.ANSWERS_GIVEN),
    )


def meet(doing: Doing) -> None:
    """The departments meet."""
    branches = doing.seen.content.flow.branches
    opinions = {branch.department_name: "同意按方案实施，施工期间加强看护。" for branch in branches}
    services.hold_joint_meeting(
        doing.reviewer(),
        doing.id,
        held_on=moment.today(),
        place="政务服务中心 402 会商室",
        opinions=opinions,
        conclusion="各方意见一致，按方案办理，开工前一天通知交警。",
    )


def extend(doing: Doing) -> None:
    """The head gives more days, once."""
    rule, law = doing.seen.content.extension, doing.seen.content.law
    most = rule.n if rule else law.extension_max or 0
    head = doing.of_authority("authority_head")
    services.extend(head, doing.id, days=max(1, most // 2), reason=doing.chance.choice(words.EXTENSIONS))


def tell_hearing(doing: Doing) -> None:
    """Told of the right to a hearing."""
    reason = words.HEARING_REASONS[1 if doing.seen.content.prerequisites else 0]
    services.tell_hearing_right(doing.reviewer(), doing.id, reason=reason)


def ask_hearing(doing: Doing) -> None:
    """The applicant asks for the hearing."""
    services.ask_hearing(doing.applicant(), doing.id, proceeding_id=doing.key)


def schedule_hearing(doing: Doing) -> None:
    """Set for the ninth working day from now."""
    day = calendars.current().add_working_days(moment.today(), 9)
    officer = doing.of_authority("hearing_officer")
    assert officer.staff_id is not None  # a staff member
    services.schedule_hearing(
        doing.of_authority("approver"),
        doing.id,
        proceeding_id=doing.key,
        held_at=datetime.combine(day, time(14, 30), moment.SHANGHAI),
        place=HEARING_ROOM,
        officer_id=officer.staff_id,
    )


def hold_hearing(doing: Doing) -> None:
    """Held and recorded by the officer who was named."""
    matter = doing.seen.state.proceeding(doing.key)
    assert matter is not None  # the plan has seen it
    wanted = matter.data["officer_id"]
    holders = (one for post in doing.cast.staff.values() for one in post)
    officer = next(one for one in holders if str(one.staff_id) == wanted and "hearing_officer" in one.roles)
    people = ["申请人", "楼上住户代表 张女士", "承办人"]
    services.hold_hearing(
        officer, doing.id, proceeding_id=doing.key, participants=people, minutes=words.MINUTES, signed=True
    )


def waive_hearing(doing: Doing) -> None:
    """Nobody asked in time."""
    who = doing.of_authority("approver")
    services.waive_hearing(who, doing.id, proceeding_id=doing.key, reason="期限内没有人提出听证申请")


def tell_party(doing: Doing) -> None:
    """A third person is told."""
    name, interest = doing.chance.choice(words.PARTIES), doing.chance.choice(words.INTERESTS)
    services.tell_interested_party(doing.reviewer(), doing.id, name=name, interest=interest)


def hear_party(doing: Doing) -> None:
    """What the third person said is recorded."""
    who = doing.reviewer()
    services.hear_party(who, doing.id, proceeding_id=doing.key, statement=doing.chance.choice(words.STATEMENTS))


def raise_dispute(doing: Doing) -> None:
    """The department holds the acceptance to be wrong."""
    point = doing.seen.state.materials[0].code
    services.raise_dispute(doing.reviewer(), doing.id, points=[point], reason=words.DISPUTES)


def rule_dispute(doing: Doing) -> None:
    """The hall manager rules."""
    fault, said = doing.chance.choice(words.RULINGS)
    manager = doing.cast.at("大厅管理岗", doing.chance)
    services.rule_dispute(manager, doing.id, proceeding_id=doing.key, fault=fault, words=said)


def hand_over(doing: Doing) -> None:
    """To another post of the department with the same power; where there is none, the step is simply done."""
    task = next(t for t in doing.seen.state.open_tasks("handle", "examine") if str(t.id) == doing.deed.key)
    role = {"handle": "handler", "examine": "examiner"}[task.kind]
    department = doing.cast.departments[task.post_id]
    others = [
        post
        for post, roles in sorted(doing.cast.roles.items())
        if role in roles and post != task.post_id and doing.cast.departments[post] == department
    ]
    if not others:
        return give_step(doing)
    code, reason = doing.chance.choice(words.HAND_OVERS)
    who, to = doing.officer(task), doing.chance.choice(others)
    services.hand_over(who, doing.id, task_id=task.id, post_id=to, reason_code=code, reason=reason)
    return None


def terminate(doing: Doing) -> None:
    """Ended in writing without a decision."""
    kind, facts = doing.chance.choice(sorted(words.ENDINGS.items()))
    services.terminate(doing.of_authority("approver"), doing.id, kind=kind, facts=facts, basis=basis_of(doing))


def transfer(doing: Doing) -> None:
    """The whole file goes to whom it belongs."""
    services.transfer(
        doing.of_authority("approver"),
        doing.id,
        kind="other_region",
        authority="省级主管部门",
        reason="审查中发现涉及跨市事项，应由省级主管部门办理",
    )


def basis_of(doing: Doing) -> list[Mapping[str, str]]:
    """The item's first article."""
    first = doing.seen.content.legal_basis[0]
    return [{"instrument": first.instrument, "article": first.article}]


def decide(doing: Doing) -> None:
    """Granted, refused, provided or adjudicated, by somebody who neither accepted nor handled it."""
    content, case = doing.seen.content, doing.seen.state
    task = next(t for t in case.open_tasks("decide") if str(t.id) == doing.deed.key)
    handled = {t.done_by for t in case.tasks if t.kind in ("handle", "accept")}
    who = doing.officer(task, but=frozenset({case.accepted_by, *handled}))
    lapsed = any(p.kind == "deferral" and p.state == "lapsed" for p in case.proceedings)
    awaited = [str(p.data["name"]) for p in case.open_proceedings("prerequisite")]
    if content.law.negative and awaited:
        services.decide(who, doing.id, **words.without_prerequisite(content, awaited[0]))
    elif content.law.negative and (lapsed or any(b.verdict == "object" for b in case.branches)):
        services.decide(who, doing.id, **words.refusal(content))
    elif content.law.positive == "adjudicated":
        services.decide(who, doing.id, **words.ruling(content))
    else:
        services.decide(who, doing.id, outcome=content.law.positive)

"""Deeds before and at acceptance: each one act through the services, as the person whose turn it is."""

from __future__ import annotations

from tongban.demo.lives import words
from tongban.demo.lives.doing import Doing
from tongban.ground.errors import Refusal
from tongban.procedures.cases import selectors, services
from tongban.procedures.cases.papers_data import applicant_name
from tongban.procedures.cases.rules import gaps
from tongban.procedures.cases.rules.notices import SECOND_DEMAND


def accept(doing: Doing) -> None:
    """The window accepts; every branch begins."""
    services.accept(doing.clerk(), doing.id, points=doing.seen.content.receipt_points)


def notify(doing: Doing) -> None:
    """The window tells everything that is missing or wrong, once."""
    case = doing.seen.state
    left = list(gaps.outstanding(case))
    given = [m.code for m in case.materials]
    items = words.gaps(doing.seen.content, left) or words.faults(doing.seen.content, given, doing.chance)
    if not items:
        return accept(doing)
    services.request_correction(doing.clerk(), doing.id, items=items)
    return None


def correct(doing: Doing) -> None:
    """The applicant answers the notice."""
    who = doing.applicant()
    notice = doing.seen.state.open_notice()
    assert notice is not None  # the plan has seen it
    codes = [code for target, code in notice.targets if target == "material"]
    services.submit_correction(who, doing.id, answers={}, files=doing.files(codes, who))


def demand_more(doing: Doing) -> None:
    """A strict clerk asks for a new thing a second time: refused, and noted; then it is accepted as the law says."""
    clerk, told = doing.clerk(), {target for notice in doing.seen.state.notices for target in notice.targets}
    fresh = [m.code for m in doing.seen.state.materials if ("material", m.code) not in told]
    items = words.faults(doing.seen.content, fresh, doing.chance)
    try:
        if items:  # the first notice may have told everything there is
            services.request_correction(clerk, doing.id, items=items)
    except Refusal as refusal:
        if refusal.code != SECOND_DEMAND:
            raise
    services.accept(clerk, doing.id, points=doing.seen.content.receipt_points)


def mend_on_the_spot(doing: Doing) -> None:
    """What is wrong is mended at the counter and signed."""
    clerk = doing.clerk()
    given = [m.code for m in doing.seen.state.materials]
    faulty = [item["code"] for item in words.faults(doing.seen.content, given, doing.chance)]
    if not faulty:
        return accept(doing)
    name = applicant_name(selectors.system_detail(doing.id))
    services.correct_on_the_spot(clerk, doing.id, signed_by=name[:20], files=doing.files(faulty, clerk))
    return None


def accept_deferred(doing: Doing) -> None:
    """Accepted although a secondary material is still to come."""
    missing = list(gaps.outstanding(doing.seen.state))
    if not missing:
        return accept(doing)
    name = applicant_name(selectors.system_detail(doing.id))
    services.accept_with_deferral(doing.clerk(), doing.id, materials=missing, signed_by=name[:20])
    return None


def accept_promise(doing: Doing) -> None:
    """Accepted on a written promise, where the item takes one."""
    rule = doing.seen.content.commitment
    if rule is None or (rule.mode == "proof" and not gaps.outstanding(doing.seen.state)):
        return accept(doing)
    name = applicant_name(selectors.system_detail(doing.id))
    services.accept_with_commitment(doing.clerk(), doing.id, pair_version=rule.pair_version, signed_by=name[:20])
    return None


def refuse_acceptance(doing: Doing) -> None:
    """Not required here, or not this authority's."""
    told = words.refusal_of_acceptance(doing.seen.content.slug, doing.chance)
    services.refuse_acceptance(doing.clerk(), doing.id, **told)


def refuse_uncorrected(doing: Doing) -> None:
    """The term of the notice has passed and nothing came."""
    post = doing.seen.content.flow.acceptance_post_id
    clerk = doing.cast.at_post(post, doing.chance)
    services.refuse_acceptance(clerk, doing.id, kind="uncorrected", reason="补正期限已过，告知的内容没有补正。")


def void_entry(doing: Doing) -> None:
    """The clerk typed the wrong thing; the hall manager voids it the same day."""
    manager = doing.cast.at("大厅管理岗", doing.chance)
    services.void_entry(manager, doing.id, reason=doing.chance.choice(("录错了申请人", "选错了事项，已重新录入")))


def move(doing: Doing) -> None:
    """Before acceptance, with consent: the matter belongs to a county."""
    clerk, name = doing.clerk(), applicant_name(selectors.system_detail(doing.id))
    services.transfer(
        clerk,
        doing.id,
        kind="right_authority",
        authority="南渡县政务服务管理局",
        reason="场所在南渡县，属于县级办理范围，申请人同意移送",
        consented=True,
        consent_by=name[:20],
        files=doing.files(["consent_proof"], clerk),
    )


def record(doing: Doing) -> None:
    """A filing is recorded on the spot."""
    services.record(doing.clerk(), doing.id)


def decide_at_once(doing: Doing) -> None:
    """At the authorised post; whoever may not do both accepts, and another one decides."""
    content, case = doing.seen.content, doing.seen.state
    task = next(iter(case.open_tasks("accept")))
    posts = {content.flow.acceptance_post_id, content.flow.decision_post_id}
    able = doing.cast.staff[task.post_id]
    if content.separation_level == "two_posts_one_window":
        able = [one for one in able if posts <= {post for post, _ in one.posts}]
    services.decide_instantly(doing.chance.choice(able), doing.id, points=content.receipt_points)


def withdraw(doing: Doing) -> None:
    """The applicant takes it back."""
    services.withdraw(doing.applicant(), doing.id, reason=doing.chance.choice(words.WITHDRAWALS))

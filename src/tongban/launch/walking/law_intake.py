"""The branches before acceptance: received, mended, refused, accepted in every mode, or accepted by silence."""

from __future__ import annotations

from tongban.demo import names
from tongban.launch.walking.law_people import APPLICANT, People, fault, pdf
from tongban.launch.walking.scenarios import hygiene_answers

WINDOW, HALL = names.WINDOW_POST, names.HALL_POST


def received_and_mended(p: People) -> None:
    """Received, mended at the counter, disputed by the department, ruled by the hall manager; withdrawn in review."""
    number = p.applicant.apply(names.HYGIENE_SLUG, hygiene_answers())
    window = p.at(WINDOW)
    window.do(number, "receive")
    window.refused(number, "receive", "receiving twice", words="")
    window.refused(number, "correct-on-the-spot", "mending without the applicant's signature", files=pdf("floor_plan"))
    window.do(number, "correct-on-the-spot", {"signed_by": "沈知夏"}, files=pdf("floor_plan"))
    p.at(WINDOW).do(number, "accept")
    _disputed(p, number)
    p.withdraw(number, "先不开店了")
    p.wait_for(number, "已撤回", "已办结", what="the withdrawal stands")
    p.done("receive", "correct_on_the_spot", "accept", "raise_dispute", "rule_dispute", "withdraw", "close")


def _disputed(p: People, number: str) -> None:
    """The department holds the plan to be missing: the applicant is not touched, the hall manager rules."""
    handler, hall = p.at(names.HYGIENE_HANDLE_POST), p.at(HALL)
    handler.do(number, "raise-dispute", {"points": ["floor_plan"], "reason": "平面图没有标消毒间"})
    handler.refused(number, "rule-dispute", "ruling one's own dispute", {"fault": "window", "words": "窗口没有核对"})
    hall.do(number, "rule-dispute", {"fault": "department", "words": "图上标了，可以在审查中核对"})
    p.wait_for(number, "办理中", what="the dispute leaves the case where it is")


def told_once(p: People) -> None:
    """One notice of a material; the correction; a second notice with a new point is refused; accepted; refused."""
    number = p.applicant.apply(names.HYGIENE_SLUG, hygiene_answers())
    clerk = p.at(WINDOW)
    clerk.do(number, "request-correction", fault("floor_plan"))
    p.at(WINDOW).refused(
        number,
        "refuse-acceptance",
        "refusing for want of correction while the term runs",
        {"kind": "uncorrected", "reason": "没有补正"},
        words="还没有过",
    )
    p.applicant.correct(number, "floor_plan")
    clerk.refused(
        number, "request-correction", "a second notice with a new point", fault("hygiene_rules"), words="监督记录"
    )
    clerk.do(number, "accept")
    p.step(names.HYGIENE_HANDLE_POST, number, "object")
    p.decide(names.HYGIENE_APPROVE_POST, number, "refused")
    p.applicant.collect(number)
    p.done("request_correction", "submit_correction", "complete_step", "decide: refused", "issue", "deliver: portal")


def handed_over(p: People) -> None:
    """The window gives its task to another one: that one accepts, and the first no longer can."""
    number = p.applicant.apply(names.HYGIENE_SLUG, hygiene_answers())
    window, other = p.at(WINDOW), p.at(names.REGISTER_WINDOW_POST)
    to = {"post_id": names.REGISTER_WINDOW_POST, "reason_code": "roster"}
    window.refused(number, "hand-over", "handing over without a reason", to)
    other.refused(number, "accept", "accepting another window's case")
    window.do(number, "hand-over", {**to, "reason": "下午轮到登记窗口"})
    window.refused(number, "accept", "accepting what one has handed over")
    other.do(number, "accept")
    handler = p.at(names.HYGIENE_HANDLE_POST)
    away = {"post_id": names.ROAD_HANDLE_POST, "reason_code": "workload", "reason": "太忙"}
    handler.refused(number, "hand-over", "giving a branch to another department", away, words="承担部门内")
    p.done("hand_over")


def turned_away(p: People) -> None:
    """Four written refusals of acceptance; a transfer with consent; an entry that is void."""
    refusals = {
        "not_required": {"reason": "家庭自用场所不需要卫生许可"},
        "no_jurisdiction": {"reason": "场所在邻市", "right_authority": "邻市卫生健康委员会"},
        "barred": {"reason": "上次申请提供虚假检测报告未满一年", "article": "第七十八条"},
    }
    for kind, values in refusals.items():
        number = p.applicant.apply(names.HYGIENE_SLUG, hygiene_answers())
        p.at(WINDOW).refused(number, "refuse-acceptance", f"refusing ({kind}) without a reason", {"kind": kind})
        p.at(WINDOW).do(number, "refuse-acceptance", {"kind": kind, **values})
        p.wait_for(number, "不予受理", "已办结", what=f"refused: {kind}")
        p.done(f"refuse_acceptance: {kind}")
    p.at(WINDOW).do(p.past["uncorrected"], "refuse-acceptance", {"kind": "uncorrected", "reason": "期满没有补正"})
    p.wait_for(p.past["uncorrected"], "不予受理", "已办结", what="refused: uncorrected")
    p.done("refuse_acceptance: uncorrected")


def moved_or_void(p: People) -> None:
    """Transferred with the applicant's consent; an entry of the same day voided by the hall manager only."""
    number = p.applicant.apply(names.HYGIENE_SLUG, hygiene_answers())
    window, hall = p.at(WINDOW), p.at(HALL)
    window.do(number, "receive")
    target = {"kind": "other_region", "authority": "邻市卫生健康委员会", "reason": "场所在邻市"}
    window.refused(number, "transfer", "sending it on without consent", target, words="申请人同意")
    told = {**target, "consented": "yes", "consent_by": APPLICANT}
    window.refused(number, "transfer", "a consent that nobody signed", told, words="同意书")
    window.do(number, "transfer", told, files=pdf("consent_proof"))
    p.wait_for(number, "已转出", "已办结", what="transferred")
    wrong = p.entered_at_window(names.HYGIENE_SLUG, hygiene_answers())
    window.refused(wrong, "void-entry", "a clerk voids an entry", {"reason": "录错了人"})
    hall.do(wrong, "void-entry", {"reason": "录错了人"})
    p.done("transfer", "void_entry")


def silence(p: People) -> None:
    """Nobody spoke: a licence is accepted as of its receipt, a payment is not; a late refusal is refused."""
    number = p.past["silent"]
    p.wait_for(number, "办理中", what="the clock accepts what nobody answered")
    p.at(WINDOW).refused(
        number, "refuse-acceptance", "refusing what is accepted by law", {"kind": "not_required", "reason": "晚了"}
    )
    p.tells(number, "视为受理", "deemed acceptance")
    payment = p.past["silent_payment"]
    p.wait_for(payment, "已提交", what="a payment is never deemed accepted")
    p.at(WINDOW).do(payment, "accept")
    p.done("deem_accepted", "not deemed")


ROADS = (received_and_mended, told_once, handed_over, turned_away, moved_or_void, silence)

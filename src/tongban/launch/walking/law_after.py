"""The branches at once and afterwards: instant handling, filing, deferral, commitment, service, archive, renewal."""

from __future__ import annotations

from tongban.demo import names
from tongban.launch.walking.forms import Value
from tongban.launch.walking.law_people import People, answers_of, pdf

WINDOW = names.WINDOW_POST


def at_once(p: People) -> None:
    """A certificate granted by one authorised post in one act; a filing recorded; both refused to everybody else."""
    number = p.applicant.apply(names.CERTIFICATE_SLUG, answers_of(names.CERTIFICATE_SLUG))
    p.at(WINDOW).refused(number, "decide-instantly", "a post without authorisation decides at once")
    p.at(names.LABOUR_REPRESENTATIVE_POST).do(number, "decide-instantly")
    p.applicant.collect(number, fewest=2)
    filed = p.applicant.apply(names.PAUSE_SLUG, answers_of(names.PAUSE_SLUG))
    p.at(WINDOW).refused(filed, "decide-instantly", "a filing is granted")
    p.at(WINDOW).do(filed, "record")
    p.applicant.collect(filed, fewest=2)
    p.done("decide_instantly", "record", "decide: provided")


def on_receipt(p: People) -> None:
    """An authorised window receives and accepts in one act; provided, and sent by post."""
    number = p.entered_at_window(names.FUND_SLUG, answers_of(names.FUND_SLUG))
    p.wait_for(number, "办理中", what="receipt is acceptance")
    p.step(names.FUND_HANDLE_POST, number)
    p.decide(names.FUND_APPROVE_POST, number, "provided")
    p.wait_for(number, "已出证", what="the result is sealed")
    issuing = p.at(names.ISSUING_POST)
    issuing.refused(number, "deliver", "sent by post without a waybill", {"mode": "post"}, words="单号")
    issuing.do(number, "deliver", {"mode": "post", "waybill": "EA123456789CN"})
    p.done("accept_on_receipt", "deliver: post")


def deferred(p: People) -> None:
    """A secondary material follows: withheld until it has come; another one lapses and is ended by a person."""
    number = p.past["gap"]
    window = p.at(WINDOW)
    window.refused(number, "accept", "accepting what is not complete")
    window.refused(number, "accept-with-deferral", "deferring without the applicant's signature")
    window.do(number, "accept-with-deferral", {"signed_by": "沈知夏"})
    p.step(names.HYGIENE_HANDLE_POST, number)
    p.step(names.HYGIENE_EXAMINE_POST, number)
    p.decide(names.HYGIENE_APPROVE_POST, number, "granted")
    p.wait_for(number, "已出证", what="issued, because the paper is due at pick-up")
    issuing = p.at(names.ISSUING_POST)
    counter = {"mode": "counter", "received_by": "沈知夏"}
    issuing.refused(number, "deliver", "handing it over while a material is missing", counter, words="容缺")
    p.me().do(number, "settle-deferral", files=pdf("hygiene_rules"))
    issuing.do(number, "deliver", counter)
    p.done("accept_with_deferral", "settle_deferral", "deliver: counter")
    late = p.past["lapsed"]
    p.tells(late, "逾期", "the deferral has lapsed")
    p.at(names.HYGIENE_APPROVE_POST).refused(late, "decide", "granting after a lapse", {"outcome": "granted"})
    facts: dict[str, Value] = {"kind": "deferral_lapsed", "facts": "从业人员名单到期没有补交", "basis": ["0"]}
    p.at(names.HYGIENE_APPROVE_POST).do(late, "terminate", facts)
    p.done("lapse_deferral")


def promised(p: People) -> None:
    """Granted on a promise: kept; not kept and put right; not kept at all: ordered, heard, annulled."""
    number = p.applicant.apply(names.FIRE_SLUG, answers_of(names.FIRE_SLUG))
    window, fire, chief = p.at(WINDOW), p.at(names.FIRE_HANDLE_POST), p.at(names.FIRE_APPROVE_POST)
    window.refused(number, "accept-with-commitment", "a promise without a signature", {"signed_by": ""})
    window.do(number, "accept-with-commitment", {"signed_by": "沈知夏"})
    p.decide(names.FIRE_APPROVE_POST, number, "granted")
    p.wait_for(number, "已出证", what="the licence is issued on the promise")
    fire.refused(number, "check-commitment", "a check without facts", {"result": "breached", "gravity": "general"})
    fire.do(number, "check-commitment", {"result": "breached", "gravity": "general", "facts": "灭火器过期"})
    annul: dict[str, Value] = {"outcome": "annul", "facts": "没有改", "reasons": "危险", "basis": ["0"]}
    chief.refused(number, "conclude-breach", "annulling without an order to rectify", annul, words="责令整改")
    chief.do(number, "order-rectification", {"facts": "灭火器过期", "basis": ["0"]})
    chief.refused(number, "conclude-breach", "annulling before the term is over", annul, words="还没有过")
    p.me().do(number, "defend", {"text": "已经换了新的灭火器", "rectified": "yes"})
    chief.do(number, "conclude-breach", {"outcome": "rectified", "facts": "复查合格"})
    chief.do(p.past["breach"], "conclude-breach", annul)
    p.tells(p.past["breach"], "撤销", "the licence is annulled")
    _proof(p)
    p.done("accept_with_commitment: approval", "check_commitment: breached", "order_rectification", "defend")
    p.done("conclude_breach: rectified", "conclude_breach: annul")


def _proof(p: People) -> None:
    """A promise in place of a proof, checked and kept."""
    number = p.past["proof"]
    p.at(WINDOW).do(number, "accept-with-commitment", {"signed_by": "沈知夏"})
    p.step(names.RELIEF_HANDLE_POST, number)
    p.step(names.RELIEF_EXAMINE_POST, number)
    p.decide(names.RELIEF_APPROVE_POST, number, "granted")
    p.wait_for(number, "已出证", what="the allowance is granted")
    p.at(names.RELIEF_HANDLE_POST).do(number, "check-commitment", {"result": "kept", "facts": "上门核对，老人住在这里"})
    p.at(names.ISSUING_POST).do(
        number, "deliver", {"mode": "left_behind", "witnesses": "社区工作人员 刘敏", "received_by": ""}
    )
    p.done("accept_with_commitment: proof", "check_commitment: kept", "deliver: left_behind")
    _archived(p, number)


def _archived(p: People, number: str) -> None:
    """What is closed is archived by the system; nobody archives it once more."""
    p.tells(number, "归档回执", "archived when it was closed")
    p.at(names.ARCHIVE_POST).refused(number, "archive", "archiving twice")
    p.done("archive")


def renewed_by_law(p: People) -> None:
    """Asked for in time and not decided before the licence expired: renewed by law, and nobody decides it again."""
    number = p.past["renewal"]
    p.wait_for(number, "已决定", "已出证", what="the clock renews the licence")
    p.at(names.HYGIENE_APPROVE_POST).refused(
        number, "decide", "deciding what is renewed by law", {"outcome": "refused"}
    )
    p.tells(number, "视为准予延续", "deemed renewal")
    p.done("deem_renewed")


ROADS = (at_once, on_receipt, deferred, promised, renewed_by_law)

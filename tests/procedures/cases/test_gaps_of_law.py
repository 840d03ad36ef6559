"""Small lawful gaps that are closed: prior notice, a party's hearing, who waits at the counter, a ruling of its own."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from tests.procedures.cases import pure
from tests.procedures.cases.lawful import (
    BASIS,
    CHIEF,
    HEAD,
    LICENCE,
    entered,
    events,
    instant,
    papers,
    refused,
    running,
    version,
)
from tests.procedures.cases.pure import APPROVER, CLERK, act, days_later, joined, sealed
from tests.procedures.cases.test_commitments import APPROVAL, check, conclusion, defend, granted, matter, order
from tests.procedures.cases.test_hearings import told
from tests.registry.catalog.test_lawful import of as of_regime
from tongban.ground.policy import SYSTEM
from tongban.procedures.cases.rules import commands
from tongban.procedures.cases.rules.paper_kinds import result_paper
from tongban.registry.catalog.lawful import lawful as findings_of_law
from tongban.registry.catalog.version import DisputeRule, FormField, FormSection

PROOF = (uuid.UUID(int=77),)


# ---- prior notice of an annulment ----------------------------------------------------------------------------------


def notice(state, **changes) -> commands.TellAnnulment:
    plain = commands.TellAnnulment(matter(state, "breach").id, "现场没有通风设施", "无法整改", BASIS)
    return replace(plain, **changes)


@pytest.mark.covers("NTC-11", "APR-19")
def test_an_annulment_may_be_told_without_an_order_and_follows_only_after_the_term():
    breached = check(granted())
    told_ = act(breached, notice(breached), HEAD, days_later(6), APPROVAL)
    assert papers(told_)[-1] == "annulment_prior_notice"
    due = matter(told_, "breach").due_on
    assert running(told_)["defence"] == due
    early = refused(told_, conclusion(told_), HEAD, days_later(8), APPROVAL)
    assert early.code == "breach.term_running"
    heard = defend(told_)
    state = act(heard, conclusion(heard), HEAD, days_later(20), APPROVAL)
    assert matter(state, "breach").result == "annulled" and "defence" not in running(state)


def test_the_notice_says_facts_reasons_and_articles_and_is_told_once():
    breached = check(granted())
    for changes, code in (
        ({"facts": " "}, "annulment.facts"),
        ({"reasons": ""}, "annulment.reasons"),
        ({"basis": ()}, "breach.basis"),
    ):
        assert refused(breached, notice(breached, **changes), HEAD, days_later(6), APPROVAL).code == code
    state = act(breached, notice(breached), HEAD, days_later(6), APPROVAL)
    assert refused(state, notice(state), HEAD, days_later(7), APPROVAL).code == "annulment.told"
    assert refused(breached, notice(breached), CLERK, days_later(6), APPROVAL).code == "case.not_allowed"


def test_while_the_term_to_put_it_right_runs_no_annulment_is_told():
    ordered = order(check(granted()))
    assert refused(ordered, notice(ordered), HEAD, days_later(9), APPROVAL).code == "breach.term_running"
    state = act(ordered, notice(ordered), HEAD, days_later(60), APPROVAL)
    assert refused(state, conclusion(state), HEAD, days_later(61), APPROVAL).code == "breach.term_running"


# ---- a hearing that an interested party asks for -------------------------------------------------------------------


def with_party():
    state = act(told(), commands.TellInterestedParty("钱一", "采光"), APPROVER)
    party = next(p for p in state.proceedings if p.kind == "interested_party")
    right = state.open_proceedings("hearing_right")[0]
    return state, party, commands.AskHearing(right.id, "钱一", uuid.UUID(int=901), party.id, PROOF)


@pytest.mark.covers("APR-19")
def test_an_interested_party_asks_on_paper_and_the_hearing_says_who_asked():
    state, party, ask = with_party()
    after = act(state, ask, pure.HANDLER, days_later(2))
    hearing = after.open_proceedings("hearing")[0]
    assert (hearing.data["party_id"], hearing.data["proof"]) == (str(party.id), [str(PROOF[0])])
    assert events(state, ask, pure.HANDLER, days_later(2))["case.hearing_asked"]["party_id"] == party.id
    assert after.state == "suspended"


def test_a_request_on_paper_needs_the_paper_a_told_party_and_the_term():
    state, _party, ask = with_party()
    assert refused(state, replace(ask, proof=()), pure.HANDLER).code == "hearing.proof"
    assert refused(state, replace(ask, party_id=uuid.UUID(int=3)), pure.HANDLER).code == "hearing.party"
    assert refused(state, ask, pure.HANDLER, days_later(30)).code == "hearing.late"
    assert refused(state, ask, pure.ISSUER).code == "case.not_allowed"


# ---- who waits at the counter --------------------------------------------------------------------------------------

COUNTER = instant(delivery_limit=pure.v.TimeLimit(0, "at_once", "当场"))


@pytest.mark.covers("WIN-10")
def test_who_waits_gets_the_result_in_the_act_that_issues_it():
    command = commands.DecideInstantly(LICENCE, BASIS, (), "陆明远")
    state = sealed(act(entered(COUNTER), command, CHIEF, of=COUNTER))
    outcome = pure.decide(state, commands.Issue("陆明远"), pure.setting(SYSTEM, of=COUNTER))
    assert [event.kind for event in outcome.events] == ["case.result_issued", "case.delivered"]
    proof = next(c for c in outcome.changes if c.model == "cases.ServiceProof")
    assert (proof.values["received_by"], proof.values["by_account"]) == ("陆明远", CHIEF.account_id)
    after = pure.apply(state, outcome)
    assert after.state == "delivered" and not after.open_proceedings() and not after.open_tasks("deliver")
    assert "delivery" not in running(after)


def test_who_does_not_wait_is_served_later():
    state = sealed(act(entered(COUNTER), commands.DecideInstantly(LICENCE, BASIS), CHIEF, of=COUNTER))
    assert act(state, commands.Issue(), SYSTEM, of=COUNTER).state == "issued"


# ---- adjudication --------------------------------------------------------------------------------------------------

DISPUTE = DisputeRule("dispute.claim", "dispute.respondent")
ADJUDICATION = version("adjudication", dispute=DISPUTE)


def test_an_adjudication_with_a_dispute_says_what_is_ruled():
    state = joined(of=ADJUDICATION)
    decide = commands.Decide("adjudicated", "事实", "理由", BASIS)
    assert refused(state, decide, APPROVER, of=ADJUDICATION).code == "decision.ruling"
    outcome = pure.decide(state, replace(decide, ruling="企业应当变更名称"), pure.setting(APPROVER, of=ADJUDICATION))
    written = next(c for c in outcome.changes if c.model == "cases.Decision")
    assert written.values["ruling"] == "企业应当变更名称"
    assert "企业" not in str(outcome.events[0].body)


def found_in(content):
    return [f"{one.place} {one.sentence}" for one in findings_of_law(content, result_paper)]


def test_a_dispute_is_published_only_with_its_fields_and_only_for_an_adjudication():
    section = FormSection(
        "d", "争议", (FormField("dispute.claim", "请求"), FormField("dispute.respondent", "被申请人"))
    )
    sound = of_regime("adjudication", dispute=DISPUTE, form=(section,))
    assert not [one for one in found_in(sound) if "dispute" in one]
    assert any("没有这一项" in one for one in found_in(of_regime("adjudication", dispute=DISPUTE)))
    assert any("只有行政裁决" in one for one in found_in(of_regime("payment", dispute=DISPUTE, form=(section,))))
    assert any("没有写哪一项" in one for one in found_in(of_regime("adjudication", dispute=DisputeRule("", ""))))

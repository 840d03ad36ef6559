"""Issue, ready for pick-up, delivery and its proof (C16)."""

from __future__ import annotations

import json

import pytest

from tests.procedures.cases import pure
from tests.procedures.cases.pure import APPLICANT, APPROVER, HANDLER, ISSUER, act, days_later, grant, joined, sealed
from tests.procedures.cases.test_decisions import a_deferral
from tests.procedures.cases.test_rules import refusal
from tongban.ground.policy import SYSTEM
from tongban.procedures.cases.rules import commands
from tongban.procedures.cases.rules.state import CaseState


def issued(mode: str = "download", deferral=None) -> CaseState:
    state = pure.replace(joined(), delivery_mode=mode, proceedings=(deferral,) if deferral else ())
    return act(sealed(act(state, grant(), APPROVER)), commands.Issue(), SYSTEM)


def delivery(state: CaseState):
    return next(c for c in state.clocks if c.kind == "delivery")


def counter(**changes: object) -> commands.Deliver:
    return commands.Deliver("counter", "陆明远", **changes)  # type: ignore[arg-type]


def test_a_deferral_by_date_holds_the_issue_and_one_due_at_pickup_does_not():
    by_date = pure.replace(joined(), proceedings=(a_deferral("open"),))
    assert refusal(sealed(act(by_date, grant(), APPROVER)), commands.Issue(), SYSTEM).code == "issue.deferral"
    lapsed = pure.replace(sealed(act(by_date, grant(), APPROVER)), proceedings=(a_deferral("lapsed", "at_pickup"),))
    assert refusal(lapsed, commands.Issue(), SYSTEM).code == "issue.deferral"
    assert issued(deferral=a_deferral("open", "at_pickup")).state == "issued"


@pytest.mark.parametrize("state", ["open", "lapsed"])
def test_nothing_is_delivered_while_a_deferral_is_not_settled(state):
    case = issued(deferral=a_deferral("open", "at_pickup"))
    case = pure.replace(case, proceedings=(a_deferral(state, "at_pickup"),))
    for who, command in ((ISSUER, counter()), (APPLICANT, commands.Deliver("portal"))):
        assert refusal(case, command, who).code == "deliver.deferral"
    settled = pure.replace(case, proceedings=(a_deferral("done", "at_pickup"),))
    assert act(settled, counter(), ISSUER).state == "delivered"


@pytest.mark.covers("APR-19")
def test_at_a_counter_the_notice_goes_out_at_once_and_the_clock_waits_for_the_applicant():
    state = issued("counter")
    assert [p.kind for p in state.open_proceedings()] == ["pickup"]
    assert (delivery(state).state, delivery(state).steps[-1].kind) == ("stopped", "awaiting_applicant")
    collected = act(state, counter(), ISSUER, days_later(60))
    told = delivery(collected)
    assert told.state == "done"
    assert told.due_on >= pure.moment.local(days_later(60)).date()  # the days until the collection are not counted
    assert [p.state for p in collected.proceedings] == ["done"]


def test_another_way_of_delivery_stops_nothing_until_the_counter_says_ready():
    state = issued("post")
    assert (delivery(state).state, state.open_proceedings()) == ("running", ())
    ready = act(state, commands.NotifyReady(), ISSUER)
    assert delivery(ready).state == "stopped"
    assert refusal(ready, commands.NotifyReady(), ISSUER).code == "ready.told"
    assert refusal(state, commands.NotifyReady(), APPLICANT).code == "ready.staff"
    for who in (HANDLER, APPROVER):
        assert refusal(state, commands.NotifyReady(), who).code == "case.not_allowed"


@pytest.mark.covers("APR-11")
@pytest.mark.parametrize(
    ("who", "command", "details"),
    [
        (APPLICANT, commands.Deliver("portal"), {}),
        (ISSUER, counter(), {}),
        (ISSUER, commands.Deliver("post", waybill="EMS123"), {"waybill": "EMS123"}),
        (ISSUER, commands.Deliver("left_behind", witnesses=("社区网格员钱一",)), {"witnesses": ["社区网格员钱一"]}),
    ],
)
def test_every_way_of_delivery_leaves_its_proof(who, command, details):
    state = issued()
    told = pure.outcome(state, command, who)
    proof = next(c for c in told.changes if c.model == "cases.ServiceProof").values
    assert json.loads(proof["details"]) == details
    kinds = {str(p.id): p.kind for p in state.papers}
    assert {kinds[i] for i in proof["document_ids"]} == {"decision_grant", "licence"}
    after = pure.apply(state, told)
    assert after.state == "delivered"
    paper = next(p for p in after.papers if p.kind == "service_proof")
    assert told.events[0].body["documents"] == [paper.id]


@pytest.mark.parametrize(
    ("who", "command", "code"),
    [
        (ISSUER, commands.Deliver("pigeon"), "deliver.mode"),
        (ISSUER, commands.Deliver("counter", " "), "deliver.received_by"),
        (ISSUER, commands.Deliver("post"), "deliver.waybill"),
        (ISSUER, commands.Deliver("left_behind", witnesses=(" ",)), "deliver.witnesses"),
        (APPLICANT, commands.Deliver("post", waybill="EMS123"), "deliver.post"),
        (APPLICANT, commands.Deliver("left_behind", witnesses=("钱一",)), "deliver.left_behind"),
        (APPLICANT, counter(), "deliver.counter"),
        (HANDLER, counter(), "case.not_allowed"),
    ],
)
def test_a_delivery_without_its_proof_is_refused(who, command, code):
    assert refusal(issued(), command, who).code == code

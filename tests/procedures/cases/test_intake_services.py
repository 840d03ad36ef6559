"""The intake on real PostgreSQL: every service writes rows, papers and ledger in one act; time acts by the sweep."""

from __future__ import annotations

import json
import random
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection

from tests.procedures.cases import lawful
from tests.support import builders
from tongban.demo import catalogue, history, names, samples, stories
from tongban.ground import moment
from tongban.ground.calendars.selectors import calendar_at
from tongban.ground.documents.models import Document
from tongban.ground.errors import Refusal, Refusals
from tongban.ground.ledger.selectors import events_of
from tongban.ground.notifications.models import Notification
from tongban.ground.policy import Principal
from tongban.procedures.cases import in_time, reactions, replay, services
from tongban.procedures.cases.archive import build_package, verify_package
from tongban.procedures.cases.disputes import open_disputes
from tongban.procedures.cases.loading import load
from tongban.procedures.cases.models import Application, Case, Decision, Proceeding
from tongban.procedures.work import sweep
from tongban.procedures.work.models import ClockRow
from tongban.registry.catalog import selectors as catalog
from tongban.registry.catalog import services as publishing
from tongban.registry.catalog.models import HandlingOption
from tongban.registry.catalog.regimes import regime_of
from tongban.registry.catalog.version import DeferralRule, Result, VersionContent
from tongban.registry.licences.models import Licence
from tongban.registry.parties.models import Delegation, Person, Post

pytestmark = pytest.mark.django_db
SLUG = names.HYGIENE_SLUG
RULES, REPORT, PLAN = "hygiene_rules", "hygiene_report", "floor_plan"


def a_version(**changes: object) -> VersionContent:
    """A new version of the hygiene licence in force from today, as if it had been published with these values."""
    _, content = catalog.version_in_force(SLUG)
    option = HandlingOption.objects.get(slug=SLUG)
    changed = replace(content, plain=f"{content.plain}（{len(changes)}）", **changes)  # type: ignore[arg-type]
    publishing._store(option, changed, moment.today(), catalogue.item_publisher())
    return changed


def a_version_under(code: str, **changes: object) -> VersionContent:
    """The same under another legal regime, with a plain result."""
    none = {"statutory_limit": None, "joint_limit": None, "result": Result("", "办理结果")}
    return a_version(legal_regime=code, regime=regime_of(code, moment.today()), **(none | changes))


def a_deferrable_version(rule: DeferralRule | None = None) -> VersionContent:
    """The hygiene rules may follow later."""
    _, content = catalog.version_in_force(SLUG)
    rule = rule or DeferralRule("at_pickup", None, "补齐前不发给许可证", "云溪市容缺受理办法")
    materials = tuple(replace(m, essential=False, deferral=rule) if m.code == RULES else m for m in content.materials)
    return a_version(materials=materials)


def enter(*without: str, by: Principal | None = None, slug: str = SLUG) -> uuid.UUID:
    """A resident's application, entered by a clerk; materials may be missing."""
    who, clerk = builders.resident(), by or builders.clerk()
    facts = history.person_facts(who, None)
    answers = stories.answers(slug, random.Random(1), facts, moment.today())
    files = {
        code: [str(samples.file_for(code, answers, clerk.account_id))]
        for code in samples.wanted(slug, answers)
        if code not in without
    }
    done = services.submit_for(
        clerk,
        slug=slug,
        person=Person.objects.get(id=who.person_id),
        organisation=None,
        answers=answers,
        files=files,
        key=str(uuid.uuid4()),
        without=without,
    )
    return done.id


def at_post(name: str) -> Principal:
    """Who holds a post of the demo."""
    return builders.holder_of(Post.objects.get(name=name).pk)


def kinds(case_id: uuid.UUID) -> list[str]:
    return [e.kind for e in events_of("case", case_id)]


def hall_manager() -> Principal:
    return at_post(names.HALL_POST)


def replayed(case_id: uuid.UUID) -> None:
    """What the whole ledger tells is what the rows hold: state and every clock."""
    state, events = load(case_id), events_of("case", case_id)
    told = replay.replay(events, lambda at: calendar_at(state.region_no, at), events[-1].recorded_at)
    assert told.state == state.state
    rows = sorted((c.kind, c.key, str(c.steps)) for c in state.clocks)
    assert rows == sorted((c.kind, c.key, str(c.steps)) for c in told.clocks)


# ---- entry, notice, correction -------------------------------------------------------------------------------------


@pytest.mark.covers("NTC-03")
def test_a_window_enters_what_came_and_tells_everything_that_is_missing():
    case_id = enter(REPORT, RULES)
    assert {p.key for p in load(case_id).open_proceedings("gap")} == {REPORT, RULES}
    item = {"target": "material", "code": REPORT, "fault": "没有交", "remedy": "补交"}
    with pytest.raises(Refusal) as caught:
        services.request_correction(builders.clerk(), case_id, items=[item])
    assert caught.value.code == "notice.not_everything"
    services.request_correction(builders.clerk(), case_id, items=[item, item | {"code": RULES}])
    assert load(case_id).state == "correction_requested"
    replayed(case_id)


def test_an_applicant_online_leaves_out_only_what_may_follow():
    who = builders.resident()
    draft_id = builders.a_complete_draft(who)
    _drop(draft_id, RULES)
    with pytest.raises(Refusals):
        services.submit(who, draft_id, without=(RULES,))
    a_deferrable_version()
    draft_id = builders.a_complete_draft(who, seed=2)
    _drop(draft_id, RULES)
    case_id = services.submit(who, draft_id, without=(RULES,)).id
    assert [p.key for p in load(case_id).open_proceedings("gap")] == [RULES]


def _drop(draft_id: uuid.UUID, code: str) -> None:
    from tongban.procedures.cases.models import Draft

    draft = Draft.objects.get(id=draft_id)
    draft.files.pop(code, None)
    draft.save(update_fields=["files"])


@pytest.mark.covers("NTC-03")
def test_the_attempt_to_ask_for_more_stands_in_the_ledger_and_changes_nothing():
    case_id = builders.a_submitted_case()
    item = {"target": "material", "code": PLAN, "fault": "看不清", "remedy": "重拍"}
    services.request_correction(builders.clerk(), case_id, items=[item])
    who = builders.resident()
    file = samples.file_for(PLAN, {}, who.account_id, corrected=True)
    services.submit_correction(who, case_id, answers={}, files={PLAN: [str(file)]})
    with pytest.raises(Refusal) as caught:
        services.request_correction(builders.clerk(), case_id, items=[item, item | {"code": RULES}])
    assert caught.value.code == "notice.second_with_new_points"
    assert (load(case_id).state, kinds(case_id)[-1]) == ("received", "case.second_demand_refused")
    assert events_of("case", case_id)[-1].body["targets"] == [["material", RULES]]
    assert Document.objects.filter(subject_id=case_id, kind="correction_notice").count() == 1


@pytest.mark.covers("NTC-03")
def test_a_correction_on_the_spot_keeps_the_signature_out_of_the_ledger():
    case_id = enter(RULES)
    clerk = builders.clerk()
    file = samples.file_for(RULES, {}, clerk.account_id)
    services.correct_on_the_spot(
        clerk, case_id, signed_by="陆明远", answers={"premises.area_m2": "61"}, files={RULES: [str(file)]}
    )
    row = Proceeding.objects.get(case_id=case_id, kind="spot_correction")
    assert json.loads(row.record) == {"signed_by": "陆明远"}
    assert "陆明远" not in json.dumps([e.body for e in events_of("case", case_id)], ensure_ascii=False)
    assert Application.objects.filter(case_id=case_id).count() == 2
    assert services.latest_answers(case_id)["premises.area_m2"] == "61"
    assert services.accept(clerk, case_id).state == "in_review"
    replayed(case_id)


AIR_PATH, AIR = "premises.central_air", "air_report"


def test_a_corrected_answer_that_calls_for_another_material_is_not_accepted_without_it():
    case_id = _corrected_to_central_air()
    assert [(p.key, p.data["target"]) for p in load(case_id).open_proceedings("gap")] == [("air_report", "material")]
    clerk = builders.clerk()
    with pytest.raises(Refusal) as caught:
        services.accept(clerk, case_id)
    assert caught.value.code == "materials.outstanding"
    item = {"target": "material", "code": AIR, "fault": "没有交", "remedy": "补交"}
    services.request_correction(clerk, case_id, items=[item])  # it could not be asked for before: no second demand
    who = builders.resident()
    services.submit_correction(who, case_id, answers={}, files={AIR: [str(samples.file_for(AIR, {}, who.account_id))]})
    assert services.accept(clerk, case_id).state == "in_review"
    replayed(case_id)


def test_what_the_corrected_answer_calls_for_may_come_with_it():
    who = builders.resident()
    file = str(samples.file_for(AIR, {}, who.account_id))
    case_id = _corrected_to_central_air({AIR: [file]})
    assert not load(case_id).open_proceedings("gap")
    assert services.accept(builders.clerk(), case_id).state == "in_review"


def _corrected_to_central_air(files: dict[str, list[str]] | None = None) -> uuid.UUID:
    who = builders.resident()
    case_id = builders.a_submitted_case(who)
    assert services.latest_answers(case_id)[AIR_PATH] is False
    item = {"target": "field", "code": AIR_PATH, "fault": "现场装了集中空调", "remedy": "改为「是」"}
    services.request_correction(builders.clerk(), case_id, items=[item])
    services.submit_correction(who, case_id, answers={AIR_PATH: True}, files=files or {})
    return case_id


# ---- acceptance ----------------------------------------------------------------------------------------------------


@pytest.mark.covers("NTC-04")
def test_the_sweep_accepts_by_law_what_nobody_answered_and_does_it_once():
    past = moment.now() - timedelta(days=20)
    with moment.at(past):
        case_id = builders.a_submitted_case()
    assert load(case_id).state == "submitted"
    sweep.run()
    state = load(case_id)
    assert (state.state, state.acceptance_mode, state.accepted_by) == ("in_review", "deemed", None)
    assert state.clock("statutory").started_on == moment.local(past).date()
    before = len(events_of("case", case_id))
    in_time_again = ClockRow.objects.get(subject_id=case_id, kind="acceptance")
    with pytest.raises(Refusal):
        in_time.acceptance_over(case_id, in_time_again.id, moment.now())
    sweep.run()
    assert [e.kind for e in events_of("case", case_id)][:before].count("case.accepted") == 1
    assert kinds(case_id).count("case.accepted") == 1
    replayed(case_id)
    builders.settle(case_id)
    assert {p.state for p in load(case_id).papers} == {"sealed"}


@pytest.mark.covers("NTC-04")
@pytest.mark.parametrize("code", ["payment", "filing", "public_service", "registration"])
def test_the_sweep_deems_nothing_outside_licensing(code):
    a_version_under(code)
    with moment.at(moment.now() - timedelta(days=20)):
        case_id = _submitted_today_of(code)
    sweep.run()
    state = load(case_id)
    assert (state.state, state.accepted_at, state.acceptance_mode) == ("submitted", None, "")
    replayed(case_id)


def _submitted_today_of(code: str) -> uuid.UUID:
    """Submitted long ago under the version that is in force today (its first day is moved back)."""
    from django.db.backends.postgresql.psycopg_any import DateRange

    from tongban.registry.catalog.models import ItemVersion

    rows = ItemVersion.objects.filter(option__slug=SLUG).order_by("-number")
    newest, older = rows[0], rows[1]
    assert newest.content["legal_regime"] == code
    ItemVersion.objects.filter(pk=older.pk).update(valid=DateRange(empty=True))
    ItemVersion.objects.filter(pk=newest.pk).update(valid=DateRange(catalogue.FIRST_DAY, None))
    return builders.a_submitted_case()


@pytest.mark.covers("WIN-08", "WIN-07")
def test_receipt_is_acceptance_where_version_and_authority_say_so():
    case_id = enter(slug=names.FUND_SLUG)
    state = load(case_id)
    assert (state.state, state.acceptance_mode) == ("in_review", "on_receipt")
    assert kinds(case_id) == ["case.received", "case.accepted", "case.review_started"]
    assert {p.kind for p in state.papers} == {"receipt", "acceptance_notice"}
    replayed(case_id)
    builders.settle(case_id)
    told = Notification.objects.filter(subject_id=case_id).values_list("template", flat=True)
    assert set(told) == {"case.accepted"}


@pytest.mark.covers("WIN-07")
def test_a_window_that_is_not_entrusted_only_receives():
    Delegation.objects.filter(powers__contains=["accept"]).update(powers=["receive", "issue", "serve"])
    assert load(enter(slug=names.FUND_SLUG)).state == "received"


def test_a_registration_is_decided_without_an_acceptance():
    a_version_under("registration", statutory_limit=lawful.day(3, "市场主体登记管理条例第十九条"))
    case_id = enter()
    assert set(_running(case_id)) == {"statutory", "promised"}
    services.accept(builders.clerk(), case_id)
    builders.review(case_id)
    services.decide(builders.approver_of(case_id), case_id, outcome="granted")
    state = load(case_id)
    assert (state.state, state.accepted_at) == ("decided", None)
    assert "case.accepted" not in kinds(case_id)
    assert "registration_decision" in {p.kind for p in state.papers}
    replayed(case_id)


def _running(case_id: uuid.UUID) -> list[str]:
    return [c.kind for c in load(case_id).clocks if c.state == "running"]


@pytest.mark.slow
def test_a_barred_refusal_writes_its_article():
    case_id = builders.a_submitted_case()
    services.refuse_acceptance(
        builders.clerk(), case_id, kind="barred", reason="2026 年 3 月提供虚假材料", article="第七十八条"
    )
    decision = Decision.objects.get(case_id=case_id)
    assert [b["article"] for b in decision.basis] == ["第七十八条"]
    builders.settle(case_id)
    assert load(case_id).state == "closed"


# ---- deferral ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.covers("NTC-06", "NTC-07")
def test_a_deferral_holds_the_result_back_until_the_material_comes():
    a_deferrable_version()
    case_id = enter(RULES)
    services.accept_with_deferral(builders.clerk(), case_id, materials=[RULES], signed_by="陆明远")
    builders.review(case_id)
    services.decide(builders.approver_of(case_id), case_id, outcome="granted")
    builders.settle(case_id)
    state = load(case_id)
    assert {p.state for p in state.papers} == {"sealed"}
    assert {"deferral_acceptance", "deferral_letter"} <= {p.kind for p in state.papers}
    assert state.state == "issued"
    assert state.clock("delivery").state == "stopped"
    clerk = builders.holder_of(state.open_tasks("deliver")[0].post_id)
    with pytest.raises(Refusal) as caught:
        services.deliver(clerk, case_id, mode="counter", received_by="陆明远")
    assert caught.value.code == "deliver.deferral"
    who = builders.resident()
    file = samples.file_for(RULES, {}, who.account_id)
    services.settle_deferral(who, case_id, files={RULES: [str(file)]})
    services.deliver(clerk, case_id, mode="counter", received_by="陆明远")
    assert load(case_id).state == "delivered"
    replayed(case_id)


@pytest.mark.slow
@pytest.mark.covers("ARC-01")
def test_a_deferred_material_that_is_asked_for_again_does_not_spoil_the_proof_of_the_archive():
    """It came by an act of its own, which no submission holds; the second time it came with a submission."""
    a_deferrable_version()
    case_id, who = enter(RULES), builders.resident()
    services.accept_with_deferral(builders.clerk(), case_id, materials=[RULES], signed_by="陆明远")
    handler = builders.holder_of(load(case_id).open_tasks("handle")[0].post_id)
    services.settle_deferral(who, case_id, files={RULES: [str(samples.file_for(RULES, {}, who.account_id))]})
    services.request_supplement(handler, case_id, items=[lacking(RULES)])
    matter = load(case_id).open_proceedings("supplement")[0]
    file = samples.file_for(RULES, {}, who.account_id, corrected=True)
    services.supplement(who, case_id, proceeding_id=matter.id, answers={}, files={RULES: [str(file)]})
    services.withdraw(who, case_id, reason="另行选址")
    builders.settle(case_id)
    package = build_package(case_id)
    given = [entry["facts"] for entry in package.manifest["entries"] if entry["facts"].get("code") == RULES]
    assert [(facts["round"], facts["deferred"]) for facts in given] == [(1, True), (2, False)]
    assert verify_package(package.content).findings == ()


def lacking(code: str) -> dict[str, str]:
    return {"target": "material", "code": code, "fault": "看不清", "remedy": "重新拍照"}


@pytest.mark.covers("NTC-07")
def test_the_sweep_lets_a_dated_deferral_lapse_and_reminds_nobody_twice():
    a_deferrable_version(DeferralRule("by_date", lawful.day(3), "终止办理", "云溪市容缺受理办法"))
    case_id = enter(RULES)
    services.accept_with_deferral(builders.clerk(), case_id, materials=[RULES], signed_by="陆明远")
    with moment.at(moment.now() + timedelta(days=15)):
        sweep.run()
        sweep.run()
        assert kinds(case_id).count("case.deferral_lapsed") == 1
        assert load(case_id).state == "in_review"
        assert [p.state for p in load(case_id).proceedings if p.kind == "deferral"] == ["lapsed"]


def test_the_end_of_the_correction_term_is_told_once_and_ends_nothing():
    case_id = builders.a_submitted_case()
    item = {"target": "material", "code": PLAN, "fault": "看不清", "remedy": "重拍"}
    services.request_correction(builders.clerk(), case_id, items=[item])
    with moment.at(moment.now() + timedelta(days=60)):
        sweep.run()
        sweep.run()
        told = Notification.objects.filter(subject_id=case_id, template=in_time.REMINDER)
        assert sorted(told.values_list("channel", flat=True)) == ["inbox", "sms"]
        assert load(case_id).state == "correction_requested"
        services.refuse_acceptance(builders.clerk(), case_id, kind="uncorrected", reason="逾期没有补正")
        assert load(case_id).state == "not_accepted"


# ---- commitment ----------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.covers("NTC-10", "NTC-11")
def test_a_broken_promise_ends_in_an_annulled_licence_with_its_own_ledger():
    a_version(commitment=replace(lawful.COMMITMENT, materials=(RULES,)))
    case_id = enter(RULES)
    services.accept_with_commitment(builders.clerk(), case_id, pair_version="2026-1", signed_by="陆明远")
    services.decide(builders.approver_of(case_id), case_id, outcome="granted")
    builders.settle(case_id)
    licence = Licence.objects.get(case_id=case_id)
    assert (load(case_id).state, licence.state) == ("issued", "valid")
    _break_the_promise(case_id)
    licence.refresh_from_db()
    assert licence.state == "annulled"
    told = [e for e in events_of("licence", licence.id) if e.kind == "licence.annulled"]
    assert [e.reason_code for e in told] == ["commitment_breached"]
    papers = {p.kind: p.state for p in load(case_id).papers}
    assert papers["rectification_order"] == papers["annulment_decision"] == "sealed"
    replayed(case_id)


def _break_the_promise(case_id: uuid.UUID) -> None:
    state = load(case_id)
    promise = state.open_proceedings("commitment")[0]
    handler = builders.holder_of(state.open_tasks("commitment_check")[0].post_id)
    facts = "现场没有消毒间"
    services.check_commitment(handler, case_id, proceeding_id=promise.id, result="breached", facts=facts)
    breach = load(case_id).open_proceedings("breach")[0]
    head = at_post(names.HYGIENE_APPROVE_POST)
    basis = [{"instrument": "中华人民共和国行政许可法", "article": "第六十九条"}]
    services.order_rectification(head, case_id, proceeding_id=breach.id, facts=facts, basis=basis)
    services.defend(builders.resident(), case_id, proceeding_id=breach.id, text="正在施工")
    with moment.at(moment.now() + timedelta(days=40)):
        services.conclude_breach(
            head,
            case_id,
            proceeding_id=breach.id,
            outcome="annul",
            facts=facts,
            reasons="到期没有改正，不采纳申辩",
            basis=basis,
        )
        builders.settle(case_id)
    event = next(e for e in events_of("case", case_id) if e.kind == "case.breach_concluded")
    reactions.tell_licences(event)
    reactions.tell_licences(event)


# ---- at once -------------------------------------------------------------------------------------------------------


@pytest.mark.covers("WIN-10", "WIN-02")
def test_a_representative_accepts_and_decides_in_one_statement():
    representative = at_post(names.LABOUR_REPRESENTATIVE_POST)
    case_id = enter(by=representative, slug=names.CERTIFICATE_SLUG)
    load(case_id)
    before = _executions()
    services.decide_instantly(representative, case_id)
    assert _executions() - before == 2
    state = load(case_id)
    assert (state.state, state.outcome, state.acceptance_mode) == ("decided", "provided", "instant")
    assert kinds(case_id) == ["case.received", "case.accepted", "case.decided"]
    assert "sampled" in events_of("case", case_id)[-1].body
    replayed(case_id)
    builders.settle(case_id)
    assert load(case_id).state == "issued"
    told = Notification.objects.filter(subject_id=case_id).values_list("template", flat=True)
    assert "case.accepted" not in set(told)


@pytest.mark.covers("WIN-10")
def test_a_representative_whose_authorisation_was_revoked_decides_nothing_at_once():
    representative = at_post(names.LABOUR_REPRESENTATIVE_POST)
    case_id = enter(by=representative, slug=names.CERTIFICATE_SLUG)
    Delegation.objects.filter(to_post_id=representative.post_id).update(powers=["receive"])
    with pytest.raises(Refusal) as caught:
        services.decide_instantly(representative, case_id)
    assert caught.value.code == "delegation.missing"
    assert load(case_id).state == "received"


def _executions() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(generic_plans + custom_plans), 0) FROM pg_prepared_statements")
        return int(cursor.fetchone()[0])


@pytest.mark.slow
@pytest.mark.covers("WIN-07")
def test_a_filing_is_recorded_on_the_spot_by_an_entrusted_window():
    case_id = enter(slug=names.PAUSE_SLUG)
    entrusted = Delegation.objects.filter(powers__contains=["record"])
    given = dict(entrusted.values_list("pk", "powers"))
    entrusted.update(powers=["receive", "accept"])
    with pytest.raises(Refusal) as caught:
        services.record(builders.clerk(), case_id)
    assert caught.value.code == "delegation.missing"
    for key, powers in given.items():
        Delegation.objects.filter(pk=key).update(powers=powers)
    services.record(builders.clerk(), case_id)
    builders.settle(case_id)
    state = load(case_id)
    assert (state.state, state.outcome, state.accepted_at) == ("issued", "recorded", None)
    assert {p.kind: p.state for p in state.papers} == {"receipt": "sealed", "filing_receipt": "sealed"}
    replayed(case_id)


# ---- the hall manager ----------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.covers("APR-19")
def test_a_voided_entry_burns_its_number_and_is_never_told_of_as_a_refusal():
    case_id = enter()
    number = load(case_id).number
    services.void_entry(hall_manager(), case_id, reason="选错了事项")
    assert (load(case_id).state, load(case_id).number) == ("void", number)
    assert Decision.objects.get(case_id=case_id).outcome == "void"
    assert Case.objects.get(id=case_id).concluded_at is None
    other = enter()
    assert load(other).number > number
    replayed(case_id)
    builders.settle(case_id)
    assert {p.state for p in load(case_id).papers} == {"sealed"}


def test_a_dispute_is_ruled_by_the_hall_manager_and_the_words_stay_sealed():
    case_id = builders.a_case_in_review()
    task = load(case_id).open_tasks("handle")[0]
    services.raise_dispute(builders.holder_of(task.post_id), case_id, points=[PLAN], reason="缺第二层的布局")
    matter = load(case_id).open_proceedings("dispute")[0]
    assert [(d.id, d.reason, d.points) for d in open_disputes(hall_manager())] == [
        (matter.id, "缺第二层的布局", (PLAN,))
    ]
    assert open_disputes(builders.clerk()) == []
    services.rule_dispute(hall_manager(), case_id, proceeding_id=matter.id, fault="window", words="窗口应当看出")
    assert load(case_id).open_tasks("handle")
    assert open_disputes(hall_manager()) == []
    text = json.dumps([e.body for e in events_of("case", case_id)], ensure_ascii=False)
    assert "第二层" not in text
    assert "应当看出" not in text
    assert Proceeding.objects.get(id=matter.id).result == "window"
    replayed(case_id)

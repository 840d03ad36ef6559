"""Credit, checks and prerequisites on real PostgreSQL: what cases write into the record, what the record does."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.faces.desk.acts.hall import applied
from tests.procedures.cases.test_intake_services import RULES, SLUG, a_version, at_post, enter
from tests.registry.credit.test_services import a_fact
from tests.support import builders
from tongban.demo import names
from tongban.ground import moment
from tongban.ground.documents.models import Document
from tongban.ground.errors import Refusal, Refusals
from tongban.ground.ledger.models import LedgerSeal, Root
from tongban.ground.ledger.selectors import events_of
from tongban.ground.notifications.models import Notification
from tongban.procedures.cases import credit_facts, drafts, drawing, following, jobs, services
from tongban.procedures.cases.archive import verify_package
from tongban.procedures.cases.loading import load
from tongban.procedures.cases.models import ArchiveSupplement, Case, CheckDraw, DrawnCase, Proceeding
from tongban.procedures.cases.papers_data import paper_data
from tongban.procedures.cases.selectors import case_of, system_detail
from tongban.procedures.cases.standing import offer_of
from tongban.procedures.cases.timeline import timeline
from tongban.procedures.work.models import Task
from tongban.registry.catalog.version import CreditRule, Prerequisite, TimeLimit, VersionContent
from tongban.registry.credit import selectors as credit
from tongban.registry.credit import services as recording
from tongban.registry.credit.models import CreditRecord
from tongban.registry.credit.parties import Party
from tongban.registry.parties.models import Post

pytestmark = pytest.mark.django_db
BASIS = [{"instrument": "中华人民共和国消防法", "article": "第十五条"}]
RULE = CreditRule("云溪市信用激励办法第三条（测试）", ("D",), TimeLimit(15, "working_day", "核查办法"))


def remember(case_id: uuid.UUID) -> None:
    """What the reader of the ledger does for the credit record; read twice, as a reader may."""
    for event in events_of("case", case_id):
        if event.kind in credit_facts.KINDS:
            credit_facts.record(event)
            credit_facts.record(event)


def facts(case_id: uuid.UUID) -> list[str]:
    rows = CreditRecord.objects.filter(case_id=case_id).order_by("recorded_at", "id")
    return list(rows.values_list("kind", flat=True))


def open_id(case_id: uuid.UUID, kind: str) -> uuid.UUID:
    return load(case_id).open_proceedings(kind)[0].id


def promised() -> uuid.UUID:
    """A fire check granted on a promise, the papers sealed."""
    case_id = applied(names.FIRE_SLUG)
    pair = system_detail(case_id).content.commitment
    assert pair is not None
    services.accept_with_commitment(builders.clerk(), case_id, pair_version=pair.pair_version, signed_by="陆明远")
    services.decide(at_post(names.FIRE_APPROVE_POST), case_id, outcome="granted")
    builders.settle(case_id)
    return case_id


def checked(case_id: uuid.UUID, result: str, **more: Any) -> None:
    services.check_commitment(
        at_post(names.FIRE_HANDLE_POST),
        case_id,
        proceeding_id=open_id(case_id, "commitment"),
        result=result,
        facts="到场核查",
        **more,
    )


# ---- what cases write ----------------------------------------------------------------------------------------------


@pytest.mark.covers("NTC-11", "NTC-13")
def test_a_promise_and_its_performance_are_recorded_once_with_the_letter() -> None:
    case_id = promised()
    checked(case_id, "kept")
    remember(case_id)
    assert facts(case_id) == ["commitment_made", "commitment_kept"]
    made = CreditRecord.objects.get(case_id=case_id, kind="commitment_made")
    letter = Document.objects.get(subject_id=case_id, kind="commitment_letter")
    assert (made.paper_number, made.basis) == (letter.number, "中华人民共和国消防法第十五条")
    assert made.person_id == builders.resident().person_id


@pytest.mark.slow
@pytest.mark.covers("NTC-11")
def test_a_breach_that_is_put_right_is_repaired_by_the_rule_and_a_grave_one_is_not() -> None:
    for gravity, kinds, letter in (
        ("general", ["commitment_made", "breach", "order_to_rectify", "repaired"], "B"),
        ("serious", ["commitment_made", "breach", "order_to_rectify"], "D"),
    ):
        case_id = promised()
        checked(case_id, "breached", gravity=gravity)
        chief, breach = at_post(names.FIRE_APPROVE_POST), open_id(case_id, "breach")
        services.order_rectification(chief, case_id, proceeding_id=breach, facts="通道被堵", basis=BASIS)
        services.conclude_breach(chief, case_id, proceeding_id=breach, outcome="rectified", facts="复查合格")
        remember(case_id)
        assert facts(case_id) == kinds
        party = Party(person_id=builders.resident().person_id)
        assert credit.grade_of(party, load(case_id).region_no).letter == letter


@pytest.mark.slow
@pytest.mark.covers("NTC-11", "ARC-01")
def test_an_annulment_after_archiving_is_recorded_and_archived_in_a_package_of_its_own() -> None:
    case_id = promised()
    services.deliver(builders.resident(), case_id, mode="portal")
    builders.settle(case_id)
    assert load(case_id).state == "closed"
    jobs.archive_case(case_id=str(case_id))
    assert not ArchiveSupplement.objects.exists()  # the promise is still to be checked: nothing is archived yet
    checked(case_id, "kept")
    jobs.archive_case(case_id=str(case_id))
    builders.settle(case_id)
    assert facts(case_id) == []
    drawn = services.draw_for_check(case_id, reason="draw", drawn_on=moment.today().isoformat())
    assert drawn.state == "closed"
    task = Task.objects.get(subject_id=case_id, kind="after_check", done_at=None)
    services.record_after_check(
        builders.holder_of(task.post_id),
        case_id,
        proceeding_id=open_id(case_id, "after_check"),
        result="failed",
        facts="安全出口封闭",
        gravity="serious",
    )
    chief, breach = at_post(names.FIRE_APPROVE_POST), open_id(case_id, "breach")
    services.tell_annulment(chief, case_id, proceeding_id=breach, facts="安全出口封闭", reasons="危及安全", basis=BASIS)
    notice = Document.objects.get(subject_id=case_id, kind="annulment_prior_notice")
    told = paper_data(system_detail(case_id), notice)
    assert told["reply_by"] > moment.today().isoformat() and told["hearing"]
    with moment.at(moment.now() + timedelta(days=20)):
        services.conclude_breach(
            chief, case_id, proceeding_id=breach, outcome="annul", facts="没有改", reasons="危险", basis=BASIS
        )
        builders.settle(case_id)
        jobs.archive_case(case_id=str(case_id))
        builders.settle(case_id)
        jobs.archive_case(case_id=str(case_id))
        remember(case_id)
    assert {"check_failed", "annulled_for_breach"} <= set(facts(case_id))
    (later,) = ArchiveSupplement.objects.filter(case_id=case_id)
    assert later.part == 1
    receipts = Document.objects.filter(subject_id=case_id, kind="archive_receipt").order_by("id")
    assert [receipt.id for receipt in receipts][-1] == later.receipt_id
    assert "补充归档" in paper_data(system_detail(case_id), receipts[1])["supplement"]
    from tongban.ground.storage.selectors import open_file

    package = open_file(later.file)
    assert verify_package(package).ok, verify_package(package).findings
    forged = package.replace(b'"outcome": "annul"', b'"outcome": "xnnul"')
    assert not verify_package(forged).ok
    with pytest.raises(Refusal) as nothing:
        services.supplement_by_system(case_id)
    assert nothing.value.code == "archive.nothing_new"


# ---- what the record does ------------------------------------------------------------------------------------------


def with_reliefs(**changes: object) -> VersionContent:
    """The hygiene licence at low risk: the hygiene rules may be spared, good credit decides first."""
    from tongban.registry.catalog import selectors as catalog

    _, content = catalog.version_in_force(SLUG)
    materials = tuple(
        replace(m, essential=False, relief="waive_material") if m.code == RULES else m for m in content.materials
    )
    examine = Post.objects.get(name=names.HYGIENE_EXAMINE_POST)
    rule = replace(RULE, check_post_id=examine.pk, check_post_name=examine.name)
    rule = replace(rule, check_department_id=examine.department_id)
    values = {
        "materials": materials,
        "risk_level": "low",
        "reliefs": {"A": ("supply_later", "waive_material", "review_later")},
        "credit": rule,
    }
    return a_version(**(values | changes))


def with_credit(letter: str) -> None:
    """陆明远 has this grade today."""
    made = {
        "A": [("commitment_kept", "")] * 3,
        "B": [],
        "D": [("breach", "serious")],
    }[letter]
    for n, (kind, gravity) in enumerate(made):
        recording.record(a_fact(key=f"made-{letter}-{n}", kind=kind, gravity=gravity))


@pytest.mark.covers("NTC-14")
def test_the_applicants_grade_is_looked_up_and_frozen_into_the_acceptance() -> None:
    content = with_reliefs()
    with_credit("A")
    who = builders.resident()
    offer = offer_of(content, who.person_id, None)
    assert offer is not None and (offer.grade.letter, [one for one, _ in offer.reliefs]) == (
        "A",
        ["supply_later", "waive_material", "review_later"],
    )
    case_id = enter(RULES)
    services.accept(builders.clerk(), case_id, reliefs=["waive_material", "review_later"])
    accepted = next(e for e in events_of("case", case_id) if e.kind == "case.accepted")
    assert (accepted.body["credit"]["grade"], accepted.body["credit"]["waived"]) == ("A", [RULES])
    notice = Document.objects.get(subject_id=case_id, kind="acceptance_notice")
    words = "".join(paper_data(system_detail(case_id), notice)["reliefs"])
    assert "信用等级为 A" in words and "免交材料" in words and "审查后置" in words
    steps = {step.key: step.text for step in timeline(case_of(who, case_id))}
    assert "免交材料" in steps["acceptance"] and "作出决定后再核查" in steps["review"]
    services.decide(builders.approver_of(case_id), case_id, outcome="granted")
    task = Task.objects.get(subject_id=case_id, kind="after_check")
    assert task.post.name == names.HYGIENE_EXAMINE_POST
    builders.settle(case_id)
    services.record_after_check(
        builders.holder_of(task.post_id),
        case_id,
        proceeding_id=open_id(case_id, "after_check"),
        result="passed",
        facts="现场合格",
    )
    remember(case_id)
    assert facts(case_id) == ["check_passed"]


@pytest.mark.covers("NTC-14")
def test_online_only_who_has_earned_it_may_leave_the_material_out() -> None:
    with_reliefs()
    who = builders.resident()
    draft = builders.a_complete_draft(who)
    drafts.detach(who, draft, RULES, drafts.draft_of(who, draft).files[RULES][0])
    with pytest.raises(Refusals):
        services.submit(who, draft, without=[RULES])
    with_credit("A")
    case_id = services.submit(who, draft, without=[RULES]).id
    assert [p.key for p in load(case_id).open_proceedings("gap")] == [RULES]
    submitted = events_of("case", case_id)[0]
    assert submitted.body["credit"]["grade"] == "A"


@pytest.mark.covers("NTC-07", "NTC-14")
def test_bad_credit_keeps_from_deferral_until_it_is_repaired() -> None:
    with_reliefs()
    with_credit("D")
    case_id = enter(RULES)
    deferral = {"materials": [RULES], "signed_by": "陆明远"}
    with pytest.raises(Refusal) as refused:
        services.accept_with_deferral(builders.clerk(), case_id, **deferral)
    assert refused.value.code == "credit.excluded"
    CreditRecord.objects.update(ended_on=moment.today())
    with_credit("A")
    services.accept_with_deferral(builders.clerk(), case_id, **deferral, reliefs=["supply_later"])
    assert load(case_id).state == "in_review"


def test_an_item_that_knows_no_credit_asks_no_question_about_it() -> None:
    case_id = enter()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        services.accept(builders.clerk(), case_id)
    assert not [query for query in asked if "credit_" in query["sql"]]


# ---- the draw ------------------------------------------------------------------------------------------------------


def seal_of(day) -> LedgerSeal:
    """The day's signed root, as the sealer makes it."""
    number = (Root.objects.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    at = moment.now()
    root = Root.objects.create(
        number=number,
        made_at=at,
        count=1,
        leaves=b"",
        merkle=b"m",
        prev_hash=b"p",
        hash=hashlib.sha256(b"day").digest(),
    )
    return LedgerSeal.objects.create(day=day, root=root, statement={}, key_id="k", signature=b"s", sealed_at=at)


@pytest.mark.slow
@pytest.mark.covers("NTC-15", "WIN-10")
def test_a_day_is_drawn_once_with_its_seed_and_every_drawn_case_is_checked() -> None:
    with_reliefs(risk_level="high", reliefs={})
    with_credit("D")
    cases = [builders.a_granted_case() for _ in range(2)]
    instant = applied(names.CERTIFICATE_SLUG)
    services.decide_instantly(at_post(names.LABOUR_REPRESENTATIVE_POST), instant)
    plain = builders.a_granted_case(slug=names.ROAD_SLUG)
    today = moment.today()
    seal_of(today)
    with moment.at(moment.now() + timedelta(days=1)):
        assert drawing.draw_due() == [today]
        assert drawing.draw_due() == []
        draw = CheckDraw.objects.get()
        seed = hashlib.sha256(b"day").hexdigest()
        assert draw.seed == seed
        rows = {row.case_id: row for row in DrawnCase.objects.all()}
        assert set(rows) == {*cases, instant}
        assert plain not in rows
        assert {rows[key].group for key in cases} == {"high:D"} and rows[instant].group == "single_post"
        for row in rows.values():
            own = int(hashlib.sha256(f"{seed}:{row.number}".encode()).hexdigest(), 16) % 1000
            assert (row.ticket, row.drawn) == (own, own < row.rate)
        assert all(rows[key].drawn for key in cases)
        assert Task.objects.filter(kind="after_check", done_at=None).count() == draw.drawn
        found, listed = drawing.drawn_cases(builders.staff("程怀瑾"), today)
        assert (found.population, len(listed)) == (3, 3)


# ---- prerequisites -------------------------------------------------------------------------------------------------


def needing(effect: str, kind: str = "option") -> VersionContent:
    """The hygiene licence needs the road permit (as a decided matter, or as a licence)."""
    from tongban.registry.catalog import selectors as catalog

    _, road = catalog.version_in_force(names.ROAD_SLUG)
    code = road.option_code if kind == "option" else road.result.licence_type
    return a_version(prerequisites=(Prerequisite(kind, code, "占道许可", effect, "测试办法第二条"),))


def granted_road() -> uuid.UUID:
    return builders.a_granted_case(slug=names.ROAD_SLUG)


def follow(case_id: uuid.UUID) -> None:
    for event in events_of("case", case_id):
        if event.kind in ("case.decided", "case.result_issued"):
            following.follow(event)
            following.follow(event)


@pytest.mark.slow
@pytest.mark.covers("APR-08")
@pytest.mark.parametrize("kind", ["option", "licence"])
def test_who_has_not_what_must_come_first_is_told_and_may_submit_when_it_comes(kind: str) -> None:
    needing("submit", kind)
    who = builders.resident()
    draft = builders.a_complete_draft(who)
    with pytest.raises(Refusals) as refused:
        services.submit(who, draft)
    assert refused.value.items[0].code == "submit.prerequisite"
    with pytest.raises(Refusals):
        enter()
    road = granted_road()
    follow(road)
    ready = Notification.objects.filter(template=following.READY)
    assert [one.recipient_account for one in ready] == [who.account_id]
    assert services.submit(who, draft).state == "submitted"


@pytest.mark.slow
@pytest.mark.covers("APR-08")
def test_what_waits_for_it_is_decided_when_it_comes_and_post_and_applicant_are_told() -> None:
    needing("decide")
    who = builders.resident()
    case_id = builders.a_case_to_decide(who)
    approver = builders.approver_of(case_id)
    with pytest.raises(Refusal) as held:
        services.decide(approver, case_id, outcome="granted")
    assert held.value.code == "decision.prerequisite"
    decision = next(step for step in timeline(case_of(who, case_id)) if step.key == "decision")
    assert "等「占道许可」办好后作出决定" in decision.text
    follow(granted_road())
    satisfied = [e for e in events_of("case", case_id) if e.kind == "case.prerequisite_satisfied"]
    assert len(satisfied) == 1
    following.tell(satisfied[0])
    following.tell(satisfied[0])
    told = Notification.objects.filter(subject_id=case_id, template__startswith="case.prerequisite")
    accounts = {(one.template, one.recipient_account) for one in told}
    assert (following.WAITED, who.account_id) in accounts
    assert (following.POST, approver.account_id) in accounts and told.count() == len(accounts)
    assert services.decide(approver, case_id, outcome="granted").state == "decided"


def test_a_refused_or_foreign_case_fulfils_nothing() -> None:
    needing("decide")
    other = builders.resident("沈知夏")
    builders.a_granted_case(other, slug=names.ROAD_SLUG)
    case_id = builders.a_submitted_case(builders.resident())
    assert load(case_id).open_proceedings("prerequisite")
    assert Case.objects.filter(id=case_id).exists()


# ---- at the counter ------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.covers("WIN-10")
def test_who_waits_at_the_counter_has_the_result_without_another_click() -> None:
    case_id = applied(names.CERTIFICATE_SLUG)
    services.decide_instantly(at_post(names.LABOUR_REPRESENTATIVE_POST), case_id, received_by="陆明远")
    builders.settle(case_id)
    builders.settle(case_id)  # the proof of service is sealed in its turn
    assert load(case_id).state == "closed"
    kinds = [event.kind for event in events_of("case", case_id)]
    assert kinds.index("case.delivered") == kinds.index("case.result_issued") + 1
    proof = Document.objects.get(subject_id=case_id, kind="service_proof")
    told = paper_data(system_detail(case_id), proof)
    assert (told["received_by"], told["served_by"]) == ("陆明远", "祝云舒")
    assert Proceeding.objects.get(case_id=case_id, kind="handing").state == "done"

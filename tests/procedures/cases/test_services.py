"""The road on real PostgreSQL: one act, one statement; what is written is whole, once, and in the ledger."""

from __future__ import annotations

import json
import random
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support import builders
from tongban.demo import history, names, samples, stories
from tongban.ground import moment
from tongban.ground.documents.models import Document
from tongban.ground.errors import Conflict, NotFound, Refusal, Refusals
from tongban.ground.ledger.chain import genesis, link
from tongban.ground.ledger.selectors import events_of
from tongban.procedures.cases import drafts, selectors, services
from tongban.procedures.cases.loading import load
from tongban.procedures.cases.models import Application, Case, Draft
from tongban.procedures.cases.preview import preview_decision
from tongban.procedures.cases.timeline import timeline
from tongban.procedures.work import selectors as work
from tongban.registry.licences.models import Licence
from tongban.registry.parties.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def granted(kept) -> uuid.UUID:
    """A case that was granted, with its papers sealed."""
    return kept(builders.a_granted_case)


def test_a_granted_case_walks_the_whole_road_and_leaves_a_sealed_licence(granted):
    case_id = granted
    state = load(case_id)
    assert (state.state, state.outcome) == ("issued", "granted")
    assert {p.state for p in state.papers} == {"sealed"}
    assert {p.kind for p in state.papers} == {"receipt", "acceptance_notice", "decision_grant", "licence"}
    licence = Licence.objects.get(case_id=case_id)
    assert licence.state == "valid"
    assert licence.valid_until > licence.valid_from


@pytest.mark.slow
def test_delivery_in_the_portal_closes_the_case_by_itself(granted):
    case_id = granted
    services.deliver(builders.resident(), case_id, mode="portal")
    builders.settle(case_id)
    assert load(case_id).state == "closed"


@pytest.mark.covers("APR-07")
def test_two_departments_review_a_road_permit_at_the_same_time():
    case_id = builders.a_case_in_review(slug=names.ROAD_SLUG)
    departments = {t.branch_key for t in load(case_id).open_tasks()}
    assert departments == {"roads", "traffic"}


def test_every_event_of_a_case_follows_its_chain(granted):
    case_id = granted
    head = genesis("case", case_id)
    events = events_of("case", case_id)
    for event in events:
        assert event.prev_hash == head
        head = link(head, event)
        assert event.hash == head
    assert [e.seq for e in events] == list(range(1, len(events) + 1))
    assert load(case_id).head == head
    assert [e.kind for e in events][:3] == ["case.submitted", "case.accepted", "case.review_started"]


def test_no_personal_value_stands_in_the_ledger(granted):
    case_id = granted
    person = selectors.system_detail(case_id).person
    text = json.dumps([e.body for e in events_of("case", case_id)], ensure_ascii=False)
    for value in (person.name, person.id_number, person.mobile):
        assert value not in text


def test_submitting_twice_gives_one_case():
    who, draft_id = builders.resident(), builders.a_complete_draft()
    first = services.submit(who, draft_id)
    second = services.submit(who, draft_id)
    assert first.id == second.id
    assert Case.objects.filter(submission_key=draft_id).count() == 1
    assert not Draft.objects.filter(id=draft_id).exists()


def test_a_foreign_draft_cannot_be_submitted_even_after_it_became_a_case():
    draft_id = builders.a_complete_draft()
    stranger = builders.resident("沈知夏")
    with pytest.raises(NotFound):
        services.submit(stranger, draft_id)
    services.submit(builders.resident(), draft_id)
    with pytest.raises(NotFound):
        services.submit(stranger, draft_id)


def test_everything_missing_is_told_at_once():
    who = builders.resident()
    draft = drafts.start_draft(who, names.HYGIENE_SLUG)
    with pytest.raises(Refusals) as caught:
        services.submit(who, draft.id)
    assert len(caught.value.items) > 3
    assert all(item.field for item in caught.value.items)


def test_an_act_is_one_statement_and_one_load():
    case_id = builders.a_submitted_case()
    clerk = builders.clerk()
    services.receive(clerk, case_id)  # the version is cached now
    before = _prepared_executions()
    with CaptureQueriesContext(connection) as others:
        services.accept(clerk, case_id)
    assert _prepared_executions() - before == 2
    assert others.captured_queries == []


def _prepared_executions() -> int:
    """How often this session has executed a prepared statement: loads and commits of acts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(generic_plans + custom_plans), 0) FROM pg_prepared_statements")
        return int(cursor.fetchone()[0])


def test_a_refused_act_writes_nothing():
    case_id = builders.a_case_in_review()
    before = load(case_id)
    with pytest.raises(Refusal):
        services.accept(builders.clerk(), case_id)
    assert load(case_id) == before


@pytest.mark.covers("WIN-02")
def test_a_clerk_never_approves_what_he_accepted():
    window = builders.both_posts(names.WINDOW_POST)
    case_id = builders.a_case_to_decide(by=window)
    with pytest.raises(Refusal) as caught:
        services.decide(builders.both_posts(names.HYGIENE_APPROVE_POST), case_id, outcome="granted")
    assert caught.value.code == "separation.same_person"
    assert "您受理的" in caught.value.sentence


def test_a_foreign_case_does_not_exist_for_others():
    case_id = builders.a_submitted_case()
    number = load(case_id).number
    for who in (builders.resident("沈知夏"), builders.staff("岳峰"), builders.staff("秦岚")):
        with pytest.raises(NotFound):
            selectors.case_of(who, number)
    assert selectors.case_of(builders.resident(), number).case.id == case_id


def test_every_look_of_a_clerk_stands_on_the_persons_own_ledger():
    case_id = builders.a_submitted_case()
    person_id = load(case_id).applicant_person_id
    before = len(events_of("person", person_id))
    selectors.case_of(builders.clerk(), case_id)
    seen = events_of("person", person_id)
    assert len(seen) == before + 1
    assert seen[-1].kind == "person.viewed"
    assert seen[-1].body["case_id"] == str(case_id)


def test_a_correction_keeps_the_old_round_and_answers_the_notice():
    case_id = builders.a_submitted_case()
    items = [{"target": "material", "code": "floor_plan", "fault": "看不清", "remedy": "重新拍照"}]
    services.request_correction(builders.clerk(), case_id, items=items)
    who = builders.resident()
    file = samples.file_for("floor_plan", {}, who.account_id, corrected=True)
    services.submit_correction(who, case_id, answers={}, files={"floor_plan": [str(file)]})
    assert load(case_id).state == "received"
    assert Application.objects.filter(case_id=case_id).count() == 2
    detail = selectors.case_of(who, case_id)
    assert [g.row.round for g in detail.materials if g.row.code == "floor_plan"] == [2]


def test_somebody_elses_file_cannot_be_handed_in():
    case_id = builders.a_submitted_case()
    items = [{"target": "material", "code": "floor_plan", "fault": "看不清", "remedy": "重新拍照"}]
    services.request_correction(builders.clerk(), case_id, items=items)
    foreign = samples.file_for("floor_plan", {}, builders.resident("沈知夏").account_id)
    with pytest.raises(NotFound):
        services.submit_correction(builders.resident(), case_id, answers={}, files={"floor_plan": [str(foreign)]})


@pytest.mark.covers("CAT-28")
def test_nothing_outside_the_published_list_can_be_demanded():
    case_id = builders.a_submitted_case()
    items = [{"target": "material", "code": "marriage_certificate", "fault": "没有", "remedy": "补交"}]
    with pytest.raises(Refusal) as caught:
        services.request_correction(builders.clerk(), case_id, items=items)
    assert caught.value.code == "notice.unlisted"


def test_document_numbers_have_no_gaps_within_a_year():
    for _ in range(3):
        builders.a_submitted_case()
    numbers = Document.objects.filter(kind="receipt").values_list("number", flat=True)
    found = sorted(int(n.split("〕")[1].removesuffix("号")) for n in numbers)
    assert found == list(range(1, len(found) + 1))


def test_two_tabs_never_overwrite_each_other():
    who = builders.resident()
    draft = drafts.start_draft(who, names.HYGIENE_SLUG)
    drafts.save_draft(who, draft.id, draft.revision, {"premises.name": "甲"})
    with pytest.raises(Conflict) as caught:
        drafts.save_draft(who, draft.id, draft.revision, {"premises.name": "乙"})
    assert drafts.answers_of(caught.value.current)["premises.name"] == "甲"


def test_saving_the_same_twice_is_no_conflict():
    who = builders.resident()
    draft = drafts.start_draft(who, names.HYGIENE_SLUG)
    drafts.save_draft(who, draft.id, draft.revision, {"premises.name": "甲"})
    assert drafts.save_draft(who, draft.id, draft.revision, {"premises.name": "甲"}).revision == 1


def test_work_lists_need_one_query_and_show_the_nearest_due_date_first():
    for _ in range(3):
        builders.a_submitted_case()
    with CaptureQueriesContext(connection) as queries:
        page = work.open_tasks(builders_clerk := builders.clerk(), limit=2)
    own = [q for q in queries.captured_queries if "work_task" in q["sql"]]
    assert len(own) == 1
    assert page.next
    rest = work.open_tasks(builders_clerk, after=page.next, limit=50)
    keys = [(t.due_at, t.id) for t in (*page.items, *rest.items)]
    assert keys == sorted(keys)


def test_progress_without_an_account_needs_both_number_and_password():
    done = services.submit(builders.resident(), builders.a_complete_draft())
    assert selectors.by_query_password(done.number, done.query_password).case.id == done.id
    assert selectors.by_query_password(done.number, "xxxxxx") is None
    assert selectors.by_query_password("YX0000-0000-000000", done.query_password) is None


def test_the_timeline_names_what_was_what_is_and_what_comes():
    case_id = builders.a_case_in_review(slug=names.ROAD_SLUG)
    steps = timeline(selectors.case_of(builders.resident(), case_id))
    assert [(s.key, s.standing) for s in steps] == [
        ("submitted", "done"),
        ("acceptance", "done"),
        ("review", "current"),
        ("decision", "future"),
        ("delivery", "future"),
    ]
    assert len(steps[2].branches) == 2


def test_the_same_key_at_a_window_gives_one_case():
    clerk, who = builders.clerk(), builders.resident()
    answers = stories.answers(names.HYGIENE_SLUG, random.Random(3), history.person_facts(who, None), moment.today())
    files = {
        code: [str(samples.file_for(code, answers, clerk.account_id))]
        for code in samples.wanted(names.HYGIENE_SLUG, answers)
    }
    values = {
        "slug": names.HYGIENE_SLUG,
        "person": Person.objects.get(id=who.person_id),
        "organisation": None,
        "answers": answers,
        "files": files,
        "key": str(uuid.uuid4()),
    }
    first = services.submit_for(clerk, **values)
    assert services.submit_for(clerk, **values).id == first.id
    assert load(first.id).state == "received"
    with pytest.raises(Refusal):
        services.submit_for(builders.staff("许知行"), **values)


def test_a_decision_can_be_read_before_it_is_made_and_leaves_nothing():
    case_id = builders.a_case_to_decide()
    before = Document.objects.count()
    pdf = preview_decision(
        builders.approver_of(case_id), case_id, outcome="refused", facts="现场没有消毒间", reasons="缺"
    )
    assert pdf.startswith(b"%PDF")
    assert Document.objects.count() == before
    assert load(case_id).state == "in_review"
    with pytest.raises((Refusal, NotFound)):
        preview_decision(builders.clerk(), case_id, outcome="granted")

"""The review half on real PostgreSQL: rows, papers and ledger of every act of the review, the hearing and the ends."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from tests.support import builders
from tongban.demo import names, samples
from tongban.ground import moment
from tongban.ground.calendars.selectors import calendar_at
from tongban.ground.documents.models import Document
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.ledger.selectors import events_of
from tongban.ground.policy import Principal
from tongban.procedures.cases import services
from tongban.procedures.cases.loading import load
from tongban.procedures.cases.models import Decision, Proceeding, ServiceProof
from tongban.procedures.cases.papers_data import paper_data
from tongban.procedures.cases.replay import replay
from tongban.procedures.cases.rules.state import CaseState
from tongban.procedures.cases.selectors import system_detail
from tongban.procedures.work.models import Task
from tongban.registry.licences.models import Licence
from tongban.registry.parties.models import Department, Post, Region, Staff, StaffPost
from tongban.registry.parties.selectors import principal_of

pytestmark = pytest.mark.django_db
PEOPLE = ("周立", "吴平")
BASIS = [{"instrument": "公共场所卫生管理条例", "article": "第四条"}]


def holding(name: str, role: str, department_id: int) -> Principal:
    """A staff member of the demo at a post of this role, made for the test."""
    found = Staff.objects.select_related("account").get(name=name)
    city = Region.objects.order_by("no").first()
    post = Post.objects.create(
        department_id=department_id, name=f"测试{role}{uuid.uuid4().hex[:6]}", roles=[role], region=city
    )
    StaffPost.objects.create(staff=found, post=post, valid=DateRange(date(2000, 1, 1), None))
    return principal_of(found.account, post.pk)


def worker(case_id: uuid.UUID) -> Principal:
    """Who has the first open step of the case."""
    return builders.holder_of(load(case_id).open_tasks("handle", "examine")[0].post_id)


def later(days: int) -> datetime:
    return moment.now() + timedelta(days=days)


def rows_agree_with_the_ledger(case_id: uuid.UUID) -> CaseState:
    """Stored state and clocks are what the events say; no paper is left without number."""
    state = load(case_id)
    told = replay(events_of("case", case_id), partial(calendar_at, state.region_no), moment.now())
    assert told.state == state.state
    stored = sorted((c.kind, c.key, c.state, c.due_on, c.steps) for c in state.clocks)
    folded = sorted((c.kind, c.key, c.reading.state, c.reading.due, c.steps) for c in told.clocks)
    assert [s[:3] for s in stored] == [f[:3] for f in folded]
    assert [(s[3], s[4]) for s in stored] == [(f[3], f[4]) for f in folded]
    return state


def papers(case_id: uuid.UUID, *kinds: str) -> None:
    """These papers exist, and the document worker can make them."""
    builders.settle(case_id)
    made = dict(Document.objects.filter(subject_id=case_id).values_list("kind", "state"))
    assert {kind: made.get(kind) for kind in kinds} == dict.fromkeys(kinds, "sealed")


def words(case_id: uuid.UUID, kind: str) -> dict[str, object]:
    return json.loads(Proceeding.objects.filter(case_id=case_id, kind=kind).latest("opened_at").record)


# ---- special steps, extension --------------------------------------------------------------------------------------


@pytest.mark.covers("APR-02", "APR-19")
def test_a_site_check_of_a_real_case_has_its_notice_its_record_and_its_ledger():
    case_id = builders.a_case_in_review()
    who = worker(case_id)
    branch = load(case_id).open_tasks("handle", "examine")[0].branch_key
    services.suspend(
        who,
        case_id,
        kind="site_check",
        reason="核对现场布局",
        basis="",
        limit_n=3,
        limit_unit="working_day",
        branch_key=branch,
        held_on=moment.today(),
        place="云溪路 1 号",
        people=PEOPLE,
    )
    state = rows_agree_with_the_ledger(case_id)
    assert state.state == "suspended"
    assert {c.kind: c.state for c in state.open_clocks("statutory", "special")} == {
        "statutory": "running",
        "special": "running",
    }
    matter = state.open_proceedings("site_check")[0]
    with moment.at(later(2)):
        services.resume(who, case_id, proceeding_id=matter.id, result="passed", record="布局与图纸一致")
        state = rows_agree_with_the_ledger(case_id)
    assert state.state == "in_review"
    assert words(case_id, "site_check") == {"place": "云溪路 1 号", "people": list(PEOPLE), "words": "布局与图纸一致"}
    papers(case_id, "site_check_notice", "site_check_record")
    text = json.dumps([e.body for e in events_of("case", case_id)], ensure_ascii=False)
    assert not [w for w in (*PEOPLE, "云溪路", "布局") if w in text]


@pytest.mark.slow
@pytest.mark.covers("APR-07", "APR-19")
def test_departments_stop_and_go_on_apart():
    case_id = builders.a_case_in_review(slug=names.ROAD_SLUG)
    for task in load(case_id).open_tasks("handle", "examine"):
        services.suspend(
            builders.holder_of(task.post_id),
            case_id,
            kind="appraisal",
            reason="委托鉴定",
            basis="公路法第四十四条",
            limit_n=5,
            limit_unit="working_day",
            branch_key=task.branch_key,
        )
    state = rows_agree_with_the_ledger(case_id)
    assert state.state == "suspended"
    assert state.clock("statutory").state == "stopped"
    first, second = state.open_proceedings("appraisal")
    task = next(t for t in state.open_tasks() if t.branch_key == first.branch_key)
    who = builders.holder_of(task.post_id)
    services.resume(who, case_id, proceeding_id=first.id, result="done", record="鉴定完毕")
    state = rows_agree_with_the_ledger(case_id)
    assert (state.state, state.clock("statutory").state) == ("in_review", "stopped")
    with pytest.raises(Refusal) as caught:
        services.resume(who, case_id, proceeding_id=second.id, result="done", record="代办")
    assert caught.value.code == "case.other_department"
    papers(case_id, "special_step_notice")


@pytest.mark.covers("APR-01", "APR-19")
def test_the_head_extends_and_the_work_list_moves_with_it():
    case_id = builders.a_case_to_decide()
    before = Task.objects.get(subject_id=case_id, done_at=None).due_at
    head = holding("岳峰", "authority_head", load(case_id).department_id)
    services.extend(head, case_id, days=5, reason="需向上级核实")
    state = rows_agree_with_the_ledger(case_id)
    after = Task.objects.get(subject_id=case_id, done_at=None).due_at
    assert after > before
    assert moment.local(after).date() == state.binding_due()
    papers(case_id, "extension_notice")


# ---- supplements, opinions, meetings, parties ----------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.covers("APR-19", "CAT-28")
def test_a_supplement_makes_a_new_round_with_the_applicants_own_file():
    case_id = builders.a_case_in_review()
    items = [{"target": "material", "code": "floor_plan", "fault": "缺消毒间", "remedy": "补画后上传"}]
    services.request_supplement(worker(case_id), case_id, items=items)
    matter = rows_agree_with_the_ledger(case_id).open_proceedings("supplement")[0]
    who, stranger = builders.resident(), builders.resident("沈知夏")
    foreign = samples.file_for("floor_plan", {}, stranger.account_id)
    with pytest.raises(NotFound):
        services.supplement(who, case_id, proceeding_id=matter.id, answers={}, files={"floor_plan": [str(foreign)]})
    own = samples.file_for("floor_plan", {}, who.account_id, corrected=True)
    services.supplement(who, case_id, proceeding_id=matter.id, answers={}, files={"floor_plan": [str(own)]})
    state = rows_agree_with_the_ledger(case_id)
    assert (state.round, state.open_proceedings()) == (2, ())
    papers(case_id, "supplement_notice")
    with pytest.raises(Refusal) as caught:
        services.request_supplement(
            worker(case_id), case_id, items=[{"target": "material", "code": "marriage", "fault": "无", "remedy": "补"}]
        )
    assert caught.value.code == "supplement.unlisted"


@pytest.mark.slow
@pytest.mark.covers("APR-07")
def test_another_department_is_asked_and_answers_from_its_own_work_list():
    case_id = builders.a_case_in_review()
    who = worker(case_id)
    branch = load(case_id).open_tasks("handle", "examine")[0].branch_key
    other = Department.objects.exclude(pk=load(case_id).department_id).order_by("pk").last()
    asked = holding("许知行", "examiner", other.pk)
    services.request_opinion(
        who, case_id, branch_key=branch, post_id=asked.post_id, question="消防条件是否符合", limit_n=3
    )
    state = rows_agree_with_the_ledger(case_id)
    assert Task.objects.get(subject_id=case_id, kind="opinion").post_id == asked.post_id
    matter = state.open_proceedings("opinion")[0]
    services.give_opinion(asked, case_id, proceeding_id=matter.id, answer="agree", text="符合")
    assert not rows_agree_with_the_ledger(case_id).open_tasks("opinion")
    assert words(case_id, "opinion")["question"] == "消防条件是否符合"
    assert words(case_id, "opinion")["text"] == "符合"
    services.hold_joint_meeting(
        who,
        case_id,
        held_on=moment.today(),
        place="三楼",
        opinions={"卫健委": "同意", other.name: "同意"},
        conclusion="一致同意",
    )
    papers(case_id, "opinion_request", "joint_meeting_record")
    with pytest.raises(Refusal) as caught:
        services.request_opinion(who, case_id, branch_key=branch, post_id=0, question="?", limit_n=3)
    assert caught.value.code == "post.unknown"


@pytest.mark.slow
def test_an_interested_party_is_named_in_its_paper_and_nowhere_in_the_ledger():
    case_id = builders.a_case_to_decide()
    approver = builders.approver_of(case_id)
    services.tell_interested_party(approver, case_id, name="钱一一", interest="相邻采光")
    matter = load(case_id).open_proceedings("interested_party")[0]
    services.hear_party(approver, case_id, proceeding_id=matter.id, statement="没有意见")
    assert words(case_id, "interested_party") == {"name": "钱一一", "interest": "相邻采光", "statement": "没有意见"}
    assert "钱一一" not in json.dumps([e.body for e in events_of("case", case_id)], ensure_ascii=False)
    papers(case_id, "interested_party_notice")


# ---- the hearing ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.covers("APR-02", "APR-19")
def test_a_hearing_from_the_right_to_the_decision_that_rests_on_its_record():
    case_id = builders.a_case_to_decide()
    approver, who = builders.approver_of(case_id), builders.resident()
    services.tell_hearing_right(approver, case_id, reason="涉及重大利益")
    right = load(case_id).open_proceedings("hearing_right")[0]
    services.ask_hearing(who, case_id, proceeding_id=right.id)
    state = rows_agree_with_the_ledger(case_id)
    assert (state.state, state.clock("statutory").state) == ("suspended", "stopped")
    matter = state.open_proceedings("hearing")[0]
    day = moment.local(later(17))
    officer = holding("岳峰", "hearing_officer", state.department_id)
    services.schedule_hearing(
        approver, case_id, proceeding_id=matter.id, held_at=day, place="听证室", officer_id=officer.staff_id
    )
    with pytest.raises(Refusal) as caught:
        services.decide(approver, case_id, outcome="granted")
    assert caught.value.code == "decision.hearing_open"
    with moment.at(datetime.combine(day.date(), time(12), moment.SHANGHAI)):
        services.hold_hearing(
            officer,
            case_id,
            proceeding_id=matter.id,
            participants=["申请人：陆明远"],
            minutes="陆明远：布局符合要求。",
            signed=True,
        )
        rows_agree_with_the_ledger(case_id)
        services.decide(approver, case_id, outcome="granted")
        papers(
            case_id, "hearing_right_notice", "special_step_notice", "hearing_notice", "hearing_record", "decision_grant"
        )
    kept = words(case_id, "hearing")
    assert (kept["place"], kept["officer_name"], kept["asked_by"]) == ("听证室", "岳峰", "陆明远")
    record = Document.objects.get(subject_id=case_id, kind="hearing_record")
    decided = next(e for e in events_of("case", case_id) if e.kind == "case.decided")
    assert decided.body["hearing_records"] == [str(record.id)]
    assert "根据听证笔录" in Decision.objects.get(case_id=case_id).facts
    grant = Document.objects.get(subject_id=case_id, kind="decision_grant")
    assert "根据听证笔录" in paper_data(system_detail(case_id), grant)["facts"]


def test_who_examines_the_case_is_not_appointed_to_preside():
    case_id = builders.a_case_to_decide()
    approver = builders.approver_of(case_id)
    services.tell_hearing_right(approver, case_id, reason="涉及重大利益")
    services.ask_hearing(
        builders.resident(), case_id, proceeding_id=load(case_id).open_proceedings("hearing_right")[0].id
    )
    state = load(case_id)
    matter, day = state.open_proceedings("hearing")[0], moment.local(later(17))
    examiner = next(t for t in state.tasks if t.kind in ("handle", "examine"))
    known = builders.holder_of(examiner.post_id)
    holding(known.name, "hearing_officer", state.department_id)
    for officer_id, code in ((known.staff_id, "hearing.officer_examined"), (approver.staff_id, "hearing.officer")):
        with pytest.raises(Refusal) as caught:
            services.schedule_hearing(
                approver, case_id, proceeding_id=matter.id, held_at=day, place="听证室", officer_id=officer_id
            )
        assert caught.value.code == code
    services.waive_hearing(approver, case_id, proceeding_id=matter.id, reason="申请人书面放弃")
    assert rows_agree_with_the_ledger(case_id).state == "in_review"


# ---- ends, hand-over, delivery -------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.covers("APR-19")
def test_a_termination_is_printed_and_closes_by_itself():
    case_id = builders.a_case_to_decide()
    approver = builders.approver_of(case_id)
    services.terminate(approver, case_id, kind="object_gone", facts="场所已经拆除", basis=BASIS)
    assert rows_agree_with_the_ledger(case_id).open_clocks() == ()
    papers(case_id, "termination_decision")
    assert load(case_id).state == "closed"
    assert Decision.objects.get(case_id=case_id).kind == "object_gone"


@pytest.mark.slow
@pytest.mark.covers("APR-19")
def test_a_transfer_names_where_the_file_goes():
    case_id = builders.a_submitted_case()
    clerk = builders.clerk()
    services.receive(clerk, case_id)
    values = {"kind": "right_authority", "authority": "云溪市住房局", "reason": "属于该局职权"}
    with pytest.raises(Refusal) as caught:
        services.transfer(clerk, case_id, **values)
    assert caught.value.code == "transfer.consent"
    proof = samples.file_for("floor_plan", {}, clerk.account_id)
    with pytest.raises(Refusal) as caught:
        services.transfer(clerk, case_id, **values, consented=True, consent_by="陆明远")
    assert caught.value.code == "transfer.consent_proof"
    files = {"consent_proof": [str(proof)]}
    with pytest.raises(NotFound):
        services.transfer(builders.both_posts("综合窗口受理岗"), case_id, **values, consented=True, files=files)
    services.transfer(clerk, case_id, **values, consented=True, consent_by="陆明远", files=files)
    kept = Proceeding.objects.get(case_id=case_id, kind="consent")
    assert kept.data["files"] == [str(proof)]
    assert json.loads(kept.record)["consent_by"] == "陆明远"
    rows_agree_with_the_ledger(case_id)
    papers(case_id, "transfer_notice")
    assert load(case_id).state == "closed"


@pytest.mark.covers("APR-18", "WIN-14")
def test_a_task_handed_over_waits_at_the_other_post_and_the_history_names_both():
    case_id = builders.a_case_in_review()
    task = load(case_id).open_tasks("handle", "examine")[0]
    who = builders.holder_of(task.post_id)
    role = "handler" if task.kind == "handle" else "examiner"
    other = holding("岳峰", role, load(case_id).department_id)
    wrong = holding("岳峰", "approver", load(case_id).department_id)
    for post_id, code in ((wrong.post_id, "post.unfit"), (0, "post.unknown")):
        with pytest.raises(Refusal) as caught:
            services.hand_over(who, case_id, task_id=task.id, post_id=post_id, reason_code="leave", reason="休假")
        assert caught.value.code == code
    services.hand_over(who, case_id, task_id=task.id, post_id=other.post_id, reason_code="leave", reason="休假三天")
    services.complete_step(other, case_id, task_id=task.id, verdict="pass", text="符合")
    event = next(e for e in events_of("case", case_id) if e.kind == "case.handed_over")
    assert (event.body["from_post"], event.body["to_post"]) == (task.post_id, other.post_id)
    assert Proceeding.objects.get(case_id=case_id, kind="hand_over").reason == "休假三天"


@pytest.mark.slow
@pytest.mark.covers("APR-11")
@pytest.mark.parametrize(
    "values", [{"mode": "post", "waybill": "EMS900"}, {"mode": "left_behind", "witnesses": ("钱一（社区）",)}]
)
def test_every_proof_of_service_is_printed_and_the_case_closes(values):
    case_id = builders.a_granted_case()
    task = load(case_id).open_tasks("deliver")[0]
    services.deliver(builders.holder_of(task.post_id), case_id, **values)
    rows_agree_with_the_ledger(case_id)
    papers(case_id, "service_proof")
    assert load(case_id).state == "closed"
    proof = ServiceProof.objects.get(case_id=case_id)
    assert len(proof.document_ids) == 2
    assert set(json.loads(proof.details)) == set(values) - {"mode"}


@pytest.mark.slow
@pytest.mark.covers("APR-19")
def test_a_licence_whose_renewal_nobody_decided_is_renewed_by_law():
    granted = builders.a_granted_case()
    licence = Licence.objects.get(case_id=granted)
    expires = moment.today() + timedelta(days=40)
    Licence.objects.filter(pk=licence.pk).update(valid_until=expires, valid_from=moment.today() - timedelta(days=9))
    case_id = builders.a_submitted_case(slug=names.RENEWAL_SLUG)
    with pytest.raises(Refusal) as caught:
        services.deem_renewed(case_id, licence_id=licence.id)
    assert caught.value.code == "renewal.not_expired"
    with pytest.raises(NotFound):
        services.deem_renewed(case_id, licence_id=uuid.uuid4())
    with moment.at(later(41)):
        services.deem_renewed(case_id, licence_id=licence.id)
        state = rows_agree_with_the_ledger(case_id)
        assert (state.state, state.outcome) == ("decided", "granted")
        papers(case_id, "renewal_decision", "licence")
    decision = Decision.objects.get(case_id=case_id)
    assert (decision.kind, decision.staff_name) == ("deemed", "系统")


def test_a_stranger_neither_asks_supplements_nor_withdraws():
    case_id = builders.a_case_to_decide()
    services.tell_hearing_right(builders.approver_of(case_id), case_id, reason="涉及重大利益")
    right = load(case_id).open_proceedings("hearing_right")[0]
    stranger = replace(builders.resident("沈知夏"))
    for act in (
        lambda: services.ask_hearing(stranger, case_id, proceeding_id=right.id),
        lambda: services.withdraw(stranger, case_id),
    ):
        with pytest.raises(Refusal) as caught:
            act()
        assert caught.value.code == "case.not_allowed"

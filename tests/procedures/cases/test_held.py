"""What is held of an applicant: filled in with its origin, never asked for again without a reason on record."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.faces.desk import builders
from tongban.ground.elements import ElementDefinition
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.ledger.models import Event
from tongban.procedures.cases import drafts, held, submission
from tongban.procedures.cases.models import Case, CaseMaterial, Proceeding
from tongban.procedures.cases.rules import held as rules
from tongban.procedures.cases.rules.held import HeldMaterial, Origin
from tongban.procedures.cases.services import counter
from tongban.procedures.cases.services.counter import Again, Entry, Verdict
from tongban.registry.catalog import selectors as catalog

CODES = {"floor_plan", "hygiene_report", "hygiene_rules"}


def a_material(kind: str, on: date, until: date | None = None) -> HeldMaterial:
    origin = Origin(kind, "公共场所卫生许可", on)  # type: ignore[arg-type]
    return HeldMaterial(f"{kind}:1", "floor_plan", (uuid.uuid4(),), origin, valid_until=until)


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        (Origin("case", "占用挖掘道路", date(2026, 3, 5)), "来自您 2026 年 3 月的申请（占用挖掘道路）"),
        (Origin("licence", "卫生许可证", date(2025, 11, 2)), "来自电子证照《卫生许可证》（2025 年 11 月签发）"),
        (Origin("licence", "营业执照"), "来自电子证照《营业执照》"),
        (Origin("draft", "占用挖掘道路", date(2026, 3, 5)), "来自您 2026 年 3 月在网上传的材料（占用挖掘道路）"),
        (Origin("register"), "来自您已登记的信息"),
    ],
)
def test_an_origin_is_told_in_words_and_kept_in_one_line(origin: Origin, expected: str) -> None:
    assert rules.words(origin) == expected
    assert rules.origin_of(origin.code) == origin


def test_what_is_no_origin_is_none() -> None:
    assert rules.origin_of("person") is None
    assert rules.origin_of("organisation") is None
    assert rules.origin_of("") is None


@given(st.dates(date(2001, 1, 1), date(2099, 12, 31)), st.integers(1, 60))
def test_the_first_day_is_that_many_months_before(on: date, months: int) -> None:
    first = rules.first_day(on, months)
    assert (on.year * 12 + on.month) - (first.year * 12 + first.month) == months
    assert first.day <= on.day


def test_a_licence_goes_before_an_earlier_case_and_the_newest_before_the_older() -> None:
    today = date(2026, 11, 29)
    old, new = a_material("case", today - timedelta(200)), a_material("case", today - timedelta(20))
    licence = a_material("licence", today - timedelta(900), today)
    assert rules.best([old, new], today)["floor_plan"] is new
    assert rules.best([old, new, licence], today)["floor_plan"] is licence
    assert rules.best([old, licence], today + timedelta(1))["floor_plan"] is old


@pytest.mark.parametrize(("type_", "lasts"), [("text", True), ("address", True), ("date", False), ("boolean", False)])
def test_only_what_lasts_is_offered_again(type_: str, lasts: bool) -> None:
    assert rules.lasts(ElementDefinition.from_json({"path": "a.b", "name": "甲", "type": type_})) is lasts


# ---- with the demo city --------------------------------------------------------------------------------------------


def an_accepted_case() -> Case:
    return builders.a_case_in_review()


def an_entry(key: str, **changes: Any) -> Entry:
    person = builders.resident("沈知夏")
    answers = builders.answers(**{"premises.name": "知夏理发二店"})
    return Entry(**{**dict.fromkeys(()), "slug": builders.SLUG, "person": person, "organisation": None,
                    "answers": answers, "files": {}, "key": key, **changes})  # fmt: skip


@pytest.mark.django_db
@pytest.mark.covers("WIN-22", "IDN-07")
def test_earlier_answers_and_checked_materials_are_held_with_their_origin() -> None:
    first = an_accepted_case()
    content = catalog.version_in_force(builders.SLUG)[1]
    found = held.held_of(content, builders.resident("沈知夏"), None)
    assert found.values["premises.address"].value == builders.answers()["premises.address"]
    assert found.values["premises.address"].origin.case_id == first.id
    assert found.values["applicant.name"].origin.kind == "register"
    assert "premises.central_air" not in found.values  # the situation is asked every time
    assert set(found.materials) == CODES


@pytest.mark.django_db
def test_what_no_window_has_checked_and_what_is_somebody_elses_is_not_held() -> None:
    builders.a_case_received()
    content = catalog.version_in_force(builders.SLUG)[1]
    assert held.held_of(content, builders.resident("沈知夏"), None).materials == {}
    an_accepted_case()
    assert held.held_of(content, builders.resident("陆明远"), None).materials == {}


@pytest.mark.django_db
def test_everything_held_is_read_with_few_queries(django_assert_max_num_queries: Any) -> None:
    for _ in range(3):
        an_accepted_case()
    content, person = catalog.version_in_force(builders.SLUG)[1], builders.resident("沈知夏")
    held.held_of(content, person, None)
    with django_assert_max_num_queries(7):
        held.held_of(content, person, None)


@pytest.mark.django_db
@pytest.mark.covers("WIN-20")
def test_a_held_material_is_used_and_the_case_says_where_it_came_from() -> None:
    an_accepted_case()
    done = counter.serve(builders.staff_principal(builders.CLERK), an_entry("a"), Verdict("accept"))
    rows = CaseMaterial.objects.filter(case_id=done.id)
    assert {row.code: row.source for row in rows} == dict.fromkeys(CODES, "reused")
    assert done.state == "in_review"
    body = Event.objects.get(subject_id=done.id, kind="case.received").body
    assert body["reused"] == dict.fromkeys(CODES, "reused")


@pytest.mark.django_db
@pytest.mark.covers("WIN-20")
def test_a_window_cannot_ask_again_without_a_reason_and_a_reason_is_on_record() -> None:
    an_accepted_case()
    clerk = builders.staff_principal(builders.CLERK)
    fresh = {"floor_plan": [builders.stored(clerk.account_id, "新图.png")]}
    before = Case.objects.count()
    with pytest.raises(Refusal) as refused:
        counter.serve(clerk, an_entry("b", files=fresh), Verdict("accept"))
    assert refused.value.code == "held.again"
    with pytest.raises(Refusal) as refused:
        counter.serve(clerk, an_entry("b", files=fresh, again={"floor_plan": Again("因为")}), Verdict("accept"))
    assert refused.value.code == "held.reason"
    assert Case.objects.count() == before  # nothing is left behind
    why = {"floor_plan": Again("other_object", "第二家店")}
    done = counter.serve(clerk, an_entry("b", files=fresh, again=why), Verdict("accept"))
    matter = Proceeding.objects.get(case_id=done.id, kind="asked_again")
    assert (matter.key, matter.state, matter.reason) == ("floor_plan", "done", "第二家店")
    assert matter.data == {"held": "case", "reason": "other_object"}
    assert CaseMaterial.objects.get(case_id=done.id, code="floor_plan").source == "uploaded"


@pytest.mark.django_db
def test_a_refused_answer_leaves_no_case_and_the_same_key_gives_the_same_one() -> None:
    clerk = builders.staff_principal(builders.CLERK)
    entry = an_entry("c", files=builders.files(clerk.account_id))
    with pytest.raises(Refusal):
        counter.serve(clerk, entry, Verdict("notice", items=[{"target": "material", "code": "passport", "fault": "x"}]))
    assert not Case.objects.exists()
    once = counter.serve(clerk, entry, Verdict("accept"))
    again = counter.serve(clerk, entry, Verdict("accept"))
    assert (once.number, Case.objects.count()) == (again.number, 1)


@pytest.mark.django_db
@pytest.mark.covers("IDN-05")
def test_a_persons_agent_stands_on_the_record_with_the_proof() -> None:
    clerk = builders.staff_principal(builders.CLERK)
    agent = builders.resident("陆明远")
    entry = an_entry("d", files=builders.files(clerk.account_id), agent=agent, mandate="paper")
    done = counter.serve(clerk, entry, Verdict("accept"))
    case = Case.objects.get(id=done.id)
    assert (case.applicant_person, case.agent_person) == (builders.resident("沈知夏"), agent)
    assert Event.objects.get(subject_id=done.id, kind="case.received").body["mandate"] == "paper"


@pytest.mark.django_db
def test_what_was_mended_on_the_spot_replaces_what_was_faulty_and_both_stay_on_record() -> None:
    clerk = builders.staff_principal(builders.CLERK)
    mended = {"floor_plan": [builders.stored(clerk.account_id, "更正.png")]}
    entry = an_entry("e", files=builders.files(clerk.account_id), mended=mended)
    done = counter.serve(clerk, entry, Verdict("accept", signed_by="沈知夏"))
    states = list(CaseMaterial.objects.filter(case_id=done.id, code="floor_plan").values_list("round", "state"))
    assert sorted(states) == [(1, "replaced"), (2, "qualified")]


@pytest.mark.django_db
@pytest.mark.covers("WIN-22")
def test_a_draft_is_filled_in_from_an_earlier_case_and_may_reuse_its_materials() -> None:
    an_accepted_case()
    resident = builders.resident_principal("沈知夏")
    draft = drafts.start_draft(resident, builders.SLUG)
    assert drafts.answers_of(draft)["premises.name"] == "知夏理发"
    origin = rules.origin_of(draft.sources["premises.name"])
    assert origin is not None
    assert origin.kind == "case"
    offered = drafts.held_materials(resident, draft)
    assert set(offered) == CODES
    with pytest.raises(NotFound):
        drafts.reuse(resident, draft.id, "floor_plan", f"case:{uuid.uuid4()}")
    for code, one in offered.items():
        draft = drafts.reuse(resident, draft.id, code, one.key)
    values = {"premises.kind": "hair_salon", "premises.central_air": False, "premises.area_m2": "56"}
    draft = drafts.save_draft(resident, draft.id, draft.revision, values)
    draft = drafts.detach(resident, draft.id, "hygiene_rules", draft.files["hygiene_rules"][0])
    own = builders.stored(resident.account_id, "新制度.png")
    draft = drafts.attach(resident, draft.id, "hygiene_rules", own)
    done = submission.submit(resident, draft.id)
    sources = dict(CaseMaterial.objects.filter(case_id=done.id).values_list("code", "source"))
    assert sources == {"floor_plan": "reused", "hygiene_report": "reused", "hygiene_rules": "uploaded"}


@pytest.mark.django_db
def test_what_a_person_has_uploaded_online_is_held_at_the_window() -> None:
    resident = builders.resident_principal("沈知夏")
    draft = drafts.start_draft(resident, builders.SLUG)
    drafts.attach(resident, draft.id, "floor_plan", uuid.UUID(builders.stored(resident.account_id, "图.png")))
    content = catalog.version_in_force(builders.SLUG)[1]
    person = builders.resident("沈知夏")
    assert held.held_of(content, person, None).materials["floor_plan"].origin.kind == "draft"
    assert held.held_of(content, person, None, besides=draft.id).materials == {}

"""Facts, repairs, lists, objections: each with its event, each once, nothing deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.support import builders
from tongban.demo import names
from tongban.ground import moment
from tongban.ground.errors import Conflict, NotFound, Refusal
from tongban.ground.ledger.selectors import events_of
from tongban.ground.notifications.models import Notification
from tongban.ground.policy import Principal
from tongban.registry.credit import reactions, selectors, services
from tongban.registry.credit.models import CreditObjection, CreditRecord
from tongban.registry.credit.parties import Party
from tongban.registry.credit.services import NewFact
from tongban.registry.parties.models import Department, Organisation

pytestmark = pytest.mark.django_db


def officer() -> Principal:
    """The demo's credit officer."""
    return builders.staff("黄雅琴")


def a_fact(who: Principal | None = None, key: str = "k1", **more: object) -> NewFact:
    """A breach of the demo's resident, unless told otherwise."""
    who = who or builders.resident()
    fire = Department.objects.get(short_name=names.FIRE)
    plain = NewFact(
        key=key,
        party=Party(person_id=who.person_id),
        label="陆*远",
        kind="breach",
        gravity="general",
        on=moment.today(),
        basis="中华人民共和国消防法第十五条",
        department_id=fire.pk,
        region_no=fire.region.no,
        title="公众聚集场所消防安全检查",
    )
    return replace(plain, **more)  # type: ignore[arg-type]


@pytest.mark.covers("NTC-11")
def test_the_same_key_twice_is_one_fact_with_one_event() -> None:
    first, second = services.record(a_fact()), services.record(a_fact())
    assert first.id == second.id
    events = events_of("credit_record", first.id)
    assert [event.kind for event in events] == ["credit.recorded"]
    assert first.effect_until == services.rules.months_after(moment.today(), 12)


def test_a_fact_without_basis_or_gravity_is_refused() -> None:
    for wrong, code in (({"basis": " "}, "credit.basis"), ({"gravity": ""}, "credit.gravity")):
        with pytest.raises(Refusal) as refused:
            services.record(a_fact(**wrong))
        assert refused.value.code == code
    with pytest.raises(Refusal) as refused:
        services.record(a_fact(kind="black_list", gravity=""))
    assert refused.value.code == "credit.term"


def test_the_database_keeps_no_list_without_a_term() -> None:
    made = services.record(a_fact(kind="red_list", gravity="", effect_until=moment.today() + timedelta(days=90)))
    with pytest.raises(IntegrityError), transaction.atomic():
        CreditRecord.objects.filter(id=made.id).update(effect_until=None)


@pytest.mark.covers("NTC-14")
def test_a_repair_ends_the_effect_and_keeps_the_fact() -> None:
    who = builders.resident()
    with moment.at(moment.now() - timedelta(days=150)):
        made = services.record(a_fact(who))
    party = Party(person_id=who.person_id)
    assert selectors.grade_of(party, made.region_no).letter == "C"
    note = services.repair(officer(), made.id, reason="已整改，有复查记录", basis="信用修复管理办法第十条")
    made.refresh_from_db()
    assert (made.ended_on, note.about_id, note.kind) == (moment.today(), made.id, "repaired")
    grade = selectors.grade_of(party, made.region_no)
    assert grade.letter == "B"
    assert any("已修复，不再计分" in line.words for line in grade.lines)
    with pytest.raises(Refusal) as again:
        services.repair(officer(), made.id, reason="再来", basis="同上")
    assert again.value.code == "credit.not_repairable"


def test_a_repair_too_early_or_by_somebody_else_is_refused() -> None:
    made = services.record(a_fact())
    with pytest.raises(Refusal) as early:
        services.repair(officer(), made.id, reason="已改", basis="办法第十条")
    assert early.value.code == "credit.too_early"
    with pytest.raises(NotFound):
        services.repair(builders.clerk(), made.id, reason="已改", basis="办法第十条")


def test_what_was_rectified_is_repaired_by_the_rule_but_not_what_is_serious() -> None:
    light = services.record(a_fact(key="light", gravity="minor"))
    grave = services.record(a_fact(key="grave", gravity="serious"))
    assert services.repair_by_rule("light", "light:repaired", "按期整改") is not None
    assert services.repair_by_rule("light", "light:repaired", "按期整改") is not None
    assert CreditRecord.objects.filter(about=light).count() == 1
    assert services.repair_by_rule("grave", "grave:repaired", "按期整改") is None
    grave.refresh_from_db()
    assert grave.ended_on is None


def test_the_officer_enters_what_others_say_with_source_and_term() -> None:
    listed = a_fact(kind="black_list", gravity="", effect_until=date(2099, 1, 1), source="云溪市中级人民法院", key="l")
    made = services.enter(officer(), listed)
    assert made.recorded_by == officer().staff_id
    for wrong, code in (
        ({"kind": "breach", "gravity": "minor"}, "credit.kind"),
        ({"source": " "}, "credit.source"),
        ({"on": moment.today() + timedelta(days=1)}, "credit.future"),
    ):
        with pytest.raises(Refusal) as refused:
            services.enter(officer(), replace(listed, key=code, **wrong))  # type: ignore[arg-type]
        assert refused.value.code == code
    with pytest.raises(Refusal) as refused:
        services.enter(builders.clerk(), listed)
    assert refused.value.code == "credit.not_allowed"


def test_the_subject_objects_once_and_the_officer_answers() -> None:
    who = builders.resident()
    made = services.record(a_fact(who))
    with pytest.raises(NotFound):
        services.object_to(builders.resident("沈知夏"), made.id, "不是我")
    with pytest.raises(Refusal):
        services.object_to(who, made.id, "  ")
    objection = services.object_to(who, made.id, "那天已经换了灭火器，有发票")
    with pytest.raises(Conflict):
        services.object_to(who, made.id, "再说一次")
    assert [one.id for one in selectors.open_objections(officer())] == [objection.id]
    with pytest.raises(NotFound):
        services.answer_objection(builders.clerk(), objection.id, upheld=True, answer="查过了")
    answered = services.answer_objection(officer(), objection.id, upheld=True, answer="核实无误，予以更正")
    assert answered.state == CreditObjection.State.UPHELD
    made.refresh_from_db()
    assert made.ended_on == moment.today()
    assert selectors.grade_of(Party(person_id=who.person_id), made.region_no).letter == "B"
    kinds = [event.kind for event in events_of("credit_record", made.id)]
    assert kinds == ["credit.recorded", "credit.objected", "credit.objection_answered", "credit.struck"]
    with pytest.raises(Refusal):
        services.answer_objection(officer(), objection.id, upheld=False, answer="再答")


def test_a_rejected_objection_leaves_the_fact_and_may_be_made_again() -> None:
    who = builders.resident()
    made = services.record(a_fact(who))
    objection = services.object_to(who, made.id, "不同意")
    services.answer_objection(officer(), objection.id, upheld=False, answer="照片和记录一致")
    made.refresh_from_db()
    assert made.ended_on is None
    services.object_to(who, made.id, "还有新的证明")


def test_the_subject_is_told_of_what_stands_against_it_and_nobody_else_is() -> None:
    who = builders.resident()
    made = services.record(a_fact(who))
    kept = services.record(a_fact(who, key="kept", kind="commitment_kept", gravity=""))
    for row in (made, kept):
        for event in events_of("credit_record", row.id):
            reactions.tell(event)
            reactions.tell(event)
    told = Notification.objects.filter(template=reactions.AGAINST)
    assert [one.recipient_account for one in told] == [who.account_id]


def test_somebody_sees_the_own_record_and_that_of_the_organisation_they_lead() -> None:
    who = builders.resident("沈知夏")
    services.record(a_fact(who))
    body = Organisation.objects.get(legal_representative_id=who.person_id)
    services.record(a_fact(key="body", party=Party(organisation_id=body.pk), label=body.name))
    own = selectors.own_records(who, 1)
    assert {(one.name, len(one.records)) for one in own} == {("沈知夏", 1), (body.name, 1)}
    assert {one.grade.letter for one in own} == {"C"}


def test_what_a_staff_member_sees_depends_on_the_post(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    made = services.record(a_fact())
    fire, health = builders.staff("洪德明"), builders.staff("许知行")
    officer_ = officer()
    with django_assert_num_queries(1):
        assert [row.id for row in selectors.records(officer_).items] == [made.id]
    assert [row.id for row in selectors.records(fire, against=True).items] == [made.id]
    assert selectors.records(health).items == ()
    assert selectors.records(builders.clerk()).items == ()
    assert selectors.record_of(fire, made.id).grade.letter == "C"
    with pytest.raises(NotFound):
        selectors.record_of(health, made.id)


def test_natural_persons_are_never_published() -> None:
    who = builders.resident("沈知夏")
    body = Organisation.objects.get(legal_representative_id=who.person_id)
    services.record(a_fact(who, gravity="serious"))
    listed = services.record(a_fact(key="b", party=Party(organisation_id=body.pk), label=body.name, gravity="serious"))
    assert [row.id for row in selectors.published(0, 10**6).items] == [listed.id]

"""First contacts on the real database: recorded once, followed to their result, reported, counted."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.procedures.contacts.asking import a_no, a_return, ask, basis_of, handler, manager, passed, post, window
from tests.support import builders
from tongban.demo import names
from tongban.ground import moment
from tongban.ground.errors import NotFound, Refusal, Refusals
from tongban.ground.ledger.examination import ChainExamination
from tongban.ground.ledger.selectors import events_of
from tongban.procedures.contacts import selectors, services
from tongban.procedures.contacts.models import ContactAnswer, FirstContact, NegativeAnswer
from tongban.procedures.contacts.rules import Check
from tongban.procedures.contacts.services import Answer

pytestmark = pytest.mark.django_db


@pytest.mark.covers("NTC-01")
def test_a_contact_says_who_when_what_and_what_came_of_it() -> None:
    asked = moment.now() - timedelta(hours=2)
    done = ask(given=passed(), person_name="张三丰", person_phone="138 0013 8000", asked_at=asked)
    detail = selectors.contact_of(window(), done.number)
    contact = detail.contact
    assert (contact.staff.name, contact.post.name, contact.asked_at) == ("顾晚晴", names.WINDOW_POST, asked)
    assert (contact.question, contact.person_label, contact.person_phone) == (
        "开理发店要办什么",
        "张*丰",
        "13800138000",
    )
    assert contact.holder_post_id == post(names.HYGIENE_HANDLE_POST)
    assert contact.concluded_at is None
    services.answer(handler(), contact.id, Answer("answered", words="装修前可以先来看图纸"))
    detail = selectors.contact_of(window(), done.number)
    assert [(one.row.staff.name, one.row.outcome) for one in detail.given] == [
        ("顾晚晴", "passed_on"),
        ("蒋若溪", "answered"),
    ]
    assert (detail.contact.outcome, detail.contact.holder_post_id) == ("answered", None)
    assert detail.contact.concluded_at is not None


@pytest.mark.covers("NTC-01")
def test_what_the_person_said_is_not_readable_in_the_table() -> None:
    done = ask(person_name="张三丰", person_phone="13800138000", text="我要开店，电话 13800138000")
    with connection.cursor() as cursor:
        cursor.execute("SELECT c::text FROM contacts_firstcontact c WHERE id = %s", [done.id])
        row = cursor.fetchone()[0]
    assert "张三丰" not in row
    assert "13800138000" not in row
    assert "开店" not in row


def test_its_chain_of_events_is_whole() -> None:
    done = ask(given=passed())
    services.answer(handler(), done.id, a_no())
    events = events_of("contact", done.id)
    assert [event.kind for event in events] == [
        "contact.registered",
        "contact.answered",
        "contact.negative_answer_reported",
    ]
    examination = ChainExamination("contact", done.id)
    for event in events:
        examination.add(event)
    head = FirstContact.objects.values_list("seq", "head").get(id=done.id)
    assert examination.close((head[0], bytes(head[1]))) is None


def test_the_same_form_sent_twice_is_one_contact() -> None:
    first, second = ask(key="a-key"), ask(key="a-key")
    assert first == second
    assert FirstContact.objects.count() == 1


def test_a_refused_one_takes_no_number() -> None:
    first = ask()
    with pytest.raises(Refusals):
        ask(given=Answer("answered"))
    second = ask()
    assert int(second.number[-4:]) == int(first.number[-4:]) + 1


@pytest.mark.covers("NTC-02")
def test_guidance_by_telephone_is_recorded_with_the_template_answer() -> None:
    done = ask(channel="phone", answers={"premises.kind": "hair_salon"})
    words = selectors.contact_of(window(), done.number).given[0].row.words
    assert "平面" in words
    assert "个工作日" in words
    assert "溪源路 88 号" in words


def test_a_wrong_answer_to_a_situation_question_is_refused_and_an_open_one_is_not() -> None:
    assert ask(answers={}).number
    with pytest.raises(Refusals) as found:
        ask(answers={"premises.kind": "火星基地"})
    assert found.value.items[0].field == "premises.kind"


@pytest.mark.parametrize("number", ["1234", "电话簿里有", "1380013800013800138000"])
def test_a_telephone_number_that_is_none(number: str) -> None:
    with pytest.raises(Refusal) as found:
        ask(person_phone=number)
    assert found.value.code == "contact.phone"


@pytest.mark.covers("NTC-05")
def test_a_no_is_reported_to_the_hall_manager_and_an_overturned_one_is_answered_anew() -> None:
    done = ask(given=a_no())
    [report] = selectors.unchecked_negatives(manager())
    assert report.contact.number == done.number
    services.check(manager(), done.id, Check(report.id, "overturned", "消毒柜也可以"))
    assert selectors.unchecked_negatives(manager()) == ()
    [waiting] = selectors.waiting_for(window())
    assert waiting.number == done.number
    services.answer(window(), done.id, Answer("guidance"))
    detail = selectors.contact_of(manager(), done.number)
    assert [one.row.outcome for one in detail.given] == ["negative_answer", "guidance"]
    assert detail.given[0].report.verdict == "overturned"  # type: ignore[union-attr]


def test_a_report_is_checked_once() -> None:
    done = ask(given=a_no())
    report = NegativeAnswer.objects.get(contact_id=done.id)
    services.check(manager(), done.id, Check(report.id, "upheld"))
    with pytest.raises(Refusal) as found:
        services.check(manager(), done.id, Check(report.id, "upheld"))
    assert found.value.code == "contact.checked"


def test_the_database_itself_refuses_a_no_without_basis() -> None:
    done = ask(given=a_no())
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactAnswer.objects.filter(contact_id=done.id).update(basis=[])


def test_another_post_does_not_see_it_until_it_is_passed_on() -> None:
    own, other = ask(given=a_return()), ask(given=passed())
    assert [row.number for row in selectors.contacts_of(handler()).items] == [other.number]
    with pytest.raises(NotFound):
        selectors.contact_of(handler(), own.number)
    assert {row.number for row in selectors.contacts_of(manager()).items} == {own.number, other.number}
    assert {row.number for row in selectors.contacts_of(window()).items} == {own.number, other.number}


def test_the_list_has_pages_and_one_query() -> None:
    numbers = [ask().number for _ in range(5)]
    with CaptureQueriesContext(connection) as queries:
        first = selectors.contacts_of(window(), limit=3)
        assert [row.post.name for row in first.items] == [names.WINDOW_POST] * 3
    own = [q for q in queries.captured_queries if "contacts_firstcontact" in q["sql"]]
    assert len(own) == 1
    second = selectors.contacts_of(window(), after=first.next, limit=3)
    assert [row.number for row in (*first.items, *second.items)] == numbers[::-1]
    assert second.next == ""
    with pytest.raises(Refusal):
        selectors.contacts_of(window(), after="nothing")


@pytest.mark.covers("NTC-01")
def test_the_report_counts_by_department_and_outcome_of_a_month() -> None:
    september = datetime(2026, 9, 30, 23, 30, tzinfo=moment.SHANGHAI)
    with moment.at(september + timedelta(days=5)):
        ask(given=a_no(), asked_at=september)
        ask(given=passed(), asked_at=september + timedelta(hours=1))
        ask(handler(), channel="phone")
        no = NegativeAnswer.objects.get()
        services.check(manager(), no.contact_id, Check(no.id, "upheld"))
        before, october = (selectors.report(manager(), date(2026, month, 15)) for month in (9, 10))
    assert (before.total, before.waiting) == (1, 0)
    assert (october.total, october.waiting) == (2, 1)
    assert (october.negatives, october.negatives_checked, october.negatives_overturned) == (1, 1, 0)
    assert {(line.department, line.by_outcome) for line in october.lines} == {
        ("云溪市政务服务管理局", (0, 0, 0, 1, 0, 0)),
        ("云溪市卫生健康委员会", (1, 0, 0, 0, 0, 0)),
    }
    assert october.by_channel == (("phone", 1), ("window", 1))


def test_a_december_report_ends_with_the_year() -> None:
    with moment.at(datetime(2027, 1, 3, 10, 0, tzinfo=moment.SHANGHAI)):
        ask(asked_at=datetime(2026, 12, 31, 23, 59, tzinfo=moment.SHANGHAI))
        assert selectors.report(manager(), date(2026, 12, 1)).total == 1
        assert selectors.report(manager(), date(2027, 1, 1)).total == 0


def test_the_report_is_not_for_a_window() -> None:
    with pytest.raises(NotFound):
        selectors.report(window(), date(2026, 9, 1))


def test_a_number_to_call_back_is_shown_for_a_purpose_and_on_record() -> None:
    done = ask(given=passed(), person_name="张三丰", person_phone="13800138000")
    assert services.unmask(handler(), done.id, "回电话答复") == {"name": "张三丰", "phone": "13800138000"}
    event = events_of("contact", done.id)[-1]
    assert (event.kind, event.body["purpose"]) == ("contact.unmasked", "回电话答复")
    for purpose in ("", "打给 13800138000"):
        with pytest.raises(Refusal):
            services.unmask(handler(), done.id, purpose)
    with pytest.raises(NotFound):
        services.unmask(builders.staff("韩野"), done.id, "好奇")


def test_posts_to_pass_to_are_those_that_answer_the_public() -> None:
    posts = dict(selectors.posts_to_pass_to(window()))
    assert post(names.HYGIENE_HANDLE_POST) in posts
    assert post(names.HALL_POST) in posts
    assert post(names.WINDOW_POST) not in posts
    assert post(names.AUDIT_ADMIN_POST) not in posts


def test_a_basis_of_another_item_is_refused() -> None:
    given = Answer("negative_answer", words="不行", basis=(basis_of(names.ROAD_SLUG),))
    if basis_of(names.ROAD_SLUG) == basis_of():
        pytest.fail("the two demo items share their first article: choose another one here")
    with pytest.raises(Refusals) as found:
        ask(given=given)
    assert found.value.items[0].code == "contact.basis"

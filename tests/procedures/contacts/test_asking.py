"""A question of the web waits for the right post, is answered by it, read by whoever asked, and never makes a case."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.procedures.contacts import asking as people
from tests.support import builders
from tongban.demo import names
from tongban.ground import moment
from tongban.ground.crypto import blind_index
from tongban.ground.errors import NotFound, Refusal, Refusals
from tongban.ground.ledger.models import Event
from tongban.ground.ledger.selectors import events_of
from tongban.ground.notifications.models import Notification
from tongban.ground.policy import ANONYMOUS, Principal
from tongban.procedures.cases.models import Case
from tongban.procedures.contacts import asked, asking, reactions, selectors, services
from tongban.procedures.contacts.asking import Asked, WebQuestion
from tongban.procedures.contacts.models import FirstContact
from tongban.procedures.contacts.services import Answer
from tongban.registry.catalog.models import HandlingOption
from tongban.registry.parties.models import Post

pytestmark = pytest.mark.django_db
MOBILE = "13800009999"


def ask(who: Principal = ANONYMOUS, key: str = "", **changes: Any) -> Asked:
    values = {"text": "开理发店要先办哪个证", "slug": names.HYGIENE_SLUG, "mobile": MOBILE, **changes}
    return asking.ask(who, WebQuestion(**values), key=key or str(uuid.uuid4()))


def holder(done: Asked) -> Principal:
    row = FirstContact.objects.get(pk=done.id)
    assert row.holder_post_id is not None
    return builders.holder_of(row.holder_post_id)


@pytest.mark.covers("PRT-12", "PRT-13")
def test_a_question_about_an_item_waits_for_the_department_that_decides_it() -> None:
    cases = Case.objects.count()
    done = ask()
    row = FirstContact.objects.select_related("holder_post__department", "department").get(pk=done.id)
    assert row.holder_post is not None
    assert row.holder_post.department.short_name == row.department.short_name == names.HEALTH
    assert (row.channel, row.outcome, row.rounds, row.concluded_at) == ("web", "waiting", 0, None)
    assert row.title == "公共场所卫生许可（新办）"
    assert Case.objects.count() == cases
    assert [e.kind for e in events_of("contact", done.id)] == ["contact.asked"]


def test_the_ledger_holds_no_word_and_no_number_of_the_person() -> None:
    done = ask(name="王小明")
    body = str(Event.objects.get(subject_id=done.id).body)
    assert MOBILE not in body
    assert "王小明" not in body
    assert "理发" not in body


def test_a_question_about_nothing_in_particular_waits_for_the_hall() -> None:
    row = FirstContact.objects.select_related("holder_post").get(pk=ask(slug="").id)
    assert row.holder_post is not None
    assert set(row.holder_post.roles) & set(asking.OF_HALL)
    assert row.title == ""


def test_an_item_that_is_only_listed_can_be_asked_about() -> None:
    listed = HandlingOption.objects.filter(standing="listed", retired_at=None).select_related("item").first()
    assert listed is not None
    row = FirstContact.objects.get(pk=ask(slug=listed.slug).id)
    assert (row.title, row.version_id, row.department_id) == (listed.name, None, listed.item.authority_id)


def test_the_answer_is_promised_within_three_working_days() -> None:
    monday = moment.now().replace(year=2026, month=9, day=7, hour=2)
    with moment.at(monday):
        assert ask().due_on.isoformat() == "2026-09-10"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": ""}, "question"),
        ({"text": "在吗"}, "question"),
        ({"text": "长" * 2001}, "question"),
        ({"text": "我的身份证 339902199204080021 能办吗"}, "question"),
        ({"mobile": ""}, "person_phone"),
        ({"call_back": "midnight"}, "call_back"),
    ],
)
def test_what_is_missing_or_wrong_is_told_at_its_field(changes: dict[str, str], field: str) -> None:
    with pytest.raises(Refusals) as told:
        ask(**changes)
    assert field in {one.field for one in told.value.items}


def test_a_mobile_that_is_none_and_an_item_that_is_none_are_refused() -> None:
    with pytest.raises(Refusal, match="手机号"):
        ask(mobile="1380000")
    with pytest.raises(NotFound):
        ask(slug="no-such-item")


def test_the_same_form_sent_twice_is_one_question() -> None:
    first, second = ask(key="one-form"), ask(key="one-form")
    assert first == second
    assert FirstContact.objects.filter(pk=first.id).count() == 1


def test_staff_answer_it_at_the_desk_and_whoever_asked_reads_it_by_either_way() -> None:
    done = ask()
    who = holder(done)
    assert done.id in {row.id for row in selectors.waiting_for(who)}
    services.answer(who, done.id, Answer("answered", words="先办卫生许可，再开业。"))
    by_password = asked.by_password(done.number, done.query_password)
    by_mobile = asked.by_contact(done.number, blind_index("mobile", MOBILE))
    assert by_password == by_mobile
    assert by_password is not None
    assert [(one.department, one.words) for one in by_password.answers] == [
        ("云溪市卫生健康委员会", "先办卫生许可，再开业。")
    ]
    assert by_password.answered_at is not None


def test_a_wrong_password_and_a_wrong_mobile_read_nothing_and_neither_does_a_contact_of_the_window() -> None:
    done = ask()
    assert asked.by_password(done.number, "999999" if done.query_password != "999999" else "111111") is None
    assert asked.by_contact(done.number, blind_index("mobile", "13900000000")) is None
    window = people.ask()
    assert asked.by_password(window.number, "") is None
    assert asked.by_contact(window.number, "") is None


def test_nobody_else_answers_it_and_nothing_can_be_handed_back_over_the_web() -> None:
    done = ask()
    with pytest.raises(Refusal, match="岗位"):
        services.answer(people.window(), done.id, Answer("answered", words="不归我管"))
    with pytest.raises(Refusals) as told:
        services.answer(holder(done), done.id, Answer("handed_back", agreed=True))
    assert told.value.items[0].code == "contact.nothing_here"


def test_what_was_passed_on_is_not_told_as_an_answer_and_what_was_answered_is_told_once() -> None:
    done = ask()
    hall = Post.objects.filter(roles__overlap=list(asking.OF_HALL), holders__isnull=False).first()
    assert hall is not None
    services.answer(holder(done), done.id, Answer("passed_on", words="问大厅的开放时间", passed_to=hall.pk))
    services.answer(holder(done), done.id, Answer("answered", words="周六上午也开。"))
    for _ in range(2):
        for event in events_of("contact", done.id):
            reactions.tell_asker(event)
    sent = Notification.objects.filter(subject_id=done.id)
    assert [(one.channel, one.address) for one in sent] == [("sms", MOBILE)]
    assert "周六" not in sent[0].text
    read = asked.by_password(done.number, done.query_password)
    assert read is not None
    assert [one.words for one in read.answers] == ["", "周六上午也开。"]


def test_a_signed_in_person_reads_it_in_my_space_and_nobody_else_does(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    me = builders.resident()
    done = ask(me, mobile="")
    with django_assert_num_queries(1):
        page = asked.questions_of(me)
    assert page.items[0].number == done.number
    assert asked.question_of(me, done.number).question == "开理发店要先办哪个证"
    with pytest.raises(NotFound):
        asked.question_of(builders.resident("沈知夏"), done.number)
    with pytest.raises(NotFound):
        asked.question_of(replace(ANONYMOUS, person_id=None), done.number)


def test_a_call_back_asks_for_a_number_and_is_seen_at_the_desk() -> None:
    done = ask(call_back="morning")
    assert FirstContact.objects.get(pk=done.id).call_back == "morning"
    with pytest.raises(Refusals) as told:
        ask(builders.resident(), mobile="", call_back="morning")
    assert told.value.items[0].code == "question.call_phone"


def test_the_month_counts_waiting_questions_as_waiting() -> None:
    ask()
    report = selectors.report(people.manager(), moment.today())
    place = report.outcomes.index("waiting")
    assert sum(line.by_outcome[place] for line in report.lines) >= 1
    assert sum(sum(line.by_outcome) for line in report.lines) == report.total

"""AB posts: the substitute acts at the post while it lasts, in their own name; the absent one keeps it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from tests.support import builders
from tongban.demo import names
from tongban.faces.accounts.session import of_today
from tongban.ground import moment
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.ids import uuid7
from tongban.ground.ledger.selectors import events_of
from tongban.procedures.cases import services
from tongban.procedures.cases.loading import load
from tongban.registry.parties import selectors, substituting
from tongban.registry.parties.models import Post, Staff, Substitution

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def member(name: str) -> Staff:
    return Staff.objects.select_related("account").get(name=name)


def entered(days: int = 3, first: int = 0, who: str = "方砚秋", substitute: str = "阮清") -> Substitution:
    today = moment.today()
    return substituting.enter(
        builders.staff(who),
        Post.objects.select_related("region").get(name=names.WINDOW_POST),
        member("顾晚晴"),
        member(substitute),
        first=today + first * DAY,
        until=today + (first + days - 1) * DAY,
        reason="leave",
    )


def posts_of(name: str) -> list[str]:
    return [post for _, post in selectors.principal_of(member(name).account).posts]


@pytest.mark.covers("WIN-14")
def test_the_substitute_holds_the_post_while_it_lasts_and_the_absent_one_keeps_it() -> None:
    assert names.WINDOW_POST not in posts_of("阮清")
    now = moment.now()
    entered(days=3, first=1)
    held = {}
    for day in (0, 1, 3, 4):
        with moment.at(now + day * DAY):
            held[day] = names.WINDOW_POST in posts_of("阮清")
            assert names.WINDOW_POST in posts_of("顾晚晴")
    assert held == {0: False, 1: True, 3: True, 4: False}


@pytest.mark.covers("WIN-14")
def test_the_substitute_acts_in_their_own_name() -> None:
    case_id = builders.a_submitted_case()
    entered()
    window = Post.objects.get(name=names.WINDOW_POST).pk
    acting = selectors.principal_of(member("阮清").account, window)
    services.accept(acting, case_id)
    assert load(case_id).accepted_by == member("阮清").pk
    accepted = next(event for event in events_of("case", case_id) if event.kind == "case.accepted")
    assert (accepted.actor_id, accepted.post_id) == (member("阮清").pk, window)


def test_ones_own_post_stays_the_first_one() -> None:
    entered()
    assert posts_of("阮清") == [names.REGISTER_WINDOW_POST, names.WINDOW_POST]


@pytest.mark.covers("WIN-14")
def test_who_is_back_early_has_the_substitute_leave_at_once() -> None:
    made = entered()
    substituting.end(builders.staff("方砚秋"), made.pk)
    assert names.WINDOW_POST not in posts_of("阮清")
    assert [event.kind for event in events_of("substitution", made.pk)] == [
        "substitution.entered",
        "substitution.ended",
    ]
    with pytest.raises(Refusal, match=r"substitution\.over"):
        substituting.end(builders.staff("方砚秋"), made.pk)
    with pytest.raises(NotFound):
        substituting.end(builders.staff("方砚秋"), uuid7(moment.now()))


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"who": "钟毓"}, "substitution.not_allowed"),
        ({"who": "宋秉文"}, "substitution.not_allowed"),
        ({"substitute": "顾晚晴"}, "substitution.same"),
        ({"substitute": "梁予安"}, "substitution.holds"),
        ({"substitute": "魏承志"}, "staff.three_administrators"),
        ({"days": 0}, "substitution.days"),
        ({"first": -1}, "substitution.days"),
        ({"days": 500}, "substitution.days"),
    ],
)
def test_what_cannot_be_is_refused(values: dict[str, object], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        entered(**values)  # type: ignore[arg-type]
    assert refused.value.code == code
    assert not Substitution.objects.exists()


def test_only_a_post_that_the_absent_one_holds_can_be_filled() -> None:
    today = moment.today()
    with pytest.raises(Refusal, match=r"substitution\.post"):
        substituting.enter(
            builders.staff("宋秉文"),
            Post.objects.select_related("region").get(name=names.REGISTER_APPROVE_POST),
            member("卓越泽"),
            member("阮清"),
            first=today,
            until=today,
            reason="roster",
        )


def test_the_list_shows_who_stands_in_now_and_soon() -> None:
    window = Post.objects.get(name=names.WINDOW_POST)
    made = entered(first=2)
    assert substituting.in_force(window.department_id) == (made,)
    assert substituting.in_force(window.department_id, moment.today() + 9 * DAY) == ()


@pytest.mark.covers("WIN-14")
def test_a_session_over_midnight_reads_the_posts_again() -> None:
    entered(days=1)
    window = Post.objects.get(name=names.WINDOW_POST).pk
    acting = selectors.principal_of(member("阮清").account, window)
    with moment.at(moment.now() + DAY):
        again = of_today(acting)
    assert again.post_name == names.REGISTER_WINDOW_POST
    assert [post for _, post in again.posts] == [names.REGISTER_WINDOW_POST]


def test_the_first_request_of_a_new_day_writes_the_new_posts_into_the_session() -> None:
    entered(days=1, first=1)
    evening = moment.local(moment.now()).replace(hour=23, minute=50)
    client = Client()
    with moment.at(evening):
        session = client.session
        session["principal"] = selectors.principal_of(member("阮清").account).to_json()
        session["since"] = session["seen"] = evening.isoformat()
        session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    with moment.at(evening + timedelta(minutes=20)):
        client.get("/desk/")
    held = [name for _, name in client.session["principal"]["posts"]]
    assert held == [names.REGISTER_WINDOW_POST, names.WINDOW_POST]

"""The board, the finder, the roster and the register of delegations, as the people of the desk see them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.faces.desk.acts import hall
from tests.support import builders
from tongban.demo import names
from tongban.ground import moment
from tongban.procedures.work.models import ClockRow
from tongban.registry.parties.models import Delegation, Post, Staff, Substitution

pytestmark = pytest.mark.django_db


def _overdue(case: Any, level: str) -> None:
    clock = ClockRow.objects.get(subject_id=case, kind="promised")
    ClockRow.objects.filter(pk=clock.pk).update(due_at=moment.now() - timedelta(days=9), told=level)


def test_the_board_counts_cards_and_shows_the_oldest_first(django_assert_num_queries: Any) -> None:
    late, calm = builders.a_case_in_review(), builders.a_case_in_review(slug=names.ROAD_SLUG)
    _overdue(late, "yellow")
    supervisor = hall.at(names.SUPERVISION_POST)
    page = supervisor.get("/desk/board/").content.decode()
    assert hall.number(late) in page.partition("超期最久")[2]
    assert hall.number(calm) in page.partition("超期最久")[0]
    with django_assert_num_queries(4):
        supervisor.get("/desk/board/")
    red = supervisor.get("/desk/board/?level=red").content.decode()
    assert hall.number(late) not in red
    other = ClockRow.objects.filter(subject_id=calm).values_list("department_id", flat=True)[0]
    narrowed = supervisor.get(f"/desk/board/?department={other}").content.decode()
    assert hall.number(late) not in narrowed
    assert hall.at(names.WINDOW_POST).get("/desk/board/").status_code == 403


@pytest.mark.slow
@pytest.mark.covers("WIN-29")
def test_every_decision_came_in_by_hall_network_or_machine() -> None:
    builders.a_granted_case()
    page = hall.at(names.SUPERVISION_POST).get("/desk/board/channels/").content.decode()
    assert "大厅以外" in page
    assert '<td data-n data-l="大厅以外">0</td>' in page


def test_a_case_is_found_by_its_number_and_a_foreign_one_is_not() -> None:
    case = builders.a_case_in_review()
    head = hall.at(names.HEALTH_HEAD_POST)
    found = head.get("/desk/cases/", {"number": hall.number(case).lower()})
    assert found.status_code == 302
    assert found["Location"] == f"/desk/review/{hall.number(case)}/"
    assert head.get(found["Location"]).status_code == 200
    assert hall.at(names.FIRE_HEAD_POST).get("/desk/cases/", {"number": hall.number(case)}).status_code == 404
    assert head.get("/desk/cases/").status_code == 200


def _stand_in(client: Client, **changes: str) -> Any:
    post = Post.objects.get(name=names.HYGIENE_HANDLE_POST)
    holders = list(Staff.objects.filter(held_posts__post=post).order_by("number"))
    other = Staff.objects.filter(held_posts__post__name=names.HYGIENE_EXAMINE_POST).order_by("number")[0]
    today = moment.today()
    values = {
        "post": str(post.pk),
        "absent": str(holders[0].pk),
        "substitute": str(other.pk),
        "first": today.isoformat(),
        "until": (today + timedelta(days=2)).isoformat(),
        "reason": "leave",
    }
    return client.post("/desk/substitutions/", {**values, **changes})


@pytest.mark.slow
@pytest.mark.covers("WIN-14")
def test_a_leave_is_entered_with_who_stands_in_and_ended_early() -> None:
    head = hall.at(names.HEALTH_HEAD_POST)
    empty = head.post("/desk/substitutions/", {})
    assert empty.status_code == 422
    assert len(hall.problems(empty)) == 6
    backwards = _stand_in(head, until=(moment.today() - timedelta(days=1)).isoformat())
    assert any("起止日期不对" in sentence for sentence in hall.problems(backwards))
    hall.done(_stand_in(head))
    made = Substitution.objects.get()
    assert made.substitute.name in head.get("/desk/substitutions/").content.decode()
    assert head.post(f"/desk/substitutions/{made.pk}/end/").status_code == 303
    assert hall.at(names.WINDOW_POST).get("/desk/substitutions/").status_code == 403


@pytest.mark.slow
@pytest.mark.covers("WIN-10")
def test_powers_are_given_in_public_and_taken_back() -> None:
    head = hall.at(names.HEALTH_HEAD_POST)
    post = Post.objects.get(name=names.HYGIENE_HANDLE_POST)
    today = moment.today()
    values = {
        "kind": "internal_authorisation",
        "receiver": f"post:{post.pk}",
        "powers": ["decide_instantly"],
        "published_on": today.isoformat(),
        "first": today.isoformat(),
        "instrument": "云卫发〔2026〕18号",
    }
    late = head.post("/desk/delegations/", {**values, "published_on": (today + timedelta(days=3)).isoformat()})
    assert late.status_code == 422
    assert any("先公布" in sentence for sentence in hall.problems(late))
    hall.done(head.post("/desk/delegations/", values))
    public = Client().get("/lists/delegations/", {"q": "卫生"}).content.decode()
    assert "云卫发〔2026〕18号" in public
    made = Delegation.objects.get(instrument="云卫发〔2026〕18号")
    assert head.post(f"/desk/delegations/{made.pk}/revoke/").status_code == 303
    assert "云卫发〔2026〕18号" not in Client().get("/lists/delegations/").content.decode()

"""Lists that narrow, tasks that are claimed, handed over and dispatched in one go, the load of a department."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.faces.desk import builders
from tests.support import builders as support
from tongban.ground import moment
from tongban.ground.ledger.selectors import events_of
from tongban.procedures.cases.models import Case, Proceeding
from tongban.procedures.work.models import ClockRow, Task
from tongban.registry.parties.models import Staff, StaffPost

pytestmark = pytest.mark.django_db
HALL_MANAGER = "hall_manager"


def task_of(case: Case) -> Task:
    return Task.objects.get(subject_id=case.pk, done_at=None)


def post(client: Client, command: str, *tasks: Task, **more: str) -> Any:
    return client.post(reverse("desk:tasks"), {"command": command, "task": [t.pk for t in tasks], **more})


def someone(role: str) -> str:
    """Number of somebody who holds a post with that role."""
    held = StaffPost.objects.filter(post__roles__contains=[role]).order_by("pk").first()
    assert held is not None
    return Staff.objects.get(pk=held.staff_id).number


def at_post_of(task: Task) -> tuple[Client, Staff]:
    """A browser of the first holder of a task's post."""
    held = StaffPost.objects.select_related("staff", "post").filter(post_id=task.post_id).order_by("pk")[0]
    return builders.at_desk(held.staff.number, held.post.name), held.staff


@pytest.mark.covers("WIN-01")
def test_a_list_narrows_by_what_stands_in_its_address_with_one_query(django_assert_num_queries: Any) -> None:
    case, late = builders.a_case_received(), builders.a_case_received()
    Task.objects.filter(subject_id=late.pk).update(due_at=moment.now() - timedelta(days=3))
    ClockRow.objects.filter(subject_id=late.pk).update(told="yellow")
    clerk = builders.at_desk(builders.CLERK)
    for asked, here, not_here in (
        ({"q": case.number}, case, late),
        ({"q": case.number[-6:].lower()}, case, late),
        ({"due": "overdue"}, late, case),
        ({"card": "yellow"}, late, case),
        ({"whose": "free", "card": "yellow"}, late, case),
    ):
        for name in ("desk:home", "desk:window"):
            with django_assert_num_queries(2):  # the session row, the list
                text = clerk.get(reverse(name), asked).content.decode()
            assert here.number in text, (name, asked)
            assert not_here.number not in text.replace(f'value="{not_here.number}"', ""), (name, asked)
    both = clerk.get(reverse("desk:window"), {"q": "沈知夏", "item": "卫生许可"}).content.decode()
    assert case.number in both
    assert late.number in both
    none = clerk.get(reverse("desk:window"), {"card": "red", "q": "没有这个人"}).content.decode()
    assert "没有符合筛选的任务" in none
    assert "黄牌" in clerk.get(reverse("desk:window"), {"due": "overdue"}).content.decode()


@pytest.mark.covers("WIN-24")
def test_a_claimed_task_shows_whose_it_is_and_narrows_to_mine() -> None:
    case, other = builders.a_case_received(), builders.a_case_received()
    clerk = builders.at_desk(builders.CLERK)
    answer = post(clerk, "claim", task_of(case))
    assert "1 件已认领" in answer.content.decode()
    mine = clerk.get(reverse("desk:home"), {"whose": "mine"}).content.decode()
    assert case.number in mine
    assert other.number not in mine
    assert task_of(case).assigned_to == Staff.objects.get(number=builders.CLERK).pk
    assert events_of("case", case.pk)[-1].kind == "case.task_claimed"
    assert "1 件已退回" in post(clerk, "release", task_of(case)).content.decode()
    assert task_of(case).assigned_to is None


@pytest.mark.covers("WIN-24")
def test_several_tasks_go_one_by_one_and_the_page_says_which_did_not_and_why() -> None:
    first, second, foreign = builders.a_case_received(), builders.a_case_received(), builders.a_case_in_review()
    clerk = builders.at_desk(builders.CLERK)
    post(clerk, "claim", task_of(first))
    foreign_task = Task.objects.filter(subject_id=foreign.pk, done_at=None)[0]
    text = post(clerk, "claim", task_of(first), task_of(second), foreign_task).content.decode()
    assert "1 件已认领" in text
    assert "2 件没有办成" in text
    assert "这项任务已经在您名下" in text
    assert "不归您的岗位" in text
    assert foreign.number not in text
    foreign_task.refresh_from_db()
    assert foreign_task.assigned_to is None


def test_nothing_ticked_or_an_unknown_act_is_told_and_no_decision_is_offered_in_bulk() -> None:
    case = builders.a_case_to_decide()
    task = Task.objects.get(subject_id=case.pk, done_at=None, kind="decide")
    client, _staff = at_post_of(task)
    assert post(client, "claim").status_code == 422
    assert post(client, "decide", task).status_code == 422
    page = client.get(reverse("desk:review")).content.decode()
    assert 'value="decide"' not in page.split("task-cards")[-1]
    assert "为什么不能成批作决定" in page
    task.refresh_from_db()
    assert task.done_at is None


@pytest.mark.covers("WIN-01")
@pytest.mark.parametrize("asked", ["冼", "冼照", "冼照溪", "*溪", "冼*溪"])
def test_the_manager_finds_a_name_of_the_region_by_any_part_of_it(asked: str) -> None:
    case, other = builders.a_case_received(), builders.a_case_received()
    Task.objects.filter(subject_id=case.pk).update(applicant_label="冼*溪")
    Task.objects.filter(subject_id=other.pk).update(applicant_label="溪*冼")
    page = builders.at_desk(someone(HALL_MANAGER)).get(reverse("desk:home"), {"q": asked}).content.decode()
    assert case.number in page
    assert (other.number in page) == (asked == "冼")


@pytest.mark.covers("WIN-24", "WIN-14")
def test_the_manager_sees_the_load_and_dispatches_with_a_reason(django_assert_num_queries: Any) -> None:
    case, other = builders.a_case_in_review(), builders.a_case_in_review()
    task, second = task_of(case), task_of(other)
    manager = builders.at_desk(someone(HALL_MANAGER))
    person = StaffPost.objects.select_related("staff").filter(post_id=task.post_id).order_by("pk")[0].staff
    with django_assert_num_queries(4):  # session, tasks by post and person, holders, the list
        page = manager.get(reverse("desk:dispatch"), {"post": task.post_id}).content.decode()
    assert person.name in page
    assert case.number in page
    asked = post(manager, "assign", task, second).content.decode()
    assert f'value="{person.pk}"' in asked
    empty = post(manager, "assign", task, second, confirmed="1")
    assert empty.status_code == 422
    assert "请写明为什么" in empty.content.decode()
    given = {"confirmed": "1", "staff_id": str(person.pk), "reason_code": "dispatch", "reason": "本周轮到"}
    text = post(manager, "assign", task, second, **given).content.decode()
    assert "2 件已派给" in text
    task.refresh_from_db()
    assert task.assigned_to == person.pk
    assert Proceeding.objects.get(case_id=case.pk, kind="assignment").reason == "本周轮到"
    loaded = manager.get(reverse("desk:dispatch"), {"post": task.post_id, "staff": str(person.pk)}).content.decode()
    assert case.number in loaded
    assert other.number in loaded


@pytest.mark.covers("WIN-24")
def test_a_dispatch_to_somebody_who_does_not_hold_the_post_is_refused() -> None:
    task = task_of(builders.a_case_in_review())
    manager = builders.at_desk(someone(HALL_MANAGER))
    stranger = Staff.objects.get(number=builders.CLERK)
    given = {"confirmed": "1", "staff_id": str(stranger.pk), "reason_code": "dispatch", "reason": "试试"}
    text = post(manager, "assign", task, **given).content.decode()
    assert "这位同事今天不在这项任务的岗位上" in text
    task.refresh_from_db()
    assert task.assigned_to is None


def test_who_may_not_dispatch_sees_no_load_and_dispatches_nothing() -> None:
    handler = builders.at_desk(builders.HANDLER)
    assert handler.get(reverse("desk:dispatch")).status_code == 403
    task = task_of(builders.a_case_in_review())
    given = {"confirmed": "1", "staff_id": str(uuid.uuid4()), "reason_code": "dispatch", "reason": "试试"}
    assert post(handler, "assign", task, **given).status_code == 422


@pytest.mark.covers("WIN-14")
def test_tasks_are_handed_over_in_one_go_only_with_a_post_and_a_reason() -> None:
    case = builders.a_case_received()
    task = task_of(case)
    clerk = builders.at_desk(builders.CLERK)
    assert "交给哪个岗位" in post(clerk, "hand_over", task).content.decode()
    assert post(clerk, "hand_over", task, confirmed="1", post_id="x").status_code == 422
    to = next(
        p for p in support.Post.objects.filter(roles__contains=["window_clerk"]).exclude(pk=task.post_id)
        if p.region.no <= task.region_no <= p.region.end_no
    )  # fmt: skip
    given = {"confirmed": "1", "post_id": str(to.pk), "reason_code": "roster", "reason": "换班"}
    assert "1 件已移交" in post(clerk, "hand_over", task, **given).content.decode()
    task.refresh_from_db()
    assert task.post_id == to.pk


@pytest.mark.covers("MOB-11")
def test_every_room_of_a_post_can_be_opened_from_one_page() -> None:
    manager = builders.at_desk(someone(HALL_MANAGER))
    page = manager.get(reverse("desk:rooms")).content.decode()
    for name in ("desk:dispatch", "desk:board", "desk:case_find"):
        assert reverse(name) in page
    assert reverse("desk:rooms") in manager.get(reverse("desk:board")).content.decode()


def test_going_back_leads_only_into_the_desk() -> None:
    case = builders.a_case_received()
    clerk = builders.at_desk(builders.CLERK)
    text = post(clerk, "claim", task_of(case), back="https://example.org/desk/").content.decode()
    assert "example.org" not in text
    text = post(clerk, "release", task_of(case), back="/desk/window/?due=today").content.decode()
    assert 'href="/desk/window/?due=today"' in text

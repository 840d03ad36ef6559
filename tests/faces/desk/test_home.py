"""The work list: whose it is, its filter and pages, what is done, where a post without tasks is led."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.faces.desk import builders

pytestmark = pytest.mark.django_db


def test_the_list_shows_only_tasks_of_the_acting_post() -> None:
    case = builders.a_case_received()
    assert case.number in builders.at_desk(builders.CLERK).get(reverse("desk:home")).content.decode()
    assert case.number not in builders.at_desk(builders.HANDLER).get(reverse("desk:home")).content.decode()


@pytest.mark.slow
def test_a_page_of_the_list_is_one_query_and_the_pager_goes_on_by_key(django_assert_num_queries: object) -> None:
    for _ in range(21):
        builders.a_case_received()
    clerk = builders.at_desk(builders.CLERK)
    with django_assert_num_queries(2):  # type: ignore[operator]  # the session row, the list
        first = clerk.get(reverse("desk:home")).content.decode()
    assert first.count("data-row>") == 20
    assert 'rel="next"' in first
    from tongban.procedures.work.models import Task

    twentieth = Task.objects.filter(done_at=None).order_by("due_at", "id")[19]
    after = f"{twentieth.due_at.isoformat()}_{twentieth.pk}"
    second = clerk.get(reverse("desk:home"), {"after": after}).content.decode()
    assert second.count("data-row>") == 1


def test_the_filter_stands_in_the_address() -> None:
    case = builders.a_case_received()
    clerk = builders.at_desk(builders.CLERK)
    assert case.number in clerk.get(reverse("desk:home"), {"kind": "accept"}).content.decode()
    assert case.number not in clerk.get(reverse("desk:home"), {"kind": "deliver"}).content.decode()


def test_what_is_done_moves_to_the_done_list_with_its_verdict() -> None:
    case = builders.a_case_in_review()
    text = builders.at_desk(builders.CLERK).get(reverse("desk:done")).content.decode()
    assert case.number in text
    assert "已受理" in text


def test_an_administrator_is_led_to_the_page_of_the_post() -> None:
    assert builders.at_desk("YX0901").get(reverse("desk:home"))["Location"] in (
        reverse("desk:people"),
        reverse("desk:operations"),
    )
    assert builders.at_desk("YX0903").get(reverse("desk:home"))["Location"] == reverse("desk:audit")


def test_a_resident_and_a_stranger_do_not_get_in() -> None:
    from django.test import Client

    answer = Client().get(reverse("desk:home"))
    assert answer.status_code == 302
    assert "/accounts/staff/" in answer["Location"]

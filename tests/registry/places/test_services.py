"""Windows and tickets: who may, in which order, with which traces; two windows never get the same ticket."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from tests.registry.places.scenes import city, clerk, on_monday, queue, window
from tongban.ground import moment
from tongban.ground.errors import Refusal
from tongban.ground.ledger.selectors import events_of
from tongban.registry.places import lines, rules, selectors, services
from tongban.registry.places.models import QueueTicket, WindowDuty

pytestmark = pytest.mark.django_db


def refused(code: str) -> pytest.RaisesExc[Refusal]:
    return pytest.raises(Refusal, match=f"^{code}:")


def taken(letter: str = "A", priority: str = "") -> rules.Ticket:
    return services.take_ticket(queue(letter).pk, "hygiene-licence" if letter == "A" else "", priority)


@pytest.mark.covers("WIN-21")
def test_anybody_takes_a_ticket_without_account_and_the_numbers_have_no_gaps() -> None:
    with on_monday():
        drawn = [taken() for _ in range(3)]
        other = taken("K")
    assert [one.number for one in drawn] == ["A001", "A002", "A003"]
    assert other.number == "K001"
    assert [event.kind for event in events_of("queue_ticket", drawn[0].id)] == ["queue.taken"]
    with on_monday(day=17):
        assert taken().number == "A001"


def test_a_form_that_is_sent_twice_draws_one_ticket() -> None:
    key = uuid.uuid4()
    with on_monday():
        first = services.take_ticket(queue("A").pk, "hygiene-licence", key=key)
        again = services.take_ticket(queue("A").pk, "hygiene-licence", key=key)
        assert (first.number, again.number, taken().number) == ("A001", "A001", "A002")


def test_no_ticket_while_the_hall_is_closed() -> None:
    with on_monday(hour=23), refused("hall.closed"):
        taken()
    with on_monday(hour=19, day=21):  # a Saturday: the city's centre has extended hours, a county's has none
        assert taken().number == "A001"
        with refused("hall.closed"):
            services.take_ticket(queue("A", "qiaoxi").pk, "hygiene-licence")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"subject": "nowhere"}, "queue.option"),
        ({"priority": "rich"}, "queue.priority"),
        ({"source": "guide"}, "place.not_allowed"),
    ],
)
def test_what_is_no_ticket_is_refused(given: dict[str, Any], code: str) -> None:
    with on_monday(), refused(code):
        services.take_ticket(queue("A").pk, **given)
    assert not QueueTicket.objects.exists()


def test_the_way_of_a_ticket_is_on_the_ledger() -> None:
    by, case = clerk(), uuid.uuid4()
    with on_monday():
        services.open_window(window("05").pk, by)
        ticket = taken()
        called = services.call_next(window("05").pk, by)
        assert called is not None
        assert (called.id, called.state) == (ticket.id, "called")
        services.call_again(ticket.id, by)
        services.begin(ticket.id, by)
        done = services.serve(ticket.id, by, "received", case)
    assert (done.state, done.case_id, done.calls) == ("served", case, 2)
    kinds = [event.kind for event in events_of("queue_ticket", ticket.id)]
    assert kinds == ["queue.taken", "queue.called", "queue.called", "queue.begun", "queue.served"]


def test_a_missed_one_comes_back_once_and_the_window_is_free_meanwhile() -> None:
    by = clerk()
    with on_monday():
        services.open_window(window("05").pk, by)
        first, second = taken(), taken()
        services.call_next(window("05").pk, by)
        services.pass_over(first.id, by)
        following = services.call_next(window("05").pk, by)
        assert following is not None
        assert following.id == second.id
        services.leave(second.id, by)
        services.rejoin(first.id)
        services.call_next(window("05").pk, by)
        services.pass_over(first.id, by)
        with refused("queue.passes"):
            services.rejoin(first.id)


def test_who_holds_a_ticket_may_go_until_it_is_their_turn_and_no_stranger_at_the_desk_sends_them_away() -> None:
    by = clerk()
    with on_monday():
        services.open_window(window("05").pk, by)
        first, second = taken(), taken()
        with refused("place.not_allowed"):
            services.leave(second.id, clerk("蒋若溪"))
        services.leave(second.id, clerk("王海燕"))  # a guide
        services.call_next(window("05").pk, by)
        services.begin(first.id, by)
        with refused("queue.moved_on"):
            services.leave(first.id)
        services.leave(first.id, by)


def test_a_window_calls_one_at_a_time_and_is_not_left_with_somebody_before_it() -> None:
    by = clerk()
    with on_monday():
        services.open_window(window("05").pk, by)
        taken()
        taken()
        called = services.call_next(window("05").pk, by)
        for act in (services.call_next, services.close_window):
            with refused("window.ticket_at_hand"):
                act(window("05").pk, by)
        assert called is not None
        services.leave(called.id, by)
        services.close_window(window("05").pk, by)
    assert WindowDuty.objects.get().until_at is not None


def test_nobody_calls_from_a_window_at_which_they_do_not_sit() -> None:
    by, other = clerk(), clerk("周建华")
    with on_monday():
        taken()
        with refused("window.not_yours"):
            services.call_next(window("05").pk, by)
        services.open_window(window("05").pk, by)
        with refused("window.not_yours"):
            services.call_next(window("05").pk, other)
        called = services.call_next(window("05").pk, by)
        assert called is not None
        for act in (services.begin, services.call_again, services.pass_over, services.leave):
            with refused("queue.not_yours"):
                act(called.id, other)
        with refused("queue.not_yours"):
            services.serve(called.id, other, "received")


@pytest.mark.covers("WIN-06")
def test_a_window_is_opened_once_by_somebody_whose_post_fits_it() -> None:
    by = clerk()
    with on_monday():
        services.open_window(window("05").pk, by)
        with refused("window.elsewhere"):
            services.open_window(window("06").pk, by)
        with refused("window.taken"):
            services.open_window(window("05").pk, clerk("周建华"))
        with refused("window.not_qualified"):
            services.open_window(window("06").pk, clerk("邵新月"))  # an issuing clerk
        services.open_window(window("18").pk, clerk("邵新月"))
        services.open_window(window("01").pk, clerk("李建明"))
        with refused("place.not_allowed"):
            services.open_window(window("06").pk, clerk("蒋若溪"))
        with refused("place.not_allowed"):
            services.open_window(window("03", "qiaoxi").pk, clerk("柯志群"))  # of another county


def test_the_manager_ends_what_a_clerk_forgot() -> None:
    by, manager = clerk(), clerk("方砚秋")
    with on_monday():
        services.open_window(window("05").pk, by)
        with refused("place.not_allowed"):
            services.close_window(window("05").pk, clerk("周建华"))
        services.close_window(window("05").pk, manager)
    assert [e.kind for e in events_of("window", window("05").pk)][-2:] == ["window.opened", "window.closed"]


def test_the_night_ends_what_the_day_left_open() -> None:
    by = clerk()
    with on_monday():
        services.open_window(window("05").pk, by)
        waits, called = taken(), taken()
        services.call_next(window("05").pk, by)
        assert services.end_days() == 0
    with on_monday(hour=0, minute=30, day=17):
        assert services.end_days() == 3
        assert services.end_days() == 0
    assert set(QueueTicket.objects.filter(pk__in=[waits.id, called.id]).values_list("state", flat=True)) == {"left"}
    assert window("05").state == "closed"


@pytest.mark.covers("HAL-10")
def test_priority_goes_first_and_is_never_shown_in_the_line() -> None:
    by = clerk()
    with on_monday() as at:
        services.open_window(window("05").pk, by)
        for n, priority in enumerate(("", "", "elderly", "disabled", "pregnant")):
            with moment.at(at + timedelta(seconds=n)):
                taken(priority=priority)
        line = lines.waiting(window("05").pk)
        assert [one.number for one in line.first] == ["A003", "A004", "A001", "A005", "A002"]
        called = []
        for n in range(5):
            with moment.at(at + timedelta(minutes=n + 1)):
                one = services.call_next(window("05").pk, by)
                assert one is not None
                called.append(one.number)
                services.serve(one.id, by, "received")
        assert called == [one.number for one in line.first]
        assert services.call_next(window("05").pk, by) is None


def test_reading_asks_few_queries() -> None:
    by = clerk()
    connection = connections["default"]
    hall = city()
    with on_monday():
        services.open_window(window("05").pk, by)
        for _ in range(4):
            taken()
        services.call_next(window("05").pk, by)
        lines.today(hall)
        for most, read in (
            (2, lambda: lines.window_of(by.staff_id)),
            (3, lambda: lines.waiting(window("05").pk)),
            (1, lambda: lines.free_windows(hall.pk)),
            (4, lambda: lines.today(hall)),
            (4, lambda: selectors.halls(1000, 1999)),
            (3, lambda: selectors.places_for_slug("hygiene-licence")),
        ):
            with CaptureQueriesContext(connection) as asked:
                read()
            assert len(asked) - 1 <= most, [q["sql"][:90] for q in asked]  # without the count of `window(...)`
        seat = lines.window_of(by.staff_id)
        assert seat is not None
        assert seat.ticket is not None
        assert (seat.window.number, seat.ticket.number) == ("05", "A001")
        assert lines.waiting(window("05").pk).total == 3

"""Many windows and many people at the same moment: committed transactions, in threads."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ground.databases import own_database
from tests.procedures.cases.test_together import at_once
from tests.registry.places.scenes import MONDAY, clerk, queue, window
from tongban.ground import moment
from tongban.ground.errors import TongbanError
from tongban.registry.places import services
from tongban.registry.places.models import QueueTicket, WindowDuty

CLERKS = ("顾晚晴", "周建华", "吴晓红", "徐志伟", "孙丽娟")
TICKETS, COMERS = 9, 8


@pytest.mark.covers("HAL-10", "WIN-21")
def test_two_windows_never_call_the_same_ticket_and_numbers_have_no_gaps(
    django_db_setup: None, django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock(), own_database():
        line = queue("A").pk
        seats = [(window(f"{n:02d}").pk, clerk(name)) for n, name in enumerate(CLERKS, 5)]

        def take() -> str:
            with moment.at(MONDAY):
                return services.take_ticket(line, "hygiene-licence").number

        numbers = at_once(*[take] * COMERS) + [take() for _ in range(TICKETS - COMERS)]
        assert sorted(numbers) == [f"A{n:03d}" for n in range(1, TICKETS + 1)]
        with moment.at(MONDAY):
            for key, by in seats:
                services.open_window(key, by)

        def call(key: Any, by: Any) -> Any:
            def act() -> Any:
                with moment.at(MONDAY):
                    return services.call_next(key, by)

            return act

        called = []
        for _ in range(2):
            found = [one for one in at_once(*[call(key, by) for key, by in seats]) if one is not None]
            called += [one.number for one in found]
            with moment.at(MONDAY):
                for one in found:
                    by = next(by for _key, by in seats if by.staff_id == one.staff_id)
                    services.serve(one.id, by, "received")
        assert sorted(called) == sorted(numbers)
        assert QueueTicket.objects.filter(state="served").count() == TICKETS


def test_two_clerks_never_sit_at_one_window(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock(), own_database():
        key, people = window("05").pk, [clerk(name) for name in CLERKS]
        came = at_once(*[lambda by=by: services.open_window(key, by) for by in people])
        assert len([one for one in came if not isinstance(one, Exception)]) == 1
        refused = [one for one in came if isinstance(one, TongbanError)]
        assert {one.code for one in refused} <= {"window.taken", "act.moved_on"}
        assert WindowDuty.objects.filter(until_at=None).count() == 1

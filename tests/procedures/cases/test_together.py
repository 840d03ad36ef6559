"""Several people act on one case at the same moment: on committed data, in threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection

from tests.ground.databases import own_database
from tests.support import builders
from tongban.demo import names
from tongban.ground.errors import Conflict, Refusal
from tongban.procedures.cases import services
from tongban.procedures.cases.loading import load
from tongban.procedures.cases.models import Case

ROUNDS = 6


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act came to (its result or its error) when all begin together."""
    barrier, found = threading.Barrier(len(acts)), [None] * len(acts)

    def run(index: int, act: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            found[index] = act()
        except (Refusal, Conflict) as error:
            found[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index, act)) for index, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.slow
@pytest.mark.covers("APR-07")
def test_two_departments_that_finish_together_join_exactly_once(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), own_database():
        for _ in range(ROUNDS):
            case_id = builders.a_case_in_review(slug=names.ROAD_SLUG)
            first = next(t for t in load(case_id).open_tasks() if t.branch_key == "roads")
            opinion = {"verdict": "pass", "text": "同意"}
            services.complete_step(builders.holder_of(first.post_id), case_id, task_id=first.id, **opinion)
            last = load(case_id).open_tasks("handle", "examine")
            assert {t.branch_key for t in last} == {"roads", "traffic"}
            people = [builders.holder_of(t.post_id) for t in last]
            acts = [
                partial(services.complete_step, who, case_id, task_id=task.id, **opinion)
                for who, task in zip(people, last, strict=True)
            ]
            at_once(*acts)
            state = load(case_id)
            assert {b.state for b in state.branches} == {"done"}
            assert len(state.open_tasks("decide")) == 1


@pytest.mark.slow
def test_two_clerks_who_accept_together_accept_once(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), own_database():
        for _ in range(ROUNDS):
            case_id = builders.a_submitted_case()
            clerks = [builders.clerk(), builders.staff("梁予安", names.WINDOW_POST)]
            found = at_once(*[partial(services.accept, who, case_id) for who in clerks])
            assert sorted(isinstance(f, Refusal) for f in found) == [False, True]
            assert len(load(case_id).branches) == 1


@pytest.mark.slow
def test_a_draft_submitted_by_two_clicks_is_one_case(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), own_database():
        who = builders.resident()
        for _ in range(ROUNDS):
            draft_id = builders.a_complete_draft(who)
            found = at_once(*[partial(services.submit, who, draft_id)] * 3)
            assert len({f.number for f in found}) == 1
            assert Case.objects.filter(submission_key=draft_id).count() == 1

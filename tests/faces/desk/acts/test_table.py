"""The table of acts against the services and the policy: nothing asks for what nobody takes, nobody is left out."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.faces.desk.acts import hall
from tests.faces.desk.acts.hall import state as services_state
from tests.support import builders
from tongban.faces.acts.act import Act
from tongban.faces.desk.acts import table as desk
from tongban.faces.portal.acts import table as portal
from tongban.ground.policy import PERMISSIONS
from tongban.procedures.cases import services

EVERY = [*(("desk", act) for act in desk.ACTS), *(("portal", act) for act in portal.ACTS)]
QUERIES = {"acts/": 1, "acts/suspend/": 1}
"""The session: nothing for each act, control or side matter. Three more run beside the ORM: the case's state,
everything that hangs on it, and the record of the look."""
FIXED = {"asked_by", "mode", "received_by"}
BY_THE_SYSTEM = {"close", "deem_accepted", "deem_renewed", "issue", "lapse_deferral", "archive_by_system"}
BY_THE_SYSTEM |= {"draw_for_check", "satisfy_prerequisite", "supplement_by_system"}
ELSEWHERE = {"submit", "submit_for", "submit_correction", "latest_answers", "licence_grant", "actor_of", "Done"}
ELSEWHERE |= {"write_message", "answer_message", "consign", "receive_consignment"}
ELSEWHERE |= {"claim_task", "release_task", "assign_task"}  # from the lists
"""No acts of law: they have places of their own on the pages of a case."""


@pytest.mark.parametrize(("side", "act"), EVERY, ids=lambda value: value.name if isinstance(value, Act) else value)
def test_an_act_asks_for_the_arguments_of_its_service(side: str, act: Act) -> None:
    taken = inspect.signature(getattr(services, act.name)).parameters
    asked = {control.name for control in act.controls if control.name}
    assert asked <= taken.keys()
    needed = {
        name
        for name, parameter in taken.items()
        if parameter.default is inspect.Parameter.empty and parameter.kind is inspect.Parameter.KEYWORD_ONLY
    }
    fixed = FIXED if side == "portal" and act.fixed.__name__ != "nothing_more" else set()
    assert needed <= asked | fixed
    assert set(act.permissions) <= PERMISSIONS.keys()
    assert "channel" in taken


def test_every_act_of_the_services_has_a_screen() -> None:
    names = {act.name for _side, act in EVERY}
    assert set(services.__all__) - names - ELSEWHERE - BY_THE_SYSTEM == set()


def test_addresses_are_told_apart() -> None:
    assert len(desk.BY_SLUG) == len(desk.ACTS)
    assert len(portal.BY_SLUG) == len(portal.ACTS)
    assert desk.done_words("no-such-act") == ""


@pytest.mark.django_db
def test_a_page_of_an_act_costs_the_same_few_queries_whatever_the_case_has(django_assert_num_queries: Any) -> None:
    bare, busy = builders.a_case_in_review(), builders.a_case_in_review()
    handler = builders.holder_of(services_state(busy).open_tasks("handle")[0].post_id)
    for name in ("甲", "乙", "丙"):
        services.tell_interested_party(handler, busy, name=name, interest="影响出入")
    browser = hall.browser_of(handler)
    for address, queries in QUERIES.items():
        for case in (bare, busy):
            path = f"/desk/cases/{hall.number(case)}/{address}"
            browser.get(path)
            with django_assert_num_queries(queries):
                assert browser.get(path).status_code == 200


@pytest.mark.slow
@pytest.mark.django_db
def test_the_case_pages_cost_no_query_more_for_each_side_matter() -> None:
    bare, busy = builders.a_case_in_review(), builders.a_case_in_review()
    handler = builders.holder_of(services_state(busy).open_tasks("handle")[0].post_id)
    counts = []
    for name in ("甲", "乙", "丙"):
        services.tell_interested_party(handler, busy, name=name, interest="影响出入")
    for case in (bare, busy):
        browser = hall.browser_of(handler)
        path = f"/desk/review/{hall.number(case)}/"
        browser.get(path)
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(path).status_code == 200
        counts.append(len(seen))
    assert counts[1] <= counts[0] + 1

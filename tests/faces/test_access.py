"""Default deny: every address has a policy, and each policy lets in only whom it names (g6 line 8)."""

from __future__ import annotations

import re

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from tests.faces.door import all_patterns, enter, resident_account, staff_account
from tongban.faces import access
from tongban.faces.middleware import PrincipalMiddleware
from tongban.ground.errors import SignInNeeded
from tongban.ground.policy import ANONYMOUS, PERMISSIONS, Principal

PERSON = Principal(kind="person", roles=frozenset({"applicant"}))
CLERK = Principal(kind="staff", roles=frozenset({"window_clerk"}), post_id=1, second_factor=True)


def test_every_address_has_a_policy() -> None:
    without = [
        route
        for route, pattern in all_patterns()
        if not route.startswith("api/") and access.policy_of(None, pattern.callback) is None
    ]
    assert without == []


def test_every_permission_that_a_view_names_is_in_the_table() -> None:
    named = {
        permission
        for _, pattern in all_patterns()
        if (policy := access.policy_of(None, pattern.callback)) is not None
        for permission in policy.permissions
    }
    assert named <= PERMISSIONS.keys()


@pytest.mark.parametrize(
    ("who", "policy", "expected"),
    [
        (ANONYMOUS, access.Policy("public"), None),
        (ANONYMOUS, access.Policy("signed_in"), SignInNeeded),
        (ANONYMOUS, access.Policy("account"), SignInNeeded),
        (ANONYMOUS, access.Policy("staff"), SignInNeeded),
        (PERSON, access.Policy("signed_in"), None),
        (PERSON, access.Policy("account"), None),
        (PERSON, access.Policy("staff"), SignInNeeded),
        (CLERK, access.Policy("signed_in"), access.Forbidden),
        (CLERK, access.Policy("account"), None),
        (CLERK, access.Policy("staff"), None),
        (CLERK, access.Policy("staff", ("cases.case.accept",)), None),
        (CLERK, access.Policy("staff", ("cases.case.decide", "cases.case.accept")), None),
        (CLERK, access.Policy("staff", ("cases.case.decide",)), access.Forbidden),
        (Principal(kind="staff", roles=frozenset({"window_clerk"})), access.Policy("staff"), SignInNeeded),
        (CLERK, None, access.Forbidden),
    ],
)
def test_a_policy_lets_in_only_whom_it_names(
    who: Principal, policy: access.Policy | None, expected: type[Exception] | None
) -> None:
    if expected is None:
        access.check(who, policy)
    else:
        with pytest.raises(expected):
            access.check(who, policy)


def test_a_view_without_a_policy_is_denied() -> None:
    def bare(request: HttpRequest) -> HttpResponse:
        return HttpResponse("secret")

    request = RequestFactory().get("/bare/")
    request.principal = CLERK  # type: ignore[attr-defined]
    denied = PrincipalMiddleware(bare).process_view(request, bare, (), {})
    assert denied is not None
    assert denied.status_code == 403
    assert b"secret" not in denied.content


@pytest.mark.django_db
def test_no_address_of_the_desk_opens_without_signing_in() -> None:
    client = Client()
    for name in ("desk:home", "desk:window", "desk:review", "desk:operations", "desk:audit", "desk:people"):
        response = client.get(reverse(name))
        assert response.status_code == 302, name
        assert response.headers["Location"].startswith("/accounts/staff/"), name


NOWHERE = "00000000-0000-7000-8000-000000000000"


def _address(route: str) -> str:
    """A route with its arguments filled by things that do not exist."""
    filled = re.sub(r"<uuid:\w+>", NOWHERE, route)
    filled = re.sub(r"<int:\w+>", "1", filled)
    return "/" + re.sub(r"<(?:\w+:)?\w+>", "no-such-thing", filled)


@pytest.mark.slow
@pytest.mark.django_db
def test_strangers_reach_only_public_addresses_and_nothing_breaks_for_anybody() -> None:
    stranger, resident, clerk = Client(), enter(resident_account()), enter(staff_account("顾晚晴"))
    for route, pattern in all_patterns():
        policy = access.policy_of(None, pattern.callback)
        if route.startswith("api/") or policy is None or "sign-out" in route:
            continue
        address = _address(route)
        answer = stranger.get(address)
        if policy.kind in {"public", "machine"}:
            assert answer.status_code < 500, address
        else:
            assert answer.status_code == 302, address
            assert answer.headers["Location"].startswith("/accounts/"), address
        for client in (resident, clerk):
            assert client.get(address).status_code < 500, address
            assert client.post(address, {}).status_code < 500, address


@pytest.mark.django_db
def test_what_does_not_exist_and_what_is_not_mine_both_answer_404() -> None:
    resident, clerk = enter(resident_account()), enter(staff_account("顾晚晴"))
    for route, pattern in all_patterns():
        policy = access.policy_of(None, pattern.callback)
        if "<" not in route or route.startswith("api/") or policy is None:
            continue
        client = {"signed_in": resident, "staff": clerk}.get(policy.kind)
        if client is not None:
            assert client.get(_address(route)).status_code in {404, 405, 403}, route


@pytest.mark.django_db
@pytest.mark.covers("SEC-04")
def test_the_three_administrators_see_only_their_own_room() -> None:
    rooms = {"魏承志": {"desk:operations", "desk:people"}, "江见微": {"desk:audit"}, "贺敏之": set()}
    for name, allowed in rooms.items():
        client = enter(staff_account(name))
        for room in ("desk:operations", "desk:people", "desk:audit", "desk:window", "desk:review"):
            assert client.get(reverse(room)).status_code == (200 if room in allowed else 403), (name, room)


@pytest.mark.django_db
def test_a_resident_at_the_desk_is_asked_for_a_staff_sign_in() -> None:
    response = enter(resident_account()).get(reverse("desk:home"))
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/staff/")

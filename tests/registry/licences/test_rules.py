from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.ground.errors import Refusal
from tongban.registry.licences import rules


def reachable(cycle, start: str) -> set[str]:
    seen, waiting = {start}, [start]
    while waiting:
        state = waiting.pop()
        for transition in cycle.values():
            if state in transition.sources and transition.target not in seen:
                seen.add(transition.target)
                waiting.append(transition.target)
    return seen


@pytest.mark.parametrize("ended", ["annulled", "withdrawn", "revoked", "cancelled", "expired", "superseded"])
def test_there_is_no_road_back_to_a_valid_licence(ended: str) -> None:
    assert reachable(rules.LICENCE, ended) <= {ended, "cancelled"}


def test_a_destroyed_or_rejected_seal_stays_so() -> None:
    assert reachable(rules.SEAL, "destroyed") == {"destroyed"}
    assert reachable(rules.SEAL, "rejected") == {"rejected"}


@pytest.mark.parametrize(
    ("state", "command", "target"),
    [
        ("prepared", "issue", "valid"),
        ("valid", "suspend", "suspended"),
        ("suspended", "resume", "valid"),
        ("suspended", "annul", "annulled"),
        ("valid", "withdraw", "withdrawn"),
        ("valid", "revoke", "revoked"),
        ("expired", "cancel", "cancelled"),
    ],
)
def test_what_a_command_does(state: str, command: str, target: str) -> None:
    assert rules.step(rules.LICENCE, state, command, "理由", "").target == target


def test_a_command_that_is_not_open_names_the_state() -> None:
    with pytest.raises(Refusal, match="已吊销"):
        rules.step(rules.LICENCE, "revoked", "resume", "", "已吊销")


@pytest.mark.parametrize("command", ["suspend", "annul", "withdraw", "revoke"])
def test_taking_something_away_needs_a_reason(command: str) -> None:
    with pytest.raises(Refusal) as caught:
        rules.step(rules.LICENCE, "valid", command, "  ", "有效")
    assert caught.value.code == "licences.reason"


@pytest.mark.parametrize(
    ("first", "months", "last"),
    [
        ("2026-11-22", 48, "2030-11-21"),
        ("2026-01-01", 12, "2026-12-31"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-03-01", 1, "2026-03-31"),
    ],
)
def test_validity_ends_the_day_before_the_same_date(first: str, months: int, last: str) -> None:
    assert rules.last_day(date.fromisoformat(first), months) == date.fromisoformat(last)


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(1, 240))
def test_a_longer_validity_never_ends_earlier(first: date, months: int) -> None:
    last = rules.last_day(first, months)
    assert first < last + timedelta(days=1)
    assert rules.last_day(first, months + 1) > last

from __future__ import annotations

import hashlib
import json
import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.ground.ledger.chain import (
    Actor,
    EventDraft,
    UnfitBody,
    canonical,
    genesis,
    link,
    merkle_root,
    plain,
    seal_events,
)

AT = datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=UTC)
SUBJECT = uuid.UUID("01890000-0000-7000-8000-000000000001")
ACTOR = Actor(kind="staff", id=uuid.UUID(int=9), post_id=4, role="clerk", channel="window")


def sealed(count: int = 3, body: dict[str, object] | None = None):
    drafts = [EventDraft("case.accepted", body or {"n": n}) for n in range(count)]
    return seal_events(b"", 1, drafts, "case", SUBJECT, ACTOR, AT, 530100)


def test_the_genesis_is_the_hash_of_the_subjects_name():
    assert genesis("case", SUBJECT) == hashlib.sha256(f"tongban:case:{SUBJECT}".encode()).digest()


def test_each_event_follows_the_one_before_it():
    rows, head = sealed(3)
    assert [row.seq for row in rows] == [1, 2, 3]
    assert rows[0].prev_hash == genesis("case", SUBJECT)
    assert [row.prev_hash for row in rows[1:]] == [row.hash for row in rows[:-1]]
    assert head == rows[-1].hash == link(rows[1].hash, rows[2])


def test_ids_of_one_act_increase_and_are_uuid7_of_its_moment():
    rows, _ = sealed(50)
    assert [row.id for row in rows] == sorted(row.id for row in rows)
    assert {row.id.version for row in rows} == {7}
    assert {row.id.variant for row in rows} == {uuid.RFC_4122}
    assert rows[0].id.int >> 80 == int(AT.timestamp() * 1000)


def test_the_canonical_form_holds_every_column_but_hash_and_tx():
    row = sealed(1)[0][0]
    told = json.loads(canonical(row))
    assert set(told) == set(row.as_dict()) - {"hash"}
    assert told["recorded_at"] == "2026-03-02T09:30:00.123456+00:00"
    assert told["prev_hash"] == row.prev_hash.hex()
    assert b", " not in canonical(row)


def test_the_zone_in_which_a_moment_was_written_does_not_matter():
    shanghai = AT.astimezone(timezone(timedelta(hours=8)))
    rows, _ = seal_events(b"", 1, [EventDraft("a.b", {}, shanghai)], "case", SUBJECT, ACTOR, AT, None)
    assert rows[0].occurred_at == AT
    assert b'"occurred_at":"2026-03-02T09:30:00.123456+00:00"' in canonical(rows[0])


@pytest.mark.parametrize("change", ["seq", "kind", "actor_id", "body", "reason_code", "region_no", "on_behalf_of"])
def test_changing_any_column_changes_the_hash(change: str):
    values = sealed(1)[0][0].as_dict()
    other = {"seq": 2, "actor_id": None, "body": {"n": 1}, "region_no": None}.get(change, "x")
    assert link(values["prev_hash"], values | {change: other}) != values["hash"]


@pytest.mark.parametrize(
    "body",
    [
        {"number": "11010519491231002X"},
        {"note": "请拨打 13800138000 联系"},
        {"deep": [{"mobile": "13800138000"}]},
        {"ratio": 0.5},
        {1: "one"},
        {"text": "a\x00b"},
        {"when": datetime(2026, 1, 1)},
        {"thing": object()},
    ],
)
def test_a_body_refuses_personal_values_and_what_postgresql_would_change(body: dict[str, object]):
    with pytest.raises(UnfitBody):
        sealed(1, body)


@pytest.mark.parametrize("text", ["20260302000123", "ABC13800138000", "91530100MA6K3F1X2Y", "1" * 31, str(SUBJECT)])
def test_case_numbers_credit_codes_and_ids_are_no_personal_values(text: str):
    assert plain({"n": text}) == {"n": text}


def test_values_become_plain_json():
    body = {"id": SUBJECT, "on": date(2026, 3, 2), "fee": Decimal("1.50"), "file": b"\x01", "list": (1, None, True)}
    assert plain(body) == {"id": str(SUBJECT), "on": "2026-03-02", "fee": "1.50", "file": "01", "list": [1, None, True]}


def test_an_unknown_kind_of_actor_is_refused():
    with pytest.raises(ValueError, match="actor kind"):
        Actor(kind="robot")


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=40), st.data())
def test_a_merkle_root_changes_with_any_leaf_and_with_their_order(leaves: list[bytes], data: st.DataObject):
    root = merkle_root(leaves)
    at = data.draw(st.integers(0, len(leaves) - 1))
    changed = [*leaves]
    changed[at] = bytes([changed[at][0] ^ 1]) + changed[at][1:]
    assert merkle_root(changed) != root
    assert merkle_root([*leaves, leaves[-1]]) != root
    if leaves[0] != leaves[-1]:
        assert merkle_root([leaves[-1], *leaves[1:-1], leaves[0]]) != root


def test_a_merkle_root_over_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        merkle_root([])

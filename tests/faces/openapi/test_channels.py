"""Letting callers in: two hands, no more than the post may, and everything on record."""

from __future__ import annotations

import uuid

import pytest
from django.db import IntegrityError, transaction

from tests.faces.openapi.machines import token_of
from tongban.demo import names
from tongban.faces.openapi import channels
from tongban.faces.openapi.models import Channel
from tongban.ground.errors import Conflict, Refusal
from tongban.ground.ledger.selectors import events_of
from tongban.ground.policy import Principal
from tongban.registry.parties.models import Post

pytestmark = [pytest.mark.django_db, pytest.mark.covers("MOB-04", "SEC-04")]
SYSTEM_ADMIN = Principal(kind="staff", staff_id=uuid.uuid4(), roles=frozenset({"system_admin"}))
SECURITY_ADMIN = Principal(kind="staff", staff_id=uuid.uuid4(), roles=frozenset({"security_admin"}))


def asked(**changes: object) -> channels.Asked:
    """A caller of the handling post."""
    values: dict[str, object] = {
        "client_id": f"health-{uuid.uuid4().hex[:8]}",
        "name": "卫生许可业务系统",
        "kind": "department",
        "purpose": "卫生健康委的许可系统接收待办并回传意见",
        "contact": "信息科 0000",
        "post": Post.objects.get(department__short_name=names.HEALTH, name=names.HYGIENE_HANDLE_POST),
        "scopes": ("cases.case.view", "cases.step.handle"),
        **changes,
    }
    return channels.Asked(**values)  # type: ignore[arg-type]


def test_a_caller_gets_tokens_only_after_another_hand_has_let_it_in() -> None:
    channel = channels.request(SYSTEM_ADMIN, asked())
    with pytest.raises(Conflict):
        channels.renew_secret(SYSTEM_ADMIN, channel.pk)
    with pytest.raises(Refusal, match="same_hand"):
        channels.review(SYSTEM_ADMIN, channel.pk, let_in=True)
    channels.review(SECURITY_ADMIN, channel.pk, let_in=True)
    secret = channels.renew_secret(SYSTEM_ADMIN, channel.pk)
    client_id = channel.client.client_id
    assert token_of(client_id, secret).status_code == 200
    channel.refresh_from_db()
    assert channel.last_used_at is not None
    channels.switch(SECURITY_ADMIN, channel.pk, active=False, reason="密钥外泄")
    assert token_of(client_id, secret).status_code == 401
    channels.switch(SECURITY_ADMIN, channel.pk, active=True, reason="已换密钥")
    assert token_of(client_id, secret).status_code == 200
    kinds = [row.kind for row in events_of("channel", channel.pk)]
    assert kinds == [
        "channel.requested",
        "channel.let_in",
        "channel.secret_renewed",
        "channel.suspended",
        "channel.resumed",
    ]


def test_a_refusal_has_its_reason_and_is_the_last_word() -> None:
    channel = channels.request(SYSTEM_ADMIN, asked())
    with pytest.raises(Refusal, match="reason"):
        channels.review(SECURITY_ADMIN, channel.pk, let_in=False)
    channels.review(SECURITY_ADMIN, channel.pk, let_in=False, reason="用途不清")
    with pytest.raises(Conflict):
        channels.review(SECURITY_ADMIN, channel.pk, let_in=True)
    with pytest.raises(Conflict):
        channels.switch(SECURITY_ADMIN, channel.pk, active=True, reason="再试")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"client_id": "Health 系统"}, "client_id"),
        ({"client_id": "x"}, "client_id"),
        ({"scopes": ()}, "scopes"),
        ({"scopes": ("cases.case.decide",)}, "scopes"),
        ({"scopes": ("no.such.permission",)}, "scopes"),
        ({"purpose": "要"}, "purpose"),
    ],
)
def test_what_is_missing_or_too_much_is_refused(changes: dict[str, object], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        channels.request(SYSTEM_ADMIN, asked(**changes))
    assert refused.value.field == field
    assert not Channel.objects.filter(requested_by=SYSTEM_ADMIN.staff_id).exists()


def test_a_taken_id_is_a_conflict() -> None:
    channel = channels.request(SYSTEM_ADMIN, asked())
    with pytest.raises(Conflict):
        channels.request(SYSTEM_ADMIN, asked(client_id=channel.client.client_id))


def test_the_database_too_refuses_one_hand() -> None:
    channel = channels.request(SYSTEM_ADMIN, asked())
    with pytest.raises(IntegrityError), transaction.atomic():
        Channel.objects.filter(pk=channel.pk).update(reviewed_by=SYSTEM_ADMIN.staff_id)

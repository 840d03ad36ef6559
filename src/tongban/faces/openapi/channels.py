"""Letting callers in: one administrator asks, another one lets in (三员分立); both stand in the channel's ledger.

A caller gets only the permissions that its post has and its purpose needs. Nobody ever sees a secret twice.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass

from django.db import transaction

from tongban.faces.openapi.models import Channel
from tongban.ground import moment
from tongban.ground.errors import Conflict, NotFound, Refusal
from tongban.ground.ledger.chain import EventDraft
from tongban.ground.ledger.services import append
from tongban.ground.ledger.subjects import SubjectRef
from tongban.ground.policy import PERMISSIONS, Principal
from tongban.registry.parties import services as parties
from tongban.registry.parties.models import ApiClient, Post
from tongban.registry.parties.services import actor_of

_CLIENT_ID = re.compile(r"[a-z][a-z0-9-]{2,39}\Z")


@dataclass(frozen=True)
class Asked:
    """What a new caller is to be."""

    client_id: str
    name: str
    kind: str
    purpose: str
    contact: str
    post: Post
    scopes: tuple[str, ...]


def scopes_of(post: Post) -> tuple[str, ...]:
    """What a machine that acts for this post may be let do: nothing that its roles may not."""
    return tuple(sorted(p for p, grants in PERMISSIONS.items() if any(role in grants for role in post.roles)))


def request(principal: Principal, asked: Asked) -> Channel:
    """Ask for a caller; it gets no token before it is let in.

    :raises Refusals: what is missing. :raises Conflict: the id is taken.
    """
    _check(asked)
    with transaction.atomic():
        client = parties.add_client(asked.client_id, asked.name, asked.post, asked.scopes, active=False).client
        channel = Channel.objects.create(
            client=client,
            kind=asked.kind,
            purpose=asked.purpose,
            contact=asked.contact,
            requested_by=principal.actor_id,
            requested_at=moment.now(),
        )
        _note(principal, channel, "channel.requested", scopes=list(client.scopes), post=asked.post.pk)
    return channel


def _check(asked: Asked) -> None:
    if not _CLIENT_ID.match(asked.client_id):
        words = "调用方编号用小写字母开头，只含小写字母、数字和短横线，3 到 40 个字符"
        raise Refusal("channel.client_id", words, "client_id", "例如 health-licensing")
    if extra := sorted(set(asked.scopes) - set(scopes_of(asked.post))):
        raise Refusal("channel.scopes", f"这个岗位没有这些权限：{'、'.join(extra)}", "scopes", "请只勾选岗位有的权限")
    if not asked.scopes:
        raise Refusal("channel.scopes", "请至少勾选一项权限", "scopes")
    if len(asked.purpose) < 5:
        raise Refusal("channel.purpose", "请写明用途：哪个系统、做什么、为什么要这些权限", "purpose")


def review(principal: Principal, channel_id: uuid.UUID, *, let_in: bool, reason: str = "") -> Channel:
    """Let a caller in, or not; never by the one who asked.

    :raises Conflict: reviewed already. :raises Refusal: the same hand, or a refusal without its reason.
    """
    with transaction.atomic():
        channel = _locked(channel_id)
        if channel.state != Channel.State.REQUESTED:
            raise Conflict("channel.reviewed", "这个渠道已经审核过了")
        if channel.requested_by == principal.actor_id:
            raise Refusal("channel.same_hand", "登记和审核不能是同一个人", remedy="请由另一名管理员审核")
        if not let_in and not reason:
            raise Refusal("channel.reason", "请写明不通过的理由", "reason")
        channel.state = Channel.State.ACTIVE if let_in else Channel.State.REFUSED
        channel.reviewed_by, channel.reviewed_at, channel.reason = principal.actor_id, moment.now(), reason
        channel.save(update_fields=["state", "reviewed_by", "reviewed_at", "reason"])
        parties.switch_client(channel.client, active=let_in)
        _note(principal, channel, "channel.let_in" if let_in else "channel.refused")
    return channel


def switch(principal: Principal, channel_id: uuid.UUID, *, active: bool, reason: str) -> Channel:
    """Shut a caller out at once, or let it in again.

    :raises Conflict: it is so already, or was never let in. :raises Refusal: no reason given.
    """
    if not reason:
        raise Refusal("channel.reason", "请写明理由", "reason")
    before, after = Channel.State.SUSPENDED, Channel.State.ACTIVE
    if not active:
        before, after = after, before
    with transaction.atomic():
        channel = _locked(channel_id)
        if channel.state != before:
            raise Conflict("channel.state", f"这个渠道现在是「{channel.get_state_display()}」，不能这样操作")
        channel.state, channel.reason = after, reason
        channel.save(update_fields=["state", "reason"])
        parties.switch_client(channel.client, active=active)
        _note(principal, channel, "channel.resumed" if active else "channel.suspended")
    return channel


def renew_secret(principal: Principal, channel_id: uuid.UUID) -> str:
    """A new secret, told once; the old one ends at once.

    :raises Conflict: the caller is not let in.
    """
    with transaction.atomic():
        channel = _locked(channel_id)
        if channel.state != Channel.State.ACTIVE:
            raise Conflict("channel.state", "渠道启用以后才能取密钥")
        secret = parties.renew_client_secret(channel.client).secret
        _note(principal, channel, "channel.secret_renewed")
    return secret


def used(client_pk: uuid.UUID) -> None:
    """Remember that a caller took a token."""
    Channel.objects.filter(client_id=client_pk).update(last_used_at=moment.now())


def enter(client_pk: uuid.UUID, purpose: str, kind: str = Channel.Kind.DEPARTMENT) -> None:
    """The file of a caller that came with the installation; once."""
    Channel.objects.get_or_create(
        client_id=client_pk,
        defaults={
            "kind": kind,
            "purpose": purpose,
            "state": Channel.State.ACTIVE,
            "requested_at": moment.now(),
        },
    )


def _locked(channel_id: uuid.UUID) -> Channel:
    channel = Channel.objects.select_for_update(of=("self",)).select_related("client").filter(pk=channel_id).first()
    if channel is None:
        raise NotFound("channel.not_found", "没有找到这个渠道")
    return channel


def note(principal: Principal, client: ApiClient, kind: str, **body: object) -> None:
    """An event on the ledger of the caller's channel."""
    enter(client.pk, client.name)
    _note(principal, Channel.objects.select_related("client").get(client=client), kind, **body)


def _note(principal: Principal, channel: Channel, kind: str, **body: object) -> None:
    values = {"client_id": channel.client.client_id, **body}
    append(SubjectRef("channel", channel.pk), [EventDraft(kind, values)], actor_of(principal, "desk"))

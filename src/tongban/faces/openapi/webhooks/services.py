"""Webhooks: who is told, the message's way out, and what an administrator does with them.

A message is made in the ledger's reaction, so that none is lost and none is made twice; it leaves by a job. An answer
of 2xx is a receipt. Anything else is tried again after growing pauses for about a day; a webhook that has failed for
three days is switched off and shown on the connections page.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction

from tongban.faces.openapi import channels
from tongban.faces.openapi.models import Webhook, WebhookMessage
from tongban.faces.openapi.webhooks import events, signing
from tongban.ground import moment, outgoing
from tongban.ground.errors import Conflict, NotFound, Refusal
from tongban.ground.ids import uuid7
from tongban.ground.jobs import defer
from tongban.ground.ledger.chain import Row
from tongban.ground.policy import SYSTEM, Principal, allowed
from tongban.procedures.cases.loading import load
from tongban.procedures.cases.rules.parts import STATE_WORDS
from tongban.registry.catalog import selectors as catalog
from tongban.registry.parties.models import ApiClient
from tongban.registry.parties.selectors import principal_of_client

PAUSES: Final = (10, 60, 300, 1800, 7200, 21600, 43200)
"""Seconds before each further try: eight tries over about 21 hours."""
OFF_AFTER: Final = timedelta(days=3)


def register(principal: Principal, client: ApiClient, url: str, kinds: Sequence[str]) -> Webhook:
    """Tell a caller of these events at this address.

    :raises Refusal: an address that cannot be used, no event or an unknown one. :raises Conflict: told there already.
    """
    outgoing.checked(url)
    _check_kinds(kinds)
    try:
        with transaction.atomic():
            webhook = Webhook.objects.create(
                client=client,
                url=url,
                kinds=sorted(set(kinds)),
                secret=signing.new_secret(),
                created_at=moment.now(),
            )
            channels.note(principal, client, "channel.webhook_set", webhook=webhook.pk, kinds=webhook.kinds)
            return webhook
    except IntegrityError as error:
        raise Conflict("webhook.exists", "这个调用方在这个地址已经有推送", "url", "请修改已有的那一条") from error


def _check_kinds(kinds: Sequence[str]) -> None:
    if not kinds:
        raise Refusal("webhook.kinds", "请至少选择一种事件", "kinds")
    if unknown := sorted(set(kinds) - events.EVENTS.keys()):
        raise Refusal("webhook.kinds", f"没有这种事件：{'、'.join(unknown)}", "kinds")


def change_kinds(principal: Principal, webhook: Webhook, kinds: Sequence[str]) -> None:
    """Other events from now on."""
    _check_kinds(kinds)
    with transaction.atomic():
        webhook.kinds = sorted(set(kinds))
        webhook.save(update_fields=["kinds"])
        channels.note(principal, webhook.client, "channel.webhook_set", webhook=webhook.pk, kinds=webhook.kinds)


def switch(principal: Principal, webhook: Webhook, *, active: bool, reason: str = "") -> None:
    """Stop telling, or begin again: what was waiting when it stopped goes out then."""
    with transaction.atomic():
        _switch(webhook, active=active, reason=reason)
        kind = "channel.webhook_resumed" if active else "channel.webhook_stopped"
        channels.note(principal, webhook.client, kind, webhook=webhook.pk)
        if active:
            for message in webhook.messages.filter(delivered_at=None, given_up_at=None).order_by("id"):
                message.next_try_at = None
                _send_later(message)


def _switch(webhook: Webhook, *, active: bool, reason: str) -> None:
    webhook.is_active, webhook.off_reason, webhook.failing_since = active, reason, None
    webhook.save(update_fields=["is_active", "off_reason", "failing_since"])


def renew_secret(principal: Principal, webhook: Webhook) -> str:
    """A new secret, told once; messages from now on are signed with it."""
    with transaction.atomic():
        webhook.secret = signing.new_secret()
        webhook.save(update_fields=["secret"])
        channels.note(principal, webhook.client, "channel.webhook_secret_renewed", webhook=webhook.pk)
    return webhook.secret


def on_events(rows: Sequence[Row]) -> None:
    """The ledger's reaction: one message for each webhook whose caller may see the case. Idempotent."""
    active = Webhook.objects.filter(
        is_active=True, client__is_active=True, kinds__overlap=list({row.kind for row in rows})
    )
    hooks = list(active.select_related("client__department", "client__post__region"))
    for row in rows if hooks else ():
        wanting = [hook for hook in hooks if row.kind in hook.kinds and hook.created_at <= row.recorded_at]
        if wanting:
            _tell(wanting, row)


def _tell(hooks: Sequence[Webhook], row: Row) -> None:
    state = load(row.subject_id)
    target = state.target()
    body = events.body_of(
        row,
        number=state.number,
        item=catalog.content(state.version_id).slug,
        state=state.state,
        state_words=STATE_WORDS[state.state],
        outcome=state.outcome,
    )
    for hook in hooks:
        if allowed(principal_of_client(hook.client), "cases.case.view", target):
            _order(hook, row.id, row.kind, body)


def test(webhook: Webhook) -> WebhookMessage:
    """Send a message that only shows whether the way is open."""
    return _order(webhook, uuid7(), events.TEST, events.test_body())


def _order(webhook: Webhook, event_id: uuid.UUID, kind: str, body: str) -> WebhookMessage:
    message, new = WebhookMessage.objects.get_or_create(
        webhook=webhook, event_id=event_id, defaults={"kind": kind, "body": body, "created_at": moment.now()}
    )
    if new:
        _send_later(message)
    return message


def _send_later(message: WebhookMessage) -> None:
    """Order the next try; an order that waits already is another one (it finds the message delivered, or not due)."""
    from tongban.faces.openapi.jobs import send_webhook

    key = f"{message.pk}:{message.next_try_at or moment.now()}"
    defer(send_webhook, key, when=message.next_try_at, message_id=message.pk)


def send_again(message_id: uuid.UUID, webhook: Webhook) -> None:
    """Order one more delivery at once, of a message delivered, waiting or given up; its receiver knows it by its id."""
    with transaction.atomic():
        message = WebhookMessage.objects.select_for_update().filter(pk=message_id, webhook=webhook).first()
        if message is None:
            raise NotFound("webhook.message", "没有找到这条推送")
        if not webhook.is_active:
            raise Refusal("webhook.off", "这个推送已停用", remedy="请平台管理员先恢复推送")
        message.delivered_at = message.given_up_at = message.next_try_at = None
        message.attempts = 0
        message.save(update_fields=["delivered_at", "given_up_at", "next_try_at", "attempts"])
        _send_later(message)


def send(message_id: uuid.UUID) -> None:
    """One try to hand a message over, when it is due; a failure orders the next try.

    Nothing is locked while the neighbour answers. Two tries at once are one too many, not a fault: a receiver knows a
    message by its id.
    """
    message = WebhookMessage.objects.select_related("webhook").filter(pk=message_id).first()
    if message is None or not message.webhook.is_active or not _is_due(message):
        return
    status, trouble = _handed_over(message)
    with transaction.atomic():
        newest = WebhookMessage.objects.select_for_update(of=("self",)).select_related("webhook").get(pk=message_id)
        if newest.delivered_at or (trouble and newest.attempts != message.attempts):
            return  # another try was faster
        newest.status, newest.trouble, newest.attempts = status, trouble, newest.attempts + 1
        if trouble:
            _failed(newest)
        else:
            _delivered(newest)
        newest.save()


def _is_due(message: WebhookMessage) -> bool:
    waits = message.next_try_at is not None and message.next_try_at > moment.now()
    return not (message.delivered_at or message.given_up_at or waits)


def _handed_over(message: WebhookMessage) -> tuple[int | None, str]:
    """Status and trouble; no trouble is a receipt."""
    webhook = message.webhook
    headers = signing.headers_of(webhook.secret, str(message.pk), moment.now(), message.body)
    try:
        status = outgoing.post(outgoing.checked(webhook.url), message.body.encode(), headers)
    except Refusal as refusal:
        return None, refusal.sentence
    except outgoing.NoAnswer as error:
        return None, str(error)
    return status, "" if 200 <= status < 300 else f"对方返回 {status}"


def _delivered(message: WebhookMessage) -> None:
    message.delivered_at, message.next_try_at = moment.now(), None
    if message.webhook.failing_since:
        Webhook.objects.filter(pk=message.webhook_id).update(failing_since=None)


def _failed(message: WebhookMessage) -> None:
    webhook, now = message.webhook, moment.now()
    since = webhook.failing_since or now
    if webhook.failing_since is None:
        Webhook.objects.filter(pk=webhook.pk, failing_since=None).update(failing_since=now)
    if message.attempts > len(PAUSES):
        message.given_up_at, message.next_try_at = now, None
    else:
        message.next_try_at = now + timedelta(seconds=PAUSES[message.attempts - 1])
    if now - since >= OFF_AFTER:
        _switch(webhook, active=False, reason="连续三天推送失败，已自动停用")
        channels.note(SYSTEM, webhook.client, "channel.webhook_stopped", webhook=webhook.pk)
    elif message.next_try_at:
        _send_later(message)


def forget_old(days: int = 30) -> int:
    """Messages older than that go, but for those that still wait at a webhook that is on; returns how many."""
    old = WebhookMessage.objects.filter(created_at__lt=moment.now() - timedelta(days=days))
    return old.exclude(delivered_at=None, given_up_at=None, webhook__is_active=True).delete()[0]

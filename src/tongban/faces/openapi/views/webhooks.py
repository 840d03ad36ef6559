"""A caller's own webhooks: what is told where, what was sent, one more time. Administrators set them up."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from tongban.faces.openapi.calling import KeyOptional, answer, caller
from tongban.faces.openapi.models import Webhook, WebhookMessage
from tongban.faces.openapi.problems import SIGNED
from tongban.faces.openapi.webhooks import services
from tongban.ground.errors import NotFound
from tongban.ground.policy import Principal

router = Router(tags=["webhooks"])
VIEW = "cases.case.view"
Key = Annotated[str, Query(max_length=36, pattern=r"^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$")]


class WebhookEntry(Schema):
    """An address and what it is told of; the secret is told once, to the administrator."""

    id: UUID
    url: str
    kinds: list[str]
    is_active: bool
    failing_since: datetime | None
    off_reason: str


class Sent(Schema):
    """A message: delivered, given up, or waiting for its next try."""

    id: UUID
    kind: str
    body: str
    created_at: datetime
    attempts: int
    next_try_at: datetime | None
    delivered_at: datetime | None
    given_up_at: datetime | None
    status: int | None
    trouble: str


class SentPage(Schema):
    """One page, newest first; ``next`` is the ``after`` of the following page, empty at the end."""

    items: list[Sent]
    next: str


class Ordered(Schema):
    """The message that goes out now."""

    id: UUID


def _own(principal: Principal, webhook: UUID) -> Webhook:
    found = Webhook.objects.filter(pk=webhook, client_id=principal.staff_id).first()
    if found is None:
        raise NotFound("webhook.not_found", "没有找到这条推送设置")
    return found


@router.get("/webhooks", response={200: list[WebhookEntry], **SIGNED}, summary="推送设置", operation_id="list_webhooks")
def webhooks(request: HttpRequest) -> list[WebhookEntry]:
    """The caller's own addresses."""
    rows = Webhook.objects.filter(client_id=caller(request, VIEW).staff_id).order_by("id")
    return [WebhookEntry.from_orm(row) for row in rows]


@router.get(
    "/webhooks/{webhook}/messages",
    response={200: SentPage, **SIGNED},
    summary="推送记录",
    operation_id="list_webhook_messages",
)
def messages(
    request: HttpRequest,
    webhook: UUID,
    undelivered: Annotated[bool, Query()] = False,
    after: Key = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> SentPage:
    """What was sent in the last month; ``undelivered``: only what has not arrived."""
    rows = WebhookMessage.objects.filter(webhook=_own(caller(request, VIEW), webhook))
    if undelivered:
        rows = rows.filter(delivered_at=None)
    if after:
        rows = rows.filter(id__lt=UUID(after))
    found = list(rows.order_by("-id")[: limit + 1])
    more = str(found[limit - 1].pk) if len(found) > limit else ""
    return SentPage(items=[Sent.from_orm(row) for row in found[:limit]], next=more)


@router.post(
    "/webhooks/{webhook}/messages/{message_id}/resend",
    response={200: Ordered, **SIGNED},
    summary="重新推送",
    operation_id="resend_webhook_message",
)
def resend(request: HttpRequest, webhook: UUID, message_id: UUID, key: KeyOptional = None) -> HttpResponse:
    """Once more, with the same id: a receiver that has it already answers 2xx and does nothing."""
    principal = caller(request, VIEW)

    def call() -> Ordered:
        services.send_again(message_id, _own(principal, webhook))
        return Ordered(id=message_id)

    return answer(request, principal, key, call)


@router.post(
    "/webhooks/{webhook}/test", response={200: Ordered, **SIGNED}, summary="推送一条测试", operation_id="test_webhook"
)
def test(request: HttpRequest, webhook: UUID, key: KeyOptional = None) -> HttpResponse:
    """A message ``webhook.tested`` goes out; what became of it stands in the messages."""
    principal = caller(request, VIEW)
    return answer(request, principal, key, lambda: Ordered(id=services.test(_own(principal, webhook)).pk))

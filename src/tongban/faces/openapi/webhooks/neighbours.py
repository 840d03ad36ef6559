"""Webhooks as one port of the connections page."""

from __future__ import annotations

from tongban.faces.openapi.models import Webhook, WebhookMessage
from tongban.ground.ports.registry import WELL, Backlog, Port, register_port

MOST_COUNTED = 1000


def register() -> None:
    """One line for all of them; the page lists each."""
    register_port(
        Port(
            "openapi.webhooks", "事件推送", "部门系统及时知道办件的变化", lambda: "HTTP 推送，带签名", _check, _backlog
        )
    )


def _check() -> str:
    failing = Webhook.objects.filter(is_active=True).exclude(failing_since=None).count()
    off = Webhook.objects.filter(is_active=False).exclude(off_reason="").count()
    if failing or off:
        return f"{failing} 个地址正在失败，{off} 个已停用" if off else f"{failing} 个地址正在失败，系统会再试"
    return WELL


def _backlog() -> Backlog:
    waiting = WebhookMessage.objects.filter(delivered_at=None, given_up_at=None, webhook__is_active=True)
    since = list(waiting.order_by("created_at").values_list("created_at", flat=True)[:MOST_COUNTED])
    return Backlog(len(since), since[0]) if since else Backlog()

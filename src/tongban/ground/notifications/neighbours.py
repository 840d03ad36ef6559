"""The gateways of this room as ports of the connections page."""

from __future__ import annotations

import smtplib
from urllib.parse import urlsplit

from django.conf import settings

from tongban.ground.notifications import sms
from tongban.ground.notifications.models import Channel, Notification
from tongban.ground.ports.registry import WELL, Backlog, Port, register_port

MOST_COUNTED = 1000
MAIL_SECONDS = 5


def register() -> None:
    """Short messages and e-mail."""
    register_port(
        Port(
            "notifications.sms",
            "短信网关",
            "办件短信、登录验证码",
            lambda: "沙箱（只在本系统里显示，不发出）" if settings.SMS_GATEWAY == "sandbox" else "HTTP 接口",
            lambda: sms.port().check(),
            lambda: _waiting(Channel.SMS),
        )
    )
    register_port(
        Port(
            "notifications.email",
            "邮件服务器",
            "办件邮件",
            lambda: "SMTP" if settings.EMAIL_URL else "没有配置（邮件留在站内消息里）",
            _mail,
            lambda: _waiting(Channel.EMAIL) if settings.EMAIL_URL else Backlog(),
        )
    )


def _waiting(channel: str) -> Backlog:
    unsent = Notification.objects.filter(sent_at=None, channel=channel)
    since = list(unsent.order_by("created_at").values_list("created_at", flat=True)[:MOST_COUNTED])
    return Backlog(len(since), since[0]) if since else Backlog()


def _mail() -> str:
    if not settings.EMAIL_URL:
        return WELL
    parts = urlsplit(settings.EMAIL_URL)
    try:
        with smtplib.SMTP(parts.hostname or "", parts.port or 25, timeout=MAIL_SECONDS) as server:
            server.noop()
    except (OSError, smtplib.SMTPException, ValueError):
        return "邮件服务器没有响应"
    return WELL

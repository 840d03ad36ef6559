"""The credit platform as a port of the connections page."""

from __future__ import annotations

from django.conf import settings

from tongban.ground.ports.registry import Backlog, Port, register_port
from tongban.registry.credit.models import CreditPush
from tongban.registry.credit.platform import port

MOST_COUNTED = 1000
_ADAPTERS = {
    "sandbox": "沙箱（本机自带的对方，数据不出本系统）",
    "file": "文件夹（批次和回执由人转送）",
}


def register() -> None:
    """What goes to the credit platform in signed batches (NTC-13)."""
    register_port(
        Port("credit.platform", "信用信息共享平台", "信用信息的归集和共享", _adapter, lambda: port().check(), _backlog)
    )


def _adapter() -> str:
    return _ADAPTERS.get(str(settings.CREDIT_PLATFORM), "HTTP 接口")


def _backlog() -> Backlog:
    """Facts that the other side has neither taken nor sent back."""
    waiting = CreditPush.objects.filter(state__in=(CreditPush.State.PENDING, CreditPush.State.SENT))
    since = list(waiting.order_by("ordered_at").values_list("ordered_at", flat=True)[:MOST_COUNTED])
    return Backlog(len(since), since[0]) if since else Backlog()

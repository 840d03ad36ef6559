"""What was done to a hall, in words, out of the ledger. The newest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tongban.faces.desk.selectors import names_of_staff
from tongban.ground.ledger.selectors import events_of
from tongban.registry.places.models import Hall

SHOWN = 200
_FIELDS: Mapping[str, str] = {
    "address": "地址",
    "phone": "电话",
    "hours_text": "开放时间说明",
    "facilities": "无障碍设施",
    "bus_routes": "公交线路",
    "directions": "怎么走",
    "area": "面积",
    "founded": "成立时间",
    "parent_id": "上级大厅",
    "department_id": "管理单位",
}


@dataclass(frozen=True)
class Entry:
    """One act: what, by whom, when, and what it says beside."""

    at: datetime
    title: str
    who: str
    detail: str


def _fields(body: Mapping[str, Any]) -> str:
    return "、".join(_FIELDS.get(name, name) for name in body.get("changed", ()))


def _count(body: Mapping[str, Any]) -> str:
    return _("%(n)s 项") % {"n": len(body.get("options", ()))}


def _ended(body: Mapping[str, Any]) -> str:
    other = f"{body['name']}；" if body.get("name") else ""
    return f"{other}{_('从 %(day)s 起') % {'day': body.get('on', '')}}；{body.get('basis', '')}"


def _basis(body: Mapping[str, Any]) -> str:
    return str(body.get("basis", ""))


def _named(body: Mapping[str, Any]) -> str:
    was = body.get("was")
    return f"{was} → {body.get('name', '')}" if was and was != body.get("name") else str(body.get("name", ""))


def _letters(body: Mapping[str, Any]) -> str:
    return "、".join(body.get("letters", ()))


def _nothing(body: Mapping[str, Any]) -> str:
    return ""


_WORDS: Mapping[str, tuple[str, Callable[[Mapping[str, Any]], str]]] = {
    "hall.recorded": ("设立", _nothing),
    "hall.described": ("修改大厅信息", _fields),
    "hall.renamed": ("更名", _basis),
    "hall.merged": ("定了并入", _ended),
    "hall.closed": ("定了停办", _ended),
    "hall.end_revoked": ("取消并入或停办", _nothing),
    "hall.took_over": ("接手另一个大厅", _named),
    "hall.zones_added": ("设专区", _nothing),
    "hall.zone_changed": ("修改专区", _named),
    "hall.zone_closed": ("撤销专区", _named),
    "hall.queues_added": ("设队列", _letters),
    "hall.stationed": ("登记进驻", _count),
    "hall.exceptions_listed": ("列入负面清单", _count),
    "hall.stationing_ended": ("进驻登记到期", _count),
}


def of_hall(hall: Hall) -> tuple[Entry, ...]:
    """The newest acts on a hall; two queries."""
    events = events_of("hall", hall.pk, after_seq=max(0, hall.seq - SHOWN))
    names = names_of_staff({one.actor_id for one in events if one.actor_id})
    found = []
    for one in reversed(events):
        title, tell = _WORDS.get(one.kind, (one.kind, _nothing))
        who = names.get(one.actor_id, "") if one.actor_id else _("系统")
        found.append(Entry(one.occurred_at, title, who, tell(one.body)))
    return tuple(found)

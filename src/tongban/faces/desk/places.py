"""Forms of the hall manager: a window, an item that is stationed or is not, a new name. The controls of the acts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import QueryDict

from tongban.faces.acts.act import Act, Options, Scene
from tongban.faces.acts.controls import Choice, Text, Ticks
from tongban.registry.catalog.models import HandlingOption
from tongban.registry.parties.models import Department
from tongban.registry.places.configuring import WindowDraft
from tongban.registry.places.models import Hall, Stationing, Window
from tongban.registry.places.selectors import Profile

CONFIGURE = ("places.hall.configure",)
STATIONED = "stationed"


def _fixed(options: Options) -> Callable[[Scene], Options]:
    return lambda scene: options


def _id(text: str) -> UUID | None:
    return UUID(text) if text else None


def window_form(hall: Hall, profile: Profile, title: str, window: Window | None = None) -> Act:
    """What a window is and accepts; four queries. What ``window`` accepts already is always offered."""
    zones = tuple((str(one.pk), str(one)) for one in hall.zones.filter(closed_on=None).order_by("position"))
    queues = tuple((str(one.pk), str(one)) for one in hall.queues.order_by("position"))
    above = Q(region__no__lte=hall.region_no, region__end_no__gte=hall.region_no, items__isnull=False)
    rows = Department.objects.filter(above | Q(pk__in=window.departments if window else ())).distinct()
    units = tuple((str(one.pk), one.name) for one in rows.order_by("name"))
    here = {one.option.slug: one.option.name for one in profile.stationed}
    own = HandlingOption.objects.filter(slug__in=window.options if window else ()).values_list("slug", "name")
    items = tuple({**here, **dict(own)}.items())
    return Act(
        "window",
        title,
        "保存后马上生效：取号和办事指南按这里写的引导。",
        CONFIGURE,
        (
            Text("number", "窗口号", "例如 05", most=6),
            Text("name", "窗口名称", most=40),
            Choice("kind", "类型", options=_fixed(tuple(Window.Kind.choices)), long=True),
            Choice("mode", "受理方式", options=_fixed(tuple(Window.Mode.choices))),
            Text("field_name", "领域", "分领域窗口写，例如 社会保险和就业", optional=True, most=40),
            Ticks("departments", "受理这些部门的事项", "分领域窗口选", optional=True, options=_fixed(units)),
            Ticks(
                "options", "受理这些事项", "分领域窗口、专窗选；只列进驻本大厅的", optional=True, options=_fixed(items)
            ),
            Choice("zone_id", "专区", options=_fixed(zones), into=_id, optional=True, long=True),
            Choice("queue_id", "叫号队列", options=_fixed(queues), into=_id, optional=True, long=True),
        ),
    )


def window_draft(given: dict[str, Any]) -> WindowDraft:
    """What was typed, as the service takes it."""
    return WindowDraft(**{**given, "departments": tuple(int(key) for key in given["departments"])})


def as_typed(window: Window) -> QueryDict:
    """The window as the form would have been typed."""
    sent = QueryDict(mutable=True)
    for name in ("number", "name", "kind", "mode", "field_name"):
        sent[name] = getattr(window, name)
    sent["zone_id"], sent["queue_id"] = (str(key) if key else "" for key in (window.zone_id, window.queue_id))
    sent.setlist("departments", [str(key) for key in window.departments])
    sent.setlist("options", list(window.options))
    return sent


def items_form(profile: Profile) -> Act:
    """Station an item, or list it with the reason why it is not; one query."""
    known = {one.option_id: "进驻" for one in profile.stationed} | {
        one.option_id: "不进驻" for one in profile.exceptions
    }
    rows = HandlingOption.objects.exclude(versions=None).order_by("name")
    items = tuple(
        (str(one.pk), f"{one.name}（现在：{known[one.pk]}）" if one.pk in known else one.name) for one in rows
    )
    reasons = (("", "进驻，不用理由"), *Stationing.Reason.choices)
    return Act(
        "items",
        "登记进驻或不进驻",
        "应进必进。不进驻的，写清理由、依据和到哪里办，大厅的公开网页会列出来。",
        CONFIGURE,
        (
            Choice("option", "事项", options=_fixed(items), into=int, long=True),
            Choice("standing", "进驻吗", options=_fixed(tuple(Stationing.Standing.choices)), first=True),
            Choice("reason", "不进驻的理由", options=_fixed(reasons), optional=True, long=True),
            Text("words", "说明", "不进驻时写", optional=True, most=200),
            Text("basis", "依据", "不进驻时写文件名称和条款", optional=True, most=300),
            Text("elsewhere", "到哪里办", "不进驻时写地点和电话", optional=True, most=200),
        ),
    )


def name_form() -> Act:
    """A new name on the door."""
    return Act(
        "name",
        "更改名称",
        "从今天起用新名称；旧名称留在沿革里，按旧名称也找得到。名称要符合统一名称和标识的规定。",
        CONFIGURE,
        (Text("name", "新名称", most=60), Text("basis", "更名的依据", "文件名称和文号", most=200)),
    )

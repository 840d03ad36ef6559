"""Forms for whoever founds, describes, divides or ends a hall. The controls of the acts, no case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tongban.faces.acts.act import Act, Options, Scene
from tongban.faces.acts.controls import Choice, Day, Number, People, Text, Ticks
from tongban.ground.policy import Principal
from tongban.registry.parties.models import Department, Region
from tongban.registry.places import selectors
from tongban.registry.places.founding import HallDraft
from tongban.registry.places.models import Hall, Queue, Zone

CONFIGURE = ("places.hall.configure",)
MOST = 500
MERGE, CLOSE = "merge", "close"
FOLLOW, RETIRE = "follow", "retire"


def _fixed(options: Options) -> Callable[[Scene], Options]:
    return lambda scene: options


def _id(text: str) -> UUID | None:
    return UUID(text) if text else None


def _number(text: str) -> int | None:
    return int(text) if text else None


def _parents(low: int, high: int, own: Hall | None) -> Options:
    """Halls to which one may belong: of the region, above it or inside it."""
    inside, above = Q(region_no__range=(low, high)), Q(region__no__lte=low, region__end_no__gte=low)
    rows = Hall.objects.filter(selectors.working(), inside | above).exclude(pk__in=[own.pk] if own else [])
    return tuple((str(one.pk), one.name) for one in rows.order_by("region_no", "name")[:MOST])


def _written(low: int, high: int, own: Hall | None) -> tuple[Any, ...]:
    """Controls of what is written about a hall; two queries."""
    inside = Q(region__no__range=(low, high)) | Q(region__no__lte=low, region__end_no__gte=low)
    rows = Department.objects.filter(inside | Q(pk__in=[own.department_id] if own and own.department_id else []))
    units = tuple((str(one.pk), one.name) for one in rows.order_by("name")[:MOST])
    return (
        Text("address", _("地址"), _("写到门牌号和楼层"), most=200),
        Text("phone", _("电话"), _("例如 0500-8200199"), most=30),
        Text("hours_text", _("开放时间说明"), _("大厅按地区的办公时间开门，这里写别的说明"), True, most=200),
        Ticks("facilities", _("无障碍设施"), optional=True, options=_fixed(tuple(Hall.Facility.choices))),
        People("bus_routes", _("公交线路"), _("一行写一条线路"), True),
        Text("directions", _("怎么走"), optional=True, most=200),
        Number("area", _("面积"), optional=True, unit=_("平方米"), largest=999_999),
        Text("founded", _("成立时间"), _("照文件上的写法，例如 2001年10月"), True, most=20),
        Choice(
            "parent_id", _("上级大厅"), options=_fixed(_parents(low, high, own)), into=_id, optional=True, long=True
        ),
        Choice("department_id", _("管理单位"), options=_fixed(units), into=_number, optional=True, long=True),
    )


def found_form(principal: Principal) -> Act:
    """A new hall; three queries."""
    low, high = principal.region_no, principal.region_end_no
    regions = tuple(
        (str(one.pk), one.name) for one in Region.objects.filter(no__range=(low, high)).order_by("no")[:MOST]
    )
    return Act(
        "found",
        _("设立大厅"),
        _("设好以后马上出现在公开网页上。接着设专区、队列和窗口，登记进驻的事项。"),
        CONFIGURE,
        (
            Choice("kind", _("类型"), options=_fixed(tuple(Hall.Kind.choices)), long=True),
            Text("name", _("名称"), _("门头上写的，要符合统一名称和标识的规定"), most=60),
            Text("slug", _("网址名"), _("小写字母、数字和连字符，例如 qiaoxi-3；定了不改"), most=40),
            Choice("region", _("地区"), options=_fixed(regions), into=int, long=True),
            *_written(low, high, None),
        ),
    )


def describe_form(hall: Hall) -> Act:
    """What is written about a hall; two queries."""
    region = hall.region
    meaning = _("保存后马上写在公开网页上。名称用“更名”改，网址名不能改。")
    return Act("describe", _("保存大厅信息"), meaning, CONFIGURE, _written(region.no, region.end_no, hall))


_PLAIN = ("address", "phone", "hours_text", "directions", "founded")


def described(hall: Hall) -> QueryDict:
    """The hall as its form would have been typed."""
    sent = QueryDict(mutable=True)
    for name in _PLAIN:
        sent[name] = getattr(hall, name)
    sent["area"] = str(hall.area or "")
    sent["bus_routes"] = "\n".join(hall.bus_routes)
    sent["parent_id"], sent["department_id"] = str(hall.parent_id or ""), str(hall.department_id or "")
    sent.setlist("facilities", list(hall.facilities))
    return sent


def draft(given: Mapping[str, Any], own: Hall | None = None) -> HallDraft:
    """What was typed, as the service takes it; ``own``: the hall that keeps its name, kind and address on the web."""
    values = {name: value for name, value in given.items() if name != "region"}
    named = {"slug": own.slug, "kind": own.kind, "name": own.name} if own else {}
    return HallDraft(**{**values, **named})


def zone_form(title: Any) -> Act:
    """A zone: its name, what it is for, on which floor."""
    return Act(
        "zone",
        title,
        _("专区写在大厅的公开网页和号票上。"),
        CONFIGURE,
        (
            Text("name", _("专区名称"), most=40),
            Choice("kind", _("类型"), options=_fixed(tuple(Zone.Kind.choices)), long=True),
            Text("floor", _("楼层"), _("例如 二楼"), True, most=10),
        ),
    )


def zone_as_typed(zone: Zone) -> QueryDict:
    """The zone as its form would have been typed."""
    sent = QueryDict(mutable=True)
    sent.update({"name": zone.name, "kind": zone.kind, "floor": zone.floor})
    return sent


def queue_form() -> Act:
    """A waiting line: the letter of its tickets, its name, what it is for."""
    return Act(
        "queue",
        _("设队列"),
        _("设了队列，大厅的公开网页和取号机就能取号。再在窗口里选它叫哪个队列。"),
        CONFIGURE,
        (
            Text("letter", _("号头"), _("一两个大写字母，例如 A"), most=2),
            Text("name", _("队列名称"), _("例如 综合办事"), most=40),
            Choice("purpose", _("做什么"), options=_fixed(tuple(Queue.Purpose.choices))),
        ),
    )


def end_form(principal: Principal, hall: Hall) -> Act:
    """Merge it into another hall, or close it; one query."""
    low, high = principal.region_no, principal.region_end_no
    rows = Hall.objects.filter(region_no__range=(low, high), merged_on=None, closed_on=None).exclude(pk=hall.pk)
    others = tuple((str(one.pk), one.name) for one in rows.order_by("region_no", "name")[:MOST])
    return Act(
        "end",
        _("定下来"),
        _("到那一天，进驻的事项转到接手的大厅，这里的窗口随迁或撤销。在那一天以前都可以取消。"),
        CONFIGURE,
        (
            Choice("how", _("怎么办"), options=_fixed(((MERGE, "并入另一个大厅"), (CLOSE, "停办，没有大厅接手")))),
            Choice("into", _("并入哪个大厅"), _("并入的选"), True, options=_fixed(others), into=_id, long=True),
            Choice(
                "windows",
                _("窗口怎么办"),
                _("并入的选"),
                True,
                options=_fixed(((RETIRE, "撤销"), (FOLLOW, "随迁到接手的大厅"))),
            ),
            Day("on", _("从哪天起"), _("从今天起的，要先没有人等号、没有窗口办公")),
            Text("basis", _("依据"), _("文件名称和文号"), most=200),
        ),
    )

"""Where matters are done: halls, zones, windows, who sits there, what is stationed, waiting lines and their tickets.

Opening hours are not kept here: a hall follows the office hours and closures of its region (``ground.calendars``).
Halls, windows and queue tickets are subjects of the ledger; zones, names, stationing and queues change by acts of the
hall, duties by acts of the window.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import F, Q

from tongban.ground.ids import uuid7
from tongban.registry.catalog.models import HandlingOption
from tongban.registry.parties.models import Department, Region, Staff


class Hall(models.Model):
    """A place where the public comes: a government service centre, a branch, a township centre, a village station.

    ``name`` is the name on the door (HAL-08: ``rules.naming_problem``); earlier names and further plates are
    :class:`HallName`. A hall that was merged or closed keeps its page, which says so and names the hall that took it
    over. ``ended`` (the day of the one or the other) may lie ahead: until then it works as before.
    """

    class Kind(models.TextChoices):
        CENTRE = "centre", "政务服务中心"
        BRANCH = "branch", "分中心（分厅）"
        TOWNSHIP_CENTRE = "township_centre", "便民服务中心"
        VILLAGE_STATION = "village_station", "便民服务站"
        PARTNER_POINT = "partner_point", "政务驿站（合作网点）"

    class Facility(models.TextChoices):
        RAMP = "ramp", "无障碍坡道"
        LIFT = "lift", "无障碍电梯"
        TOILET = "toilet", "无障碍卫生间"
        PARKING = "parking", "无障碍停车位"
        LOW_COUNTER = "low_counter", "低位服务台"
        WHEELCHAIR = "wheelchair", "轮椅"
        TACTILE_PAVING = "tactile_paving", "盲道"
        SIGN_LANGUAGE = "sign_language", "手语服务"
        NURSING_ROOM = "nursing_room", "母婴室"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField("网址名", max_length=40, unique=True)
    region = models.ForeignKey(Region, models.PROTECT, related_name="halls")
    region_no = models.IntegerField()
    kind = models.CharField("类型", max_length=16, choices=Kind.choices)
    name = models.CharField("名称", max_length=60)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="branches", verbose_name="上级大厅")
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="halls", verbose_name="管理单位")
    address = models.CharField("地址", max_length=200)
    bus_routes = ArrayField(models.CharField(max_length=30), default=list, verbose_name="公交线路")
    directions = models.CharField("怎么走", max_length=200, blank=True, default="")
    phone = models.CharField("电话", max_length=30)
    hours_text = models.CharField("开放时间说明", max_length=200, blank=True, default="")
    area = models.IntegerField("面积（平方米）", null=True)
    founded = models.CharField("成立时间", max_length=20, blank=True, default="", help_text="as written: 2001年10月")
    facilities = ArrayField(
        models.CharField(max_length=16), default=list, verbose_name="无障碍设施", help_text="codes of Facility"
    )
    merged_on = models.DateField("并入日期", null=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="taken_over")
    closed_on = models.DateField("停办日期", null=True, help_text="from this day on, and no other hall does its work")
    end_basis = models.CharField("并入或停办的依据", max_length=200, blank=True, default="")
    windows_follow = models.BooleanField("窗口随迁", default=False, help_text="when it is merged")
    seq = models.IntegerField(default=0)
    head = models.BinaryField(default=b"")

    class Meta:
        verbose_name = "大厅"
        indexes: ClassVar[list[Any]] = [models.Index(fields=["region_no", "id"], name="hall_of_region")]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(merged_on=None, merged_into=None) | Q(merged_on__isnull=False, merged_into__isnull=False),
                name="hall_merged_into_one",
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=F("id")) | Q(merged_into=None), name="hall_not_into_itself"
            ),
            models.CheckConstraint(condition=Q(merged_on=None) | Q(closed_on=None), name="hall_merged_or_closed"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ended(self) -> date | None:
        """The day from which it works no more; empty while none is decided."""
        return self.merged_on or self.closed_on

    @property
    def facility_words(self) -> tuple[str, ...]:
        """What helps whoever cannot come easily, in words."""
        return tuple(str(label) for code, label in self.Facility.choices if code in self.facilities)


class HallName(models.Model):
    """A name that a hall has or had: the one on the door, or a second plate (一个机构两块牌子)."""

    class Kind(models.TextChoices):
        MAIN = "main", "名称"
        PLATE = "plate", "加挂的牌子"

    hall = models.ForeignKey(Hall, models.PROTECT, related_name="names")
    name = models.CharField("名称", max_length=60)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    valid = DateRangeField("起止", help_text="first day included, last day excluded")
    basis = models.CharField("依据", max_length=200, blank=True, default="")

    class Meta:
        verbose_name = "大厅名称"

    def __str__(self) -> str:
        return self.name


class Zone(models.Model):
    """A part of a hall (专区)."""

    class Kind(models.TextChoices):
        RECEPTION = "reception", "咨询导办区"
        HANDLING = "handling", "综合办事区"
        PROJECT = "project", "工程建设区"
        ENTERPRISE = "enterprise", "企业开办区"
        ESTATE = "estate", "不动产登记区"
        INSURANCE = "insurance", "社保医保区"
        ISSUING = "issuing", "证照发放区"
        CROSS_REGION = "cross_region", "跨域通办区"
        SELF_SERVICE = "self_service", "自助服务区"
        WAITING = "waiting", "等候区"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="zones")
    name = models.CharField("名称", max_length=40)
    kind = models.CharField("类型", max_length=14, choices=Kind.choices)
    floor = models.CharField("楼层", max_length=10, blank=True, default="")
    position = models.IntegerField("顺序", default=0)
    closed_on = models.DateField("撤销日期", null=True)

    class Meta:
        verbose_name = "专区"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["hall", "name"], condition=Q(closed_on=None), name="zone_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class Queue(models.Model):
    """A waiting line of a window group; its tickets are ``letter`` + daily gapless number."""

    class Purpose(models.TextChoices):
        HANDLING = "handling", "办理事项"
        CONSULTING = "consulting", "咨询"
        COLLECTING = "collecting", "领取证照"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="queues")
    letter = models.CharField("号头", max_length=2)
    name = models.CharField("名称", max_length=40)
    purpose = models.CharField("做什么", max_length=10, choices=Purpose.choices)
    position = models.IntegerField("顺序", default=0)

    class Meta:
        verbose_name = "排队队列"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["hall", "letter"], name="queue_letter_once"),
            models.UniqueConstraint(fields=["hall", "name"], name="queue_name_once"),
        ]

    def __str__(self) -> str:
        return f"{self.letter} {self.name}"


class Window(models.Model):
    """A counter. What it accepts follows from ``mode``: see ``rules.accepts``.

    ``all_items`` (无差别) takes everything that is stationed in the hall; ``by_field`` (分领域) the items of
    ``departments`` and those of ``options``; ``dedicated`` (专窗) only those of ``options``.
    """

    class Kind(models.TextChoices):
        CONSULTING = "consulting", "综合咨询"
        ASSISTANCE = "assistance", "帮办代办"
        CROSS_REGION = "cross_region", "跨域通办"
        BACKSTOP = "backstop", "办不成事反映"
        COMPREHENSIVE = "comprehensive", "综合办事"
        PROJECT = "project", "投资和工程建设项目受理"
        START_UP = "start_up", "企业开办一窗通办"
        ESTATE = "estate", "不动产登记综合"
        ISSUING = "issuing", "证照发放"
        MEDICAL_INSURANCE = "medical_insurance", "医保专区"

    class Mode(models.TextChoices):
        ALL_ITEMS = "all_items", "无差别全科"
        BY_FIELD = "by_field", "分领域"
        DEDICATED = "dedicated", "专窗"

    class State(models.TextChoices):
        CLOSED = "closed", "关闭"
        OPEN = "open", "开放"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="windows")
    zone = models.ForeignKey(Zone, models.PROTECT, null=True, related_name="windows")
    queue = models.ForeignKey(Queue, models.PROTECT, null=True, related_name="windows")
    region_no = models.IntegerField()
    number = models.CharField("窗口号", max_length=6)
    name = models.CharField("窗口名称", max_length=40)
    kind = models.CharField("类型", max_length=18, choices=Kind.choices)
    mode = models.CharField("受理方式", max_length=10, choices=Mode.choices)
    field_name = models.CharField("领域", max_length=40, blank=True, default="")
    departments = ArrayField(models.IntegerField(), default=list, verbose_name="受理这些部门的事项")
    options = ArrayField(models.CharField(max_length=80), default=list, verbose_name="受理这些事项", help_text="slugs")
    state = models.CharField(max_length=6, choices=State.choices, default=State.CLOSED)
    retired_on = models.DateField("撤销日期", null=True)
    seq = models.IntegerField(default=0)
    head = models.BinaryField(default=b"")

    class Meta:
        verbose_name = "窗口"
        indexes: ClassVar[list[Any]] = [models.Index(fields=["hall", "number"], name="window_of_hall")]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["hall", "number"], condition=Q(retired_on=None), name="window_number_once"),
            models.CheckConstraint(condition=Q(retired_on=None) | Q(state="closed"), name="window_retired_is_closed"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class WindowDuty(models.Model):
    """Who sits at a window, from when until when; without an end it is now."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    window = models.ForeignKey(Window, models.PROTECT, related_name="duties")
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="window_duties")
    staff_name = models.CharField(max_length=40)
    post_id = models.IntegerField("岗位", null=True)
    from_at = models.DateTimeField("坐窗时间")
    until_at = models.DateTimeField("离窗时间", null=True)

    class Meta:
        verbose_name = "窗口当班"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["window"], condition=Q(until_at=None), name="window_one_on_duty"),
            models.UniqueConstraint(fields=["staff"], condition=Q(until_at=None), name="staff_at_one_window"),
            models.CheckConstraint(condition=Q(until_at=None) | Q(until_at__gte=F("from_at")), name="duty_in_order"),
        ]


class Stationing(models.Model):
    """An item in a hall (应进必进), or the reasoned entry that it is not (进驻事项负面清单, WIN-25, WIN-26)."""

    class Standing(models.TextChoices):
        STATIONED = "stationed", "进驻"
        NOT_STATIONED = "not_stationed", "不进驻"

    class Reason(models.TextChoices):
        SECRET = "secret", "涉密"
        SPACE = "space", "对场地有特殊要求"
        EQUIPMENT = "equipment", "要用专门的设备"
        OTHER_PLACE = "other_place", "法律、法规规定在其他场所办理"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="stationings")
    option = models.ForeignKey(HandlingOption, models.PROTECT, related_name="stationings")
    standing = models.CharField(max_length=14, choices=Standing.choices)
    reason = models.CharField("理由", max_length=12, choices=Reason.choices, blank=True, default="")
    words = models.CharField("说明", max_length=200, blank=True, default="")
    basis = models.CharField("依据", max_length=300, blank=True, default="")
    elsewhere = models.CharField("到哪里办", max_length=200, blank=True, default="")
    valid = DateRangeField("起止", help_text="first day included, last day excluded")

    class Meta:
        verbose_name = "事项进驻"
        indexes: ClassVar[list[Any]] = [models.Index(fields=["option", "hall"], name="stationing_of_option")]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["hall", "option"], condition=Q(valid__upper_inf=True), name="stationing_once"
            ),
            models.CheckConstraint(
                condition=Q(standing="stationed", reason="")
                | (Q(standing="not_stationed") & ~Q(reason="") & ~Q(words="") & ~Q(basis="") & ~Q(elsewhere="")),
                name="stationing_negative_reasoned",
            ),
        ]


class QueueTicket(models.Model):
    """A place in a waiting line on one day. It knows no person: whoever holds the ``code`` holds the place.

    ``option`` is the slug of the item it is for, empty for a consultation or for collecting. ``priority`` is told to
    the clerk who calls and to nobody else. ``placed_at`` orders the line: when it was taken, or where a missed one was
    put back.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "等候"
        CALLED = "called", "已叫号"
        SERVING = "serving", "办理中"
        SERVED = "served", "已办"
        PASSED_OVER = "passed_over", "已过号"
        LEFT = "left", "已离开"

    class Priority(models.TextChoices):
        NONE = "", "没有"
        ELDERLY = "elderly", "65 岁以上老人"
        DISABLED = "disabled", "残疾人"
        PREGNANT = "pregnant", "孕妇或带婴幼儿"
        SERVICEMAN = "serviceman", "现役军人、退役军人和优待对象"

    class Source(models.TextChoices):
        PHONE = "phone", "手机"
        KIOSK = "kiosk", "取号机"
        GUIDE = "guide", "导办员"

    class Result(models.TextChoices):
        RECEIVED = "received", "已收件"
        ANSWERED = "answered", "咨询已答复"
        COLLECTED = "collected", "已领取"
        HANDED_BACK = "handed_back", "材料不齐，当场告知"
        REFERRED = "referred", "引导到别的窗口"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    hall = models.ForeignKey(Hall, models.PROTECT, related_name="tickets")
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="tickets")
    region_no = models.IntegerField()
    day = models.DateField("日期")
    ordinal = models.IntegerField("当天第几号")
    number = models.CharField("号", max_length=8)
    code = models.CharField("查询码", max_length=12, unique=True)
    option = models.CharField("事项", max_length=80, blank=True, default="", help_text="slug")
    subject = models.CharField("办什么", max_length=200)
    priority = models.CharField("优先", max_length=10, choices=Priority.choices, blank=True, default="")
    source = models.CharField("从哪里取的", max_length=6, choices=Source.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    taken_at = models.DateTimeField("取号时间")
    placed_at = models.DateTimeField("排队位置")
    called_at = models.DateTimeField("最近叫号", null=True)
    calls = models.IntegerField("叫了几次", default=0)
    passes = models.IntegerField("过号几次", default=0)
    begun_at = models.DateTimeField("开始办理", null=True)
    ended_at = models.DateTimeField("结束", null=True)
    window = models.ForeignKey(Window, models.PROTECT, null=True, related_name="tickets")
    staff_id = models.UUIDField("叫号的人", null=True)
    result = models.CharField("结果", max_length=12, choices=Result.choices, blank=True, default="")
    case_id = models.UUIDField("办件", null=True)
    seq = models.IntegerField(default=0)
    head = models.BinaryField(default=b"")

    class Meta:
        verbose_name = "号票"
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["queue", "placed_at"], name="ticket_waiting", condition=Q(state="waiting")),
            models.Index(fields=["hall", "day", "-called_at"], name="ticket_of_day"),
        ]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["queue", "day", "ordinal"], name="ticket_ordinal_once"),
            models.UniqueConstraint(
                fields=["window"], condition=Q(state__in=["called", "serving"]), name="window_one_ticket"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "left", "passed_over"])
                | Q(window__isnull=False, called_at__isnull=False, staff_id__isnull=False),
                name="ticket_called_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="served") | (Q(ended_at__isnull=False) & ~Q(result="")), name="ticket_served_result"
            ),
        ]

    def __str__(self) -> str:
        return self.number

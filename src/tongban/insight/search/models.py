"""What the search box looks in, the words that stewards keep, what was asked and chosen, what people miss."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from tongban.ground.ids import uuid7
from tongban.insight.search.lexicon import KINDS
from tongban.registry.catalog.models import HandlingOption, ItemVersion
from tongban.registry.parties.models import Department


class SearchEntry(models.Model):
    """One row for each option that can be found: configured and in force, or listed and alive. A copy for finding.

    It is rebuilt from the catalogue at any time, so it is never the truth. ``words`` holds pairs of names (A inside a
    word, B across words), what sounds alike and initials (D), pairs of the other text (C). Options of different places
    with the same ``answer`` are one answer; its ``lead`` stands for them all.
    """

    option = models.OneToOneField(HandlingOption, models.CASCADE, primary_key=True, related_name="search_entry")
    version = models.ForeignKey(ItemVersion, models.CASCADE, null=True, related_name="+")
    standing = models.CharField(max_length=10, choices=HandlingOption.Standing.choices)
    slug = models.SlugField(max_length=80)
    title = models.CharField("名称", max_length=200)
    plain = models.CharField("一句话", max_length=300)
    department = models.CharField("部门", max_length=100)
    unit = models.CharField("部门简称", max_length=40, help_text="without its place")
    department_no = models.IntegerField("部门编号", help_text="Department.id")
    region_no = models.IntegerField()
    region_name = models.CharField("地区", max_length=100)
    depth = models.SmallIntegerField("层级", help_text="0 province, 1 city, 2 county, 3 township, 4 village")
    time = models.CharField("时限", max_length=40)
    item_type = models.CharField("事项类型", max_length=20)
    domain = models.CharField("公共服务领域", max_length=20)
    acts = ArrayField(models.CharField(max_length=20), help_text="lexicon.ACTS")
    audience = ArrayField(models.CharField(max_length=20))
    themes = ArrayField(models.CharField(max_length=40))
    life_stages = ArrayField(models.CharField(max_length=20))
    modes = ArrayField(models.CharField(max_length=20))
    aliases = ArrayField(models.CharField(max_length=100))
    answer = models.CharField("答案", max_length=200, help_text="names.answer_key")
    lead = models.BooleanField("代表这个答案", default=True)
    places = models.IntegerField("可办地方数", default=1)
    front = models.TextField()
    back = models.TextField()
    text = models.TextField()
    exact = models.TextField()
    exact_aliases = models.TextField()
    sound = models.TextField()
    initials = models.TextField()
    words = SearchVectorField()

    class Meta:
        verbose_name = "搜索条目"
        indexes = [
            GinIndex(fields=["words"], name="search_words", condition=Q(lead=True)),
            models.Index(fields=["answer", "depth", "region_no"], name="search_answer"),
        ]

    def __str__(self) -> str:
        return self.title


class SearchTerm(models.Model):
    """How many leading entries hold a token in their names, and how many of them inside one word. An estimate."""

    token = models.CharField(max_length=80, primary_key=True)
    names = models.IntegerField()
    inside = models.IntegerField()

    class Meta:
        verbose_name = "词频"


class Vocabulary(models.Model):
    """The words of the city as a whole: the ledger's subject for every change, and the stamp that workers watch."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    single = models.BooleanField(default=True, unique=True, editable=False)
    seq = models.IntegerField(default=0)
    head = models.BinaryField(default=b"")

    class Meta:
        verbose_name = "搜索词库"
        constraints = [models.CheckConstraint(condition=Q(single=True), name="one_vocabulary")]


class SearchWord(models.Model):
    """A word that stewards keep (see ``lexicon``). ``means`` depends on the kind; a retired word keeps its row."""

    class State(models.TextChoices):
        ACTIVE = "active", "在用"
        RETIRED = "retired", "停用"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField("种类", max_length=12, choices=list(KINDS.items()))
    word = models.CharField("词", max_length=40)
    means = ArrayField(models.CharField(max_length=60), default=list, verbose_name="对应说法")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.ACTIVE)
    seeded = models.BooleanField("随平台带来", default=False)
    edited_by = models.UUIDField("最后编辑人", null=True, help_text="staff id")
    edited_name = models.CharField("最后编辑人姓名", max_length=40, default="")
    edited_at = models.DateTimeField("最后编辑时间")

    class Meta:
        verbose_name = "搜索词"
        constraints = [models.UniqueConstraint(fields=["kind", "word"], name="search_word_once")]
        indexes = [models.Index(fields=["kind", "-edited_at", "-id"], name="search_word_newest")]

    def __str__(self) -> str:
        return self.word


class SearchCount(models.Model):
    """What was asked on one day, never by whom. ``shown``: answers of the last time; ``failed``: times without any."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    query = models.CharField(max_length=30)
    asked = models.IntegerField(default=0)
    failed = models.IntegerField(default=0)
    clicked = models.IntegerField(default=0)
    shown = models.IntegerField(default=0)

    class Meta:
        verbose_name = "搜索次数"
        constraints = [
            models.UniqueConstraint(fields=["day", "query"], name="search_count_once"),
            models.CheckConstraint(condition=Q(failed__lte=F("asked")), name="search_failed_of_asked"),
        ]


class SearchClick(models.Model):
    """What was opened after a query on one day."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    query = models.CharField(max_length=30)
    option = models.ForeignKey(HandlingOption, models.CASCADE, related_name="+", db_index=False)
    clicks = models.IntegerField(default=0)

    class Meta:
        verbose_name = "搜索点击"
        constraints = [models.UniqueConstraint(fields=["query", "option", "day"], name="search_click_once")]


class SearchDemand(models.Model):
    """What people ask for and do not find: owner, decision and state (AIX-08). Subject of the ledger."""

    class State(models.TextChoices):
        OPEN = "open", "待研究"
        ASSIGNED = "assigned", "已交部门"
        ADOPTED = "adopted", "已采纳"
        DECLINED = "declined", "不采纳"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    words = models.CharField("诉求", max_length=60)
    asked = models.IntegerField("搜索次数", default=0)
    owner = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+", verbose_name="责任部门")
    decision = models.CharField("决定", max_length=300, blank=True, default="")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    made_at = models.DateTimeField("列入时间")
    decided_at = models.DateTimeField("决定时间", null=True)
    edited_name = models.CharField("经办人", max_length=40, default="")
    seq = models.IntegerField(default=0)
    head = models.BinaryField(default=b"")

    class Meta:
        verbose_name = "需求清单"
        constraints = [
            models.UniqueConstraint(fields=["words"], name="search_demand_once"),
            models.CheckConstraint(
                condition=Q(state="open") | Q(owner__isnull=False), name="search_demand_owner_before_decision"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["adopted", "declined"]) | ~Q(decision=""), name="search_demand_reasoned"
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="search_demand_by_state")]

    def __str__(self) -> str:
        return self.words

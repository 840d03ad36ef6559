"""What can be applied for: elements, material and result masters, catalogue entries, items, options, versions.

``ItemVersion.content`` is the compiled, immutable version (see ``version.py``); engine, form, guide, search and
API read only that. Validity is a daterange of the option; overlap is refused by an exclusion constraint (shapes 4).
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from tongban.ground.ids import uuid7
from tongban.registry.parties.models import Department, Region


class CodeList(models.Model):
    """A closed list of codes with their words: ``entries`` is [[code, words], ...]."""

    code = models.CharField(max_length=60, primary_key=True)
    name = models.CharField(max_length=100)
    entries = models.JSONField()
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = "码表"


class Element(models.Model):
    """A data element, defined once (shapes 5). ``definition`` is ``ElementDefinition.to_json()``."""

    path = models.CharField("路径", max_length=120, primary_key=True)
    name = models.CharField("名称", max_length=60)
    definition = models.JSONField()

    class Meta:
        verbose_name = "数据元"


class MaterialType(models.Model):
    """Master of the material library."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField("名称", max_length=100)
    issued_by_government = models.BooleanField("政府核发", default=False)

    class Meta:
        verbose_name = "材料"


class CatalogueEntry(models.Model):
    """Entry of the basic catalogue (基本目录), 12-character code, opaque."""

    code = models.CharField("基本编码", max_length=12, primary_key=True)
    name = models.CharField("事项名称", max_length=200)
    item_type = models.CharField("事项类型", max_length=20)
    regulator = models.CharField("主管部门", max_length=100, blank=True)
    domain = models.CharField("公共服务领域", max_length=20, blank=True, default="", help_text="taxonomy.DOMAINS")

    class Meta:
        verbose_name = "基本目录"


class Item(models.Model):
    """A service item at one authority and level (实施清单); its code is opaque (31 characters, longer where written
    with its parts apart). ``group_name`` is the 主项 that only groups (glossary: parent)."""

    code = models.CharField("实施编码", max_length=64, unique=True)
    entry = models.ForeignKey(CatalogueEntry, models.PROTECT)
    name = models.CharField("事项名称", max_length=200)
    group_name = models.CharField("主项名称", max_length=200, blank=True, default="")
    authority = models.ForeignKey(Department, models.PROTECT, related_name="items")
    region = models.ForeignKey(Region, models.PROTECT)

    class Meta:
        verbose_name = "政务服务事项"

    def __str__(self) -> str:
        return self.name


class HandlingOption(models.Model):
    """The smallest unit that can be applied for (业务办理项).

    ``standing`` says how far the platform goes with it. A ``listed`` option is known from the list of another system:
    it is found and has an honest guide (``listing``, see ``listings.py``), but nothing can be applied for. A
    ``configured`` one has published versions; ``draft`` is the editable source of the next one.
    """

    class Standing(models.TextChoices):
        LISTED = "listed", "已列入清单"
        CONFIGURED = "configured", "可在本平台办理"

    class DraftState(models.TextChoices):
        EDITING = "editing", "编辑中"
        IN_REVIEW = "in_review", "审核中"
        APPROVED = "approved", "审核通过"

    item = models.ForeignKey(Item, models.PROTECT, related_name="options")
    code = models.CharField("业务办理项编码", max_length=80, unique=True)
    slug = models.SlugField("网址名", max_length=80, unique=True)
    name = models.CharField("名称", max_length=200)
    kind = models.CharField("办理类别", max_length=20, default="new")
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.CONFIGURED)
    listing = models.JSONField("清单要素", default=dict, help_text="listings.Listing.to_json()")
    listed_at = models.DateTimeField("清单更新时间", null=True)
    last_import = models.ForeignKey("catalog.CatalogueImport", models.PROTECT, null=True, related_name="+")
    retired_at = models.DateTimeField("移出清单的时间", null=True, help_text="an undone or superseded list entry")
    facets = ArrayField(
        models.CharField(max_length=40), default=list, help_text="facets.of_listing(): what a listed one is found by"
    )
    draft = models.JSONField("草稿", default=dict)
    draft_revision = models.IntegerField(default=0)
    draft_state = models.CharField(max_length=10, choices=DraftState.choices, default=DraftState.EDITING)
    draft_edited_by = models.UUIDField("最后编辑人", null=True, help_text="staff id")
    draft_edited_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "业务办理项"
        indexes = [
            models.Index(fields=["item", "id"], name="option_listed", condition=Q(standing="listed", retired_at=None)),
            GinIndex(fields=["facets"], name="option_facets", condition=Q(standing="listed", retired_at=None)),
        ]

    def __str__(self) -> str:
        return self.name


class Beginning(models.Model):
    """An option that somebody began in the browser: on what ground, by whom, and how it ended when it came to nothing.

    A subject of the ledger (``item_beginning``). Its id is the key of the form, so a form that is sent twice begins
    once. It stands for good: an option with a version was published, one with ``discarded_at`` was given up.
    """

    class Way(models.TextChoices):
        ENTRY = "entry", "从目录新建"
        COPY = "copy", "复制已有事项"
        LISTED = "listed", "清单事项配置到底"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    option = models.ForeignKey(HandlingOption, models.PROTECT, related_name="beginnings", db_index=False)
    way = models.CharField("怎么新建的", max_length=6, choices=Way.choices)
    source = models.ForeignKey(HandlingOption, models.PROTECT, null=True, related_name="+", verbose_name="复制自")
    begun_by = models.UUIDField("新建人", help_text="staff id")
    begun_by_name = models.CharField(max_length=40)
    begun_at = models.DateTimeField()
    discarded_at = models.DateTimeField("放弃时间", null=True)
    reason = models.CharField("放弃的原因", max_length=300, blank=True, default="")
    draft = models.JSONField("放弃时的草稿", null=True)
    seq = models.IntegerField(default=0)
    head = models.BinaryField(default=b"")

    class Meta:
        verbose_name = "新建的事项"
        indexes = [models.Index(fields=["option", "-id"], name="beginning_of_option")]
        constraints = [
            models.UniqueConstraint(fields=["option"], condition=Q(discarded_at=None), name="beginning_one_standing"),
            models.CheckConstraint(
                condition=Q(discarded_at=None, draft=None, reason="")
                | (Q(discarded_at__isnull=False, draft__isnull=False) & ~Q(reason="")),
                name="beginning_discarded_with_reason",
            ),
        ]


class DraftRound(models.Model):
    """One round of review of one revision of an option's draft; the ledger subject ``item_draft``.

    Whoever edits never reviews and never publishes; joint and legality review are two persons (glossary 8.14).
    """

    class State(models.TextChoices):
        OPEN = "open", "审核中"
        APPROVED = "approved", "审核通过"
        SENT_BACK = "sent_back", "退回修改"
        PUBLISHED = "published", "已发布"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    option = models.ForeignKey(HandlingOption, models.PROTECT, related_name="draft_rounds", db_index=False)
    revision = models.IntegerField("草稿的第几稿")
    draft_hash = models.CharField("草稿指纹", max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    submitted_by = models.UUIDField("提交人", help_text="staff id")
    submitted_by_name = models.CharField(max_length=40)
    submitted_at = models.DateTimeField()
    words = models.TextField("改了什么", blank=True, default="")
    ended_at = models.DateTimeField(null=True)
    seq = models.IntegerField(default=0)
    head = models.BinaryField(default=b"")

    class Meta:
        verbose_name = "事项草稿的一轮审核"
        indexes = [models.Index(fields=["option", "-id"], name="draft_round_of_option")]
        constraints = [
            models.UniqueConstraint(fields=["option"], condition=Q(state="open"), name="draft_round_one_open")
        ]


class DraftReview(models.Model):
    """What a reviewer found in a round (联合审核、合法性审查)."""

    class Kind(models.TextChoices):
        JOINT = "joint", "联合审核"
        LEGALITY = "legality", "合法性审查"

    class Verdict(models.TextChoices):
        APPROVED = "approved", "同意"
        SENT_BACK = "sent_back", "退回修改"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    round = models.ForeignKey(DraftRound, models.PROTECT, related_name="reviews", db_index=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    words = models.TextField("意见", blank=True, default="")
    staff_id = models.UUIDField()
    staff_name = models.CharField(max_length=40)
    department_name = models.CharField(max_length=100)
    given_at = models.DateTimeField()

    class Meta:
        verbose_name = "事项草稿审核"
        constraints = [models.UniqueConstraint(fields=["round", "kind"], name="draft_reviewed_once_a_kind")]


class CatalogueImport(models.Model):
    """One workbook of items: uploaded, checked row by row, applied as a whole, undone as a whole (ledger subject)."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", "等待核对"
        CHECKING = "checking", "正在核对"
        FAULTY = "faulty", "有错，没有导入"
        CHECKED = "checked", "核对无误，可以导入"
        APPLYING = "applying", "正在导入"
        APPLIED = "applied", "已导入"
        UNDONE = "undone", "已撤销"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    region = models.ForeignKey(Region, models.PROTECT)
    region_no = models.IntegerField()
    file_name = models.CharField("文件名", max_length=200)
    file_hash = models.CharField("文件指纹", max_length=64)
    file_id = models.UUIDField("文件", null=True, help_text="stored file; empty when imported from the command line")
    source = models.CharField(
        "清单名称", max_length=100, blank=True, default="", help_text="which list it is, in words"
    )
    mapping = models.JSONField("列对应", default=dict, help_text="{field of headings.FIELDS: column heading}")
    left_out = models.JSONField("不导入的列", default=list, help_text="headings that are not read at all")
    signature = models.CharField("表头指纹", max_length=64, blank=True, default="", help_text="headings.signature()")
    survey = models.JSONField("表头和样例", default=dict, help_text="{headings, heading_row, samples}")
    departments = models.JSONField("部门对应", default=dict, help_text="{name as written: id of a department, or make}")
    unmatched = models.JSONField("没有对上的部门", default=list, help_text="[{name, code, rows}]")
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    progress = models.IntegerField("已处理行数", default=0)
    rows = models.IntegerField("行数", default=0)
    created = models.IntegerField("新增", default=0)
    changed = models.IntegerField("更新", default=0)
    unchanged = models.IntegerField("未变", default=0)
    skipped = models.IntegerField("跳过", default=0, help_text="configured on this platform: never overwritten")
    notices = models.JSONField("说明", default=list, help_text="remarks that stop nothing, as faults; the first 2000")
    faults = models.JSONField("错误", default=list, help_text="[{row, column, sentence, remedy}], the first 2000")
    faults_total = models.IntegerField(default=0)
    begun_by = models.UUIDField("导入人", null=True)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    seq = models.IntegerField(default=0)
    head = models.BinaryField(default=b"")

    class Meta:
        verbose_name = "清单导入"
        indexes = [models.Index(fields=["region_no", "id"], name="import_of_region")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=("checked", "applying", "applied", "undone")) | Q(faults_total=0),
                name="import_without_faults",
            )
        ]


class ImportedRow(models.Model):
    """What one row of an applied import did, so that the whole can be undone: ``before`` is what stood there.

    Rows that changed nothing leave none. Without ``listing`` in ``before`` the row made the option.
    """

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(CatalogueImport, models.PROTECT, related_name="imported_rows")
    row = models.IntegerField("第几行")
    option = models.ForeignKey(HandlingOption, models.PROTECT, related_name="+", db_index=False)
    before = models.JSONField(null=True, help_text="{listing, name ..., item: {...}}; no listing: the row made it")

    class Meta:
        verbose_name = "导入的行"
        constraints = [models.UniqueConstraint(fields=["batch", "option"], name="imported_once_a_batch")]


class ItemVersion(models.Model):
    """A published version: immutable JSON with a content hash; every case is pinned to one."""

    class State(models.TextChoices):
        PUBLISHED = "published", "已发布"
        SUPERSEDED = "superseded", "已被替代"
        PAUSED = "paused", "已暂停"
        RETIRED = "retired", "已取消"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    option = models.ForeignKey(HandlingOption, models.PROTECT, related_name="versions")
    number = models.IntegerField("第几版")
    state = models.CharField(max_length=12, choices=State.choices)
    valid = DateRangeField("有效期")
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    basis_unchecked = ArrayField(models.CharField(max_length=300), default=list, help_text="还没有核对条文的依据")
    facets = ArrayField(
        models.CharField(max_length=40), null=True, help_text="facets.of_content(); empty: not worked out yet"
    )
    published_at = models.DateTimeField()
    published_by = models.UUIDField(null=True)
    seq = models.IntegerField(default=0)
    head = models.BinaryField(default=b"")

    class Meta:
        verbose_name = "事项版本"
        constraints = [models.UniqueConstraint(fields=["option", "number"], name="version_number_once")]

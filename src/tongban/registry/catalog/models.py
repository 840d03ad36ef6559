"""What can be applied for: elements, material and result masters, catalogue entries, items, options, versions.

``ItemVersion.content`` is the compiled, immutable version (see ``version.py``); engine, form, guide, search and
API read only that. Validity is a daterange of the option; overlap is refused by an exclusion constraint (shapes 4).
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models

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

    class Meta:
        verbose_name = "基本目录"


class Item(models.Model):
    """A service item at one authority and level (实施清单), 31-character code, opaque."""

    code = models.CharField("实施编码", max_length=31, unique=True)
    entry = models.ForeignKey(CatalogueEntry, models.PROTECT)
    name = models.CharField("事项名称", max_length=200)
    authority = models.ForeignKey(Department, models.PROTECT, related_name="items")
    region = models.ForeignKey(Region, models.PROTECT)

    class Meta:
        verbose_name = "政务服务事项"

    def __str__(self) -> str:
        return self.name


class HandlingOption(models.Model):
    """The smallest unit that can be applied for (业务办理项). ``draft`` is the editable source of the next version."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="options")
    code = models.CharField("业务办理项编码", max_length=40, unique=True)
    slug = models.SlugField("网址名", max_length=80, unique=True)
    name = models.CharField("名称", max_length=200)
    kind = models.CharField("办理类别", max_length=20, default="new")
    draft = models.JSONField("草稿", default=dict)
    draft_revision = models.IntegerField(default=0)

    class Meta:
        verbose_name = "业务办理项"

    def __str__(self) -> str:
        return self.name


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
    published_at = models.DateTimeField()
    published_by = models.UUIDField(null=True)
    seq = models.IntegerField(default=0)
    head = models.BinaryField(default=b"")

    class Meta:
        verbose_name = "事项版本"
        constraints = [models.UniqueConstraint(fields=["option", "number"], name="version_number_once")]

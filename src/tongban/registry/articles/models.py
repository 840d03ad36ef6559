"""Notices and policies that the city publishes (CMS-01): what an editor writes, and the versions that were published.

A version is immutable; the public reads the one that its article names. Views are counted beside it.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tongban.ground.ids import uuid7
from tongban.registry.articles.taxonomy import KINDS
from tongban.registry.parties.models import Region


class Article(models.Model):
    """One article under one address; the ledger subject ``article``. ``draft`` is ``rules.Draft.to_json()``."""

    class DraftState(models.TextChoices):
        EDITING = "editing", "编辑中"
        IN_REVIEW = "in_review", "等审核"
        SETTLED = "settled", "没有改动"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.CharField("网址名", max_length=20, unique=True)
    region = models.ForeignKey(Region, models.PROTECT)
    region_no = models.IntegerField()
    title = models.CharField("草稿的标题", max_length=80)
    column = models.CharField("栏目", max_length=20, blank=True, default="")
    draft = models.JSONField("草稿", default=dict)
    draft_revision = models.IntegerField(default=0)
    draft_state = models.CharField(max_length=10, choices=DraftState.choices, default=DraftState.EDITING)
    writers = models.JSONField("写过这一稿的人", default=list, help_text="staff ids, as text")
    edited_at = models.DateTimeField("最后编辑时间")
    edited_by_name = models.CharField("最后编辑人", max_length=40)
    sent_back_words = models.TextField("退回时写的", blank=True, default="")
    number = models.IntegerField("发布过几版", default=0)
    in_force = models.OneToOneField("articles.ArticleVersion", models.PROTECT, null=True, related_name="public_of")
    published_title = models.CharField("公开的标题", max_length=80, blank=True, default="")
    withdrawn_at = models.DateTimeField("撤下时间", null=True)
    withdrawn_words = models.CharField("撤下原因", max_length=200, blank=True, default="")
    seq = models.IntegerField(default=0)
    head = models.BinaryField(default=b"")

    class Meta:
        verbose_name = "文章"
        indexes = [models.Index(fields=["region_no", "-id"], name="article_of_region")]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | (Q(in_force=None) & ~Q(withdrawn_words="")), name="article_withdrawn"
            )
        ]

    def __str__(self) -> str:
        return self.title


class ArticleVersion(models.Model):
    """What was published, word for word. ``public`` is the disclosure flag: others are read at the desk only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    article = models.ForeignKey(Article, models.PROTECT, related_name="versions", db_index=False)
    number = models.IntegerField("第几版")
    kind = models.CharField("类型", max_length=10, choices=list(KINDS.items()))
    column = models.CharField("栏目", max_length=20)
    title = models.CharField("标题", max_length=80)
    summary = models.CharField("摘要", max_length=200, blank=True)
    body = models.TextField("正文", help_text="articles.writing")
    document_number = models.CharField("文号", max_length=60, blank=True)
    source = models.CharField("信息来源", max_length=60)
    audience = ArrayField(models.CharField(max_length=12), default=list, verbose_name="对象")
    industries = ArrayField(models.CharField(max_length=8), default=list, verbose_name="行业")
    options = ArrayField(models.CharField(max_length=80), default=list, verbose_name="相关事项")
    attachments = models.JSONField("附件", default=list, help_text="[{id, name, size, media_type}]")
    region_no = models.IntegerField()
    public = models.BooleanField("主动公开", default=True)
    valid_from = models.DateField("从哪天起有效")
    valid_until = models.DateField("有效到哪天", null=True)
    published_on = models.DateField("发布日期")
    published_at = models.DateTimeField()
    approved_by = models.UUIDField("审核发布人", help_text="staff id")
    approved_by_name = models.CharField(max_length=40)
    content_hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = "文章版本"
        indexes = [
            models.Index(fields=["kind", "-published_on", "-id"], name="article_newest", condition=Q(public=True))
        ]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="article_version_once"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")), name="article_valid_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ArticleViews(models.Model):
    """How often an article was opened. A counter beside the ledger: it proves nothing and decides nothing."""

    article = models.OneToOneField(Article, models.CASCADE, primary_key=True, related_name="views")
    views = models.BigIntegerField("浏览次数", default=0)

    class Meta:
        verbose_name = "浏览次数"

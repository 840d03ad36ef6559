"""What the search box looks in: one row for each handling option in force, made from its published version."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from tongban.registry.catalog.models import HandlingOption, ItemVersion


class SearchEntry(models.Model):
    """A copy for finding; rebuilt from the catalogue at any time, so it is never the truth.

    ``names`` holds title and aliases (words, character pairs, pinyin, initials); ``words`` those and the plain text.
    """

    option = models.OneToOneField(HandlingOption, models.CASCADE, primary_key=True, related_name="search_entry")
    version = models.ForeignKey(ItemVersion, models.CASCADE, related_name="+")
    slug = models.SlugField(max_length=80)
    title = models.CharField("名称", max_length=200)
    plain = models.CharField("一句话", max_length=300)
    department = models.CharField("部门", max_length=100)
    time = models.CharField("时限", max_length=40)
    kind = models.CharField("办理类别", max_length=20, default="new")
    audience = ArrayField(models.CharField(max_length=20))
    themes = ArrayField(models.CharField(max_length=40))
    aliases = ArrayField(models.CharField(max_length=100))
    names = SearchVectorField()
    words = SearchVectorField()

    class Meta:
        verbose_name = "搜索条目"
        indexes = [
            GinIndex(fields=["names"], name="search_names"),
            GinIndex(fields=["words"], name="search_words"),
        ]

    def __str__(self) -> str:
        return self.title

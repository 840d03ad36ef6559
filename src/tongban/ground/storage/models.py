"""Files: bytes in the object store, their facts in one row (glossary: ``StoredFile``, ``content_hash``)."""

from __future__ import annotations

from django.db import models

from tongban.ground.ids import uuid7


class StoredFile(models.Model):
    """Bytes under their fingerprint. Two uploads of the same bytes are two rows and one object in the store."""

    class EvidenceGrade(models.TextChoices):
        """How far a file can be trusted (可信等级)."""

        ISSUED = "A", "政府核发"
        CHECKED = "B", "窗口核验"
        UPLOADED = "C", "上传未核验"
        DECLARED = "D", "自行声明"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    content_hash = models.CharField("文件指纹", max_length=64, db_index=True, help_text="sha256, hex")
    size = models.BigIntegerField("大小", help_text="bytes")
    media_type = models.CharField("类型", max_length=60)
    name = models.CharField("文件名", max_length=200)
    pages = models.IntegerField("页数", null=True)
    owner_account = models.UUIDField("上传账户", null=True, db_index=True)
    created_at = models.DateTimeField()
    evidence_grade = models.CharField("可信等级", max_length=1, choices=EvidenceGrade.choices)

    class Meta:
        verbose_name = "附件"
        constraints = [models.CheckConstraint(condition=models.Q(size__gt=0), name="stored_file_not_empty")]

    def __str__(self) -> str:
        return self.name

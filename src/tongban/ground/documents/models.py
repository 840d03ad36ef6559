"""Official documents: generated, numbered, sealed papers in law (glossary: ``Document``)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tongban.ground.documents.codes import new_code
from tongban.ground.ids import uuid7
from tongban.ground.storage.models import StoredFile


class Document(models.Model):
    """One paper. ``pending`` until the document worker has sealed it; ``waiting`` says why it cannot be yet."""

    class State(models.TextChoices):
        PENDING = "pending", "待制作"
        SEALED = "sealed", "已盖章"
        WAITING = "waiting", "待处理"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField("文书种类", max_length=40)
    number = models.CharField("文号", max_length=60, blank=True, help_text="每个机关每年连续，文号中含年份")
    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    authority_id = models.BigIntegerField("制发机关", help_text="parties.Department")
    title = models.CharField("标题", max_length=200)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PENDING)
    waiting_reason = models.TextField("等待原因", blank=True, default="")
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="documents")
    content_hash = models.CharField("文件指纹", max_length=64, blank=True, default="", db_index=True)
    created_at = models.DateTimeField()
    sealed_at = models.DateTimeField(null=True)
    code = models.CharField("核验码", max_length=16, unique=True, default=new_code)

    class Meta:
        verbose_name = "文书"
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="document_of_subject"),
            models.Index(fields=["id"], condition=~Q(state="sealed"), name="document_open"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["authority_id", "number"], condition=~Q(number=""), name="document_number_once"
            ),
            models.CheckConstraint(
                condition=~Q(state="sealed")
                | (Q(file__isnull=False) & Q(sealed_at__isnull=False) & ~Q(content_hash="")),
                name="document_sealed_has_file",
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting") | ~Q(waiting_reason=""), name="document_waiting_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}".strip()

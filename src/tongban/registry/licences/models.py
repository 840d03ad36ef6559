"""Licence types, licences, seals, standing approvals, uses of seals (glossary 5 and 8.14).

Licences and seals are ledger subjects (``seq``, ``head``). No case, no seal: ``SealUse.case_id`` is not null.
"""

from __future__ import annotations

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Q

from tongban.ground.crypto.fields import EncryptedTextField
from tongban.ground.documents.codes import new_code
from tongban.ground.documents.models import Document
from tongban.ground.ids import uuid7
from tongban.registry.parties.models import Department


class LicenceType(models.Model):
    """Schema and layout of one kind of licence."""

    code = models.CharField("证照类型代码", max_length=40, primary_key=True)
    name = models.CharField("名称", max_length=100)
    validity_months = models.IntegerField("有效期（月）", null=True, help_text="空 = 以许可决定载明的期限为准或长期")
    schema = models.JSONField("照面信息", default=list, help_text="[{path, label}] 数据元路径和照面名称")
    template = models.CharField("文书种类", max_length=40, help_text="已登记的文书模板")
    basis = models.CharField("依据", max_length=300, blank=True)

    class Meta:
        verbose_name = "证照类型"

    def __str__(self) -> str:
        return self.name


class Licence(models.Model):
    """A certificate, permit or approval issued to a holder; one record has the e-licence and the paper."""

    class State(models.TextChoices):
        PREPARED = "prepared", "待签发"
        VALID = "valid", "有效"
        SUSPENDED = "suspended", "暂扣"
        ANNULLED = "annulled", "已撤销"
        WITHDRAWN = "withdrawn", "已撤回"
        REVOKED = "revoked", "已吊销"
        EXPIRED = "expired", "已过期"
        CANCELLED = "cancelled", "已注销"
        SUPERSEDED = "superseded", "已被新版本替代"
        MOVED_OUT = "moved_out", "已迁出"

    class HolderKind(models.TextChoices):
        PERSON = "person", "自然人"
        ORGANISATION = "organisation", "组织"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    type = models.ForeignKey(LicenceType, models.PROTECT, related_name="licences")
    licence_number = models.CharField("证照编号", max_length=60)
    licence_identifier = models.CharField("证照标识", max_length=120, blank=True, default="")
    holder_kind = models.CharField(max_length=12, choices=HolderKind.choices)
    holder_id = models.UUIDField()
    holder_name = EncryptedTextField("持证主体")
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.PREPARED)
    case_id = models.UUIDField("办件")
    version = models.IntegerField("版本", default=1)
    attributes = EncryptedTextField("照面信息", default="{}", help_text="JSON {element path: value}")
    issued_on = models.DateField("发证日期", null=True)
    valid_from = models.DateField("有效期起", null=True)
    valid_until = models.DateField("有效期止", null=True)
    issuer = models.ForeignKey(Department, models.PROTECT, related_name="licences")
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="licences")
    file_hash = models.CharField("文件指纹", max_length=64, blank=True, default="", db_index=True)
    file_size = models.BigIntegerField(null=True)
    code = models.CharField("核验码", max_length=16, unique=True, default=new_code)
    seq = models.IntegerField(default=0)
    head = models.BinaryField(default=b"")

    class Meta:
        verbose_name = "证照"
        indexes = [
            models.Index(fields=["holder_kind", "holder_id", "-id"], name="licence_of_holder"),
            models.Index(fields=["case_id"], name="licence_of_case"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["type", "licence_number", "version"], name="licence_number_version_once"),
            models.UniqueConstraint(
                fields=["type", "licence_number"],
                condition=Q(state__in=["prepared", "valid", "suspended"]),
                name="licence_number_live_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="licence_validity_ordered",
            ),
        ]


class Seal(models.Model):
    """Image and certificate of an authority (电子印章)."""

    class State(models.TextChoices):
        REQUESTED = "requested", "已申请"
        APPROVED = "approved", "已批准"
        REJECTED = "rejected", "未批准"
        MADE = "made", "已制作"
        ACTIVE = "active", "启用"
        SUSPENDED = "suspended", "停用"
        EXPIRED = "expired", "证书过期"
        DESTROYED = "destroyed", "已销毁"

    class Kind(models.TextChoices):
        APPROVAL_SEAL = "approval_seal", "行政审批专用章"
        OFFICIAL_SEAL = "official_seal", "公章"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    authority = models.ForeignKey(Department, models.PROTECT, related_name="seals")
    name = models.CharField("印章名称", max_length=120, unique=True, help_text="机关全称加印章种类")
    kind = models.CharField("种类", max_length=16, choices=Kind.choices)
    state = models.CharField("状态", max_length=12, choices=State.choices, default=State.REQUESTED)
    key_id = models.CharField(max_length=40, blank=True, default="")
    certificate_pem = models.TextField(blank=True, default="")
    impression = models.TextField("印模", blank=True, default="", help_text="SVG，制章时绘制一次")
    valid_until = models.DateTimeField("证书有效期止", null=True)
    seq = models.IntegerField(default=0)
    head = models.BinaryField(default=b"")

    class Meta:
        verbose_name = "电子印章"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["made", "active", "suspended"])
                | (~Q(key_id="") & ~Q(certificate_pem="") & ~Q(impression="")),
                name="seal_made_has_certificate",
            )
        ]

    def __str__(self) -> str:
        return self.name


class StandingApproval(models.Model):
    """A keeper's approval for a kind of document, a period and a ceiling; each use names it (shapes, seal use)."""

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="approvals")
    document_kind = models.CharField("文书种类", max_length=40)
    valid = DateRangeField("期间")
    ceiling = models.IntegerField("最多次数")
    used = models.IntegerField("已用次数", default=0)
    approved_by = models.UUIDField("批准人", help_text="staff id")
    reason = models.CharField("理由", max_length=300)

    class Meta:
        verbose_name = "用印常设批准"
        constraints = [
            models.CheckConstraint(
                condition=Q(ceiling__gt=0) & Q(used__gte=0) & Q(used__lte=F("ceiling")), name="approval_within_ceiling"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="approval_has_reason"),
        ]


class SealUse(models.Model):
    """One use: which seal, under which approval, on which document (hash), for which case."""

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="uses")
    approval = models.ForeignKey(StandingApproval, models.PROTECT, related_name="uses")
    document = models.ForeignKey(Document, models.PROTECT, related_name="seal_uses")
    document_hash = models.CharField("盖章后文件指纹", max_length=64, db_index=True)
    certificate_pem = models.TextField("当时的证书", help_text="印章续期会换证书，旧文件仍按当时的证书核验")
    case_id = models.UUIDField("办件")
    used_at = models.DateTimeField()
    count = models.IntegerField("该批准下第几次")

    class Meta:
        verbose_name = "用印记录"
        constraints = [
            models.UniqueConstraint(fields=["seal", "document"], name="seal_use_once_a_document"),
            models.UniqueConstraint(fields=["approval", "count"], name="seal_use_count_once"),
        ]

"""Engine 1: an application on its way to a decision. Rows are written by ``acts.commit`` only (shapes 1)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tongban.ground.crypto.fields import EncryptedTextField
from tongban.ground.ids import uuid7
from tongban.ground.storage.models import StoredFile
from tongban.registry.catalog.models import ItemVersion
from tongban.registry.parties.models import Department, Organisation, Person, Region, UserAccount


class CaseState(models.TextChoices):
    """Closed list of the life cycle (glossary 8.2)."""

    SUBMITTED = "submitted", "已提交"
    RECEIVED = "received", "已收件"
    CORRECTION_REQUESTED = "correction_requested", "待补正"
    ACCEPTED = "accepted", "已受理"
    IN_REVIEW = "in_review", "审查中"
    SUSPENDED = "suspended", "特殊环节中"
    DECIDED = "decided", "已决定"
    ISSUED = "issued", "已出证"
    DELIVERED = "delivered", "已送达"
    CLOSED = "closed", "已归档关闭"
    NOT_ACCEPTED = "not_accepted", "不予受理"
    WITHDRAWN = "withdrawn", "已撤回"
    TERMINATED = "terminated", "已终止"
    TRANSFERRED = "transferred", "已转出"
    VOID = "void", "作废"


class Draft(models.Model):
    """What a person has filled in so far: no ledger, no number; ``submit`` makes the case, ``discard`` deletes it.

    ``answers`` is JSON {element path: value}; ``files`` is JSON {material code: [stored file id, ...]};
    ``revision`` guards against two tabs (compare-and-set).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey(UserAccount, models.CASCADE, related_name="drafts")
    version = models.ForeignKey(ItemVersion, models.PROTECT)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True)
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", help_text="whom the account's person acts for by mandate"
    )
    answers = EncryptedTextField(default="{}")
    files = models.JSONField(default=dict)
    sources = models.JSONField(default=dict, help_text="{element path: where the value came from}")
    revision = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = "草稿"


class Case(models.Model):
    """An application on its way to a decision; the ledger subject ``case``."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField("办件编号", max_length=40, unique=True)
    query_password = models.CharField("查询密码", max_length=12)
    submission_key = models.UUIDField(unique=True, help_text="同一次提交只成一件")
    version = models.ForeignKey(ItemVersion, models.PROTECT)
    version_hash = models.CharField(max_length=64)
    title = models.CharField("事项", max_length=200)
    region = models.ForeignKey(Region, models.PROTECT)
    region_no = models.IntegerField()
    department = models.ForeignKey(Department, models.PROTECT, db_index=False)
    applicant_person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="cases", db_index=False)
    applicant_organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="cases", db_index=False
    )
    applicant_label = models.CharField("申请人（脱敏）", max_length=200)
    agent_person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="agent_cases")
    contact_mobile_index = models.CharField(max_length=64, blank=True)
    channel = models.CharField("渠道", max_length=16)
    state = models.CharField("状态", max_length=24, choices=CaseState.choices)
    outcome = models.CharField(
        "结果", max_length=16, blank=True, help_text="granted, refused, recorded, provided, not_provided, adjudicated"
    )
    submitted_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.UUIDField(null=True, help_text="staff id")
    acceptance_mode = models.CharField(
        max_length=12, blank=True, default="", help_text="normal, deferred, commitment, deemed, instant, on_receipt"
    )
    decided_at = models.DateTimeField(null=True)
    concluded_at = models.DateTimeField(null=True)
    delivery_mode = models.CharField(max_length=12, default="download", help_text="download, counter, post")
    delivery_address = EncryptedTextField("邮寄地址", default="", blank=True)
    withdrawal_reason = EncryptedTextField("撤回理由", default="", blank=True)
    corrections = models.IntegerField("补正次数", default=0)
    round = models.IntegerField("第几次提交", default=1)
    seq = models.IntegerField(default=0)
    head = models.BinaryField(default=b"")

    class Meta:
        verbose_name = "办件"
        indexes = [
            models.Index(fields=["applicant_person", "-id"], name="case_of_person"),
            models.Index(fields=["applicant_organisation", "-id"], name="case_of_organisation"),
            models.Index(fields=["region_no", "-id"], name="case_of_region"),
            models.Index(fields=["department", "state", "-id"], name="case_of_department"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(applicant_person__isnull=False) | Q(applicant_organisation__isnull=False),
                name="case_has_applicant",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["decided", "issued", "delivered"]) | Q(decided_at__isnull=False),
                name="case_decided_has_time",
            ),
        ]


class Application(models.Model):
    """The applicant's signed submission, one row a round (a correction makes a new round)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="applications", db_index=False)
    round = models.IntegerField()
    answers = EncryptedTextField()
    content_hash = models.CharField(max_length=64, help_text="sha256 of the canonical answers and file hashes")
    submitted_at = models.DateTimeField()
    submitted_by = models.UUIDField(help_text="account id")

    class Meta:
        verbose_name = "申请"
        constraints = [models.UniqueConstraint(fields=["case", "round"], name="application_round_once")]


class CaseMaterial(models.Model):
    """What was given for one material in one round."""

    class State(models.TextChoices):
        GIVEN = "given", "已提交"
        QUALIFIED = "qualified", "合格"
        FAULTY = "faulty", "需要补正"
        REPLACED = "replaced", "已替换"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="materials")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    source = models.CharField(max_length=20)
    evidence_grade = models.CharField(max_length=1)
    files = models.JSONField(help_text="[stored file id, ...]")
    round = models.IntegerField()
    state = models.CharField(max_length=10, choices=State.choices)

    class Meta:
        verbose_name = "办件材料"


class CaseBranch(models.Model):
    """One department's part of the review."""

    class State(models.TextChoices):
        WAITING = "waiting", "等待"
        ACTIVE = "active", "办理中"
        SUSPENDED = "suspended", "暂停"
        DONE = "done", "已完成"
        STOPPED = "stopped", "已停止"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="branches", db_index=False)
    key = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices)
    verdict = models.CharField(max_length=12, blank=True, help_text="pass, object")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "并联分支"
        constraints = [models.UniqueConstraint(fields=["case", "key"], name="branch_key_once")]


class CorrectionNotice(models.Model):
    """The one-time notice: everything missing, at once, in writing.

    ``items`` = [{target, code, name, fault, remedy}].
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="notices", db_index=False)
    number = models.IntegerField("第几次告知")
    items = models.JSONField()
    due_on = models.DateField()
    issued_at = models.DateTimeField()
    issued_by = models.UUIDField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "一次性告知"
        constraints = [models.UniqueConstraint(fields=["case", "number"], name="notice_number_once")]


class Opinion(models.Model):
    """What a post found in its step. Internal: never shown to the applicant."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="opinions")
    task_id = models.UUIDField(unique=True)
    branch_key = models.CharField(max_length=40)
    step_key = models.CharField(max_length=40)
    step_name = models.CharField(max_length=60)
    verdict = models.CharField(max_length=12, help_text="pass, object")
    text = EncryptedTextField()
    points = models.JSONField(default=list, help_text="审查要点 [{point, ok}]")
    staff_id = models.UUIDField()
    staff_name = models.CharField(max_length=40)
    department_name = models.CharField(max_length=100)
    given_at = models.DateTimeField()

    class Meta:
        verbose_name = "审查意见"


class Decision(models.Model):
    """The written decision. A refusal carries facts, basis, reason (art. 38)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.OneToOneField(Case, models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=16)
    kind = models.CharField("情形", max_length=20, blank=True, default="")
    facts = EncryptedTextField(default="")
    reasons = EncryptedTextField(default="")
    ruling = EncryptedTextField("裁决主文", default="", blank=True)
    basis = models.JSONField(default=list, help_text="[{instrument, article}]")
    staff_id = models.UUIDField()
    staff_name = models.CharField(max_length=40)
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = "决定"


class Proceeding(models.Model):
    """A dated side matter of a case with a limit of its own: special step, deferral, commitment, supplement ...

    One table, because an act must see them all in its one load (decision 0010). ``data`` holds ids, codes and dates;
    words of people stand encrypted in ``reason`` and ``record`` (JSON). ``notice`` is the paper that told of it.
    """

    class State(models.TextChoices):
        OPEN = "open", "进行中"
        DONE = "done", "已完成"
        LAPSED = "lapsed", "逾期"
        CANCELLED = "cancelled", "已取消"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="proceedings")
    kind = models.CharField(max_length=24, help_text="procedures.cases.rules.proceedings.KINDS")
    key = models.CharField("对象", max_length=60, blank=True, default="", help_text="material code, party, task id ...")
    branch_key = models.CharField(max_length=40, blank=True, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    basis = models.CharField(max_length=300, blank=True, default="")
    reason = EncryptedTextField(default="", blank=True)
    record = EncryptedTextField(default="{}", blank=True)
    data = models.JSONField(default=dict)
    due_on = models.DateField(null=True)
    opened_at = models.DateTimeField()
    opened_by = models.UUIDField(null=True, help_text="staff or account id")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)
    result = models.CharField(max_length=24, blank=True, default="")
    notice_id = models.UUIDField("文书", null=True)

    class Meta:
        verbose_name = "办理中的程序"
        indexes = [models.Index(fields=["kind", "due_on"], name="proceeding_open", condition=Q(state="open"))]


class ServiceProof(models.Model):
    """Proof that a document reached the party."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="service_proofs")
    mode = models.CharField(max_length=12, help_text="portal, counter, post, left_behind")
    received_by = EncryptedTextField(default="", help_text="签收人")
    details = EncryptedTextField(default="{}", help_text="JSON {waybill, witnesses ...}")
    document_ids = models.JSONField(default=list)
    at = models.DateTimeField()
    by_account = models.UUIDField()

    class Meta:
        verbose_name = "送达"


class CaseMessage(models.Model):
    """A word between applicant and authority about one case (给承办单位留言). Never a demand for a material.

    Those ``by_applicant`` wait for the department until ``answered_at``. Words stand encrypted; the ledger holds ids.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="messages", db_index=False)
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", db_index=False)
    by_applicant = models.BooleanField()
    author_id = models.UUIDField(help_text="account id of the applicant's side, staff id of the department's")
    text = EncryptedTextField("留言")
    written_at = models.DateTimeField()
    answers = models.OneToOneField("self", models.PROTECT, null=True, related_name="answer")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "办件留言"
        indexes = [
            models.Index(fields=["case", "id"], name="message_of_case"),
            models.Index(
                fields=["department", "id"],
                name="message_waiting",
                condition=Q(by_applicant=True, answered_at=None),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(by_applicant=True, answers__isnull=True) | Q(by_applicant=False, answers__isnull=False),
                name="message_answer_of_department",
            )
        ]


class Consignment(models.Model):
    """Paper on its way by courier, to us or from us: the physical flow of materials (材料物理流转, XRG-02)."""

    class Direction(models.TextChoices):
        IN = "in", "申请人寄来"
        OUT = "out", "寄给申请人"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="consignments")
    direction = models.CharField(max_length=3, choices=Direction.choices)
    courier = models.CharField("快递公司", max_length=40)
    waybill = models.CharField("运单号", max_length=40)
    contents = models.CharField("寄的是什么", max_length=300)
    sent_at = models.DateTimeField("寄出")
    received_at = models.DateTimeField("签收", null=True)
    received_by = EncryptedTextField("签收人", default="", blank=True)
    entered_by = models.UUIDField(help_text="staff or account id")

    class Meta:
        verbose_name = "寄递"
        constraints = [models.UniqueConstraint(fields=["courier", "waybill"], name="waybill_once")]


class ArchivePackage(models.Model):
    """The whole of a closed case as one file: form, materials, opinions, papers, ledger extract, hashes (ARC-01)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.OneToOneField(Case, models.PROTECT, related_name="archive_package")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    content_hash = models.CharField("文件指纹", max_length=64)
    entries = models.IntegerField("文件数")
    number = models.CharField("归档号", max_length=60, unique=True)
    retention = models.CharField("保管期限", max_length=20)
    retain_until = models.DateField(null=True, help_text="空 = 永久")
    archived_at = models.DateTimeField()
    archived_by = models.UUIDField(null=True)
    receipt_id = models.UUIDField("归档回执", null=True)

    class Meta:
        verbose_name = "归档包"


class ArchiveSupplement(models.Model):
    """What happened after a case was archived (a breach, an annulment, a check), as a package of its own.

    It holds the events ``from_seq`` to ``to_seq``, and joins the package before it by the chain of the ledger.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="archive_supplements", db_index=False)
    part = models.IntegerField("第几次补充")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    content_hash = models.CharField("文件指纹", max_length=64)
    entries = models.IntegerField("文件数")
    number = models.CharField("归档号", max_length=60, unique=True)
    from_seq = models.IntegerField()
    to_seq = models.IntegerField()
    retention = models.CharField("保管期限", max_length=20)
    retain_until = models.DateField(null=True, help_text="空 = 永久")
    archived_at = models.DateTimeField()
    archived_by = models.UUIDField(null=True)
    receipt_id = models.UUIDField("归档回执", null=True)

    class Meta:
        verbose_name = "补充归档包"
        constraints = [
            models.UniqueConstraint(fields=["case", "part"], name="archive_supplement_once"),
            models.CheckConstraint(
                condition=Q(from_seq__gte=1) & Q(to_seq__gte=models.F("from_seq")), name="archive_supplement_ordered"
            ),
        ]


class CheckDraw(models.Model):
    """The draw of one day's decisions for checks afterwards (NTC-15): repeatable by anybody with seed and numbers.

    ``seed`` is the hash of the ledger's last root of that day, signed in the day's seal: nobody could know it when the
    cases were decided, and nobody can change it since.
    """

    day = models.DateField("决定日期", primary_key=True)
    seed = models.CharField("随机种子", max_length=64)
    rule = models.CharField("抽取规则", max_length=20, help_text="version of the rule")
    rates = models.JSONField("抽取比例", help_text="as it was used: {risk: {grade: parts of a thousand}}")
    population = models.IntegerField("参加抽取")
    drawn = models.IntegerField("抽中")
    drawn_at = models.DateTimeField("抽取时间")

    class Meta:
        verbose_name = "事后核查抽取"


class DrawnCase(models.Model):
    """One case of a draw: its chance, its ticket, and whether it was drawn."""

    draw = models.ForeignKey(CheckDraw, models.PROTECT, related_name="cases")
    case = models.ForeignKey(Case, models.PROTECT, related_name="+", db_index=False)
    number = models.CharField("办件编号", max_length=40)
    group = models.CharField("分组", max_length=24, help_text="risk:grade, or single_post")
    rate = models.IntegerField("千分比")
    ticket = models.IntegerField("抽签数", help_text="0 to 999: sha256(seed:number) modulo 1000")
    drawn = models.BooleanField("抽中")

    class Meta:
        verbose_name = "参加抽取的办件"
        constraints = [
            models.UniqueConstraint(fields=["draw", "case"], name="drawn_once_a_draw"),
            models.CheckConstraint(condition=Q(ticket__gte=0) & Q(ticket__lt=1000), name="ticket_in_range"),
        ]

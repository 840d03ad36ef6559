"""Who exists: regions, departments, posts, staff, persons, organisations, mandates, accounts.

One account per resident ID number and per unified social credit code (IDN-01, IDN-04). Personal values are encrypted;
they are found by keyed blind indexes. Persons, organisations and accounts are ledger subjects (``seq``, ``head``).
"""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import Q

from tongban.ground.crypto.fields import EncryptedTextField
from tongban.ground.ids import uuid7


class Region(models.Model):
    """A node of the division tree; ``[no, end_no]`` is its interval, so a subtree is one range condition."""

    class Level(models.TextChoices):
        PROVINCE = "province", "省"
        CITY = "city", "市"
        COUNTY = "county", "县（区）"
        TOWNSHIP = "township", "乡镇（街道）"
        VILLAGE = "village", "村（社区）"

    code = models.CharField("行政区划代码", max_length=12, unique=True)
    name = models.CharField("名称", max_length=100)
    level = models.CharField("层级", max_length=10, choices=Level.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    no = models.IntegerField("区间起", unique=True)
    end_no = models.IntegerField("区间止")

    class Meta:
        verbose_name = "地区"
        constraints = [models.CheckConstraint(condition=Q(end_no__gte=models.F("no")), name="region_interval")]

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    """A unit with duties, also a utility; in its name items are decided."""

    uscc = models.CharField("统一社会信用代码", max_length=18, unique=True)
    name = models.CharField("名称", max_length=100)
    short_name = models.CharField("简称", max_length=30)
    document_word = models.CharField("文号机关代字", max_length=12, help_text="例如 云卫许")
    region = models.ForeignKey(Region, models.PROTECT, related_name="departments")
    phone = models.CharField("咨询电话", max_length=30, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)
    reconsideration_authority = models.CharField("行政复议机关", max_length=100, blank=True)
    court = models.CharField("有管辖权的人民法院", max_length=100, blank=True)

    class Meta:
        verbose_name = "部门"

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A position with duties. Permissions hang on posts, not on people; powers (roles) stay separate."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="posts")
    name = models.CharField("岗位", max_length=60)
    roles = ArrayField(models.CharField(max_length=40), verbose_name="角色")
    region = models.ForeignKey(Region, models.PROTECT, help_text="岗位的地区范围")

    class Meta:
        verbose_name = "岗位"
        constraints = [models.UniqueConstraint(fields=["department", "name"], name="post_name_once")]

    def __str__(self) -> str:
        return f"{self.department.short_name}·{self.name}"


class Person(models.Model):
    """A human being known to the register, keyed by the resident ID number."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = EncryptedTextField("姓名")
    id_number = EncryptedTextField("公民身份号码")
    id_number_index = models.CharField(max_length=64, unique=True)
    mobile = EncryptedTextField("手机号", blank=True, default="")
    mobile_index = models.CharField(max_length=64, blank=True, default="", db_index=True)
    address = EncryptedTextField("住址", blank=True, default="")
    seq = models.IntegerField(default=0)
    head = models.BinaryField(default=b"")

    class Meta:
        verbose_name = "自然人"


class Organisation(models.Model):
    """A body with a unified social credit code."""

    class Kind(models.TextChoices):
        ENTERPRISE = "enterprise", "企业"
        SELF_EMPLOYED = "self_employed", "个体工商户"
        INSTITUTION = "institution", "事业单位"
        SOCIAL = "social", "社会组织"
        DEPARTMENT = "department", "机关"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    uscc = models.CharField("统一社会信用代码", max_length=18, unique=True)
    name = models.CharField("名称", max_length=200)
    kind = models.CharField("类型", max_length=20, choices=Kind.choices)
    legal_representative = models.ForeignKey(Person, models.PROTECT, related_name="represents")
    address = models.CharField("住所", max_length=200, blank=True)
    seq = models.IntegerField(default=0)
    head = models.BinaryField(default=b"")

    class Meta:
        verbose_name = "组织"

    def __str__(self) -> str:
        return self.name


class Mandate(models.Model):
    """An explicit, expiring authorisation of an agent (授权委托, XRG-02); every record keeps principal and agent.

    The principal is an organisation, or a natural person (an old person's child, a guardian). ``scope`` ``*`` is every
    option, else one option code. Whoever gave it may end it at any time.
    """

    class Kind(models.TextChoices):
        AGENT = "agent", "委托办理"
        GUARDIAN = "guardian", "监护人"

    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="mandates")
    principal_person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="mandates_given")
    agent = models.ForeignKey(Person, models.PROTECT, related_name="mandates")
    kind = models.CharField("方式", max_length=10, choices=Kind.choices, default=Kind.AGENT)
    scope = models.CharField("范围", max_length=200, default="*", help_text="业务办理项代码，* 为全部")
    valid = DateRangeField("有效期")
    given_at = models.DateTimeField()
    given_by = models.UUIDField("登记的账号", null=True)
    revoked_at = models.DateTimeField("撤销时间", null=True)

    class Meta:
        verbose_name = "授权委托"
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=True) ^ Q(principal_person__isnull=True), name="mandate_of_one"
            )
        ]


class UserAccount(AbstractBaseUser):
    """The login of one person. ``login`` is the blind index of the mobile (residents) or the staff number."""

    class Assurance(models.IntegerChoices):
        PHONE = 1, "手机号"
        CHECKED = 2, "姓名和身份证已核对"
        FACE = 3, "人脸或持证核验"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    login = models.CharField(max_length=64, unique=True)
    person = models.OneToOneField(Person, models.PROTECT, null=True, related_name="account")
    assurance_level = models.IntegerField("实名等级", choices=Assurance.choices, default=Assurance.PHONE)
    assurance_source = models.CharField(max_length=60, blank=True)
    second_factor = EncryptedTextField(blank=True, default="", help_text="TOTP 密钥")
    failures = models.IntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    seq = models.IntegerField(default=0)
    head = models.BinaryField(default=b"")

    USERNAME_FIELD = "login"

    class Meta:
        verbose_name = "用户"


class Staff(models.Model):
    """A staff member holding posts."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField("工号", max_length=20, unique=True)
    name = models.CharField("姓名", max_length=40)
    employer = models.ForeignKey(Department, models.PROTECT)
    person = models.OneToOneField(Person, models.PROTECT, null=True)
    account = models.OneToOneField(UserAccount, models.PROTECT, related_name="staff")

    class Meta:
        verbose_name = "工作人员"

    def __str__(self) -> str:
        return self.name


class StaffPost(models.Model):
    """Who holds which post in which period."""

    staff = models.ForeignKey(Staff, models.PROTECT, related_name="held_posts")
    post = models.ForeignKey(Post, models.PROTECT, related_name="holders")
    valid = DateRangeField("任期")

    class Meta:
        verbose_name = "任职"
        constraints = [models.UniqueConstraint(fields=["staff", "post"], name="staff_post_once")]


class Substitution(models.Model):
    """B stands in for A at a post for some days (AB岗, WIN-14): B's principal holds the post, every act names B."""

    class Reason(models.TextChoices):
        LEAVE = "leave", "请假"
        ROSTER = "roster", "排班"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    post = models.ForeignKey(Post, models.PROTECT, related_name="substitutions")
    absent = models.ForeignKey(Staff, models.PROTECT, related_name="absences", verbose_name="A 岗")
    substitute = models.ForeignKey(Staff, models.PROTECT, related_name="substitutions", verbose_name="B 岗")
    valid = DateRangeField("起止")
    reason = models.CharField("原因", max_length=10, choices=Reason.choices)
    entered_by = models.UUIDField("登记人", null=True)
    entered_at = models.DateTimeField()
    seq = models.IntegerField(default=0)
    head = models.BinaryField(default=b"")

    class Meta:
        verbose_name = "顶岗"
        constraints = [
            models.CheckConstraint(condition=~Q(absent=models.F("substitute")), name="nobody_substitutes_themselves")
        ]
        indexes = [models.Index(fields=["substitute"], name="substitution_by_substitute")]


class Delegation(models.Model):
    """A written, published, dated instrument by which a department lets others act for it (XRG-02, XRG-14, WIN-07).

    ``option_codes`` empty: every item of the department. ``powers``: see ``delegation.POWERS``.
    """

    class Kind(models.TextChoices):
        INTERNAL = "internal_authorisation", "内部授权"
        ENTRUSTED = "entrusted", "委托"
        TRANSFERRED = "transferred_power", "划转（集中行使）"
        AGENCY = "window_agency", "窗口代收代发"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField("方式", max_length=24, choices=Kind.choices)
    from_department = models.ForeignKey(Department, models.PROTECT, related_name="delegations_given")
    to_department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="delegations_held")
    to_post = models.ForeignKey(Post, models.PROTECT, null=True, related_name="delegations_held")
    option_codes = ArrayField(models.CharField(max_length=40), default=list, verbose_name="业务办理项")
    powers = ArrayField(models.CharField(max_length=24), verbose_name="权限")
    valid = DateRangeField("有效期")
    instrument = models.CharField("文件", max_length=300)
    published_on = models.DateField("公布日期")
    decided_by = models.UUIDField("决定人", null=True)
    seq = models.IntegerField(default=0)
    head = models.BinaryField(default=b"")

    class Meta:
        verbose_name = "授权委托"
        constraints = [
            models.CheckConstraint(
                condition=Q(to_department__isnull=True) ^ Q(to_post__isnull=True), name="delegation_to_one"
            )
        ]


class AccountSession(models.Model):
    """Which session belongs to which account: for the list of own sessions and for ending all on a role change."""

    session_key = models.CharField(max_length=40, primary_key=True)
    account = models.ForeignKey(UserAccount, models.CASCADE, related_name="sessions")
    created_at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)
    device = models.CharField(max_length=200, blank=True)


class ApiClient(models.Model):
    """A machine of a department or partner: client credentials for the open API, acting for one post."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client_id = models.CharField(max_length=40, unique=True)
    secret_hash = models.CharField(max_length=200)
    name = models.CharField("名称", max_length=100)
    department = models.ForeignKey(Department, models.PROTECT)
    post = models.ForeignKey(Post, models.PROTECT, null=True, help_text="以哪个岗位的权限办理")
    scopes = ArrayField(models.CharField(max_length=40))
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name = "接口调用方"

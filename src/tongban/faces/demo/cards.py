"""Everybody of the demo city as a card: who they are, their story, what they can do here, what waits for them."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tongban.demo import people
from tongban.ground import masking
from tongban.ground.notifications.selectors import unread_count
from tongban.procedures.cases.selectors import my_cases
from tongban.procedures.work.selectors import open_count
from tongban.registry.parties.models import Mandate, Organisation, Staff, UserAccount
from tongban.registry.parties.selectors import principal_of

RESIDENTS, HALL, DEPARTMENTS, SUPERVISION, ITEMS, ADMINISTRATION = (
    "办事的人",
    "大厅和窗口",
    "审批部门",
    "督查",
    "事项和内容",
    "管理",
)
GROUPS = (RESIDENTS, HALL, DEPARTMENTS, SUPERVISION, ITEMS, ADMINISTRATION)
# role -> (group, what somebody in it can do here)
DUTIES: dict[str, tuple[str, str]] = {
    "window_clerk": (HALL, "收件、受理、一次性告知补正、不予受理，帮上门的人当场申请"),
    "issuing_clerk": (HALL, "统一出件：核对签收人，把文书和证照交给申请人"),
    "chief_representative": (HALL, "凭公布的书面授权，一个岗位当场办结即办件；不予办理的转交审批岗"),
    "hall_manager": (HALL, "看大厅所有待办，裁定受理争议，作废录错的办件"),
    "guide": (HALL, "导办：迎人、取号、登记首问"),
    "first_contact": (HALL, "首问负责：一次性告知，答不了的转给承办岗，直到有结果"),
    "helper": (HALL, "帮办代办：陪老人和不会上网的人把事办完"),
    "station_clerk": (HALL, "乡镇（街道）便民服务：登记首问，代收材料"),
    "handler": (DEPARTMENTS, "承办：核对申请内容，写承办意见"),
    "examiner": (DEPARTMENTS, "审核或会同审查：写审查意见"),
    "approver": (DEPARTMENTS, "作出准予或不予许可的决定，盖章前预览决定书"),
    "authority_head": (DEPARTMENTS, "本机关负责人：批准延长办理期限"),
    "government_head": (DEPARTMENTS, "本级政府负责人：批准延长联合办理的总时限"),
    "hearing_officer": (DEPARTMENTS, "主持听证，作听证笔录"),
    "inspector": (DEPARTMENTS, "监督检查：核实承诺，上门核查，责令整改"),
    "supervisor": (SUPERVISION, "看全市办件和时限，不办件"),
    "credit_officer": (SUPERVISION, "看信用记录，办理信用修复"),
    "item_editor": (ITEMS, "编辑办事指南、表单和材料，不能自己发布"),
    "item_reviewer": (ITEMS, "审核事项草稿的要素"),
    "legality_reviewer": (ITEMS, "审查事项草稿的依据是否合法"),
    "item_publisher": (ITEMS, "检查并发布事项版本"),
    "data_steward": (ITEMS, "管理数据项，导入事项清单，教搜索认识老百姓的说法"),
    "content_editor": (ITEMS, "写通知公告和问答"),
    "content_approver": (ITEMS, "审核并发布通知公告和问答"),
    "archivist": (ADMINISTRATION, "归档：核对归档包，出具归档回执"),
    "system_admin": (ADMINISTRATION, "管人员和岗位，看系统运行，不办件"),
    "security_admin": (ADMINISTRATION, "管安全策略，不办件"),
    "audit_admin": (ADMINISTRATION, "查审计记录、验证台账，不办件"),
}


@dataclass(frozen=True)
class Card:
    """Somebody whom one may sign in as. ``words`` are what the search of the page looks in."""

    account_id: uuid.UUID
    name: str
    where: str
    can: tuple[str, ...]
    group: str
    note: str = ""
    story: str = ""
    waits: tuple[str, ...] = ()
    title: str = ""

    @property
    def words(self) -> str:
        """Everything that is told of them."""
        return " ".join((self.name, self.where, self.note, self.story, *self.can)).lower()


FIRST: tuple[tuple[str, str], ...] = (
    ("欧阳娜", "有材料要补正的店主"),
    ("严桂香", "八十多岁的老人"),
    ("何雨桐", "替企业跑腿的经办人"),
    ("顾晚晴", "窗口收件的人"),
    ("傅文澜", "部门审核的人"),
    ("许知行", "作决定的人"),
    ("方砚秋", "管大厅的人"),
    ("程怀瑾", "督查的人"),
    ("唐宇轩", "管数据的人"),
    ("魏承志", "管系统的人"),
)
"""Whom a stranger meets first, and as what."""


def everybody() -> list[Card]:
    """All of them: residents, those who act for organisations first; then staff by number."""
    return [*_residents(), *_staff()]


def _staff() -> list[Card]:
    members = Staff.objects.select_related("employer").prefetch_related("held_posts__post").order_by("number")
    cards = []
    for member in members:
        posts = [holding.post for holding in member.held_posts.all()]
        roles = list(dict.fromkeys(role for post in posts for role in post.roles if role in DUTIES))
        where = f"{member.employer.short_name} · {'、'.join(post.name for post in posts)}"
        can = tuple(DUTIES[role][1] for role in roles)
        group = DUTIES[roles[0]][0] if roles else HALL
        cards.append(Card(member.account_id, member.name, where, can, group, f"工号 {member.number}"))
    return cards


def _residents() -> list[Card]:
    accounts = UserAccount.objects.filter(person__isnull=False, staff__isnull=True, is_active=True)
    led: dict[uuid.UUID, list[str]] = {}
    for organisation in Organisation.objects.order_by("pk"):
        words = f"法定代表人：{organisation.name}"
        led.setdefault(organisation.legal_representative_id, []).append(words)
    for given in Mandate.objects.select_related("organisation", "principal_person", "agent").filter(revoked_at=None):
        if given.organisation:
            led.setdefault(given.agent_id, []).append(f"受委托代办：{given.organisation.name}")
        elif given.principal_person:
            led.setdefault(given.agent_id, []).append(f"受委托代办：{given.principal_person.name}")
            led.setdefault(given.principal_person.pk, []).append(f"委托{given.agent.name}代办")
    stories = {resident.name: resident.story for resident in people.RESIDENTS}
    cards = []
    for account in accounts.select_related("person").order_by("created_at", "pk"):
        person = account.person
        assert person is not None  # asked for above
        can = tuple(led.get(person.pk, ()))
        where = f"手机 {masking.mask_mobile(person.mobile)}"
        cards.append(Card(account.pk, person.name, where, can, RESIDENTS, story=stories.get(person.name, "")))
    return cards


def first_of(cards: Iterable[Card]) -> list[Card]:
    """The main cast with what waits for each; whoever is not there is left out."""
    by_name = {card.name: card for card in cards}
    found = [replace(by_name[name], title=title) for name, title in FIRST if name in by_name]
    return [replace(card, waits=tuple(_waits(card))) for card in found]


def _waits(card: Card) -> Iterable[str]:
    account = UserAccount.objects.select_related("person").get(pk=card.account_id)
    principal = principal_of(account)
    if principal.kind == "staff":
        if number := sum(open_count(principal).values()):
            yield f"{number} 件待办"
        return
    states = Counter(case.state for case in my_cases(principal, limit=50).items)
    if states["correction_requested"]:
        yield f"{states['correction_requested']} 件要补正"
    if going := sum(states[state] for state in ("submitted", "received", "in_review", "suspended", "decided")):
        yield f"{going} 件在办"
    if unread := unread_count(account.pk):
        yield f"{unread} 条新消息"


def matching(cards: Iterable[Card], asked: str) -> list[Card]:
    """Those of whom every word that was typed is told."""
    wanted = asked.lower().split()
    return [card for card in cards if all(word in card.words for word in wanted)]

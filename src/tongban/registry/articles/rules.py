"""What an editor may write, and who may publish it. Pure: no Django, no database.

An article is written by an editor and published by somebody else (编审分离): whoever wrote a word of the present draft
cannot publish it. Publishing makes an immutable version; withdrawing ends it and says why.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any

from tongban.ground.changes import Insert, Outcome, Subject, Update
from tongban.ground.errors import Conflict, Refusal, Refusals
from tongban.ground.ids import uuid7
from tongban.ground.ledger.chain import EventDraft
from tongban.ground.policy import Principal, Target, allowed
from tongban.registry.articles import writing
from tongban.registry.articles.taxonomy import COLUMNS
from tongban.registry.catalog.taxonomy import INDUSTRIES

MODEL, VERSION_MODEL = "articles.Article", "articles.ArticleVersion"
EDITING, IN_REVIEW, SETTLED = "editing", "in_review", "settled"
LONGEST_TITLE, LONGEST_WORDS, MOST_FILES = 80, 200, 10
AUDIENCES = ("person", "organisation")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A stored file with the name under which it is offered; ``size`` in bytes."""

    id: str
    name: str
    size: int
    media_type: str


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as written. Dates are ISO days, empty = none; ``options`` are slugs of items that it speaks of."""

    title: str = ""
    column: str = ""
    body: str = ""
    summary: str = ""
    document_number: str = ""
    source: str = ""
    audience: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    valid_from: str = ""
    valid_until: str = ""
    public: bool = True
    attachments: tuple[Attachment, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """JSON-safe data."""
        return dict(json.loads(json.dumps(asdict(self), ensure_ascii=False)))


def from_json(data: Mapping[str, Any]) -> Draft:
    """The draft of ``Article.draft``; an unknown key raises ``TypeError``."""
    values = dict(data)
    for name in ("audience", "industries", "options"):
        values[name] = tuple(values.get(name, ()))
    values["attachments"] = tuple(Attachment(**one) for one in values.get("attachments", ()))
    return Draft(**values)


@dataclass(frozen=True, slots=True)
class ArticleState:
    """An article as the rules see it; ``writers`` wrote the present draft, ``number`` counts its versions."""

    id: uuid.UUID
    slug: str
    seq: int
    head: bytes
    region_no: int
    draft: Draft
    revision: int
    draft_state: str
    writers: tuple[uuid.UUID, ...]
    number: int
    in_force: uuid.UUID | None
    """Id of the version that the public reads; empty when there is none."""

    def subject(self) -> Subject:
        """The ledger subject with its chain head."""
        return Subject("article", MODEL, self.id, self.seq, self.head, self.region_no)

    def target(self) -> Target:
        """Where it lies."""
        return Target(region_no=self.region_no)


@dataclass(frozen=True, slots=True)
class Setting:
    """Who acts, and when. ``name`` is written on the version, for the desk."""

    principal: Principal
    at: datetime
    today: date


def begin(key: uuid.UUID, slug: str, region_no: int) -> ArticleState:
    """The state before the first act: nothing written yet."""
    return ArticleState(key, slug, 0, b"", region_no, Draft(), 0, EDITING, (), 0, None)


def save(state: ArticleState, draft: Draft, region_id: int, setting: Setting, expected: int | None = None) -> Outcome:
    """Write the draft. A half-written one may be saved: what is missing is told when it is submitted.

    :param expected: the revision that the editor had before the eyes; None asks for none.
    :raises Refusal: not this post, or it is being reviewed. :raises Refusals: words that can never stand.
    :raises Conflict: ``article.changed``: somebody saved another revision meanwhile.
    """
    require(setting.principal, "articles.article.edit", state.target())
    if expected is not None and expected != state.revision:
        remedy = "您写的都还在下面；另开一页看同事改了什么，合到一起再保存"
        raise Conflict("article.changed", "您打开以后，同事改过这一篇", remedy=remedy)
    if state.draft_state == IN_REVIEW:
        raise Refusal("article.in_review", "这篇正在等审核，不能改", remedy="请审核岗退回，或先撤下送审")
    if wrong := _unfit(draft):
        raise Refusals(tuple(wrong))
    revision = state.revision + 1
    values = {
        "title": draft.title or "（没有标题）",
        "column": draft.column,
        "draft": draft.to_json(),
        "draft_revision": revision,
        "draft_state": EDITING,
        "writers": [str(key) for key in _with(state, setting)],
        "edited_at": setting.at,
        "edited_by_name": setting.principal.name,
        "sent_back_words": "",
    }
    event = EventDraft("article.edited", {"revision": revision, "content_hash": content_hash(draft)})
    if state.seq == 0:
        row = {"id": state.id, "slug": state.slug, "region_id": region_id, "region_no": state.region_no, **values}
        return Outcome((event,), (Insert(MODEL, row),))
    return Outcome((event,), (Update(MODEL, {"id": state.id}, values),))


def submit(state: ArticleState, setting: Setting) -> Outcome:
    """Send the draft to the approver. :raises Refusals: everything that is missing, at once."""
    require(setting.principal, "articles.article.edit", state.target())
    if state.draft_state != EDITING:
        raise Refusal("article.nothing_to_submit", "没有要送审的改动", remedy="先改好并保存，再送审")
    if wrong := problems(state.draft, setting.today):
        raise Refusals(tuple(wrong))
    event = EventDraft("article.submitted", {"revision": state.revision, "content_hash": content_hash(state.draft)})
    return Outcome((event,), (Update(MODEL, {"id": state.id}, {"draft_state": IN_REVIEW}),))


def send_back(state: ArticleState, words: str, setting: Setting) -> Outcome:
    """The approver wants it changed and says what; an editor may also take it back to go on writing."""
    approving = allowed(setting.principal, "articles.article.publish", state.target())
    if not approving:
        require(setting.principal, "articles.article.edit", state.target())
    if state.draft_state != IN_REVIEW:
        raise Refusal("article.not_in_review", "这篇没有在等审核", remedy="刷新页面，看最新状态")
    if approving and not words:
        raise Refusal("article.words", "请写明要改哪里", field="words")
    body = {"revision": state.revision, "by_approver": approving}
    values = {"draft_state": EDITING, "sent_back_words": words if approving else ""}
    return Outcome((EventDraft("article.sent_back", body),), (Update(MODEL, {"id": state.id}, values),))


def publish(state: ArticleState, setting: Setting) -> Outcome:
    """Publish the submitted draft as the next version; the one before ends with it.

    :raises Refusal: not this post, not submitted, or the approver wrote part of it.
    """
    require(setting.principal, "articles.article.publish", state.target())
    if state.draft_state != IN_REVIEW:
        raise Refusal("article.not_in_review", "这篇没有在等审核", remedy="刷新页面，看最新状态")
    if setting.principal.staff_id in state.writers:
        remedy = "请另一位有审核岗的同事发布"
        raise Refusal("article.own_words", "这篇里有您写的内容，不能由您审核发布（编审分离）", remedy=remedy)
    if wrong := problems(state.draft, setting.today):
        raise Refusals(tuple(wrong))
    number = state.number + 1
    row = _version_row(state, number, setting)
    event = EventDraft("article.published", {"number": number, "content_hash": row["content_hash"], "slug": state.slug})
    values = {
        "draft_state": SETTLED,
        "writers": [],
        "number": number,
        "in_force_id": row["id"],
        "withdrawn_at": None,
        "withdrawn_words": "",
        "published_title": state.draft.title,
    }
    return Outcome((event,), (Insert(VERSION_MODEL, row), Update(MODEL, {"id": state.id}, values)))


def withdraw(state: ArticleState, words: str, setting: Setting) -> Outcome:
    """Take it off the public pages; its address says that it was withdrawn, when and why."""
    require(setting.principal, "articles.article.publish", state.target())
    if state.in_force is None:
        raise Refusal("article.not_published", "这篇现在没有公开", remedy="刷新页面，看最新状态")
    if not words:
        raise Refusal("article.words", "请写明为什么撤下", field="words")
    event = EventDraft("article.withdrawn", {"number": state.number})
    values = {"in_force_id": None, "withdrawn_at": setting.at, "withdrawn_words": words}
    return Outcome((event,), (Update(MODEL, {"id": state.id}, values),))


def require(principal: Principal, permission: str, target: Target) -> None:
    """Raise ``article.not_allowed`` unless the policy allows it."""
    if principal.staff_id is None or not allowed(principal, permission, target):
        raise Refusal("article.not_allowed", "您当前的岗位不能做这一步", remedy="请切换到有权限的岗位，或请同事办理")


def content_hash(draft: Draft) -> str:
    """sha256 (hex) of the canonical JSON of what is published."""
    text = json.dumps(draft.to_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _with(state: ArticleState, setting: Setting) -> tuple[uuid.UUID, ...]:
    who = setting.principal.staff_id
    assert who is not None  # the policy lets only staff through
    return (*state.writers, who) if who not in state.writers else state.writers


def _version_row(state: ArticleState, number: int, setting: Setting) -> dict[str, Any]:
    draft = state.draft
    column = COLUMNS[draft.column]
    copied = {f.name: getattr(draft, f.name) for f in fields(Draft)}
    return {
        **copied,
        "id": uuid7(setting.at),
        "article_id": state.id,
        "number": number,
        "kind": column.kind,
        "region_no": state.region_no,
        "audience": list(draft.audience),
        "industries": list(draft.industries),
        "options": list(draft.options),
        "attachments": [asdict(one) for one in draft.attachments],
        "valid_from": date.fromisoformat(draft.valid_from) if draft.valid_from else setting.today,
        "valid_until": date.fromisoformat(draft.valid_until) if draft.valid_until else None,
        "published_on": setting.today,
        "published_at": setting.at,
        "approved_by": setting.principal.staff_id,
        "approved_by_name": setting.principal.name,
        "content_hash": content_hash(draft),
    }


def problems(draft: Draft, today: date) -> list[Refusal]:
    """Everything that keeps a draft from being published, each at its field."""
    found = _unfit(draft)
    if not draft.title:
        found.append(Refusal("article.title", "请写标题", field="title"))
    if draft.column not in COLUMNS:
        found.append(Refusal("article.column", "请选择栏目", field="column"))
    if not draft.source:
        found.append(Refusal("article.source", "请写信息来源", "source", "写发布单位的名称"))
    found += [one for one in writing.problems(draft.body) if one not in found]
    ends = _day(draft.valid_until)
    if ends is not None and ends < (_day(draft.valid_from) or today):
        remedy = "改成今天或以后的日期，长期有效的不用填"
        found.append(Refusal("article.valid_until", "有效期的最后一天已经过了", "valid_until", remedy))
    return found


def _unfit(draft: Draft) -> list[Refusal]:
    """What no draft may hold, however unfinished."""
    found: list[Refusal] = []
    for name, words, most in (
        ("title", "标题", LONGEST_TITLE),
        ("summary", "摘要", LONGEST_WORDS),
        ("document_number", "文号", 60),
        ("source", "信息来源", 60),
        ("body", "正文", writing.LONGEST_TEXT),
    ):
        if len(getattr(draft, name)) > most:
            found.append(Refusal("article.long", f"{words}最多 {most} 个字", name, "写短一点"))
    for name, words in (("valid_from", "从哪天起有效"), ("valid_until", "有效到哪天")):
        text = getattr(draft, name)
        if text and _day(text) is None:
            found.append(Refusal("article.day", f"{words}不对：{text}", name, "写成 2026-11-18 这样"))
    if set(draft.audience) - set(AUDIENCES) or set(draft.industries) - set(INDUSTRIES):
        found.append(Refusal("article.choice", "有一个选项不在清单里", "audience", "重新选一次"))
    if len(draft.attachments) > MOST_FILES:
        found.append(Refusal("article.files", f"附件最多 {MOST_FILES} 个", "file", "把几个文件合成一个"))
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None

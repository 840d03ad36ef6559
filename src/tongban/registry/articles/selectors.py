"""The readers of articles: the public lists, one article at its address, the desk's list and versions."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Sum

from tongban.ground import moment
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.paging import Page
from tongban.ground.policy import Principal, allowed, may_ever
from tongban.ground.storage.models import StoredFile
from tongban.ground.storage.selectors import file_of
from tongban.registry.articles import rules
from tongban.registry.articles.models import Article, ArticleVersion, ArticleViews
from tongban.registry.articles.rules import ArticleState
from tongban.registry.articles.services import load
from tongban.registry.articles.taxonomy import COLUMNS, Column

PAGE = 20
FEED = 30
_LINE = ("article__slug", "title", "summary", "kind", "column", "published_on", "valid_until", "source", "id")


@dataclass(frozen=True)
class ArticleLine:
    """One article in a list."""

    slug: str
    title: str
    summary: str
    kind: str
    column: Column
    published_on: date
    valid_until: date | None
    source: str
    id: uuid.UUID

    @property
    def over(self) -> bool:
        """Whether its last day has passed."""
        return self.valid_until is not None and self.valid_until < moment.today()


@dataclass(frozen=True)
class Sought:
    """What the public list is narrowed to; empty = all."""

    kind: str = ""
    column: str = ""
    audience: str = ""
    industry: str = ""
    words: str = ""


@dataclass(frozen=True)
class PublicArticle:
    """An article as the public reads it; ``version`` is None once it was withdrawn."""

    article: Article
    version: ArticleVersion | None
    column: Column | None
    views: int
    earlier: int
    """How many versions came before this one."""


def stamp() -> str:
    """A short text that changes whenever something is published or withdrawn; one small query."""
    found = Article.objects.aggregate(n=Sum("number"), live=Count("in_force"), last=Max("withdrawn_at"))
    return f"{found['n']}:{found['live']}:{found['last']}"


def _public() -> QuerySet[ArticleVersion]:
    """Versions that the public reads, newest first."""
    today = moment.today()
    rows = ArticleVersion.objects.filter(public=True, public_of__isnull=False, valid_from__lte=today)
    return rows.order_by("-published_on", "-id")


def newest(kind: str, limit: int) -> tuple[ArticleLine, ...]:
    """The newest articles of a kind that have not ended; one query."""
    rows = _public().filter(Q(valid_until=None) | Q(valid_until__gte=moment.today()), kind=kind)
    return tuple(_line(row) for row in rows.values_list(*_LINE)[:limit])


def about_option(slug: str, limit: int = 3) -> tuple[ArticleLine, ...]:
    """The newest articles that speak of an item and have not ended; one query."""
    rows = _public().filter(Q(valid_until=None) | Q(valid_until__gte=moment.today()), options__contains=[slug])
    return tuple(_line(row) for row in rows.values_list(*_LINE)[:limit])


def public_list(sought: Sought, after: str = "", size: int = PAGE) -> Page[ArticleLine]:
    """The public list, newest first; one query. ``after``: key of the last one shown.

    :raises Refusal: ``page.key`` for a key that nobody was given.
    """
    rows = _public()
    for name in ("kind", "column"):
        if value := getattr(sought, name):
            rows = rows.filter(**{name: value})
    if sought.audience:
        rows = rows.filter(Q(audience=[]) | Q(audience__contains=[sought.audience]))
    if sought.industry:
        rows = rows.filter(industries__contains=[sought.industry])
    if sought.words:
        rows = rows.filter(Q(title__icontains=sought.words) | Q(document_number__icontains=sought.words))
    if after:
        day, key = _key(after)
        rows = rows.filter(Q(published_on__lt=day) | Q(published_on=day, id__lt=key))
    found = [_line(row) for row in rows.values_list(*_LINE)[: size + 1]]
    more = len(found) > size
    shown = tuple(found[:size])
    return Page(shown, f"{shown[-1].published_on}.{shown[-1].id.hex}" if more else "")


def _key(after: str) -> tuple[date, uuid.UUID]:
    day, _, key = after.partition(".")
    try:
        return date.fromisoformat(day), uuid.UUID(key)
    except ValueError as error:
        raise Refusal("page.key", "翻页的位置不对", remedy="回到列表第一页") from error


def _line(row: tuple[Any, ...]) -> ArticleLine:
    slug, title, summary, kind, column, published_on, valid_until, source, key = row
    return ArticleLine(slug, title, summary, kind, COLUMNS[column], published_on, valid_until, source, key)


def public_article(slug: str) -> PublicArticle:
    """The article at an address; one query.

    :raises NotFound: none there, never published, not yet valid, or not open to the public.
    """
    row = Article.objects.select_related("in_force", "region", "views").filter(slug=slug, number__gt=0).first()
    if row is None:
        raise NotFound("article.not_found", "没有找到这篇文章，可能网址抄错了")
    version = row.in_force
    hidden = version is not None and (not version.public or version.valid_from > moment.today())
    if hidden or (version is None and not _was_public(row)):
        raise NotFound("article.not_found", "没有找到这篇文章，可能网址抄错了")
    views = row.views.views if hasattr(row, "views") else 0
    return PublicArticle(row, version, COLUMNS.get(version.column) if version else None, views, row.number - 1)


def _was_public(row: Article) -> bool:
    """Whether the last published version of a withdrawn article had been open to the public."""
    return ArticleVersion.objects.filter(article=row, number=row.number, public=True).exists()


def attachment_of(slug: str, file_id: uuid.UUID) -> tuple[StoredFile, str]:
    """A file of a public article with its name; two queries. Raises ``NotFound``."""
    version = public_article(slug).version
    offered = version.attachments if version else []
    found = next((one for one in offered if one["id"] == str(file_id)), None)
    if found is None:
        raise NotFound("article.no_file", "没有找到这个附件")
    return file_of(file_id), str(found["name"])


def feed(limit: int = FEED) -> tuple[ArticleVersion, ...]:
    """The newest public articles with their words, for the feed; one query."""
    return tuple(_public().select_related("article")[:limit])


@dataclass(frozen=True)
class DeskLine:
    """One article in the desk's list."""

    id: uuid.UUID
    slug: str
    title: str
    column: str
    draft_state: str
    edited_at: datetime
    edited_by_name: str
    number: int
    live: bool
    views: int


def desk_list(principal: Principal, *, state: str = "", after: str = "", size: int = PAGE) -> Page[DeskLine]:
    """Articles of the post's region, newest first; one query. ``state``: a draft state, ``live`` or ``withdrawn``.

    :raises NotFound: not for this post.
    """
    if not _works_here(principal):
        raise NotFound
    rows = Article.objects.filter(region_no__range=(principal.region_no, principal.region_end_no))
    if state in Article.DraftState.values:
        rows = rows.filter(draft_state=state)
    elif state == "live":
        rows = rows.filter(in_force__isnull=False)
    elif state == "withdrawn":
        rows = rows.filter(withdrawn_at__isnull=False)
    if after:
        try:
            rows = rows.filter(id__lt=uuid.UUID(after))
        except ValueError as error:
            raise Refusal("page.key", "翻页的位置不对", remedy="回到列表第一页") from error
    rows = rows.annotate(live=F("in_force_id"), seen=F("views__views")).order_by("-id")
    found = [_desk_line(row) for row in rows.defer("draft")[: size + 1]]
    shown = tuple(found[:size])
    return Page(shown, str(shown[-1].id) if len(found) > size else "")


def _desk_line(row: Any) -> DeskLine:
    live, seen = row.live is not None, row.seen or 0
    return DeskLine(
        row.id,
        row.slug,
        row.title,
        row.column,
        row.draft_state,
        row.edited_at,
        row.edited_by_name,
        row.number,
        live,
        seen,
    )


def _works_here(principal: Principal) -> bool:
    return any(may_ever(principal, f"articles.article.{verb}") for verb in ("edit", "publish"))


@dataclass(frozen=True)
class DeskArticle:
    """An article at the desk: its draft, the version in force, every version newest first."""

    article: Article
    state: ArticleState
    versions: tuple[ArticleVersion, ...]
    views: int

    @property
    def live(self) -> ArticleVersion | None:
        """The version that the public reads."""
        return next((v for v in self.versions if v.pk == self.article.in_force_id), None)

    @property
    def before(self) -> dict[str, Any]:
        """What the newest version said, as a draft; empty when there is none."""
        return _as_draft(self.versions[0]).to_json() if self.versions else {}


def desk_article(principal: Principal, slug: str) -> DeskArticle:
    """One article of the post's region; four queries. A foreign one answers ``NotFound``."""
    row = Article.objects.filter(slug=slug).first()
    state = load(row.pk) if row is not None else None
    if (
        row is None
        or state is None
        or not any(allowed(principal, f"articles.article.{verb}", state.target()) for verb in ("edit", "publish"))
    ):
        raise NotFound("article.not_found", "没有找到这篇文章，或不在您的办理范围内")
    versions = tuple(ArticleVersion.objects.filter(article=row).order_by("-number"))
    views = ArticleViews.objects.filter(article=row).values_list("views", flat=True).first()
    return DeskArticle(row, state, versions, views or 0)


def _as_draft(version: ArticleVersion) -> rules.Draft:
    attachments = tuple(rules.Attachment(**one) for one in version.attachments)
    return rules.Draft(
        title=version.title,
        column=version.column,
        body=version.body,
        summary=version.summary,
        document_number=version.document_number,
        source=version.source,
        audience=tuple(version.audience),
        industries=tuple(version.industries),
        options=tuple(version.options),
        valid_from=version.valid_from.isoformat(),
        valid_until=version.valid_until.isoformat() if version.valid_until else "",
        public=version.public,
        attachments=attachments,
    )

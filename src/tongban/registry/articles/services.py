"""The only writers of articles: save, submit, send back, publish, withdraw, files, and views by the batch."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from django.db import connection, transaction

from tongban.ground import acts, moment
from tongban.ground.changes import Outcome, Subject
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.ids import uuid7
from tongban.ground.numbers.services import next_number
from tongban.ground.policy import Principal, allowed
from tongban.ground.storage.services import Readable
from tongban.ground.storage.services import store as store_file
from tongban.registry.articles import rules
from tongban.registry.articles.models import Article
from tongban.registry.articles.rules import ArticleState, Attachment, Draft, Setting
from tongban.registry.parties.models import Region
from tongban.registry.parties.services import actor_of

__all__ = ["Draft", "Saved", "attach", "count_views", "publish", "save", "send_back", "submit", "withdraw"]

_COUNT = """
INSERT INTO articles_articleviews (article_id, views)
SELECT id, n FROM unnest(%s::uuid[], %s::bigint[]) AS seen(id, n) JOIN articles_article USING (id)
ON CONFLICT (article_id) DO UPDATE SET views = articles_articleviews.views + excluded.views
"""


@dataclass(frozen=True, slots=True)
class Saved:
    """The article that an act was about."""

    id: uuid.UUID
    slug: str


def save(
    principal: Principal, draft: Draft, article_id: uuid.UUID | None = None, *, expected: int | None = None
) -> Saved:
    """Write a new article, or the draft of one. What is missing is told when it is submitted.

    :param expected: the revision that the editor had before the eyes; None asks for none.
    :raises NotFound: not of this post's region. :raises Refusal, Refusals: not allowed, or words that can never stand.
    :raises Conflict: somebody saved another revision meanwhile.
    """
    setting = _setting(principal)
    if article_id is not None:
        region_id = _region_of(principal).pk
        return _act(
            principal, article_id, lambda state: rules.save(state, draft, region_id, setting, expected), setting
        )
    with transaction.atomic():
        region = _region_of(principal)
        key, day = uuid7(setting.at), moment.local(setting.at)
        state = rules.begin(key, "", region.no)
        rules.save(state, draft, region.pk, setting)  # a refused one takes no number
        slug = f"{day:%Y%m%d}-{next_number(f'article:{day:%Y%m%d}'):02d}"
        begun = replace(state, slug=slug)
        outcome = rules.save(begun, draft, region.pk, setting)
        acts.commit(begun.subject(), outcome, actor_of(principal, "desk"), setting.at)
    return Saved(key, slug)


def attach(
    principal: Principal,
    article_id: uuid.UUID,
    draft: Draft,
    content: bytes | Readable,
    name: str,
    *,
    expected: int | None = None,
) -> Saved:
    """Keep a file (PDF or picture) and add it to the draft as typed, which is saved with it.

    :raises Refusal: as ``storage.services.store``; the draft is not saved then.
    """
    require_draft(principal, article_id)
    stored = store_file(content, name, owner=principal.account_id)
    one = Attachment(str(stored.id), stored.name, stored.size, stored.media_type)
    return save(principal, replace(draft, attachments=(*draft.attachments, one)), article_id, expected=expected)


def require_draft(principal: Principal, article_id: uuid.UUID) -> ArticleState:
    """The article, for somebody who may edit it; ``NotFound`` for anybody else."""
    state = load(article_id)
    if not allowed(principal, "articles.article.edit", state.target()):
        raise NotFound("article.not_found", "没有找到这篇文章，或不在您的办理范围内")
    return state


def submit(principal: Principal, article_id: uuid.UUID) -> Saved:
    """Send the draft to the approver."""
    setting = _setting(principal)
    return _act(principal, article_id, lambda state: rules.submit(state, setting), setting)


def send_back(principal: Principal, article_id: uuid.UUID, words: str = "") -> Saved:
    """The approver sends it back with words; an editor takes it back."""
    setting = _setting(principal)
    return _act(principal, article_id, lambda state: rules.send_back(state, words.strip()[:2000], setting), setting)


def publish(principal: Principal, article_id: uuid.UUID) -> Saved:
    """Publish what was submitted."""
    setting = _setting(principal)
    return _act(principal, article_id, lambda state: rules.publish(state, setting), setting)


def withdraw(principal: Principal, article_id: uuid.UUID, words: str) -> Saved:
    """Take it off the public pages."""
    setting = _setting(principal)
    return _act(principal, article_id, lambda state: rules.withdraw(state, words.strip()[:200], setting), setting)


def _setting(principal: Principal) -> Setting:
    return Setting(principal, moment.now(), moment.today())


def _act(
    principal: Principal, article_id: uuid.UUID, decide: Callable[[ArticleState], Outcome], setting: Setting
) -> Saved:
    def both(state: ArticleState) -> tuple[Subject, Outcome]:
        return state.subject(), decide(state)

    state, _ = acts.perform(lambda lock: load(article_id, lock=lock), both, actor_of(principal, "desk"), setting.at)
    return Saved(state.id, state.slug)


def _region_of(principal: Principal) -> Region:
    """The region of the acting post; refused when it has none."""
    region = Region.objects.filter(no=principal.region_no).order_by("-end_no").first()
    if region is None:
        raise Refusal("article.not_allowed", "您当前的岗位不能做这一步", remedy="请切换到有权限的岗位，或请同事办理")
    return region


def load(article_id: uuid.UUID, *, lock: bool = False) -> ArticleState:
    """The article as the rules see it; one query. Raises ``NotFound``."""
    rows = Article.objects.select_for_update() if lock else Article.objects.all()
    row = rows.filter(pk=article_id).first()
    if row is None:
        raise NotFound("article.not_found", "没有找到这篇文章")
    return ArticleState(
        row.id,
        row.slug,
        row.seq,
        bytes(row.head),
        row.region_no,
        rules.from_json(row.draft),
        row.draft_revision,
        row.draft_state,
        tuple(uuid.UUID(key) for key in row.writers),
        row.number,
        row.in_force_id,
    )


def count_views(seen: Mapping[uuid.UUID, int]) -> None:
    """Add views to the counters of articles; one statement for the whole batch."""
    if seen:
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [list(seen), list(seen.values())])

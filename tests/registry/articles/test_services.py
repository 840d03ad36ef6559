"""An article from the first line to its withdrawal: written by one, published by another, never changed in place."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.support import builders
from tongban.demo import notices
from tongban.ground import moment
from tongban.ground.errors import NotFound, Refusal, Refusals
from tongban.ground.ledger.models import Event
from tongban.registry.articles import selectors, services
from tongban.registry.articles.models import Article, ArticleVersion
from tongban.registry.articles.rules import Draft
from tongban.registry.articles.selectors import Sought

pytestmark = [pytest.mark.django_db, pytest.mark.covers("CMS-01")]
GOOD = Draft(title="大厅周六上午开门", column="opening", body="每周六 9:00—12:00 开门。", source="云溪市政务服务管理局")


def editor() -> Any:
    return notices.in_role("content_editor")


def approver() -> Any:
    return notices.in_role("content_approver")


def written(draft: Draft = GOOD) -> services.Saved:
    return services.save(editor(), draft)


def published(draft: Draft = GOOD) -> services.Saved:
    saved = written(draft)
    services.submit(editor(), saved.id)
    services.publish(approver(), saved.id)
    return saved


def kinds_of(key: uuid.UUID) -> list[str]:
    return list(Event.objects.filter(subject_id=key).order_by("seq").values_list("kind", flat=True))


def test_what_is_published_is_read_by_everybody_word_for_word() -> None:
    saved = published()
    found = selectors.public_article(saved.slug)
    assert found.version is not None
    assert (found.version.title, found.version.body, found.version.number) == (GOOD.title, GOOD.body, 1)
    assert selectors.newest("notice", 1)[0].slug == saved.slug
    assert kinds_of(saved.id) == ["article.edited", "article.submitted", "article.published"]


def test_a_draft_is_read_by_nobody_outside() -> None:
    saved = written()
    with pytest.raises(NotFound):
        selectors.public_article(saved.slug)


def test_whoever_wrote_it_cannot_publish_it() -> None:
    both = replace(editor(), roles=frozenset({"content_editor", "content_approver"}))
    saved = services.save(both, GOOD)
    services.submit(both, saved.id)
    with pytest.raises(Refusal, match="编审分离"):
        services.publish(both, saved.id)
    services.publish(approver(), saved.id)


def test_an_editor_alone_cannot_publish_and_a_stranger_can_do_nothing() -> None:
    saved = written()
    services.submit(editor(), saved.id)
    with pytest.raises(Refusal, match="岗位"):
        services.publish(editor(), saved.id)
    with pytest.raises(Refusal, match="岗位"):
        services.save(builders.clerk(), GOOD)
    with pytest.raises(NotFound):
        selectors.desk_article(builders.clerk(), saved.slug)


def test_everything_that_is_missing_is_told_at_once() -> None:
    saved = services.save(editor(), Draft())
    with pytest.raises(Refusals) as told:
        services.submit(editor(), saved.id)
    assert [one.field for one in told.value.items] == ["title", "column", "source", "body"]


def test_a_day_that_is_none_is_refused_before_anything_is_written() -> None:
    before = Article.objects.count()
    with pytest.raises(Refusals, match="有效到哪天不对"):
        services.save(editor(), replace(GOOD, valid_until="2026-02-30"))
    assert Article.objects.count() == before


def test_while_it_is_reviewed_nobody_changes_it_and_the_approver_sends_it_back_with_words() -> None:
    saved = written()
    services.submit(editor(), saved.id)
    with pytest.raises(Refusal, match="等审核"):
        services.save(editor(), GOOD, saved.id)
    with pytest.raises(Refusal, match="要改哪里"):
        services.send_back(approver(), saved.id)
    services.send_back(approver(), saved.id, "周日呢")
    assert Article.objects.get(pk=saved.id).sent_back_words == "周日呢"
    services.save(editor(), replace(GOOD, body="周六上午开门，周日不开。"), saved.id)
    services.submit(editor(), saved.id)
    services.send_back(editor(), saved.id)
    assert Article.objects.get(pk=saved.id).draft_state == "editing"


def test_a_second_version_takes_the_place_of_the_first_and_the_first_stays_as_it_was() -> None:
    saved = published()
    services.save(editor(), replace(GOOD, body="改成 8:30—12:00。"), saved.id)
    found = selectors.public_article(saved.slug)
    assert found.version is not None
    assert "9:00" in found.version.body
    services.submit(editor(), saved.id)
    services.publish(approver(), saved.id)
    found = selectors.public_article(saved.slug)
    assert found.version is not None
    assert (found.version.number, found.version.body, found.earlier) == (2, "改成 8:30—12:00。", 1)
    assert ArticleVersion.objects.get(article=saved.id, number=1).body == GOOD.body


def test_a_withdrawn_article_says_so_at_its_address_and_leaves_the_lists() -> None:
    saved = published()
    with pytest.raises(Refusal, match="为什么撤下"):
        services.withdraw(approver(), saved.id, " ")
    services.withdraw(approver(), saved.id, "时间写错了，重新发布")
    found = selectors.public_article(saved.slug)
    assert found.version is None
    assert found.article.withdrawn_words == "时间写错了，重新发布"
    assert saved.slug not in {line.slug for line in selectors.newest("notice", 50)}
    with pytest.raises(Refusal, match="没有公开"):
        services.withdraw(approver(), saved.id, "再撤一次")


def test_what_is_not_open_to_the_public_is_not_there_for_the_public() -> None:
    saved = published(replace(GOOD, public=False))
    with pytest.raises(NotFound):
        selectors.public_article(saved.slug)
    services.withdraw(approver(), saved.id, "内部文件")
    with pytest.raises(NotFound):
        selectors.public_article(saved.slug)


def test_before_its_first_day_it_is_not_there_and_after_its_last_it_is_marked() -> None:
    today = moment.today()
    coming = published(replace(GOOD, valid_from=(today + timedelta(days=2)).isoformat()))
    with pytest.raises(NotFound):
        selectors.public_article(coming.slug)
    short = published(replace(GOOD, title="只到今天", valid_until=today.isoformat()))
    assert "只到今天" in {line.title for line in selectors.newest("notice", 5)}
    with moment.at(moment.now() + timedelta(days=3)):
        assert selectors.public_article(coming.slug).version is not None
        assert "只到今天" not in {line.title for line in selectors.newest("notice", 50)}
        listed = {line.slug: line.over for line in selectors.public_list(Sought(), size=50).items}
    assert listed[short.slug] is True


def test_the_public_list_is_one_query_and_pages_by_key(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(3):
        published(replace(GOOD, title=f"第 {number} 篇"))
    with django_assert_num_queries(1):
        first = selectors.public_list(Sought(kind="notice"), size=2)
    assert [line.title for line in first.items] == ["第 2 篇", "第 1 篇"]
    second = selectors.public_list(Sought(kind="notice"), first.next, size=1)
    assert [line.title for line in second.items] == ["第 0 篇"]
    with pytest.raises(Refusal, match="翻页"):
        selectors.public_list(Sought(), "2026-11-18")


def test_the_list_is_narrowed_by_audience_industry_and_words() -> None:
    published(replace(GOOD, title="只给企业看的", column="enterprise", audience=("organisation",), industries=("H",)))
    assert "只给企业看的" in {one.title for one in selectors.public_list(Sought(audience="organisation")).items}
    assert "只给企业看的" not in {one.title for one in selectors.public_list(Sought(audience="person"), size=99).items}
    assert {one.title for one in selectors.public_list(Sought(industry="H", words="只给企业")).items} == {
        "只给企业看的"
    }


def test_the_stamp_changes_with_every_publication_and_withdrawal() -> None:
    seen = [selectors.stamp()]
    saved = published()
    seen.append(selectors.stamp())
    services.withdraw(approver(), saved.id, "写错了")
    seen.append(selectors.stamp())
    assert len(set(seen)) == 3


def test_views_are_added_by_the_batch_and_unknown_articles_count_nothing() -> None:
    saved = published()
    services.count_views({saved.id: 3, uuid.uuid4(): 5})
    services.count_views({saved.id: 2})
    assert selectors.public_article(saved.slug).views == 5


def test_a_file_is_offered_with_the_article_and_only_with_it() -> None:
    saved = written()
    other = published()
    pdf = notices._pdf(GOOD)
    services.attach(editor(), saved.id, GOOD, pdf, "安排.pdf")
    services.submit(editor(), saved.id)
    services.publish(approver(), saved.id)
    version = selectors.public_article(saved.slug).version
    assert version is not None
    key = uuid.UUID(version.attachments[0]["id"])
    assert selectors.attachment_of(saved.slug, key)[1] == "安排.pdf"
    with pytest.raises(NotFound):
        selectors.attachment_of(other.slug, key)


def test_the_desk_sees_its_region_and_what_is_live(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    saved = published()
    who = approver()
    with django_assert_num_queries(1):
        page = selectors.desk_list(who, state="live", size=5)
    assert page.items[0].slug == saved.slug
    assert page.items[0].live
    foreign = replace(who, region_no=1100, region_end_no=1199)
    assert saved.slug not in {line.slug for line in selectors.desk_list(foreign, size=99).items}
    with pytest.raises(NotFound):
        selectors.desk_article(foreign, saved.slug)


def test_the_demo_tells_at_least_twelve_believable_things() -> None:
    rows = ArticleVersion.objects.filter(public_of__isnull=False)
    assert rows.count() >= 12
    assert {row.kind for row in rows} == {"notice", "policy"}
    assert not any("{" in row.body + row.title + row.summary for row in rows)
    assert len({row.published_on for row in rows}) >= 12
    assert all(row.published_on <= moment.today() for row in rows)
    assert notices.load() == 0

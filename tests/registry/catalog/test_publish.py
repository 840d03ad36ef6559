"""Publishing: one act, every finding at once, versions that never change."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from tongban.demo import catalogue, names
from tongban.ground.errors import Conflict, NotFound, Refusal, Refusals
from tongban.ground.ledger.models import Event
from tongban.ground.policy import ANONYMOUS, Principal
from tongban.registry.catalog import selectors, services
from tongban.registry.catalog.models import HandlingOption, ItemVersion

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 1)


@pytest.fixture
def publisher() -> Principal:
    return catalogue.item_publisher()


@pytest.fixture
def option() -> HandlingOption:
    return HandlingOption.objects.get(slug=names.HYGIENE_SLUG)


def change(option: HandlingOption, **parts: object) -> None:
    HandlingOption.objects.filter(pk=option.pk).update(draft=option.draft | parts)


def test_every_option_of_the_demo_city_is_in_force() -> None:
    slugs = set(selectors.guide_slugs(DAY))
    assert len(slugs) == len(catalogue.OPTIONS)
    assert {names.HYGIENE_SLUG, names.ROAD_SLUG} <= slugs


@pytest.mark.slow
def test_loading_the_catalogue_again_publishes_nothing_new() -> None:
    before = ItemVersion.objects.count()
    catalogue.load()
    assert ItemVersion.objects.count() == before


def test_the_bases_of_the_road_item_stay_unchecked_until_somebody_reads_them() -> None:
    row = ItemVersion.objects.get(option__slug=names.ROAD_SLUG)
    assert "城市道路管理条例 第三十条" in row.basis_unchecked
    hygiene = ItemVersion.objects.get(option__slug=names.HYGIENE_SLUG)
    assert not any(basis.startswith("公共场所卫生管理条例 第四条") for basis in hygiene.basis_unchecked)


def test_a_new_version_ends_the_one_before_and_leaves_it_unchanged(
    option: HandlingOption, publisher: Principal
) -> None:
    first = ItemVersion.objects.get(option=option)
    change(option, fee="不收费", aliases=["开店"])
    second = services.publish(option.pk, DAY, publisher)
    assert selectors.version_in_force(option.slug, DAY - timedelta(days=1))[0] == first.pk
    assert selectors.version_in_force(option.slug, DAY) == (second.pk, selectors.content(second.pk))
    again = ItemVersion.objects.get(pk=first.pk)
    assert (again.content, again.content_hash, again.state) == (first.content, first.content_hash, "superseded")


def test_publishing_writes_its_event(option: HandlingOption, publisher: Principal) -> None:
    change(option, aliases=["开店"])
    version = services.publish(option.pk, DAY, publisher)
    event = Event.objects.get(subject_id=version.pk)
    assert (event.kind, event.body["content_hash"], event.post_id) == (
        "item_version.published",
        version.content_hash,
        publisher.post_id,
    )
    assert bytes(version.head) == bytes(event.hash)


def test_an_unchanged_draft_is_not_published_again(option: HandlingOption, publisher: Principal) -> None:
    with pytest.raises(Conflict, match="unchanged"):
        services.publish(option.pk, DAY, publisher)


def test_a_version_may_not_begin_before_the_newest_one(option: HandlingOption, publisher: Principal) -> None:
    change(option, aliases=["开店"])
    with pytest.raises(Conflict, match="overlap"):
        services.publish(option.pk, date(2020, 1, 1), publisher)


def test_two_versions_of_one_day_never_overlap(option: HandlingOption, publisher: Principal) -> None:
    first_day = ItemVersion.objects.get(option=option).valid.lower
    change(option, aliases=["开店"])
    second = services.publish(option.pk, first_day, publisher)
    assert selectors.version_in_force(option.slug, first_day)[0] == second.pk
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM catalog_itemversion WHERE option_id = %s AND NOT isempty(valid)", [option.pk]
        )
        assert cursor.fetchone() == (1,)


def test_every_finding_is_told_at_once_and_nothing_is_published(option: HandlingOption, publisher: Principal) -> None:
    change(option, fee="每件 10 元", promised_limit={"n": 30, "unit": "working_day", "basis": "承诺"})
    with pytest.raises(Refusals) as refused:
        services.publish(option.pk, DAY, publisher)
    assert {item.field for item in refused.value.items} == {"fee", "promised_limit"}
    assert ItemVersion.objects.filter(option=option).count() == 1


def test_unknown_posts_and_elements_are_named(option: HandlingOption, publisher: Principal) -> None:
    flow = option.draft["flow"] | {"decision": {"department": "卫健委", "post": "没有的岗"}}
    section = {"key": "x", "title": "甲", "fields": [{"path": "no.such", "label": "没有"}]}
    change(option, flow=flow, form=[*option.draft["form"], section])
    with pytest.raises(Refusals) as refused:
        services.publish(option.pk, DAY, publisher)
    assert {item.field for item in refused.value.items} >= {"flow.decision", "no.such"}


@pytest.mark.parametrize("broken", [{"form": "no"}, {"mystery": 1}, {"questions": [{"label": "甲"}]}, {"flow": None}])
def test_a_broken_draft_is_refused_in_words(
    broken: dict[str, object], option: HandlingOption, publisher: Principal
) -> None:
    change(option, **broken)
    with pytest.raises(Refusal) as refused:
        services.publish(option.pk, DAY, publisher)
    assert refused.value.sentence


def test_only_the_publisher_of_the_region_may_publish(option: HandlingOption, publisher: Principal) -> None:
    elsewhere = Principal(kind="staff", roles=frozenset({"item_publisher"}), region_no=90000, region_end_no=99999)
    editor = Principal(
        kind="staff",
        roles=frozenset({"item_editor"}),
        region_no=publisher.region_no,
        region_end_no=publisher.region_end_no,
    )
    change(option, aliases=["开店"])
    for nobody in (ANONYMOUS, editor, elsewhere):
        with pytest.raises(NotFound):
            services.publish(option.pk, DAY, nobody)


def test_content_is_read_once_and_then_from_memory(
    option: HandlingOption, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    key = ItemVersion.objects.get(option=option).pk
    selectors.content.cache_clear()
    with django_assert_num_queries(1):
        selectors.content(key)
    with django_assert_num_queries(0):
        selectors.content(key)


def test_a_paused_option_says_so(option: HandlingOption) -> None:
    ItemVersion.objects.filter(option=option).update(state="paused")
    with pytest.raises(Refusal, match=r"catalog\.paused"):
        selectors.version_in_force(option.slug, DAY)


def test_nothing_in_force_is_not_found(option: HandlingOption) -> None:
    with pytest.raises(NotFound):
        selectors.version_in_force(option.slug, date(2001, 1, 1))


def test_the_steward_sees_the_region_in_two_queries(
    publisher: Principal, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        lines = selectors.steward_options(publisher)
    assert {line.slug for line in lines} == set(selectors.guide_slugs(DAY))


# ---- the draft keys of law ------------------------------------------------------------------------------------------


@pytest.fixture
def certificate() -> HandlingOption:
    return HandlingOption.objects.get(slug=names.CERTIFICATE_SLUG)


def refused_places(option: HandlingOption, publisher: Principal) -> set[str | None]:
    with pytest.raises(Refusals) as refused:
        services.publish(option.pk, DAY, publisher)
    assert all(item.remedy for item in refused.value.items)
    return {item.field for item in refused.value.items}


def test_special_steps_and_the_law_of_the_regime_are_compiled_into_the_version() -> None:
    _, renewal = selectors.version_in_force(names.RENEWAL_SLUG, DAY)
    assert [rule.kind for rule in renewal.flow.special_steps] == ["expert_review", "testing", "hearing", "site_check"]
    assert renewal.law.deemed_renewal
    assert renewal.renewal_limit
    assert (renewal.renewal_limit.n, renewal.renewal_limit.unit) == (30, "calendar_day")


@pytest.mark.covers("WIN-10")
def test_the_authorised_post_is_named_in_the_draft_and_found(certificate: HandlingOption, publisher: Principal) -> None:
    _, content = selectors.version_in_force(names.CERTIFICATE_SLUG, DAY)
    assert content.single_post
    assert content.single_post.post_id == content.flow.acceptance_post_id
    assert content.single_post.post_name == names.LABOUR_REPRESENTATIVE_POST
    change(certificate, single_post=certificate.draft["single_post"] | {"post": "没有的岗"})
    assert "single_post" in refused_places(certificate, publisher)


@pytest.mark.covers("WIN-10")
def test_a_post_that_is_no_chief_representative_is_not_authorised(
    certificate: HandlingOption, publisher: Principal
) -> None:
    post = {"department": names.LABOUR, "post": names.LABOUR_HANDLE_POST}
    change(certificate, single_post=certificate.draft["single_post"] | post)
    assert refused_places(certificate, publisher) == {"single_post"}


def test_a_draft_cannot_bring_its_own_law(option: HandlingOption, publisher: Principal) -> None:
    loose = {"code": "licensing", "deemed_acceptance": False}
    change(option, aliases=["开店"], regime=loose)
    published = services.publish(option.pk, DAY, publisher)
    assert selectors.content(published.pk).law.deemed_acceptance


def test_an_unknown_regime_is_refused_in_words(option: HandlingOption, publisher: Principal) -> None:
    change(option, legal_regime="favour")
    with pytest.raises(Refusal, match=r"catalog\.regime"):
        services.publish(option.pk, DAY, publisher)


def test_a_stop_without_a_basis_and_an_essential_material_that_follows_are_refused(
    option: HandlingOption, publisher: Principal
) -> None:
    step = {"kind": "site_check", "name": "现场核查", "limit": {"n": 3, "unit": "working_day", "basis": "内部"}}
    flow = option.draft["flow"] | {"special_steps": [step | {"stops_statutory": True}]}
    first = option.draft["materials"][2]
    materials = [first | {"deferral": {"consequence": "先不发证"}}, *option.draft["materials"][3:]]
    change(option, flow=flow, materials=materials)
    assert refused_places(option, publisher) == {"flow.special_steps[0]", f"material:{first['code']}"}


@pytest.mark.covers("NTC-08")
def test_the_public_list_of_what_may_follow_is_the_data_of_the_intake() -> None:
    rows = selectors.deferrable_materials(DAY)
    assert {(row.code, row.rule.due_rule) for row in rows if row.slug == names.RENEWAL_SLUG} == {
        ("hygiene_rules", "at_pickup"),
        ("health_list", "by_date"),
    }
    assert all(row.rule.consequence and row.authority and row.material for row in rows)


@pytest.mark.covers("NTC-12")
def test_the_public_list_of_commitments_names_what_the_promise_replaces() -> None:
    rows = {row.slug: row for row in selectors.commitment_items(DAY)}
    assert set(rows) == {names.FIRE_SLUG, names.ALLOWANCE_SLUG}
    assert rows[names.FIRE_SLUG].materials == ()
    assert rows[names.ALLOWANCE_SLUG].materials == ("实际居住情况证明",)
    assert all(row.rule.statement and row.rule.letter and row.rule.liability for row in rows.values())

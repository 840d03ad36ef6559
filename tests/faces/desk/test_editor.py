"""The editor of drafts: what is saved untouched is unchanged, lists grow and shrink, four hands publish."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from django.test import Client

from tests.faces.door import enter, staff_account
from tongban.demo import names
from tongban.ground import moment
from tongban.ground.errors import Conflict, NotFound, Refusal
from tongban.ground.ledger.selectors import events_of
from tongban.ground.policy import Principal
from tongban.launch.walking.forms import PageParser
from tongban.registry.catalog import editing, services
from tongban.registry.catalog.drafting import PARTS
from tongban.registry.catalog.models import DraftRound, HandlingOption, ItemVersion
from tongban.registry.parties.models import StaffPost
from tongban.registry.parties.selectors import principal_of

pytestmark = [pytest.mark.django_db, pytest.mark.aside]
SLUG = names.ROAD_SLUG
SHARE = 4
PARTS_AT = {part: n % SHARE for n, part in enumerate(PARTS)}
"""Each part is tried on every fourth item, each beginning elsewhere, so that every item is edited."""


def somebody(post: str, *roles: str) -> Principal:
    """A holder of the post, with these roles instead of its own."""
    held = StaffPost.objects.select_related("staff__account").filter(post__name=post).order_by("pk")[0]
    principal = principal_of(held.staff.account, held.post_id)
    return replace(principal, roles=frozenset(roles)) if roles else principal


@pytest.fixture
def editor() -> Client:
    return enter(staff_account("罗一鸣"))


def option() -> HandlingOption:
    return HandlingOption.objects.get(slug=SLUG)


def form_of(page: str) -> dict[str, list[str]]:
    """What a browser would send of the editor's form."""
    parser = PageParser()
    parser.feed(page)
    parser.close()
    found = next(form for form in parser.forms if form.has("revision"))
    sent: dict[str, list[str]] = {}
    for name, value in found.sent({}):
        sent.setdefault(name, []).append(value)
    return sent


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.covers("CAT-28")
def test_a_part_that_is_saved_untouched_changes_nothing(editor: Client, part: str) -> None:
    saved_untouched(editor, option(), part)


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.covers("CAT-28")
def test_a_part_that_is_saved_untouched_changes_nothing_in_any_item(editor: Client, part: str) -> None:
    others = HandlingOption.objects.filter(versions__isnull=False).exclude(slug=SLUG).distinct().order_by("slug")
    for one in others[PARTS_AT[part] :: SHARE]:
        saved_untouched(editor, one, part)


def saved_untouched(editor: Client, one: HandlingOption, part: str) -> None:
    address = f"/desk/steward/{one.slug}/edit/{part}/"
    page = editor.get(address)
    assert page.status_code == 200
    sent = form_of(page.content.decode())
    answer = editor.post(address, sent | {"do": ["save"]})
    assert answer.status_code == 303, answer.content.decode()[:3000]
    fresh = HandlingOption.objects.get(pk=one.pk)
    assert fresh.draft == one.draft, f"{one.slug} {part}"
    assert fresh.draft_revision == one.draft_revision


def test_a_changed_field_is_saved_and_a_wrong_one_keeps_what_was_typed(editor: Client) -> None:
    address = f"/desk/steward/{SLUG}/edit/basic/"
    sent = form_of(editor.get(address).content.decode())
    bad = editor.post(address, sent | {"visits_required": ["两次"], "plain": ["新的说明"], "do": ["save"]})
    assert bad.status_code == 422
    assert "要填一个整数" in bad.content.decode()
    assert "新的说明" in bad.content.decode()
    assert editor.post(address, sent | {"plain": ["新的说明"], "do": ["save"]}).status_code == 303
    assert option().draft["plain"] == "新的说明"
    stale = editor.post(address, sent | {"plain": ["别的说明"], "do": ["save"]})
    assert stale.status_code == 409
    assert "别的说明" in stale.content.decode()


def test_rows_are_added_moved_and_dropped_without_a_script_and_saved_at_the_end(editor: Client) -> None:
    address = f"/desk/steward/{SLUG}/edit/result/"
    before = option().draft["faq"]
    sent = form_of(editor.get(address).content.decode())
    grown = form_of(editor.post(address, sent | {"do": ["add:faq"]}).content.decode())
    place = f"faq.{len(before)}"
    grown |= {f"{place}.question": ["要不要押金？"], f"{place}.answer": ["不要。"]}
    moved = form_of(editor.post(address, grown | {"do": [f"up:{place}"]}).content.decode())
    assert option().draft["faq"] == before, "nothing is saved by moving"
    assert editor.post(address, moved | {"do": ["save"]}).status_code == 303
    assert option().draft["faq"][-2] == {"question": "要不要押金？", "answer": "不要。"}
    kept = form_of(editor.get(address).content.decode())
    less = form_of(editor.post(address, kept | {"do": [f"drop:faq.{len(before) - 1}"]}).content.decode())
    editor.post(address, less | {"do": ["save"]})
    assert option().draft["faq"] == before


def test_the_whole_draft_is_edited_as_json_with_the_place_of_a_fault(editor: Client) -> None:
    address = f"/desk/steward/{SLUG}/edit/source/"
    revision = str(option().draft_revision)
    bad = editor.post(address, {"text": '{\n "plain": ,\n}', "revision": revision})
    assert bad.status_code == 422
    assert "第 2 行" in bad.content.decode()
    whole = json.dumps(option().draft | {"retention": "10年"}, ensure_ascii=False)
    assert editor.post(address, {"text": whole, "revision": revision}).status_code == 303
    assert option().draft["retention"] == "10年"


def test_the_preview_follows_the_answers_and_saves_nothing(editor: Client) -> None:
    drafts = HandlingOption.objects.values_list("draft_revision", flat=True)
    before = list(drafts)
    shown = set()
    for use, situation in (("excavate", "挖掘道路"), ("occupy", "只占用道路")):
        page = editor.get(f"/desk/steward/{SLUG}/preview/", {"road.use": use}).content.decode()
        assert f"<dd>{situation}</dd>" in page
        shown.add(page)
    assert len(shown) == 2
    assert list(drafts) == before


@pytest.mark.covers("CAT-32")
def test_four_hands_edit_review_twice_and_publish() -> None:
    author = somebody(names.ITEM_EDITOR_POST)
    edited = editing.save_draft(author, SLUG, option().draft_revision, option().draft | {"aliases": ["挖路", "破路"]})
    publisher = somebody(names.ITEM_PUBLISHER_POST)
    with pytest.raises(Refusal, match="还没有通过"):
        services.publish(edited.pk, moment.today(), publisher)
    editing.submit_draft(author, SLUG, "把大家的叫法补全")
    with pytest.raises(Conflict):
        editing.save_draft(author, SLUG, edited.draft_revision, {})
    joint, legal = somebody(names.STEWARD_POST, "item_reviewer"), somebody(names.SUPERVISION_POST, "legality_reviewer")
    both = replace(joint, roles=frozenset({"item_reviewer", "legality_reviewer"}))
    with pytest.raises(Refusal, match="不做这一种"):
        editing.review_draft(joint, SLUG, "legality", "approved")
    with pytest.raises(Refusal, match="自己编辑"):
        editing.review_draft(replace(author, roles=frozenset({"item_reviewer"})), SLUG, "joint", "approved")
    editing.review_draft(both, SLUG, "joint", "approved")
    with pytest.raises(Refusal, match="两个人"):
        editing.review_draft(both, SLUG, "legality", "approved")
    editing.review_draft(legal, SLUG, "legality", "approved")
    with pytest.raises(Refusal, match="不能发布"):
        services.publish(edited.pk, moment.today(), replace(joint, roles=frozenset({"item_publisher"})))
    row = services.publish(edited.pk, moment.today(), publisher)
    round_ = DraftRound.objects.get(option=edited)
    assert round_.state == "published"
    assert [e.kind for e in events_of("item_draft", round_.pk)] == [
        "item_version.submitted",
        "item_version.approved",
        "item_version.approved",
        "item_version.round_published",
    ]
    assert ItemVersion.objects.get(pk=row.pk).number == 2


def test_a_draft_that_is_sent_back_can_be_edited_again_and_needs_a_reason() -> None:
    author = somebody(names.ITEM_EDITOR_POST)
    edited = editing.save_draft(author, SLUG, option().draft_revision, option().draft | {"aliases": ["挖路"]})
    editing.submit_draft(author, SLUG, "改叫法")
    legal = somebody(names.SUPERVISION_POST, "legality_reviewer")
    with pytest.raises(Refusal, match="哪里要改"):
        editing.review_draft(legal, SLUG, "legality", "sent_back")
    editing.review_draft(legal, SLUG, "legality", "sent_back", "依据第三十条的条文没有抄全")
    assert option().draft_state == "editing"
    editing.save_draft(author, SLUG, edited.draft_revision, option().draft | {"aliases": ["挖路", "开挖"]})


def test_nobody_else_edits_or_reviews() -> None:
    with pytest.raises(NotFound):
        editing.save_draft(somebody(names.WINDOW_POST), SLUG, 1, {})
    with pytest.raises(NotFound):
        editing.review_draft(somebody(names.ITEM_EDITOR_POST), SLUG, "joint", "approved")
    assert enter(staff_account("顾晚晴")).get(f"/desk/steward/{SLUG}/edit/basic/").status_code == 403

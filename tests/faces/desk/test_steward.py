"""Stewardship: unread bases stand out, a draft shows what it changes, only the publisher publishes."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.faces.door import enter, resident_account, staff_account
from tongban.demo import names
from tongban.registry.catalog.models import HandlingOption, ItemVersion

pytestmark = [pytest.mark.django_db, pytest.mark.aside]
ADDRESS = f"/desk/steward/{names.ROAD_SLUG}/"
ZH = {"Accept-Language": "zh-CN"}


def change(**parts: object) -> None:
    option = HandlingOption.objects.get(slug=names.ROAD_SLUG)
    HandlingOption.objects.filter(pk=option.pk).update(draft=option.draft | parts)


@pytest.fixture
def publisher() -> Client:
    return enter(staff_account("苏静姝"))


@pytest.fixture
def editor() -> Client:
    return enter(staff_account("罗一鸣"))


def test_the_list_names_items_with_unread_bases(editor: Client) -> None:
    page = editor.get("/desk/steward/", headers=ZH).content.decode()
    assert "占用、挖掘城市道路审批" in page
    assert "3 条待核对" in page


def test_each_unread_article_is_shown_unchecked(editor: Client) -> None:
    page = editor.get(ADDRESS, headers=ZH).content.decode()
    assert "《城市道路管理条例》第三十条" in page
    assert page.count("unchecked") == 3


def test_a_changed_draft_is_compared_word_by_word(editor: Client) -> None:
    change(promised_limit={"n": 7, "unit": "working_day", "basis": "云溪市城市管理局服务承诺"})
    page = editor.get(ADDRESS, headers=ZH).content.decode()
    assert "改了 1 处" in page
    assert "<del>9</del>" in page
    assert "<ins>7</ins>" in page
    assert "发布由事项发布岗办理" in page


def test_the_publisher_publishes_the_draft(publisher: Client) -> None:
    change(aliases=["挖路", "挖沟"])
    answer = publisher.post(ADDRESS, {"valid_from": "2026-06-01"})
    assert (answer.status_code, answer["Location"]) == (302, ADDRESS + "?published=1")
    assert ItemVersion.objects.filter(option__slug=names.ROAD_SLUG).count() == 2


def test_a_draft_with_faults_is_not_published_and_says_why(publisher: Client) -> None:
    change(fee="每平方米 5 元", fee_basis="")
    answer = publisher.post(ADDRESS, {"valid_from": "2026-06-01"}, headers=ZH)
    assert answer.status_code == 422
    assert "写了收费，没有写收费依据" in answer.content.decode()
    assert ItemVersion.objects.filter(option__slug=names.ROAD_SLUG).count() == 1


def test_an_unchanged_draft_or_a_wrong_day_is_answered_in_words(publisher: Client) -> None:
    assert publisher.post(ADDRESS, {"valid_from": "2026-06-01"}).status_code == 409
    change(aliases=["挖路"])
    answer = publisher.post(ADDRESS, {"valid_from": "明天"}, headers=ZH)
    assert answer.status_code == 422
    assert "请选择从哪天起生效" in answer.content.decode()


def test_an_editor_may_not_publish(editor: Client) -> None:
    change(aliases=["挖路"])
    assert editor.post(ADDRESS, {"valid_from": "2026-06-01"}).status_code == 404
    assert ItemVersion.objects.filter(option__slug=names.ROAD_SLUG).count() == 1


def test_nobody_else_comes_in() -> None:
    assert enter(staff_account("顾晚晴")).get("/desk/steward/").status_code == 403
    assert enter(resident_account()).get("/desk/steward/").status_code in {302, 403}
    assert Client().get("/desk/steward/").status_code == 302

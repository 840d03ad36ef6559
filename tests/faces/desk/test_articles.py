"""Notices at the desk: one writes, another publishes, nothing that was typed is lost, nobody else gets in (CMS-01)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.faces.desk.acts import hall
from tongban.registry.articles.models import Article

pytestmark = [pytest.mark.django_db, pytest.mark.covers("CMS-01"), pytest.mark.aside]
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef"
    "0000000049454e44ae426082"
)
WORDS = {
    "title": "国庆节大厅开放时间",
    "column": "opening",
    "source": "云溪市政务服务管理局",
    "body": "# 开放时间\n十月一日至三日不开门。\n\n- 四日起照常",
    "public": "true",
}


def editor() -> Client:
    return hall.at("内容编辑岗")


def approver() -> Client:
    return hall.at("内容审核岗")


def written(who: Client | None = None, **changed: Any) -> str:
    answer = (who or editor()).post("/desk/articles/new/", {**WORDS, **changed, "do": "save"})
    assert answer.status_code == 303, answer.content.decode()[:2000]
    return str(answer["Location"]).partition("?")[0]


def published() -> str:
    address = written()
    assert editor().post(address, {**WORDS, "do": "submit", "revision": "1"}).status_code == 303
    assert approver().post(address, {"do": "publish"}).status_code == 303
    return address


def test_one_writes_another_publishes_and_the_public_reads() -> None:
    address = written()
    slug = address.rstrip("/").rpartition("/")[2]
    writer = editor()
    assert "草稿已保存" in writer.get(f"{address}?done=save").content.decode()
    assert Client().get(f"/notices/{slug}/").status_code == 404
    assert writer.post(address, {**WORDS, "summary": "三天不开门", "do": "submit", "revision": "1"}).status_code == 303
    waiting = writer.get(address).content.decode()
    assert "撤回来接着改" in waiting
    assert "审核通过，发布" not in waiting
    judge = approver()
    page = judge.get(address).content.decode()
    assert "<h2>开放时间</h2>" in page
    assert judge.post(address, {"do": "publish"}).status_code == 303
    public = Client().get(f"/notices/{slug}/").content.decode()
    assert "国庆节大厅开放时间" in public
    assert "四日起照常" in public


def test_who_wrote_a_word_cannot_publish_and_the_window_sees_nothing() -> None:
    address = written()
    writer = editor()
    writer.post(address, {**WORDS, "do": "submit", "revision": "1"})
    refused = writer.post(address, {"do": "publish"})
    assert refused.status_code == 422
    assert "不能做这一步" in refused.content.decode()
    window = hall.at("综合窗口受理岗")
    assert window.get("/desk/articles/").status_code == 403
    assert window.get(address).status_code == 403
    assert approver().get("/desk/articles/new/").status_code == 403


def test_what_is_missing_is_told_at_once_and_what_was_typed_stays() -> None:
    address = written(column="", source="", title="")
    answer = editor().post(
        address, {"body": "新写的一段", "valid_until": "2020-01-01", "do": "submit", "revision": "1"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    for told in ("请写标题", "请选择栏目", "请写信息来源", "有效期的最后一天已经过了"):
        assert told in page
    assert "新写的一段" in page
    assert Article.objects.get(slug=address.rstrip("/").rpartition("/")[2]).draft_state == "editing"


@pytest.mark.parametrize("typed", [{"valid_from": "明天"}, {"title": "长" * 81}, {"audience": ["everybody"]}])
def test_what_can_never_stand_is_refused_beside_its_field(typed: dict[str, Any]) -> None:
    answer = editor().post("/desk/articles/new/", {**WORDS, **typed, "do": "save"})
    assert answer.status_code == 422
    assert "data-error" in answer.content.decode()
    assert not Article.objects.filter(title="国庆节大厅开放时间").exists()


def test_the_second_of_two_editors_keeps_the_words_and_is_told() -> None:
    address = written()
    assert editor().post(address, {**WORDS, "body": "先到的", "do": "save", "revision": "1"}).status_code == 303
    late = editor().post(address, {**WORDS, "body": "后到的", "do": "save", "revision": "1"})
    assert late.status_code == 409
    assert "后到的" in late.content.decode()
    assert "同事改过这一篇" in late.content.decode()
    assert Article.objects.get(slug=address.rstrip("/").rpartition("/")[2]).draft["body"] == "先到的"


def test_a_file_is_added_looked_at_and_taken_off() -> None:
    address = written()
    writer = editor()
    assert "还没有选文件" in writer.post(address, {**WORDS, "do": "attach", "revision": "1"}).content.decode()
    upload = SimpleUploadedFile("大厅.png", PNG, "image/png")
    assert writer.post(address, {**WORDS, "do": "attach", "revision": "1", "upload": upload}).status_code == 303
    page = writer.get(address).content.decode()
    file = re.search(rf"{address}files/[0-9a-f-]+/", page)
    assert file is not None
    assert writer.get(file[0]).status_code == 200
    assert hall.at("综合窗口受理岗").get(file[0]).status_code == 403
    key = file[0].rstrip("/").rpartition("/")[2]
    assert writer.post(address, {**WORDS, "do": f"drop:{key}", "revision": "2"}).status_code == 303
    assert writer.get(file[0]).status_code == 404
    bad = SimpleUploadedFile("大厅.png", b"MZ\x90\x00 no picture", "image/png")
    refused = writer.post(address, {**WORDS, "body": "留着", "do": "attach", "revision": "3", "upload": bad})
    assert refused.status_code == 422
    assert "留着" in refused.content.decode()


def test_sent_back_with_words_and_withdrawn_with_a_reason() -> None:
    address = written()
    editor().post(address, {**WORDS, "do": "submit", "revision": "1"})
    judge = approver()
    assert "请写明要改哪里" in judge.post(address, {"do": "send_back"}).content.decode()
    assert judge.post(address, {"do": "send_back", "words": "写上窗口电话"}).status_code == 303
    assert "写上窗口电话" in editor().get(address).content.decode()
    live = published()
    slug = live.rstrip("/").rpartition("/")[2]
    assert "请写明为什么撤下" in judge.post(live, {"do": "withdraw"}).content.decode()
    assert judge.post(live, {"do": "withdraw", "words": "时间有变"}).status_code == 303
    gone = Client().get(f"/notices/{slug}/")
    assert gone.status_code == 410
    assert "时间有变" in gone.content.decode()


def test_a_change_of_what_is_public_is_shown_beside_it() -> None:
    address = published()
    revision = str(Article.objects.get(slug=address.rstrip("/").rpartition("/")[2]).draft_revision)
    editor().post(address, {**WORDS, "title": "国庆节开放时间（更正）", "do": "save", "revision": revision})
    page = editor().get(address).content.decode()
    assert "<del>国庆节大厅开放时间</del>" in page
    assert "<ins>国庆节开放时间（更正）</ins>" in page


def test_the_list_is_one_query_and_filters(django_assert_max_num_queries: Any) -> None:
    published()
    writer = editor()
    writer.get("/desk/articles/")
    with django_assert_max_num_queries(4):
        page = writer.get("/desk/articles/?state=live").content.decode()
    assert "国庆节大厅开放时间" in page
    assert "没有这样的文章" in writer.get("/desk/articles/?state=in_review").content.decode()
    assert writer.get("/desk/articles/?after=xx").status_code == 422


@pytest.mark.parametrize("address", ["/desk/articles/nothing/", "/desk/articles/nothing/preview/"])
def test_what_does_not_exist_is_not_found(address: str) -> None:
    assert editor().get(address).status_code == 404


def test_an_act_that_nobody_offers_is_refused() -> None:
    address = written()
    assert editor().post(address, {"do": "explode"}).status_code == 422


def test_the_preview_shows_text_and_no_tag() -> None:
    address = written(body="<script>alert(1)</script>")
    page = editor().get(f"{address}preview/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page

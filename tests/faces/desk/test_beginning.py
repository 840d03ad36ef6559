"""A new item begun in the browser: three grounds, what was typed is judged and kept, nothing public before its day."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from itertools import chain, repeat
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.faces.desk.test_editor import somebody
from tests.faces.door import enter, staff_account
from tongban.demo import names
from tongban.ground import moment
from tongban.ground.errors import Refusal
from tongban.ground.ledger.selectors import events_of
from tongban.registry.catalog import beginning, editing, selectors, services, sources
from tongban.registry.catalog.blank import copied
from tongban.registry.catalog.models import Beginning, CatalogueEntry, HandlingOption, Item, ItemVersion
from tongban.registry.catalog.taxonomy import ITEM_TYPES
from tongban.registry.parties.models import Department, Region

pytestmark = [pytest.mark.django_db, pytest.mark.aside]
NEW = "/desk/steward/new/"
ENTRY = "000123014000"  # 公共场所卫生许可
ZH = {"Accept-Language": "zh-CN"}


@pytest.fixture
def editor() -> Client:
    return enter(staff_account("罗一鸣"))


def unit(short_name: str = "卫健委") -> Department:
    return Department.objects.get(short_name=short_name)


def typed(**more: Any) -> dict[str, Any]:
    """A right form of a new item with an entry of its own."""
    city = Region.objects.get(level="city")
    return {
        "entry_code": "999900000077",
        "entry_name": "公共浴室水质备案",
        "item_type": "filing",
        "item_name": "公共浴室水质备案",
        "name": "公共浴室水质备案（首次）",
        "slug": "bath-water-filing",
        "authority": str(unit().pk),
        "region": str(city.pk),
        "level": "city",
        "kind": "new",
        "case_type": "promised",
        "legal_regime": "filing",
        "promised_n": "3",
        "promised_unit": "working_day",
        "promised_basis": "云溪市卫生健康委员会服务承诺",
        "key": str(uuid.uuid4()),
    } | more


def begun(slug: str = "bath-water-filing") -> HandlingOption:
    return HandlingOption.objects.select_related("item__entry").get(slug=slug)


@pytest.mark.covers("CAT-03", "CAT-15")
def test_a_new_item_lands_in_the_editor_as_a_draft_with_what_is_missing(editor: Client) -> None:
    answer = editor.post(f"{NEW}entry/", typed())
    assert answer.status_code == 303, answer.content.decode()[:3000]
    assert answer["Location"] == "/desk/steward/bath-water-filing/edit/basic/?begun=1"
    option = begun()
    assert option.item.code == f"{unit().uscc}3999900000077"
    assert option.code == option.item.code + "01"
    assert (option.item.entry.name, option.item.entry.item_type) == ("公共浴室水质备案", "filing")
    page = editor.get(answer["Location"], headers=ZH).content.decode()
    for told in ("没有写一句话说明", "还没有选受理岗位", "表单里一个栏目也没有", "没有写设定依据", "没有写补正时限"):
        assert told in page
    listed = editor.get("/desk/steward/", headers=ZH).content.decode()
    assert "公共浴室水质备案（首次）" in listed
    assert "从目录新建" in listed
    row = Beginning.objects.get(option=option)
    assert [e.kind for e in events_of("item_beginning", row.pk)] == ["item_option.begun"]


@pytest.mark.parametrize(
    "part", ["basic", "law", "limits", "conditions", "materials", "questions", "form", "flow", "result"]
)
def test_every_part_of_a_new_draft_can_be_opened(editor: Client, part: str) -> None:
    editor.post(f"{NEW}entry/", typed())
    assert editor.get(f"/desk/steward/bath-water-filing/edit/{part}/").status_code == 200
    assert editor.get("/desk/steward/bath-water-filing/preview/").status_code == 200


def test_nobody_outside_sees_a_draft(editor: Client, client: Client) -> None:
    editor.post(f"{NEW}entry/", typed())
    assert client.get("/guide/bath-water-filing/").status_code == 404
    assert client.get("/apply/bath-water-filing/").status_code in {302, 404}
    assert "公共浴室水质备案（首次）" not in client.get("/search/?q=公共浴室水质备案", headers=ZH).content.decode()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"entry_code": "9999"}, "基本编码是 12 位"),
        ({"entry_name": "", "item_type": ""}, "目录里没有这个基本编码"),
        ({"item_type": ""}, "请选择事项类型"),
        ({"name": ""}, "请填写：业务办理项名称"),
        ({"slug": "水质"}, "网址名只用小写字母"),
        ({"slug": "new"}, "网址名不能是 new"),
        ({"level": "county"}, "和行使层级对不上"),
        ({"item_code": "123"}, "实施编码是 31 位"),
        ({"promised_n": "三"}, "要填写整数"),
        ({"promised_n": ""}, "请写承诺办结时限"),
        (
            {"statutory_n": "2", "statutory_unit": "working_day", "statutory_basis": "某条例第三条"},
            "承诺时限可能比法定时限还长",
        ),
        ({"statutory_n": "9", "statutory_unit": "working_day"}, "法定时限要写依据的条款"),
        ({"legal_regime": "licensing"}, "行政许可要写法定办结时限"),
        ({"authority": "99999999"}, "请选择：实施部门"),
        ({"region": "x"}, "请选择：地区"),
        ({"name": "字" * 101}, "最多 100 个字"),
        ({"promised_unit": "fortnight"}, "请选择单位"),
    ],
)
def test_wrong_input_is_told_in_words_and_nothing_typed_is_lost(
    editor: Client, wrong: dict[str, str], told: str
) -> None:
    answer = editor.post(f"{NEW}entry/", typed(**wrong), headers=ZH)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert told in page
    assert "云溪市卫生健康委员会服务承诺" in page
    assert not HandlingOption.objects.filter(slug="bath-water-filing").exists()
    assert not CatalogueEntry.objects.filter(pk="999900000077").exists()


@pytest.mark.covers("CAT-01")
def test_every_type_of_item_can_be_begun(editor: Client) -> None:
    page = editor.get(f"{NEW}entry/", headers=ZH).content.decode()
    assert set(ITEM_TYPES) <= set(re.findall(r'<option value="(\w+)"', page))


def test_a_code_that_cannot_be_put_together_must_be_written(editor: Client) -> None:
    CatalogueEntry.objects.create(code="~ABCDEFGHIJK", name="没有编码的目录", item_type="filing")
    sent = typed(item_name="没有编码的目录", name="没有编码的目录（首次）")
    refused = editor.post(f"{NEW}entry/~ABCDEFGHIJK/", sent, headers=ZH)
    assert refused.status_code == 422
    assert "目录里的这一条还没有基本编码，实施编码拼不出来" in refused.content.decode()
    assert editor.post(f"{NEW}entry/~ABCDEFGHIJK/", sent | {"item_code": "A" * 31}).status_code == 303
    Department.objects.filter(short_name="卫健委").update(uscc="待补ABCDEFGHIJKLMNOP")
    assert "还没有信用代码" in editor.post(f"{NEW}entry/", typed(slug="x"), headers=ZH).content.decode()


def test_an_empty_form_is_answered_in_words(editor: Client) -> None:
    for address in (f"{NEW}entry/", f"{NEW}entry/{ENTRY}/", f"{NEW}copy/hygiene-licence/"):
        assert editor.post(address, {}).status_code == 422
        assert editor.post(address, {"key": "x", "promised_n": "９９９９９"}).status_code == 422


def test_a_form_that_is_sent_twice_begins_once(editor: Client) -> None:
    sent = typed()
    first, second = editor.post(f"{NEW}entry/", sent), editor.post(f"{NEW}entry/", sent)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first["Location"] == second["Location"]
    assert Beginning.objects.count() == 1


def test_the_same_item_again_is_refused_and_the_answer_leads_to_it(editor: Client) -> None:
    twice = typed(entry_code=ENTRY, entry_name="", item_type="", item_name="公共场所卫生许可", slug="")
    answer = editor.post(f"{NEW}entry/", twice | {"name": "公共场所卫生许可(新办)"}, headers=ZH)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "云溪市卫生健康委员会已经有「公共场所卫生许可（新办）」" in page
    assert 'href="/desk/steward/hygiene-licence/"' in page
    taken = editor.post(f"{NEW}entry/", typed(slug="hygiene-licence"), headers=ZH)
    assert taken.status_code == 409
    assert "网址名 hygiene-licence 已经是" in taken.content.decode()
    other = editor.post(f"{NEW}entry/", twice | {"item_name": "别的名称", "name": "卫生许可（变更）"}, headers=ZH)
    assert other.status_code == 409
    assert "已经是「公共场所卫生许可」" in other.content.decode()
    wrong = typed(entry_code=ENTRY, entry_name="别的目录名称")
    assert "已经是「公共场所卫生许可」" in editor.post(f"{NEW}entry/", wrong, headers=ZH).content.decode()


@pytest.mark.covers("CAT-15")
def test_one_more_option_goes_under_the_item_that_stands(editor: Client) -> None:
    item = Item.objects.get(options__slug="hygiene-licence")
    first = editor.get(f"{NEW}entry/{ENTRY}/", headers=ZH).content.decode()
    assert 'value="公共场所卫生许可"' in first
    assert "中华人民共和国行政许可法第四十二条" in first
    law = {"legal_regime": "licensing", "statutory_n": "20", "statutory_basis": "中华人民共和国行政许可法第四十二条"}
    sent = typed(item_name="公共场所卫生许可", name="公共场所卫生许可（注销）", kind="cancel", slug="", **law)
    answer = editor.post(f"{NEW}entry/{ENTRY}/", sent)
    assert answer.status_code == 303, answer.content.decode()
    made = HandlingOption.objects.get(name="公共场所卫生许可（注销）")
    assert made.item == item
    assert made.code.startswith(item.code)
    assert made.slug == made.code.lower()


@pytest.mark.covers("CAT-15", "CAT-32")
def test_a_copy_is_reviewed_published_and_found(editor: Client, client: Client) -> None:
    source = HandlingOption.objects.get(slug=names.ROAD_SLUG)
    sent = typed(
        entry_code=source.item.entry_id,
        entry_name="",
        item_type="",
        item_name=source.item.name,
        name="占道办展会审批",
        slug="street-fair",
        authority=str(source.item.authority_id),
        legal_regime="licensing",
        promised_n="7",
        statutory_n="20",
        statutory_unit="working_day",
        statutory_basis="中华人民共和国行政许可法第四十二条",
    )
    answer = editor.post(f"{NEW}copy/{names.ROAD_SLUG}/", sent)
    assert answer.status_code == 303, answer.content.decode()[:2000]
    option = begun("street-fair")
    for part in ("form", "materials", "situations", "flow", "questions"):
        assert option.draft[part] == source.draft[part], part
    assert option.draft["promised_limit"]["n"] == 7
    assert {row["check"] for row in option.draft["legal_basis"]} == {"unchecked"}
    gaps = {one.place for one in services.missing(option)}
    assert gaps == {"plain", "aliases"}
    author = somebody(names.ITEM_EDITOR_POST)
    whole = option.draft | {"plain": "在街上办展会要办的。", "aliases": ["街头展会"]}
    editing.save_draft(author, "street-fair", option.draft_revision, whole)
    page = editor.get("/desk/steward/street-fair/", headers=ZH).content.decode()
    assert "送审" in page
    assert editor.post("/desk/steward/street-fair/submit/", {"words": "新建"}).status_code == 303
    assert editor.post("/desk/steward/street-fair/discard/", {"reason": "不办了"}).status_code == 409
    editing.review_draft(somebody(names.STEWARD_POST, "item_reviewer"), "street-fair", "joint", "approved")
    editing.review_draft(somebody(names.SUPERVISION_POST, "legality_reviewer"), "street-fair", "legality", "approved")
    with pytest.raises(Refusal, match="不能发布"):
        services.publish(option.pk, moment.today(), replace(author, roles=frozenset({"item_publisher"})))
    services.publish(option.pk, moment.today(), somebody(names.ITEM_PUBLISHER_POST))
    assert client.get("/guide/street-fair/").status_code == 200
    from tongban.insight.search.services import rebuild

    rebuild()
    assert "占道办展会审批" in client.get("/search/?q=街头展会", headers=ZH).content.decode()
    assert editor.get("/desk/steward/street-fair/discard/").status_code == 404


def test_a_copy_for_another_department_takes_its_posts_of_the_same_name() -> None:
    source = HandlingOption.objects.get(slug="hygiene-licence")
    basics = beginning.Basics("x", "", "new", "promised", "licensing", services.compile(source).promised_limit)
    posts = {("城管局", "审批岗")}
    draft = {
        "flow": {
            "acceptance": {"department": "政务局", "post": "受理岗"},
            "decision": {"department": "卫健委", "post": "审批岗"},
            "branches": [{"steps": [{"post": {"department": "卫健委", "post": "没有的岗"}}]}],
        }
    }
    flow = copied(draft, basics, ("卫健委", "城管局"), posts)["flow"]
    assert flow["acceptance"] == {"department": "政务局", "post": "受理岗"}
    assert flow["decision"] == {"department": "城管局", "post": "审批岗"}
    assert flow["branches"][0]["steps"][0]["post"] == {}


def a_listed() -> HandlingOption:
    item = Item.objects.get(options__slug="hygiene-licence")
    listing = {
        "case_type": "promised",
        "audience": ["person"],
        "legal_basis": ["《公共场所卫生管理条例》第四条"],
        "materials": ["水质检测报告", "平面图"],
        "result": "备案回执",
        "promised_n": 5,
        "promised_unit": "working_day",
        "address": "溪源路 88 号",
    }
    return HandlingOption.objects.create(
        item=item, code="LISTED-01", slug="listed-01", name="游泳池水质备案", standing="listed", listing=listing
    )


@pytest.mark.covers("CAT-03")
def test_a_listed_option_is_configured_to_the_bottom_with_what_the_list_tells(editor: Client, client: Client) -> None:
    option = a_listed()
    found = editor.get(f"{NEW}?q=游泳池", headers=ZH).content.decode()
    assert f'href="{NEW}listed/listed-01/"' in found
    form = editor.get(f"{NEW}listed/listed-01/", headers=ZH).content.decode()
    assert 'value="5"' in form
    sent = {
        "kind": "new",
        "case_type": "promised",
        "legal_regime": "filing",
        "promised_n": "5",
        "promised_unit": "working_day",
    }
    answer = editor.post(f"{NEW}listed/listed-01/", sent)
    assert answer.status_code == 303, answer.content.decode()
    option.refresh_from_db()
    assert option.standing == "listed"
    assert [row["name"] for row in option.draft["materials"]] == ["水质检测报告", "平面图"]
    assert option.draft["legal_basis"][0]["article"] == "第四条"
    assert client.get("/guide/listed-01/").status_code == 200
    again = editor.post(f"{NEW}listed/listed-01/", sent, headers=ZH)
    assert again.status_code == 409
    assert "已经有人在配置" in again.content.decode()
    assert 'href="/desk/steward/listed-01/"' in again.content.decode()
    assert editor.post("/desk/steward/listed-01/discard/", {"reason": "还在原系统办"}).status_code == 303
    option.refresh_from_db()
    assert (option.standing, option.retired_at, option.draft) == ("listed", None, {})
    assert editor.post(f"{NEW}listed/listed-01/", sent).status_code == 303


def test_a_new_item_with_the_name_of_a_listed_one_is_led_to_the_list(editor: Client) -> None:
    a_listed()
    answer = editor.post(f"{NEW}entry/", typed(name="游泳池水质备案"), headers=ZH)
    assert answer.status_code == 409
    assert "清单里已经有「游泳池水质备案」" in answer.content.decode()
    assert f'href="{NEW}listed/listed-01/"' in answer.content.decode()


def test_a_draft_is_given_up_with_a_reason_and_its_address_is_free_again(editor: Client) -> None:
    editor.post(f"{NEW}entry/", typed())
    option = begun()
    address = "/desk/steward/bath-water-filing/discard/"
    assert editor.post(address, {"reason": ""}).status_code == 422
    assert editor.post(address, {"reason": "市里不设这个事项"})["Location"] == "/desk/steward/?discarded=1"
    assert editor.post(address, {"reason": "市里不设这个事项"}).status_code == 404
    row = Beginning.objects.get(option=option)
    assert row.draft["legal_regime"] == "filing"
    assert [e.kind for e in events_of("item_beginning", row.pk)] == ["item_option.begun", "item_option.discarded"]
    assert "公共浴室水质备案" not in editor.get("/desk/steward/", headers=ZH).content.decode()
    assert editor.post(f"{NEW}entry/", typed(item_name="公共浴室水质备案", key=str(uuid.uuid4()))).status_code == 303
    assert begun().pk != option.pk


def test_only_editors_begin_and_only_in_their_region(editor: Client) -> None:
    publisher = enter(staff_account("苏静姝"))
    for address in (NEW, f"{NEW}entry/", f"{NEW}copy/hygiene-licence/", "/desk/steward/hygiene-licence/discard/"):
        assert publisher.get(address).status_code == 403
    assert "新建事项" not in publisher.get("/desk/steward/", headers=ZH).content.decode()
    assert editor.get(f"{NEW}entry/NOSUCHENTRY/").status_code == 404
    assert editor.get(f"{NEW}copy/no-such/").status_code == 404
    by = somebody(names.ITEM_EDITOR_POST)
    far = replace(by, region_no=1, region_end_no=1)
    assert sources.find(far, "卫生").configured == ()
    assert sources.find(by, "") == sources.Sources()


def test_the_search_asks_three_times_and_the_list_twice(editor: Client, django_assert_num_queries: Any) -> None:
    by = somebody(names.ITEM_EDITOR_POST)
    with django_assert_num_queries(3):
        found = sources.find(by, "卫生")
    assert found.entries
    assert found.configured
    with django_assert_num_queries(2):
        selectors.steward_options(by)


def test_a_finding_leads_to_its_page(editor: Client) -> None:
    editor.post(f"{NEW}entry/", typed())
    page = editor.get("/desk/steward/bath-water-filing/", headers=ZH).content.decode()
    for part in ("basic", "law", "limits", "form", "flow", "result"):
        assert reverse("desk:edit_part", args=["bath-water-filing", part]) in page
    assert re.search("放弃草稿", page)
    assert ItemVersion.objects.filter(option__slug="bath-water-filing").count() == 0


@pytest.mark.parametrize("way", ["entry/", "copy/road-permit/"])
def test_of_two_sendings_at_the_same_time_the_later_gets_what_the_first_began(
    editor: Client, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    first = editor.post(NEW + way, typed(key=(key := str(uuid.uuid4()))))
    looks = chain([lambda _: None], repeat(beginning._begun))  # the second looked before the first was done
    monkeypatch.setattr(beginning, "_begun", lambda at: next(looks)(at))
    second = editor.post(NEW + way, typed(key=key))
    assert (first.status_code, second.status_code) == (303, 303), second.content.decode()[:2000]
    assert first["Location"] == second["Location"]
    assert Beginning.objects.filter(option__slug="bath-water-filing").count() == 1

"""A hall is founded, described, divided and ended in the browser; the public pages say so at once."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.faces.door import enter, staff_account
from tests.registry.places.scenes import city, clerk, on_monday, queue, window
from tongban.ground.ledger.selectors import events_of
from tongban.registry.catalog.models import HandlingOption
from tongban.registry.parties.models import Region
from tongban.registry.places import configuring, ending, selectors, services
from tongban.registry.places.models import Hall, Stationing, Window

pytestmark = [pytest.mark.django_db, pytest.mark.aside]
NEW = "/desk/halls/new/"
HALL = "/desk/halls/medical/"
NAME = "云溪市政务服务中心医保分中心"


@pytest.fixture
def manager() -> Client:
    return enter(staff_account("方砚秋"))


def typed(**more: Any) -> dict[str, Any]:
    region = Region.objects.get(level="city")
    return {
        "kind": "branch",
        "name": NAME,
        "slug": "medical",
        "region": str(region.pk),
        "address": "民生路 8 号一层",
        "phone": "0500-8200199",
        "hours_text": "午间不休息",
        "facilities": ["ramp", "low_counter"],
        "bus_routes": "12 路\n北环",
        "area": "12000",
        "parent_id": str(city().pk),
        "key": str(uuid.uuid4()),
    } | more


def kinds(hall: Hall) -> list[str]:
    return [event.kind for event in events_of("hall", hall.pk)]


@pytest.fixture
def branch(manager: Client) -> Hall:
    assert manager.post(NEW, typed()).status_code == 303
    return Hall.objects.get(slug="medical")


@pytest.mark.covers("HAL-06", "HAL-08")
def test_a_hall_is_founded_and_public_at_once(manager: Client, client: Client) -> None:
    assert manager.get(NEW).status_code == 200
    sent = typed()
    answer = manager.post(NEW, sent)
    assert (answer.status_code, answer["Location"]) == (303, HALL)
    assert manager.post(NEW, sent).status_code == 303, "sent twice"
    made = Hall.objects.get(slug="medical")
    assert (made.area, made.bus_routes, made.parent) == (12000, ["12 路", "北环"], city())
    page = client.get("/places/medical/").content.decode()
    for told in (NAME, "民生路 8 号一层", "午间不休息", "无障碍坡道、低位服务台", "12000 平方米"):
        assert told in page
    assert NAME in client.get("/places/?q=北环").content.decode()
    assert kinds(made) == ["hall.recorded"]


@pytest.mark.parametrize(
    ("wrong", "told", "status"),
    [
        ({"name": ""}, "请填写：名称", 422),
        ({"kind": "township_centre"}, "便民服务中心”结尾", 422),
        ({"slug": "医保"}, "网址名用小写字母", 422),
        ({"slug": "new"}, "不能是 new", 422),
        ({"slug": "yunxi"}, "网址名 yunxi 已经有大厅在用", 409),
        ({"name": "云溪市政务服务中心"}, "已经有“云溪市政务服务中心”", 409),
        ({"phone": "打总机"}, "电话只写数字", 422),
        ({"address": ""}, "请填写：地址", 422),
        ({"area": "很大"}, "面积要填写整数", 422),
        ({"region": "999999"}, "请选择：地区", 422),
        ({"bus_routes": "路" * 31}, "最多 30 个字", 422),
        ({"parent_id": "x"}, "请选择：上级大厅", 422),
    ],
)
def test_what_is_wrong_is_told_and_nothing_typed_is_lost(
    manager: Client, wrong: dict[str, str], told: str, status: int
) -> None:
    before = Hall.objects.count()
    answer = manager.post(NEW, typed(**wrong))
    page = answer.content.decode()
    assert answer.status_code == status
    assert told in page
    assert "午间不休息" in page
    assert Hall.objects.count() == before


def test_a_manager_founds_only_in_the_own_region(manager: Client) -> None:
    county = enter(staff_account("景晓葵"))
    assert "请选择：地区" in county.post(NEW, typed()).content.decode()
    assert enter(staff_account("顾晚晴")).get(NEW).status_code == 403
    manager.post(NEW, typed())
    for part in ("edit", "zones", "queues", "end", "history"):
        assert county.get(f"{HALL}{part}/").status_code == 404
    assert county.post(f"{HALL}end/", {"how": "close"}).status_code == 404


def test_what_is_written_about_a_hall_is_changed(manager: Client, client: Client, branch: Hall) -> None:
    address = f"{HALL}edit/"
    assert "民生路 8 号一层" in manager.get(address).content.decode()
    wrong = manager.post(address, typed(phone="没有"))
    assert wrong.status_code == 422
    assert "民生路 8 号一层" in wrong.content.decode()
    assert manager.post(address, typed()).status_code == 422, "nothing was changed"
    assert manager.post(address, typed(address="民生路 10 号", facilities=["lift"])).status_code == 303
    page = client.get("/places/medical/").content.decode()
    assert "民生路 10 号" in page
    assert "无障碍电梯" in page
    below = manager.post("/desk/halls/yunxi/edit/", typed(parent_id=str(branch.pk)))
    assert "自己下面的大厅" in below.content.decode()
    assert kinds(branch) == ["hall.recorded", "hall.described"]
    assert "地址、无障碍设施" in manager.get(f"{HALL}history/").content.decode()


@pytest.mark.covers("WIN-03")
def test_zones_queues_and_windows_are_set_up_renamed_and_closed(manager: Client, client: Client, branch: Hall) -> None:
    zones, queues = f"{HALL}zones/", f"{HALL}queues/"
    assert manager.post(zones, {"name": "医保区", "kind": "insurance", "floor": "一楼"}).status_code == 303
    assert manager.post(zones, {"name": "医保区", "kind": "insurance"}).status_code == 409
    assert manager.post(zones, {"name": "", "kind": "x"}).status_code == 422
    assert manager.post(queues, {"letter": "m", "name": "医保", "purpose": "handling"}).status_code == 303
    assert manager.post(queues, {"letter": "M", "name": "别的", "purpose": "handling"}).status_code == 409
    assert manager.post(queues, {"letter": "医", "name": "别的", "purpose": "handling"}).status_code == 422
    zone, line = branch.zones.get(), branch.queues.get()
    sent = {"number": "01", "name": "医保综合", "kind": "comprehensive", "mode": "all_items", "field_name": ""}
    sent |= {"zone_id": str(zone.pk), "queue_id": str(line.pk)}
    assert manager.post(f"{HALL}windows/new/", sent).status_code == 303
    option = HandlingOption.objects.get(slug="hygiene-licence")
    assert manager.post(f"{HALL}items/", {"option": str(option.pk), "standing": "stationed"}).status_code == 303
    assert "医保区（一楼）" in client.get("/places/medical/").content.decode()
    address = f"{zones}{zone.pk}/"
    assert manager.post(address, {"name": "医保专区", "kind": "insurance", "floor": ""}).status_code == 303
    page = client.get("/places/medical/").content.decode()
    assert "医保专区" in page
    assert "医保综合" in page
    refused = manager.post(address, {"do": "close"})
    assert refused.status_code == 422
    assert "还有 01 号窗口" in refused.content.decode()
    configuring.retire_window(clerk("方砚秋"), branch.windows.get().pk)
    assert manager.post(address, {"do": "close"}).status_code == 303
    assert manager.get(address).status_code == 404
    assert manager.post(zones, {"name": "医保专区", "kind": "insurance"}).status_code == 303, "the name is free again"
    history = manager.get(f"{HALL}history/").content.decode()
    for told in ("设专区", "医保区 → 医保专区", "撤销专区", "设队列", "登记进驻"):
        assert told in history


def ready(manager: Client, branch: Hall, number: str = "61") -> Window:
    """The branch with a queue, a window and an item that the centre has not said anything about."""
    manager.post(f"{HALL}queues/", {"letter": "A", "name": "医保", "purpose": "handling"})
    manager.post(f"{HALL}zones/", {"name": "医保区", "kind": "insurance"})
    sent = {"number": number, "name": "医保综合", "kind": "comprehensive", "mode": "all_items", "field_name": ""}
    sent |= {"queue_id": str(branch.queues.get().pk), "zone_id": str(branch.zones.get().pk)}
    assert manager.post(f"{HALL}windows/new/", sent).status_code == 303
    return branch.windows.get()


def ended(**more: Any) -> dict[str, Any]:
    into = str(city().pk)
    return {"how": "merge", "into": into, "windows": "follow", "on": "2026-11-16", "basis": "云政办〔2026〕8 号"} | more


@pytest.mark.covers("WIN-28")
def test_a_hall_with_people_waiting_is_not_merged_today(manager: Client, branch: Hall) -> None:
    with on_monday():
        ready(manager, branch)
        services.take_ticket(branch.queues.get().pk, "")
        refused = manager.post(f"{HALL}end/", ended())
        assert refused.status_code == 422
        assert "还有 1 个人在等号或正在办理" in refused.content.decode()
        assert "云政办〔2026〕8 号" in refused.content.decode()
        branch.refresh_from_db()
        assert branch.ended is None
        assert manager.post(f"{HALL}end/", ended(on="2026-11-17")).status_code == 303, "from tomorrow on it may"


@pytest.mark.covers("WIN-28")
def test_windows_and_items_follow_the_merged_hall(manager: Client, client: Client, branch: Hall) -> None:
    option = HandlingOption.objects.get(slug="hygiene-licence")
    with on_monday():
        one = ready(manager, branch)
        Stationing.objects.filter(hall=city(), option=option).update(valid=(date(2026, 1, 1), date(2026, 11, 1)))
        configuring.station(clerk("方砚秋"), branch.pk, [option.pk])
        clash = {"number": "05", "name": "医保二", "kind": "comprehensive", "mode": "all_items", "field_name": ""}
        manager.post(f"{HALL}windows/new/", clash)
        refused = manager.post(f"{HALL}end/", ended())
        assert "已经有 05 号窗口" in refused.content.decode()
        configuring.retire_window(clerk("方砚秋"), branch.windows.get(number="05").pk)
        assert manager.post(f"{HALL}end/", ended()).status_code == 303
        one.refresh_from_db()
        assert (one.hall, one.queue) == (city(), queue("A"))
        assert Stationing.objects.filter(hall=city(), option=option, valid__upper_inf=True).exists()
        assert not Stationing.objects.filter(hall=branch, valid__upper_inf=True).exists()
        page = client.get("/places/medical/").content.decode()
        assert "起并入" in page
        assert NAME not in client.get("/places/").content.decode()
        assert "医保综合" in client.get("/places/yunxi/").content.decode()
        assert kinds(branch)[-2:] == ["hall.merged", "hall.stationing_ended"]
        assert kinds(city())[-1] == "hall.took_over"
        assert [e.kind for e in events_of("window", one.pk)][-1] == "window.moved"
        assert manager.post(f"{HALL}end/", ended()).status_code == 409
        assert manager.post(f"{HALL}windows/new/", clash).status_code == 409
        assert "定了并入" in manager.get(f"{HALL}history/").content.decode()


@pytest.mark.covers("WIN-28")
def test_an_end_ahead_changes_nothing_until_its_night_and_can_be_taken_back(
    manager: Client, client: Client, branch: Hall
) -> None:
    with on_monday():
        one = ready(manager, branch)
        assert manager.post(f"{HALL}end/", ended(on="2026-11-18", windows="retire")).status_code == 303
        assert NAME in client.get("/places/").content.decode()
        assert "2026-11-18 起不办" in manager.get("/desk/halls/").content.decode()
        assert manager.post(f"{HALL}end/", {"do": "keep"}).status_code == 303
        assert manager.post(f"{HALL}end/", {"do": "keep"}).status_code == 409
        assert manager.post(f"{HALL}end/", ended(how="close", on="2026-11-18", into="")).status_code == 303
        assert ending.end_halls() == 0
    with on_monday(day=18, hour=0, minute=30):
        assert ending.end_halls() == 1
        assert ending.end_halls() == 0
        one.refresh_from_db()
        assert one.retired_on == date(2026, 11, 18)
    with on_monday(day=18):
        assert NAME not in client.get("/places/").content.decode()
        assert "停办" in client.get("/places/medical/").content.decode()
    assert kinds(branch)[-3:] == ["hall.merged", "hall.end_revoked", "hall.closed"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"on": "2026-11-15"}, "日期不能早于今天"),
        ({"basis": ""}, "请填写：依据"),
        ({"into": ""}, "请选择并入哪个大厅"),
        ({"into": str(uuid.uuid4())}, "请选择：并入哪个大厅"),
        ({"on": "明天"}, "这样的日期"),
        ({"how": ""}, "请选择：怎么办"),
    ],
)
def test_a_wrong_end_is_told_in_words(manager: Client, branch: Hall, wrong: dict[str, str], told: str) -> None:
    with on_monday():
        answer = manager.post(f"{HALL}end/", ended(**wrong))
    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_a_hall_above_others_or_with_open_windows_is_not_closed(manager: Client, branch: Hall) -> None:
    with on_monday():
        above = manager.post("/desk/halls/yunxi/end/", ended(how="close", on="2026-12-01", into=""))
        assert above.status_code == 422
        assert "下面还有" in above.content.decode()
        services.open_window(window("05").pk, clerk())
        refused = manager.post("/desk/halls/yunxi/end/", ended(into=str(branch.pk)))
        assert "05 号窗口还在办公" in refused.content.decode()


def test_the_lists_ask_once(branch: Hall, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        selectors.zones(branch)
        selectors.queues(branch)

"""The hall manager's pages: own halls only, windows and who sits there, negative list with reasons, names by rule."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from tests.faces.door import enter, staff_account
from tests.registry.places.scenes import city, clerk, on_monday, queue, window
from tongban.ground.ledger.selectors import events_of
from tongban.registry.catalog.models import HandlingOption
from tongban.registry.parties.models import Department, Staff
from tongban.registry.places import services
from tongban.registry.places.models import Stationing, Window, WindowDuty

pytestmark = [pytest.mark.django_db, pytest.mark.aside]
HALL = "/desk/halls/yunxi/"


@pytest.fixture
def manager() -> Client:
    return enter(staff_account("方砚秋"))


def typed(**more: Any) -> dict[str, Any]:
    return {"number": "31", "name": "养老服务", "kind": "comprehensive", "mode": "dedicated", "field_name": ""} | more


def test_a_manager_sees_the_halls_of_the_region_and_no_others() -> None:
    county = enter(staff_account("景晓葵"))
    page = county.get("/desk/halls/").content.decode()
    assert "桥西区政务服务中心" in page
    assert "云溪市政务服务中心" not in page
    assert county.get(HALL).status_code == 404
    assert enter(staff_account("顾晚晴")).get("/desk/halls/").status_code == 403
    assert county.post(f"{HALL}windows/new/", typed()).status_code == 404


def test_the_page_shows_the_queue_now_and_who_sits_where(manager: Client) -> None:
    with on_monday():
        services.open_window(window("05").pk, clerk())
        services.take_ticket(queue("A").pk, "hygiene-licence")
        services.call_next(window("05").pk, clerk())
        page = manager.get(HALL).content.decode()
    assert "顾晚晴" in page
    assert "A001" in page
    assert "进驻率" in page


@pytest.mark.covers("WIN-03", "WIN-06")
def test_a_window_is_set_up_changed_and_retired(manager: Client) -> None:
    wrong = manager.post(f"{HALL}windows/new/", typed(mode="by_field"))
    assert wrong.status_code == 422
    assert "分领域窗口要写明受理哪些部门或事项" in wrong.content.decode()
    assert "养老服务" in wrong.content.decode()
    assert manager.post(f"{HALL}windows/new/", typed(number="05")).status_code == 409
    unit = Department.objects.get(short_name="民政局").pk
    whole = typed(mode="by_field", field_name="养老和社会救助", departments=[str(unit)], queue_id=str(queue("A").pk))
    assert manager.post(f"{HALL}windows/new/", whole).status_code == 303
    made = Window.objects.get(number="31")
    assert (made.departments, made.queue) == ([unit], queue("A"))
    address = f"{HALL}windows/{made.pk}/"
    assert "养老和社会救助" in manager.get(address).content.decode()
    assert manager.post(address, whole | {"name": "养老服务专窗"}).status_code == 303
    assert "养老服务专窗" in manager.get(HALL).content.decode()
    assert manager.post(f"{address}duty/", {"do": "retire"}).status_code == 303
    assert "养老服务专窗" not in manager.get(HALL).content.decode()
    assert [e.kind for e in events_of("window", made.pk)] == ["window.recorded", "window.configured", "window.retired"]


def test_a_window_that_is_saved_as_it_is_stays_as_it_is(manager: Client) -> None:
    for number in ("17", "22"):  # a dedicated one; one of a department that has no item here yet
        one = window(number)
        address = f"{HALL}windows/{one.pk}/"
        boxes = re.findall(
            r'name="(departments|options)"[^>]*value="([^"]*)"[^>]*checked', manager.get(address).content.decode()
        )
        sent: dict[str, Any] = {n: getattr(one, n) for n in ("number", "name", "kind", "mode", "field_name")}
        sent |= {"zone_id": str(one.zone_id), "queue_id": str(one.queue_id)}
        sent |= {name: [value for n, value in boxes if n == name] for name in ("departments", "options")}
        assert manager.post(address, sent).status_code == 303
        kept = window(number)
        assert (kept.departments, sorted(kept.options)) == (one.departments, sorted(one.options))
        assert kept.seq == one.seq + 1


@pytest.mark.covers("WIN-06")
def test_only_somebody_whose_post_fits_is_seated(manager: Client) -> None:
    address = f"{HALL}windows/{window('05').pk}/duty/"
    offered = manager.get(address).content.decode()
    assert "顾晚晴" in offered
    assert "邵新月" not in offered
    person = Staff.objects.get(name="顾晚晴")
    issuing = Staff.objects.get(name="邵新月")
    for nobody in ("", str(issuing.pk)):
        answer = manager.post(address, {"do": "seat", "person": nobody})
        assert answer.status_code == 422
        assert "请选择谁来坐这个窗口" in answer.content.decode()
    assert manager.post(address, {"do": "seat", "person": str(person.pk)}).status_code == 303
    assert WindowDuty.objects.get(until_at=None).staff == person
    assert "顾晚晴" not in manager.get(f"{HALL}windows/{window('06').pk}/duty/").content.decode()
    assert manager.post(address, {"do": "close"}).status_code == 303
    assert window("05").state == "closed"


@pytest.mark.covers("WIN-25", "WIN-26")
def test_what_is_not_stationed_says_why_and_where_else(manager: Client, client: Client) -> None:
    option = HandlingOption.objects.get(slug="gas-licence")
    entry = {"option": str(option.pk), "standing": "not_stationed", "reason": "equipment"}
    refused = manager.post(f"{HALL}items/", entry)
    assert refused.status_code == 422
    for told in ("请写明为什么不进驻", "请写明依据", "请写明到哪里办"):
        assert told in refused.content.decode()
    words = {"words": "要现场验压力", "basis": "云政办〔2026〕7 号", "elsewhere": "燃气管理处：平桥路 28 号"}
    assert manager.post(f"{HALL}items/", entry | words).status_code == 303
    assert "要现场验压力" in client.get("/places/yunxi/").content.decode()
    assert manager.post(f"{HALL}items/", {"option": str(option.pk), "standing": "stationed"}).status_code == 303
    assert "要现场验压力" not in client.get("/places/yunxi/").content.decode()
    assert Stationing.objects.filter(hall=city(), option=option, valid__upper_inf=True).count() == 1


@pytest.mark.covers("HAL-08")
def test_a_new_name_follows_the_rule_and_the_old_one_stays(manager: Client, client: Client) -> None:
    address = "/desk/halls/qiaoxi-1/name/"
    refused = manager.post(address, {"name": "溪源街道办事大厅", "basis": "通知"})
    assert refused.status_code == 422
    assert "便民服务中心”结尾" in refused.content.decode()
    right = {"name": "溪源便民服务中心", "basis": "统一名称和标识的通知"}
    assert manager.post(address, right).status_code == 303
    assert "溪源街道便民服务中心" in manager.get(address).content.decode()
    assert "溪源便民服务中心" in client.get("/places/?q=溪源街道便民服务中心").content.decode()


@pytest.mark.covers("WIN-03")
def test_the_window_guide_lists_every_window_with_its_items(manager: Client) -> None:
    page = manager.get(f"{HALL}guide/").content.decode()
    for number in ("01、02", "05、06、07、08、09、10、11", "12、13", "22"):
        assert f'<span class="num">{number}</span>' in page
    assert "食品经营许可" in page
    assert "取 C 社保医保 的号" in page

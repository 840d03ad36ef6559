"""Halls on the public pages: found by name, address, bus; a ticket without account; the line, the calls, the guide."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.registry.places.scenes import city, clerk, on_monday, queue, window
from tests.support import builders
from tongban.faces import ready
from tongban.ground.calendars import selectors as calendars
from tongban.ground.calendars.services import ClosureDraft, decide_closure
from tongban.registry.places import ending, services
from tongban.registry.places.models import Hall, QueueTicket

pytestmark = [pytest.mark.django_db, pytest.mark.aside]
TAKE = "/places/yunxi/take/"


def words(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("asked", "found", "others"),
    [
        ("q=溪源路", "云溪市政务服务中心", "南渡县政务服务中心"),
        ("q=202+路北环", "云溪市政务服务中心", "桥西区政务服务中心"),
        ("q=平桥街道便民服务大厅", "平桥街道便民服务中心", "溪源街道便民服务中心"),
        ("region=339921", "石埠镇便民服务中心", "云溪市政务服务中心"),
    ],
)
@pytest.mark.covers("HAL-06", "HAL-08")
def test_a_hall_is_found_by_address_bus_former_name_and_region(
    asked: str, found: str, others: str, client: Client
) -> None:
    page = words(client, f"/places/?{asked}")
    assert f">{found}</a>" in page
    assert f">{others}</a>" not in page


def test_only_those_open_now_and_nothing_found_is_said(client: Client) -> None:
    with on_monday(hour=20):
        page = words(client, "/places/?open=1")
        assert ">云溪市政务服务中心</a>" in page
        assert "桥西区政务服务中心" not in page
        assert "找到 1 处" in page
    assert "没有找到这样的大厅" in words(client, "/places/?q=火星")


@pytest.mark.covers("HAL-06", "WIN-03", "WIN-11", "WIN-25", "WIN-26")
def test_the_page_of_a_hall_says_everything_about_it(client: Client) -> None:
    with on_monday():
        services.open_window(window("05").pk, clerk())
        page = words(client, "/places/yunxi/")
    for told in (
        "溪源路 88 号",
        "202 路北环",
        "8100 平方米",
        "2001年10月",
        "云溪市行政审批服务大厅",
        "0500-8200100",
        "办不成事反映",
        "社会保险和就业",
        "现在开门，到 22:00",
        "车辆要上检测线",
        "事项进驻负面清单（2026 年版）第 1 项",
        "道路运输车辆综合检测站",
        "桥西区政务服务中心",
        "现在 1 人在窗口",
    ):
        assert told in page, told
    assert client.get("/places/nowhere/").status_code == 404


@pytest.mark.covers("HAL-06")
def test_a_closure_of_the_one_calendar_closes_the_hall(client: Client) -> None:
    manager, hall = clerk("方砚秋"), city()
    with on_monday() as at:
        draft = ClosureDraft(
            region_no=1000,
            region_end_no=1999,
            place="云溪市",
            first=at.date(),
            last=at.date(),
            kind="typhoon",
            effect="day_off",
            basis="云政发〔2026〕9 号",
            reason="台风红色预警",
        )
        decide_closure(manager, draft)
        assert "今天不开门：云溪市台风" in words(client, f"/places/{hall.slug}/")
        answer = client.post(TAKE, {"queue": queue("A").pk, "for": "hygiene-licence"})
        assert answer.status_code == 422
        assert "今天不对外办公（云溪市台风）" in answer.content.decode()
    calendars.forget()


@pytest.mark.covers("WIN-21")
def test_a_ticket_is_taken_without_account_and_shows_its_place_in_the_line(client: Client) -> None:
    with on_monday():
        services.open_window(window("05").pk, clerk())
        services.take_ticket(queue("A").pk, "hygiene-licence")
        assert "公共场所卫生许可（新办）" in words(client, f"{TAKE}?q=卫生")
        form = words(client, f"{TAKE}?for=hygiene-licence")
        assert "现在 1 人在等" in form
        hidden = dict(re.findall(r'type="hidden" name="([a-z]+)" value="([^"]*)"', form))
        for _ in range(2):
            answer = client.post(TAKE, hidden | {"priority": ""})
            assert answer.status_code == 303
        assert QueueTicket.objects.count() == 2
        page = client.get(answer["Location"])
        assert "A002" in page.content.decode()
        assert "前面还有 1 人" in page.content.decode()
        assert page["Refresh"] == "30"
        assert "Refresh" not in client.get(answer["Location"] + "?still=1")
    assert not client.cookies.get("sessionid")


@pytest.mark.covers("HAL-10")
def test_priority_moves_the_line_and_is_told_to_nobody(client: Client) -> None:
    with on_monday():
        first = services.take_ticket(queue("A").pk, "hygiene-licence")
        services.take_ticket(queue("A").pk, "hygiene-licence", "elderly")
        by = clerk()
        services.open_window(window("05").pk, by)
        assert "前面还有 1 人" in words(client, f"/q/{first.code}/")
        services.call_next(window("05").pk, by)
        for address in ("/places/yunxi/", "/places/yunxi/screen/", f"/q/{first.code}/"):
            page = words(client, address)
            assert "65 岁" not in page
            assert "elderly" not in page
        screen = words(client, "/places/yunxi/screen/")
        assert "A002" in screen
        assert "请到 05 号窗口" in screen


def test_the_big_screen_refreshes_itself_until_somebody_stops_it(client: Client) -> None:
    with on_monday():
        assert client.get("/places/yunxi/screen/")["Refresh"] == "8"
        assert "Refresh" not in client.get("/places/yunxi/screen/?still=1")
        assert "请在取号机或手机上取号" in words(client, "/places/yunxi/screen/")


def test_at_the_machine_the_next_one_finds_a_fresh_page(client: Client) -> None:
    with on_monday():
        given = {"queue": queue("K").pk, "kiosk": "1"}
        answer = client.post(TAKE, given)
        assert answer["Location"].endswith("?kiosk=1")
        page = client.get(answer["Location"])
        assert page["Refresh"] == f"20; url={TAKE}?kiosk=1"
        assert "用手机看前面还有几人" in page.content.decode()
        assert QueueTicket.objects.get().source == "kiosk"


def test_who_missed_the_call_comes_back_and_who_goes_is_not_called(client: Client) -> None:
    by = clerk()
    with on_monday():
        services.open_window(window("05").pk, by)
        ticket = services.take_ticket(queue("A").pk, "hygiene-licence")
        address = f"/q/{ticket.code}/"
        assert client.post(address, {"do": "rejoin"}).status_code == 422
        services.call_next(window("05").pk, by)
        assert "请到 05 号窗口" in words(client, address)
        services.pass_over(ticket.id, by)
        assert "我回来了" in words(client, address)
        assert client.post(address, {"do": "rejoin"}).status_code == 303
        assert "下一个就是您" in words(client, address)
        assert client.post(address, {"do": "leave"}).status_code == 303
        assert "已经不排了" in words(client, address)
        assert services.call_next(window("05").pk, by) is None
    with on_monday(day=17):
        assert "这是以前的号" in words(client, address)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"queue": "x"}, "没有找到这个队列"),
        ({"queue": "", "for": "nowhere"}, "没有找到这个队列"),
    ],
)
def test_what_cannot_be_taken_is_said(given: dict[str, str], sentence: str, client: Client) -> None:
    with on_monday():
        answer = client.post(TAKE, given)
    assert answer.status_code == 404
    assert sentence in answer.content.decode()
    assert client.get("/q/nowhere/").status_code == 404


def test_outside_the_hours_the_page_says_when(client: Client) -> None:
    with on_monday(hour=23):
        assert "今天 08:00—22:00 可以取号" in words(client, TAKE)
        assert client.post(TAKE, {"queue": queue("K").pk}).status_code == 422


def test_pages_cost_few_queries(client: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    with on_monday():
        ticket = services.take_ticket(queue("A").pk, "hygiene-licence")
        for address, most in (
            ("/places/", 6),
            ("/places/yunxi/", 15),
            (TAKE, 9),
            ("/places/yunxi/screen/", 6),
            (f"/q/{ticket.code}/", 5),
        ):
            client.get(address)
            with django_assert_max_num_queries(most):
                client.get(address)


@pytest.mark.covers("WIN-26")
def test_the_guide_names_the_halls_and_where_it_cannot_be_done(client: Client) -> None:
    ready.clear()
    page = words(client, "/guide/hygiene-licence/")
    assert "看别的能办的大厅和窗口" in page
    assert "/places/qiaoxi/" in page
    assert re.search(r"05</span> 综合办事", page)
    assert "</span> 综合咨询" not in page
    assert "</span> 证照发放" not in page
    apart = words(client, "/guide/vehicle-review/")
    assert "办不了这一项" in apart
    assert apart.count("到这里办：云溪市道路运输车辆综合检测站") == 1
    assert "二楼综合窗口" not in apart


def test_a_merged_hall_keeps_its_page_and_takes_no_more_tickets(client: Client) -> None:
    manager = builders.staff("方砚秋")
    old, new = Hall.objects.get(slug="qiaoxi-1"), Hall.objects.get(slug="qiaoxi-2")
    with on_monday() as at:
        ending.merge_hall(manager, old.pk, new.pk, at.date(), "通知")
        page = words(client, "/places/qiaoxi-1/")
        assert "起并入" in page
        assert new.name in page
        assert client.post("/places/qiaoxi-1/take/", {"queue": old.queues.get().pk}).status_code == 422
        assert old.name not in words(client, "/places/?q=溪源街道便民")

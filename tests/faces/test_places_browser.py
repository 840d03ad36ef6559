"""Halls in a real browser: every page at two widths, axe on each, a ticket without scripts, the manager's pages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.faces.test_every_page import sign_in
from tests.support.browser import DESKTOP, PHONE, faults, overflows, page_at, resize
from tests.support.site import Site

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def scene(site: Site) -> dict[str, str]:
    return site.run("tests.faces.places_scene")


@pytest.mark.covers("HAL-06", "WIN-25")
def test_public_pages_of_halls_are_accessible_and_never_scroll_sideways(
    site: Site, scene: dict[str, str], chromium_browser: Browser
) -> None:
    page = page_at(chromium_browser, PHONE)
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    for address in (
        "/places/",
        "/places/yunxi/",
        "/places/yunxi/take/",
        "/places/yunxi/take/?for=hygiene-licence",
        "/places/yunxi/screen/?still=1",
        f"/q/{scene['waiting']}/?still=1",
        f"/q/{scene['called']}/?still=1",
    ):
        page.goto(site.url + address)
        assert faults(page) == [], address
        for size in (PHONE, DESKTOP):
            resize(page, size)
            assert not overflows(page), (address, size)
    assert errors == []


@pytest.mark.covers("WIN-21")
def test_a_ticket_without_account_and_without_scripts(
    site: Site, scene: dict[str, str], chromium_browser: Browser
) -> None:
    page = page_at(chromium_browser, PHONE, scripts=False)
    page.goto(site.url + "/places/")
    page.get_by_label("名称、地址或公交线路").fill("溪源路")
    page.get_by_role("button", name="找大厅").click()
    page.get_by_role("link", name="云溪市政务服务中心", exact=True).click()
    page.get_by_role("link", name="取一个号").click()
    page.get_by_role("link", name="咨询帮办").click()
    page.get_by_role("button", name="取号").click()
    page.wait_for_url("**/q/*/")
    assert page.locator(".queue-now b").inner_text() == "K001"
    expect(page.get_by_text("下一个就是您")).to_be_visible()
    page.get_by_role("button", name="不等了").click()
    expect(page.get_by_text("已经不排了")).to_be_visible()


@pytest.mark.covers("WIN-03", "WIN-06")
def test_the_managers_pages_are_accessible(site: Site, scene: dict[str, str], chromium_browser: Browser) -> None:
    page = page_at(chromium_browser, DESKTOP)
    sign_in(page, site.url, "方砚秋")
    window = f"/desk/halls/yunxi/windows/{scene['window']}/"
    for address in (
        "/desk/halls/",
        "/desk/halls/yunxi/",
        "/desk/halls/yunxi/guide/",
        "/desk/halls/yunxi/items/",
        "/desk/halls/yunxi/name/",
        window,
        f"{window}duty/",
    ):
        page.goto(site.url + address)
        assert faults(page) == [], address
        assert not overflows(page), address

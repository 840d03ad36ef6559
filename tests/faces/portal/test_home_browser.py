"""Home, search, guide and stewardship in a real browser: two widths, elder levels, axe, keyboard, no script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.faces.test_every_page import PUBLIC
from tests.support.browser import DESKTOP, PHONE, WIDTHS, faults, overflows, page_at, sign_in
from tests.support.site import Site
from tongban.demo import names

pytestmark = pytest.mark.browser
GUIDE = f"/guide/{names.HYGIENE_SLUG}/"
PAGES = (
    "/",
    "/items/",
    "/themes/opening/",
    GUIDE,
    f"{GUIDE}?premises.central_air=true",
    "/search/?q=lfd",
    "/search/?q=结婚登记",
    "/about/accessibility/",
    "/about/privacy/",
)


@pytest.mark.parametrize("size", WIDTHS)
def test_every_public_page_is_accessible_and_never_scrolls_sideways(
    size: tuple[int, int], site: Site, chromium_browser: Browser
) -> None:
    page = page_at(chromium_browser, size)
    foreign: list[str] = []
    page.on("request", lambda request: foreign.append(request.url) if not request.url.startswith(site.url) else None)
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    for address in PAGES:
        page.goto(site.url + address)
        if size == PHONE and address not in PUBLIC:  # axe is slow; PUBLIC are examined in tests/faces/test_every_page
            assert faults(page) == [], address
        assert not overflows(page), address
    assert foreign == []
    assert errors == []


@pytest.mark.parametrize("level", ["1", "2"])
def test_elder_mode_keeps_every_page_accessible(level: str, site: Site, chromium_browser: Browser) -> None:
    page = page_at(chromium_browser, PHONE)
    page.context.add_cookies([{"name": "tongban_elder", "value": level, "url": site.url}])
    for address in ("/", GUIDE, "/search/?q=lfd"):
        page.goto(site.url + address)
        assert page.locator("html").get_attribute("data-elder") == level
        assert faults(page) == [], address
        assert not overflows(page), address


def test_suggestions_work_by_keyboard(site: Site, chromium_browser: Browser) -> None:
    page = page_at(chromium_browser, DESKTOP)
    page.goto(site.url + "/")
    box = page.get_by_role("combobox")
    box.press_sequentially("lfd")
    option = page.get_by_role("option").first
    option.wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    assert faults(page) == []
    box.press("ArrowDown")
    assert option.get_attribute("aria-selected") == "true"
    box.press("Escape")
    assert box.get_attribute("aria-expanded") == "false"
    assert box.input_value() == "lfd"
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url(f"**{GUIDE}")


def test_from_search_to_guide_without_javascript(site: Site, chromium_browser: Browser) -> None:
    page = page_at(chromium_browser, PHONE, scripts=False)
    page.goto(site.url + "/")
    page.get_by_label("搜索事项或问题").fill("我想开一家理发店")
    page.get_by_role("button", name="搜索").click()
    page.get_by_role("link", name="公共场所卫生许可（新办）").click()
    page.get_by_label("是", exact=True).check()
    page.get_by_role("button", name="按我的情况显示").click()
    expect(page.get_by_text("要您提交 4 份")).to_be_visible()
    page.get_by_role("link", name="在线办理").click()
    page.wait_for_url("**/apply/**")


@pytest.mark.parametrize("size", WIDTHS)
def test_the_steward_pages_are_accessible(size: tuple[int, int], site: Site, chromium_browser: Browser) -> None:
    page = page_at(chromium_browser, size)
    sign_in(page, site.url, "罗一鸣")
    for address in ("/desk/steward/", f"/desk/steward/{names.ROAD_SLUG}/"):
        page.goto(site.url + address)
        assert faults(page) == [], address
        assert not overflows(page), address

"""Transparency and supervision as people see them: in the dark, without a script, down from a number to its cases."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.faces.test_every_page import sign_in
from tests.support.browser import DESKTOP, PHONE, faults, overflows, page_at
from tests.support.site import Site

pytestmark = pytest.mark.browser
DARK = "() => { document.documentElement.dataset.theme = 'dark' }"
PAGES = ("/open/cases/", "/open/times/", "/open/data/")


@pytest.fixture(scope="module")
def scene(site: Site) -> dict[str, Any]:
    """Cases in every state on the site."""
    return site.run("tests.support.scenes")


def test_public_pages_without_a_script_and_in_the_dark(
    site: Site, scene: dict[str, Any], chromium_browser: Browser
) -> None:
    page = page_at(chromium_browser, PHONE, scripts=False)
    for address in PAGES:
        page.goto(site.url + address)
        assert not overflows(page), address
    page.goto(site.url + PAGES[0])
    page.locator("summary").first.click()
    page.get_by_label("结果", exact=True).select_option("negative")
    page.get_by_role("button", name="按条件显示").click()
    expect(page).to_have_url(re.compile("result=negative"))
    page.context.close()
    page = page_at(chromium_browser, DESKTOP)
    for address in PAGES:
        page.goto(site.url + address)
        page.evaluate(DARK)
        assert faults(page) == [], address
    page.context.close()


@pytest.mark.covers("EFF-06")
def test_a_supervisor_presses_a_number_and_sees_its_cases_in_the_dark(
    site: Site, scene: dict[str, Any], chromium_browser: Browser
) -> None:
    page = page_at(chromium_browser, DESKTOP)
    sign_in(page, site.url, "程怀瑾")
    page.goto(f"{site.url}/desk/board/?span=year")
    page.evaluate(DARK)
    assert faults(page) == []
    number = page.locator(".kpi", has_text="正在办").locator(".value a")
    wanted = int(number.inner_text().replace(",", ""))
    number.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("正在办的办件")
    expect(page.locator("tr[data-row]")).to_have_count(min(wanted, 50))
    page.context.close()

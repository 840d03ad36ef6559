"""The citizen's road under hard conditions: 360 px, keyboard alone, read in order, a server that dies in the middle."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.faces.portal.test_apply_browser import (
    FIELDS,
    answer_questions,
    begin,
    fill_sections,
    go_on,
    photo,
)
from tests.support.browser import page_at, sign_in
from tests.support.site import JOBS, WEB, Site

__all__ = ["photo"]
pytestmark = pytest.mark.browser
SMALL = (360, 740)
MOST_TABS = 80
# Where the focus stands: the name of the control, its value when it is one of several, the words on a button or link.
FOCUS = """() => {
  const at = document.activeElement;
  return at === document.body ? null : {
    name: at.getAttribute('name') || '', type: at.type || at.tagName.toLowerCase(), value: at.value || '',
    words: (at.innerText || at.getAttribute('aria-label') || '').trim(),
    label: at.labels && at.labels.length ? at.labels[0].innerText.trim() : (at.getAttribute('aria-label') || ''),
    top: at.getBoundingClientRect().top + window.scrollY,
    seen: !!(at.offsetWidth || at.offsetHeight) || at.classList.contains('sr-only') };
}"""


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the focus stands on the control of that name, or on a button or link with those words."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUS)
        if at and (at["name"] == wanted or (at["type"] in {"submit", "a", "button"} and at["words"] == wanted)):
            return
    raise AssertionError(f"no way with Tab to {wanted!r} on {page.url}")


def type_in(page: Page, name: str, text: str) -> None:
    tab_to(page, name)
    page.keyboard.type(text)


def press(page: Page, words: str) -> None:
    tab_to(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.covers("PRT-18", "PRT-16")
def test_the_whole_road_by_keyboard_on_a_small_screen(site: Site, chromium_browser: Browser, photo: Path) -> None:
    page = page_at(chromium_browser, SMALL)
    sign_in(page, site.url, "沈知夏")
    begin(page, site)
    tab_to(page, "premises.kind")
    page.keyboard.type("理发")
    if page.locator('[name="premises.kind"]').input_value() != "hair_salon":
        page.locator('[name="premises.kind"]').select_option("hair_salon")  # type-ahead differs by the letters' order
    tab_to(page, "premises.central_air")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("否", exact=True)).to_be_checked()
    type_in(page, "premises.area_m2", "56")
    press(page, "保存并继续")
    page.wait_for_url("**/form/**")
    for values in FIELDS:
        for name, value in values.items():
            type_in(page, name, value)
        press(page, "保存并继续")
    page.wait_for_url("**/materials/")
    for code in ("floor_plan", "hygiene_report", "hygiene_rules"):
        with page.expect_file_chooser() as chooser:
            page.locator(f"#m-{code} input[type=file]").press("Enter")
        chooser.value.set_files(photo)
        expect(page.locator(f"#m-{code}").get_by_role("link", name="现场照片.jpg")).to_be_visible()
    press(page, "继续")
    page.wait_for_url("**/check/")
    tab_to(page, "consent")
    page.keyboard.press("Space")
    press(page, "确认并提交")
    page.wait_for_url("**/receipt/")
    expect(page.get_by_text("办件编号 YX")).to_be_visible()


@pytest.mark.covers("PRT-18")
def test_every_step_reads_in_the_order_it_is_seen(site: Site, chromium_browser: Browser, photo: Path) -> None:
    """What a screen reader reads and Tab walks is the order of the eye; every control says what it is for."""
    page = page_at(chromium_browser, SMALL, scripts=False)
    sign_in(page, site.url, "陆明远")
    begin(page, site)
    read_in_order(page)
    answer_questions(page)
    go_on(page)
    read_in_order(page)
    fill_sections(page)
    read_in_order(page)
    for code in ("floor_plan", "hygiene_report", "hygiene_rules"):
        tile = page.locator(f"#m-{code}")
        tile.locator("input[type=file]").set_input_files(photo)
        tile.get_by_role("button", name="上传").click()
    page.get_by_role("button", name="继续").click()
    read_in_order(page)
    page.locator('[name="consent"]').check()
    page.get_by_role("button", name="确认并提交").click()
    read_in_order(page)
    assert page.url.endswith("/receipt/")


ORDER = """() => {
  const wrong = [], main = document.querySelector('main');
  const all = [...main.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
    .filter(one => one.offsetParent && !one.closest('.action-bar, [data-sticky]'));
  let before = -Infinity, last = null;
  for (const one of all) {
    const box = one.getBoundingClientRect(), top = box.top + window.scrollY;
    if (top + box.height < before - 2)
      wrong.push(`${one.outerHTML.slice(0, 80)} stands above ${last.outerHTML.slice(0, 80)}`);
    before = Math.max(before, top); last = one;
    if (one.tabIndex > 0) wrong.push(`tabindex ${one.tabIndex}: ${one.outerHTML.slice(0, 80)}`);
    const named = one.labels && one.labels.length || one.getAttribute('aria-label') || one.innerText.trim();
    if (!named) wrong.push(`no name: ${one.outerHTML.slice(0, 120)}`);
  }
  let level = 0;
  for (const heading of document.querySelectorAll('h1, h2, h3, h4')) {
    const now = +heading.tagName[1];
    if (now > level + 1) wrong.push(`h${now} follows h${level}: ${heading.innerText}`);
    level = now;
  }
  if (!document.title.trim()) wrong.push('no title');
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth) wrong.push('scrolls sideways');
  return wrong;
}"""


def read_in_order(page: Page) -> None:
    """Nothing stands above what comes before it; headings go down one level at a time."""
    page.locator("footer").wait_for()  # the page is whole: a form without a script may still be loading
    assert page.evaluate(ORDER) == [], page.url


@pytest.mark.covers("OPS-09")
def test_a_server_that_dies_in_mid_form_costs_nothing(site: Site, chromium_browser: Browser, photo: Path) -> None:
    page = page_at(chromium_browser, SMALL)
    sign_in(page, site.url, "何雨桐")
    begin(page, site)
    answer_questions(page, "61")
    expect(page.locator("[data-saved]")).to_contain_text("已自动保存")
    site.kill(WEB)
    page.locator('[name="premises.area_m2"]').fill("62")
    expect(page.locator("[data-autosave-trouble]")).to_be_visible(timeout=30_000)
    site.begin_again(WEB)
    page.locator('[name="premises.area_m2"]').fill("63")
    go_on(page)
    page.wait_for_url("**/form/**")
    fill_sections(page)
    for code in ("floor_plan", "hygiene_report", "hygiene_rules"):
        page.locator(f"#m-{code} input[type=file]").set_input_files(photo)
        expect(page.locator(f"#m-{code}").get_by_role("link", name="现场照片.jpg")).to_be_visible()
    site.kill(JOBS)
    page.get_by_role("button", name="继续").click()
    page.locator('[name="consent"]').check()
    page.get_by_role("button", name="确认并提交").click()
    page.wait_for_url("**/receipt/")
    expect(page.get_by_text("办件编号 YX")).to_be_visible()
    expect(page.locator("#receipt-paper").get_by_role("link", name="下载")).to_have_count(0)
    site.begin_again(JOBS)
    expect(page.locator("#receipt-paper").get_by_role("link", name="下载")).to_be_visible(timeout=60_000)


def test_a_closed_browser_loses_no_draft(site: Site, chromium_browser: Browser) -> None:
    page = page_at(chromium_browser, SMALL)
    sign_in(page, site.url, "欧阳娜")
    begin(page, site)
    address = page.url
    answer_questions(page, "64")
    expect(page.locator("[data-saved]")).to_contain_text("已自动保存")
    page.goto("about:blank")
    page.wait_for_timeout(500)
    page.context.close()
    again = page_at(chromium_browser, SMALL)
    sign_in(again, site.url, "欧阳娜")
    again.goto(address)
    expect(again.locator('[name="premises.area_m2"]')).to_have_value("64")

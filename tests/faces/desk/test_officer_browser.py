"""The officer's lists, review and phone in a real Chromium: axe, keys, drafts in the background, the last look."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.faces.desk.test_desk_browser import enter, sound, take_in
from tests.support.browser import DESKTOP, PHONE, page_at, resize
from tests.support.site import Site

MANAGER = "方砚秋"
pytestmark = [pytest.mark.browser, pytest.mark.needs_tool("chromium")]


@pytest.mark.covers("WIN-01", "WIN-24", "MOB-11")
def test_an_officer_narrows_claims_writes_and_decides_on_a_phone(
    chromium_browser: Browser, site: Site, tmp_path
) -> None:
    page = page_at(chromium_browser, DESKTOP)
    enter(page, site, "顾晚晴")
    number = take_in(page, site, tmp_path)
    page.get_by_role("button", name="受理 F9").click()
    expect(page.get_by_role("status").first).to_contain_text("已受理")

    enter(page, site, "蒋若溪")
    page.get_by_label("申请人或编号").fill(number)
    page.get_by_role("button", name="筛选").click()
    page.wait_for_url(re.compile(f"q={number}"))
    expect(page.locator("[data-row]")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-count]")).to_have_text("选中的任务：1 件")
    sound(page)
    page.get_by_role("button", name="认领").click()
    expect(page.get_by_text("1 件已认领")).to_be_visible()
    sound(page)
    page.get_by_role("link", name="回到列表").click()
    expect(page.locator("tbody").get_by_text("我", exact=True)).to_be_visible()

    resize(page, PHONE)
    sound(page)
    page.goto(f"{site.url}/desk/review/{number}/")
    sound(page)
    jump = page.locator(".case-jump .jump-act")
    box = jump.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["y"] > PHONE[1] / 2  # at the thumb
    jump.click()
    page.get_by_text("常用语", exact=True).click()
    page.locator("[data-phrase]").first.click()
    expect(page.get_by_label("意见", exact=True)).not_to_have_value("")
    expect(page.locator("[data-kept]")).to_contain_text("草稿已保存")
    page.reload()
    expect(page.get_by_label("意见", exact=True)).not_to_have_value("")
    page.get_by_role("radio", name="通过 转到下一步").check()
    page.get_by_role("button", name="提交意见").click()
    page.wait_for_url(re.compile("done=pass"))

    page.goto(f"{site.url}/desk/rooms/")
    sound(page)
    page.context.close()


@pytest.mark.covers("WIN-24")
def test_the_manager_dispatches_at_both_widths_without_a_script(chromium_browser: Browser, site: Site) -> None:
    page = page_at(chromium_browser, DESKTOP, scripts=False)
    enter(page, site, MANAGER)
    page.goto(f"{site.url}/desk/dispatch/")
    page.locator("tbody input[name=task]").first.check()
    page.get_by_role("button", name="派给同事").click()
    expect(page.get_by_role("heading", name="派给同事")).to_be_visible()
    page.get_by_role("button", name="派给同事").click()
    expect(page.get_by_text("请写明为什么").first).to_be_visible()
    page.context.close()
    page = page_at(chromium_browser, PHONE)
    enter(page, site, MANAGER)
    page.goto(f"{site.url}/desk/dispatch/")
    sound(page)
    resize(page, DESKTOP)
    sound(page)
    page.context.close()

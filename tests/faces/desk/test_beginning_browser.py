"""In a real browser, at two widths: an editor begins an item and gives it up; a manager founds a hall and ends it."""

from __future__ import annotations

import re
import uuid

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import DESKTOP, PHONE, WIDTHS, faults, overflows, page_at, resize, sign_in
from tests.support.site import Site

pytestmark = pytest.mark.browser


def looked_at(page: Page) -> None:
    """axe finds nothing, nothing scrolls sideways at either width."""
    assert faults(page) == [], page.url
    for size in WIDTHS:
        resize(page, size)
        assert not overflows(page), (page.url, size)


def problem(page: Page) -> str:
    return page.locator(".error-summary").first.inner_text()


@pytest.mark.covers("CAT-03", "CAT-15")
def test_an_item_is_copied_filled_in_and_given_up(site: Site, chromium_browser: Browser) -> None:
    name = f"占道办展会{uuid.uuid4().hex[:6]}"
    page = page_at(chromium_browser, DESKTOP)
    sign_in(page, site.url, "罗一鸣")
    page.goto(f"{site.url}/desk/steward/")
    page.get_by_role("link", name="新建事项").click()
    page.get_by_label("事项名称或编码").fill("道路")
    page.get_by_role("button", name="找一找").click()
    looked_at(page)
    page.get_by_role("link", name=re.compile(r"复制\s*占用、挖掘城市道路审批")).click()
    looked_at(page)
    page.get_by_label("业务办理项名称").fill(name)
    page.locator("#f-promised_n").fill("30")
    page.get_by_role("button", name="新建草稿").click()
    assert "承诺时限可能比法定时限还长" in problem(page)
    assert page.get_by_label("业务办理项名称").input_value() == name
    looked_at(page)
    page.locator("#f-promised_n").fill("7")
    page.get_by_role("button", name="新建草稿").dblclick()
    page.wait_for_url("**/edit/basic/?begun=1")
    expect(page.get_by_text("没有写一句话说明")).to_be_visible()
    looked_at(page)
    page.goto(f"{site.url}/desk/steward/")
    expect(page.get_by_role("link", name=name)).to_have_count(1)  # a double click begins once
    page.get_by_role("link", name=name).click()
    looked_at(page)
    page.get_by_role("link", name="预览草稿").click()
    looked_at(page)
    page.go_back()
    page.get_by_role("link", name="放弃草稿").click()
    looked_at(page)
    page.get_by_label("为什么放弃").fill("并到占道许可里办")
    page.get_by_role("button", name="放弃这份草稿").click()
    expect(page.get_by_text("草稿已经放弃")).to_be_visible()
    expect(page.get_by_role("link", name=name)).to_have_count(0)


@pytest.mark.covers("HAL-06", "HAL-08", "WIN-28")
def test_a_hall_is_founded_divided_and_merged_without_scripts(site: Site, chromium_browser: Browser) -> None:
    slug = f"branch-{uuid.uuid4().hex[:6]}"
    page = page_at(chromium_browser, PHONE, scripts=False)
    sign_in(page, site.url, "方砚秋")
    page.goto(f"{site.url}/desk/halls/")
    page.get_by_role("link", name="设立大厅").click()
    page.get_by_label("类型").select_option("branch")
    page.get_by_label("名称", exact=True).fill("云溪市政务服务中心试办分中心")
    page.get_by_label("网址名").fill(slug)
    page.get_by_label("地区").select_option(label="云溪市")
    page.get_by_label("电话").fill("0500-8200188")
    page.get_by_role("button", name="设立大厅").click()
    assert "请填写：地址" in problem(page)
    assert page.get_by_label("网址名").input_value() == slug
    page.get_by_label("地址").fill("民生路 8 号")
    page.get_by_label("无障碍坡道").check()
    page.get_by_role("button", name="设立大厅").click()
    page.wait_for_url(f"**/desk/halls/{slug}/")
    for link, label, typed, button in (
        ("专区", "专区名称", "医保区", "设专区"),
        ("排队队列", "队列名称", "医保", "设队列"),
    ):
        page.get_by_role("link", name=link, exact=True).click()
        page.get_by_label(label).fill(typed)
        if link == "专区":
            page.get_by_label("类型").select_option("insurance")
        else:
            page.get_by_label("号头").fill("M")
            page.get_by_label("办理事项").check()
        page.get_by_role("button", name=button).click()
        expect(page.get_by_text(typed).first).to_be_visible()
        page.goto(f"{site.url}/desk/halls/{slug}/")
    page.goto(f"{site.url}/places/{slug}/")
    expect(page.get_by_text("无障碍坡道")).to_be_visible()
    watched = page_at(chromium_browser, DESKTOP)
    sign_in(watched, site.url, "方砚秋")
    zone = ""
    for part in ("", "edit/", "zones/", "queues/", "end/", "history/"):
        watched.goto(f"{site.url}/desk/halls/{slug}/{part}")
        looked_at(watched)
        if part == "zones/":
            zone = watched.get_by_role("link", name=re.compile(r"修改\s*医保区")).get_attribute("href") or ""
    watched.goto(site.url + zone)
    looked_at(watched)
    watched.goto(f"{site.url}/desk/halls/new/")
    looked_at(watched)
    page.goto(f"{site.url}/desk/halls/{slug}/end/")
    page.get_by_label("并入另一个大厅").check()
    page.get_by_label("并入哪个大厅").select_option(label="云溪市政务服务中心")
    page.get_by_label("从哪天起").fill("2020-01-01")
    page.get_by_label("依据").fill("云政办〔2026〕8 号")
    page.get_by_role("button", name="定下来").click()
    assert "日期不能早于今天" in problem(page)
    page.get_by_label("从哪天起").fill("2099-01-01")
    page.get_by_role("button", name="定下来").click()
    expect(page.get_by_text("起并入 云溪市政务服务中心")).to_be_visible()
    page.goto(f"{site.url}/desk/halls/{slug}/end/")
    page.get_by_role("button", name="取消，继续办公").click()
    page.wait_for_url(f"**/desk/halls/{slug}/")
    expect(page.get_by_text("起并入")).to_have_count(0)

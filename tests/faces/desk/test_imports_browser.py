"""A steward without a mouse brings a list in and takes it back; the site's own job process does the long work."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.registry.catalog.imports import files
from tests.support.browser import DESKTOP, page_at, sign_in
from tests.support.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.covers("CAT-12", "CAT-25", "CAT-32")]


def press(page: Any, role: str, name: str) -> None:
    """Go there with the keyboard and press Enter."""
    target = page.get_by_role(role, name=name).first
    target.wait_for()
    for _ in range(120):
        if target.evaluate("node => node === document.activeElement"):
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} cannot be reached with the keyboard")


def test_a_list_goes_in_and_out_with_the_keyboard(site: Site, chromium_browser: Any, tmp_path: Path) -> None:
    rows = [files.row(n, 实施主体="云溪市侨务办公室" if n > 1 else "云溪市民政局") for n in (1, 2, 3)]
    path = files.written(tmp_path, "清单.xlsx", files.one_sheet(files.table(rows)))
    page = page_at(chromium_browser, DESKTOP)
    sign_in(page, site.url, "唐宇轩")
    page.goto(f"{site.url}/desk/imports/")
    press(page, "link", "导入一份清单")
    page.get_by_label("清单文件").set_input_files(str(path))
    press(page, "button", "上传并读表头")
    press(page, "link", "去核对列")
    page.wait_for_url("**/columns/")
    press(page, "button", "开始核对内容")
    page.get_by_role("heading", name="有 1 处错误，一行也没有导入").wait_for()
    press(page, "button", "没选的都新建，再核对")
    page.get_by_role("heading", name="核对无误").wait_for()
    press(page, "button", "导入这 3 项")
    page.get_by_role("heading", name="已导入").wait_for()
    listed = page.url
    page.goto(f"{site.url}/guide/1133990000test0002/")
    assert "尚未在本平台配置" in page.inner_text("main")
    assert "云溪市侨务办公室" in page.inner_text("main")
    page.goto(listed)
    press(page, "link", "撤销这次导入")
    page.wait_for_url("**/undo/")
    press(page, "button", "撤销这次导入")
    page.get_by_role("heading", name="已撤销").wait_for()
    page.context.close()


def test_filters_stand_open_where_there_is_room(site: Site, chromium_browser: Any) -> None:
    page = page_at(chromium_browser, DESKTOP)
    page.goto(f"{site.url}/items/")
    page.get_by_label("事项类型").select_option("award")
    page.get_by_role("button", name="按条件显示").click()
    expect(page).to_have_url(re.compile(r"/items/\?type=award(#.*)?$"))
    expect(page.get_by_role("link", name="行政奖励")).to_have_count(1)
    page.get_by_role("link", name="行政奖励").click()
    expect(page).not_to_have_url(re.compile("type="))
    page.context.close()

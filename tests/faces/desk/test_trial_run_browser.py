"""A supervisor compares both systems in a real browser, on a telephone and at a desk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.browser import WIDTHS, faults, overflows, page_at, resize, sign_in
from tests.support.site import Site
from tongban.ground import moment

pytestmark = [pytest.mark.browser, pytest.mark.covers("WIN-23")]


def test_the_report_is_made_and_read_at_both_widths(site: Site, chromium_browser: Any, tmp_path: Path) -> None:
    case = site.run("tests.faces.desk.granted")["item"]
    today = moment.today().isoformat()
    lines = ["旧系统编号,事项,申请人,受理时间,办结时间,结果", f"OLD-1,{case},陆明远,{today},{today},准予"]
    lines += [f"OLD-{n},{case},周国强{n},{today},{today},准予" for n in range(2, 6)]
    path = tmp_path / "旧系统.csv"
    path.write_bytes("\r\n".join(lines).encode("gb18030"))
    page = page_at(chromium_browser, WIDTHS[0])
    sign_in(page, site.url, "程怀瑾")
    page.goto(f"{site.url}/desk/trial-run/")
    page.get_by_label("从哪天开始").fill(today)
    page.get_by_role("button", name="设好日期").click()
    page.get_by_text("试运行的日期设好了").wait_for()
    page.get_by_label("清单文件").set_input_files(str(path))
    page.get_by_role("button", name="上传并比对").click()
    page.get_by_role("heading", name="还不能切换：旧系统里有 4 件本系统没有。").wait_for()
    for size in WIDTHS:
        resize(page, size)
        assert faults(page) == []
        assert not overflows(page)
    page.context.close()

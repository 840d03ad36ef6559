"""The banner in a real browser: on a telephone and on a desk, for old eyes, in the dark, on paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.support.browser import DESKTOP, WIDTHS, faults, overflows, page_at, sign_in
from tests.support.site import Site, make

pytestmark = [pytest.mark.browser, pytest.mark.covers("WIN-23")]
BANNER = "演练环境：这里办的都不算数"


@pytest.fixture(scope="module")
def rehearsal() -> Iterator[Site]:
    """A running rehearsal site."""
    made = make("rehearsal", rehearsal=True)
    yield made
    made.stop()


@pytest.mark.parametrize("size", WIDTHS, ids=str)
def test_the_banner_is_seen_on_every_page_and_nothing_is_wrong_with_it(
    rehearsal: Site, chromium_browser: Any, size: tuple[int, int]
) -> None:
    page = page_at(chromium_browser, size)
    for address in ("/", "/verify/", "/demo/"):
        page.goto(rehearsal.url + address)
        banner = page.get_by_role("complementary", name="演练环境")
        assert BANNER in banner.inner_text()
        assert faults(page) == []
        assert not overflows(page)
    page.emulate_media(color_scheme="dark")
    assert faults(page) == []
    page.emulate_media(media="print")
    expect(banner).to_be_visible()
    page.emulate_media(media="screen", color_scheme="light")
    sign_in(page, rehearsal.url, "顾晚晴")
    assert BANNER in page.inner_text("body")
    assert faults(page) == []
    page.context.close()


def test_in_elder_mode_the_banner_stands_too(rehearsal: Site, chromium_browser: Any) -> None:
    page = page_at(chromium_browser, DESKTOP)
    page.goto(rehearsal.url)
    page.get_by_role("switch", name="长者模式").click()
    page.wait_for_load_state()
    expect(page.get_by_text(BANNER)).to_be_visible()
    assert faults(page) == []
    page.context.close()

"""Twenty visits without a mouse, each with its paper; and every state of the screen is sound at both widths."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.faces.desk import builders
from tests.faces.desk.rush import Clerk
from tests.faces.desk.test_desk_browser import enter, sound
from tests.support.browser import DESKTOP, PHONE, page_at, resize
from tests.support.site import Site
from tongban.demo import names
from tongban.demo.people import RESIDENTS

pytestmark = [pytest.mark.browser, pytest.mark.needs_tool("chromium")]

NUMBERS = [resident.id_number for resident in RESIDENTS]


def slip(page: Page) -> str:
    """The paper that goes home with the person."""
    return page.locator(".paper").inner_text()


@pytest.mark.covers("WIN-01", "WIN-10", "WIN-20", "WIN-21", "WIN-22", "IDN-07")
def test_twenty_visits_by_keys_alone_each_with_its_paper(chromium_browser: Browser, site: Site, tmp_path: Path) -> None:
    page = page_at(chromium_browser, DESKTOP)
    enter(page, site, "顾晚晴")
    clerk = Clerk(page, site.url, tmp_path)
    served: set[str] = set()
    for number in NUMBERS[2:7]:
        served.add(clerk.accepted(number))
        assert "已受理" in slip(page)
    for number in NUMBERS[2:5]:
        served.add(clerk.accepted_again(number))
        assert "已受理" in slip(page)
    for number in NUMBERS[7:11]:
        served.add(clerk.notified(number))
        assert "没有标洗手池" in slip(page)
        assert "没有提交" in slip(page)
    for number in NUMBERS[11:14]:
        served.add(clerk.corrected(number))
        assert "申请人已签名" in slip(page)
    for number in NUMBERS[14:16]:
        served.add(clerk.refused(number))
        assert "不对外营业" in slip(page)
    clerk.sign_in("祝云舒")
    for number in NUMBERS[16:19]:
        served.add(clerk.at_once(number, names.CERTIFICATE_SLUG))
        assert "已当场办结" in slip(page)
    assert len(served) == 20
    assert {"核验身份", "找事项", "打开表单", "受理", "一次性告知", "不予受理", "当场办结"} <= set(clerk.times)
    page.context.close()


def both(page: Page) -> None:
    """Sound at 1440 and at 390."""
    sound(page)
    resize(page, PHONE)
    sound(page)
    resize(page, DESKTOP)


def test_every_state_of_the_screen_is_sound_at_both_widths(
    chromium_browser: Browser, site: Site, tmp_path: Path
) -> None:
    from tongban.ground.identifiers import id_check_digit

    page = page_at(chromium_browser, DESKTOP)
    enter(page, site, "顾晚晴")
    clerk = Clerk(page, site.url, tmp_path)
    page.goto(f"{site.url}/desk/window/new/")
    both(page)
    right = NUMBERS[20]
    clerk.type(right[:-1] + ("1" if right[-1] != "1" else "2"))
    clerk.go("Enter", "")
    expect(page.locator("#number-e")).to_be_visible()
    both(page)
    body = "33990219660606" + "345"
    page.locator("#number").fill(f"欧阳采薇|女|汉|{body}{id_check_digit(body)}")
    page.locator("#number").focus()
    clerk.go("Enter", "")
    assert page.locator("#name").input_value() == "欧阳采薇"  # read from the card
    both(page)
    clerk.go("F9", "")
    expect(page.get_by_text("没有留，用纸质文书通知")).to_be_visible()
    both(page)
    clerk.type("造飞船")
    clerk.go("Enter", "")
    both(page)
    page.locator("#q").fill("理发店卫生许可")
    clerk.go("Enter", "")
    clerk.waits(".visit-option")
    clerk.go("Enter", "")
    expect(page.locator("#intake")).to_be_visible()
    both(page)
    page.keyboard.press("F9")
    expect(page.locator("#errors")).to_be_focused()
    both(page)
    number = clerk.notified(NUMBERS[21])
    both(page)
    page.goto(f"{site.url}/desk/window/{number}/")
    both(page)
    clerk.accepted(NUMBERS[22])
    clerk.go("F4", "")
    expect(page.get_by_text("在办的")).to_be_visible()
    both(page)
    clerk.choose("理发店卫生许可", builders.SLUG)
    expect(page.get_by_text(re.compile("已有 3，不用再交"))).to_be_visible()
    page.get_by_text("还要收一份新的").first.click()
    both(page)
    page.context.close()

"""The staff road in a real Chromium at 390 and 1440: counter, acceptance, opinions, decision; axe on every page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.faces.desk import builders
from tests.support.browser import DESKTOP, PHONE, faults, overflows, page_at, resize, sign_in
from tests.support.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.needs_tool("chromium")]

NEW = "/desk/window/new/hygiene-licence/"
TYPED = {
    "premises.area_m2": "56",
    "business.name": "知夏理发店",
    "business.responsible": "沈知夏",
    "premises.name": "知夏理发",
    "premises.address": "云溪市桥西区溪源路 156 号一层",
    "manager.name": "陆明远",
    "manager.mobile": "13900007720",
    "staff.count": "3",
    "staff.health_certificate_count": "3",
}


def enter(page: Page, site: Site, name: str) -> None:
    """Sign in through the demo's door; staff come out at their desk."""
    sign_in(page, site.url, name)
    assert "/desk/" in page.url


def sound(page: Page) -> None:
    """No fault of accessibility, no sideways scroll. The bottom bar is sticky: looked at from the end of the page."""
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    assert faults(page) == []
    assert not overflows(page)


def id_number_of(site: Site, name: str) -> str:
    """A resident's ID number, from the demo's own people file."""
    from tongban.demo.people import RESIDENTS

    return next(r.id_number for r in RESIDENTS if r.name == name)


def take_in(page: Page, site: Site, folder: Path, *, look: bool = False, keys: bool = False) -> str:
    """An application at the counter; gives back the case's number. ``look``: each page is examined on the way."""
    examine = sound if look else lambda _: None
    page.goto(site.url + NEW)
    examine(page)
    page.get_by_label("身份证号或统一社会信用代码").fill(id_number_of(site, "沈知夏"))
    page.get_by_role("button", name="核对身份").click()
    page.locator('select[name="premises.kind"]').select_option("hair_salon")
    page.get_by_role("radio", name="否").check()
    for path, text in TYPED.items():
        page.locator(f'[name="{path}"]').fill(text)
    for code in ("floor_plan", "hygiene_report", "hygiene_rules"):
        picture = folder / f"{code}.png"
        picture.write_bytes(builders.picture())
        page.locator(f'input[name="file__{code}"]').set_input_files(picture)
    examine(page)
    if keys:
        page.get_by_role("button", name="先收件").focus()
        page.keyboard.press("Enter")
    else:
        page.get_by_role("button", name="先收件").click()
    page.wait_for_url(re.compile("/desk/window/YX"))
    return page.url.split("/")[5]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_one_case_from_the_counter_to_the_decision(
    chromium_browser: Browser, site: Site, size: tuple[int, int], tmp_path: Path
) -> None:
    page = page_at(chromium_browser, size)
    enter(page, site, "顾晚晴")
    sound(page)
    number = take_in(page, site, tmp_path, look=True, keys=size == DESKTOP)
    sound(page)
    page.get_by_label("申请人是本市的经营场所").check()
    page.get_by_role("button", name="受理 F9").click()
    expect(page.get_by_role("status").first).to_contain_text("已受理")
    for name, text in (("蒋若溪", "现场和材料一致"), ("傅文澜", "承办意见有依据")):
        enter(page, site, name)
        page.goto(f"{site.url}/desk/review/{number}/")
        sound(page)
        page.get_by_role("radio", name="通过 转到下一步").check()
        page.get_by_label("意见", exact=True).fill(text)
        page.keyboard.press("Control+Enter")
        page.wait_for_url(re.compile("done=pass"))
    enter(page, site, "许知行")
    page.goto(f"{site.url}/desk/review/{number}/")
    expect(page.get_by_text("承办意见有依据")).to_be_visible()
    sound(page)
    page.get_by_role("radio", name=re.compile("不予许可")).check()
    page.get_by_role("button", name="看一遍，再作决定").click()
    expect(page.get_by_text("有 3 处需要改").or_(page.get_by_text("有 2 处需要改"))).to_be_visible()
    sound(page)
    page.get_by_role("radio", name=re.compile("准予许可")).check()
    page.get_by_role("button", name="看一遍，再作决定").click()
    signing = page.get_by_role("button", name=re.compile("签发：准予许可"))
    expect(signing).to_be_visible()  # the page after this one: the click has not waited for it
    sound(page)
    signing.click()
    page.wait_for_url(re.compile("done=granted"))
    page.context.close()


def test_keys_walk_the_list_and_the_next_case_opens_without_a_whole_page(
    chromium_browser: Browser, site: Site, tmp_path: Path
) -> None:
    page = page_at(chromium_browser, DESKTOP)
    enter(page, site, "顾晚晴")
    first = take_in(page, site, tmp_path)
    second = take_in(page, site, tmp_path)
    page.goto(f"{site.url}/desk/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/desk/window/YX"))
    opened = page.url.split("/")[5]
    page.evaluate("window.stillHere = true")
    other = second if opened == first else first
    page.locator(f'.case-list a[href*="{other}"]').click()
    page.wait_for_url(f"**/{other}/")
    expect(page.locator("#case-h")).to_be_focused()
    assert page.evaluate("window.stillHere") is True
    page.locator('[data-mark="floor_plan"]').select_option("faulty")
    expect(page.locator("#fault-floor_plan")).to_be_focused()
    page.keyboard.type("没有标洗手池")
    page.keyboard.press("F8")
    expect(page.get_by_text("请写明怎么补").first).to_be_visible()
    assert page.locator("#fault-floor_plan").input_value() == "没有标洗手池"
    sound(page)
    page.context.close()


def test_an_answer_changes_the_materials_and_what_is_being_typed_stays(chromium_browser: Browser, site: Site) -> None:
    page = page_at(chromium_browser, DESKTOP)
    enter(page, site, "顾晚晴")
    page.goto(site.url + NEW)
    page.get_by_label("身份证号或统一社会信用代码").fill(id_number_of(site, "陆明远"))
    page.get_by_role("button", name="核对身份").click()
    page.get_by_role("radio", name="是").check()
    page.locator('[name="premises.name"]').fill("还在打的字")
    expect(page.locator("#m-air_report")).to_be_visible()
    assert page.locator('[name="premises.name"]').input_value() == "还在打的字"
    expect(page.get_by_role("radio", name="是")).to_be_checked()
    page.context.close()


def test_the_number_is_shown_in_place_after_a_purpose(chromium_browser: Browser, site: Site, tmp_path: Path) -> None:
    page = page_at(chromium_browser, DESKTOP)
    enter(page, site, "顾晚晴")
    take_in(page, site, tmp_path)
    whole = id_number_of(site, "沈知夏")
    assert whole not in page.content()
    page.get_by_text("看完整信息").click()
    page.get_by_label("为什么要看").fill("与身份证原件核对")
    page.get_by_role("button", name="显示并记录").click()
    expect(page.get_by_text(whole)).to_be_visible()
    sound(page)
    page.context.close()


def test_the_pages_of_administration_are_sound(chromium_browser: Browser, site: Site) -> None:
    page = page_at(chromium_browser, DESKTOP)
    for name, addresses in (("魏承志", ("/desk/people/", "/desk/operations/")), ("江见微", ("/desk/audit/",))):
        enter(page, site, name)
        for address in addresses:
            resize(page, DESKTOP)
            page.goto(site.url + address)
            sound(page)
            resize(page, PHONE)
            sound(page)
    page.context.close()

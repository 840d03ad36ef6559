"""Signing in and registering in a real browser, with the job process sending the messages."""

from __future__ import annotations

import re

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.faces.test_every_page import PUBLIC
from tests.support.browser import DESKTOP, PHONE, faults, overflows, page_at, sign_in
from tests.support.site import Site
from tongban.ground import moment
from tongban.ground.identifiers import id_check_digit

pytestmark = pytest.mark.browser

FRESH = "33990219770101007"
FRESH += id_check_digit(FRESH)


def _newest_code(page: Page, site: Site) -> str:
    """The code on the demo's page of messages; asked again until the job process has sent it."""
    reader = page.context.new_page()
    for _ in range(40):
        reader.goto(f"{site.url}/demo/sms/")
        if found := re.search(r"验证码 (\d{6})", reader.inner_text("main")):
            reader.close()
            return found[1]
        reader.wait_for_timeout(250)
    raise AssertionError("no message arrived")


def test_somebody_new_registers_on_a_phone_without_script(site: Site, chromium_browser: Browser) -> None:
    page = page_at(chromium_browser, PHONE, scripts=False)
    page.goto(f"{site.url}/accounts/register/?next=/accounts/sessions/")
    page.get_by_label("姓名").fill("新来的人")
    page.get_by_label("身份证号码").fill(f" {FRESH[:6]} {FRESH[6:14]} {FRESH[14:]} ")
    page.get_by_label("手机号").fill("137-1234-5678")
    page.get_by_role("button", name="获取验证码").click()
    page.get_by_label("短信验证码").fill(_newest_code(page, site))
    page.get_by_role("button", name="完成注册").click()
    expect(page).to_have_url(f"{site.url}/accounts/sessions/")
    expect(page.locator("header").first).to_contain_text("新来的人")


def test_errors_take_the_focus_and_lead_to_the_field(site: Site, chromium_browser: Browser) -> None:
    page = page_at(chromium_browser, PHONE)
    page.goto(f"{site.url}/accounts/register/")
    page.get_by_label("手机号").fill("123")
    page.get_by_role("button", name="获取验证码").click()
    expect(page).to_have_title(re.compile("^有错误："))
    expect(page.locator("#errors")).to_be_focused()
    page.get_by_role("link", name=re.compile("^手机号码应为 11 位")).click()
    assert page.evaluate("document.activeElement.id") == "f-mobile"
    assert page.get_by_label("手机号").input_value() == "123"


def test_staff_sign_in_with_three_things_and_switch_their_post(site: Site, chromium_browser: Browser) -> None:
    entry = next(one for one in site.people()["people"] if one["name"] == "梁予安")
    page = page_at(chromium_browser, PHONE)
    page.goto(f"{site.url}/desk/")
    page.get_by_label("工号").fill(entry["login"])
    page.get_by_label("密码").fill(entry["password"])
    page.get_by_role("button", name="下一步").click()
    page.get_by_label("验证器上的 6 位数字").fill(pyotp.TOTP(entry["totp_secret"]).at(int(moment.now().timestamp())))
    page.get_by_role("button", name="登录工作台").click()
    expect(page).to_have_url(f"{site.url}/desk/")
    page.get_by_label("当前岗位").select_option(label="综合窗口出件岗")
    page.get_by_role("button", name="切换岗位").click()
    expect(page.get_by_label("当前岗位").locator("option:checked")).to_have_text("综合窗口出件岗")


@pytest.mark.parametrize(("size", "elder"), [(PHONE, ""), (PHONE, "2"), (DESKTOP, "")])
def test_every_page_of_the_door_is_accessible(
    site: Site, chromium_browser: Browser, size: tuple[int, int], elder: str
) -> None:
    page = page_at(chromium_browser, size)
    if elder:
        page.context.add_cookies([{"name": "tongban_elder", "value": elder, "url": site.url}])
    blocked: list[str] = []
    page.on("console", lambda message: blocked.append(message.text) if "Content Security" in message.text else None)
    addresses = ("sign-in/", "register/", "staff/")
    for path in (*(f"/accounts/{one}" for one in addresses), "/demo/", "/demo/sms/", "/nowhere/"):
        page.goto(site.url + path)
        if elder or path not in PUBLIC:  # axe is slow; PUBLIC are examined in tests/faces/test_every_page
            assert faults(page) == [], path
        assert not overflows(page), path
    sign_in(page, site.url, "沈知夏")
    for path in ("/accounts/sessions/", "/accounts/password/"):
        page.goto(site.url + path)
        assert faults(page) == [], path
        assert not overflows(page), path
    assert blocked == []

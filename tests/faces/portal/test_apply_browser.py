"""The citizen's road in a real browser: with a script and without, on a phone and on a desk, free of axe findings."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support import databases
from tests.support.browser import DESKTOP, PHONE, WIDTHS, faults, overflows, page_at, sign_in
from tests.support.site import Site
from tongban.demo import names

pytestmark = pytest.mark.browser
START = f"/apply/{names.HYGIENE_SLUG}/"
FIELDS: tuple[dict[str, str], ...] = (
    {"business.name": "知夏理发店", "business.responsible": "沈知夏"},
    {"premises.name": "知夏理发", "premises.address": "云溪市桥西区溪源路 156 号一层"},
    {"manager.name": "陆明远", "manager.mobile": "13900007720"},
    {"staff.count": "3", "staff.health_certificate_count": "3"},
)


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A large photo, as a phone makes them."""
    from PIL import Image

    path = tmp_path_factory.mktemp("photos") / "现场照片.jpg"
    Image.effect_noise((2600, 1900), 80).convert("RGB").save(path, quality=95)
    return path


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Windows program that says it is a photo."""
    path = tmp_path_factory.mktemp("programs") / "照片.jpg"
    path.write_bytes(b"MZ" + bytes(4000))
    return path


CASES = """
import json, django
django.setup()
from tests.support import builders
from tongban.procedures.cases import services
from tongban.procedures.cases.models import Case
from tongban.registry.licences.models import Licence
who = builders.resident("赵天佑")
faults = [
    {"target": "material", "code": "floor_plan", "fault": "第 2 页没有标洗手池", "remedy": "标出洗手池后重新上传"},
    {"target": "field", "code": "premises.address", "fault": "没有写门牌号", "remedy": "写到门牌号"},
]
wrong = builders.a_submitted_case(who)
services.request_correction(builders.clerk(), wrong, items=faults)
granted = builders.a_granted_case(who)
number = dict(Case.objects.values_list("id", "number"))
code = Licence.objects.get(case_id=granted).code
print(json.dumps({"wrong": number[wrong], "granted": number[granted], "code": code}))
"""


def cases_of(site: Site) -> dict[str, str]:
    """A case that waits for correction and a granted one, both of 赵天佑, made in the site's own database."""
    paths = os.pathsep.join([str(databases.ROOT / "src"), str(databases.ROOT)])
    environment = {**site.environment, "PYTHONPATH": paths}
    made = subprocess.run([sys.executable, "-c", CASES], env=environment, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr[-2000:]
    found: dict[str, str] = json.loads(made.stdout.strip().splitlines()[-1])
    return found


def check(page: Page, where: str) -> None:
    assert faults(page) == [], where
    assert not overflows(page), where


def go_on(page: Page) -> None:
    page.get_by_role("button", name="保存并继续").click()


def answer_questions(page: Page, area: str = "56") -> None:
    page.locator('[name="premises.kind"]').select_option("hair_salon")
    page.get_by_label("否", exact=True).check()
    page.locator('[name="premises.area_m2"]').fill(area)


def fill_sections(page: Page) -> None:
    for values in FIELDS:
        for name, value in values.items():
            page.locator(f'[name="{name}"]').fill(value)
        go_on(page)
    page.wait_for_url("**/materials/")


def begin(page: Page, site: Site) -> None:
    page.goto(site.url + START)
    page.get_by_role("button", name="开始填写").click()


@pytest.mark.parametrize("size", WIDTHS)
def test_the_whole_road_with_a_script(
    size: tuple[int, int], site: Site, chromium_browser: Browser, photo: Path, program: Path
) -> None:
    page = page_at(chromium_browser, size)
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    sign_in(page, site.url, "沈知夏")
    check(page, "my space")
    page.goto(site.url + START)
    check(page, "start")
    page.get_by_role("button", name="开始填写").click()
    answer_questions(page, "五十六")
    check(page, "questions")
    go_on(page)
    summary = page.locator(".error-summary")
    expect(summary).to_be_visible()
    check(page, "questions with an error")
    page.locator('[name="premises.area_m2"]').fill("56")
    go_on(page)
    page.wait_for_url("**/form/**")
    check(page, "form")
    fill_sections(page)
    check(page, "materials")
    upload = page.locator("[data-material] input[type=file]")
    upload.first.set_input_files([program, photo])
    first = page.locator("#m-floor_plan")
    expect(first.locator(".field-error")).to_contain_text("Windows")
    expect(first.get_by_role("link", name="现场照片.jpg")).to_be_visible()
    check(page, "materials with a refused file")
    for code in ("hygiene_report", "hygiene_rules"):
        page.locator(f"#m-{code} input[type=file]").set_input_files(photo)
        expect(page.locator(f"#m-{code}").get_by_role("link", name="现场照片.jpg")).to_be_visible()
    expect(page.locator("[data-given]")).to_have_text("3")
    page.get_by_role("button", name="继续").click()
    check(page, "check")
    page.get_by_role("button", name="确认并提交").click()
    check(page, "check without the declaration")
    page.locator('[name="consent"]').check()
    page.get_by_role("button", name="确认并提交").click()
    page.wait_for_url("**/receipt/")
    check(page, "receipt")
    expect(page.locator("#receipt-paper").get_by_role("link", name="下载")).to_be_visible(timeout=30_000)
    page.get_by_role("link", name="看办理进度").click()
    check(page, "my case")
    page.get_by_role("link", name="撤回申请").click()
    check(page, "withdraw")
    assert trouble == []


def test_the_whole_road_without_a_script(site: Site, chromium_browser: Browser, photo: Path) -> None:
    page = page_at(chromium_browser, PHONE, scripts=False)
    sign_in(page, site.url, "陆明远")
    begin(page, site)
    answer_questions(page)
    go_on(page)
    fill_sections(page)
    for code in ("floor_plan", "hygiene_report", "hygiene_rules"):
        tile = page.locator(f"#m-{code}")
        tile.locator("input[type=file]").set_input_files(photo)
        tile.get_by_role("button", name="上传").click()
        expect(page.locator(f"#m-{code}").get_by_role("link", name="现场照片.jpg")).to_be_visible()
    page.locator("#m-hygiene_rules").get_by_role("button", name="移除").click()
    page.get_by_role("button", name="继续").click()
    expect(page.locator(".error-summary")).to_contain_text("请上传卫生管理制度")
    tile = page.locator("#m-hygiene_rules")
    tile.locator("input[type=file]").set_input_files(photo)
    tile.get_by_role("button", name="上传").click()
    page.get_by_role("button", name="继续").click()
    page.locator('[name="consent"]').check()
    page.get_by_role("button", name="确认并提交").click()
    page.wait_for_url("**/receipt/")
    expect(page.get_by_text("办件编号 YX")).to_be_visible()


def test_a_saving_that_comes_back_under_the_finger_moves_nothing(site: Site, chromium_browser: Browser) -> None:
    """The answer of an autosave waits until the finger is lifted: a click lights what was pressed."""
    page = page_at(chromium_browser, PHONE)
    sign_in(page, site.url, "何雨桐")
    begin(page, site)
    page.route("**/apply/**", lambda route: (page.wait_for_timeout(300), route.continue_()))
    choice = page.get_by_label("否", exact=True)
    choice.scroll_into_view_if_needed()
    before = choice.bounding_box()
    page.locator('[name="premises.kind"]').select_option("hair_salon")
    box = choice.bounding_box()
    assert before and box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.wait_for_timeout(600)
    assert choice.bounding_box() == box
    page.mouse.up()
    expect(choice).to_be_checked()
    expect(page.locator("[data-saved]")).to_contain_text("已自动保存")


def test_typing_is_saved_by_itself_and_survives_leaving(site: Site, chromium_browser: Browser) -> None:
    page = page_at(chromium_browser, DESKTOP)
    sign_in(page, site.url, "何雨桐")
    begin(page, site)
    address = page.url
    answer_questions(page)
    expect(page.locator("[data-saved]")).to_contain_text("已自动保存")
    expect(page.locator("[data-outlook]")).to_contain_text("不用集中空调")
    page.locator('[name="premises.area_m2"]').fill("77")
    expect(page.locator('[name="revision"]')).not_to_have_value("0")
    page.wait_for_timeout(2500)
    page.goto(site.url + "/my/")
    page.goto(address)
    expect(page.locator('[name="premises.area_m2"]')).to_have_value("77")


def test_two_tabs_show_both_values_and_lose_nothing(site: Site, chromium_browser: Browser) -> None:
    first = page_at(chromium_browser, PHONE, scripts=False)
    sign_in(first, site.url, "欧阳娜")
    begin(first, site)
    second = first.context.new_page()
    second.goto(first.url)
    answer_questions(first, "40")
    go_on(first)
    answer_questions(second, "50")
    go_on(second)
    expect(second.get_by_role("heading", level=1)).to_have_text("两个页面填的不一样")
    expect(second.get_by_text("40 平方米")).to_be_visible()
    expect(second.get_by_text("50 平方米")).to_be_visible()
    assert not overflows(second)
    second.get_by_role("button", name="保留选中的并继续").click()
    second.goto(first.url.replace("form/applicant", "questions"))
    expect(second.locator('[name="premises.area_m2"]')).to_have_value("50")


def test_an_ended_session_in_mid_form_brings_everything_back(site: Site, chromium_browser: Browser) -> None:
    page = page_at(chromium_browser, DESKTOP)
    sign_in(page, site.url, "郑国强")
    begin(page, site)
    address = page.url
    page.context.clear_cookies()
    answer_questions(page, "一百")
    expect(page.locator("[data-autosave-trouble]")).to_contain_text("登录过期")
    go_on(page)
    page.wait_for_url("**/accounts/sign-in/**")
    sign_in(page, site.url, "郑国强")
    page.goto(address)
    expect(page.get_by_text("您刚才填的内容都还在")).to_be_visible()
    expect(page.locator('[name="premises.area_m2"]')).to_have_value("一百")


@pytest.mark.parametrize("size", WIDTHS)
def test_pages_for_everybody_are_accessible(size: tuple[int, int], site: Site, chromium_browser: Browser) -> None:
    page = page_at(chromium_browser, size)
    for address in (START, "/progress/", "/verify/", "/verify/0000AAAA1111/"):
        page.goto(site.url + address)
        check(page, address)
    page.goto(site.url + "/progress/")
    page.get_by_role("button", name="查进度").click()
    check(page, "progress with errors")


@pytest.mark.parametrize("level", ["1", "2"])
def test_elder_mode_keeps_the_road_accessible(level: str, site: Site, chromium_browser: Browser) -> None:
    page = page_at(chromium_browser, PHONE)
    sign_in(page, site.url, "吴秀英")
    page.context.add_cookies([{"name": "tongban_elder", "value": level, "url": site.url}])
    begin(page, site)
    check(page, "questions")
    answer_questions(page)
    go_on(page)
    page.wait_for_url("**/form/**")
    check(page, "form")
    draft = page.url.split("/form/")[0]
    for step in ("materials", "check"):
        page.goto(f"{draft}/{step}/")
        check(page, step)
    for address in ("/my/", "/my/access/", "/progress/", "/verify/"):
        page.goto(site.url + address)
        check(page, address)


def test_correction_result_and_verification(site: Site, chromium_browser: Browser, photo: Path) -> None:
    made = cases_of(site)
    page = page_at(chromium_browser, PHONE)
    sign_in(page, site.url, "赵天佑")
    check(page, "my space with things to do")
    page.get_by_role("link", name="现在补上").first.click()
    check(page, "correction")
    page.get_by_role("button", name="提交补正").click()
    check(page, "correction with errors")
    page.locator('[name="file:floor_plan"]').set_input_files(photo)
    page.locator('[name="premises.address"]').fill("云溪市桥西区溪源路 8 号")
    page.get_by_role("button", name="提交补正").click()
    page.wait_for_url(f"**/my/cases/{made['wrong']}/")
    check(page, "my case after the correction")
    page.goto(f"{site.url}/my/cases/{made['granted']}/")
    check(page, "a granted case")
    page.get_by_role("button", name="签收结果").click()
    expect(page.locator("main")).to_contain_text("您已在网上收到")
    page.get_by_role("link", name="看图片").first.click()
    expect(page.locator(".page-picture").first).to_be_visible()
    check(page, "pictures of a paper")
    stranger = page_at(chromium_browser, DESKTOP)
    stranger.goto(f"{site.url}/verify/{made['code']}/")
    expect(stranger.get_by_role("heading", name="查到了，现在有效")).to_be_visible()
    check(stranger, "verification")

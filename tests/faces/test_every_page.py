"""Every page as each person sees it: axe finds nothing, nothing scrolls sideways, the policy blocks nothing of ours."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.browser import DESKTOP, PHONE, faults, overflows, page_at, resize
from tests.support.site import Site

pytestmark = pytest.mark.browser

PUBLIC = (
    "/",
    "/search/?q=开理发店",
    "/search/?q=火星移民",
    "/search/?q=卫生许可&audience=person",
    "/items/",
    "/items/?type=licensing&theme=construction&audience=organisation",
    "/items/?type=award&theme=tax&stage=home",
    "/guide/{listed}/",
    "/apply/{listed}/",
    "/guide/hygiene-licence/",
    "/guide/road-permit/",
    "/apply/hygiene-licence/",
    "/progress/",
    "/verify/",
    "/verify/?code={code}",
    "/accounts/sign-in/",
    "/accounts/staff/",
    "/accounts/register/",
    "/about/accessibility/",
    "/about/privacy/",
    "/lists/deferrable/",
    "/lists/commitment/",
    "/lists/delegations/",
    "/demo/",
    "/nowhere/",
)
RESIDENT = (
    "/my/",
    "/my/access/",
    "/my/credit/",
    "/apply/hygiene-licence/",
    "/apply/d/{draft}/questions/",
    "/apply/d/{draft}/form/applicant/",
    "/apply/d/{draft}/form/premises/",
    "/apply/d/{draft}/materials/",
    "/apply/d/{draft}/check/",
    "/my/cases/{submitted}/",
    "/my/cases/{submitted}/receipt/",
    "/my/cases/{corrected}/",
    "/my/cases/{corrected}/correct/",
    "/my/cases/{review}/",
    "/my/cases/{review}/withdraw/",
    "/my/cases/{granted}/",
    "/my/cases/{special}/",
    "/my/cases/{asked}/",
    "/my/cases/{asked}/acts/",
    "/my/cases/{asked}/acts/supplement/",
    "/my/cases/{asked}/acts/ask-hearing/",
    "/my/cases/{deferred}/",
    "/my/cases/{deferred}/acts/settle-deferral/",
)
STAFF: dict[str, tuple[str, ...]] = {
    "方砚秋": (
        "/desk/cases/{disputed}/acts/rule-dispute/",
        "/desk/contacts/",
        "/desk/contacts/{contact}/",
        "/desk/contacts/report/",
    ),
    "梁予安": ("/desk/contacts/", "/desk/contacts/new/?slug=hygiene-licence", "/desk/contacts/{contact}/"),
    "顾晚晴": (
        "/desk/",
        "/desk/window/",
        "/desk/window/{submitted}/",
        "/desk/window/new/hygiene-licence/",
        "/desk/cases/",
        "/desk/cases/{submitted}/acts/",
        "/desk/cases/{submitted}/acts/request-correction/",
        "/desk/cases/{submitted}/acts/correct-on-the-spot/",
        "/desk/cases/{submitted}/acts/refuse-acceptance/",
    ),
    "蒋若溪": (
        "/desk/review/{special}/",
        "/desk/cases/{special}/acts/",
        "/desk/cases/{special}/acts/resume/",
        "/desk/cases/{special}/acts/suspend/",
        "/desk/cases/{special}/acts/request-opinion/",
        "/desk/cases/{disputed}/acts/hand-over/",
    ),
    "韩野": ("/desk/", "/desk/review/", "/desk/review/{review}/"),
    "许知行": ("/desk/review/{decide}/",),
    "唐宇轩": (
        "/desk/imports/",
        "/desk/imports/new/",
        "/desk/imports/{import}/",
        "/desk/imports/{import}/undo/",
        "/desk/imports/{faulty}/",
        "/desk/imports/{faulty}/columns/",
        "/desk/quality/",
        "/desk/quality/?more=1",
        "/desk/quality/rows/?element=visits&state=empty",
        "/desk/publications/",
        "/desk/search/?try=开理发店",
        "/desk/search/misses/",
        "/desk/search/demands/",
    ),
    "苏静姝": ("/desk/steward/",),
    "陆景行": (
        "/desk/cases/{disputed}/acts/extend/",
        "/desk/substitutions/",
        "/desk/delegations/",
    ),
    "程怀瑾": ("/desk/board/", "/desk/board/?level=red", "/desk/board/channels/"),
    "魏承志": ("/desk/people/", "/desk/operations/"),
    "江见微": ("/desk/audit/",),
    "黄雅琴": ("/desk/credit/", "/desk/credit/objections/", "/desk/credit/pushes/"),
}
SIZES = {"phone": PHONE, "desktop": DESKTOP}
Size = tuple[int, int]


@pytest.fixture(scope="module")
def scene(site: Site) -> dict[str, Any]:
    """Cases in every state on the site."""
    return site.run("tests.support.scenes")


def look(
    page: Any, site: Site, paths: tuple[str, ...], scene: dict[str, Any], sizes: dict[str, Size] = SIZES
) -> list[str]:
    """What is wrong with these pages, one line each: each is loaded once and looked at in every size."""
    first = next(iter(sizes.values()))
    found: list[str] = []
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    for path in paths:
        said.clear()
        resize(page, first)
        address = path.format(**scene)
        answer = page.goto(site.url + address)
        expected = 404 if path == "/nowhere/" else 200
        if answer.status != expected:
            found.append(f"{path}: answered {answer.status}")
            continue
        if not page.title().strip() or page.locator("h1").count() != 1:
            found.append(f"{path}: needs a title and exactly one h1")
        for name, size in sizes.items():
            resize(page, size)
            found += [f"{path} ({name}): axe {fault}" for fault in faults(page)]
            if overflows(page):
                found.append(f"{path} ({name}): scrolls sideways")
        found += [f"{path}: console {text[:160]}" for text in said if "404" not in text]
    return found


def sign_in(page: Any, site: Site, name: str) -> None:
    page.goto(f"{site.url}/demo/")
    page.evaluate("document.querySelectorAll('details').forEach(group => group.open = true)")
    page.get_by_role("button", name=f"以{name}登录", exact=True).click()


def test_public_pages(site: Site, scene: dict[str, Any], chromium_browser: Any) -> None:
    page = page_at(chromium_browser, PHONE)
    assert look(page, site, PUBLIC, scene) == []
    page.context.close()


def test_pages_of_a_resident(site: Site, scene: dict[str, Any], chromium_browser: Any) -> None:
    page = page_at(chromium_browser, PHONE)
    sign_in(page, site, "陆明远")
    assert look(page, site, RESIDENT, scene) == []
    page.context.close()


def test_pages_of_staff(site: Site, scene: dict[str, Any], chromium_browser: Any) -> None:
    found = []
    for name, paths in STAFF.items():
        page = page_at(chromium_browser, PHONE)
        sign_in(page, site, name)
        found += look(page, site, paths, scene)
        page.context.close()
    assert found == []


def test_pages_in_elder_mode(site: Site, scene: dict[str, Any], chromium_browser: Any) -> None:
    page = page_at(chromium_browser, PHONE)
    page.goto(site.url)
    page.get_by_role("switch").first.click()
    assert page.locator("html").get_attribute("data-elder") == "1"
    assert look(page, site, PUBLIC[:9], scene, {"phone": PHONE}) == []
    page.context.close()

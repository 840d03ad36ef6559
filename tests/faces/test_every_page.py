"""Every page as each person sees it: axe finds nothing, nothing scrolls sideways, the policy blocks nothing of ours."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.faces.door import all_patterns
from tests.support.browser import DESKTOP, PHONE, faults, overflows, page_at, resize, sign_in
from tests.support.site import Site
from tongban.faces import access
from tongban.launch import pages

pytestmark = pytest.mark.browser

PUBLIC = tuple(page.way for page in pages.shown() if not page.people and len(page.steps) == 1)
MORE: dict[str, tuple[str, ...]] = {
    "": (
        "/search/?q=卫生许可&audience=person",
        "/items/?type=licensing&theme=construction&audience=organisation",
        "/guide/{listed}/",
        "/apply/{listed}/",
        "/verify/{code}/",
        "/nowhere/",
    ),
    "陆明远": (
        "/my/cases/{submitted}/",
        "/my/cases/{corrected}/",
        "/my/cases/{review}/",
        "/my/cases/{granted}/",
        "/my/cases/{special}/",
        "/my/cases/{asked}/",
        "/my/cases/{asked}/acts/supplement/",
        "/my/cases/{asked}/acts/ask-hearing/",
        "/my/cases/{deferred}/",
        "/my/cases/{deferred}/acts/settle-deferral/",
    ),
    "方砚秋": ("/desk/cases/{disputed}/acts/rule-dispute/", "/desk/contacts/{contact}/"),
    "梁予安": ("/desk/contacts/{contact}/",),
    "顾晚晴": (
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
    "许知行": ("/desk/review/{decide}/",),
    "唐宇轩": (
        "/desk/imports/{import}/",
        "/desk/imports/{faulty}/",
        "/desk/imports/{faulty}/columns/",
        "/desk/quality/?more=1",
    ),
    "陆景行": ("/desk/cases/{disputed}/acts/extend/",),
    "程怀瑾": ("/desk/board/?span=year", "/desk/board/cases/?list=open"),
}
"""Pages of the register in other states of a case: looked at on a phone, where they break first."""
SIZES = {"phone": PHONE, "desktop": DESKTOP}
Size = tuple[int, int]


@pytest.fixture(scope="module")
def scene(site: Site) -> dict[str, Any]:
    """Cases in every state on the site."""
    return site.run("tests.support.scenes")


@pytest.fixture(scope="module")
def facts(site: Site, scene: dict[str, Any]) -> list[dict[str, Any]]:
    """Every page of the register as it is on the site."""
    found: list[dict[str, Any]] = site.run("tests.support.page_facts")["pages"]
    return found


def test_every_address_is_in_the_register_and_has_a_policy() -> None:
    named = {f"{face}:{pattern.name}" if face else str(pattern.name) for face, pattern in _named()}
    assert named == {page.name for page in pages.PAGES}
    assert [p.name for _, p in _named() if access.policy_of(None, p.callback) is None] == []


def _named() -> list[tuple[str, Any]]:
    """Every address but those of machines, with the face that it belongs to."""
    faces = {"accounts": "accounts", "desk": "desk", "demo": "demo"}
    alone = {"set_elder", "set_language", "healthz", "readyz"}
    found = []
    for route, pattern in all_patterns():
        if not route.startswith("api/"):
            found.append(("" if pattern.name in alone else faces.get(route.partition("/")[0], "portal"), pattern))
    return found


def test_the_register_is_whole() -> None:
    assert [page.name for page in pages.shown() if not page.way] == []
    assert [page.name for page in pages.PAGES if (page.kind == pages.LIST) != bool(page.most)] == []
    keys = [page.key for page in pages.PAGES]
    assert sorted(keys) == sorted(set(keys)), "a second line of a name needs a label"


def test_every_page_is_reached_and_its_markup_is_right(facts: list[dict[str, Any]]) -> None:
    by_key = {page.key: page for page in pages.shown()}
    assert [one["key"] for one in facts if one["address"] is None] == []
    wrong = [(one["key"], one["status"]) for one in facts if one["status"] != by_key[one["key"]].status]
    assert wrong == []
    assert [f"{one['key']} {fault}" for one in facts for fault in one["faults"]] == []


def test_a_list_needs_no_more_queries_than_the_register_says_however_long_it_is(facts: list[dict[str, Any]]) -> None:
    most = {page.key: page.most for page in pages.shown()}
    lists = [one for one in facts if one["list"]]
    assert len(lists) == sum(page.kind == pages.LIST for page in pages.shown())
    assert [(one["key"], one["few"]) for one in lists if one["few"] > most[one["key"]]] == []
    grown = [(one["key"], one["few"], one["many"]) for one in lists if one["many"] > most[one["key"]]]
    assert grown == [], "with more rows it needs more queries"


def by_person(facts: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """One page of each template, by who looks."""
    seen: set[str] = set()
    found: dict[str, list[dict[str, Any]]] = {}
    for fact in facts:
        if fact["template"] not in seen:
            seen.add(fact["template"])
            found.setdefault(fact["person"], []).append(fact)
    return found


def look(page: Any, site: Site, addresses: list[str], sizes: dict[str, Size] = SIZES) -> list[str]:
    """What is wrong with these pages, one line each: each is loaded once and looked at in every size."""
    found: list[str] = []
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    for address in addresses:
        said.clear()
        resize(page, next(iter(sizes.values())))
        page.goto(site.url + address)
        for name, size in sizes.items():
            resize(page, size)
            found += [f"{address} ({name}): axe {fault}" for fault in faults(page)]
            if overflows(page):
                found.append(f"{address} ({name}): scrolls sideways")
        found += [f"{address}: console {text[:160]}" for text in said if "404" not in text]
    return found


@pytest.mark.parametrize("face", ["portal", "desk"])
def test_every_template_is_accessible_and_never_scrolls_sideways(
    face: str, site: Site, scene: dict[str, Any], facts: list[dict[str, Any]], chromium_browser: Any
) -> None:
    found = []
    looks = by_person(facts)
    for person in dict.fromkeys((*looks, *MORE)):
        mine = [
            one["address"] for one in looks.get(person, ()) if (one["key"].split("-")[0] == "desk") == (face == "desk")
        ]
        more = [path.format(**scene) for path in MORE.get(person, ()) if path.startswith("/desk/") == (face == "desk")]
        if not mine and not more:
            continue
        page = page_at(chromium_browser, PHONE)
        if person:
            sign_in(page, site.url, person)
        found += look(page, site, mine) + look(page, site, more, {"phone": PHONE})
        page.context.close()
    assert found == []


def test_pages_in_elder_mode(site: Site, chromium_browser: Any) -> None:
    page = page_at(chromium_browser, PHONE)
    page.goto(site.url)
    page.get_by_role("switch").first.click()
    expect(page.locator("html")).to_have_attribute("data-elder", "1")
    assert look(page, site, ["/search/?q=火星移民", "/items/", "/guide/road-permit/"], {"phone": PHONE}) == []
    page.context.close()

"""Every page of the register as pictures, and one sheet that shows them together.

Each page is taken as a telephone, a tablet and a desktop show it, dark, for older people (the citizens' pages, both
levels) and as it is printed. ``index.html`` holds them all; ``sheet.jpg`` is the whole house at one glance, beside the
prototypes where there is a folder of them.
"""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tongban.launch import pages
from tongban.launch.outcome import say
from tongban.launch.pages import Page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext
    from playwright.sync_api import Page as Tab

LONGEST_WAIT = 10_000
TALLEST = 4_000
"""A picture ends after so many pixels: what is below is more of the same."""
LINK = re.compile(r'<a\b[^>]*?\bhref="(/[^"]*)"')
ELDER_COOKIE = "tongban_elder"
CITIZENS = frozenset({"portal", "accounts"})


@dataclass(frozen=True)
class Look:
    """One way to look at a page. ``elder`` is the level of large print (empty = off)."""

    name: str
    size: tuple[int, int]
    dark: bool = False
    elder: str = ""


LOOKS = (
    Look("390", (390, 844)),
    Look("768", (768, 1024)),
    Look("1440", (1440, 900)),
    Look("390-dark", (390, 844), dark=True),
    Look("1440-dark", (1440, 900), dark=True),
    Look("390-elder-1", (390, 844), elder="1"),
    Look("390-elder-2", (390, 844), elder="2"),
)
PRINT = "print"
PROTOTYPES = (("390", "mobile"), ("1440", "desktop"))


@dataclass
class Taken:
    """A page and the files of its pictures; none: the way could not be walked (``why``)."""

    page: Page
    person: str = ""
    address: str = ""
    files: dict[str, str] = field(default_factory=dict)
    why: str = ""


def make(
    browser: Browser,
    url: str,
    out: Path,
    names: Sequence[str] = (),
    beside: Path | None = None,
    looks: Sequence[str] | None = None,
) -> list[Taken]:
    """Take the pages (all, or those whose key begins with one of the names) in these looks and lay out the sheet."""
    out.mkdir(parents=True, exist_ok=True)
    wanted = [page for page in pages.shown() if page.worth and (not names or page.key.startswith(tuple(names)))]
    taken = take(browser, url, out, wanted, looks or [*(look.name for look in LOOKS), PRINT])
    (out / "index.html").write_text(_index(taken, _prototypes(out, beside, wanted)), encoding="utf-8")
    _glance(browser, out, taken, beside)
    return taken


def take(browser: Browser, url: str, out: Path, wanted: Sequence[Page], looks: Sequence[str]) -> list[Taken]:
    """The pictures of these pages."""
    people: dict[str, Person] = {}
    taken = []
    for page in wanted:
        one = Taken(page, why=page.needs or "no way leads there")
        for name in page.people or ("",):
            person = people[name] = people.get(name) or Person(browser, url, name)
            if address := pages.walk(page, person.links):
                one = Taken(page, name, address)
                _take(person, one, out, looks)
                break
        taken.append(one)
        say(f"{page.key} {one.person} {one.address or f'left out: {one.why}'}".replace("  ", " "))
    for person in people.values():
        person.context.close()
    return taken


class Person:
    """Somebody's browser, signed in through the demo's door; pages are opened once to look for links."""

    def __init__(self, browser: Browser, url: str, name: str) -> None:
        self.url = url
        self.context: BrowserContext = browser.new_context(locale="zh-CN", reduced_motion="reduce")
        self.tab: Tab = self.context.new_page()
        self.tab.set_default_timeout(LONGEST_WAIT)
        self._links: dict[str, list[str]] = {}
        if name:
            enter(self.tab, url, name)

    def links(self, address: str) -> list[str]:
        """The links on a page; none where it does not open."""
        if address not in self._links:
            answer = self.context.request.get(self.url + address)
            text = answer.text() if answer.ok and "html" in answer.headers.get("content-type", "") else ""
            self._links[address] = [html.unescape(link) for link in LINK.findall(text)]
        return self._links[address]

    def see(self, look: Look) -> None:
        """Look at pages in this way from now on."""
        self.tab.set_viewport_size({"width": look.size[0], "height": look.size[1]})
        self.context.clear_cookies(name=ELDER_COOKIE)
        if look.elder:
            self.context.add_cookies([{"name": ELDER_COOKIE, "value": look.elder, "url": self.url}])


def enter(tab: Tab, url: str, name: str) -> None:
    """Sign in as somebody, found by name at the demo's door."""
    tab.goto(f"{url}/demo/?q={name}")
    tab.get_by_role("button", name=f"以{name}登录", exact=True).click()
    tab.wait_for_url(lambda address: "/demo/" not in address)


def _take(person: Person, one: Taken, out: Path, looks: Sequence[str]) -> None:
    for look in LOOKS:
        if look.name not in looks or (look.elder and one.page.face not in CITIZENS):
            continue
        person.see(look)
        person.tab.goto(person.url + one.address)
        if look.dark:
            person.tab.evaluate(DARK)
        person.tab.evaluate(EAGER)
        person.tab.wait_for_load_state("networkidle")
        name = f"{one.page.key}-{look.name}.jpg"
        clip = person.tab.evaluate("tallest => Math.min(document.documentElement.scrollHeight, tallest)", TALLEST)
        person.tab.screenshot(
            path=out / name,
            type="jpeg",
            quality=72,
            full_page=True,
            animations="disabled",
            clip={"x": 0, "y": 0, "width": look.size[0], "height": max(clip, look.size[1])},
        )
        one.files[look.name] = name
    if PRINT not in looks:
        return
    person.see(LOOKS[0])
    person.tab.goto(person.url + one.address)
    if printed := _print(person.tab, out, one.page.key):
        one.files[PRINT] = printed


EAGER = "() => document.querySelectorAll('img[loading=lazy]').forEach(one => { one.loading = 'eager' })"
DARK = "() => document.documentElement.setAttribute('data-theme', 'dark')"
"""The dark theme of the design; no setting of the product turns it on yet."""


def _print(tab: Tab, out: Path, key: str) -> str:
    """The first sheet of paper, where the machine can turn a PDF into a picture."""
    if not shutil.which("pdftoppm"):
        return ""
    paper = out / f"{key}-print.pdf"
    tab.pdf(path=paper, format="A4", prefer_css_page_size=True)
    command = ["pdftoppm", "-png", "-singlefile", "-r", "60", str(paper), str(out / f"{key}-print")]
    done = subprocess.run(command, check=False, capture_output=True)
    paper.unlink()
    return f"{key}-print.png" if done.returncode == 0 else ""


def _prototypes(out: Path, beside: Path | None, wanted: Sequence[Page]) -> dict[str, str]:
    """The prototypes' pictures that were found, copied beside ours: ``<page>-<look>`` -> file."""
    found: dict[str, str] = {}
    for page in wanted:
        for look, device in PROTOTYPES:
            picture = beside / f"{page.beside}-{device}.png" if beside and page.beside else None
            if picture and picture.is_file():
                name = f"prototype-{picture.name}"
                shutil.copyfile(picture, out / name)
                found[f"{page.key}-{look}"] = name
    return found


STYLE = """
body { font: 14px/1.5 sans-serif; margin: 24px; background: #eef1f2; color: #12282d }
h1 { font-size: 22px } h2 { font-size: 15px; margin: 28px 0 6px }
.row { display: flex; gap: 10px; flex-wrap: wrap }
figure { margin: 0; background: #fff; padding: 6px; border: 1px solid #cbd5d8 }
figure img { display: block; height: 420px; max-width: 640px; object-fit: cover; object-position: top left }
figcaption { font-size: 12px; color: #4a5d61 } .prototype { border-color: #b3761d }
.pair { display: flex; flex-wrap: wrap; gap: 10px }
.pair img { width: 752px; height: 620px; max-width: none }
.pair .look-390 img { width: 369px }
.glance { display: grid; grid-template-columns: repeat(8, 1fr); gap: 10px }
.glance img { width: 100%; height: 150px; max-width: none }
"""


def _document(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style></head><body><h1>{title}</h1>{body}</body></html>\n"
    )


def _figure(file: str, words: str, kind: str = "") -> str:
    return (
        f'<figure class="{kind}"><a href="{file}"><img src="{file}" alt="{html.escape(words)}" loading="lazy"></a>'
        f"<figcaption>{html.escape(words)}</figcaption></figure>"
    )


def _index(taken: Sequence[Taken], prototypes: dict[str, str]) -> str:
    parts = []
    for one in taken:
        key = one.page.key
        head = f"{key} · {one.person or '谁都可以看'} · {one.address}" if one.files else f"{key} · {one.why}"
        parts.append(f'<h2 id="{key}">{html.escape(head)}</h2><div class="row">')
        for look, file in one.files.items():
            parts.append(_figure(file, look))
            if prototype := prototypes.get(f"{key}-{look}"):
                parts.append(_figure(prototype, f"{look} prototype", "prototype"))
        parts.append("</div>")
    return _document("每一页", "\n".join(parts))


def _glance(browser: Browser, out: Path, taken: Sequence[Taken], beside: Path | None) -> None:
    """The house on one picture: each screen that has a prototype beside it, then every page, small."""
    prototypes = _prototypes(out, beside, [one.page for one in taken])
    pairs = [
        _figure(one.files[look], f"{one.page.key} {look}", f"look-{look}")
        + _figure(prototype, "prototype", f"prototype look-{look}")
        for one in taken
        for look, _device in PROTOTYPES
        if look in one.files and (prototype := prototypes.get(f"{one.page.key}-{look}"))
    ]
    small = [_figure(one.files["1440"], one.page.key) for one in taken if "1440" in one.files]
    body = f'<div class="pair">{"".join(pairs)}</div><h2>1440</h2><div class="glance">{"".join(small)}</div>'
    (out / "sheet.html").write_text(_document("通办", body.replace(' loading="lazy"', "")), encoding="utf-8")
    with _tab(browser) as tab:
        tab.goto((out / "sheet.html").resolve().as_uri())
        tab.screenshot(path=out / "sheet.jpg", type="jpeg", quality=70, full_page=True)


@contextmanager
def _tab(browser: Browser) -> Iterator[Tab]:
    tab = browser.new_page(viewport={"width": 1600, "height": 1000})
    yield tab
    tab.close()

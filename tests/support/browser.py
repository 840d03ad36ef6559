"""A real Chromium for the tests, at the two widths that every page is looked at."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, Page, expect, sync_playwright

PHONE, DESKTOP = (390, 844), (1440, 900)
WIDTHS = (PHONE, DESKTOP)
LONGEST_WAIT = 10_000
"""Milliseconds: what is not there by then fails, and costs little."""
expect.set_options(timeout=LONGEST_WAIT)
AXE = Path(__file__).resolve().parent / "vendor" / "axe.min.js"
# Only violations are worked out and sent back: every element that passed would be ten times as much as the page.
RUN_AXE = """async tags => {
  const result = await axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']});
  return result.violations.map(one => `${one.id}: ${one.nodes[0].html.slice(0, 160)}`);
}"""
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AT_ONCE = 2
"""Browsers that run side by side, however many processes the run has: a third would starve two cores."""
BROWSERS = ("chromium-headless-shell", "chromium")
"""The same engine; without the parts that draw windows it takes half of the time of its main process."""
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]  # fmt: skip


@contextmanager
def _turn() -> Iterator[None]:
    """One of the turns of this machine's account; waits until one is free. A killed process gives its turn back."""
    names = [Path(tempfile.gettempdir()) / f"tongban-browser-{os.getuid()}-{number}" for number in range(AT_ONCE)]
    turns = [name.open("w") for name in names]
    try:
        while not any(_taken(turn.fileno()) for turn in turns):
            time.sleep(0.2)
        yield
    finally:
        for turn in turns:
            turn.close()


def _taken(turn: int) -> bool:
    try:
        fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright, when it is its turn."""
    found = next(path for name in BROWSERS if (path := shutil.which(name)))
    with _turn(), sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


def page_at(browser: Browser, size: tuple[int, int], *, scripts: bool = True) -> Page:
    """A page of that size in a context of its own."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        java_script_enabled=scripts,
        locale="zh-CN",
        reduced_motion="reduce",  # no colour is half way when axe looks at it
    )
    page = context.new_page()
    page.set_default_timeout(LONGEST_WAIT)
    return page


def sign_in(page: Page, url: str, name: str) -> None:
    """Go through the demo's door as somebody: found by name, wherever the door lists them."""
    page.goto(f"{url}/demo/?q={quote(name)}")
    page.get_by_role("button", name=f"以{name}登录", exact=True).click()
    page.wait_for_url(lambda address: "/demo/" not in address)


def resize(page: Page, size: tuple[int, int]) -> None:
    """The window has this size, and the page has been laid out in it."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def faults(page: Page) -> list[str]:
    """What axe finds on the page, one line each; empty = nothing."""
    page.wait_for_load_state()
    if not page.evaluate("() => !!window.axe"):
        page.evaluate(AXE.read_text())  # not a script tag: the pages' own policy would rightly block it
    page.evaluate("() => window.scrollTo(0, document.body.scrollHeight)")  # bars that stick cover nothing at the end
    found: list[str] = page.evaluate(RUN_AXE, AXE_TAGS)
    return found


def overflows(page: Page) -> bool:
    """Whether the page scrolls sideways."""
    return bool(page.evaluate("() => document.documentElement.scrollWidth > document.documentElement.clientWidth"))

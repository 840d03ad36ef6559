"""What a resident does: find, apply, watch, correct, collect. Every act can be begun again after an interruption."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TypeVar
from urllib.parse import urlencode, urlsplit

from tongban.launch.outcome import Finding
from tongban.launch.walking.browser import Browser, File, Page
from tongban.launch.walking.forms import Form
from tongban.launch.walking.papers import one_page
from tongban.launch.walking.walker import Walker, demand, form_of

T = TypeVar("T")
RECEIPT = re.compile(r"^/my/cases/([0-9A-Za-z-]+)/receipt/$")
PAPER_LINK = re.compile(r"^/my/papers/[0-9a-f-]{36}/$")
STATE = re.compile(r'<header class="page-head.*?<span class="tag"[^>]*>([^<]+)</span>', re.S)
CODE = re.compile(rb"tongban-verify:([0-9A-Z]{12})")
PATIENCE_CALM, PATIENCE_KILLED = 90, 400
"""Seconds until a decided case must have its sealed papers; a killed job is found stalled and begun again first."""
MOST_PAGES = 15


@dataclass(frozen=True)
class Resident:
    """A signed-in resident and their browser."""

    walker: Walker
    browser: Browser

    def find(self, typed: str, slug: str) -> None:
        """Search, open the guide, see that one can apply there."""

        def do() -> None:
            found = self.browser.get(f"/search/?{urlencode({'q': typed})}")
            results = [link for link in found.links if urlsplit(link).path == f"/search/open/{slug}/"]
            demand(found, bool(results), f"searching {typed} does not find {slug}")
            guide = self.browser.get(results[0])
            demand(guide, guide.path == f"/guide/{slug}/", "the result does not lead to the guide")
            demand(guide, f"/apply/{slug}/" in guide.links, "the guide does not lead to the application")

        self._act(f"search {typed}, read the guide", do)

    def apply(self, slug: str, answers: Mapping[str, str]) -> str:
        """From the start to the receipt; gives the number of the case."""
        page = self._act("start the application", lambda: self._start(slug))
        for _ in range(MOST_PAGES):
            address = page.path
            if address.endswith("/materials/"):
                break
            page = self._act(f"fill in {address.split('/')[-2]}", partial(self._fill, address, answers))
        demand(page, page.path.endswith("/materials/"), "the form does not lead to the materials")
        materials = page.path
        page = self._act("upload the materials", lambda: self._upload(materials))
        check = page.path
        demand(page, check.endswith("/check/"), "the materials do not lead to the check")
        number = self._act("submit twice at once", lambda: self._submit(check, page))
        self.walker.acknowledge(number, "已提交")
        return number

    def _start(self, slug: str) -> Page:
        page = self.browser.get(f"/apply/{slug}/")
        form = form_of(page, "the application cannot be started", having="applicant")
        return self._good(self.browser.submit(page, form, {"applicant": "self"}), "start")

    def _fill(self, address: str, answers: Mapping[str, str]) -> Page:
        page = self.browser.get(address)
        for _ in range(3):
            form = form_of(page, "there is no form to fill in", having="revision")
            after = self.browser.submit(page, form, self._values(form, answers))
            if after.status == 200:
                return after
            page = after  # an answer has asked for more: fill in what is new
        raise Finding(f"{address} is not accepted: {' / '.join(page.text.splitlines()[:40])[:400]}")

    @staticmethod
    def _values(form: Form, answers: Mapping[str, str]) -> dict[str, str | list[str]]:
        locked = {control.name for control in form.controls if control.readonly}
        return {name: answers[name] for name in form.names() if name in answers and name not in locked}

    def _upload(self, address: str) -> Page:
        page = self.browser.get(address)
        wanted = [f.value("material") for f in page.forms if f.value("action") == "add"]
        for code in wanted:
            given = any(f.value("action") == "remove" and f.value("material") == code for f in page.forms)
            form = next(f for f in page.forms if f.value("action") == "add" and f.value("material") == code)
            if not given:
                files: list[File] = [("file", f"{code}.pdf", one_page(code))]
                page = self._good(self.browser.submit(page, form, files=files), f"upload of {code}")
        onward = next((f for f in page.forms if f.value("action") == "next"), None)
        demand(page, onward is not None, "the materials page does not go on")
        return self._good(self.browser.submit(page, onward or Form("", "", "post", False)), "materials")

    def _submit(self, address: str, page: Page) -> str:
        """Press the button twice at the same moment; both presses must lead to the same case."""
        form = form_of(page, "there is nothing to submit", having="consent")
        values = {"consent": "yes", "delivery_mode": "download"}
        with ThreadPoolExecutor(2) as both:
            tries = [both.submit(self.browser.submit, page, form, values) for _ in range(2)]
            pages = [one.result() for one in tries]
        numbers = {found[1] for after in pages if (found := RECEIPT.match(after.path))}
        demand(
            pages[0], len(numbers) == 1 and all(p.status == 200 for p in pages), f"{address}: not one case: {numbers}"
        )
        return numbers.pop()

    def state(self, number: str) -> str:
        """The word for the case's state on its page."""
        page = self.browser.get(f"/my/cases/{number}/")
        demand(page, page.status == 200, f"the applicant does not see {number}")
        found = STATE.search(page.html)
        return found[1].strip() if found else ""

    def correct(self, number: str, code: str) -> None:
        """Answer the notice with a new file for the material."""

        def do() -> str:
            page = self.browser.get(f"/my/cases/{number}/correct/")
            form = form_of(page, "the correction has no form", having=f"file:{code}")
            files: list[File] = [(f"file:{code}", f"{code}-2.pdf", one_page(f"{code} corrected"))]
            after = self.browser.submit(page, form, files=files, button=("action", "submit"))
            return self._state_is(self._good(after, "correction"), number, "已收件")

        def done() -> str | None:
            state = self.state(number)
            return None if state == "待补正" else state

        self.walker.act("correct what the notice names", self.browser.who, do, done)
        self.walker.acknowledge(number, "已收件")

    def _state_is(self, page: Page, number: str, word: str) -> str:
        state = self.state(number)
        demand(page, state == word, f"{number} should be {word}, is {state}")
        return state

    def collect(self, number: str, fewest: int = 3) -> list[bytes]:
        """Wait for the result, sign for it, download every paper; there must be so many at least."""
        self._act("wait for the sealed result", lambda: self._wait(number))
        self.walker.acknowledge(number, "已出证")
        self.walker.act(
            "sign for the result", self.browser.who, lambda: self._sign(number), lambda: self._signed(number)
        )
        self.walker.acknowledge(number, "已送达")
        return self._act("download the papers", lambda: self._papers(number, fewest))

    def _wait(self, number: str) -> None:
        patience = PATIENCE_CALM if self.walker.calm else PATIENCE_KILLED
        end = time.monotonic() + patience
        while time.monotonic() < end:
            page = self.browser.get(f"/my/cases/{number}/")
            if _collectable(page) or self.state(number) in ("已送达", "已办结", "准予许可", "不予许可"):
                return
            time.sleep(0.4)
        raise Finding(f"{number}: no sealed result within {patience} s")

    def _sign(self, number: str) -> bool:
        page = self.browser.get(f"/my/cases/{number}/")
        form = _collectable(page)
        demand(page, form is not None, "the result cannot be signed for")
        after = self.browser.submit(page, form or Form("", "", "post", False))
        demand(after, after.status == 200 and _collectable(after) is None, "signing for the result has no effect")
        return True

    def _signed(self, number: str) -> bool | None:
        return True if _collectable(self.browser.get(f"/my/cases/{number}/")) is None else None

    def _papers(self, number: str, fewest: int) -> list[bytes]:
        page = self.browser.get(f"/my/cases/{number}/")
        links = [link for link in dict.fromkeys(page.links) if PAPER_LINK.match(link)]
        papers = [self.browser.get(link) for link in links]
        for paper in papers:
            demand(paper, paper.status == 200 and paper.body.startswith(b"%PDF"), "a paper cannot be downloaded")
        demand(page, len(papers) >= fewest, f"{number} has only {len(papers)} papers")
        return [paper.body for paper in papers]

    def case_numbers(self) -> list[str]:
        """Every case of the person, over all pages of the list."""
        numbers: list[str] = []
        page = self.browser.get("/my/cases/")
        while True:
            listed = page.html.partition("<main")[2].partition("</main>")[0]
            numbers += re.findall(r'<a class="strong" href="/my/cases/([0-9A-Za-z-]+)/"', listed)
            following = re.search(r'href="([^"]+)" rel="next"', listed)
            if following is None:
                return numbers
            page = self.browser.get("/my/cases/" + following[1].replace("&amp;", "&"))

    def _good(self, page: Page, what: str) -> Page:
        demand(page, page.status == 200, f"{what} is refused")
        return page

    def _act(self, name: str, do: Callable[[], T]) -> T:
        return self.walker.act(name, self.browser.who, do)


def _collectable(page: Page) -> Form | None:
    """The form that signs for the result: it leads to the case's own page and has no field."""
    own = [f for f in page.forms if f.method == "post" and f.action in ("", page.path) and not f.controls]
    return own[0] if own else None

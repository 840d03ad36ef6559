"""The people of the law's roads: who applies, who holds which post, and how a case begins."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from tongban.demo import answers, names
from tongban.ground.identifiers import id_check_digit
from tongban.ground.moment import SHANGHAI
from tongban.launch.outcome import Finding
from tongban.launch.walking.browser import Browser, File
from tongban.launch.walking.cast import Cast
from tongban.launch.walking.forms import Value
from tongban.launch.walking.law_acts import DESK, MY, Actor
from tongban.launch.walking.law_branches import BRANCHES
from tongban.launch.walking.papers import one_page
from tongban.launch.walking.resident import Resident
from tongban.launch.walking.staff import OBJECTION, OPINION
from tongban.launch.walking.walker import Walker, demand, form_of, refused

APPLICANT, APPLICANT_MOBILE = "沈知夏", "13800002046"
REFUSAL: dict[str, Value] = {
    "facts": "经材料审查和现场核查，消毒间没有按图纸建成。",
    "reasons": "现场条件不符合许可条件。整改完成后可以重新申请。",
    "basis": ["0"],
}
WINDOW_CASE = re.compile(r"^/desk/window/([0-9A-Za-z-]+)/$")
PATIENCE = 150
"""Seconds until the clock's own acts (one sweep a minute) and the sealing of papers must be done."""


@dataclass
class People:
    """Everybody, the cases that began in the past, and which branches were walked."""

    walker: Walker
    cast: Cast
    past: Mapping[str, str]
    walked: set[str] = field(default_factory=set)

    def done(self, *branches: str) -> None:
        """These branches were walked. Raises ``LookupError`` for a name that the list does not know."""
        if unknown := set(branches) - BRANCHES.keys():
            raise LookupError(f"not in the list of branches: {', '.join(sorted(unknown))}")
        self.walked.update(branches)

    @property
    def left(self) -> list[str]:
        """The branches that nobody walked."""
        return [branch for branch in BRANCHES if branch not in self.walked]

    @property
    def applicant(self) -> Resident:
        """Who applies, in the portal."""
        return Resident(self.walker, self.cast.resident(0))

    def me(self) -> Actor:
        """The applicant as one who acts on a case."""
        return Actor(self.walker, self.cast.resident(0), MY)

    def stranger(self) -> Actor:
        """Another resident."""
        return Actor(self.walker, self.cast.resident(1), MY)

    def at(self, post: str, index: int = 0) -> Actor:
        """Somebody who holds only this post."""
        return Actor(self.walker, self.cast.holder(post, index), DESK)

    def both(self, first: str, second: str) -> Callable[[str], Actor]:
        """The one who holds both posts: gives them at the post that is named."""
        browser = self.cast.holder_of_both(first, second)
        return lambda post: Actor(self.walker, self.cast.at_post(browser, post), DESK)

    def step(self, post: str, number: str, verdict: str = "pass") -> None:
        """The opinion of the post's own step."""
        text = OPINION if verdict == "pass" else OBJECTION
        self.at(post).do(number, "complete-step", {"verdict": verdict, "text": text})

    def decide(self, post: str, number: str, outcome: str) -> None:
        """The written decision."""
        self.at(post).do(number, "decide", {"outcome": outcome, **(REFUSAL if outcome == "refused" else {})})

    def in_review(self, slug: str, answers: Mapping[str, str]) -> str:
        """Applied for in the portal and accepted at the window."""
        number = self.applicant.apply(slug, answers)
        self.at(names.WINDOW_POST).do(number, "accept")
        return number

    def entered_at_window(self, slug: str, typed: Mapping[str, str], post: str = names.WINDOW_POST) -> str:
        """Entered by a clerk while the applicant stands at the window; gives the number."""
        browser = self.cast.holder(post)
        return self.walker.act(f"take in {slug} at the window", browser.who, lambda: _take_in(browser, slug, typed))

    def withdraw(self, number: str, reason: str) -> None:
        """The applicant takes the application back; nobody else can, and nobody twice."""
        me, other, address = self.cast.resident(0), self.cast.resident(1), f"/my/cases/{number}/withdraw/"

        def do() -> None:
            refused(other.get(address), "somebody else withdraws", 404)
            page = me.get(address)
            after = me.submit(page, form_of(page, "it cannot be withdrawn", having="reason"), {"reason": reason})
            demand(after, after.status == 200 and after.path != address, "the withdrawal is refused")
            again = me.post(address, [("reason", reason)])
            demand(again, again.status in (409, 422), "withdrawing twice")

        self.walker.act("withdraw", me.who, do)

    def wait_for(self, number: str, *words: str, what: str) -> str:
        """Until the applicant sees one of these states."""
        resident = self.applicant

        def look() -> str:
            end = time.monotonic() + PATIENCE
            seen = ""
            while time.monotonic() < end:
                seen = resident.state(number)
                if seen in words:
                    return seen
                time.sleep(0.5)
            raise Finding(f"{what}: {number} is still {seen} after {PATIENCE} s")

        return self.walker.act(what, "the clock", look)

    def tells(self, number: str, words: str, why: str) -> None:
        """The applicant's page of the case must say these words."""

        def look() -> None:
            end = time.monotonic() + PATIENCE
            while True:
                page = self.cast.resident(0).get(f"/my/cases/{number}/")
                if words in page.text or time.monotonic() > end:
                    break
                time.sleep(0.5)
            demand(page, page.status == 200 and words in page.text, f"{why}: the applicant is not told {words}")

        self.walker.act(f"the applicant is told: {words}", self.cast.resident(0).who, look)


def _take_in(browser: Browser, slug: str, typed: Mapping[str, str]) -> str:
    address = f"/desk/window/new/{slug}/"
    page = browser.get(address)
    form = form_of(page, f"{slug} cannot be taken in", having="number")
    page = browser.submit(page, form, {"number": applicant_id()}, button=("command", "find"))
    for command in ("update", "submit"):
        form = form_of(page, "the applicant is not found", having="key")
        values = {name: typed[name] for name in form.names() if name in typed}
        codes = [name.removeprefix("file__") for name in form.names() if name.startswith("file__")]
        files = [(f"file__{code}", f"{code}.pdf", one_page(code)) for code in codes] if command == "submit" else []
        page = browser.submit(page, form, values, button=("command", command), files=files)
    found = WINDOW_CASE.match(page.path)
    demand(page, found is not None, f"{slug} is not taken in")
    return found[1] if found else ""


def today() -> date:
    """The legal date in Shanghai."""
    return datetime.now(SHANGHAI).date()


def fault(code: str) -> dict[str, Value]:
    """One row of a notice: a material, what is wrong with it, how to mend it."""
    return {"target-0": f"material:{code}", "fault-0": "看不清", "remedy-0": "重新拍照上传"}


def pdf(code: str) -> list[File]:
    """A new file for a material, under the name that the pages of acts use."""
    return [(f"file__{code}", f"{code}.pdf", one_page(code))]


def answers_of(slug: str) -> dict[str, str]:
    """What the applicant types for an item of the demo; what the house knows is filled in by the page."""
    facts = {"person.name": APPLICANT, "person.id_number": applicant_id(), "person.mobile": APPLICANT_MOBILE}
    typed = answers.complete(slug, facts, today())
    return {path: _typed(value) for path, value in typed.items()}


def _typed(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def applicant_id() -> str:
    """The ID number of the demo's first resident, as it stands on the card."""
    body = "339902" + "19920408" + "002"
    return body + id_check_digit(body)


Road = Callable[[People], None]

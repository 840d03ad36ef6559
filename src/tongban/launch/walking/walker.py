"""What a walk keeps: its steps, its cases, and in a loop everything that was ever acknowledged."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar, cast

from tongban.launch.outcome import Finding, say
from tongban.launch.walking.browser import Interrupted, Page
from tongban.launch.walking.forms import Form

T = TypeVar("T")
UP_SECONDS = 120
MOST_TRIES = 8
MOST_STEPS = 2000
RANKS: dict[str, int] = {
    "已提交": 1,
    "待补正": 2,
    "已收件": 3,
    "办理中": 4,
    "已决定": 5,
    "已出证": 6,
    "已送达": 7,
    "准予许可": 8,
    "不予许可": 8,
    "已办结": 8,
}
"""How far a case has come, by the word on its page; it never goes back."""


@dataclass(frozen=True)
class Step:
    """One act of somebody and how long it took."""

    name: str
    who: str
    ms: float


@dataclass
class Walker:
    """The record of a walk.

    :param calm: nobody kills the server: every interruption is a finding.
    """

    base: str
    calm: bool = True
    quiet: bool = False
    steps: list[Step] = field(default_factory=list)
    cases: list[dict[str, str]] = field(default_factory=list)
    known: dict[str, int] = field(default_factory=dict)
    """Number of every acknowledged case -> the furthest acknowledged rank."""
    interruptions: int = 0
    stopping: bool = False

    def act(self, name: str, who: str, do: Callable[[], T], done: Callable[[], T | None] | None = None) -> T:
        """Do it and note it. After an interruption ``done`` looks whether it was done all the same, else once more.

        :raises Finding: the act is refused, or does not succeed in several tries although the server is up.
        """
        begun = time.perf_counter()
        result = self._until_done(name, do, done)
        self._note(Step(name, who, round((time.perf_counter() - begun) * 1000, 1)))
        return result

    def _until_done(self, name: str, do: Callable[[], T], done: Callable[[], T | None] | None) -> T:
        trouble = ""
        for attempt in range(MOST_TRIES):
            try:
                if attempt and done is not None:
                    found = done()
                    if found is not None:
                        return found
                return do()
            except Interrupted as interruption:
                trouble = str(interruption)
                self.interruptions += 1
                self.wait_until_up()
        raise Finding(f"{name}: no answer in {MOST_TRIES} tries: {trouble}")

    def _note(self, step: Step) -> None:
        if not self.quiet:
            say(f"{step.ms:7.0f} ms  {step.name}", step.who)
        if len(self.steps) < MOST_STEPS:
            self.steps.append(step)

    def wait_until_up(self) -> None:
        """Until /readyz answers 200."""
        end = time.monotonic() + UP_SECONDS
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"{self.base}/readyz", timeout=5):  # noqa: S310 - the site under test
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise Finding(f"{self.base} does not come back within {UP_SECONDS} s")

    def acknowledge(self, number: str, word: str) -> None:
        """The server has confirmed that the case is this far."""
        self.known[number] = max(self.known.get(number, 0), RANKS[word])

    def finish(self, number: str, outcome: str) -> None:
        """A case has come to its end."""
        self.cases.append({"number": number, "outcome": outcome})

    def result(self, problems: list[str], rounds: int) -> dict[str, Any]:
        """The one JSON object of the command."""
        return {
            "ok": not problems,
            "steps": [asdict(step) for step in self.steps],
            "cases": self.cases,
            "problems": problems,
            "rounds": rounds,
            "interruptions": self.interruptions,
        }


def demand(page: Page, good: bool, sentence: str) -> None:
    """The page must be as the law and the design say. :raises Finding: with the page's own words."""
    if not good:
        words = " / ".join(page.text.splitlines()[:60])[:600]
        raise Finding(f"{sentence} (HTTP {page.status} {page.path}): {words}")


def form_of(
    page: Page, sentence: str, *, having: str = "", action: str = "", button: tuple[str, str] | None = None
) -> Form:
    """The form that the page must have. :raises Finding:"""
    form = page.form(having=having, action=action, button=button)
    demand(page, form is not None, sentence)
    return cast(Form, form)


def refused(page: Page, name: str, *statuses: int, words: str = "") -> None:
    """An unlawful act must be refused, with these words when given. :raises Finding:"""
    demand(page, page.status in statuses, f"unlawful act was not refused: {name}")
    demand(page, words in page.html, f"{name} is refused without saying why ({words})")

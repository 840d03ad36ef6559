"""Acts of the law's branches as people do them: the page of an act, its form, what must be refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tongban.launch.walking.browser import Browser, File, Page
from tongban.launch.walking.forms import Control, Form, Value
from tongban.launch.walking.walker import Walker, demand

FIRST = "\x00first"
"""As a value: the first choice that the form offers."""
DESK, MY = "/desk/cases/", "/my/cases/"


@dataclass
class Actor:
    """Somebody who acts on cases: staff at the desk, or the applicant in the portal."""

    walker: Walker
    browser: Browser
    side: str = DESK
    walked: set[str] = field(default_factory=set)

    def address(self, number: str, act: str = "") -> str:
        """Where an act of a case is done; without an act, where they are listed."""
        return f"{self.side}{number}/acts/{act}{'/' if act else ''}"

    def offered(self, number: str) -> set[str]:
        """The acts that the case offers to this person now."""
        page = self.browser.get(self.address(number))
        demand(page, page.status == 200, f"{self.browser.who} cannot see the acts of {number}")
        start = self.address(number)
        paths = {urlsplit(link).path for link in page.links}
        return {path[len(start) :].strip("/") for path in paths if path.startswith(start)} - {""}

    def do(
        self, number: str, act: str, values: Mapping[str, Value] | None = None, *, files: Sequence[File] = ()
    ) -> Page:
        """Do the act. :raises Finding: it is not offered, or refused."""

        def press() -> Page:
            after = self._press(number, act, values or {}, files)
            demand(after, after.status == 200 and not _is_act(after, act), f"{self.browser.who} cannot {act}")
            return after

        return self.walker.act(act, self.browser.who, press)

    def refused(
        self,
        number: str,
        act: str,
        why: str,
        values: Mapping[str, Value] | None = None,
        *,
        words: str = "",
        files: Sequence[File] = (),
    ) -> None:
        """The act must not go through: it is not there for this person, or is refused with these words."""

        def press() -> None:
            page = self.browser.get(self.address(number, act))
            if page.status == 200:
                page = self._press(number, act, values or {}, files)
            demand(page, page.status in (403, 404, 409, 422), f"unlawful act was not refused: {why}")
            demand(page, words in page.html, f"{why}: refused without saying why ({words})")

        self.walker.act(f"refused: {why}", self.browser.who, press)

    def _press(self, number: str, act: str, values: Mapping[str, Value], files: Sequence[File]) -> Page:
        page = self.browser.get(self.address(number, act))
        demand(page, page.status == 200, f"{self.browser.who} is not offered {act}")
        form = _own(page, act)
        # the button that does it has no name; those with a name only ask for more rows or a preview
        return self.browser.post(page.url, form.sent(filled(form, values)), files=files, multipart=form.multipart)


def _own(page: Page, act: str) -> Form:
    """The form of the page that leads to itself: the one with most controls."""
    forms = [f for f in page.forms if f.method == "post" and urlsplit(f.action).path in ("", page.path)]
    demand(page, bool(forms), f"{act} has no form")
    return max(forms, key=lambda form: len(form.controls))


def _is_act(page: Page, act: str) -> bool:
    return page.path.endswith(f"/acts/{act}/")


def choices(form: Form, name: str) -> list[tuple[str, str]]:
    """(value, words) of a select, radio or checkbox; radios have no words of their own here."""
    found: list[tuple[str, str]] = []
    for control in form.controls:
        if control.name != name:
            continue
        if control.kind == "select":
            found += zip(control.options, control.words, strict=False)
        elif control.kind in ("radio", "checkbox"):
            found.append((control.value, ""))
    return [(value, words) for value, words in found if value]


def filled(form: Form, values: Mapping[str, Value]) -> dict[str, Value]:
    """The values with ``FIRST`` and words of selects resolved; what has one choice only is chosen by itself."""
    sent: dict[str, Value] = {}
    for name, value in values.items():
        sent[name] = (
            [_resolved(form, name, v) for v in value] if isinstance(value, list) else _resolved(form, name, value)
        )
    for control in form.controls:
        if control.name not in sent and _open_choice(form, control):
            only = choices(form, control.name)
            if len(only) == 1:
                sent[control.name] = only[0][0]
    return sent


def _open_choice(form: Form, control: Control) -> bool:
    return control.kind in ("select", "radio") and not form.value(control.name)


def _resolved(form: Form, name: str, value: str) -> str:
    offered = choices(form, name)
    if value == FIRST:
        return offered[0][0] if offered else ""
    if value in {known for known, _ in offered}:
        return value
    return next((known for known, words in offered if words and value in words), value)

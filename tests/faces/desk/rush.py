"""A clerk at rush hour without a mouse: visits at the counter by keys alone, with the server's time for each screen.

Used by the test of the rush hour and by ``./tongban bench rush``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, Request

from tests.faces.desk import builders

MATERIALS = 3
HYGIENE = {
    "premises.area_m2": "56",
    "premises.name": "知夏理发",
    "premises.address": "云溪市桥西区溪源路 156 号一层",
    "business.name": "知夏理发店",
    "business.responsible": "沈知夏",
    "applicant.mobile": "13800002046",
    "manager.name": "陆明远",
    "manager.mobile": "13900007720",
    "staff.count": "3",
    "staff.health_certificate_count": "3",
}
_AT = (
    "() => { const a = document.activeElement; return {name: a.name || '', type: a.type || '', value: a.value || ''}; }"
)
_DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
_IN_FIELDS = "() => !!document.activeElement.closest('#intake-fields')"


@dataclass
class Clerk:
    """Somebody at the keyboard of one page. ``times``: milliseconds until the first byte, by screen."""

    page: Page
    url: str
    folder: Path
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    _screen: str = ""

    def __post_init__(self) -> None:
        self.page.on("requestfinished", self._note)
        self.page.on("filechooser", lambda _chooser: None)  # heard all the time, or the first one may be missed

    def _note(self, request: Request) -> None:
        if self._screen and "/desk/window/" in request.url and request.resource_type in ("document", "xhr", "fetch"):
            spent = request.timing["responseStart"] - request.timing["requestStart"]
            if spent > 0:
                self.times[self._screen].append(spent)

    def sign_in(self, name: str) -> None:
        """Through the demo's door."""
        self.page.goto(f"{self.url}/demo/?q={name}")
        self.page.get_by_role("button", name=f"以{name}登录", exact=True).click()
        self.page.wait_for_url("**/desk/**")

    @contextmanager
    def screen(self, name: str) -> Iterator[None]:
        """Requests in here belong to that screen."""
        self._screen = name
        yield
        self._screen = ""

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """What a card reader or an input method types into the focused control."""
        self.page.keyboard.insert_text(text)

    def go(self, key: str, screen: str) -> None:
        """A key that leads to another page, which is drawn when this returns: its ``autofocus`` has been heeded."""
        with self.screen(screen), self.page.expect_navigation():
            self.press(key)
        self.page.evaluate(_DRAWN)

    def asks(self, key: str, screen: str) -> None:
        """A key after which the server says what to show now."""
        with self.screen(screen), self.page.expect_response(re.compile("/desk/window/new/")):
            self.press(key)
        self.page.wait_for_function("() => !document.querySelector('.htmx-request')")

    def identify(self, number: str, said: str, slug: str) -> None:
        """Card, item, form: from an empty screen to the form with the cursor in the first empty field."""
        self.page.goto(f"{self.url}/desk/window/new/")
        self.waits("#number")
        self.type(number)
        self.go("Enter", "核验身份")
        self.choose(said, slug)

    def choose(self, said: str, slug: str) -> None:
        """What the person wants, in their words or in pinyin."""
        self.waits("#q")
        self.type(said)
        self.go("Enter", "找事项")
        self.waits(".visit-option")
        for _ in range(12):
            if self.at()["value"] == slug:
                break
            self.press("ArrowDown")
        self.go("Enter", "打开表单")
        self.waits("#intake *")

    def waits(self, place: str) -> None:
        """Until the cursor is where the work is; nobody put it there."""
        self.page.wait_for_function(f"() => document.activeElement.matches('{place}')")

    def at(self) -> dict[str, str]:
        """The control that has the focus."""
        found: dict[str, str] = self.page.evaluate(_AT)
        return found

    def fill_in(self) -> None:
        """Every field of a hygiene licence from the one with the focus on; what is filled in already is passed by."""
        for _ in range(40):
            if not self.page.evaluate(_IN_FIELDS):
                return
            here = self.at()
            name = here["name"]
            if name == "premises.kind" and not here["value"]:
                self.asks("ArrowDown", "换材料清单")
            elif name == "premises.central_air":
                self.asks("2", "换材料清单")
            elif name in HYGIENE and not here["value"]:
                self.type(HYGIENE[name])
            self.press("Enter")

    def picture(self) -> Path:
        """A fresh picture, as the camera makes it."""
        path = self.folder / "picture.png"
        path.write_bytes(builders.picture())
        return path

    def photograph(self, verdict: str, said: str = "", mended: bool = False) -> None:
        """The next material: camera, verdict, what is wrong with it, and the corrected one."""
        with self.page.expect_file_chooser() as chooser:
            self.press("F6")
        chooser.value.set_files(self.picture())
        self.press(verdict)
        if said:
            self.type(said)
        if mended:
            self.press("Enter", "Enter")
            with self.page.expect_file_chooser() as chooser:
                self.press("Enter")
            chooser.value.set_files(self.picture())

    def done(self, key: str, screen: str) -> str:
        """The answer of the visit; gives the number of the case."""
        with self.screen(screen), self.page.expect_navigation(url=re.compile("/done/")):
            self.press(key)
        return self.page.url.split("/")[5]

    # ---- the five kinds of visits ----

    def accepted(self, number: str) -> str:
        """Everything is there."""
        self.identify(number, "理发店卫生许可", builders.SLUG)
        self.fill_in()
        for _ in range(MATERIALS):
            self.photograph("1")
        return self.done("F9", "受理")

    def accepted_again(self, number: str) -> str:
        """The same person comes again: what is held is filled in and not asked for."""
        self.identify(number, "gonggongchangsuoweishengxuke", builders.SLUG)
        self.fill_in()
        return self.done("F9", "受理")

    def notified(self, number: str) -> str:
        """One material is faulty, one was not brought: told once, in writing."""
        self.identify(number, "理发店卫生许可", builders.SLUG)
        self.fill_in()
        self.photograph("3", "没有标洗手池")
        self.photograph("1")
        self.page.keyboard.press("Tab")
        self.reach("mark__")
        self.press("4")
        return self.done("F8", "一次性告知")

    def corrected(self, number: str) -> str:
        """One material is mended on the spot and signed."""
        self.identify(number, "理发店卫生许可", builders.SLUG)
        self.fill_in()
        self.photograph("2", "没有写日期", mended=True)
        self.photograph("1")
        self.photograph("1")
        return self.done("F9", "当场更正后受理")

    def refused(self, number: str) -> str:
        """Not a matter that needs a licence: said at once, in writing."""
        self.identify(number, "理发店卫生许可", builders.SLUG)
        self.fill_in()
        for _ in range(MATERIALS):
            self.photograph("1")
        self.press("F1")
        self.page.wait_for_function("() => document.activeElement.id === 'kind'")
        self.press("ArrowDown", "Enter")
        self.type("这个场所不对外营业，依法不需要取得卫生许可")
        self.press("Enter", "Enter")
        return self.done("Enter", "不予受理")

    def at_once(self, number: str, slug: str) -> str:
        """A chief representative finishes it in one act, and the person waits for it."""
        self.identify(number, "shebaozhengming", slug)
        self.asks("5", "换材料清单")
        for name, day in (
            ("insurance.start_date", ("2025", "01", "01")),
            ("insurance.end_date", ("2026", "03", "31")),
        ):
            while self.at()["name"] != name:
                self.press("Enter")
            self.type_day(day)
        return self.done("F10", "当场办结")

    def type_day(self, day: tuple[str, str, str]) -> None:
        """Year, month and day in the browser's own field."""
        year, month, date = day
        for first, last in ((month + date, year), (year, month + date)):  # as the browser's own language has it
            self.page.keyboard.type(first)
            if first == year:
                self.press("ArrowRight")
            self.page.keyboard.type(last)
            if self.at()["value"] == "-".join(day):
                return
            self.press("ArrowLeft", "ArrowLeft", "ArrowLeft")
        raise AssertionError(day)

    def reach(self, name: str) -> None:
        """Tab on to the next control of that name without a value."""
        for _ in range(30):
            here = self.at()
            if here["name"].startswith(name) and not here["value"]:
                return
            self.press("Tab")
        raise AssertionError(f"no control {name}")

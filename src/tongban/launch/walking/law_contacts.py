"""Before there is an application: somebody asks, is answered, and nothing is lost (首问负责)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tongban.demo import names
from tongban.launch.walking.browser import Browser, Page
from tongban.launch.walking.forms import Value
from tongban.launch.walking.law_people import People
from tongban.launch.walking.walker import demand, form_of, refused

NEW = "/desk/contacts/new/"
NUMBER = re.compile(r"^/desk/contacts/(FC[0-9-]+)/$")
BACK: dict[str, Value] = {
    "outcome": "handed_back",
    "returned_name": ["平面图"],
    "returned_copies": ["1"],
    "returned_fault": ["没有标消毒间"],
    "returned_remedy": ["标出后再来"],
}


def asked_first(p: People) -> None:
    """Guidance with its printed list; papers taken back only by consent; a "no" with its article, checked."""
    window, hall = p.cast.holder(names.WINDOW_POST), p.cast.holder(names.HALL_POST)
    number = _register(p, window, "guidance", {"outcome": "guidance"})
    _slip(p, window, number)
    _refused(p, window, "keeping nothing of papers that the person wants to hand in", BACK, "应当收下材料")
    number = _register(p, window, "materials taken back", {**BACK, "agreed": ["yes"]})
    _slip(p, window, number)
    _refused(p, window, "a no without an article", {"outcome": "negative_answer", "words": "不行"}, "依据")
    no: dict[str, Value] = {"outcome": "negative_answer", "words": "没有消毒间", "basis": ["0"]}
    number = _register(p, window, "a no with its article", no)
    _slip(p, window, number)
    over = {"verdict": "overturned", "check_words": "消毒柜也可以"}
    p.walker.act("the hall manager sends the no back", hall.who, lambda: _answer(hall, number, "check", over))
    p.walker.act("answer anew", window.who, lambda: _answer(window, number, "answer", {"outcome": "guidance"}))
    p.done("contact: guidance", "contact: handed_back", "contact: negative_answer")
    _passed_on(p, window)


def _passed_on(p: People, window: Browser) -> None:
    handler = p.cast.holder(names.HYGIENE_HANDLE_POST)
    number = _register(p, window, "passed on", {"outcome": "passed_on", "passed_to": names.HYGIENE_HANDLE_POST})
    back = {"outcome": "passed_on", "passed_to": names.WINDOW_POST}

    def pass_back() -> None:
        refused(_answered(handler, number, "answer", back), "passing it back", 422, words="不能再转回去")

    p.walker.act("refused: passing it back", handler.who, pass_back)
    words = {"outcome": "answered", "words": "装修前可以先来看图纸"}
    p.walker.act("answer what was passed on", handler.who, lambda: _answer(handler, number, "answer", words))
    p.done("contact: passed_on")


def _register(p: People, clerk: Browser, name: str, values: Mapping[str, Value]) -> str:
    def do() -> str:
        page = _sent(clerk, values)
        found = NUMBER.match(page.path)
        demand(page, found is not None, f"a first contact cannot be registered: {name}")
        return found[1] if found else ""

    return p.walker.act(f"register a first contact: {name}", clerk.who, do)


def _refused(p: People, clerk: Browser, why: str, values: Mapping[str, Value], words: str) -> None:
    p.walker.act(f"refused: {why}", clerk.who, lambda: refused(_sent(clerk, values), why, 422, words=words))


def _sent(clerk: Browser, values: Mapping[str, Value]) -> Page:
    page = clerk.get(f"{NEW}?slug={names.HYGIENE_SLUG}")
    form = form_of(page, "there is no form for a first contact", having="question")
    asked: dict[str, Value] = {"channel": "window", "question": "开理发店要办什么", "person_name": "张三丰"}
    asked |= {name: _of_select(page, name, value) for name, value in values.items()}
    return clerk.submit(page, form, asked, button=("command", "register"))


def _of_select(page: Page, name: str, value: Value) -> Value:
    """The code of a select whose words hold this text; any other value as it is."""
    for form in page.forms:
        for control in form.controls:
            if control.name == name and control.kind == "select" and isinstance(value, str):
                pairs = zip(control.options, control.words, strict=False)
                return next((code for code, words in pairs if value in words), value)
    return value


def _answered(who: Browser, number: str, command: str, values: Mapping[str, Value]) -> Page:
    page = who.get(f"/desk/contacts/{number}/")
    form = form_of(page, f"{who.who} is not offered to {command}", button=("command", command))
    filled = {name: _of_select(page, name, value) for name, value in values.items()}
    return who.submit(page, form, filled, button=("command", command))


def _answer(who: Browser, number: str, command: str, values: Mapping[str, Value]) -> None:
    page = _answered(who, number, command, values)
    demand(page, page.status == 200, f"{who.who} cannot {command}")


def _slip(p: People, clerk: Browser, number: str) -> None:
    def look() -> None:
        slip = clerk.get(f"/desk/contacts/{number}/slips/1/")
        demand(slip, slip.status == 200 and slip.body.startswith(b"%PDF"), "the slip is not printed")

    p.walker.act("print the slip", clerk.who, look)


ROADS = (asked_first,)

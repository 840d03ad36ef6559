"""What staff do at the desk: receive, notify, accept, give opinions, decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tongban.launch.walking.browser import Browser, Page
from tongban.launch.walking.forms import Value
from tongban.launch.walking.walker import Walker, demand, form_of

OPINION = "材料齐全,现场与图纸一致,建议同意。"
OBJECTION = "现场与申请材料不一致,消毒间没有建成,建议不予许可。"
FAULT = "第 2 页没有标出消毒间的位置"
REMEDY = "补画消毒间并注明尺寸,重新上传"
COMMAND = "command"


@dataclass(frozen=True)
class Official:
    """A signed-in staff member and their browser."""

    walker: Walker
    browser: Browser

    def accept(self, number: str) -> None:
        """Mark every material as good and accept."""
        self._press("accept", f"/desk/window/{number}/", "accept", mark="qualified")
        self.walker.acknowledge(number, "办理中")

    def notify(self, number: str, code: str) -> None:
        """One notice: the material has a fault."""
        self._press("send the one-time notice", f"/desk/window/{number}/", "request_correction", faulty=(code,))
        self.walker.acknowledge(number, "待补正")

    def give_opinion(self, number: str, verdict: str = "pass") -> None:
        """The opinion of one's own step, every review point ticked."""
        text = OPINION if verdict == "pass" else OBJECTION
        values = {"verdict": verdict, "text": text}
        self._press(f"opinion: {verdict}", f"/desk/review/{number}/", "opinion", values=values)

    def decide(self, number: str, outcome: str) -> None:
        """Grant, or refuse with facts, basis and reasons: written, looked at once more, signed."""
        values = {"outcome": outcome}
        if outcome == "refused":
            values |= {
                "facts": "经材料审查和现场核查,消毒间没有按图纸建成。",
                "reasons": "现场条件不符合许可条件。整改完成后可以重新申请。",
            }
        address = f"/desk/review/{number}/"

        def do() -> bool:
            last_look = self.try_to(self.browser.get(address), "check", values=values)
            after = self.try_to(last_look, "decide")
            demand(after, after.status == 200, f"{self.browser.who} cannot decide: {outcome}")
            return True

        def done() -> bool | None:
            page = self.browser.get(address)
            demand(page, page.status == 200, f"{self.browser.who} cannot open {address}")
            return True if page.form(button=(COMMAND, "check")) is None else None

        self.walker.act(f"decide: {outcome}", self.browser.who, do, done)
        self.walker.acknowledge(number, "已决定")

    def _press(
        self,
        name: str,
        address: str,
        command: str,
        *,
        values: Mapping[str, Value] | None = None,
        mark: str = "",
        faulty: tuple[str, ...] = (),
    ) -> None:
        def do() -> bool:
            page = self.browser.get(address)
            after = self.try_to(page, command, values=values, mark=mark, faulty=faulty)
            demand(after, after.status == 200, f"{self.browser.who} cannot {name}")
            return True

        def done() -> bool | None:
            page = self.browser.get(address)
            demand(page, page.status == 200, f"{self.browser.who} cannot open {address}")
            return True if page.form(button=(COMMAND, command)) is None else None

        self.walker.act(name, self.browser.who, do, done)

    def try_to(
        self,
        page: Page,
        command: str,
        *,
        values: Mapping[str, Value] | None = None,
        mark: str = "",
        faulty: tuple[str, ...] = (),
    ) -> Page:
        """Fill in the form that has this command and press its button; gives the answer, good or bad."""
        form = form_of(page, f"{self.browser.who} is not offered {command}", button=(COMMAND, command))
        filled: dict[str, Value] = dict(values or {})
        points = [c.value for c in form.controls if c.name == "points"]
        if points and "points" not in filled:
            filled["points"] = points
        for name in form.names():
            code = name.removeprefix("mark__")
            if code != name:
                filled[name] = "faulty" if code in faulty else mark
        for code in faulty:
            filled |= {f"fault__{code}": FAULT, f"remedy__{code}": REMEDY}
        return self.browser.submit(page, form, filled, button=(COMMAND, command))

    def bare(self, address: str, command: str, **values: str) -> Page:
        """Send a command that the page does not offer, as somebody would who means harm."""
        return self.browser.post(address, [*values.items(), (COMMAND, command)])

"""Plain controls: text, number, day, moment, choice, ticks, people, articles, points. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tongban.faces.acts.act import Box, Options, Scene, Sent, Words
from tongban.faces.fields import FieldView
from tongban.ground import moment
from tongban.ground.errors import Refusal, Refusals
from tongban.ground.identifiers import half_width

MOST_TEXT, MOST_LONG = 200, 4000
_BREAK = re.compile(r"[\n、，,；;]+")
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\Z")


def empty(label: Words, *, choose: bool = False) -> str:
    """The sentence of a control that was left empty."""
    words = {"label": label}
    return _("请选择：%(label)s") % words if choose else _("请填写：%(label)s") % words


@dataclass(frozen=True)
class Plain:
    """A control with one name, one label, one hint."""

    name: str
    label: Words
    hint: Words = ""
    optional: bool = False

    def claims(self, scene: Scene, field: str, sent: Sent) -> str:
        """Its own name only."""
        return self.name if field == self.name else ""

    def draw(self, scene: Scene, sent: Sent, wrong: Mapping[str, str]) -> Box:
        """What stands on the page."""
        raise NotImplementedError

    def read(self, scene: Scene, sent: Sent) -> Any:
        """The argument."""
        raise NotImplementedError

    def view(self, wrong: Mapping[str, str], kind: str, **more: Any) -> Box:
        """One field."""
        values = {"optional": self.optional, "hint": str(self.hint), "error": wrong.get(self.name, ""), **more}
        return Box((FieldView(self.name, str(self.label), kind, **values),))

    def required(self, sent: Sent, *, choose: bool = False) -> str:
        """The posted text; raises when it is empty and may not be."""
        text = sent.text(self.name)
        if not text and not self.optional:
            raise Refusal("act.empty", empty(self.label, choose=choose), self.name)
        return text


@dataclass(frozen=True)
class Text(Plain):
    """Words. ``long``: several lines. ``propose``: what stands there at first."""

    long: bool = False
    most: int = 0
    propose: Callable[[Scene], str] | None = None

    @property
    def longest(self) -> int:
        """Characters at most."""
        return self.most or (MOST_LONG if self.long else MOST_TEXT)

    def draw(self, scene: Scene, sent: Sent, wrong: Mapping[str, str]) -> Box:
        """A line or a text area."""
        proposed = self.propose(scene) if self.propose and sent.fresh else ""
        value = proposed or sent.text(self.name)
        return self.view(wrong, "long_text" if self.long else "text", value=value, max_length=self.longest)

    def read(self, scene: Scene, sent: Sent) -> str:
        """The words."""
        text = self.required(sent)
        if len(text) > self.longest:
            sentence = _("%(label)s最多 %(n)s 个字") % {"label": self.label, "n": self.longest}
            raise Refusal("act.long", sentence, self.name)
        return text


@dataclass(frozen=True)
class Number(Plain):
    """A whole number of one or more, at most ``largest``; nothing when it is optional and empty."""

    unit: Words = ""
    largest: int = 9999

    def draw(self, scene: Scene, sent: Sent, wrong: Mapping[str, str]) -> Box:
        """A line with its unit."""
        return self.view(wrong, "integer", value=sent.text(self.name), unit=str(self.unit))

    def read(self, scene: Scene, sent: Sent) -> int | None:
        """The number."""
        text = half_width(self.required(sent))
        if not text:
            return None
        if not text.isdecimal() or len(text) > len(str(self.largest)) or not 1 <= int(text) <= self.largest:
            raise Refusal("act.number", _("%(label)s要填写整数，例如 5") % {"label": self.label}, self.name)
        return int(text)


@dataclass(frozen=True)
class Day(Plain):
    """A calendar day; nothing when it is optional and empty."""

    def draw(self, scene: Scene, sent: Sent, wrong: Mapping[str, str]) -> Box:
        """A date input."""
        return self.view(wrong, "date", value=sent.text(self.name))

    def read(self, scene: Scene, sent: Sent) -> date | None:
        """The day."""
        text = self.required(sent, choose=True)
        return _day(text, self.name, self.label) if text else None


def _day(text: str, name: str, label: Words) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        sentence = _("%(label)s写成 2026-03-16 这样的日期") % {"label": label}
        raise Refusal("act.day", sentence, name) from None


@dataclass(frozen=True)
class Moment(Plain):
    """A day and a time of day, in Shanghai wall time."""

    def draw(self, scene: Scene, sent: Sent, wrong: Mapping[str, str]) -> Box:
        """Two controls: ``<name>_day`` and ``<name>_time``."""
        day, clock = f"{self.name}_day", f"{self.name}_time"
        error = wrong.get(day) or wrong.get(self.name, "")
        return Box(
            (
                FieldView(day, str(self.label), "date", sent.text(day), hint=str(self.hint), error=error),
                FieldView(
                    clock, _("几点开始"), "time", sent.text(clock), hint=_("例如 09:30"), error=wrong.get(clock, "")
                ),
            )
        )

    def claims(self, scene: Scene, field: str, sent: Sent) -> str:
        """What concerns the moment stands at its day."""
        return {self.name: f"{self.name}_day"}.get(field, field if field.startswith(f"{self.name}_") else "")

    def read(self, scene: Scene, sent: Sent) -> datetime:
        """The aware moment."""
        day, clock = f"{self.name}_day", f"{self.name}_time"
        problems = []
        if not sent.text(day):
            problems.append(Refusal("act.empty", empty(self.label, choose=True), day))
        found = _TIME.match(half_width(sent.text(clock)).replace("：", ":"))
        if not found:
            problems.append(Refusal("act.time", _("请填写几点开始，例如 09:30"), clock))
        if problems or found is None:
            raise Refusals(tuple(problems))
        on = _day(sent.text(day), day, self.label)
        return datetime.combine(on, time(int(found[1]), int(found[2])), moment.SHANGHAI)


@dataclass(frozen=True)
class Choice(Plain):
    """One of several. A single possibility is chosen already. ``into`` makes the argument of its code.

    :param first: the first one is the usual one, and chosen already.
    :param long: many possibilities that have names: a select at any number of them.
    """

    options: Callable[[Scene], Options] = lambda scene: ()
    into: Callable[[str], Any] = str
    first: bool = False
    long: bool = False

    def draw(self, scene: Scene, sent: Sent, wrong: Mapping[str, str]) -> Box:
        """Radio cards, or a select when there are many."""
        options = self.options(scene)
        value = sent.text(self.name)
        if sent.fresh and options and (self.first or len(options) == 1) and not self.optional:
            value = options[0][0]
        return self.view(wrong, "select" if self.long else "code", value=value, options=options)

    def read(self, scene: Scene, sent: Sent) -> Any:
        """The argument; a code that is not offered counts as nothing chosen."""
        text = self.required(sent, choose=True)
        if text and text not in dict(self.options(scene)):
            raise Refusal("act.choice", empty(self.label, choose=True), self.name)
        return self.into(text)


def matter(label: Words, options: Callable[[Scene], Options], hint: Words = "") -> Choice:
    """The side matter that the act is about."""
    return Choice("proceeding_id", label, hint, options=options, into=UUID)


def true_or_false(text: str) -> bool:
    """``into`` of a choice between yes and no."""
    return text == "true"


@dataclass(frozen=True)
class Ticks(Plain):
    """Any of several. ``all_at_first``: every one is ticked on a fresh form."""

    options: Callable[[Scene], Options] = lambda scene: ()
    all_at_first: bool = False

    def draw(self, scene: Scene, sent: Sent, wrong: Mapping[str, str]) -> Box:
        """Check boxes; nothing at all when there is nothing to tick."""
        options = self.options(scene)
        if not options:
            return Box()
        ticked = [code for code, _label in options] if self.all_at_first and sent.fresh else self._sent(sent)
        return self.view(wrong, "codes", values=tuple(ticked), options=options)

    def _sent(self, sent: Sent) -> list[str]:
        return sent.post.getlist(self.name)

    def read(self, scene: Scene, sent: Sent) -> tuple[str, ...]:
        """Codes in the order of the list."""
        chosen = set(self._sent(sent))
        found = tuple(code for code, _label in self.options(scene) if code in chosen)
        if not found and not self.optional:
            raise Refusal("act.empty", empty(self.label, choose=True), self.name)
        return found


@dataclass(frozen=True)
class Points(Ticks):
    """Review points: every one with whether it was found in order."""

    def read(self, scene: Scene, sent: Sent) -> Any:
        """[{point, ok}]."""
        chosen = set(self._sent(sent))
        return tuple({"point": code, "ok": code in chosen} for code, _label in self.options(scene))


@dataclass(frozen=True)
class Tick(Plain):
    """A statement that must, or may, be confirmed. ``words`` stand beside the box."""

    words: Words = ""

    def draw(self, scene: Scene, sent: Sent, wrong: Mapping[str, str]) -> Box:
        """One check box."""
        ticked = tuple(sent.post.getlist(self.name))
        return self.view(wrong, "codes", values=ticked, options=(("yes", str(self.words or self.label)),))

    def read(self, scene: Scene, sent: Sent) -> bool:
        """Whether it was ticked."""
        ticked = "yes" in sent.post.getlist(self.name)
        if not ticked and not self.optional:
            raise Refusal("act.tick", _("请确认：%(words)s") % {"words": self.words or self.label}, self.name)
        return ticked


@dataclass(frozen=True)
class People(Plain):
    """Names, one a line (commas do as well)."""

    def draw(self, scene: Scene, sent: Sent, wrong: Mapping[str, str]) -> Box:
        """A text area."""
        hint = str(self.hint or _("一行写一个人"))
        return self.view(wrong, "long_text", value=sent.text(self.name), hint=hint, max_length=1000)

    def read(self, scene: Scene, sent: Sent) -> tuple[str, ...]:
        """The names."""
        return tuple(name.strip()[:60] for name in _BREAK.split(self.required(sent)) if name.strip())


@dataclass(frozen=True)
class Only:
    """A control that is asked for only where it concerns the case; elsewhere its argument is ``otherwise``."""

    concerns: Callable[[Scene], bool]
    control: Plain
    otherwise: Any = ""

    @property
    def name(self) -> str:
        """The control's own."""
        return self.control.name

    def draw(self, scene: Scene, sent: Sent, wrong: Mapping[str, str]) -> Box:
        """The control, or nothing at all."""
        return self.control.draw(scene, sent, wrong) if self.concerns(scene) else Box()

    def read(self, scene: Scene, sent: Sent) -> Any:
        """What the control reads, or what stands for it."""
        return self.control.read(scene, sent) if self.concerns(scene) else self.otherwise

    def claims(self, scene: Scene, field: str, sent: Sent) -> str:
        """As the control, where it is asked for."""
        return self.control.claims(scene, field, sent) if self.concerns(scene) else ""


@dataclass(frozen=True)
class Note:
    """Something to read before one decides; asks for nothing."""

    title: Words
    lines: Callable[[Scene], tuple[str, ...]]
    name: str = ""

    def draw(self, scene: Scene, sent: Sent, wrong: Mapping[str, str]) -> Box:
        """Lines; nothing at all when there are none."""
        lines = self.lines(scene)
        return Box(title=str(self.title), lines=lines) if lines else Box()

    def read(self, scene: Scene, sent: Sent) -> Any:
        """Nothing."""

    def claims(self, scene: Scene, field: str, sent: Sent) -> str:
        """Nothing."""
        return ""

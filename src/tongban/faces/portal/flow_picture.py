"""The way of an application as a picture: one line from top to bottom, a lane of its own for each department that
reviews at the same time. Pure: marks with places in a picture 360 wide; a template draws them as SVG (PRT-04).

The picture says nothing that its text does not say: :func:`told` is the same as sentences.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

WIDTH = 360.0
LETTER = 13.0
LANE = 18.0
_PARTS = re.compile(r"[!-~]+ ?|.", re.DOTALL)
"""A word of narrow letters with the space behind it, or one letter."""
_LEFT, _GAP, _LINE, _SMALL = 14.0, 16.0, 19.0, 17.0


@dataclass(frozen=True)
class Station:
    """One stop: what happens, who and how long. ``lane`` 0 is the main line, 1 and more run beside it."""

    title: str
    lines: tuple[str, ...] = ()
    lane: int = 0
    together: bool = False
    """Goes on at the same time as the others that are marked so; the lanes lie beside them all."""
    special: bool = False
    """A special step: it has its own limit, may not happen, and is drawn hollow."""


@dataclass(frozen=True)
class Words:
    """A line of text at its place."""

    x: float
    y: float
    text: str
    strong: bool = False


@dataclass(frozen=True)
class Mark:
    """A dot on its lane."""

    x: float
    y: float
    special: bool


@dataclass(frozen=True)
class Picture:
    """Everything to draw, in drawing order: lanes, marks, words."""

    height: float
    lanes: tuple[str, ...]
    marks: tuple[Mark, ...]
    words: tuple[Words, ...]
    title: str = ""
    description: str = ""


@dataclass
class _Pen:
    text_x: float
    letters: int
    y: float = 12.0
    marks: list[Mark] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)

    def write(self, station: Station) -> None:
        """One station below the last one."""
        self.marks.append(Mark(lane_x(station.lane), self.y + 6, station.special))
        for text in wrapped(station.title, self.letters):
            self.words.append(Words(self.text_x, self.y + 11, text, strong=True))
            self.y += _LINE
        for line in station.lines:
            for text in wrapped(line, self.letters):
                self.words.append(Words(self.text_x, self.y + 9, text))
                self.y += _SMALL
        self.y += _GAP


def lane_x(lane: int) -> float:
    """Where a lane runs."""
    return _LEFT + LANE * lane


def draw(stations: Sequence[Station], title: str) -> Picture:
    """The picture of the stations in their order; those beside the main line stand together."""
    most = max((station.lane for station in stations), default=0)
    text_x = lane_x(most) + 20
    pen = _Pen(text_x, int((WIDTH - text_x - 4) / LETTER))
    for station in stations:
        pen.write(station)
    lanes = [_main(pen.marks)] if pen.marks else []
    lanes += [_beside(lane, stations, pen.marks) for lane in range(1, most + 1)]
    description = "".join(told(stations))
    return Picture(pen.y, tuple(lanes), tuple(pen.marks), tuple(pen.words), title, description)


def _main(marks: Sequence[Mark]) -> str:
    return f"M{_LEFT:g} {marks[0].y:g}V{marks[-1].y:g}"


def _beside(lane: int, stations: Sequence[Station], marks: Sequence[Mark]) -> str:
    """A lane leaves the main line above what goes on together and comes back below it."""
    beside = [at for at, station in enumerate(stations) if station.together]
    above = marks[max(beside[0] - 1, 0)].y
    below = marks[min(beside[-1] + 1, len(marks) - 1)].y
    x, bend = lane_x(lane), 22 + 4 * lane
    return (
        f"M{_LEFT:g} {above:g}C{_LEFT:g} {above + bend:g} {x:g} {above + bend - 12:g} {x:g} {above + 2 * bend:g}"
        f"V{below - 2 * bend:g}C{x:g} {below - bend + 12:g} {_LEFT:g} {below - bend:g} {_LEFT:g} {below:g}"
    )


def told(stations: Sequence[Station]) -> list[str]:
    """The same as sentences, one a station."""
    return [
        f"{station.title}：{'；'.join(station.lines)}。" if station.lines else f"{station.title}。"
        for station in stations
    ]


def wrapped(text: str, letters: int) -> list[str]:
    """Lines of at most so many Chinese letters; two narrow ones count as one.

    A line never begins with punctuation; a word of narrow letters stays whole if it fits on a line.
    """
    lines, line, width = [], "", 0.0
    for part in _PARTS.findall(text):
        wide = sum(1.0 if unicodedata.east_asian_width(letter) in "WFA" else 0.55 for letter in part)
        if width + wide > letters and width and part not in "，。；、：）」》":
            lines.append(line.rstrip())
            line, width = "", 0.0
        if not line:
            part = part.lstrip()
        while wide > letters:
            most = int(letters / 0.55)
            lines.append(part[:most])
            part, wide = part[most:], wide - most * 0.55
        line, width = line + part, width + wide
    return [*lines, line.rstrip()] if line.strip() else lines

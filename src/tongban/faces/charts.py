"""Charts drawn on the server: plain geometry for SVG templates, read aloud by title and table. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDE, HIGH, LEFT, RIGHT, TOP, BOTTOM = 740, 298, 52, 12, 20, 28
STEPS = 5
_NICE = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Bar:
    """One stacked column: its two parts, the point of the line above, its label."""

    x: float
    width: float
    middle: float
    lower_y: float
    lower_height: float
    upper_y: float
    upper_height: float
    line_y: float
    label: str


@dataclass(frozen=True)
class Grid:
    """A line across with its number."""

    y: float
    words: str


@dataclass(frozen=True)
class Stacked:
    """Columns of two parts and a line over them."""

    grid: tuple[Grid, ...]
    bars: tuple[Bar, ...]
    points: str
    """Of the polyline."""


def ceiling(most: float) -> int:
    """A round number that is at least ``most`` and divides into whole steps."""
    step, power = max(most, 1) / STEPS, 1
    while step > 10 * power:
        power *= 10
    nice = next(one * power for one in _NICE if one * power >= step)
    whole = int(nice) if nice == int(nice) else int(nice) + 1
    return whole * STEPS


def stacked(columns: Sequence[tuple[str, int, int, int]]) -> Stacked:
    """Columns of (label, lower part, upper part, line)."""
    top = ceiling(max((max(lower + upper, line) for _label, lower, upper, line in columns), default=0))
    floor, height = HIGH - BOTTOM, HIGH - BOTTOM - TOP
    pitch = (WIDE - LEFT - RIGHT) / max(len(columns), 1)
    width = round(pitch * 0.57, 1)
    bars = []
    for place, (label, lower, upper, line) in enumerate(columns):
        middle = LEFT + pitch * (place + 0.5)
        low, high = height * lower / top, height * upper / top
        bars.append(
            Bar(
                round(middle - width / 2, 1),
                width,
                round(middle, 1),
                round(floor - low, 1),
                round(low, 1),
                round(floor - low - high, 1),
                round(high, 1),
                round(floor - height * line / top, 1),
                label,
            )
        )
    grid = tuple(Grid(round(floor - height * step / STEPS, 1), f"{top * step // STEPS:,}") for step in range(STEPS + 1))
    return Stacked(grid, tuple(bars), " ".join(f"{bar.middle},{bar.line_y}" for bar in bars))


def percent(part: float, whole: float) -> float:
    """A share as 0 to 100 with one decimal; nothing of nothing."""
    return round(min(100 * part / whole, 100), 1) if whole else 0.0

"""The one clock of the house: pure functions from dated events and a calendar to due dates and explanations."""

from tongban.ground.clock.backward import latest_day
from tongban.ground.clock.binding import Binding, bind, remaining_of
from tongban.ground.clock.counting import due_date, due_moment, remaining
from tongban.ground.clock.history import ClockSpec, Reading, Step
from tongban.ground.clock.limits import PAUSE_WORDS, UNIT_WORDS, Due, Limit, Line, Remaining, Unit
from tongban.ground.clock.reading import read
from tongban.ground.clock.receipt import effective_day

__all__ = [
    "PAUSE_WORDS",
    "UNIT_WORDS",
    "Binding",
    "ClockSpec",
    "Due",
    "Limit",
    "Line",
    "Reading",
    "Remaining",
    "Step",
    "Unit",
    "bind",
    "due_date",
    "due_moment",
    "effective_day",
    "latest_day",
    "read",
    "remaining",
    "remaining_of",
]

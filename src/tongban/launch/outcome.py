"""How a command ends: exit codes, progress lines and the one JSON object.

0 good · 1 a finding · 2 bad input · 3 something is missing (the remedy is printed).
Progress goes to stderr, results to stdout, so that ``--json`` output can be piped.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

GOOD, FINDING, BAD_INPUT, MISSING = 0, 1, 2, 3


class Stop(Exception):
    """A command ends here: what is wrong, and the one line that helps."""

    code = FINDING

    def __init__(self, sentence: str, remedy: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.remedy = remedy


class Finding(Stop):
    """The check ran and found something."""

    code = FINDING


class BadInput(Stop):
    """What was asked for makes no sense (wrong file, directory in use)."""

    code = BAD_INPUT


class Missing(Stop):
    """Something the machine must have is not there."""

    code = MISSING


def say(english: str, chinese: str = "") -> None:
    """One progress line on stderr, English with a short Chinese echo."""
    print(f"· {english}" + (f"  {chinese}" if chinese else ""), file=sys.stderr, flush=True)


def complain(stop: Stop) -> int:
    """Print a :class:`Stop` as two lines on stderr and return its exit code."""
    print(f"tongban: {stop.sentence}", file=sys.stderr)
    if stop.remedy:
        print(f"  remedy 办法: {stop.remedy}", file=sys.stderr)
    sys.stderr.flush()
    return stop.code


def print_json(result: Mapping[str, Any]) -> None:
    """Print the one JSON object of a command, last on stdout."""
    print(json.dumps(result, ensure_ascii=False, default=str), flush=True)

"""Deadlines in the words of staff: working days left, the last day, and which limit is exceeded."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tongban.faces.desk import deadlines
from tongban.ground import moment

WEDNESDAY = datetime(2026, 11, 18, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("due_on", "kind", "words", "tone"),
    [
        (date(2026, 11, 25), "promised", "剩 5 个工作日", "ok"),
        (date(2026, 11, 20), "promised", "剩 2 个工作日", "soon"),
        (date(2026, 11, 18), "promised", "今天到期", "soon"),
        (date(2026, 11, 16), "promised", "已超承诺 2 个工作日", "over"),
        (date(2026, 11, 17), "statutory", "已超法定 1 个工作日", "over"),
        (date(2026, 11, 17), "", "已超期 1 个工作日", "over"),
    ],
)
def test_words_and_tone_of_a_running_deadline(due_on: date, kind: str, words: str, tone: str) -> None:
    with moment.at(WEDNESDAY):
        assert deadlines.words_left(due_on, kind) == (words, tone)


def test_the_whole_due_day_is_in_time() -> None:
    last_moment = datetime(2026, 11, 18, 15, 59, 59, 999999, tzinfo=UTC)
    midnight_after = datetime(2026, 11, 18, 16, tzinfo=UTC)
    assert deadlines.due_day(last_moment) == deadlines.due_day(midnight_after) == date(2026, 11, 18)


def test_a_stopped_clock_says_so_instead_of_counting() -> None:
    badge = deadlines.of_clock("acceptance", "stopped", date(2026, 11, 1), "行政许可法第三十二条")
    assert (badge.words, badge.tone) == ("已暂停", "paused")

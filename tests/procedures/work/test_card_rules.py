"""Another rule of cards: the alarms of every open clock are computed anew, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.procedures.work.rows import a_clock, a_subject, at
from tongban.ground import moment
from tongban.ground.jobs import inline
from tongban.ground.parameters.selectors import history_of
from tongban.procedures.work import card_rules, cards, jobs
from tongban.procedures.work.models import ClockRow

pytestmark = [pytest.mark.django_db, pytest.mark.covers("EFF-01")]
TODAY = date(2026, 6, 5)


def test_a_rule_that_begins_today_is_noted_and_open_clocks_follow_it(monkeypatch, django_capture_on_commit_callbacks):
    ClockRow.objects.all().update(state="done", next_at=None)
    (first,) = cards.shipped()
    milder = replace(first, version="2026-2", valid_from=TODAY, levels={"yellow": ("statutory",)})
    with moment.at(at(TODAY - timedelta(days=1))):
        clock = a_clock(a_subject(), "statutory", date(2026, 6, 1), 3)
        assert card_rules.note_rule() and not card_rules.note_rule()
    assert ClockRow.objects.get(id=clock.id).red_at is not None
    monkeypatch.setattr(cards, "shipped", lambda: (first, milder))
    with moment.at(at(TODAY)), inline(), django_capture_on_commit_callbacks(execute=True):
        jobs.follow_card_rule()
    row = ClockRow.objects.get(id=clock.id)
    assert (row.red_at, row.yellow_at is not None) == (None, True)
    assert [one.value.partition(":")[0] for one in history_of(card_rules.IN_USE)] == ["2026-2", "2026-1"]
    with moment.at(at(TODAY)):
        assert not card_rules.note_rule()


def test_a_rule_that_was_changed_without_a_new_version_is_noticed():
    (rule,) = cards.shipped()
    assert card_rules.signature(rule) != card_rules.signature(replace(rule, warns=()))

"""Figures on real PostgreSQL: kept event by event, however they come, and counted anew without a difference."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.faces.desk.acts.hall import applied
from tests.support import builders
from tongban.demo import names
from tongban.ground import moment
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.ledger import positions
from tongban.ground.ledger.chain import Row
from tongban.ground.ledger.selectors import events_of
from tongban.insight.indicators import reactions, selectors
from tongban.insight.indicators.definitions import indicators, measures_of
from tongban.insight.indicators.models import CaseFigure, DayFigure, SplitFigure
from tongban.insight.indicators.recount import recount
from tongban.insight.indicators.rules import MEASURES
from tongban.insight.indicators.selectors import Period, Scope
from tongban.launch import verify
from tongban.procedures.cases import services
from tongban.procedures.cases.loading import load
from tongban.registry.parties.models import Post

pytestmark = pytest.mark.django_db
EVERYWHERE = Scope(0, 2**31 - 1)


def histories() -> list[uuid.UUID]:
    """Cases that went different ways: granted, refused, deferred and settled, corrected, withdrawn."""
    who = builders.resident()
    granted = builders.a_granted_case()
    services.deliver(who, granted, mode="portal")
    builders.settle(granted)
    refused = builders.a_case_to_decide(slug=names.ROAD_SLUG)
    basis = [{"instrument": "城市道路管理条例", "article": "第三十一条"}]
    services.decide(
        builders.approver_of(refused), refused, outcome="refused", facts="路口太近", reasons="影响通行", basis=basis
    )
    deferred = applied(names.RENEWAL_SLUG, "hygiene_rules")
    services.accept_with_deferral(builders.clerk(), deferred, materials=["hygiene_rules"], signed_by="陆明远")
    corrected = builders.a_submitted_case()
    fault = {"target": "material", "code": "floor_plan", "fault": "看不清", "remedy": "重拍"}
    services.request_correction(builders.clerk(), corrected, items=[fault])
    services.withdraw(who, corrected, reason="先不办了")
    return [granted, refused, deferred, corrected]


@pytest.fixture(scope="module")
def told(kept: Callable[[Callable[[], object]], object]) -> list[uuid.UUID]:
    """The histories, told to the reader of figures."""

    def make() -> list[uuid.UUID]:
        made = histories()
        follow(made)
        return made

    return kept(make)  # type: ignore[return-value]


def events(cases: list[uuid.UUID]) -> list[Row]:
    return [row for case in cases for row in events_of("case", case)]


def follow(cases: list[uuid.UUID]) -> None:
    for row in events(cases):
        reactions.on_events([row])


def sums() -> dict[str, int]:
    return {name: n for name, n in selectors.totals(EVERYWHERE, month()).items() if n}


def month() -> Period:
    today = moment.today()
    return Period(today - timedelta(days=1), today + timedelta(days=1))


def test_what_is_kept_is_what_is_counted_anew(told: list[uuid.UUID]) -> None:
    found = recount()
    assert found.told == []
    assert (found.cases, found.ok) == (4, True)
    assert found.events == len(events(told))
    own = sums()
    assert (own["submitted"], own["from_portal"], own["accepted"]) == (4, 4, 3)
    assert (own["granted"], own["refused"], own["withdrawn"], own["corrections"]) == (1, 1, 1, 1)
    assert (own["deferrals"], own["closed"], own["visits_at_most_one"]) == (1, 1, 1)
    assert selectors.split(EVERYWHERE, month(), "deferred_material") == {"deferred_material": {"hygiene_rules": 1}}


@pytest.mark.parametrize("seed", [1, 2])
def test_twice_and_in_any_order_gives_the_same(told: list[uuid.UUID], seed: int) -> None:
    """A reader may be told twice, and an event may come before an older one of the same case."""
    before = (sums(), list(CaseFigure.objects.order_by("case_id").values()))
    follow(told)
    assert (sums(), list(CaseFigure.objects.order_by("case_id").values())) == before
    for table in (CaseFigure, DayFigure, SplitFigure):
        table.objects.all().delete()
    rows = events(told) * 2
    random.Random(seed).shuffle(rows)
    for row in rows:
        reactions.on_events([row])
    assert (sums(), list(CaseFigure.objects.order_by("case_id").values())) == before
    assert recount().ok


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda: DayFigure.objects.filter(granted=1).update(granted=2), "granted: kept 2"),
        (lambda: DayFigure.objects.filter(refused=1).delete(), "refused: nothing kept, counted 1"),
        (lambda: SplitFigure.objects.filter(measure="deferred_material").update(key="floor_plan"), "[floor_plan]"),
        (lambda: CaseFigure.objects.filter(outcome="refused").update(used_days=99), "used_days is 99, counted"),
        (lambda: CaseFigure.objects.filter(deferred=1).update(deferred=0), "its own rows say otherwise about deferred"),
    ],
)
def test_any_difference_is_found_and_told(told: list[uuid.UUID], spoil: Callable[[], object], words: str) -> None:
    spoil()
    found = recount()
    assert not found.ok
    assert any(words in sentence for sentence in found.told), found.told


def test_an_end_without_a_decision_on_the_matter_is_no_difference(told: list[uuid.UUID]) -> None:
    ended = builders.a_case_to_decide()
    basis = [{"instrument": "行政许可法", "article": "第六十九条"}]
    services.terminate(builders.approver_of(ended), ended, kind="object_gone", facts="场所已经拆除", basis=basis)
    follow([ended])
    assert CaseFigure.objects.get(case_id=ended).ended == "terminated"
    assert recount().told == []


def test_what_the_reader_passed_and_did_not_count_is_found(told: list[uuid.UUID]) -> None:
    """Behind the reader's place nothing may be missing; before it, it is only told how much is still to come."""
    late = builders.a_submitted_case()
    before = recount()
    assert (before.ok, before.behind) == (True, 1)
    row = events_of("case", late)[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT tx::text FROM ledger_event WHERE id = %s", [row.id])
        tx = int(cursor.fetchone()[0])
    positions.lock(reactions.NAME)
    positions.move(reactions.NAME, positions.Place(tx, row.id))
    after = recount()
    assert (after.ok, after.behind) == (False, 0)
    assert f"case {late}: event 1 was read and not counted" in after.told
    follow([late])
    assert recount().ok


def test_the_command_says_so_and_ends_with_one(
    told: list[uuid.UUID], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """``./tongban verify figures``; the environment of the test stands for the one of the command."""
    monkeypatch.setattr(verify, "state_directory", lambda _dir: None)
    monkeypatch.setattr(verify, "database_of", lambda _state: None)
    monkeypatch.setattr(verify, "child_environment", lambda _state, _database: {})
    assert verify.run(["figures", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["cases"] == 4
    DayFigure.objects.filter(granted=1).update(granted=2)
    assert verify.run(["figures"]) == 1
    assert "granted: kept 2" in capsys.readouterr().out


# ---- readers -------------------------------------------------------------------------------------------------------


def test_every_indicator_reads_measures_of_the_roll_up_and_says_what_it_is() -> None:
    for one in indicators().values():
        assert set(one.measures) <= set(MEASURES)
        assert one.words and one.source and one.unit
        assert bool(one.denominator) == (bool(one.over) or one.code.startswith("item_") or one.code == "saved_days")
        assert not one.over or one.of({}) is None


def test_the_city_of_today_in_four_queries(told: list[uuid.UUID], django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(4):
        today = selectors.city_today()
    assert (today.submitted, today.decided, today.online_share, today.on_time) == (4, 2, 1.0, 1.0)
    assert today.median_days == 0
    yesterday = selectors.city_today(moment.today() - timedelta(days=400))
    assert (yesterday.submitted, yesterday.online_share, yesterday.median_days) == (0, None, None)


def test_sums_by_department_item_and_week_are_one_query_each(told: list[uuid.UUID]) -> None:
    measures = measures_of("submitted", "decided")
    for read in (selectors.by_department, selectors.by_option):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            lines = read(EVERYWHERE, month(), measures)
        assert len(asked) == 1
        assert sum(line.sums["submitted"] for line in lines) == 4
        assert sum(line.of("decided") or 0 for line in lines) == 2
    for step in ("day", "week", "month"):
        assert sum(line.sums["submitted"] for line in selectors.series(EVERYWHERE, month(), measures, step)) == 4


def test_an_authority_head_sees_the_own_department_only(told: list[uuid.UUID]) -> None:
    head = builders.holder_of(Post.objects.get(name=names.HEALTH_HEAD_POST).pk)
    scope = selectors.scope_of(head)
    assert scope.department_id == head.department_id
    assert selectors.totals(scope, month())["submitted"] == 3
    road = load(told[1]).department_id
    with pytest.raises(NotFound):
        scope.narrowed(road)
    with pytest.raises(NotFound):
        selectors.scope_of(builders.clerk())


def test_figures_lead_down_to_their_cases_page_by_page(told: list[uuid.UUID]) -> None:
    decided = selectors.cases_of(EVERYWHERE, month(), "decided", limit=1)
    assert decided.next
    rest = selectors.cases_of(EVERYWHERE, month(), "decided", after=decided.next)
    assert {one.case_id for one in (*decided.items, *rest.items)} == set(told[:2])
    assert [one.case_id for one in selectors.cases_of(EVERYWHERE, month(), "deferred").items] == [told[2]]
    assert not selectors.cases_of(EVERYWHERE, month(), "more_than_once").items
    for bad in ({"drill": "everything"}, {"drill": "decided", "after": "x"}):
        with pytest.raises(NotFound):
            selectors.cases_of(EVERYWHERE, month(), **bad)


@pytest.mark.parametrize(
    ("first", "last"), [("2026-13-01", ""), ("2026-02-01", "2026-01-01"), ("2020-01-01", "2026-01-01"), ("x", "y")]
)
def test_a_period_that_cannot_be_is_refused_in_words(first: str, last: str) -> None:
    with pytest.raises(Refusal) as refused:
        Period.of(first, last, moment.today())
    assert refused.value.remedy

"""Versions, closures and office hours on real PostgreSQL."""

from __future__ import annotations

import copy
import json
import uuid
from dataclasses import replace
from datetime import date, time

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from tests.ground.calendars import files
from tongban.ground import calendar, moment
from tongban.ground.calendars import selectors, services
from tongban.ground.calendars.models import CalendarVersion, LocalClosure, OfficeHours
from tongban.ground.calendars.services import ClosureDraft, decide_closure, import_calendar, revoke_closure
from tongban.ground.errors import NotFound, Refusal, Refusals
from tongban.ground.ledger.chain import Actor
from tongban.ground.ledger.selectors import events_of
from tongban.ground.parameters.services import set_value
from tongban.ground.policy import Principal
from tongban.registry.parties.models import Region

pytestmark = [pytest.mark.django_db, pytest.mark.covers("APR-01", "EFF-02")]
OPERATOR = Actor(kind="system", role="operator", channel="command")
MANAGER = Principal(
    kind="staff", staff_id=uuid.UUID(int=7), roles=frozenset({"hall_manager"}), region_no=1300, region_end_no=1399
)
TYPHOON = ClosureDraft(
    1300,
    1399,
    "南渡县",
    date(2026, 12, 8),
    date(2026, 12, 9),
    "typhoon",
    "day_off",
    "南政令〔2026〕3号",
    "台风红色预警",
)
NANDU, SHIBU, QIAOXI = 1300, 1301, 1100


def put(raw: bytes | None = None, **options):
    return import_calendar(raw or files.own(), source="2027.json", actor=OPERATOR, **options)


def changed_2026() -> bytes:
    year = copy.deepcopy(next(year for year in calendar.shipped()["years"] if year["year"] == 2026))
    year["holidays"][-1]["work"] = ["2026-10-10"]
    return json.dumps({"years": [year]}).encode()


# ---- versions


def test_without_a_stored_version_the_shipped_calendar_holds():
    assert not CalendarVersion.objects.exists()
    assert selectors.current() is calendar.load()
    assert selectors.version_of(calendar.load().version) == calendar.load()


def test_an_import_stores_the_shipped_one_first_and_then_the_whole_as_the_next():
    imported = put()
    one, two = CalendarVersion.objects.order_by("number")
    assert (one.number, one.source, two.number, two.source) == (1, "shipped", 2, "2027.json")
    assert imported.version == two
    assert two.notices["2027"] == [files.NOTICE]
    assert two.name == selectors.current().version
    assert selectors.current().is_confirmed(2027)
    assert not selectors.version_of(one.name).is_confirmed(2027)
    (event,) = events_of("calendar", two.id)
    assert (event.kind, event.body["years"], event.body["hash"]) == ("calendar.imported", [2027], two.content_hash)


def test_the_same_file_again_writes_nothing():
    put()
    again = put()
    assert again.plan.empty
    assert again.version is None
    assert CalendarVersion.objects.count() == 2


def test_a_dry_run_says_what_would_move_and_writes_nothing():
    planned = put(dry_run=True)
    assert planned.plan.added == (2027,)
    assert len(planned.plan.moved) > 10
    assert not CalendarVersion.objects.exists()
    assert not selectors.current().is_confirmed(2027)


def test_a_confirmed_year_changes_only_when_that_is_said_and_the_refusal_names_the_days():
    with pytest.raises(Refusal, match=r"calendar\.year_confirmed") as refused:
        put(changed_2026())
    assert "2026-09-20 改为放假（国庆节）" in refused.value.sentence
    assert not CalendarVersion.objects.filter(number=2).exists()
    imported = put(changed_2026(), replace=True)
    assert imported.plan.changed == (2026,)
    assert not selectors.current().is_working_day(date(2026, 9, 20))


def test_a_faulty_file_loads_nothing():
    content = files.holiday_cn()
    content["days"][3]["date"] = "2027-02-31"
    with pytest.raises(Refusals):
        put(files.as_bytes(content))
    assert not CalendarVersion.objects.exists()


def test_an_upgrade_brings_its_calendar_only_to_a_city_that_never_imported(monkeypatch):
    services.adopt_shipped()
    newer = calendar.shipped()
    newer["years"].append(files.YEAR_2027)
    monkeypatch.setattr(calendar, "shipped", lambda: newer)
    assert services.adopt_shipped().number == 2
    assert services.adopt_shipped().number == 2
    assert selectors.current().is_confirmed(2027)
    put(changed_2026(), replace=True)
    newer["years"][0]["notices"] = ["国办发明电〔2017〕13号"]
    assert services.adopt_shipped().number == 3


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE calendars_calendarversion SET content = '{}'",
        "UPDATE calendars_calendarversion SET number = 9",
        "DELETE FROM calendars_calendarversion",
        "TRUNCATE calendars_calendarversion CASCADE",
        "UPDATE calendars_localclosure SET first = first - 1",
        "DELETE FROM calendars_localclosure",
        "DELETE FROM calendars_officehours",
        "UPDATE calendars_officehours SET closes = '23:00'",
    ],
)
def test_the_database_refuses_to_change_what_was_decided(sql):
    services.adopt_shipped()
    decide_closure(MANAGER, TYPHOON)
    hours()
    with pytest.raises(DatabaseError, match="never change"), transaction.atomic():
        from django.db import connection

        connection.cursor().execute(sql)


# ---- what is in force


def test_a_newer_calendar_is_seen_after_a_few_seconds_and_nothing_is_asked_before(
    monkeypatch, django_assert_num_queries
):
    now = [100.0]
    monkeypatch.setattr(selectors.clock, "monotonic", lambda: now[0])
    old = selectors.current()
    asked = []
    monkeypatch.setattr(selectors, "_stamp", lambda real=selectors._stamp: asked.append(1) or real())
    with monkeypatch.context() as another_process:
        another_process.setattr(selectors, "forget", lambda: None)
        put()
        with django_assert_num_queries(0):
            assert selectors.current() is old
        assert asked == []
    now[0] += selectors.ASK_SECONDS
    assert selectors.current().is_confirmed(2027)
    now[0] += selectors.ASK_SECONDS
    with django_assert_num_queries(0):
        assert selectors.current().is_confirmed(2027)
    assert asked == [1, 1]


# ---- closures


def test_a_closure_of_one_county_moves_no_day_of_another():
    before = selectors.calendar_of(QIAOXI)
    closure = decide_closure(MANAGER, TYPHOON)
    assert not selectors.calendar_of(NANDU).is_working_day(date(2026, 12, 8))
    assert not selectors.calendar_of(SHIBU).is_working_day(date(2026, 12, 9))
    assert selectors.calendar_of(QIAOXI) == before
    assert selectors.calendar_of(1000).is_working_day(date(2026, 12, 8))
    (event,) = events_of("local_closure", closure.id)
    assert (event.kind, event.actor_id, event.region_no) == ("local_closure.decided", MANAGER.staff_id, 1300)


def test_the_calendar_of_a_place_can_be_found_again_by_its_name():
    names = {}
    first = decide_closure(MANAGER, TYPHOON)
    names[1] = selectors.calendar_of(SHIBU)
    second = replace(TYPHOON, first=date(2026, 12, 21), last=date(2026, 12, 21), kind="snow")
    decide_closure(MANAGER, second)
    names[2] = selectors.calendar_of(SHIBU)
    revoke_closure(MANAGER, first.id, basis="南政令〔2026〕4号")
    names[3] = selectors.calendar_of(SHIBU)
    put()
    names[4] = selectors.calendar_of(SHIBU)
    assert len({read.version for read in names.values()}) == 4
    assert all(len(read.version) <= 40 for read in names.values())
    selectors.forget()
    for read in names.values():
        assert selectors.version_of(read.version) == read
    assert names[3].is_working_day(date(2026, 12, 8))
    assert not names[2].is_working_day(date(2026, 12, 8))


@pytest.mark.parametrize("name", ["2026-000000000000", "", "x+y@z", calendar.load().version + "+a@1300"])
def test_a_version_that_never_was_is_not_found(name):
    with pytest.raises(NotFound):
        selectors.version_of(name)


def test_the_closures_that_touch_a_region_are_listed_newest_first(django_assert_num_queries):
    first = decide_closure(MANAGER, TYPHOON)
    second = decide_closure(MANAGER, replace(TYPHOON, region_no=1301, region_end_no=1309, place="石埠镇"))
    with django_assert_num_queries(1):
        assert [row.id for row in selectors.closures(1301, 1309)] == [second.id, first.id]
    assert [row.id for row in selectors.closures(1310, 1399)] == [first.id]
    assert selectors.closures(1100, 1199) == []


def test_a_decision_is_revoked_once():
    closure = decide_closure(MANAGER, TYPHOON)
    revoke_closure(MANAGER, closure.id, basis="南政令〔2026〕4号")
    with pytest.raises(Refusal, match=r"closure\.revoked"):
        revoke_closure(MANAGER, closure.id, basis="南政令〔2026〕5号")
    assert [event.kind for event in events_of("local_closure", closure.id)] == [
        "local_closure.decided",
        "local_closure.revoked",
    ]
    with pytest.raises(DatabaseError), transaction.atomic():
        LocalClosure.objects.filter(id=closure.id).update(revoked_no=99)
    with pytest.raises(NotFound):
        revoke_closure(MANAGER, uuid.uuid4(), basis="令")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"basis": " "}, "closure.basis"),
        ({"reason": ""}, "closure.reason"),
        ({"basis": "令" * 301}, "closure.basis"),
        ({"last": date(2026, 12, 7)}, "closure.days"),
        ({"last": date(2028, 12, 7)}, "closure.days"),
        ({"kind": "war"}, "closure.kind"),
        ({"effect": "maybe"}, "closure.kind"),
        ({"place": ""}, "closure.kind"),
        ({"place": "县" * 101}, "closure.place"),
        ({"region_end_no": 1400}, "closure.not_allowed"),
        ({"region_no": 1100, "region_end_no": 1199}, "closure.not_allowed"),
        ({"effect": "make_up", "first": date(2026, 10, 1), "last": date(2026, 10, 1)}, "closure.holiday"),
    ],
)
def test_a_decision_without_its_parts_is_refused(change, code):
    with pytest.raises(Refusal) as refused:
        decide_closure(MANAGER, replace(TYPHOON, **change))
    assert refused.value.code == code
    assert not LocalClosure.objects.exists()


def test_only_who_answers_for_the_hall_decides():
    clerk = replace(MANAGER, roles=frozenset({"window_clerk"}))
    with pytest.raises(Refusal, match=r"closure\.not_allowed"):
        decide_closure(clerk, TYPHOON)


# ---- circumstances


def hours(closes: time = time(17), weekdays=(1, 2, 3, 4, 5), place=(1300, 1399), since=date(2026, 1, 1)) -> OfficeHours:
    return services.set_office_hours(
        *place, weekdays=weekdays, opens=time(9), closes=closes, valid_from=since, basis="南渡县通告", actor=OPERATOR
    )


def rule(value: str, region: str | None, since: date = date(2026, 1, 1)) -> None:
    region_id = Region.objects.get(code=region).id if region else None
    set_value("clock.receipt_rule", value, valid_from=since, basis="云溪市规定", actor=OPERATOR, region=region_id)
    selectors.forget()


MONDAY, SATURDAY = date(2026, 11, 23), date(2026, 10, 10)


def test_by_default_entry_is_receipt_and_offices_close_at_half_past_five():
    found = selectors.circumstances(NANDU, MONDAY)
    assert (found.receipt_rule, found.office_close, found.closures) == ("as_received", time(17, 30), ())
    assert found.calendar is selectors.current()


def test_the_receipt_rule_is_that_of_the_nearest_region_on_that_day():
    rule("office_hours", "339921", date(2026, 3, 1))
    assert selectors.circumstances(SHIBU, MONDAY).receipt_rule == "office_hours"
    assert selectors.circumstances(SHIBU, date(2026, 2, 28)).receipt_rule == "as_received"
    assert selectors.circumstances(QIAOXI, MONDAY).receipt_rule == "as_received"
    rule("office_hours", None)
    rule("as_received", "339921100")
    assert selectors.circumstances(QIAOXI, MONDAY).receipt_rule == "office_hours"
    assert selectors.circumstances(SHIBU, MONDAY).receipt_rule == "as_received"


def test_the_hours_of_the_smallest_place_hold_by_day_of_the_week():
    hours(time(17), place=(1000, 1999))
    hours(time(16), weekdays=(3,), place=(1300, 1399))
    hours(time(12), weekdays=(6,), place=(1100, 1199))
    assert selectors.circumstances(NANDU, MONDAY).office_close == time(17)
    assert selectors.circumstances(NANDU, date(2026, 11, 25)).office_close == time(16)
    assert selectors.circumstances(QIAOXI, SATURDAY).office_close == time(12)
    assert selectors.circumstances(1000, SATURDAY).office_close == time(17), "a make-up Saturday has Friday's hours"


def test_new_hours_end_the_older_ones_and_leave_their_other_weekdays():
    hours(time(17))
    hours(time(16), weekdays=(5,), since=date(2026, 12, 1))
    assert selectors.circumstances(NANDU, date(2026, 11, 27)).office_close == time(17)
    assert selectors.circumstances(NANDU, date(2026, 12, 4)).office_close == time(16)
    assert selectors.circumstances(NANDU, date(2026, 12, 3)).office_close == time(17)
    with pytest.raises(Refusal, match=r"office_hours\.later"):
        hours(time(15), weekdays=(5,), since=date(2026, 11, 1))


def test_the_database_holds_one_set_of_hours_a_weekday():
    hours()
    with pytest.raises(IntegrityError), transaction.atomic():
        OfficeHours.objects.create(
            region_no=1300, region_end_no=1399, weekdays=[5, 6], opens=time(8), closes=time(9), basis="x",
            valid=DateRange(date(2026, 5, 1), None),
        )  # fmt: skip


@pytest.mark.parametrize("change", [{"weekdays": ()}, {"weekdays": (0,)}, {"closes": time(8)}])
def test_hours_that_make_no_sense_are_refused(change):
    with pytest.raises(Refusal, match=r"office_hours\.shape"):
        hours(**change)


def test_circumstances_ask_nothing_between_changes(django_assert_num_queries):
    decide_closure(MANAGER, TYPHOON)
    rule("office_hours", "339921")
    selectors.circumstances(SHIBU, moment.today())
    with django_assert_num_queries(0):
        found = selectors.circumstances(SHIBU, moment.today())
    assert found.closures[0].basis == TYPHOON.basis
    assert found.calendar.local

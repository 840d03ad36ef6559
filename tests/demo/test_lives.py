"""The city's life: who applies for what, which roads are taken, what is left for today; and the city that goes on."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import override_settings

from tests.support import builders
from tests.support.sparing import first_fast
from tongban.demo import catalogue, files, growing, names, people
from tongban.demo.lives import arrivals, city, deeds, fates, matters, plans, schedule
from tongban.demo.lives.arrivals import Arrival
from tongban.demo.lives.cast import Cast
from tongban.demo.lives.cast import load as load_cast
from tongban.demo.lives.doing import Doing
from tongban.demo.lives.fates import ASSURED, Fate
from tongban.demo.lives.following import Alone
from tongban.demo.lives.matters import Matter
from tongban.demo.lives.meetings import Exchange
from tongban.ground import moment
from tongban.ground.ledger.selectors import events_of
from tongban.procedures.cases.loading import load
from tongban.procedures.cases.models import Case, Consignment, ServiceProof
from tongban.registry.catalog import selectors
from tongban.registry.catalog.version import VersionContent

pytestmark = [pytest.mark.django_db, pytest.mark.aside]

NOW = datetime(2026, 9, 9, 15, 0, tzinfo=moment.SHANGHAI)
WEDNESDAY_MORNING = datetime(2026, 9, 9, 10, 0, tzinfo=moment.SHANGHAI)
BY_HAND, ALONE = "陆明远", "汤志刚"
"""Somebody whom a walk plays, and somebody whom nobody does."""


def content(slug: str) -> VersionContent:
    return selectors.version_in_force(slug)[1]


def a_plan() -> list[schedule.Planned]:
    return schedule.arrivals(400, random.Random(7), NOW)


@pytest.fixture(scope="module")
def cast(kept: Callable[[Callable[[], object]], Cast]) -> Cast:
    """Who acts in the city on that Wednesday, compiled once."""
    with moment.at(WEDNESDAY_MORNING):
        return kept(load_cast)


@pytest.fixture(scope="module")
def planned(kept: Callable[[Callable[[], object]], list[schedule.Planned]]) -> list[schedule.Planned]:
    """The arrivals of one city, planned once."""
    return kept(a_plan)


# ---- who applies for what ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [26, 60, 400, 700])
def test_a_history_of_any_size_knows_every_item(count: int) -> None:
    drawn = matters.deck(count, random.Random(3))
    assert len(drawn) == count
    assert {matter.slug for matter in drawn} == set(fates.slugs())


def test_everybody_applies_for_what_their_kind_of_applicant_may() -> None:
    for matter in matters.deck(400, random.Random(5)):
        kind = "organisation" if matter.organisation else "person"
        assert kind in content(matter.slug).audience, (matter.slug, matter.resident)


@pytest.mark.slow
def test_whom_nobody_plays_is_nobody_with_a_password(cast: Cast) -> None:
    played = {one.name for one in cast.residents.values() if one.person_id in cast.played}
    assert played == {resident.name for resident in people.RESIDENTS if resident.password}


# ---- which roads ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_same_seed_plans_the_same_city(planned: list[schedule.Planned]) -> None:
    assert a_plan() == planned


@pytest.mark.slow
def test_every_rare_road_is_taken_by_somebody_in_time_to_be_walked(planned: list[schedule.Planned]) -> None:
    roads = [arrival.fate for _, arrival in planned]
    for one in ASSURED:
        taken = [fate for fate in roads if one.of(fate) == fate and not fate.rests]
        assert taken, one
    early = NOW - timedelta(days=schedule.SPAN_DAYS * schedule.ROOM[0] - 10)  # a holiday may lie between
    rare = ("silent", "lapsed", "demand", "void", "moved")
    assert all(at <= early for at, arrival in planned if arrival.fate.intake in rare)


@pytest.mark.slow
def test_most_applications_go_well_and_some_of_every_kind_do_not(planned: list[schedule.Planned]) -> None:
    shares = Counter(arrival.fate.intake for _, arrival in planned)
    assert shares["accept"] > 250
    least = {"notice": 15, "refused": 3, "defer": 3, "promise": 6, "spot": 3, "withdrawn": 1}
    assert {road: shares[road] for road in least if shares[road] < least[road]} == {}
    reviews = Counter(arrival.fate.review for _, arrival in planned)
    assert reviews["plain"] > 250
    assert 4 <= reviews["object"] <= 45


def test_a_singing_hall_asks_for_the_fire_check_before_its_licence(planned: list[schedule.Planned]) -> None:
    first: dict[tuple[str, str], datetime] = {}
    for at, arrival in planned:
        first[arrival.matter.organisation, arrival.matter.slug] = at
    halls = [unit for unit, slug in first if slug == names.ENTERTAINMENT_SLUG]
    assert halls
    for unit in halls:
        assert first[unit, names.FIRE_SLUG] < first[unit, names.ENTERTAINMENT_SLUG] - timedelta(days=14)


@pytest.mark.slow
def test_posts_of_items_that_are_often_asked_for_have_work_left(
    planned: list[schedule.Planned],
) -> None:
    left: set[int] = set()
    for _, arrival in planned:
        if arrival.fate.rests:
            left.add(schedule._post_of(content(arrival.matter.slug), arrival.fate.rests))
    often = Counter(matter.slug for matter in matters.deck(400, random.Random(7)))
    wanted = {
        schedule._post_of(content(slug), stage)
        for slug in fates.slugs()
        if often[slug] > 4
        for stage in fates.stages(content(slug))
    }
    assert wanted <= left


def test_whom_the_door_shows_first_has_something_to_do(planned: list[schedule.Planned]) -> None:
    rests = {(arrival.matter.resident, arrival.matter.slug): arrival.fate.rests for _, arrival in planned}
    for person, stage in schedule.CAST.items():
        assert rests[person] == stage


def test_every_deed_that_a_plan_can_name_is_written() -> None:
    told = {deed for deed, _ in plans._TURNS.values()}
    for name in told | {"accept", "decide", "hand_out", "settle", "conclude_breach", "refuse_uncorrected"}:
        assert callable(deeds.find(name))
    with pytest.raises(AttributeError):
        deeds.find("dream")


# ---- what happens next ---------------------------------------------------------------------------------------------


def test_a_plan_asked_twice_is_the_same_and_lies_in_office_hours() -> None:
    case_id = builders.a_submitted_case(builders.resident(ALONE), names.FUND_SLUG)
    seen = city.seen(case_id, Fate(), moment.now())
    deed = plans.plan(seen)
    assert deed == plans.plan(seen)
    assert deed is not None
    assert growing.office_hours(deed.at)
    assert deed.name == "accept"


@pytest.mark.parametrize(
    ("fate", "deed"),
    [
        (Fate(intake="notice"), "notify"),
        (Fate(intake="refused"), "refuse_acceptance"),
        (Fate(intake="withdrawn"), "withdraw"),
        (Fate(intake="silent"), "look"),
        (Fate(rests="accept"), None),
    ],
)
def test_the_fate_chooses_the_first_act(fate: Fate, deed: str | None) -> None:
    case_id = builders.a_submitted_case(builders.resident(ALONE))
    planned_deed = plans.plan(city.seen(case_id, fate, moment.now()))
    assert (planned_deed.name if planned_deed else None) == deed


def _live(cast: Cast, case_id: uuid.UUID, fate: Fate) -> Case:
    """Do whatever is planned until nothing is, the system's own acts between."""
    last = moment.now()
    for _ in range(40):
        seen = city.seen(case_id, fate, last)
        deed = plans.plan(seen)
        if deed is None:
            break
        with moment.at(max(deed.at, last + timedelta(minutes=1))):
            deeds.do(Doing(seen, cast, deed))
            builders.settle(case_id)
            last = moment.now()
    return Case.objects.get(id=case_id)


WORDS = ["case.message_written", "case.message_answered"]
PARCELS = ["case.consignment_sent", "case.consignment_received"]
ROADS = [
    (names.HYGIENE_SLUG, Fate(), {"case.decided", "case.delivered"}),
    (names.HYGIENE_SLUG, Fate(intake="notice"), {"case.correction_requested", "case.corrected"}),
    (names.HYGIENE_SLUG, Fate(intake="demand"), {"case.second_demand_refused"}),
    (names.ROAD_SLUG, Fate(review="meeting"), {"case.joint_meeting_held"}),
    (names.HYGIENE_SLUG, Fate(review="opinion"), {"case.opinion_given"}),
    (names.HYGIENE_SLUG, Fate(review="party"), {"case.party_heard"}),
    (names.HYGIENE_SLUG, Fate(review="dispute"), {"case.dispute_ruled"}),
    (names.NURSE_SLUG, Fate(review="hand_over"), {"case.handed_over"}),
    (names.HYGIENE_SLUG, Fate(review="extend"), {"case.extended"}),
    (names.HYGIENE_SLUG, Fate(review="supplement"), {"case.supplemented"}),
    (names.RENEWAL_SLUG, Fate(review="special"), {"case.suspended", "case.resumed"}),
    (names.HYGIENE_SLUG, Fate(review="hearing"), {"case.hearing_held"}),
    (names.HYGIENE_SLUG, Fate(review="told"), {"case.hearing_waived"}),
    (names.HYGIENE_SLUG, Fate(review="object", delivery="left_behind"), {"case.delivered"}),
    (names.HYGIENE_SLUG, Fate(review="terminate"), {"case.terminated"}),
    (names.HYGIENE_SLUG, Fate(review="transfer"), {"case.transferred"}),
    (names.HYGIENE_SLUG, Fate(intake="refused"), {"case.not_accepted"}),
    (names.HYGIENE_SLUG, Fate(intake="withdrawn"), {"case.withdrawn"}),
    (names.FIRE_SLUG, Fate(intake="promise", check="rectified"), {"case.defended"}),
    (names.FIRE_SLUG, Fate(intake="promise", check="annulled"), {"case.breach_concluded"}),
    (names.CERTIFICATE_SLUG, Fate(), {"case.accepted"}),
    (names.DISPUTE_SLUG, Fate(), {"case.decided"}),
]


@pytest.mark.parametrize(("slug", "fate", "events"), first_fast(ROADS, 2))
def test_a_life_takes_its_road_to_the_end(slug: str, fate: Fate, events: set[str], cast: Cast) -> None:
    with moment.at(WEDNESDAY_MORNING):
        case_id = builders.a_submitted_case(builders.resident(ALONE), slug)
        case = _live(cast, case_id, fate)
    kinds = {event.kind for event in events_of("case", case_id)}
    assert case.state == "closed"
    assert events <= kinds


def _applied(cast: Cast, matter: Matter, fate: Fate) -> uuid.UUID:
    """An application made online; what follows is done."""
    case_id = arrivals.apply(cast, Arrival(matter, fate, False, "test"), random.Random(1))
    builders.settle(case_id)
    return case_id


@pytest.mark.slow
def test_a_result_that_is_wanted_by_post_is_served_on_the_day_the_courier_hands_it_over(cast: Cast) -> None:
    with moment.at(WEDNESDAY_MORNING):
        fate = Fate(delivery="post")
        case_id = _applied(cast, Matter(names.FUND_SLUG, ALONE), fate)
        case = _live(cast, case_id, fate)
    parcel = Consignment.objects.get(case_id=case_id)
    assert (case.state, case.delivery_mode) == ("closed", "post")
    assert case.delivery_address.endswith(f"{ALONE}收")
    assert parcel.received_at == ServiceProof.objects.get(case_id=case_id).at
    assert parcel.sent_at < parcel.received_at


@pytest.mark.slow
def test_a_daughter_applies_in_her_mothers_name_by_mandate(cast: Cast) -> None:
    own = next(m for m in matters.deck(700, random.Random(1)) if m.resident == "严桂香")
    assert own.agent == "邱敏"
    with moment.at(WEDNESDAY_MORNING):
        case = Case.objects.get(id=_applied(cast, own, Fate()))
    assert case.applicant_person is not None
    assert case.agent_person is not None
    assert (case.applicant_person.name, case.agent_person.name) == ("严桂香", "邱敏")


@pytest.mark.slow
@pytest.mark.parametrize(("parcel", "kinds"), [(False, WORDS), (True, PARCELS)], ids=["words", "parcel"])
def test_what_somebody_asks_or_sends_about_a_case_is_answered(parcel: bool, kinds: list[str], cast: Cast) -> None:
    with moment.at(WEDNESDAY_MORNING):
        make = builders.a_submitted_case if parcel else builders.a_case_in_review
        case_id = make(builders.resident(ALONE))
        story = Exchange(cast, Alone(), random.Random(2), parcel=parcel)
        later = story.go()
    assert later is not None
    with moment.at(later):
        assert story.go() is None
    told = [event.kind for event in events_of("case", case_id)]
    assert [kind for kind in told if kind in WORDS + PARCELS] == kinds


# ---- the city that goes on -----------------------------------------------------------------------------------------


def test_officials_do_what_is_due_and_leave_alone_whom_somebody_plays() -> None:
    with moment.at(WEDNESDAY_MORNING - timedelta(days=20)):
        alone = builders.a_submitted_case(builders.resident(ALONE), names.FUND_SLUG)
        by_hand = builders.a_submitted_case(builders.resident(BY_HAND), names.FUND_SLUG)
    growing._cast.cache_clear()
    with moment.at(WEDNESDAY_MORNING):
        for seed in range(12):
            growing.turn(random.Random(seed))
    assert load(alone).state != "submitted"
    assert load(by_hand).state == "submitted"


@pytest.mark.slow
def test_a_turn_does_a_few_things_at_most_and_at_night_hardly_any() -> None:
    with moment.at(WEDNESDAY_MORNING - timedelta(days=20)):
        for _ in range(growing.MOST_DEEDS + 3):
            builders.a_submitted_case(builders.resident(ALONE), names.FUND_SLUG)
    growing._cast.cache_clear()
    with moment.at(WEDNESDAY_MORNING.replace(hour=2)):
        assert sum(growing.turn(random.Random(seed)) for seed in range(20)) <= 6
    with moment.at(WEDNESDAY_MORNING):
        turns = [growing.turn(random.Random(seed)) for seed in range(20)]
    assert max(turns) <= growing.MOST_DEEDS + 2
    assert sum(turns) > 2


@pytest.mark.parametrize("wanted", [True, False])
def test_nothing_lives_in_a_database_that_is_no_demo(wanted: bool) -> None:
    with moment.at(WEDNESDAY_MORNING - timedelta(days=20)):
        case_id = builders.a_submitted_case(builders.resident(ALONE), names.FUND_SLUG)
    with override_settings(CITY_LIVES_ON=wanted), moment.at(WEDNESDAY_MORNING):
        growing.live_on()  # the tests' database has no mark of a launcher
    assert load(case_id).state == "submitted"


@pytest.mark.slow
def test_somebody_new_comes_now_and_then() -> None:
    growing._cast.cache_clear()
    before = Case.objects.count()
    with moment.at(WEDNESDAY_MORNING):
        for seed in range(60):
            growing.turn(random.Random(seed))
    assert Case.objects.count() > before


def test_every_item_has_a_file_and_every_file_is_an_item() -> None:
    assert {path.stem for path in (files.FOLDER / "items").glob("*.json")} == set(catalogue.OPTIONS)

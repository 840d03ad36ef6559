"""History of the demo city: a seeded simulation with people, arrivals and habits, driven through the services.

Every case is a generator that acts and yields the moment of its next act; a queue lets all of them live in one order of
time under ``moment.at``. Nothing is written around the services, so papers, chains, clocks and messages are real.
"""

from __future__ import annotations

import heapq
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from tongban.demo import names, samples, stories
from tongban.ground import moment
from tongban.ground.calendars import selectors as calendars
from tongban.ground.jobs import inline
from tongban.ground.ledger.consumers import run_once
from tongban.ground.policy import Principal
from tongban.procedures.cases import drafts, selectors, services
from tongban.procedures.cases.loading import load as load_case
from tongban.procedures.cases.models import Case
from tongban.procedures.cases.papers_data import applicant_name
from tongban.procedures.work import sweep
from tongban.registry.parties.models import Organisation, Person, StaffPost, UserAccount
from tongban.registry.parties.selectors import principal_of

SEED = 20261118
SPAN_DAYS = 75
CONSUMERS = ("cases.papers", "cases.messages", "cases.licences", "work.calendar")


@dataclass(frozen=True)
class Cast:
    """Who acts: residents with accounts, and for each post the staff who hold it."""

    residents: tuple[Principal, ...]
    staff: dict[int, tuple[Principal, ...]]

    def at_post(
        self, post_id: int, chance: random.Random, *, but: frozenset[uuid.UUID | None] = frozenset()
    ) -> Principal:
        """Somebody who holds the post and is none of ``but``."""
        return chance.choice([p for p in self.staff[post_id] if p.staff_id not in but])


def load(cases: int) -> None:
    """Bring the city to at least ``cases`` cases; what is there stays."""
    missing = cases - Case.objects.count()
    if missing <= 0:
        return
    chance = random.Random(SEED + Case.objects.count())  # noqa: S311 - a story, not a secret
    cast = _cast()
    now = moment.now()
    queue: list[tuple[datetime, int, Iterator[datetime]]] = []
    for index in range(missing):
        back = timedelta(days=SPAN_DAYS * chance.random() ** 1.4, minutes=chance.randint(0, 600))
        at_window = chance.random() < 0.3
        start = office_time(now - back, chance) if at_window else now - back
        heapq.heappush(queue, (min(start, now - timedelta(minutes=20)), index, life(chance, cast, index, at_window)))
    with inline():
        _live(queue, now)


def _react() -> None:
    """Whoever reads the ledger reads on."""
    for consumer in CONSUMERS:
        while run_once(consumer):
            pass


def _sweep_days(swept: date | None, until: datetime) -> date:
    """The clocks of every day that has passed since: cards are recorded, what time does is done, day by day."""
    today = moment.local(until).date()
    day = swept or today
    while day < today:
        day += timedelta(days=1)
        with moment.at(datetime.combine(day, time(0, 1), moment.SHANGHAI)):
            if sweep.run():
                _react()
    return day


def _live(queue: list[tuple[datetime, int, Iterator[datetime]]], until: datetime) -> None:
    """Let everything happen in the order of time, until now; what lies in the future stays undone."""
    done = 0
    swept: date | None = None
    while queue:
        at, index, story = heapq.heappop(queue)
        if at > until:
            continue
        swept = _sweep_days(swept, at)
        with moment.at(at):
            following = next(story, None)
            _react()
        if following is not None:
            heapq.heappush(queue, (max(following, at + timedelta(minutes=1)), index, story))
        else:
            done += 1
            if done % 20 == 0:
                print(f"  … {done}", flush=True)


def _cast() -> Cast:
    accounts = UserAccount.objects.filter(person__isnull=False, staff__isnull=True).order_by("created_at", "id")
    staff: dict[int, list[Principal]] = {}
    for held in StaffPost.objects.select_related("staff__account", "post").order_by("id"):
        staff.setdefault(held.post_id, []).append(principal_of(held.staff.account, held.post_id))
    return Cast(
        tuple(principal_of(account) for account in accounts), {post: tuple(people) for post, people in staff.items()}
    )


def office_time(after: datetime, chance: random.Random, *, days: float = 0.0) -> datetime:
    """A moment in office hours, at least ``days`` working days after ``after``."""
    working = calendars.current()
    local = moment.local(after)
    day = local.date()
    whole = int(days)
    if whole:
        day = working.add_working_days(day, whole)
    elif not working.is_working_day(day) or local.time() > time(17, 0):
        day = working.next_working_day(day + timedelta(days=1))
    minutes = chance.randint(0, 239) if chance.random() < 0.5 else chance.randint(300, 539)
    found = datetime.combine(day, time(8, 30), moment.SHANGHAI) + timedelta(minutes=minutes)
    return found if found > after else after + timedelta(minutes=chance.randint(6, 50))


def life(chance: random.Random, cast: Cast, index: int, at_window: bool) -> Iterator[datetime]:
    """One application from its first day to its last act, as its people are."""
    resident = chance.choice(cast.residents)
    named = chance.choice(resident.organisations) if resident.organisations and chance.random() < 0.75 else None
    organisation = named[0] if named else None
    slug = chance.choice((names.HYGIENE_SLUG, names.ROAD_SLUG))
    answers = stories.answers(slug, chance, person_facts(resident, organisation), moment.today())
    if at_window:
        case_id = enter_at_window(chance, cast, resident, organisation, slug, answers, index)
    else:
        yield from fill_in(chance)
        case_id = submit_online(resident, organisation, slug, answers)
    yield from examine_formally(chance, cast, resident, case_id)
    if load_case(case_id).state != "in_review":
        return
    yield from review(chance, cast, case_id)
    yield from collect(chance, cast, resident, case_id)


def person_facts(resident: Principal, organisation_id: uuid.UUID | None) -> dict[str, Any]:
    """What the form knows of the applicant."""
    organisation = _organisation(organisation_id)
    return drafts.facts_of(resident, organisation)


def _organisation(key: uuid.UUID | None) -> Organisation | None:
    found = Organisation.objects.select_related("legal_representative")
    return found.filter(id=key).first() if key else None


def fill_in(chance: random.Random) -> Iterator[datetime]:
    """People take their time with the form."""
    yield moment.now() + timedelta(minutes=chance.randint(6, 40))


def submit_online(resident: Principal, organisation: uuid.UUID | None, slug: str, answers: dict[str, Any]) -> uuid.UUID:
    """Draft, answers, files, submission."""
    draft = drafts.start_draft(resident, slug, organisation)
    draft = drafts.save_draft(resident, draft.id, draft.revision, answers)
    assert resident.account_id is not None  # residents of the cast have accounts
    for code in samples.wanted(slug, drafts.answers_of(draft)):
        drafts.attach(resident, draft.id, code, samples.file_for(code, answers, resident.account_id))
    return services.submit(resident, draft.id).id


def enter_at_window(
    chance: random.Random,
    cast: Cast,
    resident: Principal,
    organisation_id: uuid.UUID | None,
    slug: str,
    answers: dict[str, Any],
    index: int,
) -> uuid.UUID:
    """A clerk enters it while the applicant stands at the window."""
    clerk = chance.choice([p for people in cast.staff.values() for p in people if "window_clerk" in p.roles])
    assert clerk.account_id is not None  # staff have accounts
    files = {code: [str(samples.file_for(code, answers, clerk.account_id))] for code in samples.wanted(slug, answers)}
    assert resident.person_id is not None  # residents are persons
    person = Person.objects.get(id=resident.person_id)
    organisation = _organisation(organisation_id)
    done = services.submit_for(
        clerk,
        slug=slug,
        person=None if organisation else person,
        organisation=organisation,
        agent=person if organisation else None,
        answers=answers,
        files=files,
        key=f"history-{index}-{moment.now().isoformat()}",
    )
    return done.id


def examine_formally(chance: random.Random, cast: Cast, resident: Principal, case_id: uuid.UUID) -> Iterator[datetime]:
    """Acceptance within five working days; one in five is told what to correct, a few are turned away or withdrawn."""
    content = selectors.system_detail(case_id).content
    clerk = cast.at_post(content.flow.acceptance_post_id, chance)
    at_window = load_case(case_id).state == "received"
    wait = 0 if at_window else chance.choice((0, 1, 1, 1, 2, 3))
    yield moment.now() + timedelta(minutes=9) if at_window else office_time(moment.now(), chance, days=wait)
    fate = chance.random()
    if fate < 0.05:
        services.refuse_acceptance(clerk, case_id, **stories.refusal_of_acceptance(content.slug))
        return
    if fate < 0.09 and not at_window:
        services.withdraw(resident, case_id, reason=chance.choice(stories.WITHDRAWALS))
        return
    if fate < 0.28:
        yield from correct(chance, clerk, resident, case_id)
        if load_case(case_id).state != "received":
            return
    services.accept(clerk, case_id, points=content.receipt_points)


def correct(chance: random.Random, clerk: Principal, resident: Principal, case_id: uuid.UUID) -> Iterator[datetime]:
    """One notice; the applicant answers in some days, the late ones not yet."""
    given = [m.code for m in load_case(case_id).materials]
    items = stories.faults(given, chance)
    services.request_correction(clerk, case_id, items=items)
    yield moment.now() + timedelta(days=chance.choice((1, 2, 2, 4, 12)), minutes=chance.randint(0, 300))
    assert resident.account_id is not None  # residents of the cast have accounts
    answers = services.latest_answers(case_id)
    files = {
        item["code"]: [str(samples.file_for(item["code"], answers, resident.account_id, corrected=True))]
        for item in items
    }
    services.submit_correction(resident, case_id, answers={}, files=files)
    yield office_time(moment.now(), chance, days=chance.choice((0, 1, 1, 2)))


def review(chance: random.Random, cast: Cast, case_id: uuid.UUID) -> Iterator[datetime]:
    """Steps of every branch in their own pace, then the decision."""
    objects = chance.random() < 0.1
    while True:
        yield office_time(moment.now(), chance, days=chance.choice((0, 1, 1, 2)))
        state = load_case(case_id)
        open_steps = state.open_tasks("handle", "examine")
        if not open_steps:
            break
        task = chance.choice(open_steps)
        who = cast.at_post(task.post_id, chance, but=frozenset({state.accepted_by}))
        verdict = "object" if objects and task.kind == "handle" else "pass"
        text = stories.opinion(state.title, verdict, chance)
        services.complete_step(who, case_id, task_id=task.id, verdict=verdict, text=text)
    state = load_case(case_id)
    if state.state != "in_review":
        return
    decision = state.open_tasks("decide")[0]
    handlers = {t.done_by for t in state.tasks if t.kind == "handle"}
    approver = cast.at_post(decision.post_id, chance, but=frozenset({state.accepted_by, *handlers}))
    if any(b.verdict == "object" for b in state.branches):
        services.decide(approver, case_id, **stories.refusal(selectors.system_detail(case_id).content))
    else:
        services.decide(approver, case_id, outcome="granted")


def collect(chance: random.Random, cast: Cast, resident: Principal, case_id: uuid.UUID) -> Iterator[datetime]:
    """The result is opened in the portal, or signed for at the counter; a few people take long."""
    yield moment.now() + timedelta(hours=chance.choice((1, 5, 20, 30, 200)))
    detail = selectors.system_detail(case_id)
    if detail.case.state != "issued":
        return
    if detail.case.delivery_mode == "counter":
        yield office_time(moment.now(), chance)
        clerk = cast.at_post(detail.content.flow.delivery_post_id, chance)
        services.deliver(clerk, case_id, mode="counter", received_by=applicant_name(detail)[:20], channel="window")
    else:
        services.deliver(resident, case_id, mode="portal")

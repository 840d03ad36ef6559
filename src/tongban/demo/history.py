"""History of the demo city: a seeded simulation with people, arrivals and habits, driven through the services.

Every case, question and forgotten draft is a story that acts and says when it acts next; a queue lets all of them live
in one order of time under ``moment.at``. Each midnight the clocks of the day are swept, as they are in earnest.
"""

from __future__ import annotations

import heapq
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from tongban.demo.lives import cast as casting
from tongban.demo.lives import schedule
from tongban.demo.lives.arrivals import organisation_of, person_facts
from tongban.demo.lives.city import Life
from tongban.demo.lives.following import READERS, Hands, hands, write_quickly
from tongban.demo.lives.meetings import Abandoned, Contact, Exchange
from tongban.demo.lives.plans import awake, office_time
from tongban.ground import moment
from tongban.ground.jobs import inline
from tongban.ground.ledger import consumers, sealer
from tongban.ground.ledger.models import Event
from tongban.procedures.cases import in_time
from tongban.procedures.cases.loading import load as load_case
from tongban.procedures.cases.models import Case
from tongban.procedures.work import sweep
from tongban.procedures.work.models import ClockRow

__all__ = ["load", "organisation_of", "person_facts"]

SEED = 20261118
CASES_A_CONTACT, CASES_A_DRAFT, CASES_A_WORD, CASES_A_PARCEL = 8, 16, 12, 40
"""One question is asked for so many cases, one draft left lying, one word written about a case, one parcel sent."""
SWEPT_AT = time(0, 1)
TOLD_EVERY = 50

Story = Callable[[], datetime | None]


@dataclass
class Days:
    """The stories in the order of time, and the midnights between them."""

    hands: Hands
    until: datetime
    queue: list[tuple[datetime, int, Story]] = field(default_factory=list)
    swept: date | None = None
    ended: int = 0

    def add(self, at: datetime, story: Story) -> None:
        """A story that begins at ``at``."""
        heapq.heappush(self.queue, (at, len(self.queue) + self.ended, story))

    def live(self) -> None:
        """Let everything happen until now; what lies in the future stays undone."""
        while self.queue and self.queue[0][0] <= self.until:
            at, order, story = heapq.heappop(self.queue)
            self._midnights(at)
            with moment.at(at):
                following = story()
            if following is not None:
                heapq.heappush(self.queue, (max(following, at + timedelta(minutes=1)), order, story))
            else:
                self.ended += 1
                if self.ended % TOLD_EVERY == 0:
                    print(f"  … {self.ended}  {moment.local(at).date()}", flush=True)
        self._midnights(self.until)
        self.hands.wait()

    def _midnights(self, until: datetime) -> None:
        """The clocks of every day that has passed since."""
        today = moment.local(until).date()
        day = self.swept or today
        while day < today:
            day += timedelta(days=1)
            with moment.at(datetime.combine(day, SWEPT_AT, moment.SHANGHAI)):
                self._midnight()
        self.swept = day

    def _midnight(self) -> None:
        """What time does: cards are recorded, silence accepts, terms lapse; whoever else reads the ledger reads on."""
        now = moment.now()
        self.hands.wait(*ClockRow.objects.filter(next_at__lte=now).values_list("subject_id", flat=True))
        sweep.run()
        in_time.deem_renewals()
        moved = Event.objects.filter(subject_kind="case", recorded_at=now, id__gte=_first_id(now))
        for case_id in moved.values_list("subject_id", flat=True).distinct():
            case = load_case(case_id)
            self.hands.tell(case_id, case.department_id, now, moved.filter(subject_id=case_id).earliest("seq").seq - 1)
        drain(but=READERS)
        sealer.seal_now()


def _first_id(at: datetime) -> uuid.UUID:
    """The lowest id of an event of this moment (UUIDv7)."""
    return uuid.UUID(int=int(at.timestamp() * 1000) << 80)


def drain(*, but: tuple[str, ...] = ()) -> None:
    """Every reader of the ledger reads on, what it orders is done at once."""
    with inline():
        consumers.drain(but=but)


def load(cases: int) -> None:
    """Bring the city to at least ``cases`` cases; what is there stays."""
    missing = cases - Case.objects.count()
    if missing <= 0:
        return
    write_quickly()
    drain()  # what an interrupted history left
    chance = random.Random(SEED + Case.objects.count())  # noqa: S311 - a story, not a secret
    now = moment.now()
    planned = schedule.arrivals(missing, chance, now)
    helping = hands(schedule.shares(planned), missing)
    try:
        days = Days(helping, now)
        _fill(days, planned, chance)
        days.live()
    finally:
        helping.close()
    consumers.skip_to_end(READERS)
    drain()
    sealer.seal_now()
    sealer.seal_days()


def _fill(days: Days, planned: list[schedule.Planned], chance: random.Random) -> None:
    """Cases, and what happens beside them."""
    cast = casting.load()
    for at, arrival in planned:
        days.add(at, Life(cast, days.hands, arrival, _chance(arrival.key)).go)
    count = len(planned)
    for index in range(count // CASES_A_CONTACT):
        key, recent = f"history-contact-{index}", index < 3
        days.add(_asked(days, chance, recent=recent), Contact(cast, _chance(key), key, stays_open=recent).go)
    for index in range(count // CASES_A_DRAFT):
        back = timedelta(days=45 * chance.random() ** 1.5)
        days.add(awake(days.until - back, chance), Abandoned(cast, _chance(f"draft {index}")).go)
    words, parcels = count // CASES_A_WORD, count // CASES_A_PARCEL
    for index in range(words + parcels):
        story = Exchange(
            cast, days.hands, _chance(f"exchange {index}"), parcel=index >= words, stays_open=index in (0, words)
        )
        days.add(_asked(days, chance, recent=story.stays_open), story.go)


def _chance(key: str) -> random.Random:
    return random.Random(key)  # noqa: S311 - a story, not a secret


def _asked(days: Days, chance: random.Random, *, recent: bool) -> datetime:
    """When somebody asks: in office hours at any time of the history, some of them lately."""
    back = timedelta(days=1) if recent else timedelta(days=schedule.SPAN_DAYS * chance.random() ** 1.3)
    at = office_time(days.until - back, chance)
    while at > days.until - timedelta(minutes=30):  # on a Sunday morning the last office hours are Friday's
        back += timedelta(hours=10)
        at = office_time(days.until - back, chance)
    return at

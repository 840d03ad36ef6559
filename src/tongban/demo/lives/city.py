"""One case of 云溪市 from its first day on: applied for, then done by whoever's turn it is, as planned."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tongban.demo.lives import arrivals, deeds
from tongban.demo.lives.arrivals import Arrival
from tongban.demo.lives.cast import Cast
from tongban.demo.lives.doing import Doing
from tongban.demo.lives.fates import Fate
from tongban.demo.lives.following import Hands
from tongban.demo.lives.plans import Deed, Seen, plan
from tongban.ground import moment
from tongban.procedures.cases.loading import load
from tongban.procedures.cases.models import Consignment
from tongban.procedures.cases.rules.state import CaseState
from tongban.registry.catalog import selectors as catalog

SHORTLY = timedelta(minutes=1)


def seen(case_id: uuid.UUID, fate: Fate, last: datetime) -> Seen:
    """The case as it stands now."""
    state = load(case_id)
    return Seen(state, catalog.content(state.version_id), fate, last, _parcel(state))


def _parcel(state: CaseState) -> tuple[uuid.UUID, datetime] | None:
    """The result on its way by courier."""
    if state.state != "issued" or state.delivery_mode != "post":
        return None
    sent = Consignment.objects.filter(case_id=state.id, direction=Consignment.Direction.OUT, received_at=None)
    return sent.values_list("id", "sent_at").first()


def act(cast: Cast, hands: Hands, case: Seen, deed: Deed) -> None:
    """Do the deed now, and let follow what follows."""
    deeds.do(Doing(case, cast, deed))
    hands.tell(case.state.id, case.state.department_id, moment.now(), case.state.seq)


@dataclass
class Life:
    """A case that is lived: ``go`` at the moment that it last gave, until it gives none."""

    cast: Cast
    hands: Hands
    arrival: Arrival
    chance: random.Random
    case_id: uuid.UUID | None = None
    last: datetime = field(default_factory=moment.now)

    def go(self) -> datetime | None:
        """Begin the case, or do what is due; gives when something is due next."""
        if self.case_id is None:
            self.case_id = arrivals.apply(self.cast, self.arrival, self.chance)
            self.last = moment.now()
            first = load(self.case_id)
            self.hands.tell(first.id, first.department_id, self.last, 0)
            return self._next()
        self.hands.wait(self.case_id)
        case = seen(self.case_id, self.arrival.fate, self.last)
        deed = plan(case)
        if deed is None or deed.at > moment.now():
            return deed.at if deed else None
        act(self.cast, self.hands, case, deed)
        self.last = moment.now()
        return self._next()

    def _next(self) -> datetime | None:
        assert self.case_id is not None  # begun above
        deed = plan(seen(self.case_id, self.arrival.fate, self.last))
        return max(deed.at, moment.now() + SHORTLY) if deed else None

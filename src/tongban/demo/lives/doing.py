"""A deed that is being done: whose turn it is, what they look at first, and the files that they bring."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass

from tongban.demo import samples
from tongban.demo.lives.cast import Cast
from tongban.demo.lives.plans import Deed, Seen
from tongban.ground.notifications.models import Notification
from tongban.ground.notifications.services import mark_read
from tongban.ground.policy import Principal
from tongban.procedures.cases import selectors, services
from tongban.procedures.cases.models import Case
from tongban.procedures.cases.rules.state import TaskView

LOOKS = 0.45
"""How often somebody of the staff opens the case before they act; each look stands on the person's own record."""


@dataclass
class Doing:
    """A deed that is being done: the case, the cast, and who has already acted."""

    seen: Seen
    cast: Cast
    deed: Deed

    @property
    def id(self) -> uuid.UUID:
        """The case."""
        return self.seen.state.id

    @property
    def chance(self) -> random.Random:
        """Chance of this deed."""
        return self.seen.chance(f"do {self.deed.name}")

    @property
    def key(self) -> uuid.UUID:
        """The task or side matter that the deed is about."""
        return uuid.UUID(self.deed.key)

    def applicant(self) -> Principal:
        """Who applied, or acts for them; they look at their messages while they are here."""
        row = Case.objects.values_list("agent_person_id", "applicant_person_id").get(id=self.id)
        who = self.cast.residents[row[0] or row[1]]
        reads(who)
        return who

    def clerk(self) -> Principal:
        """Who holds the task of acceptance."""
        return self.officer(next(iter(self.seen.state.open_tasks("accept"))))

    def officer(self, task: TaskView, *, but: frozenset[uuid.UUID | None] = frozenset()) -> Principal:
        """Who does a task; often they look into the file first."""
        return self._looking(self.cast.at_post(task.post_id, self.chance, but=but))

    def reviewer(self) -> Principal:
        """Who has the first open step of the review; in a case between two steps, who decides."""
        tasks = self.seen.state.open_tasks("handle", "examine") or self.seen.state.open_tasks("decide")
        wanted = [t for t in tasks if str(t.id) == self.deed.key]
        return self.officer((wanted or list(tasks))[0])

    def of_authority(self, role: str) -> Principal:
        """Somebody of the deciding department with a role."""
        found = self.cast.with_role(role, self.seen.state.department_id, self.chance)
        if found is None:
            raise LookupError(f"nobody is {role} in the department of {self.seen.state.number}")
        return found

    def _looking(self, who: Principal) -> Principal:
        if self.chance.random() < LOOKS:
            selectors.case_of(who, self.id)
        return who

    def files(self, codes: list[str], owner: Principal, *, corrected: bool = True) -> dict[str, list[str]]:
        """A stored file for each code, owned by who hands it in."""
        assert owner.account_id is not None  # residents and staff have accounts
        answers = services.latest_answers(self.id)
        return {c: [str(samples.file_for(c, answers, owner.account_id, corrected=corrected))] for c in codes}


def reads(who: Principal) -> None:
    """A resident reads the messages that wait."""
    if who.account_id is None:
        return
    unread = Notification.objects.filter(recipient_account=who.account_id, channel="inbox", read_at=None)
    if ids := list(unread.values_list("id", flat=True)):
        mark_read(who.account_id, ids)

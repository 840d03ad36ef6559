"""What happens in 云溪市 beside applications: people who ask, drafts that nobody finishes, words and parcels."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tongban.demo import names, people, stories
from tongban.demo.lives import words
from tongban.demo.lives.arrivals import person_facts
from tongban.demo.lives.cast import Cast
from tongban.demo.lives.following import Hands
from tongban.demo.lives.matters import everyday
from tongban.demo.lives.plans import office_time
from tongban.ground import moment
from tongban.ground.policy import Principal
from tongban.procedures.cases import drafts, services
from tongban.procedures.cases.loading import load
from tongban.procedures.cases.models import Case
from tongban.procedures.contacts import services as contacts
from tongban.procedures.contacts.models import NegativeAnswer
from tongban.procedures.contacts.rules import Check
from tongban.procedures.contacts.services import Answer, Question, Returned
from tongban.registry.catalog import selectors as catalog

ASKED_AT = (names.FIRST_CONTACT_POST, names.GUIDE_POST, names.WINDOW_POST, names.HELPER_POST)
PASSED_TO = {
    names.HYGIENE_SLUG: names.HYGIENE_HANDLE_POST,
    names.ROAD_SLUG: names.ROAD_HANDLE_POST,
    names.ALLOWANCE_SLUG: names.RELIEF_HANDLE_POST,
}


@dataclass
class Contact:
    """Somebody asks: is told at once, gets materials back, hears a "no", or is passed on and answered later."""

    cast: Cast
    chance: random.Random
    key: str
    stays_open: bool = False
    contact_id: UUID | None = None
    waits_for: str = ""

    def go(self) -> datetime | None:
        """Ask; then answer what was passed on, or check the "no"."""
        if self.contact_id is None:
            return self._ask()
        if self.waits_for == "check":
            self._check()
        else:
            holder = self.cast.at(self.waits_for, self.chance)
            contacts.answer(holder, self.contact_id, Answer("answered", words=words.PHONE_WORDS))
        return None

    def _ask(self) -> datetime | None:
        slug, text = self.chance.choice(words.ASKED)
        if self.chance.random() < 0.2 and not self.stays_open:
            slug, text = "", self.chance.choice(words.OTHER_QUESTIONS)
        asker = self.chance.choice(people.RESIDENTS)
        phone = self.chance.random() < 0.45
        who = self.cast.at(self.chance.choice(ASKED_AT), self.chance)
        given = self._answer(slug)
        question = Question(
            channel="phone" if phone else self.chance.choice(("window", "visit")),
            text=text,
            slug=slug,
            person_name=asker.name,
            person_phone=asker.mobile if phone else "",
        )
        self.contact_id = contacts.register(who, question, given, key=self.key).id
        return None if self.stays_open or not self.waits_for else office_time(moment.now(), self.chance, days=1)

    def _answer(self, slug: str) -> Answer:
        roll = self.chance.random()
        if not slug:
            return Answer("answered", words="已经指路，大厅一楼导办台还能帮着打印。")
        content = catalog.version_in_force(slug)[1]
        if roll < 0.12 and not self.stays_open:
            basis = content.legal_basis[0]
            self.waits_for = "check"
            told = {"instrument": basis.instrument, "article": basis.article}
            return Answer("negative_answer", words=self.chance.choice(words.NEGATIVE_WORDS), basis=(told,))
        if self.stays_open or (roll < 0.24 and slug in PASSED_TO):
            self.waits_for = PASSED_TO.get(slug, names.HALL_POST)
            post = self.cast.posts[self.waits_for]
            return Answer("passed_on", words="问得很细，请承办岗答复", passed_to=post)
        uploaded = [m for m in content.materials if m.source == "uploaded"]
        if roll < 0.36 and uploaded:
            one = self.chance.choice(uploaded)
            row = Returned(one.name, 1, "看不清", one.todo or "重新拍照")
            return Answer("handed_back", returned=(row,), agreed=True)
        return Answer("guidance")

    def _check(self) -> None:
        manager = self.cast.at(names.HALL_POST, self.chance)
        row = NegativeAnswer.objects.filter(contact_id=self.contact_id, checked_at=None).first()
        if row is None or self.contact_id is None:
            return
        upheld = self.chance.random() < 0.75
        said = "" if upheld else "条件里没有这一条，应当告知可以申请，并给一次性告知单。"
        contacts.check(manager, self.contact_id, Check(row.id, "upheld" if upheld else "overturned", said))


@dataclass
class Abandoned:
    """Somebody begins an application and leaves it: most for good."""

    cast: Cast
    chance: random.Random

    def go(self) -> datetime | None:
        """Begin, fill in a part, and go away."""
        matter = everyday(self.chance)
        who = self.cast.resident(matter.resident)
        draft = drafts.start_draft(who, matter.slug)
        answers = stories.answers(matter.slug, self.chance, person_facts(who, None), moment.today(), matter.answers)
        part = dict(list(answers.items())[: self.chance.randint(3, max(3, len(answers) - 2))])
        with moment.at(moment.now() + timedelta(minutes=self.chance.randint(2, 30))):
            drafts.save_draft(who, draft.id, draft.revision, part)
        return None


@dataclass
class Exchange:
    """About a case that is going on somebody asks the authority, or sends paper to the window; both are answered."""

    cast: Cast
    hands: Hands
    chance: random.Random
    parcel: bool = False
    stays_open: bool = False
    case_id: UUID | None = None
    waits: tuple[UUID, str] | None = None
    """What waits for staff: the message and its answer, or the consignment."""

    def go(self) -> datetime | None:
        """Write or send; then be answered, or have it received."""
        if self.case_id is None:
            return self._begin()
        self._follow(self._receive if self.parcel else self._answer)
        return None

    def _begin(self) -> datetime | None:
        # a case that has been going on for a while: the oldest ones, in which nobody has asked
        states = ("submitted", "received") if self.parcel else ("in_review",)
        rows = Case.objects.filter(state__in=states, messages=None, consignments=None, channel="portal")
        found = list(rows.order_by("number")[:20])
        if not found:
            return None
        self.case_id = self.chance.choice(found).pk
        self._follow(self._send if self.parcel else self._ask)
        return None if self.stays_open else office_time(moment.now(), self.chance, days=1)

    def _follow(self, act: Callable[[UUID], None]) -> None:
        """Do it when everything before is done, and let follow what follows."""
        assert self.case_id is not None  # chosen when it began
        self.hands.wait(self.case_id)
        before = load(self.case_id)
        act(self.case_id)
        self.hands.tell(self.case_id, before.department_id, moment.now(), before.seq)

    def _who(self, case_id: UUID) -> Principal:
        row = Case.objects.values_list("agent_person_id", "applicant_person_id").get(id=case_id)
        return self.cast.residents[row[0] or row[1]]

    def _ask(self, case_id: UUID) -> None:
        text, answer = self.chance.choice(words.MESSAGES)
        department = load(case_id).department_id
        asked = services.write_message(self._who(case_id), case_id, department_id=department, text=text)
        self.waits = (asked.pk, answer)

    def _answer(self, case_id: UUID) -> None:
        assert self.waits is not None  # asked before
        department = load(case_id).department_id
        for role in ("handler", "examiner", "approver"):
            if who := self.cast.with_role(role, department, self.chance):
                services.answer_message(who, self.waits[0], self.waits[1])
                return

    def _send(self, case_id: UUID) -> None:
        waybill = f"10{self.chance.randint(10**10, 10**11 - 1)}"
        contents = self.chance.choice(words.SENT_IN)
        sent = services.consign(self._who(case_id), case_id, courier=words.COURIER, waybill=waybill, contents=contents)
        self.waits = (sent.pk, "")

    def _receive(self, case_id: UUID) -> None:
        assert self.waits is not None  # sent before
        post = catalog.content(load(case_id).version_id).flow.acceptance_post_id
        services.receive_consignment(self.cast.at_post(post, self.chance), self.waits[0], received_by="")

"""What happens in 云溪市 beside applications: people who ask, drafts that nobody finishes."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tongban.demo import names, people, stories
from tongban.demo.lives import words
from tongban.demo.lives.arrivals import person_facts
from tongban.demo.lives.cast import Cast
from tongban.demo.lives.matters import everyday
from tongban.demo.lives.plans import office_time
from tongban.ground import moment
from tongban.procedures.cases import drafts
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

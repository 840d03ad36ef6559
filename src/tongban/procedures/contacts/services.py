"""The only writers of first contacts: register, answer, check a "no", look at a telephone number on record."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from tongban.ground import acts, identifiers, moment
from tongban.ground.changes import Outcome, Subject
from tongban.ground.errors import NotFound, Refusal, Refusals
from tongban.ground.ids import uuid7
from tongban.ground.ledger.chain import EventDraft, UnfitBody
from tongban.ground.ledger.services import append
from tongban.ground.ledger.subjects import SubjectRef
from tongban.ground.numbers.services import next_number
from tongban.ground.policy import Principal, allowed
from tongban.procedures.contacts import rules, slips
from tongban.procedures.contacts.models import ContactAnswer, FirstContact, NegativeAnswer
from tongban.procedures.contacts.rules import Answer, Check, ContactState, NegativeView, Register, Returned, Setting
from tongban.registry.catalog import forms
from tongban.registry.catalog import selectors as catalog
from tongban.registry.catalog.version import VersionContent
from tongban.registry.parties.models import Post
from tongban.registry.parties.services import actor_of

__all__ = ["Answer", "Question", "Returned", "answer", "check", "load", "register", "unmask"]

LONGEST_QUESTION, LONGEST_NAME = 2000, 60
_PHONE = re.compile(r"[0-9+-]{5,20}")
_SPACE = uuid.UUID("1c3b0b9e-3f0c-4c52-9a61-2f0f1c7e5d21")


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, as typed. ``slug`` is the item's, empty for none; ``answers`` are its situation questions."""

    channel: str
    text: str
    slug: str = ""
    answers: Mapping[str, object] | None = None
    person_name: str = ""
    person_phone: str = ""
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """What an act came to."""

    id: uuid.UUID
    number: str


def register(principal: Principal, question: Question, given: Answer, *, key: str) -> Registered:
    """Record a question with its first answer; the same ``key`` of the same staff member gives the same record.

    :raises NotFound: no such item. :raises Refusal, Refusals: not allowed, missing or wrong.
    """
    submission_key = uuid.uuid5(_SPACE, f"{principal.actor_id}:{key}")
    if done := _already(submission_key):
        return done
    version_id, content = catalog.version_in_force(question.slug) if question.slug else (None, None)
    now = moment.now()
    answers = situation_answers(content, question.answers or {})
    command = Register(
        contact_id=uuid7(now),
        number="",
        submission_key=submission_key,
        region_id=_region_of(principal),
        asked_at=question.asked_at or now,
        channel=question.channel,
        question=question.text.strip()[:LONGEST_QUESTION],
        answer=_told_by_phone(question.channel, given, content, answers),
        version_id=version_id,
        answers=json.dumps(answers, ensure_ascii=False),
        person_name=question.person_name.strip()[:LONGEST_NAME],
        person_phone=_phone(question.person_phone),
    )
    return _write(principal, command, Setting(principal, now, content))


def _told_by_phone(channel: str, given: Answer, content: VersionContent | None, answers: Mapping[str, Any]) -> Answer:
    """Guidance by telephone is the template answer, unless something else was written (NTC-02)."""
    if channel != "phone" or given.outcome != rules.GUIDANCE or given.words or content is None:
        return given
    return replace(given, words=slips.phone_answer(content, answers))


def _write(principal: Principal, command: Register, setting: Setting) -> Registered:
    """Decide first, so that a refused one takes no number; a twin request that was faster is the answer."""
    state = rules.begin(command, setting)
    rules.register(state, command, setting)
    try:
        with transaction.atomic():
            number = number_of(setting.at)
            outcome = rules.register(state, replace(command, number=number), setting)
            acts.commit(state.subject(), outcome, actor_of(principal, command.channel), setting.at)
    except IntegrityError:
        if done := _already(command.submission_key):
            return done
        raise
    return Registered(command.contact_id, number)


def number_of(at: datetime) -> str:
    """The next number of a contact: its day and a gapless number."""
    day = moment.local(at)
    return f"FC{day:%Y-%m%d}-{next_number(f'contact:{day:%Y%m%d}'):04d}"


def _already(key: uuid.UUID) -> Registered | None:
    row = FirstContact.objects.filter(submission_key=key).values_list("id", "number").first()
    return Registered(*row) if row else None


def _region_of(principal: Principal) -> int:
    """The region of the acting post."""
    posts = Post.objects.filter(pk__in=[principal.post_id] if principal.post_id else [])
    found = posts.values_list("region_id", flat=True).first()
    if found is None:
        raise Refusal("contact.not_allowed", "您当前的岗位不能做这一步", remedy="请切换到有权限的岗位，或请同事办理")
    return found


def _phone(text: str) -> str:
    """A mobile or fixed number as typed, without spaces; empty stays empty."""
    tidy = identifiers.tidy(text)
    if tidy and not _PHONE.fullmatch(tidy):
        raise Refusal("contact.phone", "电话号码不对", field="person_phone", remedy="手机或座机，只写数字和横线")
    return tidy


def situation_answers(content: VersionContent | None, given: Mapping[str, object]) -> dict[str, Any]:
    """Clean answers to the situation questions; an open one stays open. Wrong values are refused all at once."""
    if content is None or not content.questions:
        return {}
    clean, problems = forms.parse_step(content, forms.QUESTIONS, given)
    if wrong := tuple(p for p in problems if p.code != "field.missing"):
        raise Refusals(wrong)
    return clean


def answer(principal: Principal, contact_id: uuid.UUID, given: Answer, *, channel: str = "desk") -> Registered:
    """The post that holds the question answers it or passes it on."""
    content = _content(contact_id)
    setting = Setting(principal, moment.now(), content)
    return _act(principal, contact_id, lambda state: rules.answer(state, given, setting), channel, setting.at)


def check(principal: Principal, contact_id: uuid.UUID, command: Check, *, channel: str = "desk") -> Registered:
    """The hall manager checks a reported "no"."""
    setting = Setting(principal, moment.now(), None)
    return _act(principal, contact_id, lambda state: rules.check(state, command, setting), channel, setting.at)


def _act(
    principal: Principal,
    contact_id: uuid.UUID,
    decide: Callable[[ContactState], Outcome],
    channel: str,
    at: datetime,
) -> Registered:
    def both(state: ContactState) -> tuple[Subject, Outcome]:
        return state.subject(), decide(state)

    state, _ = acts.perform(lambda lock: load(contact_id, lock=lock), both, actor_of(principal, channel), at)
    return Registered(state.id, state.number)


def _content(contact_id: uuid.UUID) -> VersionContent | None:
    version_id = FirstContact.objects.filter(id=contact_id).values_list("version_id", flat=True).first()
    return catalog.content(version_id) if version_id else None


def load(contact_id: uuid.UUID, *, lock: bool = False) -> ContactState:
    """The contact as the rules see it; ``lock`` takes the row lock first. Three queries. Raises ``NotFound``."""
    rows = FirstContact.objects.select_for_update() if lock else FirstContact.objects.all()
    row = (
        rows.filter(id=contact_id)
        .only("number", "seq", "head", "region_no", "holder_post", "rounds", "channel")
        .first()
    )
    if row is None:
        raise NotFound("contact.not_found", "没有找到这条登记")
    given = list(ContactAnswer.objects.filter(contact_id=contact_id).order_by("round").defer("words", "returned"))
    reports = NegativeAnswer.objects.filter(contact_id=contact_id).select_related("answer").order_by("id")
    return ContactState(
        row.id,
        row.number,
        row.seq,
        bytes(row.head),
        row.region_no,
        row.holder_post_id,
        row.rounds,
        tuple(a.post_id for a in given),
        tuple(a.post_id for a in given if a.outcome == rules.PASSED_ON),
        tuple(NegativeView(n.id, n.answer_id, n.answer.post_id, n.checked_at is not None) for n in reports),
        row.channel,
    )


def unmask(principal: Principal, contact_id: uuid.UUID, purpose: str) -> dict[str, str]:
    """The whole name and telephone number, to call back; exactly one ``contact.unmasked`` event a view.

    :raises NotFound: not of this post. :raises Refusal: no purpose told, or a number written into it.
    """
    state = load(contact_id)
    if not allowed(principal, "contacts.person.unmask", state.target()):
        raise NotFound("contact.not_found", "没有找到这条登记")
    why = purpose.strip()[:200]
    if len(why) < 2:
        raise Refusal("unmask.purpose", "请写明为什么要看完整的信息", field="purpose", remedy="例如：回电话答复")
    event = EventDraft("contact.unmasked", {"fields": ["person_name", "person_phone"], "purpose": why})
    try:
        append(SubjectRef("contact", contact_id), [event], actor_of(principal, "desk"), region_no=state.region_no)
    except UnfitBody as error:
        raise Refusal("unmask.purpose", "原因里不要写身份证号或手机号", field="purpose") from error
    row = FirstContact.objects.only("person_name", "person_phone").get(id=contact_id)
    return {"name": row.person_name, "phone": row.person_phone}

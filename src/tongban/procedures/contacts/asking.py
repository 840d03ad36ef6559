"""The writer of web questions: who owes the answer, by when, and the number and password by which it is read."""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Case, IntegerField, Value, When

from tongban.ground import acts, identifiers, moment
from tongban.ground.calendars.selectors import calendar_of
from tongban.ground.crypto import blind_index
from tongban.ground.errors import NotFound, Refusals, Unavailable
from tongban.ground.ids import uuid7
from tongban.ground.parameters.selectors import find
from tongban.ground.policy import Principal
from tongban.procedures.contacts import asking_rules
from tongban.procedures.contacts.asking_rules import Ask
from tongban.procedures.contacts.models import FirstContact
from tongban.procedures.contacts.services import LONGEST_NAME, number_of, situation_answers
from tongban.registry.catalog import selectors as catalog
from tongban.registry.catalog.models import HandlingOption
from tongban.registry.catalog.version import VersionContent
from tongban.registry.parties.models import Post
from tongban.registry.parties.services import actor_of

WEB_ANSWER_DAYS = "contacts.web_answer_days"
ANSWER_DAYS = 3
"""Working days within which a question is answered; the parameter ``contacts.web_answer_days`` goes before it."""
OF_DEPARTMENT = ("first_contact", "chief_representative", "window_clerk", "handler", "examiner", "approver")
OF_HALL = ("first_contact", "guide", "hall_manager")
_SPACE = uuid.UUID("5f7f2f5a-62ad-4f3c-9a9c-8a4b1f0f7a10")


@dataclass(frozen=True, slots=True)
class WebQuestion:
    """What was typed. ``slug``: the item that it is about, empty for none; ``call_back``: a key of ``CALL_TIMES``."""

    text: str
    slug: str = ""
    answers: Mapping[str, object] | None = None
    name: str = ""
    mobile: str = ""
    call_back: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the person keeps: the number and the password with which the answer is read."""

    id: uuid.UUID
    number: str
    query_password: str
    due_on: date


@dataclass(frozen=True, slots=True)
class _About:
    """The item of a question; all empty when it is about none."""

    title: str = ""
    department_id: int | None = None
    version_id: uuid.UUID | None = None
    content: VersionContent | None = None


def ask(principal: Principal, question: WebQuestion, *, key: str) -> Asked:
    """Send a question to whoever answers for its item; the same ``key`` gives the same question again.

    :param principal: a resident, or anybody who leaves a mobile number.
    :raises Refusal, Refusals: missing or wrong. :raises NotFound: no such item. :raises Unavailable: nobody answers.
    """
    submission_key = uuid.uuid5(_SPACE, key)
    if done := _already(submission_key):
        return done
    now, about = moment.now(), _about(question.slug)
    mobile = identifiers.parse_mobile(question.mobile) if question.mobile.strip() else ""
    holder = _holder(about.department_id)
    command = Ask(
        contact_id=uuid7(now),
        number="",
        submission_key=submission_key,
        query_password=f"{secrets.randbelow(10**6):06d}",
        question=question.text.strip(),
        holder=holder,
        due_on=_due_on(holder[3]),
        title=about.title,
        version_id=about.version_id,
        answers=json.dumps(situation_answers(about.content, question.answers or {}), ensure_ascii=False),
        person_name=question.name.strip()[:LONGEST_NAME],
        person_phone=mobile,
        phone_index=blind_index("mobile", mobile) if mobile else "",
        asker_id=principal.person_id,
        call_back=question.call_back,
    )
    if wrong := asking_rules.problems(command):
        raise Refusals(tuple(wrong))
    try:
        with transaction.atomic():
            numbered = replace(command, number=number_of(now))
            actor = actor_of(principal, asking_rules.WEB)
            acts.commit(asking_rules.subject_of(numbered), asking_rules.ask(numbered, now), actor, now)
    except IntegrityError:
        if done := _already(submission_key):
            return done
        raise
    return Asked(command.contact_id, numbered.number, command.query_password, command.due_on)


def _already(key: uuid.UUID) -> Asked | None:
    names = ("id", "number", "query_password", "due_on")
    row = FirstContact.objects.filter(submission_key=key, channel=asking_rules.WEB).values_list(*names).first()
    return Asked(*row) if row else None


def _about(slug: str) -> _About:
    """The item, configured or only listed."""
    if not slug:
        return _About()
    option = HandlingOption.objects.select_related("item").defer("draft", "listing").filter(slug=slug).first()
    if option is None or option.retired_at is not None:
        raise NotFound("catalog.option", "没有找到这个事项")
    found = catalog.in_force_or_none(option.pk)
    if found is None:
        return _About(option.name, option.item.authority_id)
    version_id, content = found
    return _About(content.name, content.authority.id, version_id, content)


def _holder(department_id: int | None) -> tuple[int, int, int, int]:
    """The post that owes the answer: of the item's department, else of the hall; (post, department, region, no)."""
    posts = Post.objects.select_related("region").filter(holders__isnull=False)
    mine = posts.filter(department_id=department_id) if department_id else posts.none()
    for rows, roles in ((mine, OF_DEPARTMENT), (posts, OF_HALL)):
        order = Case(
            *(When(roles__contains=[role], then=Value(place)) for place, role in enumerate(roles)),
            output_field=IntegerField(),
        )
        post = rows.filter(roles__overlap=list(roles)).order_by(order, "region__no", "pk").first()
        if post is not None:
            return post.pk, department_id or post.department_id, post.region_id, post.region.no
    raise Unavailable("contacts", "现在没有岗位能接网上提问", remedy="请打 12345，24 小时有人接")


def _due_on(region_no: int) -> date:
    today = moment.today()
    found = find([WEB_ANSWER_DAYS], None, today).get(WEB_ANSWER_DAYS)
    days = int(found.value) if found else ANSWER_DAYS
    return calendar_of(region_no).add_working_days(today, days)

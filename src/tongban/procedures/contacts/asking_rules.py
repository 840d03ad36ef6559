"""What somebody may ask over the web, and what is then written down (PRT-12, PRT-13). Pure.

A question makes no case and starts no clock: it is a first contact that waits for the post of the department whose item
it is about. Nobody was asked in person, so the contact has no first post; the one that holds it owes the answer.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tongban.ground.changes import Insert, Outcome, Subject
from tongban.ground.errors import Refusal, Refusals
from tongban.ground.ledger.chain import EventDraft
from tongban.ground.masking import mask_name
from tongban.procedures.contacts.rules import MODEL

WEB, WAITING = "web", "waiting"
SHORTEST, LONGEST = 4, 2000
CALL_TIMES: Mapping[str, str] = {
    "any": "工作时间都可以",
    "morning": "上午（8:30—12:00）",
    "afternoon": "下午（13:30—17:30）",
}
_ID_NUMBER = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])")


@dataclass(frozen=True, slots=True)
class Ask:
    """A question of the web. ``holder`` is (post, department, region, region_no): who owes the answer."""

    contact_id: uuid.UUID
    number: str
    submission_key: uuid.UUID
    query_password: str
    question: str
    holder: tuple[int, int, int, int]
    due_on: date
    title: str = ""
    version_id: uuid.UUID | None = None
    answers: str = "{}"
    person_name: str = ""
    person_phone: str = ""
    phone_index: str = ""
    asker_id: uuid.UUID | None = None
    call_back: str = ""
    """Key of :data:`CALL_TIMES` when the person wants to be called back."""


def subject_of(command: Ask) -> Subject:
    """The contact before its first act."""
    return Subject("contact", MODEL, command.contact_id, 0, b"", command.holder[3])


def ask(command: Ask, at: datetime) -> Outcome:
    """Write the question down for the post that owes the answer.

    :raises Refusals: everything that is missing or wrong, at once.
    """
    if wrong := problems(command):
        raise Refusals(tuple(wrong))
    post_id, department_id, region_id, region_no = command.holder
    row: dict[str, Any] = {
        "id": command.contact_id,
        "number": command.number,
        "submission_key": command.submission_key,
        "query_password": command.query_password,
        "region_id": region_id,
        "region_no": region_no,
        "department_id": department_id,
        "asked_at": at,
        "registered_at": at,
        "channel": WEB,
        "question": command.question,
        "version_id": command.version_id,
        "title": command.title,
        "answers": command.answers,
        "person_name": command.person_name,
        "person_phone": command.person_phone,
        "phone_index": command.phone_index,
        "person_label": mask_name(command.person_name),
        "asker_id": command.asker_id,
        "call_back": command.call_back,
        "due_on": command.due_on,
        "outcome": WAITING,
        "holder_post_id": post_id,
        "rounds": 0,
    }
    body = {
        "channel": WEB,
        "version_id": command.version_id,
        "department_id": department_id,
        "post_id": post_id,
        "call_back": bool(command.call_back),
        "due_on": command.due_on,
    }
    return Outcome((EventDraft("contact.asked", body),), (Insert(MODEL, row),))


def problems(command: Ask) -> list[Refusal]:
    """What keeps a question from being sent, each at its field."""
    found = []
    length = len(command.question)
    if not length:
        found.append(Refusal("question.text", "请写您要问什么", field="question"))
    elif length < SHORTEST:
        found.append(Refusal("question.short", "问题太短，看不出要问什么", "question", "写清楚办什么事、哪里不明白"))
    elif length > LONGEST:
        found.append(Refusal("question.long", f"问题有 {length} 个字，最多 {LONGEST} 个", "question", "写短一点"))
    if _ID_NUMBER.search(command.question):
        remedy = "把号码删掉；要核对身份的，办理时会在窗口或登录后核对"
        found.append(Refusal("question.id_number", "问题里写了身份证号，不用写", "question", remedy))
    if not command.person_phone and command.asker_id is None:
        found.append(Refusal("question.phone", "请填写手机号", "person_phone", "答复好了发短信告诉您"))
    if command.call_back and command.call_back not in CALL_TIMES:
        found.append(Refusal("question.call_back", "请选择什么时候方便接电话", field="call_back"))
    elif command.call_back and not command.person_phone:
        found.append(Refusal("question.call_phone", "要回电话的，请填写手机号", field="person_phone"))
    return found

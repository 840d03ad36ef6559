"""What may be answered to somebody who asks, and what must then be written down. Pure: no Django, no database.

A first contact makes no case and starts no clock. Three limits of law guard it: materials that a person hands in are
received (行政许可法 art. 32), so they are handed back only when the person wants them back; a "no" at a window is no
decision, so it names its article and is reported; whoever was asked passes on once, never back (首问负责).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from tongban.ground.changes import Insert, Outcome, Subject, Update
from tongban.ground.errors import Refusal, Refusals
from tongban.ground.ids import uuid7
from tongban.ground.ledger.chain import EventDraft
from tongban.ground.masking import mask_name
from tongban.ground.policy import Principal, Target, allowed
from tongban.registry.catalog.version import VersionContent

GUIDANCE, HANDED_BACK, NEGATIVE, PASSED_ON, ANSWERED = (
    "guidance",
    "handed_back",
    "negative_answer",
    "passed_on",
    "answered",
)
OUTCOMES = (GUIDANCE, HANDED_BACK, NEGATIVE, PASSED_ON, ANSWERED)
CHANNELS = ("window", "phone", "visit")
UPHELD, OVERTURNED = "upheld", "overturned"
_NEED_ITEM = {
    GUIDANCE: "一次性告知单",
    HANDED_BACK: "材料带回清单",
    NEGATIVE: "答复不能办",
}
MODEL, ANSWER_MODEL, NEGATIVE_MODEL = "contacts.FirstContact", "contacts.ContactAnswer", "contacts.NegativeAnswer"


@dataclass(frozen=True, slots=True)
class Returned:
    """One material that the person takes back: what is wrong with it and how to mend it."""

    name: str
    copies: int = 1
    fault: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered. ``agreed``: the person wants the materials back rather than hand them in."""

    outcome: str
    words: str = ""
    basis: tuple[Mapping[str, str], ...] = ()
    returned: tuple[Returned, ...] = ()
    passed_to: int | None = None
    agreed: bool = False


@dataclass(frozen=True, slots=True)
class Register:
    """A question with its first answer. ``answers`` is JSON of the situation questions."""

    contact_id: uuid.UUID
    number: str
    submission_key: uuid.UUID
    region_id: int
    asked_at: datetime
    channel: str
    question: str
    answer: Answer
    version_id: uuid.UUID | None = None
    answers: str = "{}"
    person_name: str = ""
    person_phone: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """The hall manager's verdict on a reported "no"."""

    negative_id: uuid.UUID
    verdict: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class NegativeView:
    """A reported "no": who gave it, whether it was checked."""

    id: uuid.UUID
    answer_id: uuid.UUID
    post_id: int
    checked: bool


@dataclass(frozen=True, slots=True)
class ContactState:
    """A contact as the rules see it; ``passed_by`` are the posts that passed it on."""

    id: uuid.UUID
    number: str
    seq: int
    head: bytes
    region_no: int
    holder_post_id: int | None
    rounds: int
    post_ids: tuple[int, ...] = ()
    passed_by: tuple[int, ...] = ()
    negatives: tuple[NegativeView, ...] = ()
    channel: str = ""

    def subject(self) -> Subject:
        """The ledger subject with its chain head."""
        return Subject("contact", MODEL, self.id, self.seq, self.head, self.region_no)

    def target(self) -> Target:
        """What the policy must know: every post that answered or holds it."""
        holder = (self.holder_post_id,) if self.holder_post_id else ()
        return Target(region_no=self.region_no, post_ids=tuple({*self.post_ids, *holder}))


@dataclass(frozen=True, slots=True)
class Setting:
    """Who acts, when, and the item that is spoken of (``None`` when the question is about no item)."""

    principal: Principal
    at: datetime
    content: VersionContent | None


def begin(command: Register, setting: Setting) -> ContactState:
    """The state before the first act: nothing written yet."""
    return ContactState(command.contact_id, "", 0, b"", setting.principal.region_no, None, 0)


def register(state: ContactState, command: Register, setting: Setting) -> Outcome:
    """Write the question and its first answer.

    :raises Refusal: not this post. :raises Refusals: everything that is missing or wrong, at once.
    """
    require(setting.principal, "contacts.contact.create", Target(region_no=setting.principal.region_no))
    problems = [*_question_problems(command, setting), *answer_problems(state, command.answer, setting)]
    if problems:
        raise Refusals(tuple(problems))
    row = _contact_row(command, setting) | _held(command.answer, setting)
    body = {
        "channel": command.channel,
        "version_id": command.version_id,
        "department_id": setting.principal.department_id,
        **_answer_body(1, command.answer),
    }
    event = EventDraft("contact.registered", body, occurred_at=command.asked_at)
    return Outcome((event,), (Insert(MODEL, row),)) + _answer_rows(state, 1, command.answer, setting)


def answer(state: ContactState, command: Answer, setting: Setting) -> Outcome:
    """The post that holds the question answers it, or passes it on once more."""
    if state.holder_post_id is None:
        raise Refusal("contact.concluded", "这条登记已经有了结果", remedy="刷新页面，看最新的答复")
    holder = Target(region_no=state.region_no, post_ids=(state.holder_post_id,))
    require(setting.principal, "contacts.contact.answer", holder)
    if problems := answer_problems(state, command, setting):
        raise Refusals(tuple(problems))
    round_ = state.rounds + 1
    values = {"outcome": command.outcome, "rounds": round_, **_held(command, setting)}
    event = EventDraft("contact.answered", _answer_body(round_, command))
    written = Outcome((event,), (Update(MODEL, {"id": state.id}, values),))
    return written + _answer_rows(state, round_, command, setting)


def check(state: ContactState, command: Check, setting: Setting) -> Outcome:
    """The hall manager has looked at a reported "no". An overturned one goes back to whoever gave it.

    :raises Refusal: not this manager, checked already, no verdict, or overturned without saying what must be told.
    """
    require(setting.principal, "contacts.contact.check", state.target())
    found = next((n for n in state.negatives if n.id == command.negative_id), None)
    if found is None or found.checked:
        raise Refusal("contact.checked", "这条报备已经核对过，或不在这条登记里", remedy="刷新页面，看最新状态")
    if command.verdict not in (UPHELD, OVERTURNED):
        raise Refusal("contact.verdict", "请选择答复对不对", field="verdict")
    if command.verdict == OVERTURNED and not command.words:
        raise Refusal("contact.verdict_words", "请写明应当怎样答复", field="check_words")
    if command.verdict == OVERTURNED and state.holder_post_id is not None:
        raise Refusal("contact.open", "这条登记正等着别的岗位答复", remedy="等答复后再核对")
    assert setting.principal.staff_id is not None  # the policy lets only staff through
    seen = {
        "checked_at": setting.at,
        "checked_by_id": setting.principal.staff_id,
        "verdict": command.verdict,
        "words": command.words,
    }
    changes = [Update(NEGATIVE_MODEL, {"id": found.id}, seen)]
    if command.verdict == OVERTURNED:
        changes.append(Update(MODEL, {"id": state.id}, {"holder_post_id": found.post_id, "concluded_at": None}))
    body = {"answer_id": found.answer_id, "verdict": command.verdict}
    return Outcome((EventDraft("contact.negative_answer_checked", body),), tuple(changes))


def require(principal: Principal, permission: str, target: Target) -> None:
    """Raise ``contact.not_allowed`` unless the policy allows it."""
    if principal.staff_id is None or principal.post_id is None or not allowed(principal, permission, target):
        raise Refusal("contact.not_allowed", "您当前的岗位不能做这一步", remedy="请切换到有权限的岗位，或请同事办理")


def answer_problems(state: ContactState, given: Answer, setting: Setting) -> list[Refusal]:
    """Everything that is missing from an answer, each at its field."""
    if given.outcome not in OUTCOMES:
        return [Refusal("contact.outcome", "请选择这次怎样答复", field="outcome")]
    item_words = _NEED_ITEM.get(given.outcome)
    if item_words and setting.content is None:
        remedy = "没有对应事项的，选“当场答复”或“转给别人”"
        return [Refusal("contact.item", f"{item_words}要先选事项", field="slug", remedy=remedy)]
    problems = {
        HANDED_BACK: _handed_back_problems,
        NEGATIVE: _negative_problems,
        PASSED_ON: _passing_problems,
        ANSWERED: _answered_problems,
    }.get(given.outcome)
    return problems(state, given, setting) if problems else []


def _question_problems(command: Register, setting: Setting) -> list[Refusal]:
    problems = []
    if command.channel not in CHANNELS:
        problems.append(Refusal("contact.channel", "请选择对方是怎么来问的", field="channel"))
    if not command.question:
        problems.append(Refusal("contact.question", "请写明对方问什么", field="question"))
    if command.asked_at > setting.at:
        problems.append(Refusal("contact.asked_at", "来问的时间不能晚于现在", field="asked_at"))
    return problems


def _answered_problems(state: ContactState, given: Answer, setting: Setting) -> list[Refusal]:
    return [] if given.words else [Refusal("contact.words", "请写明答复的内容", field="words")]


def _handed_back_problems(state: ContactState, given: Answer, setting: Setting) -> list[Refusal]:
    """Materials handed in are received; only a person who would rather mend them first takes them back."""
    problems = []
    if state.channel == "web":
        remedy = "写明缺什么、怎么改，选“当场答复”或“一次性告知”"
        return [Refusal("contact.nothing_here", "网上提问没有交材料，不能带回", "outcome", remedy)]
    if not given.agreed:
        problems.append(
            Refusal(
                "contact.not_agreed",
                "对方没有同意先把材料带回",
                field="agreed",
                remedy="对方要交的，应当收下材料，办理收件或一次性告知",
            )
        )
    if not given.returned:
        problems.append(Refusal("contact.returned", "请写明带回哪些材料", field="returned"))
    for row in given.returned:
        if row.copies < 1 or not row.fault:
            words = f"{row.name}：请写明份数和为什么带回"
            problems.append(Refusal("contact.returned_fault", words, field="returned"))
    return problems


def _negative_problems(state: ContactState, given: Answer, setting: Setting) -> list[Refusal]:
    """The basis is one of the item's own articles; the reason is told once and whole."""
    assert setting.content is not None  # asked before
    offered = {(b.instrument, b.article) for b in setting.content.legal_basis}
    problems = []
    if not given.basis or any((b["instrument"], b["article"]) not in offered for b in given.basis):
        words = "答复不能办，要从事项的依据里选出条款"
        problems.append(Refusal("contact.basis", words, field="basis"))
    if not given.words:
        problems.append(Refusal("contact.reason", "请写明为什么不能办", field="words"))
    return problems


def _passing_problems(state: ContactState, given: Answer, setting: Setting) -> list[Refusal]:
    if given.passed_to is None:
        return [Refusal("contact.passed_to", "请选择转给哪个岗位", field="passed_to")]
    if given.passed_to == setting.principal.post_id or given.passed_to in state.passed_by:
        return [
            Refusal(
                "contact.passed_back",
                "这件事从这个岗位转出来过，不能再转回去",
                field="passed_to",
                remedy="直接答复对方，或转给大厅管理岗",
            )
        ]
    return []


def _contact_row(command: Register, setting: Setting) -> dict[str, Any]:
    who = setting.principal
    return {
        "id": command.contact_id,
        "number": command.number,
        "submission_key": command.submission_key,
        "region_id": command.region_id,
        "region_no": who.region_no,
        "department_id": who.department_id,
        "post_id": who.post_id,
        "staff_id": who.staff_id,
        "asked_at": command.asked_at,
        "registered_at": setting.at,
        "channel": command.channel,
        "question": command.question,
        "version_id": command.version_id,
        "title": setting.content.name if setting.content else "",
        "answers": command.answers,
        "person_name": command.person_name,
        "person_phone": command.person_phone,
        "person_label": mask_name(command.person_name),
        "outcome": command.answer.outcome,
        "rounds": 1,
    }


def _held(given: Answer, setting: Setting) -> dict[str, Any]:
    """Who owes the answer now; nobody when it was given."""
    if given.outcome == PASSED_ON:
        return {"holder_post_id": given.passed_to, "concluded_at": None}
    return {"holder_post_id": None, "concluded_at": setting.at}


def _answer_body(round_: int, given: Answer) -> dict[str, Any]:
    return {
        "round": round_,
        "outcome": given.outcome,
        "passed_to": given.passed_to,
        "basis": [dict(b) for b in given.basis],
        "returned": len(given.returned),
    }


def _answer_rows(state: ContactState, round_: int, given: Answer, setting: Setting) -> Outcome:
    """The answer's row; a "no" is reported to the hall manager by the same act."""
    key = uuid7(setting.at)
    row = {
        "id": key,
        "contact_id": state.id,
        "round": round_,
        "post_id": setting.principal.post_id,
        "staff_id": setting.principal.staff_id,
        "given_at": setting.at,
        "outcome": given.outcome,
        "words": given.words,
        "basis": [dict(b) for b in given.basis],
        "returned": json.dumps([asdict(r) for r in given.returned], ensure_ascii=False),
        "passed_to_id": given.passed_to,
    }
    written = Outcome((), (Insert(ANSWER_MODEL, row),))
    if given.outcome != NEGATIVE:
        return written
    report = {
        "id": uuid7(setting.at),
        "answer_id": key,
        "contact_id": state.id,
        "region_no": state.region_no,
        "reported_at": setting.at,
    }
    event = EventDraft("contact.negative_answer_reported", {"answer_id": key, "round": round_})
    return written + Outcome((event,), (Insert(NEGATIVE_MODEL, report),))

"""Words between applicant and authority about one case (给承办单位留言): kept in the case, no demand for material.

What has to be corrected or supplemented is told by a notice in law (行政许可法 art. 32), which names place, fault and
day; so an answer that asks for a material of the item is refused here, with the way to the notice.
"""

from __future__ import annotations

import re
import uuid

from django.db import transaction

from tongban.ground import moment
from tongban.ground.errors import Conflict, NotFound, Refusal
from tongban.ground.ledger.chain import EventDraft
from tongban.ground.ledger.services import append
from tongban.ground.ledger.subjects import SubjectRef
from tongban.ground.policy import Principal, allowed
from tongban.procedures.cases.acting import actor_of
from tongban.procedures.cases.loading import load
from tongban.procedures.cases.models import CaseMessage
from tongban.procedures.cases.rules.state import CaseState
from tongban.registry.catalog import selectors as catalog

LONGEST = 500
MOST_WAITING = 3
_DEMAND = re.compile(r"补|交|提供|上传|带来|带上|重新拍|寄来|出具")


def write_message(principal: Principal, case_id: uuid.UUID, *, department_id: int, text: str) -> CaseMessage:
    """The applicant's side asks a department that handles the case; at most three wait for an answer at a time.

    :raises NotFound: a foreign case. :raises Refusal: empty, too long, another department, too many, case closed.
    """
    state = load(case_id)
    if not allowed(principal, "cases.message.write", state.target()) or principal.account_id is None:
        raise NotFound("case.not_found", "没有找到这件办件")
    words = _words(text)
    if department_id not in departments_of(state):
        raise Refusal("message.department", "请选择留给哪个单位", field="department")
    waiting = CaseMessage.objects.filter(case_id=case_id, by_applicant=True, answered_at=None)
    if len(waiting.values_list("id")[:MOST_WAITING]) >= MOST_WAITING:
        raise Refusal(
            "message.waiting",
            f"已有 {MOST_WAITING} 条留言在等答复",
            field="text",
            remedy="等答复后再留言；急事请打办理单位电话",
        )
    with transaction.atomic():
        message = CaseMessage.objects.create(
            case_id=case_id,
            department_id=department_id,
            by_applicant=True,
            author_id=principal.account_id,
            text=words,
            written_at=moment.now(),
        )
        body = {"message_id": message.pk, "department_id": department_id}
        event = EventDraft("case.message_written", body)
        append(SubjectRef("case", case_id), [event], actor_of(principal, "portal", state), region_no=state.region_no)
    return message


def answer_message(principal: Principal, message_id: uuid.UUID, text: str) -> CaseMessage:
    """The department answers in its own name; once.

    :raises NotFound: of another department. :raises Refusal: empty, or it asks for a material.
    :raises Conflict: somebody has answered already.
    """
    asked = CaseMessage.objects.filter(pk=message_id, by_applicant=True).first()
    if asked is None:
        raise NotFound("message.not_found", "没有找到这条留言")
    state = load(asked.case_id)
    if not _may_answer(principal, state, asked.department_id) or principal.staff_id is None:
        raise NotFound("message.not_found", "没有找到这条留言，或不归您的岗位答复")
    words = _words(text)
    _refuse_demand(words, state)
    with transaction.atomic():
        if not CaseMessage.objects.filter(pk=asked.pk, answered_at=None).update(answered_at=moment.now()):
            raise Conflict("message.answered", "这条留言已经有人答复了", remedy="刷新页面看答复")
        message = CaseMessage.objects.create(
            case_id=asked.case_id,
            department_id=asked.department_id,
            by_applicant=False,
            author_id=principal.staff_id,
            text=words,
            written_at=moment.now(),
            answers=asked,
        )
        event = EventDraft("case.message_answered", {"message_id": message.pk, "answers": asked.pk})
        append(SubjectRef("case", state.id), [event], actor_of(principal, "desk", state), region_no=state.region_no)
    return message


def departments_of(state: CaseState) -> tuple[int, ...]:
    """Departments that handle the case: the authority and those of every branch."""
    return tuple(dict.fromkeys((state.department_id, *(b.department_id for b in state.branches))))


def _may_answer(principal: Principal, state: CaseState, department_id: int) -> bool:
    return principal.department_id == department_id and allowed(principal, "cases.message.answer", state.target())


def _words(text: str) -> str:
    tidy = text.replace("\x00", "").strip()
    if not tidy:
        raise Refusal("message.empty", "请填写留言", field="text", remedy="写要问的事，一两句就行")
    if len(tidy) > LONGEST:
        raise Refusal(
            "message.too_long", f"留言最多 {LONGEST} 个字，现在 {len(tidy)} 个", field="text", remedy="写短一点"
        )
    return tidy


def _refuse_demand(words: str, state: CaseState) -> None:
    names = {material.name for material in catalog.content(state.version_id).materials}
    asked = next((name for name in names if name in words), "")
    if asked and _DEMAND.search(words):
        raise Refusal(
            "message.demand",
            f"这里不能要材料（{asked}）",
            field="text",
            remedy="受理前用一次性告知，审查中用补充材料通知书，写明哪一处、为什么、到哪天",
        )

"""The review's own acts: special steps, extension, supplements, opinions, joint meetings, interested parties."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tongban.ground.policy import Principal
from tongban.procedures.cases.acting import Done
from tongban.procedures.cases.loading import load
from tongban.procedures.cases.rules import commands
from tongban.procedures.cases.rules.state import CaseState
from tongban.procedures.cases.services.doing import act
from tongban.procedures.cases.services.intake import corrected
from tongban.procedures.cases.services.matters import post_for, words_of
from tongban.registry.catalog import selectors as catalog


def suspend(
    principal: Principal,
    case_id: uuid.UUID,
    *,
    kind: str,
    reason: str,
    basis: str,
    limit_n: int,
    limit_unit: str,
    branch_key: str = "",
    held_on: date | None = None,
    place: str = "",
    people: Sequence[str] = (),
    channel: str = "desk",
) -> Done:
    """Begin a special step of a branch, or of the whole case (``branch_key`` empty)."""
    command = commands.Suspend(kind, reason, basis, limit_n, limit_unit, branch_key, held_on, place, tuple(people))
    return act(principal, case_id, command, channel)


def resume(
    principal: Principal,
    case_id: uuid.UUID,
    *,
    proceeding_id: uuid.UUID,
    result: str,
    record: str,
    people: Sequence[str] = (),
    channel: str = "desk",
) -> Done:
    """End a special step: ``result`` passed, failed, conditional or done, and the words of its record."""
    known = words_of(case_id, proceeding_id)
    return act(principal, case_id, commands.Resume(proceeding_id, result, record, tuple(people), known), channel)


def extend(
    principal: Principal, case_id: uuid.UUID, *, days: int, reason: str, joint: bool = False, channel: str = "desk"
) -> Done:
    """The head gives more days, once; ``joint``: the head of the government, for the joint cap."""
    return act(principal, case_id, commands.Extend(days, reason, joint), channel)


def request_supplement(
    principal: Principal, case_id: uuid.UUID, *, items: Sequence[Mapping[str, str]], channel: str = "desk"
) -> Done:
    """Ask the applicant for more; ``items`` = [{target: material|field, code, fault, remedy}]."""
    content = catalog.content(load(case_id).version_id)
    names = {("field", f.path): f.label for f in content.all_fields()}
    names |= {("material", m.code): m.name for m in content.materials}
    return act(principal, case_id, commands.RequestSupplement(tuple(_fault(i, names) for i in items)), channel)


def _fault(item: Mapping[str, str], names: Mapping[tuple[str, str], str]) -> commands.Fault:
    target, code = item.get("target", ""), item.get("code", "")
    return commands.Fault(target, code, names.get((target, code), code), item.get("fault", ""), item.get("remedy", ""))


def supplement(
    principal: Principal,
    case_id: uuid.UUID,
    *,
    proceeding_id: uuid.UUID,
    answers: Mapping[str, Any],
    files: Mapping[str, Sequence[str]],
    channel: str = "portal",
) -> Done:
    """The applicant hands in what was asked: fields (typed values) and files by material code."""
    given = corrected(principal, case_id, answers, files, "C")
    assert principal.account_id is not None or not principal.signed_in  # the policy lets only the applicant through
    account = principal.account_id or uuid.UUID(int=0)
    command = commands.Supplement(
        proceeding_id,
        given.answers,
        given.content_hash,
        given.materials,
        account,
        given.fields,
        given.called,
        given.left,
    )
    return act(principal, case_id, command, channel)


def request_opinion(
    principal: Principal,
    case_id: uuid.UUID,
    *,
    branch_key: str,
    post_id: int,
    question: str,
    limit_n: int,
    limit_unit: str = "working_day",
    channel: str = "desk",
) -> Done:
    """Ask another unit within one branch."""

    def command(state: CaseState) -> commands.RequestOpinion:
        post = post_for(post_id, "opinion", state)
        unit = post.department
        return commands.RequestOpinion(
            branch_key, post.pk, post.name, unit.pk, unit.name, question, limit_n, limit_unit
        )

    return act(principal, case_id, command, channel)


def give_opinion(
    principal: Principal,
    case_id: uuid.UUID,
    *,
    proceeding_id: uuid.UUID,
    answer: str,
    text: str = "",
    channel: str = "desk",
) -> Done:
    """The asked unit answers: ``agree``, ``disagree`` or ``no_view``."""
    known = words_of(case_id, proceeding_id)
    return act(principal, case_id, commands.GiveOpinion(proceeding_id, answer, text, known), channel)


def hold_joint_meeting(
    principal: Principal,
    case_id: uuid.UUID,
    *,
    held_on: date,
    place: str,
    opinions: Mapping[str, str],
    conclusion: str,
    channel: str = "desk",
) -> Done:
    """Record a joint meeting: department name -> its words, and what was agreed."""
    return act(principal, case_id, commands.HoldJointMeeting(held_on, place, dict(opinions), conclusion), channel)


def tell_interested_party(
    principal: Principal, case_id: uuid.UUID, *, name: str, interest: str, channel: str = "desk"
) -> Done:
    """Tell a third person whose major interest the decision touches."""
    return act(principal, case_id, commands.TellInterestedParty(name, interest), channel)


def hear_party(
    principal: Principal, case_id: uuid.UUID, *, proceeding_id: uuid.UUID, statement: str = "", channel: str = "desk"
) -> Done:
    """Record what the party said; nothing when the term is over."""
    known = words_of(case_id, proceeding_id)
    return act(principal, case_id, commands.HearParty(proceeding_id, statement, known), channel)

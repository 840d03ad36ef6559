"""The ordinary road after intake: examine, decide, issue, deliver, close, withdraw."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from tongban.ground.policy import SYSTEM, Principal
from tongban.procedures.cases.acting import Done
from tongban.procedures.cases.loading import load_holder
from tongban.procedures.cases.models import Application
from tongban.procedures.cases.rules import commands
from tongban.procedures.cases.rules.state import CaseState
from tongban.procedures.cases.services.doing import act
from tongban.procedures.cases.services.matters import words_of
from tongban.registry.catalog import selectors as catalog
from tongban.registry.catalog.version import VersionContent


def latest_answers(case_id: uuid.UUID) -> dict[str, Any]:
    """The answers of the newest round: element path -> value."""
    text = Application.objects.filter(case_id=case_id).order_by("-round").values_list("answers", flat=True).first()
    answers: dict[str, Any] = json.loads(text or "{}")
    return answers


def complete_step(
    principal: Principal,
    case_id: uuid.UUID,
    *,
    task_id: uuid.UUID,
    verdict: str,
    text: str,
    points: Sequence[Mapping[str, Any]] = (),
    channel: str = "desk",
) -> Done:
    """Give the opinion of a step."""
    return act(principal, case_id, commands.CompleteStep(task_id, verdict, text, tuple(points)), channel)


def licence_grant(state: CaseState, content: VersionContent) -> commands.LicenceGrant:
    """What the licence will say of its holder, from the newest application."""
    kind, holder_id, name, answers = load_holder(state.id)
    attributes = {path: answers[path] for path in content.result.attributes.values() if answers.get(path) is not None}
    return commands.LicenceGrant(kind, holder_id, name, json.dumps(attributes, ensure_ascii=False))


def decide(
    principal: Principal,
    case_id: uuid.UUID,
    *,
    outcome: str,
    facts: str = "",
    reasons: str = "",
    basis: Sequence[Mapping[str, str]] = (),
    ruling: str = "",
    channel: str = "desk",
) -> Done:
    """Decide with one of the outcomes of the regime; what the version grants cites its own articles by default.

    :param ruling: of an adjudication, what is ruled.
    """

    def command(state: CaseState) -> commands.Decide:
        content = catalog.content(state.version_id)
        positive = outcome == content.law.positive
        cited = tuple(basis) or (_granting_basis(content) if positive else ())
        plain = commands.Decide(outcome, facts, reasons, cited, ruling=ruling)
        if not positive or not content.result.licence_type:
            return plain
        return replace(plain, licence=licence_grant(state, content))

    return act(principal, case_id, command, channel)


def _granting_basis(content: VersionContent) -> tuple[Mapping[str, str], ...]:
    return tuple({"instrument": b.instrument, "article": b.article} for b in content.legal_basis)


def issue(case_id: uuid.UUID, *, channel: str = "system") -> Done:
    """The system issues the result once every paper of the decision is sealed.

    Who has been waiting at the counter since an instant decision gets it in the same act.
    """

    def command(state: CaseState) -> commands.Issue:
        waiting = state.open_proceedings("handing")
        words = words_of(case_id, waiting[0].id) if waiting else {}
        return commands.Issue(str(words.get("received_by", "")))

    return act(SYSTEM, case_id, command, channel)


def deliver(
    principal: Principal,
    case_id: uuid.UUID,
    *,
    mode: str,
    received_by: str = "",
    waybill: str = "",
    witnesses: Sequence[str] = (),
    channel: str = "portal",
) -> Done:
    """Record that the result reached the party: ``mode`` portal, counter, post or left_behind."""
    account = principal.account_id or principal.actor_id or uuid.UUID(int=0)
    command = commands.Deliver(mode, received_by, waybill, tuple(witnesses), account)
    return act(principal, case_id, command, channel)


def close(case_id: uuid.UUID, *, channel: str = "system") -> Done:
    """The system closes a case on which nothing is left to do."""
    return act(SYSTEM, case_id, commands.Close(), channel)


def withdraw(principal: Principal, case_id: uuid.UUID, *, reason: str = "", channel: str = "portal") -> Done:
    """The applicant takes the application back."""
    return act(principal, case_id, commands.Withdraw(reason), channel)

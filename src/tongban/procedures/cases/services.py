"""The only writers of cases: one function a use case, one act, at least one ledger event.

Every act is: load, check policy and law in pure rules, commit as one statement (``ground.acts``). Acts are idempotent:
a repeated submission gives the same case (``submission_key``); a repeated act finds the case in another state and is
refused with a sentence.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tongban.ground import acts, moment
from tongban.ground.errors import Refusal, Refusals
from tongban.ground.policy import SYSTEM, Principal
from tongban.procedures.cases import rules
from tongban.procedures.cases.acting import Done, actor_of, setting_of
from tongban.procedures.cases.loading import load, load_holder
from tongban.procedures.cases.models import Application
from tongban.procedures.cases.rules import commands
from tongban.procedures.cases.rules.state import CaseState, Setting
from tongban.procedures.cases.submission import application_hash, require_own_files, submit, submit_for
from tongban.registry.catalog import forms
from tongban.registry.catalog import selectors as catalog
from tongban.registry.catalog.version import VersionContent

__all__ = ["Done", "actor_of", "submit", "submit_for"]


def _act(
    principal: Principal, case_id: uuid.UUID, command: Callable[[CaseState], object] | object, channel: str
) -> Done:
    """Load, decide, commit. ``command`` may be built from the loaded state."""
    content: VersionContent | None = None
    setting: Setting | None = None

    def decide(state: CaseState) -> tuple[Any, Any]:
        nonlocal content, setting
        content = content or catalog.content(state.version_id)
        setting = setting or setting_of(principal, content)
        asked = command(state) if callable(command) else command
        return state.subject(), rules.decide(state, asked, setting)

    # who acts for whom depends on the case alone, which never changes its applicant
    first = load(case_id)
    seen = [first]

    def read(lock: bool) -> CaseState:
        return load(case_id, True) if lock or not seen else seen.pop()

    now = moment.now()
    state, committed = acts.perform(read, decide, actor_of(principal, channel, first), now)
    return Done(state.id, state.number, _state_after(committed.events[-1].kind, state.state))


_STATE_OF_EVENT = {
    "case.received": "received",
    "case.correction_requested": "correction_requested",
    "case.corrected": "received",
    "case.review_started": "in_review",
    "case.not_accepted": "not_accepted",
    "case.step_completed": "in_review",
    "case.decided": "decided",
    "case.result_issued": "issued",
    "case.delivered": "delivered",
    "case.closed": "closed",
    "case.withdrawn": "withdrawn",
}


def _state_after(kind: str, before: str) -> str:
    return _STATE_OF_EVENT.get(kind, before)


def receive(principal: Principal, case_id: uuid.UUID, *, channel: str = "window") -> Done:
    """A window has looked at the submission."""
    return _act(principal, case_id, commands.Receive(), channel)


def request_correction(
    principal: Principal, case_id: uuid.UUID, *, items: Sequence[Mapping[str, str]], channel: str = "window"
) -> Done:
    """Send the one-time notice; ``items`` = [{target: material|field, code, fault, remedy}]."""
    content = catalog.content(load(case_id).version_id)
    labels = {("field", f.path): f.label for f in content.all_fields()}
    labels |= {("material", m.code): m.name for m in content.materials}
    faults = []
    for item in items:
        name = labels.get((item["target"], item["code"]))
        if name is None:
            raise Refusal(
                "notice.unlisted",
                "清单里没有这一项，不能要求补正",
                field=item["code"],
                remedy="只能要求公布的清单里有的内容",
            )
        faults.append(commands.Fault(item["target"], item["code"], name, item.get("fault", ""), item.get("remedy", "")))
    return _act(principal, case_id, commands.RequestCorrection(tuple(faults)), channel)


def submit_correction(
    principal: Principal,
    case_id: uuid.UUID,
    *,
    answers: Mapping[str, Any],
    files: Mapping[str, Sequence[str]],
    channel: str = "portal",
) -> Done:
    """The applicant answers the notice: corrected fields (typed values) and new files by material code."""
    content = catalog.content(load(case_id).version_id)
    stored = latest_answers(case_id)
    merged = stored | dict(answers)
    paths = {f.path for f in content.all_fields()}
    clean, errors = forms.parse_answers(content, {p: v for p, v in merged.items() if p in paths})
    if wrong := tuple(e for e in errors if e.field in answers):
        raise Refusals(wrong)
    require_own_files(principal, files)
    kept = {p: v for p, v in merged.items() if p not in paths} | clean
    names = {m.code: m.name for m in content.materials}
    given = tuple(
        commands.Given(code, names.get(code, code), tuple(uuid.UUID(str(f)) for f in ids))
        for code, ids in files.items()
        if ids
    )
    assert principal.account_id is not None  # the policy lets only the applicant through
    command = commands.SubmitCorrection(
        answers=json.dumps(kept, ensure_ascii=False),
        content_hash=application_hash(kept, given),
        materials=given,
        corrected_fields=tuple(answers),
        account_id=principal.account_id,
    )
    return _act(principal, case_id, command, channel)


def latest_answers(case_id: uuid.UUID) -> dict[str, Any]:
    """The answers of the newest round: element path -> value."""
    text = Application.objects.filter(case_id=case_id).order_by("-round").values_list("answers", flat=True).first()
    answers: dict[str, Any] = json.loads(text or "{}")
    return answers


def accept(principal: Principal, case_id: uuid.UUID, *, points: Sequence[str] = (), channel: str = "window") -> Done:
    """Accept; every branch of the review begins at once."""
    return _act(principal, case_id, commands.Accept(tuple(points)), channel)


def refuse_acceptance(
    principal: Principal,
    case_id: uuid.UUID,
    *,
    kind: str,
    reason: str,
    right_authority: str = "",
    channel: str = "window",
) -> Done:
    """Refuse to accept, in writing."""
    return _act(principal, case_id, commands.RefuseAcceptance(kind, reason, right_authority), channel)


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
    return _act(principal, case_id, commands.CompleteStep(task_id, verdict, text, tuple(points)), channel)


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
    channel: str = "desk",
) -> Done:
    """Grant or refuse."""

    def command(state: CaseState) -> commands.Decide:
        content = catalog.content(state.version_id)
        cited = tuple(basis) or (_granting_basis(content) if outcome == "granted" else ())
        plain = commands.Decide(outcome, facts, reasons, cited)
        if outcome != "granted" or not content.result.licence_type:
            return plain
        return replace(plain, licence=licence_grant(state, content))

    return _act(principal, case_id, command, channel)


def _granting_basis(content: VersionContent) -> tuple[Mapping[str, str], ...]:
    return tuple({"instrument": b.instrument, "article": b.article} for b in content.legal_basis)


def issue(case_id: uuid.UUID, *, channel: str = "system") -> Done:
    """The system issues the result once every paper of the decision is sealed."""
    return _act(SYSTEM, case_id, commands.Issue(), channel)


def deliver(
    principal: Principal, case_id: uuid.UUID, *, mode: str, received_by: str = "", channel: str = "portal"
) -> Done:
    """Record that the result reached the party."""
    account = principal.account_id or principal.actor_id or uuid.UUID(int=0)
    return _act(principal, case_id, commands.Deliver(mode, received_by, account), channel)


def close(case_id: uuid.UUID, *, channel: str = "system") -> Done:
    """The system closes a case on which nothing is left to do."""
    return _act(SYSTEM, case_id, commands.Close(), channel)


def withdraw(principal: Principal, case_id: uuid.UUID, *, reason: str = "", channel: str = "portal") -> Done:
    """The applicant takes the application back."""
    return _act(principal, case_id, commands.Withdraw(reason), channel)

"""Ends without decision, deemed renewal, hand-over of a task, the notice "ready"."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from tongban.ground.errors import NotFound, Refusal
from tongban.ground.policy import SYSTEM, Principal
from tongban.procedures.cases.acting import Done
from tongban.procedures.cases.rules import commands
from tongban.procedures.cases.rules.state import CaseState
from tongban.procedures.cases.services.doing import act
from tongban.procedures.cases.services.matters import post_for
from tongban.procedures.cases.services.road import licence_grant
from tongban.procedures.cases.submission import require_own_files
from tongban.registry.catalog import selectors as catalog
from tongban.registry.licences.models import Licence

CONSENT_PROOF = "consent_proof"
"""Code under which the signed consent to a transfer is handed in."""


def terminate(
    principal: Principal,
    case_id: uuid.UUID,
    *,
    kind: str,
    facts: str,
    basis: Sequence[Mapping[str, str]],
    channel: str = "desk",
) -> Done:
    """End the case in writing; ``kind`` of ``rules.ending.TERMINATIONS``."""
    return act(principal, case_id, commands.Terminate(kind, facts, tuple(basis)), channel)


def transfer(
    principal: Principal,
    case_id: uuid.UUID,
    *,
    kind: str,
    authority: str,
    reason: str,
    consented: bool = False,
    own_misrouting: bool = False,
    consent_by: str = "",
    files: Mapping[str, Sequence[str]] | None = None,
    channel: str = "desk",
) -> Done:
    """Send the whole file to another authority; ``kind`` of ``rules.ending.TRANSFERS``.

    :param files: ``{"consent_proof": [...]}``: the signed consent, by who handed it in at the counter.
    """
    require_own_files(principal, files or {})
    proof = tuple(uuid.UUID(str(key)) for key in (files or {}).get(CONSENT_PROOF, ()))
    command = commands.Transfer(kind, authority, reason, consented, own_misrouting, consent_by, proof)
    return act(principal, case_id, command, channel)


def hand_over(
    principal: Principal,
    case_id: uuid.UUID,
    *,
    task_id: uuid.UUID,
    post_id: int,
    reason_code: str,
    reason: str,
    channel: str = "desk",
) -> Done:
    """Give a task to another post; ``reason_code`` of ``rules.handover.REASONS``."""

    def command(state: CaseState) -> commands.HandOver:
        kind = next((t.kind for t in state.open_tasks() if t.id == task_id), "")
        if not kind:
            raise Refusal("hand_over.done", "没有找到这项任务，或者已经办完", remedy="刷新页面，看最新状态")
        post = post_for(post_id, kind, state)
        return commands.HandOver(task_id, post.pk, post.name, post.department_id, reason_code, reason)

    return act(principal, case_id, command, channel)


def notify_ready(principal: Principal, case_id: uuid.UUID, *, channel: str = "window") -> Done:
    """Tell the applicant that the result waits at the counter."""
    return act(principal, case_id, commands.NotifyReady(), channel)


def deem_renewed(case_id: uuid.UUID, *, licence_id: uuid.UUID, channel: str = "system") -> Done:
    """The system renews by law a licence whose renewal was asked in time and not decided before it expired.

    :raises NotFound: ``licence.not_found``: no such licence, or not of the applicant, or without an end.
    """

    def command(state: CaseState) -> commands.DeemRenewed:
        licence = Licence.objects.filter(id=licence_id).first()
        content = catalog.content(state.version_id)
        holders = (state.applicant_organisation_id, state.applicant_person_id)
        if licence is None or licence.holder_id not in holders or licence.type_id != content.result.licence_type:
            raise NotFound("licence.not_found", "没有找到要延续的证照")
        if licence.valid_until is None:
            raise Refusal("renewal.no_end", "这份证照长期有效，不需要延续")
        grant = licence_grant(state, content) if content.result.licence_type else None
        return commands.DeemRenewed(licence_id, licence.valid_until, grant)

    return act(SYSTEM, case_id, command, channel)

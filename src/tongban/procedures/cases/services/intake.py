"""Intake: receive, notice and correction, acceptance in its modes, instant handling, disputes, void entries."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongban.ground import moment
from tongban.ground.errors import Refusal, Refusals
from tongban.ground.policy import SYSTEM, Principal
from tongban.procedures.cases.acting import Done
from tongban.procedures.cases.loading import load
from tongban.procedures.cases.rules import commands, notices
from tongban.procedures.cases.rules.state import CaseState
from tongban.procedures.cases.services.doing import act
from tongban.procedures.cases.services.road import latest_answers, licence_grant
from tongban.procedures.cases.standing import standing_in
from tongban.procedures.cases.submission import application_hash, require_own_files
from tongban.registry.catalog import forms
from tongban.registry.catalog import selectors as catalog
from tongban.registry.catalog.version import VersionContent
from tongban.registry.parties import delegating
from tongban.registry.parties.delegation import POWERS


def receive(principal: Principal, case_id: uuid.UUID, *, channel: str = "window") -> Done:
    """A window has looked at the submission."""
    return act(principal, case_id, commands.Receive(), channel)


# ---- notice and correction -----------------------------------------------------------------------------------------


def request_correction(
    principal: Principal, case_id: uuid.UUID, *, items: Sequence[Mapping[str, str]], channel: str = "window"
) -> Done:
    """Send the one-time notice; ``items`` = [{target: material|field, code, fault, remedy}].

    :raises Refusal: among others ``notice.second_with_new_points``: the attempt to ask for more a second time is
        refused, and stands in the ledger as a fact of supervision.
    """
    content = catalog.content(load(case_id).version_id)
    command = commands.RequestCorrection(tuple(_fault(item, content) for item in items))
    try:
        return act(principal, case_id, command, channel)
    except Refusal as refusal:
        if refusal.code == notices.SECOND_DEMAND:
            act(principal, case_id, lambda state: _second_demand(state, command), channel)
        raise


def _fault(item: Mapping[str, str], content: VersionContent) -> commands.Fault:
    labels = {("field", f.path): f.label for f in content.all_fields()}
    labels |= {("material", m.code): m.name for m in content.materials}
    name = labels.get((item.get("target", ""), item.get("code", "")))
    if name is None:
        raise Refusal(
            "notice.unlisted",
            "清单里没有这一项，不能要求补正",
            field=item.get("code", ""),
            remedy="只能要求公布的清单里有的内容",
        )
    return commands.Fault(item["target"], item["code"], name, item.get("fault", ""), item.get("remedy", ""))


def _second_demand(state: CaseState, command: commands.RequestCorrection) -> commands.NoteSecondDemand:
    fresh = set(notices.new_points(state, command))
    return commands.NoteSecondDemand(tuple((f.target, f.code) for f in command.faults if f.name in fresh))


@dataclass(frozen=True, slots=True)
class Corrected:
    """Checked new contents of an application: all answers as JSON, their hash, the materials that were given.

    ``called`` and ``left`` are (target, code): what the new answers newly call for, and what of it nobody has given.
    """

    answers: str
    content_hash: str
    materials: tuple[commands.Given, ...]
    fields: tuple[str, ...]
    called: tuple[tuple[str, str], ...] = ()
    left: tuple[tuple[str, str], ...] = ()


def corrected(
    principal: Principal,
    case_id: uuid.UUID,
    answers: Mapping[str, Any],
    files: Mapping[str, Sequence[str]],
    grade: str,
) -> Corrected:
    """What an applicant corrects or supplements, checked: fields (typed values) and own files by material code.

    :raises Refusals: a value does not fit its field.
    """
    state = load(case_id)
    content, before = catalog.content(state.version_id), latest_answers(case_id)
    merged = before | dict(answers)
    paths = {f.path for f in content.all_fields()}
    clean, errors = forms.parse_answers(content, {p: v for p, v in merged.items() if p in paths})
    if wrong := tuple(e for e in errors if e.field in answers):
        raise Refusals(wrong)
    require_own_files(principal, files)
    kept = {p: v for p, v in merged.items() if p not in paths} | clean
    given = given_materials(content, files, grade)
    text = json.dumps(kept, ensure_ascii=False)
    old, new = forms.asked(content, before), forms.asked(content, kept)
    called = tuple(target for target in _targets(new) if target not in set(_targets(old)))
    there = {m.code: ["given"] for m in state.materials} | {g.code: ["given"] for g in given}
    left = tuple(_target(gap) for gap in forms.gaps(new, forms.materials_of(new), there))
    return Corrected(text, application_hash(kept, given), given, tuple(answers), called, left)


def _targets(call: forms.Asked) -> tuple[tuple[str, str], ...]:
    fields = (("field", f.path) for f in call.fields)
    return (*fields, *(("material", m.code) for m in forms.materials_of(call)))


def _target(gap: forms.Missing) -> tuple[str, str]:
    return ("field", gap.path) if gap.path else ("material", gap.material)


def given_materials(
    content: VersionContent, files: Mapping[str, Sequence[str]], grade: str
) -> tuple[commands.Given, ...]:
    """Files by material code as materials of the list; raises ``application.unlisted`` for any other code."""
    names = {m.code: m.name for m in content.materials}
    if unknown := [code for code, ids in files.items() if ids and code not in names]:
        raise Refusal("application.unlisted", "清单里没有这份材料", field=unknown[0], remedy="只交清单里有的材料")
    return tuple(
        commands.Given(code, names[code], tuple(uuid.UUID(str(f)) for f in ids), evidence_grade=grade)
        for code, ids in files.items()
        if ids
    )


def _account(principal: Principal) -> uuid.UUID:
    account = principal.account_id or principal.actor_id
    if account is None:
        raise Refusal("case.not_allowed", "请先登录", remedy="登录后再办理")
    return account


def submit_correction(
    principal: Principal,
    case_id: uuid.UUID,
    *,
    answers: Mapping[str, Any],
    files: Mapping[str, Sequence[str]],
    channel: str = "portal",
) -> Done:
    """The applicant answers the notice: corrected fields (typed values) and new files by material code."""
    new = corrected(principal, case_id, answers, files, "C")
    command = commands.SubmitCorrection(
        new.answers, new.content_hash, new.materials, new.fields, _account(principal), new.called, new.left
    )
    return act(principal, case_id, command, channel)


def correct_on_the_spot(
    principal: Principal,
    case_id: uuid.UUID,
    *,
    signed_by: str,
    answers: Mapping[str, Any] | None = None,
    files: Mapping[str, Sequence[str]] | None = None,
    channel: str = "window",
) -> Done:
    """The applicant mends at the counter and signs; no notice, no clock (行政许可法 art. 32(1) no. 3)."""
    new = corrected(principal, case_id, answers or {}, files or {}, "B")
    command = commands.CorrectOnTheSpot(
        new.answers,
        new.content_hash,
        new.materials,
        new.fields,
        signed_by,
        _account(principal),
        new.called,
        new.left,
    )
    return act(principal, case_id, command, channel)


# ---- acceptance ----------------------------------------------------------------------------------------------------


def accept(
    principal: Principal,
    case_id: uuid.UUID,
    *,
    points: Sequence[str] = (),
    reliefs: Sequence[str] = (),
    channel: str = "window",
) -> Done:
    """Accept; every branch of the review begins at once. Registration and filing: the check of form is done.

    :param reliefs: those that the applicant's credit earns and that are taken (NTC-14).
    """

    def command(state: CaseState) -> commands.Accept:
        standing = standing_in(state, catalog.content(state.version_id))
        return commands.Accept(tuple(points), standing, tuple(reliefs))

    return act(principal, case_id, command, channel)


def refuse_acceptance(
    principal: Principal,
    case_id: uuid.UUID,
    *,
    kind: str,
    reason: str,
    right_authority: str = "",
    article: str = "",
    channel: str = "window",
) -> Done:
    """Refuse to accept, in writing; ``article`` bars (``barred``: 第七十八条 or 第七十九条 in licensing)."""
    return act(principal, case_id, commands.RefuseAcceptance(kind, reason, right_authority, article), channel)


def deem_accepted(case_id: uuid.UUID, *, channel: str = "system") -> Done:
    """The clock acts: nobody spoke within the limit (行政许可法 art. 32(4))."""
    return act(SYSTEM, case_id, commands.DeemAccepted(), channel)


def accept_with_deferral(
    principal: Principal,
    case_id: uuid.UUID,
    *,
    materials: Sequence[str],
    signed_by: str,
    chosen_by_applicant: bool = True,
    points: Sequence[str] = (),
    reliefs: Sequence[str] = (),
    channel: str = "window",
) -> Done:
    """Accept although secondary materials are missing; ``signed_by`` is who signed the letter of the applicant."""

    def command(state: CaseState) -> commands.AcceptWithDeferral:
        standing = standing_in(state, catalog.content(state.version_id))
        return commands.AcceptWithDeferral(
            tuple(materials), chosen_by_applicant, signed_by, tuple(points), standing, tuple(reliefs)
        )

    return act(principal, case_id, command, channel)


def settle_deferral(
    principal: Principal, case_id: uuid.UUID, *, files: Mapping[str, Sequence[str]], channel: str = "portal"
) -> Done:
    """Hand in deferred materials: in the portal, or at the counter."""
    content = catalog.content(load(case_id).version_id)
    require_own_files(principal, files)
    given = given_materials(content, files, "B" if principal.is_staff else "C")
    return act(principal, case_id, commands.SettleDeferral(given, _account(principal)), channel)


def lapse_deferral(case_id: uuid.UUID, proceeding_id: uuid.UUID, *, channel: str = "system") -> Done:
    """The clock acts: the term of a deferral has passed; the result stays withheld."""
    return act(SYSTEM, case_id, commands.LapseDeferral(proceeding_id), channel)


# ---- at once -------------------------------------------------------------------------------------------------------


def decide_instantly(
    principal: Principal,
    case_id: uuid.UUID,
    *,
    points: Sequence[str] = (),
    received_by: str = "",
    channel: str = "window",
) -> Done:
    """Accept and grant in one act, at a post that version and delegation authorise for it.

    :param received_by: who waits at the counter and signs: issue and delivery follow as soon as the paper is sealed.
    """

    def command(state: CaseState) -> commands.DecideInstantly:
        content = catalog.content(state.version_id)
        if content.separation_level == "single_post":
            _require_power(principal, content, "decide_instantly")
        licence = licence_grant(state, content) if content.result.licence_type else None
        return commands.DecideInstantly(licence, _own_basis(content), tuple(points), received_by)

    return act(principal, case_id, command, channel)


def record(principal: Principal, case_id: uuid.UUID, *, channel: str = "window") -> Done:
    """Record a filing on the spot, at a window that the authority has entrusted with it."""

    def command(state: CaseState) -> commands.Record:
        content = catalog.content(state.version_id)
        _require_power(principal, content, "record")
        licence = licence_grant(state, content) if content.result.licence_type else None
        return commands.Record(licence, _own_basis(content))

    return act(principal, case_id, command, channel)


def _require_power(principal: Principal, content: VersionContent, power: str) -> None:
    """Raise unless the acting post has the power over the item, itself or by delegation (WIN-07, WIN-10)."""
    post = principal.post_id
    if post is None or not delegating.authorised(post, content.option_code, power, moment.today()):
        raise Refusal(
            "delegation.missing",
            f"您的岗位没有得到{content.authority.name}对本事项「{POWERS[power]}」的授权",
            remedy="请由有授权的岗位办理；授权在授权公示里可以查到",
        )


def _own_basis(content: VersionContent) -> tuple[Mapping[str, str], ...]:
    return tuple({"instrument": b.instrument, "article": b.article} for b in content.legal_basis)


# ---- the hall manager ----------------------------------------------------------------------------------------------


def void_entry(principal: Principal, case_id: uuid.UUID, *, reason: str, channel: str = "desk") -> Done:
    """Void a wrong entry of today; the number is burned."""
    return act(principal, case_id, commands.VoidEntry(reason), channel)


def raise_dispute(
    principal: Principal, case_id: uuid.UUID, *, points: Sequence[str], reason: str, channel: str = "desk"
) -> Done:
    """The department holds the acceptance to be wrong; ``points`` are codes of materials or paths of fields."""
    return act(principal, case_id, commands.RaiseDispute(tuple(points), reason), channel)


def rule_dispute(
    principal: Principal, case_id: uuid.UUID, *, proceeding_id: uuid.UUID, fault: str, words: str, channel: str = "desk"
) -> Done:
    """The hall manager rules; ``fault`` window or department."""
    return act(principal, case_id, commands.RuleDispute(proceeding_id, fault, words), channel)

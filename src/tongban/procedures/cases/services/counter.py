"""One visit at a counter: what was brought becomes a case and gets its lawful answer, at once (WIN-01, WIN-20)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from tongban.ground.errors import Refusal
from tongban.ground.policy import Principal
from tongban.procedures.cases.acting import Done
from tongban.procedures.cases.held import held_of
from tongban.procedures.cases.rules import commands
from tongban.procedures.cases.rules.held import REASONS, SOURCES, HeldMaterial
from tongban.procedures.cases.services import commitments, intake
from tongban.procedures.cases.submission import AtCounter, entered, submit_for
from tongban.registry.catalog import forms
from tongban.registry.catalog import selectors as catalog
from tongban.registry.catalog.version import VersionContent
from tongban.registry.parties.models import Organisation, Person

CHANNEL = "window"


@dataclass(frozen=True, slots=True)
class Again:
    """Why a held material is asked for all the same: ``reason`` of :data:`rules.held.REASONS`, and words if needed."""

    reason: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands on the counter: who, what for, typed answers, stored files by material code.

    :param agent: who stands here for the applicant; ``mandate`` how that was proved.
    :param without: codes of materials that were not brought.
    :param again: held materials that were asked for all the same.
    :param mended: files that replace those of ``files`` after the applicant corrected them on the spot.
    :param key: of this form; the same one gives the same case.
    :param held: materials held of the applicant, by who has read them for this form; None: they are read here.
    """

    slug: str
    person: Person | None
    organisation: Organisation | None
    answers: Mapping[str, Any]
    files: Mapping[str, Sequence[str]]
    key: str
    agent: Person | None = None
    mandate: str = ""
    without: Sequence[str] = ()
    again: Mapping[str, Again] = field(default_factory=dict)
    mended: Mapping[str, Sequence[str]] = field(default_factory=dict)
    held: Mapping[str, HeldMaterial] | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the clerk answers: ``kind`` take_in, accept, notice, refuse, instant, record; the rest is what it needs."""

    kind: str
    points: Sequence[str] = ()
    signed_by: str = ""
    deferred: Sequence[str] = ()
    promised: Sequence[str] = ()
    items: Sequence[Mapping[str, str]] = ()
    refusal: str = ""
    reason: str = ""
    right_authority: str = ""
    received_by: str = ""


def serve(principal: Principal, entry: Entry, verdict: Verdict) -> Done:
    """Enter the case and answer it. A refused answer leaves nothing behind; the same key gives the same case.

    :raises Refusal: among others ``held.again``: something that is held was asked for without a reason (WIN-20).
    """
    if done := entered(principal, entry.key):
        return done  # a repeated press
    with transaction.atomic():
        version_id, content = catalog.version_in_force(entry.slug)
        at_counter = _at_counter(entry, content, verdict)
        used = {given.code for given in at_counter.held}
        done = submit_for(
            principal,
            slug=entry.slug,
            person=entry.person,
            organisation=entry.organisation,
            agent=entry.agent,
            answers=entry.answers,
            files=entry.files,
            without=[code for code in entry.without if code not in used],
            key=entry.key,
            channel=CHANNEL,
            extra=at_counter,
            begun=(version_id, content),
        )
        if verdict.kind == "take_in" or done.state != "received":
            return done
        if mended := {code: files for code, files in entry.mended.items() if files}:
            intake.correct_on_the_spot(principal, done.id, signed_by=verdict.signed_by, files=mended)
        return _answer(principal, done.id, content, verdict)


def _at_counter(entry: Entry, content: VersionContent, verdict: Verdict) -> AtCounter:
    """Held materials stand in for what nobody has to bring; asking for one all the same needs a reason."""
    known = entry.held
    if known is None:
        known = held_of(content, entry.agent if entry.organisation else entry.person, entry.organisation).materials
    clean, _errors = forms.parse_answers(content, entry.answers)
    called = [m.code for m in forms.visible_materials(content, clean) if m.source == "uploaded" and m.code in known]
    again = tuple(_again(known[code], entry.again[code]) for code in called if code in entry.again)
    used = [known[code] for code in called if code not in entry.again]
    for one in used:
        if entry.files.get(one.code):
            raise _asked_without_reason(one, content)
    given = tuple(
        commands.Given(one.code, _name(content, one.code), one.files, SOURCES[one.origin.kind], one.grade)
        for one in used
    )
    return AtCounter(given, again, entry.mandate, verdict.kind != "take_in")


def _again(one: HeldMaterial, why: Again) -> commands.AskedAgain:
    if why.reason not in REASONS:
        raise Refusal("held.reason", "请选择为什么还要收", field=one.code, remedy="系统里已有的材料，没有理由不能再要")
    return commands.AskedAgain(one.code, one.origin.kind, why.reason, why.words.strip())


def _asked_without_reason(one: HeldMaterial, content: VersionContent) -> Refusal:
    return Refusal(
        "held.again",
        f"系统里已有「{_name(content, one.code)}」，不能再要申请人提交",
        field=one.code,
        remedy="直接用已有的；确实要换一份的，先选理由，理由会记录并进入报表",
    )


def _name(content: VersionContent, code: str) -> str:
    return next((m.name for m in content.materials if m.code == code), code)


def _answer(principal: Principal, case_id: uuid.UUID, content: VersionContent, verdict: Verdict) -> Done:
    points = verdict.points
    if verdict.kind == "notice":
        return intake.request_correction(principal, case_id, items=verdict.items)
    if verdict.kind == "refuse":
        return intake.refuse_acceptance(
            principal, case_id, kind=verdict.refusal, reason=verdict.reason, right_authority=verdict.right_authority
        )
    if verdict.kind == "instant":
        return intake.decide_instantly(principal, case_id, points=points, received_by=verdict.received_by)
    if verdict.kind == "record":
        return intake.record(principal, case_id)
    if verdict.promised and content.commitment:
        pair = content.commitment.pair_version
        return commitments.accept_with_commitment(
            principal, case_id, pair_version=pair, signed_by=verdict.signed_by, points=points
        )
    if verdict.deferred:
        return intake.accept_with_deferral(
            principal, case_id, materials=verdict.deferred, signed_by=verdict.signed_by, points=points
        )
    return intake.accept(principal, case_id, points=points)

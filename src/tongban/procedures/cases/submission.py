"""Submission: a draft, a window's entry or a machine's message becomes a case, once."""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import IntegrityError, connection, transaction

from tongban.ground import acts, moment
from tongban.ground.crypto import blind_index
from tongban.ground.errors import Conflict, NotFound, Refusal, Refusals, SignInNeeded
from tongban.ground.ids import uuid7
from tongban.ground.masking import mask_name
from tongban.ground.numbers.services import NEXT_NUMBER_SQL
from tongban.ground.policy import Principal, Target, allowed
from tongban.ground.storage.models import StoredFile
from tongban.procedures.cases import drafts, prerequisites, rules
from tongban.procedures.cases.acting import Done, actor_of, setting_of
from tongban.procedures.cases.loading import SubmittedDraft, load, load_draft
from tongban.procedures.cases.models import Case, Draft
from tongban.procedures.cases.rules import commands, held, intake
from tongban.procedures.cases.standing import standing_of
from tongban.registry.catalog import forms
from tongban.registry.catalog import selectors as catalog
from tongban.registry.catalog.models import ItemVersion
from tongban.registry.catalog.reliefs import excluded, spared
from tongban.registry.catalog.version import Material, VersionContent, content_hash
from tongban.registry.parties import delegating
from tongban.registry.parties.models import Organisation, Person, Region

DELIVERY_MODES = ("download", "counter", "post")
_WINDOW_SPACE = uuid.UUID("6f1d2c1e-5b0a-4f6e-9c39-0f6b7a3f1a10")


def application_hash(
    answers: Mapping[str, Any], materials: Sequence[commands.Given], known: Mapping[str, str] | None = None
) -> str:
    """sha256 of the canonical answers and file hashes; ``known`` saves the query (file id -> hash)."""
    hashes = known
    if hashes is None:
        ids = [f for given in materials for f in given.files]
        rows = StoredFile.objects.filter(id__in=ids).values_list("id", "content_hash")
        hashes = {str(key): value for key, value in rows}
    data = {"answers": dict(answers), "files": {g.code: [hashes[str(f)] for f in g.files] for g in materials}}
    return content_hash(data)


def _given(
    materials: Sequence[Material],
    files: Mapping[str, Sequence[str]],
    grade: str,
    sources: Mapping[str, str] | None = None,
) -> tuple[commands.Given, ...]:
    """Files as materials; ``sources`` says which of them were held already, as ``Draft.sources`` does."""

    def source(material: Material) -> str:
        origin = held.origin_of((sources or {}).get(f"{drafts.MATERIAL}{material.code}", ""))
        return held.SOURCES[origin.kind] if origin else material.source

    return tuple(
        commands.Given(m.code, m.name, tuple(uuid.UUID(str(f)) for f in files[m.code]), source(m), grade)
        for m in materials
        if files.get(m.code)
    )


def require_own_files(principal: Principal, files: Mapping[str, Sequence[str]]) -> None:
    """Every file was stored by the account (or machine) that hands it in; any other one does not exist for it."""
    wanted = {str(key) for keys in files.values() for key in keys}
    owners = [key for key in (principal.account_id, principal.actor_id) if key]
    known = StoredFile.objects.filter(id__in=wanted, owner_account__in=owners).values_list("id", flat=True)
    if len(wanted) != len(known):
        raise NotFound("application.file", "没有找到您上传的文件，请重新上传")


@dataclass(frozen=True, slots=True)
class _Called:
    """The materials that the answers call for, and the codes of those that are knowingly left out."""

    materials: tuple[Material, ...]
    missing: tuple[str, ...]


def _complete(
    call: forms.Asked,
    files: Mapping[str, Sequence[str]],
    without: Sequence[str],
    standing: commands.Standing | None,
    *,
    at_window: bool = False,
) -> _Called:
    """Everything is there, but for materials that are knowingly left out.

    The applicant may leave out what the version lets follow later, replaces by a promise, or spares good credit; a
    window enters whatever came, and tells the rest in the notice.

    :raises Refusals: everything that is missing and may not be left out.
    """
    materials = forms.materials_of(call)
    gaps = forms.gaps(call, materials, files)
    left_out = {
        g.material for g in gaps if g.material in without and (at_window or _may_follow(call, g.material, standing))
    }
    if wrong := [gap for gap in gaps if gap.material not in left_out]:
        raise Refusals(
            tuple(Refusal("application.missing", gap.sentence, field=gap.path or gap.material) for gap in wrong)
        )
    return _Called(materials, tuple(gap.material for gap in gaps))


def _may_follow(call: forms.Asked, code: str, standing: commands.Standing | None) -> bool:
    """Whether the version lets a material be deferred, a commitment replace it, or credit spare it.

    Bad credit keeps from the first two where the published rule says so.
    """
    content, material = call.content, call.content.material(code)
    grade = standing.grade if standing else ""
    if spared(content, grade, code):
        return True
    if excluded(content, grade):
        return False
    deferrable = material is not None and not material.essential and material.deferral is not None
    return deferrable or (content.commitment is not None and code in content.commitment.materials)


_NEXT_NUMBER = NEXT_NUMBER_SQL.replace("%s", "$1").encode()


def _number() -> str:
    today = moment.today()
    taken = acts.run(_NEXT_NUMBER, (f"case:{today:%Y%m%d}",))
    assert taken is not None  # the statement inserts or updates, and returns what it wrote
    return f"YX{today:%Y-%m%d}-{taken[0]:06d}"


@dataclass(frozen=True, slots=True)
class AtCounter:
    """What a clerk's entry knows besides: materials that are held, those asked for again, how the agent proved it.

    ``verdict_follows``: the clerk's own verdict comes in the same transaction, so receipt alone accepts nothing.
    """

    held: tuple[commands.Given, ...] = ()
    asked_again: tuple[commands.AskedAgain, ...] = ()
    mandate: str = ""
    verdict_follows: bool = False


@dataclass(frozen=True, slots=True)
class _Party:
    """Who applies, and who acts for an organisation."""

    person_id: uuid.UUID | None
    organisation_id: uuid.UUID | None
    agent_id: uuid.UUID | None
    label: str
    mobile: str


def _party(person: Person | None, organisation: Organisation | None, agent: Person | None) -> _Party:
    if organisation:
        return _Party(
            None, organisation.id, agent.id if agent else None, organisation.name, agent.mobile if agent else ""
        )
    if person is None:
        raise Refusal("submit.applicant", "请先确定申请人", field="applicant", remedy="填写申请人的证件号码")
    mobile = (agent.mobile if agent else "") or person.mobile
    return _Party(person.id, None, agent.id if agent else None, mask_name(person.name), mobile)


def _submission(
    party: _Party,
    version_id: uuid.UUID,
    content: VersionContent,
    answers: Mapping[str, Any],
    materials: tuple[commands.Given, ...],
    **values: Any,
) -> commands.Submit:
    mobile = str(answers.get("applicant.mobile") or party.mobile)
    return commands.Submit(
        case_id=uuid7(),
        number=_number(),
        query_password=f"{secrets.randbelow(10**6):06d}",
        version_id=version_id,
        version_hash=_version_hash(version_id),
        region_id=_region_id(content.region_no),
        applicant_person_id=party.person_id,
        applicant_organisation_id=party.organisation_id,
        applicant_label=party.label,
        agent_person_id=party.agent_id,
        contact_mobile_index=blind_index("mobile", mobile) if mobile else "",
        answers=json.dumps(dict(answers), ensure_ascii=False),
        materials=materials,
        **values,
    )


@lru_cache(maxsize=1024)
def _version_hash(version_id: uuid.UUID) -> str:
    """The content hash of a version; it never changes."""
    return ItemVersion.objects.values_list("content_hash", flat=True).get(id=version_id)


@lru_cache(maxsize=1024)
def _region_id(no: int) -> int:
    return Region.objects.values_list("id", flat=True).get(no=no)


def _begin(command: commands.Submit, content: VersionContent, principal: Principal, channel: str) -> Done:
    setting = setting_of(principal, content)
    state = intake.begin(command, setting)
    outcome = rules.decide(state, command, setting)
    acts.commit(state.subject(), outcome, actor_of(principal, channel, state), setting.at)
    return Done(state.id, state.number, state.state, command.query_password)


def entered(principal: Principal, key: str) -> Done | None:
    """The case that this form of a counter or machine has made already, if any."""
    return _already(_key_of(principal, key))


def _key_of(principal: Principal, key: str) -> uuid.UUID:
    return uuid.uuid5(_WINDOW_SPACE, f"{principal.actor_id}:{key}")


def _already(key: uuid.UUID) -> Done | None:
    row = Case.objects.filter(submission_key=key).values_list("id", "number", "state", "query_password").first()
    return Done(*row) if row else None


def submit(
    principal: Principal,
    draft_id: uuid.UUID,
    *,
    delivery_mode: str = "download",
    delivery_address: str = "",
    without: Sequence[str] = (),
    channel: str = "portal",
) -> Done:
    """Make the draft a case. The same draft submitted twice gives the same case.

    :param delivery_mode: ``download``, ``counter`` or ``post``; ``post`` needs ``delivery_address``.
    :param without: codes of materials that the applicant leaves out, to defer them or to promise instead.

    :raises Refusals: everything that is still missing. :raises Conflict: the item changed since the draft was begun.
    """
    if principal.account_id is None or principal.kind != "person":
        raise SignInNeeded
    try:
        draft = load_draft(draft_id, principal.account_id, moment.today())
    except NotFound:
        if (done := _already(draft_id)) and _owns(principal, done.id):
            return done
        raise
    content = catalog.content(draft.version_id)
    _keep_current(draft, content)
    _require_mandate(principal, draft)
    address = _delivery(delivery_mode, delivery_address)
    party = _draft_party(draft)
    awaits = prerequisites.awaited_at_entry(content, party.person_id, party.organisation_id)
    standing = standing_of(content, party.person_id, party.organisation_id)
    call = forms.asked(content, draft.answers)
    called = _complete(call, draft.files, without, standing)
    materials = _given(called.materials, draft.files, "C", draft.sources)
    command = _submission(
        party,
        draft.version_id,
        content,
        call.answers,
        materials,
        content_hash=application_hash(call.answers, materials, draft.file_hashes),
        submission_key=draft.id,
        channel=channel,
        delivery_mode=delivery_mode,
        delivery_address=address,
        account_id=principal.account_id,
        draft_id=draft.id,
        missing=called.missing,
        standing=standing,
        awaits=awaits,
    )
    return _begin_once(command, content, principal, channel)


def _draft_party(draft: SubmittedDraft) -> _Party:
    """Oneself, or whom the account's person acts for: then both stand on the record."""
    if draft.organisation_id:
        return _Party(None, draft.organisation_id, draft.person_id, draft.organisation_name, draft.person_mobile)
    if draft.principal_id:
        return _Party(draft.principal_id, None, draft.person_id, mask_name(draft.principal_name), draft.person_mobile)
    return _Party(draft.person_id, None, None, mask_name(draft.person_name), draft.person_mobile)


def _require_mandate(principal: Principal, draft: SubmittedDraft) -> None:
    """A mandate that ended meanwhile stops the submission; the draft stays."""
    if draft.organisation_id and draft.organisation_id not in principal.organisation_ids():
        raise Refusal("submit.mandate", "您代表这个单位办事的授权已经失效", remedy="请单位重新授权后再提交，草稿会保留")
    if draft.principal_id and draft.principal_id not in principal.person_ids():
        raise Refusal("submit.mandate", "您替这个人办事的授权已经失效", remedy="请对方重新授权后再提交，草稿会保留")


LONGEST_ADDRESS, SHORTEST_ADDRESS = 200, 6


def _delivery(mode: str, address: str) -> str:
    """The address of a result that goes by post; empty for the other ways."""
    if mode not in DELIVERY_MODES:
        raise Refusal("submit.delivery", "请选择怎么领取结果", field="delivery_mode")
    tidy = " ".join(address.split())
    if mode != "post":
        return ""
    if not SHORTEST_ADDRESS <= len(tidy) <= LONGEST_ADDRESS:
        raise Refusal(
            "submit.address",
            "请填写寄到哪里",
            field="delivery_address",
            remedy="写到门牌号和收件人，例如：桥西区溪源路 21 号 8 幢 402 室 何雨桐",
        )
    return tidy


def _begin_once(command: commands.Submit, content: VersionContent, principal: Principal, channel: str) -> Done:
    """Begin the case; when a twin request was faster, its case is the answer."""
    # one statement is whole by itself; only inside a transaction of somebody else's does it need a savepoint
    block = transaction.atomic() if connection.in_atomic_block else nullcontext()
    try:
        with block:
            return _begin(command, content, principal, channel)
    except IntegrityError:
        if done := _already(command.submission_key):
            return done
        raise


def _owns(principal: Principal, case_id: uuid.UUID) -> bool:
    return allowed(principal, "cases.case.view", load(case_id).target())


def _keep_current(draft: SubmittedDraft, begun: VersionContent) -> None:
    """A draft of a superseded version moves to the one in force, and its author looks once more (shapes 4)."""
    if draft.version_in_force == draft.version_id:
        return
    version_id, content = catalog.version_in_force(begun.slug)
    Draft.objects.filter(id=draft.id).update(version_id=version_id, revision=draft.revision + 1)
    raise Conflict(
        "draft.item_changed",
        f"「{content.name}」的办事要求刚更新过，您填的内容都还在",
        remedy="请对照新要求检查一遍再提交",
    )


def _may_accept_on_receipt(principal: Principal, content: VersionContent) -> bool:
    """Receipt is acceptance: the version says so, and the authority lets the post accept (WIN-07, WIN-08)."""
    post = principal.post_id
    if not content.accept_on_receipt or post is None:
        return False
    return delegating.authorised(post, content.option_code, "accept", moment.today())


def submit_for(
    principal: Principal,
    *,
    slug: str,
    person: Person | None,
    organisation: Organisation | None,
    answers: Mapping[str, Any],
    files: Mapping[str, Sequence[str]],
    key: str,
    channel: str = "window",
    delivery_mode: str = "counter",
    agent: Person | None = None,
    without: Sequence[str] = (),
    extra: AtCounter | None = None,
    begun: tuple[uuid.UUID, VersionContent] | None = None,
) -> Done:
    """Enter an application for somebody who stands at a window, or whose system sends it through the API.

    At a window the case begins as received, or as accepted where receipt is acceptance and the window is authorised
    (WIN-08). The same ``key`` of the same principal gives the same case.

    :param without: codes of materials that did not come: to be told in the notice, deferred or promised.
    :param extra: what a counter knows besides.
    :param begun: the version in force, by who has read it and found nothing entered under the key.

    :raises Refusal: not allowed here, wrong applicant, or values that are wrong; :raises Refusals: everything missing.
    """
    submission_key = _key_of(principal, key)
    if begun is None:
        if done := _already(submission_key):
            return done
        begun = catalog.version_in_force(slug)
    version_id, content = begun
    if not allowed(principal, "cases.case.submit", Target(region_no=content.region_no)):
        raise Refusal("submit.not_allowed", "您的岗位不能收这个事项", remedy="请到受理这个事项的窗口办理")
    kind = "organisation" if organisation else "person"
    if kind not in content.audience:
        raise Refusal("draft.audience", "这个事项不能由这类申请人申请", field="applicant")
    clean, errors = forms.parse_answers(content, answers)
    if errors:
        raise Refusals(errors)
    party_ids = (None if organisation else person.id if person else None, organisation.id if organisation else None)
    awaits = prerequisites.awaited_at_entry(content, *party_ids)
    standing = standing_of(content, *party_ids) if any(party_ids) else None
    extra = extra or AtCounter()
    there = {**files, **{given.code: [str(f) for f in given.files] for given in extra.held}}
    called = _complete(forms.asked(content, clean), there, without, standing, at_window=channel == "window")
    assert principal.actor_id is not None  # the policy allows no anonymous principal
    require_own_files(principal, files)
    asked_for = {m.code for m in called.materials}
    materials = (*_given(called.materials, files, "B"), *(g for g in extra.held if g.code in asked_for))
    command = _submission(
        _party(person, organisation, agent),
        version_id,
        content,
        clean,
        materials,
        content_hash=application_hash(clean, materials),
        submission_key=submission_key,
        channel=channel,
        delivery_mode=delivery_mode,
        account_id=principal.account_id or principal.actor_id,
        at_window=channel == "window",
        missing=called.missing,
        accepts=channel == "window" and not extra.verdict_follows and _may_accept_on_receipt(principal, content),
        standing=standing,
        awaits=awaits,
        asked_again=tuple(extra.asked_again),
        mandate=extra.mandate,
    )
    return _begin_once(command, content, principal, channel)

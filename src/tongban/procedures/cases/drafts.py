"""Drafts: what a person has filled in so far. No ledger, no number; two tabs never overwrite each other (shapes 10)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from tongban.ground import moment
from tongban.ground.errors import Conflict, NotFound, Refusal, SignInNeeded
from tongban.ground.policy import Principal
from tongban.ground.storage.models import StoredFile
from tongban.procedures.cases.models import Draft
from tongban.registry.catalog import forms
from tongban.registry.catalog import selectors as catalog
from tongban.registry.catalog.version import VersionContent
from tongban.registry.parties.models import Organisation, Person

MAX_DRAFTS = 30


class DraftChanged(Conflict):
    """Another tab or device saved first; ``current`` is the stored draft, so both values can be shown."""

    def __init__(self, current: Draft) -> None:
        super().__init__("draft.changed", "这份申请刚在别的页面或设备上改过", remedy="对照两边的内容，选要保留的")
        self.current = current


def _account(principal: Principal) -> uuid.UUID:
    if principal.account_id is None or principal.kind != "person":
        raise SignInNeeded
    return principal.account_id


def answers_of(draft: Draft) -> dict[str, Any]:
    """The draft's answers: element path -> JSON-safe value."""
    answers: dict[str, Any] = json.loads(draft.answers)
    return answers


def draft_of(principal: Principal, draft_id: uuid.UUID) -> Draft:
    """The person's own draft with its organisation; a foreign one answers ``NotFound``."""
    draft = (
        Draft.objects.select_related("organisation", "person", "account__person")
        .filter(id=draft_id, account_id=_account(principal))
        .first()
    )
    if draft is None:
        raise NotFound("draft.not_found", "没有找到这份草稿，可能已经提交或删除")
    return draft


def facts_of(
    principal: Principal, organisation: Organisation | None, person_id: uuid.UUID | None = None
) -> dict[str, Any]:
    """What the house already holds of the applicant: prefill source name -> value.

    :param person_id: whom the person acts for by mandate; oneself when left out.
    """
    assert principal.person_id is not None  # a draft belongs to a person
    return known_of(Person.objects.get(id=person_id or principal.person_id), organisation)


def known_of(person: Person, organisation: Organisation | None) -> dict[str, Any]:
    """What the registers say of a person and of the organisation that applies: prefill source name -> value."""
    facts: dict[str, Any] = {
        "person.name": person.name,
        "person.id_number": person.id_number,
        "person.mobile": person.mobile,
        "person.address": person.address,
        "applicant.name": person.name,
        "applicant.number": person.id_number,
    }
    if organisation:
        facts |= {
            "organisation.name": organisation.name,
            "organisation.uscc": organisation.uscc,
            "organisation.address": organisation.address,
            "organisation.legal_representative": organisation.legal_representative.name,
            "applicant.name": organisation.name,
            "applicant.number": organisation.uscc,
        }
    return facts


def _organisation(
    principal: Principal, content: VersionContent, organisation_id: uuid.UUID | None
) -> Organisation | None:
    audience = content.audience
    if organisation_id is None:
        if "person" not in audience:
            raise Refusal(
                "draft.audience", "这个事项只能由单位申请", field="organisation", remedy="选择您可以代表的单位"
            )
        return None
    if organisation_id not in principal.organisation_ids():
        raise NotFound("draft.organisation", "您没有代表这个单位办事的授权")
    if "organisation" not in audience:
        raise Refusal("draft.audience", "这个事项只能由个人申请", field="organisation")
    return Organisation.objects.select_related("legal_representative").get(id=organisation_id)


def _person(principal: Principal, content: VersionContent, person_id: uuid.UUID | None) -> uuid.UUID | None:
    """Whom the person acts for; None for oneself."""
    if person_id is None or person_id == principal.person_id:
        return None
    if person_id not in principal.person_ids():
        raise NotFound("draft.person", "您没有替这个人办事的授权")
    if "person" not in content.audience:
        raise Refusal("draft.audience", "这个事项只能由单位申请", field="applicant")
    return person_id


def start_draft(
    principal: Principal,
    slug: str,
    organisation_id: uuid.UUID | None = None,
    *,
    person_id: uuid.UUID | None = None,
) -> Draft:
    """A new draft of the option's version in force, prefilled with what is known and where it came from.

    :param person_id: a person who gave a mandate; the draft is then theirs, the acting person its agent.

    :raises SignInNeeded, NotFound, Refusal: too low assurance, wrong kind of applicant, too many drafts.
    """
    account_id = _account(principal)
    version_id, content = catalog.version_in_force(slug)
    if principal.assurance_level < content.assurance_level:
        raise Refusal(
            "draft.assurance",
            "办这个事项要先核对身份",
            remedy="带身份证到任一窗口核对一次，以后就不用再核",
        )
    if len(Draft.objects.filter(account_id=account_id).values_list("id")[:MAX_DRAFTS]) >= MAX_DRAFTS:
        raise Refusal("draft.too_many", f"您的草稿已有 {MAX_DRAFTS} 份", remedy="先提交或删除不用的草稿")
    for_person = _person(principal, content, person_id)
    organisation = None if for_person else _organisation(principal, content, organisation_id)
    answers = forms.prefilled(content, facts_of(principal, organisation, for_person))
    now = moment.now()
    return Draft.objects.create(
        account_id=account_id,
        version_id=version_id,
        organisation=organisation,
        person_id=for_person,
        answers=json.dumps(answers, ensure_ascii=False),
        sources=dict.fromkeys(answers, "organisation" if organisation else "person"),
        created_at=now,
        updated_at=now,
    )


def save_draft(
    principal: Principal,
    draft_id: uuid.UUID,
    revision: int,
    values: Mapping[str, Any],
    *,
    cleared: Sequence[str] = (),
) -> Draft:
    """Store values of some elements (compare-and-set on ``revision``); ``cleared`` paths are emptied.

    :raises DraftChanged: the stored revision is another one, and the stored values differ from these.
    """
    draft = draft_of(principal, draft_id)
    answers = answers_of(draft)
    merged = {key: value for key, value in (answers | dict(values)).items() if key not in cleared}
    if merged == answers and draft.revision >= revision:
        return draft
    sources = {key: source for key, source in draft.sources.items() if merged.get(key) == answers.get(key)}
    text, now = json.dumps(merged, ensure_ascii=False), moment.now()
    changed = Draft.objects.filter(id=draft.id, revision=revision).update(
        answers=text, sources=sources, revision=revision + 1, updated_at=now
    )
    if not changed:
        raise DraftChanged(draft_of(principal, draft_id))
    draft.answers, draft.sources, draft.revision, draft.updated_at = text, sources, revision + 1, now
    return draft


def attach(principal: Principal, draft_id: uuid.UUID, material_code: str, stored_file_id: uuid.UUID) -> Draft:
    """Add a stored file of the person's own to a material of the draft; repeating it changes nothing."""
    draft_of(principal, draft_id)
    if not StoredFile.objects.filter(id=stored_file_id, owner_account=principal.account_id).exists():
        raise NotFound("draft.file", "没有找到这个文件，请重新上传")
    with transaction.atomic():
        draft = Draft.objects.select_for_update().get(id=draft_id)
        material = catalog.content(draft.version_id).material(material_code)
        if material is None:
            raise NotFound("draft.material", "这个事项不需要这份材料")
        files = list(draft.files.get(material_code, []))
        if str(stored_file_id) not in files:
            if len(files) >= material.max_files:
                raise Refusal(
                    "draft.too_many_files",
                    f"「{material.name}」最多 {material.max_files} 个文件",
                    field=material_code,
                    remedy="删掉不用的文件，或合并成一个 PDF 再传",
                )
            files.append(str(stored_file_id))
        draft.files = draft.files | {material_code: files}
        draft.updated_at = moment.now()
        draft.save(update_fields=["files", "updated_at"])
    return draft


def detach(principal: Principal, draft_id: uuid.UUID, material_code: str, stored_file_id: uuid.UUID) -> Draft:
    """Take a file off a material of the draft (the stored file itself stays until its retention ends)."""
    draft_of(principal, draft_id)
    with transaction.atomic():
        draft = Draft.objects.select_for_update().get(id=draft_id)
        kept = [f for f in draft.files.get(material_code, []) if f != str(stored_file_id)]
        draft.files = {**draft.files, material_code: kept}
        draft.updated_at = moment.now()
        draft.save(update_fields=["files", "updated_at"])
    return draft


def discard_draft(principal: Principal, draft_id: uuid.UUID) -> None:
    """Delete the person's own draft."""
    draft_of(principal, draft_id).delete()

"""From a request body to an applicant and checked files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from tongban.faces.openapi import selectors
from tongban.faces.openapi.shapes_cases import Applicant, PersonGiven
from tongban.ground.errors import Refusal, Refusals
from tongban.ground.policy import Principal
from tongban.ground.storage.limits import Limits
from tongban.ground.storage.models import StoredFile
from tongban.ground.storage.sniffing import JPEG, PDF, PNG
from tongban.registry.catalog.version import Material, VersionContent
from tongban.registry.parties import selectors as parties
from tongban.registry.parties import services
from tongban.registry.parties.models import Organisation, Person

MEDIA_TYPES = {"pdf": PDF, "jpeg": JPEG, "jpg": JPEG, "png": PNG}
LIMITS = Limits()
Parties = tuple[Person | None, Organisation | None, Person | None]


def parties_of(principal: Principal, applicant: Applicant) -> Parties:
    """Person, organisation and agent of an application; a person who is new is registered.

    :raises Refusal: neither or both kinds given, a name that is not the registered one, an agent without mandate.
    """
    if applicant.person is not None and not applicant.organisation_uscc and applicant.agent is None:
        return _person(principal, applicant.person, "applicant.person"), None, None
    if applicant.person is not None or not applicant.organisation_uscc or applicant.agent is None:
        raise Refusal(
            "applicant.kind",
            "申请人应为个人,或者单位和它的经办人",
            field="applicant",
            remedy="个人填 person;单位填 organisation_uscc 和 agent",
        )
    organisation = parties.organisation_by_uscc(applicant.organisation_uscc)
    if organisation is None:
        raise Refusal(
            "applicant.organisation",
            "没有登记过这个统一社会信用代码",
            field="applicant.organisation_uscc",
            remedy="请核对代码,或请单位先到窗口登记",
        )
    agent = _person(principal, applicant.agent, "applicant.agent")
    if not selectors.may_act_for(agent, organisation):
        raise Refusal(
            "applicant.agent_without_mandate",
            "这个人不是单位的法定代表人,也没有在有效期内的授权委托",
            field="applicant.agent",
            remedy="请由法定代表人申请,或请单位先办授权委托",
        )
    return None, organisation, agent


def _person(principal: Principal, given: PersonGiven, field: str) -> Person:
    known = parties.person_by_id_number(given.id_number)
    if known is None:
        actor = services.actor_of(principal, "api")
        return services.register_person(given.name, given.id_number, given.mobile, actor=actor)
    if known.name != given.name.strip():
        raise Refusal(
            "applicant.name", "姓名与身份证号对不上", field=f"{field}.name", remedy="请按身份证核对姓名和号码"
        )
    return known


def check_files(principal: Principal, content: VersionContent, files: Mapping[str, Sequence[UUID]]) -> None:
    """Every file is the caller's own and fits its material.

    :raises Refusals: everything that does not fit.
    """
    wanted = [file_id for ids in files.values() for file_id in ids]
    own = {f.id: f for f in StoredFile.objects.filter(id__in=wanted, owner_account=principal.staff_id)}
    problems: list[Refusal] = []
    for code, ids in files.items():
        material = content.material(code)
        if material is None:
            problems.append(Refusal("files.material", f"这个事项没有「{code}」这份材料", field=f"files.{code}"))
            continue
        problems += _misfits(material, [own.get(file_id) for file_id in ids])
    if problems:
        raise Refusals(tuple(problems))


def _misfits(material: Material, files: Sequence[StoredFile | None]) -> list[Refusal]:
    field, name = f"files.{material.code}", material.name
    found: list[Refusal] = []
    if len(files) > material.max_files:
        found.append(Refusal("files.too_many", f"「{name}」最多 {material.max_files} 个文件", field=field))
    types = {MEDIA_TYPES.get(kind, kind) for kind in material.types}
    for file in files:
        if file is None:
            found.append(
                Refusal("files.unknown", f"「{name}」里有没上传过的文件", field=field, remedy="请先用 POST /files 上传")
            )
        elif file.media_type not in types:
            found.append(Refusal("files.type", f"「{name}」不收「{file.name}」这种文件", field=field))
        elif (file.pages or 1) > material.max_pages:
            found.append(Refusal("files.pages", f"「{name}」最多 {material.max_pages} 页", field=field))
    return found

"""What has to come before an application or its decision, looked up in licences and decided cases (APR-08)."""

from __future__ import annotations

import uuid

from django.db.models import Q

from tongban.ground import moment
from tongban.ground.errors import Refusal, Refusals
from tongban.procedures.cases.models import Case
from tongban.procedures.cases.rules.commands import Awaited
from tongban.registry.catalog.version import Prerequisite, VersionContent
from tongban.registry.licences.models import Licence

POSITIVE = ("granted", "recorded", "provided", "adjudicated")


def unmet(
    content: VersionContent, person_id: uuid.UUID | None, organisation_id: uuid.UUID | None
) -> tuple[tuple[int, Prerequisite], ...]:
    """The prerequisites that the applicant has not fulfilled, each with its number; no query without prerequisites."""
    return tuple(
        (n, need) for n, need in enumerate(content.prerequisites) if not _fulfilled(need, person_id, organisation_id)
    )


def _fulfilled(need: Prerequisite, person_id: uuid.UUID | None, organisation_id: uuid.UUID | None) -> bool:
    """A licence in force of that type, or a positive decision of that option that was not annulled since."""
    if need.kind == "licence":
        today = moment.today()
        holder = organisation_id or person_id
        held = Licence.objects.filter(holder_id__in=[holder], type_id=need.code, state="valid")
        return held.filter(Q(valid_until=None) | Q(valid_until__gte=today)).exists()
    own = {"applicant_organisation_id": organisation_id} if organisation_id else {"applicant_person_id": person_id}
    cases = Case.objects.filter(**own, version__option__code=need.code, outcome__in=POSITIVE)
    return cases.exclude(proceedings__kind="breach", proceedings__result="annulled").exists()


def awaited_at_entry(
    content: VersionContent, person_id: uuid.UUID | None, organisation_id: uuid.UUID | None
) -> tuple[Awaited, ...]:
    """What the decision will wait for.

    :raises Refusals: ``submit.prerequisite`` for each thing that has to be there before anybody may apply.
    """
    left = unmet(content, person_id, organisation_id)
    if first := [need for _, need in left if need.effect == "submit"]:
        raise Refusals(tuple(_first(need) for need in first))
    return tuple(Awaited(n, need.kind, need.code, need.name) for n, need in left)


def _first(need: Prerequisite) -> Refusal:
    what = f"要先取得《{need.name}》" if need.kind == "licence" else f"要先办好「{need.name}」"
    return Refusal(
        "submit.prerequisite",
        f"{what}才能申请（{need.basis}）",
        remedy="您填的内容都已保存；前置的事办好以后，系统会提醒您接着提交",
    )

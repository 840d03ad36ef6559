"""Lists of cases for staff and machines: what the policy lets a post see, as one condition of one query."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q

from tongban.ground.moment import SHANGHAI
from tongban.ground.paging import Page
from tongban.ground.policy import ALL, DEPARTMENT, PERMISSIONS, POST, REGION, Principal
from tongban.procedures.cases.models import Case, CaseBranch
from tongban.procedures.work.models import Task


def in_view(principal: Principal) -> Q:
    """Cases that ``cases.case.view`` opens to the principal as staff: the scopes of its roles, joined."""
    grants = PERMISSIONS["cases.case.view"]
    scopes = {grants[role] for role in principal.roles if role in grants}
    if ALL in scopes:
        return Q()
    seen = Q(pk__in=())
    if REGION in scopes:
        seen |= Q(region_no__range=(principal.region_no, principal.region_end_no))
    if DEPARTMENT in scopes:
        part = CaseBranch.objects.filter(case_id=OuterRef("pk"), department_id=principal.department_id or 0)
        seen |= Q(department_id=principal.department_id) | Q(Exists(part))
    if POST in scopes:
        seen |= Q(Exists(Task.objects.filter(subject_id=OuterRef("pk"), post_id=principal.post_id or 0)))
    return seen


def cases_in_view(
    principal: Principal,
    *,
    state: str = "",
    version_ids: Sequence[uuid.UUID] | None = None,
    first: date | None = None,
    last: date | None = None,
    after: str = "",
    limit: int = 20,
) -> Page[Case]:
    """Cases that the post may see, newest first; one query. The rows hold no personal value but the masked label.

    :param version_ids: only of these item versions. :param first: submitted on that day or later. :param last: on that
        day or before. :param after: id of the last case of the page before.
    """
    cases = Case.objects.filter(in_view(principal))
    if state:
        cases = cases.filter(state=state)
    if version_ids is not None:
        cases = cases.filter(version_id__in=version_ids)
    if first:
        cases = cases.filter(submitted_at__gte=_start(first))
    if last:
        cases = cases.filter(submitted_at__lt=_start(last + timedelta(days=1)))
    if after:
        cases = cases.filter(id__lt=uuid.UUID(after))
    rows = tuple(cases.order_by("-id")[: limit + 1])
    return Page(rows[:limit], str(rows[limit - 1].id) if len(rows) > limit else "")


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)

"""The work list of the caller's post."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema

from tongban.faces.openapi.calling import caller
from tongban.faces.openapi.problems import SIGNED
from tongban.procedures.work import selectors as work

router = Router(tags=["tasks"])
Kind = Literal["", "accept", "handle", "examine", "decide", "deliver"]


class Task(Schema):
    """One open task; the applicant is masked."""

    id: UUID
    kind: str
    name: str
    number: str
    title: str
    applicant_label: str
    created_at: datetime
    due_at: datetime | None


class TaskPage(Schema):
    """One page, the nearest due date first; ``next`` is the ``after`` of the following page."""

    items: list[Task]
    next: str


@router.get("/tasks", response={200: TaskPage, **SIGNED}, summary="待办列表", operation_id="list_tasks")
def tasks(
    request: HttpRequest,
    kind: Annotated[Kind, Query()] = "",
    after: Annotated[str, Query(max_length=120, pattern=r"^[0-9A-Za-z_:.+-]*$")] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> TaskPage:
    """Open tasks of the post that the caller acts for."""
    page = work.open_tasks(caller(request, "work.task.view"), kind=kind, after=after, limit=limit)
    return TaskPage(items=[Task.from_orm(task) for task in page.items], next=page.next)

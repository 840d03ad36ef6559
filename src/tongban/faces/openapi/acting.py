"""The acts of a case for machines: the table of the desk, told and carried out as JSON.

One table of acts serves people and machines, so that no act is possible for one and forgotten for the other. A value is
the text that a person would type or the code that a person would choose; several of them for what can be ticked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated
from uuid import UUID

from django.http import QueryDict
from ninja import Schema
from pydantic import ConfigDict, Field

from tongban.faces.acts import form as forms
from tongban.faces.acts.act import Act, Box, Scene, Sent
from tongban.faces.acts.uploads import Files
from tongban.faces.desk.acts import table
from tongban.faces.openapi import words
from tongban.ground import moment
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.policy import Principal
from tongban.ground.storage.models import StoredFile
from tongban.procedures.cases.acting import Done
from tongban.procedures.cases.selectors import CaseDetail

Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[0-9A-Za-z_.\[\]-]+$")]
Chosen = words.Text | Annotated[list[words.Line], Field(max_length=100)]


class ActOption(Schema):
    """A code that may be chosen."""

    code: str
    label: str


class ActValue(Schema):
    """One value: ``kind`` is an element type; ``codes`` takes a list of codes, ``code`` and ``select`` one of them."""

    name: str
    label: str
    kind: str
    optional: bool
    hint: str
    max_length: int | None
    options: list[ActOption]


class ActMaterial(Schema):
    """A material that the act takes files of."""

    code: str
    name: str
    hint: str


class OfferedAct(Schema):
    """An act that the caller's post may do now. ``ends``: it cannot be undone and is against the applicant's wish."""

    act: str
    title: str
    meaning: str
    group: str
    ends: bool
    makes_paper: bool
    values: list[ActValue]
    materials: list[ActMaterial]
    more_rows: bool


class ActGiven(Schema):
    """Values by name and ids of uploaded files by material code."""

    model_config = ConfigDict(extra="forbid")

    values: Annotated[dict[Name, Chosen], Field(max_length=200)] = {}
    files: Annotated[dict[words.Code, Annotated[list[UUID], Field(max_length=50)]], Field(max_length=100)] = {}


def scene_of(principal: Principal, detail: CaseDetail) -> Scene:
    """The case as the table of acts reads it."""
    return Scene(principal, detail.state, detail.content, moment.today(), lambda: detail.answers)


def offered(scene: Scene) -> list[OfferedAct]:
    """Everything that the caller may do to the case now."""
    return [_told(act, scene) for act in table.possible(scene)]


def _told(act: Act, scene: Scene) -> OfferedAct:
    boxes = forms.fresh(act, scene).boxes()
    return OfferedAct(
        act=act.slug,
        title=str(act.title),
        meaning=str(act.meaning),
        group=act.group,
        ends=act.ends,
        makes_paper=act.paper,
        values=list(_entries(boxes)),
        materials=[ActMaterial(code=one.code, name=one.name, hint=one.hint) for box in boxes for one in box.files],
        more_rows=any(box.repeats for box in boxes),
    )


def _entries(boxes: Iterable[Box]) -> Iterable[ActValue]:
    for view in (view for box in boxes for view in box.fields):
        yield ActValue(
            name=view.name,
            label=view.label,
            kind=view.kind,
            optional=view.optional,
            hint=view.hint,
            max_length=view.max_length or None,
            options=[ActOption(code=code, label=label) for code, label in view.options],
        )


def carry_out(scene: Scene, slug: str, given: ActGiven) -> Done:
    """Do it; what the form, the law or the policy refuses is raised with the name of the value.

    :raises NotFound: the act is not offered now.
    """
    act = table.BY_SLUG.get(slug)
    if act is None or not act.possible(scene):
        raise NotFound("act.not_offered", "这一步现在不能办：办件的情况变了，或者要由别的岗位办理")
    sent = Sent(_posted(given.values), _files(act, scene, given.files), {})
    return forms.carry_out(forms.ActForm(replace(act, channel="api"), scene, sent))


def _posted(values: Mapping[str, str | Sequence[str]]) -> QueryDict:
    posted = QueryDict(mutable=True)
    for name, value in values.items():
        posted.setlist(name, [value] if isinstance(value, str) else list(value))
    return posted


def _files(act: Act, scene: Scene, files: Mapping[str, Sequence[UUID]]) -> dict[str, tuple[StoredFile, ...]]:
    """The caller's own files by material; what the act does not take is refused, not dropped."""
    taken = {m.code for control in act.controls if isinstance(control, Files) for m in control.materials(scene)}
    if unknown := sorted(files.keys() - taken):
        raise Refusal("act.files", f"这一步不收这些材料的文件：{'、'.join(unknown)}", f"files.{unknown[0]}")
    wanted = [key for ids in files.values() for key in ids]
    own = {f.id: f for f in StoredFile.objects.filter(id__in=wanted, owner_account=scene.principal.staff_id)}
    if missing := [key for key in wanted if key not in own]:
        raise Refusal("files.unknown", f"有没上传过的文件：{missing[0]}", "files", "请先用 POST /files 上传")
    return {code: tuple(own[key] for key in ids) for code, ids in files.items()}

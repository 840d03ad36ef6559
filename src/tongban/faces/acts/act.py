"""What an act of a case is for a screen: its words, who may do it when, its controls. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from django.http import QueryDict
from django.utils.functional import Promise

from tongban.faces.fields import FieldView
from tongban.ground.policy import Principal, allowed
from tongban.ground.storage.models import StoredFile
from tongban.procedures.cases.rules.state import CaseState
from tongban.registry.catalog.version import VersionContent

Words = str | Promise
Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Scene:
    """Before which case, and who stands there. ``answers``: those of the newest round, for controls that show them."""

    principal: Principal
    state: CaseState
    content: VersionContent
    today: date
    answers: Callable[[], Mapping[str, Any]] = dict

    @property
    def id(self) -> UUID:
        """Id of the case."""
        return self.state.id


@dataclass(frozen=True)
class FileBox:
    """A material that takes files, with those that are kept already."""

    code: str
    name: str
    hint: str
    accept: str
    files: tuple[StoredFile, ...]
    error: str = ""

    @property
    def id(self) -> str:
        """The anchor of the material on the page."""
        return f"m-{self.code}"


@dataclass(frozen=True)
class Box:
    """A part of the form: one control, or several under a title. ``lines`` are only to be read."""

    fields: tuple[FieldView, ...] = ()
    title: str = ""
    hint: str = ""
    id: str = ""
    error: str = ""
    files: tuple[FileBox, ...] = ()
    lines: tuple[str, ...] = ()
    repeats: bool = False
    """The rows of the box can be added to."""


@dataclass(frozen=True)
class Sent:
    """What was sent: posted fields, kept files by material code, what was refused of the files."""

    post: QueryDict
    files: Mapping[str, tuple[StoredFile, ...]]
    refused: Mapping[str, str]
    fresh: bool = False
    """Nothing was sent yet: controls show what they propose."""

    def text(self, name: str) -> str:
        """The posted text without blanks at its ends."""
        return self.post.get(name, "").replace("\x00", "").strip()


class Control(Protocol):
    """One argument of the act's service, as it is asked for."""

    @property
    def name(self) -> str:
        """The argument; empty when nothing is asked (only shown)."""

    def draw(self, scene: Scene, sent: Sent, wrong: Mapping[str, str]) -> Box:
        """What stands on the page."""

    def read(self, scene: Scene, sent: Sent) -> Any:
        """The value; raises ``Refusal`` or ``Refusals`` with ``field`` = a name of this control."""

    def claims(self, scene: Scene, field: str, sent: Sent) -> str:
        """Under which name of this control a refusal of ``field`` stands; empty when it is not this control's."""


def always(scene: Scene) -> bool:
    """Offered whenever state and permission fit."""
    return True


def nothing_more(scene: Scene) -> Mapping[str, Any]:
    """No argument but those of the controls."""
    return {}


@dataclass(frozen=True)
class Act:
    """One act. ``name`` is the function of ``cases.services``; its address has dashes.

    :param permissions: one of them is enough, on the case's open tasks of the kinds ``tasks`` (all posts when empty).
    :param states: states of the case in which it is offered; none: in every state.
    :param offered: what else must be so. Coarse: the service knows the law and says in words what is missing.
    :param paper: whether the act makes a paper that can be looked at before.
    """

    name: str
    title: Words
    meaning: Words
    permissions: tuple[str, ...]
    controls: tuple[Control, ...] = ()
    states: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    offered: Callable[[Scene], bool] = always
    fixed: Callable[[Scene], Mapping[str, Any]] = nothing_more
    group: str = ""
    done: Words = ""
    paper: bool = False
    ends: bool = False
    """Cannot be undone and is against the applicant's wish: a second look is asked for on the page."""
    channel: str = "desk"

    @property
    def slug(self) -> str:
        """The last part of its address."""
        return self.name.replace("_", "-")

    @property
    def with_files(self) -> bool:
        """Whether the form takes files."""
        return any(getattr(control, "takes_files", False) for control in self.controls)

    def possible(self, scene: Scene) -> bool:
        """Whether the screen offers it now; the service checks again."""
        if self.states and scene.state.state not in self.states:
            return False
        target = scene.state.target(*self.tasks)
        return any(allowed(scene.principal, p, target) for p in self.permissions) and self.offered(scene)

"""The form of an act at one moment: read what was sent, make the arguments, carry the act out or preview its paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from tongban.faces.acts.act import Act, Box, Scene, Sent
from tongban.faces.acts.uploads import Files, taken_in
from tongban.faces.fields import ErrorLink
from tongban.ground.errors import Refusal, Refusals, TongbanError
from tongban.procedures.cases import services
from tongban.procedures.cases.acting import Done
from tongban.procedures.cases.preview import preview_command
from tongban.procedures.cases.services.doing import asked_by

_NOTHING: MultiValueDict[str, UploadedFile[bytes]] = MultiValueDict()


@dataclass(frozen=True)
class ActForm:
    """``wrong``: sentences by name of a control; ``problems``: sentences about the act as a whole."""

    act: Act
    scene: Scene
    sent: Sent
    wrong: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    def boxes(self) -> tuple[Box, ...]:
        """The parts of the form, empty ones left out."""
        drawn = (control.draw(self.scene, self.sent, self.wrong) for control in self.act.controls)
        return tuple(box for box in drawn if box.fields or box.files or box.lines)

    def links(self, boxes: tuple[Box, ...]) -> tuple[ErrorLink, ...]:
        """The error summary, in the order of the page."""
        found = [link for box in boxes for link in _links(box)]
        return tuple(found)

    def arguments(self) -> dict[str, Any]:
        """What the service is called with.

        :raises Refusals: every control that is not filled in, at once.
        """
        found: dict[str, Any] = dict(self.act.fixed(self.scene))
        problems: list[Refusal] = []
        for control in self.act.controls:
            try:
                value = control.read(self.scene, self.sent)
            except Refusals as several:
                problems.extend(several.items)
            except Refusal as one:
                problems.append(one)
            else:
                if control.name:
                    found[control.name] = value
        if problems:
            raise Refusals(tuple(problems))
        return found

    def told(self, error: TongbanError) -> ActForm:
        """The same form with what was refused, each at its control."""
        wrong: dict[str, str] = {}
        problems: list[str] = []
        for item in error.items if isinstance(error, Refusals) else (error,):
            words = f"{item.sentence}。{item.remedy}" if item.remedy else item.sentence
            name = self._place(item.field or "")
            if name:
                wrong[name] = f"{wrong[name]} {words}" if name in wrong else words
            else:
                problems.append(words)
        return ActForm(self.act, self.scene, self.sent, wrong, tuple(problems))

    def _place(self, name: str) -> str:
        places = (control.claims(self.scene, name, self.sent) for control in self.act.controls) if name else ()
        return next((place for place in places if place), "")


def _links(box: Box) -> list[ErrorLink]:
    found = [ErrorLink(f"#{box.id}", box.error)] if box.error and box.id else []
    found += [ErrorLink(f"#{view.id}", view.error) for view in box.fields if view.error]
    return found + [ErrorLink(f"#{one.id}", one.error) for one in box.files if one.error]


def fresh(act: Act, scene: Scene) -> ActForm:
    """An empty form."""
    return ActForm(act, scene, Sent(QueryDict(), {}, {}, fresh=True))


def read(
    act: Act, scene: Scene, post: QueryDict, uploads: MultiValueDict[str, UploadedFile[bytes]] = _NOTHING
) -> ActForm:
    """The form as sent; new files are kept at once."""
    materials = tuple(m for c in act.controls if isinstance(c, Files) for m in c.materials(scene))
    files, refused = taken_in(scene, materials, post, uploads) if materials else ({}, {})
    return ActForm(act, scene, Sent(post, files, refused))


def carry_out(form: ActForm) -> Done:
    """Do it; raises what the form, the law or the policy refuses."""
    service = getattr(services, form.act.name)
    done: Done = service(form.scene.principal, form.scene.id, **form.arguments(), channel=form.act.channel)
    return done


def preview(form: ActForm) -> bytes:
    """The PDF of the paper that the act would make; nothing is written."""
    arguments, service = form.arguments(), getattr(services, form.act.name)
    command = asked_by(lambda: service(form.scene.principal, form.scene.id, **arguments, channel=form.act.channel))
    return preview_command(form.scene.principal, form.scene.id, command)

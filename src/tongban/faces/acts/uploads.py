"""Controls that mend an application: its materials (files, kept at once) and its fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from tongban.faces.acts.act import Box, FileBox, Scene, Sent, Words
from tongban.faces.fields import FieldView, view_of
from tongban.ground.elements import display, mask, to_input
from tongban.ground.errors import Refusal, Refusals
from tongban.ground.storage import services as storage
from tongban.ground.storage.limits import Limits
from tongban.ground.storage.models import StoredFile
from tongban.registry.catalog.forms import typed_value
from tongban.registry.catalog.version import FormField, Material

MEDIA_TYPES = {"pdf": "application/pdf", "jpeg": "image/jpeg", "jpg": "image/jpeg", "png": "image/png"}
TYPE_WORDS = {"pdf": "PDF", "jpeg": "JPG", "jpg": "JPG", "png": "PNG"}
MOST_FILES = 20


@dataclass(frozen=True)
class Files:
    """Files by material (``file__<code>``); kept ones come back as ``kept__<code>``, ``drop`` leaves one out.

    ``every``: each of the materials must be given; else at least one, or none when ``optional``.
    """

    label: Words
    materials: Callable[[Scene], tuple[Material, ...]]
    hint: Words = ""
    every: bool = False
    optional: bool = False
    name: str = "files"
    takes_files = True

    def draw(self, scene: Scene, sent: Sent, wrong: Mapping[str, str]) -> Box:
        """A file control a material; nothing at all when no material is asked for."""
        boxes = tuple(
            FileBox(
                m.code,
                m.name,
                m.requirement or m.todo,
                ",".join(_media(m)),
                sent.files.get(m.code, ()),
                wrong.get(m.code) or sent.refused.get(m.code, ""),
            )
            for m in self.materials(scene)
        )
        if not boxes:
            return Box()
        return Box((), str(self.label), str(self.hint), f"f-{self.name}", wrong.get(self.name, ""), boxes)

    def read(self, scene: Scene, sent: Sent) -> dict[str, list[str]]:
        """Material code -> ids of stored files."""
        if sent.refused:
            raise Refusals(tuple(Refusal("act.file", words, code) for code, words in sent.refused.items()))
        asked = self.materials(scene)
        found = {m.code: [str(f.id) for f in sent.files.get(m.code, ())] for m in asked if sent.files.get(m.code)}
        left = [m for m in asked if m.code not in found]
        if left and (self.every or (not found and not self.optional)):
            wanted = left if self.every else left[:1]
            raise Refusals(tuple(Refusal("act.file", _("请上传%(name)s") % {"name": m.name}, m.code) for m in wanted))
        return found

    def claims(self, scene: Scene, field: str, sent: Sent) -> str:
        """A code, ``material-<code>``, or the whole."""
        codes = [m.code for m in self.materials(scene)]
        code = field.removeprefix("material-")
        if code in codes:
            return code
        return codes[0] if codes and field in (self.name, "materials") else ""


def _media(material: Material) -> tuple[str, ...]:
    return tuple(dict.fromkeys(MEDIA_TYPES[t] for t in material.types if t in MEDIA_TYPES))


def taken_in(
    scene: Scene, materials: tuple[Material, ...], post: QueryDict, uploads: MultiValueDict[str, UploadedFile[bytes]]
) -> tuple[dict[str, tuple[StoredFile, ...]], dict[str, str]]:
    """Kept and new files by material, and what was refused; new ones are stored at once and not asked for again."""
    owner = scene.principal.account_id
    if owner is None:
        return {}, {}
    named = [key for m in materials for key in post.getlist(f"kept__{m.code}")[:MOST_FILES] if _is_uuid(key)]
    dropped = set(post.getlist("drop"))
    known = {str(f.id): f for f in StoredFile.objects.filter(id__in=named, owner_account=owner)} if named else {}
    files: dict[str, tuple[StoredFile, ...]] = {}
    refused: dict[str, str] = {}
    for material in materials:
        kept = [known[k] for k in post.getlist(f"kept__{material.code}") if k in known and k not in dropped]
        new = _stored(scene, material, uploads.getlist(f"file__{material.code}"), len(kept), refused)
        files[material.code] = (*kept, *new)
    return files, refused


def _stored(
    scene: Scene, material: Material, uploads: list[UploadedFile[bytes]], before: int, refused: dict[str, str]
) -> list[StoredFile]:
    grade = "B" if scene.principal.is_staff else "C"
    limits = Limits(types=_media(material), max_pages=material.max_pages)
    found: list[StoredFile] = []
    for upload in uploads:
        if before + len(found) >= material.max_files:
            n = {"name": material.name, "n": material.max_files}
            refused[material.code] = _("%(name)s最多 %(n)s 个文件。删掉不用的，或合并成一个 PDF") % n
            break
        try:
            found.append(
                storage.store(
                    upload, upload.name or "", owner=scene.principal.account_id, limits=limits, evidence_grade=grade
                )
            )
        except Refusal as refusal:
            refused[material.code] = f"{refusal.sentence}。{refusal.remedy}" if refusal.remedy else refusal.sentence
    return found


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class Answers:
    """Fields of the application. What differs from the newest round counts as mended; ``every``: all must be given."""

    label: Words
    fields: Callable[[Scene], tuple[FormField, ...]]
    hint: Words = ""
    every: bool = False
    name: str = "answers"

    def draw(self, scene: Scene, sent: Sent, wrong: Mapping[str, str]) -> Box:
        """The controls of the application's own form; nothing at all when no field is asked for."""
        answers = scene.answers()
        views = tuple(
            self._view(scene, sent, f, answers.get(f.path), wrong.get(f.path, "")) for f in self.fields(scene)
        )
        return Box(views, str(self.label), str(self.hint), f"f-{self.name}") if views else Box()

    def _view(self, scene: Scene, sent: Sent, field: FormField, value: Any, error: str) -> FieldView:
        """One control; to staff a personal value is not shown whole: it stays as it is unless typed anew."""
        definition = scene.content.elements[field.path]
        raw = str(typed_value(sent.post.getlist(field.path))) if field.path in sent.post else None
        source = ""
        if self._hidden(scene, field.path, value):
            raw = raw or ""
            source = _("现在是 %(value)s，不改就留空") % {"value": mask(definition, value)}
        return view_of(field, definition, value, raw=raw, error=error, source="" if error else source)

    def _hidden(self, scene: Scene, path: str, value: Any) -> bool:
        if not scene.principal.is_staff or value in (None, "", []):
            return False
        definition = scene.content.elements[path]
        return definition.pattern_name != "person_name" and mask(definition, value) != display(definition, value)

    def read(self, scene: Scene, sent: Sent) -> dict[str, str]:
        """Element path -> typed text."""
        answers = scene.answers()
        typed = {f.path: str(typed_value(sent.post.getlist(f.path))) for f in self.fields(scene) if f.path in sent.post}
        if not self.every:
            return {
                path: text
                for path, text in typed.items()
                if text != self._now(scene, answers, path)
                and (text or not self._hidden(scene, path, answers.get(path)))
            }
        gaps = [f for f in self.fields(scene) if not typed.get(f.path) and not f.optional]
        if gaps:
            raise Refusals(tuple(Refusal("act.empty", _("请填写%(label)s") % {"label": f.label}, f.path) for f in gaps))
        return typed

    def _now(self, scene: Scene, answers: Mapping[str, Any], path: str) -> str:
        value = answers.get(path)
        shown = "" if value is None else to_input(scene.content.elements[path], value)
        return ",".join(shown) if isinstance(shown, list) else shown

    def claims(self, scene: Scene, field: str, sent: Sent) -> str:
        """The path of one of its fields."""
        return field if field in {f.path for f in self.fields(scene)} else ""

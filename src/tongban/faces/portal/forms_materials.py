"""Materials of an application as the page shows them: what must be uploaded, what lies there, what was refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from tongban.faces.fields import ErrorLink
from tongban.faces.portal.forms_fields import explain
from tongban.ground.errors import Refusal
from tongban.ground.storage import services as storage
from tongban.ground.storage.limits import Limits
from tongban.ground.storage.models import StoredFile
from tongban.procedures.cases.drafts import MATERIAL
from tongban.procedures.cases.rules import held
from tongban.procedures.cases.rules.held import HeldMaterial
from tongban.registry.catalog import forms
from tongban.registry.catalog.version import Material, VersionContent

MEDIA_TYPES = {"pdf": "application/pdf", "jpeg": "image/jpeg", "jpg": "image/jpeg", "png": "image/png"}
TYPE_WORDS = {"application/pdf": "PDF", "image/jpeg": "JPG", "image/png": "PNG"}


@dataclass(frozen=True)
class FileView:
    """One uploaded file. ``size`` in bytes."""

    id: str
    name: str
    size: int


@dataclass(frozen=True)
class MaterialView:
    """One material with its files. ``words`` and ``state`` are those of its tag."""

    code: str
    name: str
    todo: str
    requirement: str
    words: str
    state: str
    uploadable: bool
    files: tuple[FileView, ...] = ()
    accept: str = ""
    type_words: str = ""
    room_left: bool = True
    error: str = ""
    held: HeldMaterial | None = None
    """What is held already and could be used instead of an upload; not while a file lies here."""
    whence: str = ""
    """Where the held material, or the one that was taken over, came from."""

    @property
    def id(self) -> str:
        """The anchor of the material on the page."""
        return f"m-{self.code}"


def material_views(
    content: VersionContent,
    answers: Mapping[str, Any],
    files: Mapping[str, Sequence[str]],
    stored: Mapping[str, StoredFile],
    errors: Mapping[str, str],
    known: Mapping[str, HeldMaterial],
    sources: Mapping[str, str],
) -> tuple[MaterialView, ...]:
    """Materials that the answers call for, in the order of the guide, those to upload first.

    :param known: what is held already, by code. :param sources: of the draft.
    """
    views = [
        material_view(m, files.get(m.code, ()), stored, errors.get(m.code, ""), known.get(m.code), sources)
        for m in forms.visible_materials(content, answers)
    ]
    return tuple(sorted(views, key=lambda view: not view.uploadable))


def material_view(
    material: Material,
    ids: Sequence[str],
    stored: Mapping[str, StoredFile],
    error: str,
    known: HeldMaterial | None = None,
    sources: Mapping[str, str] = MappingProxyType({}),
) -> MaterialView:
    """One material with the files that lie in it, or what is held of it."""
    files = tuple(FileView(i, stored[i].name, stored[i].size) for i in ids if i in stored)
    uploadable = material.source == "uploaded"
    words, state = _tag(material, bool(files), error)
    return MaterialView(
        code=material.code,
        name=material.name,
        todo=material.todo,
        requirement=material.requirement,
        words=words,
        state=state,
        uploadable=uploadable,
        files=files,
        accept=",".join(media_types(material)),
        type_words="、".join(TYPE_WORDS.get(t, t) for t in media_types(material)),
        room_left=len(files) < material.max_files,
        error=error,
        held=known if uploadable and not files else None,
        whence=_whence(material, bool(files), known, sources),
    )


def _whence(material: Material, given: bool, known: HeldMaterial | None, sources: Mapping[str, str]) -> str:
    if given:
        origin = held.origin_of(sources.get(f"{MATERIAL}{material.code}", ""))
        return held.words(origin) if origin else ""
    return held.words(known.origin) if known else ""


def media_types(material: Material) -> tuple[str, ...]:
    """Media types that a material takes."""
    return tuple(dict.fromkeys(MEDIA_TYPES.get(name, name) for name in material.types))


def material_errors(views: Iterable[MaterialView]) -> tuple[ErrorLink, ...]:
    """The error summary of the page: the same words as beside the materials."""
    return tuple(ErrorLink(f"#{view.id}", view.error) for view in views if view.error)


def take_in(upload: UploadedFile[bytes], material: Material, owner: UUID) -> StoredFile:
    """Check one upload against its material and keep it.

    :raises Refusal: with ``field`` = code of the material; the sentence names the file and says why.
    """
    limits = Limits(types=media_types(material), max_pages=material.max_pages)
    try:
        return storage.store(upload, upload.name or "", owner=owner, limits=limits)
    except Refusal as refusal:
        refusal.field = material.code
        raise


def refused(problems: Iterable[Refusal]) -> dict[str, str]:
    """What was refused, by material: all of it, not only the last."""
    found: dict[str, str] = {}
    for problem in problems:
        key = problem.field or ""
        found[key] = f"{found[key]} {explain(problem)}" if key in found else explain(problem)
    return found


def _tag(material: Material, given: bool, error: str) -> tuple[str, str]:
    if material.source != "uploaded":
        return (_("免交"), "ok") if material.source == "exempt" else (_("系统核验"), "ok")
    if error:
        return (_("没有收下"), "bad") if not given else (_("有文件没收下"), "bad")
    return (_("已上传"), "ok") if given else (_("要您上传"), "warn")

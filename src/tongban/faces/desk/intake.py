"""An application filled in at the window: the catalogue's form with what the house knows, files kept as they come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from tongban.faces.desk.parties import Party
from tongban.faces.fields import FieldView, view_of
from tongban.ground.elements import mask, to_input
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.storage import selectors as stored
from tongban.ground.storage import services as storage
from tongban.ground.storage.limits import Limits
from tongban.ground.storage.models import StoredFile
from tongban.registry.catalog import forms
from tongban.registry.catalog.version import FormField, Material, VersionContent

LOCKED_PREFILLS = frozenset(
    {"person.name", "person.id_number", "organisation.name", "organisation.uscc", "applicant.name", "applicant.number"}
)
"""Facts of the checked identity: shown, never typed over."""
MEDIA_TYPES = {"pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png"}
_MOST_FILES = 20


@dataclass(frozen=True)
class MaterialBox:
    """A material of the form with the files that are kept for it."""

    material: Material
    files: tuple[StoredFile, ...]
    error: str
    accept: str
    left_out: bool = False

    @property
    def uploadable(self) -> bool:
        """Whether the applicant gives it; an exempt one is only shown."""
        return self.material.source == "uploaded"


@dataclass(frozen=True)
class SectionBox:
    """A group of controls."""

    title: str
    intro: str
    fields: tuple[FieldView, ...]


@dataclass(frozen=True)
class Intake:
    """The form at one moment: ``values`` are clean, ``typed`` is what stands in the controls."""

    content: VersionContent
    party: Party
    typed: Mapping[str, str]
    values: Mapping[str, Any]
    files: Mapping[str, tuple[StoredFile, ...]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    """Codes of materials that the clerk has ticked as not brought."""

    def without(self) -> tuple[str, ...]:
        """Codes of materials that did not come: ticked, and no file lies there."""
        return tuple(code for code in self.left_out if not self.files.get(code))

    def answers(self) -> dict[str, str]:
        """What goes to the service: typed text by element path, with what the house knows where nothing was typed."""
        return {**_known(self.content, self.party), **{path: text for path, text in self.typed.items() if text}}

    def file_ids(self) -> dict[str, list[str]]:
        """Material code -> ids of stored files, for the materials that these answers call for."""
        asked = {m.code for m in forms.visible_materials(self.content, self.values)}
        return {code: [str(f.id) for f in files] for code, files in self.files.items() if files and code in asked}

    def sections(self) -> tuple[SectionBox, ...]:
        """Questions first, then the sections of the form, each with its visible controls."""
        shown = {f.path for f in forms.visible_fields(self.content, self.values)}
        groups = [("情况", "", self.content.questions)]
        groups += [(s.title, s.intro, s.fields) for s in self.content.form]
        boxes = (
            SectionBox(title, intro, tuple(self._control(f) for f in fields if f.path in shown))
            for title, intro, fields in groups
        )
        return tuple(box for box in boxes if box.fields)

    def materials(self) -> tuple[MaterialBox, ...]:
        """Materials that these answers call for."""
        return tuple(
            MaterialBox(
                m,
                self.files.get(m.code, ()),
                self.errors.get(m.code, ""),
                ",".join(MEDIA_TYPES[t] for t in m.types if t in MEDIA_TYPES),
                m.code in self.left_out,
            )
            for m in forms.visible_materials(self.content, self.values)
        )

    def _control(self, asked: FormField) -> FieldView:
        definition = self.content.elements[asked.path]
        known = self.party.facts().get(asked.prefill) if asked.prefill else None
        error = self.errors.get(asked.path, "")
        if known is not None and asked.prefill in LOCKED_PREFILLS:
            shown = mask(definition, known) if definition.type == "id_number" else str(known)
            return FieldView(asked.path, asked.label, value=shown, readonly=True, source="来自核对过的证件")
        view = view_of(asked, definition, raw=self.typed.get(asked.path, ""), error=error)
        if known is None:
            return view
        return FieldView(**{**view.__dict__, "source": f"留空就用已登记的 {mask(definition, known)}"})


def _known(content: VersionContent, party: Party) -> dict[str, str]:
    values = forms.prefilled(content, party.facts())
    return {path: to_input(content.elements[path], value) for path, value in values.items()}


def _locked(content: VersionContent, party: Party) -> frozenset[str]:
    facts = party.facts()
    return frozenset(f.path for f in content.all_fields() if f.prefill in LOCKED_PREFILLS and facts.get(f.prefill))


def begin(content: VersionContent, party: Party) -> Intake:
    """An empty form, with what the house knows."""
    values, _ = forms.parse_answers(content, _known(content, party))
    return Intake(content, party, {}, values)


def read(
    content: VersionContent,
    party: Party,
    post: QueryDict,
    uploads: MultiValueDict[str, UploadedFile[bytes]],
    owner: UUID,
) -> Intake:
    """The form as posted; new files are stored at once, so that a refused form never asks for them again."""
    locked = _locked(content, party)
    typed = {
        f.path: str(forms.typed_value(post.getlist(f.path)))
        for f in content.all_fields()
        if f.path in post and f.path not in locked
    }
    errors: dict[str, str] = {}
    files = {m.code: _files_of(m, post, uploads, owner, errors) for m in content.materials}
    draft = Intake(content, party, typed, {}, files, errors)
    values, _ = forms.parse_answers(content, draft.answers())
    return Intake(content, party, typed, values, files, errors, tuple(post.getlist("without")))


def with_refusals(intake: Intake, refusals: Sequence[Refusal]) -> Intake:
    """The same form with every refusal at its control or material."""
    told = {r.field: f"{r.sentence}。{r.remedy}" if r.remedy else r.sentence for r in refusals if r.field}
    return replace(intake, errors={**told, **intake.errors})


def _files_of(
    material: Material,
    post: QueryDict,
    uploads: MultiValueDict[str, UploadedFile[bytes]],
    owner: UUID,
    errors: dict[str, str],
) -> tuple[StoredFile, ...]:
    dropped = set(post.getlist(f"drop__{material.code}"))
    kept = [_own(key, owner) for key in post.getlist(f"kept__{material.code}")[:_MOST_FILES] if key not in dropped]
    files = [file for file in kept if file is not None]
    limits = Limits(
        types=tuple(MEDIA_TYPES[t] for t in material.types if t in MEDIA_TYPES), max_pages=material.max_pages
    )
    for upload in uploads.getlist(f"file__{material.code}"):
        if len(files) >= material.max_files:
            errors[material.code] = f"{material.name}最多 {material.max_files} 个文件。删掉不用的，或合并成一个 PDF"
            break
        try:
            files.append(storage.store(upload, upload.name or "", owner=owner, limits=limits, evidence_grade="B"))
        except Refusal as refusal:
            errors[material.code] = f"{refusal.sentence}。{refusal.remedy}"
    return tuple(files)


def _own(key: str, owner: UUID) -> StoredFile | None:
    """A kept file of this clerk; a foreign or unknown id counts as not there."""
    try:
        return stored.file_of(UUID(key), owner)
    except (ValueError, NotFound):
        return None

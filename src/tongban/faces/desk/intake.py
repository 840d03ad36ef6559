"""An application filled in at the window: the form with what the house knows, materials with what is held of them.

Files are kept as they come, so that a refused form never asks for them again. The verdict on each material is one of
:data:`MARKS`; those that the version does not allow are not offered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from tongban.faces.desk.forms import FieldFault, MaterialMark, Problem
from tongban.faces.desk.parties import Party
from tongban.faces.fields import FieldView, view_of
from tongban.ground.elements import mask, to_input
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.storage import selectors as stored
from tongban.ground.storage import services as storage
from tongban.ground.storage.limits import Limits
from tongban.ground.storage.models import StoredFile
from tongban.procedures.cases.held import Held, held_of
from tongban.procedures.cases.rules.held import REASONS, HeldMaterial, Known, words
from tongban.procedures.cases.services.counter import Again
from tongban.registry.catalog import forms
from tongban.registry.catalog.version import FormField, Material, VersionContent

LOCKED_PREFILLS = frozenset(
    {"person.name", "person.id_number", "organisation.name", "organisation.uscc", "applicant.name", "applicant.number"}
)
"""Facts of the checked identity: shown, never typed over."""
MEDIA_TYPES = {"pdf": "application/pdf", "jpeg": "image/jpeg", "png": "image/png"}
MARKS = {
    "ok": "合格",
    "spot": "有误，已当场更正",
    "faulty": "有误，告知补正",
    "missing": "没带，告知补正",
    "defer": "没带，容缺后补",
    "promise": "没带，告知承诺",
}
"""Verdicts on a material, each with its lawful way."""
NOT_BROUGHT = frozenset({"missing", "defer", "promise"})
CONTROLS = (
    "signed_by",
    "kind",
    "reason",
    "right_authority",
    "received_by",
    "field_path",
    "field_fault",
    "field_remedy",
)
"""Controls of the screen that belong to no field of the form and to no material."""
_OPEN_SENSITIVITY = frozenset({"public", "internal"})
_MOST_FILES = 20


@dataclass(frozen=True)
class MaterialBox:
    """A material of the form: files that came, files that mend it, the clerk's verdict, what is held of it."""

    material: Material
    files: tuple[StoredFile, ...]
    error: str
    accept: str
    mark: MaterialMark
    marks: tuple[tuple[str, str], ...]
    held: HeldMaterial | None = None
    held_words: str = ""
    held_token: str = ""
    again: Again | None = None
    mended: tuple[StoredFile, ...] = ()

    @property
    def uploadable(self) -> bool:
        """Whether the applicant gives it; an exempt one is only shown."""
        return self.material.source == "uploaded"

    @property
    def locked(self) -> bool:
        """It is held, and nobody gave a reason to ask for it: there is nothing to give (WIN-20)."""
        return self.held is not None and self.again is None


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
    held: Held = field(default_factory=Held)
    marks: Mapping[str, MaterialMark] = field(default_factory=dict)
    again: Mapping[str, Again] = field(default_factory=dict)
    mended: Mapping[str, tuple[StoredFile, ...]] = field(default_factory=dict)
    faults: tuple[FieldFault, ...] = ()
    key: str = ""
    """Of this form: pressed twice, it makes one case."""
    besides: Mapping[str, str] = field(default_factory=dict)
    """What stands in the :data:`CONTROLS`."""

    def without(self) -> tuple[str, ...]:
        """Codes of materials that did not come: the clerk says so, and no file lies there."""
        return tuple(c for c, m in self.marks.items() if m.mark in NOT_BROUGHT and not self.files.get(c))

    def marked(self, mark: str) -> tuple[str, ...]:
        """Codes of the materials called for with that verdict."""
        return tuple(m.code for m in self.called if self.mark_of(m.code).mark == mark and not self._locked(m.code))

    def mark_of(self, code: str) -> MaterialMark:
        """The verdict on a material; an empty one when there is none."""
        return self.marks.get(code, MaterialMark(code))

    def answers(self) -> dict[str, str]:
        """What goes to the service: typed text by element path, with what the house knows where nothing was typed."""
        return {**_known(self.content, self.held), **{path: text for path, text in self.typed.items() if text}}

    def file_ids(self) -> dict[str, list[str]]:
        """Material code -> ids of stored files, for the materials that these answers call for."""
        asked = {m.code for m in self.called}
        return {code: [str(f.id) for f in files] for code, files in self.files.items() if files and code in asked}

    def mended_ids(self) -> dict[str, list[str]]:
        """Files that replace the faulty ones, of materials that were corrected on the spot."""
        return {code: [str(f.id) for f in self.mended.get(code, ())] for code in self.marked("spot")}

    def again_of(self) -> dict[str, Again]:
        """Reasons for asking again, of materials that are held."""
        return {code: why for code, why in self.again.items() if code in self.held.materials}

    def items(self) -> list[dict[str, str]]:
        """The one-time notice: every faulty or missing material and every faulty answer, with fault and remedy."""
        found = [self._item(m) for m in self.called if self.mark_of(m.code).mark in ("faulty", *NOT_BROUGHT)]
        rows = (f for f in self.faults if not f.empty)
        return [*found, *({"target": "field", "code": f.path, "fault": f.fault, "remedy": f.remedy} for f in rows)]

    def _item(self, material: Material) -> dict[str, str]:
        mark = self.mark_of(material.code)
        missing = mark.mark in NOT_BROUGHT
        fault = mark.fault or ("没有提交" if missing else "")
        remedy = mark.remedy or material.todo or material.requirement or f"提交{material.name}"
        return {"target": "material", "code": material.code, "fault": fault, "remedy": remedy[:500]}

    @cached_property
    def called(self) -> tuple[Material, ...]:
        """Materials that the answers call for."""
        return forms.visible_materials(self.content, self.values)

    def _locked(self, code: str) -> bool:
        return code in self.held.materials and code not in self.again

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

    def materials(self, token: Mapping[str, str]) -> tuple[MaterialBox, ...]:
        """Materials that these answers call for, those to look at first; ``token`` opens what is held, by code."""
        boxes = [self._box(m, token.get(m.code, "")) for m in self.called]
        return tuple(sorted(boxes, key=lambda box: (not box.uploadable, box.locked)))

    def _box(self, material: Material, token: str) -> MaterialBox:
        code = material.code
        held = self.held.materials.get(code)
        return MaterialBox(
            material,
            self.files.get(code, ()),
            self.errors.get(code, ""),
            ",".join(MEDIA_TYPES[t] for t in material.types if t in MEDIA_TYPES),
            self.mark_of(code),
            tuple((mark, MARKS[mark]) for mark in self.lawful(material)),
            held,
            words(held.origin, "申请人") if held else "",
            token,
            self.again.get(code),
            self.mended.get(code, ()),
        )

    def lawful(self, material: Material) -> tuple[str, ...]:
        """Verdicts that the law of the item knows for a material."""
        law, commitment = self.content.law, self.content.commitment
        ways = ["ok", "spot", "faulty", "missing"]
        if law.separate_acceptance and material.deferral is not None and not material.essential:
            ways.append("defer")
        if law.separate_acceptance and commitment is not None and material.code in commitment.materials:
            ways.append("promise")
        return tuple(ways)

    def _control(self, asked: FormField) -> FieldView:
        definition = self.content.elements[asked.path]
        known = self.held.values.get(asked.path)
        error = self.errors.get(asked.path, "")
        if known is not None and _checked(asked, known):
            shown = mask(definition, known.value) if definition.type == "id_number" else str(known.value)
            return FieldView(asked.path, asked.label, value=shown, readonly=True, source="来自核对过的证件")
        raw = self.typed.get(asked.path)
        if known is None:
            return view_of(asked, definition, raw=raw or "", error=error)
        whence = words(known.origin, "申请人")
        if definition.sensitivity in _OPEN_SENSITIVITY or definition.pattern_name == "person_name":
            return view_of(asked, definition, known.value, raw=raw or None, error=error, source=whence)
        view = view_of(asked, definition, raw=raw or "", error=error)
        return replace(view, source=f"留空就用 {mask(definition, known.value)}，{whence}")


def _known(content: VersionContent, held: Held) -> dict[str, str]:
    def text(path: str, known: Known) -> str:
        shown = to_input(content.elements[path], known.value)
        return ",".join(shown) if isinstance(shown, list) else shown

    return {path: text(path, known) for path, known in held.values.items()}


def _locked(content: VersionContent, held: Held) -> frozenset[str]:
    known = held.values
    return frozenset(f.path for f in content.all_fields() if f.path in known and _checked(f, known[f.path]))


def _checked(asked: FormField, known: Known) -> bool:
    """A fact of the identity that was checked just now, not what somebody said last time."""
    return asked.prefill in LOCKED_PREFILLS and known.origin.kind == "register"


def begin(content: VersionContent, party: Party) -> Intake:
    """An empty form, with what the house knows."""
    held = held_for(content, party)
    values, _ = forms.parse_answers(content, _known(content, held))
    return Intake(content, party, {}, values, held=held)


def held_for(content: VersionContent, party: Party) -> Held:
    """What is held of the applicant for this item."""
    return held_of(content, party.person, party.organisation)


def read(
    content: VersionContent,
    party: Party,
    post: QueryDict,
    uploads: MultiValueDict[str, UploadedFile[bytes]],
    owner: UUID,
) -> Intake:
    """The form as posted; new files are stored at once, so that a refused form never asks for them again."""
    held = held_for(content, party)
    locked = _locked(content, held)
    typed = {
        f.path: str(forms.typed_value(post.getlist(f.path)))
        for f in content.all_fields()
        if f.path in post and f.path not in locked
    }
    errors: dict[str, str] = {}
    again = {
        code: Again(reason, post.get(f"again_words__{code}", "")[:200]) for code, reason in _reasons(content, post)
    }
    files = {
        m.code: _files_of(m, post, uploads, owner, errors)
        for m in content.materials
        if m.code not in held.materials or m.code in again
    }
    mended = {m.code: _files_of(m, post, uploads, owner, errors, "mended__") for m in content.materials}
    form = Intake(
        content,
        party,
        typed,
        {},
        files,
        errors,
        held,
        _marks(content, post),
        again,
        mended,
        _faults(post),
        post.get("key", ""),
        {name: post.get(name, "").strip() for name in CONTROLS},
    )
    values, _ = forms.parse_answers(content, form.answers())
    return replace(form, values=values)


def _reasons(content: VersionContent, post: QueryDict) -> Iterable[tuple[str, str]]:
    for material in content.materials:
        reason = post.get(f"again__{material.code}", "")
        if reason in REASONS:
            yield material.code, reason


def _marks(content: VersionContent, post: QueryDict) -> dict[str, MaterialMark]:
    left_out = set(post.getlist("without"))
    found = {}
    for code in (m.code for m in content.materials):
        mark = post.get(f"mark__{code}", "") or ("missing" if code in left_out else "")
        texts = (post.get(f"{name}__{code}", "").strip()[:500] for name in ("fault", "remedy"))
        found[code] = MaterialMark(code, mark if mark in MARKS else "", *texts)
    return found


def _faults(post: QueryDict) -> tuple[FieldFault, ...]:
    row = FieldFault(*(post.get(name, "").strip()[:500] for name in ("field_path", "field_fault", "field_remedy")))
    return () if row.empty else (row,)


def all_good(form: Intake) -> Intake:
    """Every material that came and has no verdict yet is good: the clerk has looked at all of them."""
    marks = {
        m.code: replace(form.mark_of(m.code), mark="ok")
        for m in form.called
        if form.files.get(m.code) and not form.mark_of(m.code).mark
    }
    return replace(form, marks={**form.marks, **marks})


def with_refusals(intake: Intake, refusals: Sequence[Refusal]) -> Intake:
    """The same form with every refusal at its control or material."""
    told = {r.field: f"{r.sentence}。{r.remedy}" if r.remedy else r.sentence for r in refusals if r.field}
    return replace(intake, errors={**told, **intake.errors})


def with_problems(intake: Intake, problems: Sequence[Problem]) -> Intake:
    """The same form with every problem at its material."""
    return replace(intake, errors={**intake.errors, **{p.field: p.sentence for p in problems if p.field}})


def acceptance_problems(form: Intake) -> tuple[Problem, ...]:
    """What stands against accepting: a material without a verdict, or one that has to be told."""
    found = []
    for material in form.called:
        code, mark = material.code, form.mark_of(material.code).mark
        if material.source != "uploaded" or (code in form.held.materials and code not in form.again):
            continue
        if not mark:
            found.append(Problem(code, f"请给「{material.name}」一个结论"))
        elif mark in ("faulty", "missing"):
            found.append(Problem(code, f"「{material.name}」标了{MARKS[mark]}，不能同时受理。改结论，或者发一次性告知"))
        elif mark in ("ok", "spot") and not form.files.get(code):
            found.append(Problem(code, f"「{material.name}」还没有拍照或扫描"))
        elif mark == "spot" and not form.mended.get(code):
            found.append(Problem(code, f"请加上更正后的「{material.name}」"))
        elif mark not in form.lawful(material):
            found.append(Problem(code, f"「{material.name}」不能{MARKS[mark]}，清单里没有这样写"))
    if form.marked("defer") and form.marked("promise"):
        code = form.marked("promise")[0]
        found.append(Problem(code, "容缺后补和告知承诺不能在一件里同时用，请申请人选一种"))
    return tuple(found)


def notice_problems(form: Intake) -> tuple[Problem, ...]:
    """What is missing from a one-time notice: each fault says what is wrong and how to mend it (行政许可法 art. 32)."""
    found = [
        Problem(item["code"], f"请写明{form.content.material(item['code']).name}哪里不对")  # type: ignore[union-attr]
        for item in form.items()
        if item["target"] == "material" and not item["fault"]
    ]
    for row in form.faults:
        if not (row.path and row.fault and row.remedy):
            found.append(Problem("field_path", "申请表的问题要写全：哪一项、哪里不对、怎么补"))
    if not form.items():
        found.append(Problem("", "没有标出要补正的地方。先在材料的结论里选「告知补正」，再发一次性告知"))
    return tuple(found)


def _files_of(
    material: Material,
    post: QueryDict,
    uploads: MultiValueDict[str, UploadedFile[bytes]],
    owner: UUID,
    errors: dict[str, str],
    name: str = "file__",
) -> tuple[StoredFile, ...]:
    code = material.code
    dropped = set(post.getlist(f"drop__{code}"))
    kept_name = "kept__" if name == "file__" else f"kept_{name}"
    kept = [_own(key, owner) for key in post.getlist(f"{kept_name}{code}")[:_MOST_FILES] if key not in dropped]
    files = [file for file in kept if file is not None]
    limits = Limits(
        types=tuple(MEDIA_TYPES[t] for t in material.types if t in MEDIA_TYPES), max_pages=material.max_pages
    )
    for upload in uploads.getlist(f"{name}{code}"):
        if len(files) >= material.max_files:
            errors[code] = f"{material.name}最多 {material.max_files} 个文件。删掉不用的，或合并成一个 PDF"
            break
        try:
            files.append(storage.store(upload, upload.name or "", owner=owner, limits=limits, evidence_grade="B"))
        except Refusal as refusal:
            errors[code] = f"{refusal.sentence}。{refusal.remedy}"
    return tuple(files)


def _own(key: str, owner: UUID) -> StoredFile | None:
    """A kept file of this clerk; a foreign or unknown id counts as not there."""
    try:
        return stored.file_of(UUID(key), owner)
    except (ValueError, NotFound):
        return None

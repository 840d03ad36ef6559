"""A case as staff see it: everything on one screen, personal values masked (g6 lines 9 and 12).

Built from ``cases.selectors``; the only place of the desk that knows their shape. Reading a case is on record there.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from tongban.faces.acts.act import Act, Scene
from tongban.faces.desk import deadlines, history, questions
from tongban.faces.desk.acts import table
from tongban.faces.desk.comparing import Comparison, compare
from tongban.faces.desk.matters import Answering, ClockBox, MatterBox, answering, clocks_of, matters_of
from tongban.ground import masking, moment
from tongban.ground.documents.models import Document
from tongban.ground.elements import ElementDefinition, Value, display, mask
from tongban.ground.errors import Refusal
from tongban.ground.policy import Principal, Target, allowed
from tongban.ground.storage.models import StoredFile
from tongban.procedures.cases import held, wording
from tongban.procedures.cases import selectors as cases
from tongban.procedures.cases.models import Consignment
from tongban.procedures.cases.rules.parts import STATE_WORDS
from tongban.registry.catalog import forms
from tongban.registry.catalog.version import FormField, Material, Step, VersionContent

SOURCE_WORDS = {
    "uploaded": "申请人上传",
    "exempt": "免交",
    "verified": "数据核验",
    "licence": "电子证照",
    "reused": "沿用以前的",
    "online": "网上已上传",
}
MATERIAL_WORDS = {"given": ("info", "待核对"), "qualified": ("ok", "合格"), "faulty": ("warn", "要补正")}
_BRANCH_WORDS = {
    "active": ("info", "办理中"),
    "done": ("ok", "已完成"),
    "stopped": ("", "已停止"),
    "waiting": ("", "等待"),
    "suspended": ("warn", "特殊环节中"),
}
_IMAGES = ("image/jpeg", "image/png")


@dataclass(frozen=True)
class AnswerRow:
    """One answer; ``hidden`` when personal data was masked in it."""

    path: str
    label: str
    value: str
    hidden: bool


@dataclass(frozen=True)
class Section:
    """Answers of one group of the form."""

    title: str
    rows: tuple[AnswerRow, ...]


@dataclass(frozen=True)
class MaterialRow:
    """A material of the case; ``tone`` and ``words`` are those of its tag."""

    code: str
    name: str
    essential: bool
    source: str
    requirement: str
    points: tuple[str, ...]
    files: tuple[StoredFile, ...]
    tone: str
    words: str


@dataclass(frozen=True)
class Identity:
    """Who applies or acts for the applicant; numbers masked."""

    person_id: uuid.UUID
    name: str
    id_number: str
    mobile: str


@dataclass(frozen=True)
class BranchBox:
    """One department's part of the review."""

    name: str
    department: str
    tone: str
    words: str


@dataclass(frozen=True)
class MyStep:
    """The step that waits for the acting post."""

    task_id: uuid.UUID
    kind: str
    name: str
    points: tuple[str, ...]


@dataclass
class CaseFile:
    """The case for one page. Parts are read when the page first asks for them."""

    detail: cases.CaseDetail
    principal: Principal

    @property
    def id(self) -> uuid.UUID:
        """Id of the case."""
        return self.detail.state.id

    @property
    def number(self) -> str:
        """办件编号."""
        return self.detail.state.number

    @property
    def content(self) -> VersionContent:
        """The version that binds the case."""
        return self.detail.content

    @property
    def state_words(self) -> str:
        """The state in words of staff."""
        return STATE_WORDS.get(self.detail.state.state, self.detail.state.state)

    @cached_property
    def commands(self) -> set[str]:
        """What the acting post may do now."""
        return cases.allowed_commands(self.principal, self.detail)

    @property
    def applicant_name(self) -> str:
        """Whole name of the applicant: who handles the case must know whose it is."""
        if self.detail.organisation:
            return self.detail.organisation.name
        return self.detail.person.name if self.detail.person else self.detail.case.applicant_label

    @property
    def identity(self) -> Identity | None:
        """The person with masked numbers."""
        person = self.detail.person
        if person is None:
            return None
        return Identity(
            person.id, person.name, masking.mask_id_number(person.id_number), masking.mask_mobile(person.mobile)
        )

    @property
    def may_unmask(self) -> bool:
        """Whether the acting post may look at whole numbers, with a purpose and on record."""
        return self.identity is not None and allowed(self.principal, "cases.person.unmask", self.unmask_target())

    def unmask_target(self) -> Target:
        """Where the case lies, with the person whose numbers they are (applicant or agent)."""
        target = self.detail.state.target()
        return replace(target, person_ids=(self.detail.person.id,)) if self.detail.person else target

    @cached_property
    def badges(self) -> tuple[deadlines.Badge, ...]:
        """Running deadlines, the nearest first."""
        found = [
            deadlines.of_clock(c.kind, c.state, c.due_on, c.basis, provisional=c.provisional)
            for c in self.detail.clocks
        ]
        return tuple(sorted(found, key=lambda badge: badge.due_on or deadlines.FAR))

    @cached_property
    def scene(self) -> Scene:
        """The case and the acting person, as the table of acts reads them."""
        return Scene(self.principal, self.detail.state, self.content, moment.today(), lambda: self.detail.answers)

    @cached_property
    def acts(self) -> tuple[Act, ...]:
        """What the acting post may do now; no query."""
        return table.possible(self.scene)

    @cached_property
    def clocks(self) -> tuple[ClockBox, ...]:
        """The same deadlines with every line of their count."""
        return clocks_of(self.detail)

    @cached_property
    def matters(self) -> tuple[MatterBox, ...]:
        """Side matters: special steps, deferrals, hearings, opinions and so on."""
        return matters_of(self.detail)

    @cached_property
    def answering(self) -> tuple[Answering, ...]:
        """Who answers for the open tasks now."""
        return answering(self.detail)

    @property
    def outcome_words(self) -> str:
        """The outcome as the law of the item calls it; empty before the decision."""
        return wording.outcome(self.content.legal_regime, self.detail.case.outcome) if self.detail.case.outcome else ""

    @property
    def situation(self) -> str:
        """办理情形 of these answers."""
        found = forms.situation(self.content, self.detail.answers)
        return found.name if found else ""

    @cached_property
    def shown(self) -> tuple[FormField, ...]:
        """The fields of the form that these answers make visible."""
        return tuple(forms.visible_fields(self.content, self.detail.answers))

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The application's answers in the order of the form."""
        shown = {f.path for f in self.shown}
        groups = [("情况", self.content.questions), *((s.title, s.fields) for s in self.content.form)]
        boxes = (Section(title, self._rows(fields, shown)) for title, fields in groups)
        return tuple(box for box in boxes if box.rows)

    def _rows(self, fields: tuple[FormField, ...], shown: set[str]) -> tuple[AnswerRow, ...]:
        answers = self.detail.answers
        return tuple(
            _answer(f, self.content.elements[f.path], answers[f.path])
            for f in fields
            if f.path in shown and answers.get(f.path) not in (None, "", [])
        )

    @cached_property
    def comparison(self) -> Comparison:
        """The answers beside what the registers say now of the applicant."""
        person = self.detail.person
        facts = held.register_facts(person, self.detail.organisation) if person else {}
        return compare(self.shown, self.content.elements, self.detail.answers, facts)

    @property
    def received(self) -> tuple[MaterialRow, ...]:
        """The materials of which there is a file: what the receipt lists."""
        return tuple(row for row in self.materials if row.files)

    @cached_property
    def materials(self) -> tuple[MaterialRow, ...]:
        """Given materials, then the exempt ones that nobody has to give."""
        given = [
            _material(m.row.code, m.row.name, m.row.source, m.row.state, m.files, self.content.material(m.row.code))
            for m in self.detail.materials
        ]
        have = {row.code for row in given}
        others = (
            m
            for m in forms.visible_materials(self.content, self.detail.answers)
            if m.code not in have and m.source != "uploaded"
        )
        return (*given, *(_material(m.code, m.name, m.source, "qualified", (), m) for m in others))

    @property
    def material_codes(self) -> tuple[str, ...]:
        """Codes of the materials that a clerk may mark."""
        return tuple(row.code for row in self.materials)

    def names_of_targets(self) -> dict[str, str]:
        """Material code -> name, for sentences about them."""
        return {row.code: row.name for row in self.materials}

    def file_to_show(self, wanted: str) -> StoredFile | None:
        """The file of the viewer: the wanted one of this case, else the first."""
        files = [f for row in self.materials for f in row.files]
        return next((f for f in files if str(f.id) == wanted), files[0] if files else None)

    @property
    def branches(self) -> tuple[BranchBox, ...]:
        """Every department's part, as it stands."""
        names = {b.key: b.department_name for b in self.content.flow.branches}
        boxes = []
        for branch in self.detail.state.branches:
            tone, words = _BRANCH_WORDS.get(branch.state, ("", branch.state))
            if branch.verdict == "object":
                tone, words = "warn", "不通过"
            boxes.append(BranchBox(branch.name, names.get(branch.key, ""), tone, words))
        return tuple(boxes)

    @cached_property
    def my_step(self) -> MyStep | None:
        """The step that waits for the acting post, if any."""
        steps = {(b.key, s.key): s for b in self.content.flow.branches for s in b.steps}
        for task in self.detail.state.open_tasks("handle", "examine"):
            if task.post_id == self.principal.post_id and task.kind in self.commands:
                step = steps.get((task.branch_key, task.step_key))
                return MyStep(task.id, task.kind, task.name, self._points(step))
        return None

    @property
    def my_tasks(self) -> tuple[uuid.UUID, ...]:
        """Open tasks of the acting post that are written at: a step, a decision."""
        open_ = self.detail.state.open_tasks("handle", "examine", "decide")
        return tuple(task.id for task in open_ if task.post_id == self.principal.post_id)

    @property
    def licence_rows(self) -> tuple[AnswerRow, ...]:
        """What the licence of a grant will say, personal values masked; empty when the item has none."""
        if not self.content.result.licence_type:
            return ()
        wanted = set(self.content.result.attributes.values())
        return self._rows(tuple(f for f in self.content.all_fields() if f.path in wanted), wanted)

    def _points(self, step: Step | None) -> tuple[str, ...]:
        own = step.review_points if step else ()
        of_materials = (p for row in self.detail.materials for p in self._review_points(row.row.code))
        return tuple(dict.fromkeys((*own, *of_materials)))

    def _review_points(self, code: str) -> tuple[str, ...]:
        material = self.content.material(code)
        return material.review_points if material else ()

    @property
    def receipt_points(self) -> tuple[str, ...]:
        """收件要点： those of the item, then those of the materials."""
        of_materials = (point for row in self.materials for point in row.points)
        return tuple(dict.fromkeys((*self.content.receipt_points, *of_materials)))

    @property
    def papers(self) -> list[Document]:
        """Official documents, oldest first."""
        return self.detail.documents

    @cached_property
    def history(self) -> tuple[history.Entry, ...]:
        """Who did what, newest first, with the internal opinions."""
        return history.of_case(self.detail)

    @cached_property
    def questions(self) -> tuple[questions.Question, ...]:
        """What the applicant asked, unanswered first."""
        return questions.of_case(self.principal, self.detail)

    @property
    def parcels(self) -> tuple[Consignment, ...]:
        """Paper by courier, both ways, the newest first."""
        return tuple(reversed(self.detail.consignments))

    @property
    def may_take_parcels(self) -> bool:
        """Whether the acting post notes that paper has come or gone."""
        return allowed(self.principal, "cases.consignment.record", self.detail.state.target())

    @property
    def postal_address(self) -> str:
        """Where the result goes by post, for who sends it now; empty for everybody else."""
        case = self.detail.case
        return case.delivery_address if case.delivery_mode == "post" and "deliver" in self.commands else ""

    @property
    def submitted_at(self) -> datetime:
        """When it came in."""
        return self.detail.case.submitted_at


def _answer(field: FormField, definition: ElementDefinition, value: Value) -> AnswerRow:
    try:
        whole, safe = display(definition, value), mask(definition, value)
    except Refusal:
        return AnswerRow(field.path, field.label, "保存的值和表单对不上", False)
    if definition.pattern_name == "person_name":
        safe = whole
    return AnswerRow(field.path, field.label, safe, safe != whole)


def _material(
    code: str,
    name: str,
    source: str,
    state: str,
    files: tuple[StoredFile, ...],
    master: Material | None,
) -> MaterialRow:
    tone, words = MATERIAL_WORDS.get(state, ("", state)) if source != "exempt" else ("brand", "免交")
    return MaterialRow(
        code,
        name,
        master.essential if master else True,
        SOURCE_WORDS.get(source, source),
        master.requirement if master else "",
        master.receipt_points if master else (),
        files,
        tone,
        words,
    )


def is_image(file: StoredFile) -> bool:
    """Whether a browser can draw the file on the page."""
    return file.media_type in _IMAGES


def open_file(principal: Principal, number: str) -> CaseFile:
    """The case of a number; a foreign one raises ``NotFound``. The read is recorded."""
    return CaseFile(cases.case_of(principal, number), principal)


def look_again(principal: Principal, number: str) -> CaseFile:
    """The same case for the second time within one request: already on record."""
    return CaseFile(cases.case_of(principal, number, record=False), principal)

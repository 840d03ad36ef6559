"""What staff type on the desk's pages, read into plain data. Pure: no query, no decision of law.

Every reader keeps what was typed, so that a refused act is shown again with nothing lost (ui.md 8, 422).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from tongban.ground.errors import Refusal
from tongban.procedures.cases import wording
from tongban.procedures.cases.rules.decisions import REASONED
from tongban.registry.catalog.version import LegalBasis, VersionContent

FAULTY, QUALIFIED = "faulty", "qualified"
SPARE_ROWS = 2
"""Empty rows for faults in the form's own data; one more press adds another."""
MOST_ROWS = 20


@dataclass(frozen=True)
class Problem:
    """One thing to mend in what staff typed: ``field`` is the HTML id of the control."""

    field: str
    sentence: str

    @property
    def href(self) -> str:
        """Where the error summary leads."""
        return f"#{self.field}"


class NotComplete(Refusal):
    """The form on the screen is not filled in yet: every gap at once, each at its control."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("desk.not_complete", f"有 {len(problems)} 处需要填写")
        self.problems = problems


@dataclass(frozen=True)
class MaterialMark:
    """What the clerk found in one material: ``mark`` is ``qualified``, ``faulty`` or empty."""

    code: str
    mark: str = ""
    fault: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class FieldFault:
    """A fault in one answer of the form."""

    path: str = ""
    fault: str = ""
    remedy: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing was typed in this row."""
        return not (self.path or self.fault or self.remedy)


@dataclass(frozen=True)
class AcceptanceForm:
    """The clerk's formal check of a case."""

    materials: Mapping[str, MaterialMark] = field(default_factory=dict)
    fields: tuple[FieldFault, ...] = (FieldFault(),) * SPARE_ROWS
    points: tuple[str, ...] = ()
    kind: str = ""
    reason: str = ""
    right_authority: str = ""
    received_by: str = ""

    def mark_of(self, code: str) -> MaterialMark:
        """The mark of a material; an empty one when nothing was said about it."""
        return self.materials.get(code, MaterialMark(code))

    def items(self) -> list[dict[str, str]]:
        """The one-time notice: every faulty material and field with fault and remedy."""
        found = [
            {"target": "material", "code": m.code, "fault": m.fault, "remedy": m.remedy}
            for m in self.materials.values()
            if m.mark == FAULTY
        ]
        found += [
            {"target": "field", "code": f.path, "fault": f.fault, "remedy": f.remedy}
            for f in self.fields
            if not f.empty
        ]
        return found


def read_acceptance(post: QueryDict, codes: Sequence[str]) -> AcceptanceForm:
    """The acceptance form as typed; ``codes`` are the materials of the case."""
    materials = {
        code: MaterialMark(
            code,
            post.get(f"mark__{code}", ""),
            post.get(f"fault__{code}", "").strip(),
            post.get(f"remedy__{code}", "").strip(),
        )
        for code in codes
    }
    paths = post.getlist("field_path")[:MOST_ROWS]
    faults, remedies = post.getlist("field_fault"), post.getlist("field_remedy")
    rows = tuple(
        FieldFault(path, _nth(faults, at).strip(), _nth(remedies, at).strip()) for at, path in enumerate(paths)
    )
    typed = tuple(row for row in rows if not row.empty)
    spare = (FieldFault(),) * (SPARE_ROWS if post.get("command") == "more_rows" else max(0, SPARE_ROWS - len(typed)))
    return AcceptanceForm(
        materials,
        typed + spare,
        tuple(post.getlist("points")),
        post.get("kind", ""),
        post.get("reason", "").strip(),
        post.get("right_authority", "").strip(),
        post.get("received_by", "").strip(),
    )


def _nth(values: Sequence[str], at: int) -> str:
    return values[at] if at < len(values) else ""


def acceptance_problems(form: AcceptanceForm, names: Mapping[str, str]) -> tuple[Problem, ...]:
    """A material marked faulty stands against accepting the case as it is."""
    return tuple(
        Problem(f"mark-{m.code}", f"{names.get(m.code, m.code)}标了要补正，不能同时受理。改为合格，或发一次性告知")
        for m in form.materials.values()
        if m.mark == FAULTY
    )


def correction_problems(form: AcceptanceForm, names: Mapping[str, str]) -> tuple[Problem, ...]:
    """What is missing from a one-time notice: each fault says what is wrong and how to mend it (行政许可法 art. 32)."""
    found: list[Problem] = []
    for mark in form.materials.values():
        if mark.mark == FAULTY:
            found += _both_told(f"{mark.code}", names.get(mark.code, mark.code), mark.fault, mark.remedy)
    for at, row in enumerate(form.fields):
        if row.empty:
            continue
        if not row.path:
            found.append(Problem(f"field_path-{at}", f"第 {at + 1} 行：请选择是哪一项内容有问题"))
        found += _both_told(f"field-{at}", f"第 {at + 1} 行内容", row.fault, row.remedy)
    if not found and not form.items():
        found.append(Problem("materials", "请先标出哪份材料或哪项内容要补正，一次告知全部问题"))
    return tuple(found)


def _both_told(key: str, name: str, fault: str, remedy: str) -> list[Problem]:
    found = []
    if not fault:
        found.append(Problem(f"fault-{key}", f"{name}：请写明哪里不对"))
    if not remedy:
        found.append(Problem(f"remedy-{key}", f"{name}：请写明怎么补"))
    return found


@dataclass(frozen=True)
class OpinionForm:
    """A step's opinion."""

    verdict: str = ""
    text: str = ""
    points: tuple[str, ...] = ()

    def checked(self, points: Sequence[str]) -> list[dict[str, Any]]:
        """Every review point of the step with whether it was found in order."""
        return [{"point": point, "ok": point in self.points} for point in points]


def read_opinion(post: QueryDict) -> OpinionForm:
    """The opinion as typed."""
    return OpinionForm(post.get("verdict", ""), post.get("text", "").strip(), tuple(post.getlist("points")))


def opinion_problems(form: OpinionForm) -> tuple[Problem, ...]:
    """What is missing from an opinion."""
    found = []
    if form.verdict not in ("pass", "object"):
        found.append(Problem("verdict-pass", "请选择审查结论"))
    if not form.text:
        found.append(Problem("text", "请写明审查意见"))
    return tuple(found)


@dataclass(frozen=True)
class DecisionForm:
    """A decision: outcome, facts, reasons, and the legal bases chosen by their place in the version."""

    outcome: str = ""
    facts: str = ""
    reasons: str = ""
    chosen: tuple[int, ...] = ()

    def basis(self, offered: Sequence[LegalBasis]) -> list[dict[str, str]]:
        """The chosen bases as [{instrument, article}]."""
        return [{"instrument": b.instrument, "article": b.article} for at, b in enumerate(offered) if at in self.chosen]


def read_decision(post: QueryDict) -> DecisionForm:
    """The decision as typed."""
    chosen = tuple(int(value) for value in post.getlist("basis") if value.isascii() and value.isdecimal())
    return DecisionForm(post.get("outcome", ""), post.get("facts", "").strip(), post.get("reasons", "").strip(), chosen)


def outcomes(content: VersionContent) -> tuple[tuple[str, str, bool], ...]:
    """(code, words, whether it must be reasoned) of what may be decided in the regime of the item."""
    law = content.law
    codes = [code for code in (law.positive, law.negative) if code]
    return tuple((code, wording.outcome(content.legal_regime, code), code in REASONED) for code in codes)


def decision_problems(form: DecisionForm, content: VersionContent) -> tuple[Problem, ...]:
    """What is missing: a refusal is written with facts, basis and reasons (行政许可法 art. 38)."""
    known = {code: words for code, words, _reasoned in outcomes(content)}
    if form.outcome not in known:
        return (Problem("outcome", f"请选择{'或'.join(known.values())}"),)
    if form.outcome not in REASONED:
        return ()
    words, found = known[form.outcome], []
    if not form.facts:
        found.append(Problem("facts", f"{words}：请写明查明的事实"))
    if not form.reasons:
        found.append(Problem("reasons", f"{words}：请写明理由"))
    if not form.chosen:
        found.append(Problem("basis-0", f"{words}：请勾选依据的条款"))
    return tuple(found)


def default_decision(content: VersionContent) -> DecisionForm:
    """A fresh decision form: nothing chosen, every basis of the item ticked."""
    return DecisionForm(chosen=tuple(range(len(content.legal_basis))))

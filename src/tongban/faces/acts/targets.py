"""Controls of several parts: faults with their remedies, articles of law, one opinion a department. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tongban.faces.acts.act import Box, Options, Scene, Sent, Words
from tongban.faces.fields import FieldView
from tongban.ground.errors import Refusal, Refusals

FIRST_ROWS, MOST_ROWS, MORE = 3, 30, 2
SEPARATOR = ":"


def targets_of(scene: Scene) -> Options:
    """Everything that the published list asks for: materials, then fields of the form, as ``<target>:<code>``."""
    materials = tuple((f"material:{m.code}", f"{_('材料')}｜{m.name}") for m in scene.content.materials)
    fields = tuple((f"field:{f.path}", f"{_('填写项')}｜{f.label}") for f in scene.content.all_fields())
    return materials + fields


@dataclass(frozen=True)
class Faults:
    """Rows of what is wrong: which entry of the list, the fault, the remedy. Rows left empty do not count."""

    name: str
    label: Words
    hint: Words = ""

    def rows(self, sent: Sent) -> range:
        """How many rows the page shows: those sent, two more on demand."""
        last = max((at for at in range(MOST_ROWS) if f"target-{at}" in sent.post), default=FIRST_ROWS - 1)
        return range(min(MOST_ROWS, last + 1 + (MORE if "more_rows" in sent.post else 0)))

    def draw(self, scene: Scene, sent: Sent, wrong: Mapping[str, str]) -> Box:
        """Three controls a row."""
        options = targets_of(scene)
        fields = [field for at in self.rows(sent) for field in _row(at, options, sent, wrong)]
        return Box(
            tuple(fields), str(self.label), str(self.hint), f"f-{self.name}", wrong.get(self.name, ""), repeats=True
        )

    def read(self, scene: Scene, sent: Sent) -> tuple[dict[str, str], ...]:
        """[{target, code, fault, remedy}]; every gap at once."""
        found, problems = [], []
        known = dict(targets_of(scene))
        for at in self.rows(sent):
            entry, fault, remedy = (sent.text(f"{part}-{at}") for part in ("target", "fault", "remedy"))
            if not (entry or fault or remedy):
                continue
            if entry not in known:
                problems.append(Refusal("act.target", _("请选择是哪份材料或哪个填写项"), f"target-{at}"))
            if not fault:
                problems.append(Refusal("act.fault", _("请写明哪里不对"), f"fault-{at}"))
            if not remedy:
                problems.append(Refusal("act.remedy", _("请写明怎么补"), f"remedy-{at}"))
            target, _sign, code = entry.partition(SEPARATOR)
            found.append({"target": target, "code": code, "fault": fault[:500], "remedy": remedy[:500]})
        if not found:
            words = _("请至少写明一处：选材料或填写项，写清哪里不对、怎么补")
            problems.append(Refusal("act.faults", words, "target-0"))
        if problems:
            raise Refusals(tuple(problems))
        return tuple(found)

    def claims(self, scene: Scene, field: str, sent: Sent) -> str:
        """A refusal names the code, ``fault-<code>`` or ``faults``: it stands at the row of that code."""
        code = field.removeprefix("fault-")
        for at in self.rows(sent):
            if code and sent.text(f"target-{at}").partition(SEPARATOR)[2] == code:
                return f"target-{at}"
        return field if field.startswith(("target-", "fault-", "remedy-")) else {"faults": "target-0"}.get(field, "")


def _row(at: int, options: Options, sent: Sent, wrong: Mapping[str, str]) -> tuple[FieldView, ...]:
    n = {"n": at + 1}

    def view(part: str, label: str, kind: str, **more: Any) -> FieldView:
        name = f"{part}-{at}"
        return FieldView(name, label, kind, sent.text(name), error=wrong.get(name, ""), **more)

    return (
        view("target", _("第 %(n)s 处") % n, "select", options=options),
        view("fault", _("第 %(n)s 处哪里不对") % n, "long_text", max_length=500),
        view("remedy", _("第 %(n)s 处怎么补") % n, "long_text", max_length=500),
    )


@dataclass(frozen=True)
class Articles:
    """Legal bases: those of the version to tick, and one of one's own (``basis_instrument``, ``basis_article``)."""

    name: str = "basis"
    label: Words = "依据"
    optional: bool = False

    def draw(self, scene: Scene, sent: Sent, wrong: Mapping[str, str]) -> Box:
        """Check boxes and two lines."""
        options = tuple((str(at), f"《{b.instrument}》{b.article}") for at, b in enumerate(scene.content.legal_basis))
        own = (("basis_instrument", "其他依据：法规名称"), ("basis_article", "其他依据：条款"))
        fields = [
            FieldView(n, words, value=sent.text(n), optional=True, max_length=100, error=wrong.get(n, ""))
            for n, words in own
        ]
        if options:
            ticked = tuple(sent.post.getlist(self.name))
            error = wrong.get(self.name, "")
            box = FieldView(self.name, str(self.label), "codes", values=ticked, options=options, error=error)
            return Box((box, *fields))
        return Box(tuple(fields), error=wrong.get(self.name, ""))

    def read(self, scene: Scene, sent: Sent) -> tuple[dict[str, str], ...]:
        """[{instrument, article}]."""
        ticked = set(sent.post.getlist(self.name))
        found = [
            {"instrument": b.instrument, "article": b.article}
            for at, b in enumerate(scene.content.legal_basis)
            if str(at) in ticked
        ]
        instrument, article = sent.text("basis_instrument").strip("《》"), sent.text("basis_article")
        if bool(instrument) != bool(article):
            missing = "basis_article" if instrument else "basis_instrument"
            raise Refusal("act.basis", "其他依据要同时写明法规名称和条款", missing)
        if instrument:
            found.append({"instrument": instrument, "article": article})
        if not found and not self.optional:
            raise Refusal("act.basis", "请勾选依据的条款，或写明其他依据", self.name)
        return tuple(found)

    def claims(self, scene: Scene, field: str, sent: Sent) -> str:
        """Its own name."""
        return self.name if field == self.name else ""


@dataclass(frozen=True)
class ByDepartment:
    """One text a department (``opinions-<n>``); departments left empty do not count."""

    name: str
    label: Words
    hint: Words
    departments: Callable[[Scene], tuple[str, ...]]

    def draw(self, scene: Scene, sent: Sent, wrong: Mapping[str, str]) -> Box:
        """A text area a department."""
        fields = tuple(
            FieldView(
                f"{self.name}-{at}",
                name,
                "long_text",
                sent.text(f"{self.name}-{at}"),
                optional=True,
                max_length=2000,
                error=wrong.get(f"{self.name}-{at}", ""),
            )
            for at, name in enumerate(self.departments(scene))
        )
        return Box(fields, str(self.label), str(self.hint), f"f-{self.name}")

    def read(self, scene: Scene, sent: Sent) -> Any:
        """Department -> its words."""
        words = {name: sent.text(f"{self.name}-{at}") for at, name in enumerate(self.departments(scene))}
        return {name: text[:2000] for name, text in words.items() if text}

    def claims(self, scene: Scene, field: str, sent: Sent) -> str:
        """The first department."""
        return f"{self.name}-0" if field == self.name else ""

"""A draft's value as controls: what ``desk/editor/box.html`` draws. Rows hold boxes, so a box may hold boxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tongban.faces.fields import FieldView
from tongban.registry.catalog.conditions import OPS, rows_of
from tongban.registry.catalog.drafting import UNITS, Options, Spec

Errors = Mapping[str, str]


@dataclass(frozen=True)
class Choices:
    """What a select of the editor offers, looked up once a page."""

    elements: Options
    posts: Options


@dataclass(frozen=True)
class Box:
    """One field of the draft: plain controls, or rows of boxes.

    :param name: form name; ``count`` is the hidden number of its rows.
    """

    name: str
    label: str
    hint: str = ""
    kind: str = ""
    controls: tuple[FieldView, ...] = ()
    rows: tuple[Row, ...] = ()
    row_word: str = ""
    error: str = ""
    note: str = ""

    @property
    def id(self) -> str:
        """Id of its first control, for links from the error summary."""
        return self.controls[0].id if self.controls else "b-" + self.name.replace(".", "-")


@dataclass(frozen=True)
class Row:
    """One entry of a list: where it stands, what it is called, its boxes."""

    name: str
    title: str
    boxes: tuple[Box, ...]
    origin: str = ""
    """Where it stood in the stored draft, so that keys without a control are kept."""


@dataclass
class Drawer:
    """Draws specs with the choices of the page and what is wrong, by form name."""

    choices: Choices
    errors: Errors = field(default_factory=dict)

    def box(self, spec: Spec, value: Any, name: str) -> Box:
        """The box of one field."""
        if spec.kind == "rows":
            return self._rows(spec, value or (), name)
        if spec.kind == "group":
            return self._group(spec, value or {}, name)
        controls, note = self._controls(spec, value, name)
        error = self.errors.get(name, "")
        return Box(name, spec.label, spec.hint, spec.kind, tuple(controls), error=error, note=note)

    def _rows(self, spec: Spec, value: Sequence[Mapping[str, Any]], name: str) -> Box:
        rows = tuple(self._row(spec, entry, f"{name}.{n}", n) for n, entry in enumerate(value))
        error = self.errors.get(name, "")
        return Box(name, spec.label, spec.hint, "rows", rows=rows, row_word=spec.row, error=error)

    def _row(self, spec: Spec, entry: Mapping[str, Any], name: str, place: int) -> Row:
        boxes = tuple(self.box(part, entry.get(part.key), f"{name}.{part.key}") for part in spec.parts)
        words = next((str(entry[k]) for k in ("name", "label", "title", "question", "instrument") if entry.get(k)), "")
        origin = str(entry.get("_origin", place))
        return Row(name, words or f"{spec.row} {place + 1}", boxes, origin)

    def _group(self, spec: Spec, value: Mapping[str, Any], name: str) -> Box:
        boxes = tuple(self.box(part, value.get(part.key), f"{name}.{part.key}") for part in spec.parts)
        return Box(name, spec.label, spec.hint, "group", rows=(Row(name, spec.label, boxes),))

    def _controls(self, spec: Spec, value: Any, name: str) -> tuple[list[FieldView], str]:
        if spec.kind == "limit":
            return self._limit(spec, value or {}, name), ""
        if spec.kind == "condition":
            return self._condition(spec, value, name)
        return [self._one(spec, value, name)], ""

    def _one(self, spec: Spec, value: Any, name: str) -> FieldView:
        view = FieldView(
            name,
            spec.label,
            hint=spec.hint,
            optional=spec.optional,
            error=self.errors.get(name, ""),
            options=spec.options,
        )
        shown = "" if value is None else str(value)
        match spec.kind:
            case "long":
                return replace(view, kind="long_text", value=shown)
            case "lines":
                return replace(view, kind="long_text", value="\n".join(value or ()))
            case "choice":
                return replace(view, kind="select", value=shown)
            case "choices":
                return replace(view, kind="codes", values=tuple(value or ()))
            case "yes_no":
                return replace(view, kind="select", value=_yes_no(value), options=_YES_NO)
            case "post":
                post = f"{value.get('department', '')}·{value.get('post', '')}" if value else ""
                return replace(view, kind="select", value=post, options=self.choices.posts)
            case "element":
                return replace(view, kind="select", value=shown, options=self.choices.elements)
            case _:
                return replace(view, value=shown)

    def _limit(self, spec: Spec, value: Mapping[str, Any], name: str) -> list[FieldView]:
        shown = str(value["n"]) if "n" in value else ""
        zero = _yes_no(value.get("counts_day_zero")) if value else ""
        left, error = spec.optional, self.errors.get(name, "")
        return [
            FieldView(f"{name}.n", spec.label, value=shown, hint=spec.hint, error=error, optional=left),
            FieldView(f"{name}.unit", "单位", "select", value=value.get("unit", ""), options=UNITS, optional=left),
            FieldView(f"{name}.basis", "依据", value=value.get("basis", ""), optional=left),
            FieldView(f"{name}.zero", "当日算起", "select", value=zero, options=_YES_NO, optional=True),
        ]

    def _condition(self, spec: Spec, value: Any, name: str) -> tuple[list[FieldView], str]:
        condition = value if isinstance(value, list) else rows_of(value)
        if condition is None:
            return [], "这个条件比较复杂，在「全文」里改"
        rows = condition if isinstance(condition, list) else [(r.path, r.op, r.value) for r in condition.rows]
        join = "and" if isinstance(condition, list) else condition.join
        controls: list[FieldView] = []
        for n, (path, op, typed) in enumerate([*rows, ("", "", "")][: len(rows) + 1]):
            first = n == 0
            label = spec.label if first else "再加一个条件"
            hint = spec.hint if first else ""
            error = self.errors.get(name, "") if first else ""
            at = f"{name}.{n}"
            elements = self.choices.elements
            controls += [
                FieldView(f"{at}.path", label, "select", path, options=elements, hint=hint, optional=True, error=error),
                FieldView(f"{at}.op", "怎么比", "select", op, options=tuple(OPS.items()), optional=True),
                FieldView(f"{at}.value", "和什么比", value=typed, optional=True),
            ]
        if len(rows) > 1:
            controls.append(FieldView(f"{name}.join", "这些条件", "select", join, options=_JOINS))
        return controls, ""


_YES_NO: Options = (("yes", "是"), ("no", "否"))
_JOINS: Options = (("and", "都要符合"), ("or", "符合一个就行"))


def _yes_no(value: Any) -> str:
    return "" if value is None else "yes" if value else "no"

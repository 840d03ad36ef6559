"""What was posted back to draft data; every fault is told at its control, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from tongban.ground.elements import ElementDefinition
from tongban.ground.errors import Refusal
from tongban.registry.catalog.conditions import Condition, tree_of
from tongban.registry.catalog.conditions import Row as ConditionRow
from tongban.registry.catalog.drafting import Part, Spec

MOST_ROWS = 200
LEFT_OUT = object()
"""The field is not part of the draft: it was not there before, and nothing was filled in."""
EMPTY: tuple[Any, ...] = ("", [], {}, None)


@dataclass
class Reader:
    """Reads the fields of a part; ``faults`` is form name -> sentence."""

    post: QueryDict
    elements: Mapping[str, ElementDefinition]
    faults: dict[str, str] = field(default_factory=dict)

    def part(self, part: Part, stored: Mapping[str, Any]) -> dict[str, Any]:
        """The stored draft with the part's fields as posted."""
        draft = dict(stored)
        for spec in part.fields:
            _put(draft, spec.key, self.value(spec, spec.key, _get(stored, spec.key, LEFT_OUT)))
        return draft

    def value(self, spec: Spec, name: str, stored: Any) -> Any:
        """The value of one field; what was empty or absent stays so in its own way."""
        before = None if stored is LEFT_OUT else stored
        found = getattr(self, f"_{spec.kind}", self._text)(spec, name, before)
        if found not in EMPTY or isinstance(found, bool):
            return found
        if stored is LEFT_OUT:
            return LEFT_OUT
        if spec.optional and stored not in EMPTY:
            return None if spec.kind == "limit" else LEFT_OUT
        return stored if stored in EMPTY else found

    def _typed(self, name: str) -> str:
        return self.post.get(name, "").replace("\x00", "").replace("\r\n", "\n").strip()

    def _text(self, spec: Spec, name: str, stored: Any) -> Any:
        typed = self._typed(name)
        if spec.kind == "choice" and spec.key == "assurance_level":
            return int(typed) if typed.isdecimal() else typed
        return typed

    _long = _choice = _element = _text

    def _lines(self, spec: Spec, name: str, stored: Any) -> list[str]:
        return [line.strip() for line in self._typed(name).split("\n") if line.strip()]

    def _choices(self, spec: Spec, name: str, stored: Any) -> list[str]:
        """Chosen codes in the order in which they stood; what the list does not know stays."""
        known = [code for code, _ in spec.options]
        chosen = set(self.post.getlist(name))
        before = [code for code in stored or () if code in chosen or code not in known]
        return [*before, *(code for code in known if code in chosen and code not in before)]

    def _yes_no(self, spec: Spec, name: str, stored: Any) -> bool | None:
        typed = self._typed(name)
        return None if not typed else typed == "yes"

    def _number(self, spec: Spec, name: str, stored: Any) -> int | str:
        typed = self._typed(name)
        if typed.isdecimal() and len(typed) < 8:
            return int(typed)
        if typed or not spec.optional:
            self.faults[name] = f"「{spec.label}」要填一个整数"
        return typed

    def _post(self, spec: Spec, name: str, stored: Any) -> dict[str, str]:
        department, _sep, post = self._typed(name).partition("·")
        return {"department": department, "post": post} if post else {}

    def _limit(self, spec: Spec, name: str, stored: Any) -> dict[str, Any]:
        n, unit = self._typed(f"{name}.n"), self._typed(f"{name}.unit")
        basis = self._typed(f"{name}.basis")
        if not (n or unit or basis) or (unit == "at_once" and not n and not basis):
            return {}
        if not (n.isdecimal() and len(n) < 5) and unit != "at_once":
            self.faults[name] = f"「{spec.label}」要填一个整数"
        elif not unit:
            self.faults[name] = f"「{spec.label}」没有选单位"
        kept = {k: v for k, v in (stored or {}).items() if k == "roll_forward"}
        found: dict[str, Any] = {"n": int(n) if n.isdecimal() else 0, "unit": unit, "basis": basis, **kept}
        return found | ({"counts_day_zero": True} if self._typed(f"{name}.zero") == "yes" else {})

    def _condition(self, spec: Spec, name: str, stored: Any) -> dict[str, Any] | None:
        if f"{name}.0.path" not in self.post:
            return stored if isinstance(stored, dict) else None  # too complex for a form: it stays as it is
        rows = []
        for n in range(MOST_ROWS):
            if f"{name}.{n}.path" not in self.post:
                break
            row = ConditionRow(*(self._typed(f"{name}.{n}.{key}") for key in ("path", "op", "value")))
            if row.path or row.value:
                rows.append(row)
        join = "or" if self._typed(f"{name}.join") == "or" else "and"
        try:
            return tree_of(Condition(tuple(rows), join), self.elements, name)
        except Refusal as refusal:
            self.faults[name] = f"{refusal.sentence}。{refusal.remedy}"
            return stored if isinstance(stored, dict) else None

    def _group(self, spec: Spec, name: str, stored: Any) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for part in spec.parts:
            value = self.value(part, f"{name}.{part.key}", (stored or {}).get(part.key, LEFT_OUT))
            if value is not LEFT_OUT:
                made[part.key] = value
        return made

    def _rows(self, spec: Spec, name: str, stored: Any) -> list[dict[str, Any]]:
        count = self._typed(f"{name}.count")
        rows = []
        for n in range(min(int(count), MOST_ROWS) if count.isdecimal() and len(count) < 5 else 0):
            rows.append(self._row(spec, f"{name}.{n}", stored or ()))
        return rows

    def _row(self, spec: Spec, name: str, stored: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """One entry; keys that no control shows come from where it stood before."""
        origin = self._typed(f"{name}._origin")
        before = stored[int(origin)] if origin.isdecimal() and len(origin) < 5 and int(origin) < len(stored) else {}
        own = {part.key for part in spec.parts}
        made: dict[str, Any] = {key: value for key, value in before.items() if key not in own}
        for part in spec.parts:
            value = self.value(part, f"{name}.{part.key}", before.get(part.key, LEFT_OUT))
            if value is not LEFT_OUT:
                made[part.key] = value
        return made


def changed_rows(draft: dict[str, Any], part: Part, command: str) -> dict[str, Any]:
    """The draft after ``add:NAME``, ``drop:NAME.N``, ``up:NAME.N`` or ``down:NAME.N`` of one of the part's lists."""
    verb, _sep, place = command.partition(":")
    name, number = (place, "") if verb == "add" else place.rsplit(".", 1) if "." in place else (place, "")
    rows = _list_at(draft, part.fields, name)
    if rows is None:
        return draft
    n = int(number) if number.isdecimal() and len(number) < 5 else -1
    if verb == "add" and len(rows) < MOST_ROWS:
        rows.append({})
    elif verb == "drop" and 0 <= n < len(rows):
        del rows[n]
    elif verb in ("up", "down") and 0 <= n < len(rows):
        other = n - 1 if verb == "up" else n + 1
        if 0 <= other < len(rows):
            rows[n], rows[other] = rows[other], rows[n]
    return draft


def _list_at(draft: dict[str, Any], specs: Sequence[Spec], name: str) -> list[Any] | None:
    """The list that a form name means, at any depth."""
    for spec in specs:
        if spec.kind != "rows" or not (name == spec.key or name.startswith(f"{spec.key}.")):
            continue
        rows = _get(draft, spec.key)
        if rows is None:
            rows = []
            _put(draft, spec.key, rows)
        if name == spec.key:
            return rows if isinstance(rows, list) else None
        number, _sep, rest = name[len(spec.key) + 1 :].partition(".")
        if number.isdecimal() and int(number) < len(rows):
            return _list_at(rows[int(number)], spec.parts, rest)
    return None


def _get(draft: Mapping[str, Any], key: str, default: Any = None) -> Any:
    found: Any = draft
    for part in key.split("."):
        if not isinstance(found, Mapping) or part not in found:
            return default
        found = found[part]
    return found


def _put(draft: dict[str, Any], key: str, value: Any) -> None:
    *parents, last = key.split(".")
    place = draft
    for part in parents:
        place[part] = dict(place.get(part) or {})
        place = place[part]
    if value is LEFT_OUT:
        place.pop(last, None)
    else:
        place[last] = value

"""What the source says of itself: errors, ledger events and word lists, read out of its syntax trees."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tongban.launch.outcome import Finding
from tongban.launch.places import PROJECT

ROOT = PROJECT / "src" / "tongban"
_REFERENCE = re.compile(r" \((?:g6 [^()]*|C\d+|[A-Z]{3}-\d+)\)")  # the mission's own lists mean nothing to a reader
FAMILY = PROJECT / "src" / "tongban" / "ground" / "errors.py"


@dataclass(frozen=True, order=True)
class ErrorLine:
    """One refusal that the code can raise."""

    room: str
    code: str
    status: int
    sentence: str


@dataclass(frozen=True, order=True)
class EventLine:
    """One kind of ledger event, and the function that records it."""

    kind: str
    place: str
    when: str


@dataclass(frozen=True, order=True)
class Choices:
    """A closed list of words: ``members`` are (value, Chinese label)."""

    name: str
    place: str
    members: tuple[tuple[str, str], ...]


@cache
def modules() -> dict[Path, ast.Module]:
    """Every module of the project but its migrations."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        if "migrations" not in path.parts:
            found[path] = ast.parse(path.read_text(encoding="utf-8"), str(path))
    return found


@cache
def _nodes(tree: ast.Module) -> tuple[ast.AST, ...]:
    """Every node of a module: walked once, read by every list."""
    return tuple(ast.walk(tree))


def _room(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:2])


def _called(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _argument(call: ast.Call, place: int, name: str) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    return call.args[place] if len(call.args) > place else None


def _constants(tree: ast.Module) -> dict[str, ast.expr]:
    """Names of the module -> what they are set to, one by one or several at once."""
    found: dict[str, ast.expr] = {}
    for node in tree.body:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if isinstance(target, ast.Name):
            found[target.id] = node.value
        elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            pairs = zip(target.elts, node.value.elts, strict=False)
            found |= {name.id: value for name, value in pairs if isinstance(name, ast.Name)}
    return found


def _words(node: ast.expr | None, constants: dict[str, ast.expr]) -> str | None:
    """The text of an expression, with ``{…}`` for its values; None when it cannot be told."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        pieces = [_words(part, constants) if isinstance(part, ast.Constant) else "{…}" for part in node.values]
        return "".join(piece or "" for piece in pieces)
    if isinstance(node, ast.Call) and _called(node) in {"_", "gettext", "gettext_lazy"} and node.args:
        return _words(node.args[0], constants)
    if isinstance(node, ast.Name) and node.id in constants:
        return _words(constants[node.id], {})
    return None


def statuses() -> dict[str, int]:
    """Error class -> HTTP status, for the whole family."""
    parents: dict[str, str] = {}
    own: dict[str, int] = {}
    for tree in modules().values():
        for node in _nodes(tree):
            if not isinstance(node, ast.ClassDef) or not node.bases:
                continue
            parents[node.name] = ast.unparse(node.bases[0]).rpartition(".")[2]
            status = _constants(ast.Module(node.body, [])).get("status")
            if isinstance(status, ast.Constant) and isinstance(status.value, int):
                own[node.name] = status.value
    found = {}
    for name in parents:
        line = list(_ancestry(name, parents))
        if "TongbanError" in line:
            found[name] = next(own[step] for step in line if step in own)
    return found


def _ancestry(name: str, parents: dict[str, str]) -> Iterator[str]:
    seen: set[str] = set()
    while name and name not in seen:
        seen.add(name)
        yield name
        name = parents.get(name, "")


def errors() -> list[ErrorLine]:
    """Every refusal with a code that stands in the source, by room and code; the first sentence of a code wins."""
    family = statuses()
    found: dict[tuple[str, str], ErrorLine] = {}
    for path, tree in modules().items():
        constants = _constants(tree)
        for node in _nodes(tree):
            name = _raised(node)
            if isinstance(node, ast.Call) and name in family and path != FAMILY:
                line = _error(node, constants, family[name], _room(path))
                if line:
                    found.setdefault((line.room, line.code), line)
    return sorted(found.values())


def _raised(node: ast.AST) -> str:
    """The error class that a call makes; a class of its own says its code in ``super().__init__``."""
    if not isinstance(node, ast.Call):
        return ""
    own = isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call)
    init = own and _called(node) == "__init__" and ast.unparse(node.func) == "super().__init__"
    return "Refusal" if init else _called(node)


def _error(call: ast.Call, constants: dict[str, ast.expr], status: int, room: str) -> ErrorLine | None:
    first = "port" if _called(call) == "Unavailable" else "code"
    code = _words(_argument(call, 0, first), constants)
    if code is None:
        return None
    code = f"unavailable.{code}" if first == "port" else code
    return ErrorLine(room, code, status, _words(_argument(call, 1, "sentence"), constants) or "…")


def events() -> list[EventLine]:
    """Every kind of event that the source records, sorted; one line a kind and place.

    :raises Finding: an ``EventDraft`` whose kind cannot be told; say it as a constant, or teach :func:`_kinds`.
    """
    found: set[EventLine] = set()
    for path, tree in modules().items():
        calls = [node for node in _nodes(tree) if isinstance(node, ast.Call) and _makes_event(node)]
        for function in [node for node in _nodes(tree) if calls and isinstance(node, ast.FunctionDef)]:
            for call in calls:
                if function.lineno <= call.lineno <= (function.end_lineno or 0):
                    found |= set(_event_lines(path, tree, function, call))
    return sorted(found)


def _makes_event(call: ast.Call) -> bool:
    """``EventDraft(kind, ...)``, or ``clocking.event(kind, ...)``, which adds what the act did to the clocks."""
    return _called(call) == "EventDraft" or (_called(call) == "event" and ast.unparse(call.func) == "clocking.event")


def _event_lines(path: Path, tree: ast.Module, function: ast.FunctionDef, call: ast.Call) -> Iterator[EventLine]:
    place = path.relative_to(ROOT).as_posix()
    kind = _argument(call, 0, "kind")
    lines = [EventLine(text, place, _summary(where)) for text, where in _kinds(kind, tree, function)]
    if not lines and isinstance(kind, ast.Attribute) and kind.attr == "event":
        lines = list(_transitions())
    if not lines and kind is not None and not _handed_on(kind, function):
        raise Finding(f"{place}:{call.lineno}: the kind of this event cannot be told", "name it as a constant")
    yield from lines


def _summary(function: ast.FunctionDef) -> str:
    paragraph = (ast.get_docstring(function) or "").partition("\n\n")[0].partition(":raises")[0]
    return _REFERENCE.sub("", " ".join(paragraph.split())).replace("``", "`")


def _kinds(node: ast.expr | None, tree: ast.Module, function: ast.FunctionDef) -> Iterator[tuple[str, ast.FunctionDef]]:
    text = _words(node, _constants(tree))
    if isinstance(node, ast.IfExp):
        yield from _kinds(node.body, tree, function)
        yield from _kinds(node.orelse, tree, function)
    elif text is not None:
        yield text, function
    elif isinstance(node, ast.Name) and _handed_on(node, function):
        yield from _kinds_of_callers(node.id, tree, function)
    elif isinstance(node, ast.Name | ast.Call):
        for value in _values_of(node, tree, function):
            yield from _kinds(value, tree, function)


def _handed_on(node: ast.expr, function: ast.FunctionDef) -> bool:
    return isinstance(node, ast.Name) and node.id in {argument.arg for argument in function.args.args}


def _values_of(node: ast.Name | ast.Call, tree: ast.Module, function: ast.FunctionDef) -> Iterator[ast.expr]:
    """What a local name is set to in the function, or what a function of the same module returns."""
    if isinstance(node, ast.Name):
        for statement in ast.walk(function):
            if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == node.id:
                yield statement.value
        return
    for one in tree.body:
        if isinstance(one, ast.FunctionDef) and one.name == _called(node):
            yield from (r.value for r in ast.walk(one) if isinstance(r, ast.Return) and r.value is not None)


def _kinds_of_callers(name: str, tree: ast.Module, function: ast.FunctionDef) -> Iterator[tuple[str, ast.FunctionDef]]:
    """The kind is a parameter: what the callers in the same module hand in."""
    place = [argument.arg for argument in function.args.args].index(name)
    for caller in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
        for node in ast.walk(caller):
            if isinstance(node, ast.Call) and _called(node) == function.name:
                yield from _kinds(_argument(node, place, name), tree, caller)


@cache
def _transitions() -> tuple[EventLine, ...]:
    """Events of the transition tables: ``_transition(sources, target, event)``."""
    found = []
    for path, tree in modules().items():
        place = path.relative_to(ROOT).as_posix()
        for node in _nodes(tree):
            if not isinstance(node, ast.Call) or _called(node) != "_transition":
                continue
            if event := _words(_argument(node, 2, "event"), {}):
                found.append(EventLine(event, place, f"A step in the life of a {event.partition('.')[0]}."))
    return tuple(found)


def choices() -> list[Choices]:
    """Every ``TextChoices`` list of the models."""
    found = []
    for path, tree in modules().items():
        place = path.relative_to(ROOT).as_posix()
        for owner in _nodes(tree):
            for node in getattr(owner, "body", []) if isinstance(owner, ast.Module | ast.ClassDef) else []:
                if isinstance(node, ast.ClassDef) and any("TextChoices" in ast.unparse(base) for base in node.bases):
                    name = f"{owner.name}.{node.name}" if isinstance(owner, ast.ClassDef) else node.name
                    found.append(Choices(name, place, tuple(_members(node))))
    return sorted(found)


def _members(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for statement in node.body:
        if isinstance(statement, ast.Assign):
            parts = statement.value.elts if isinstance(statement.value, ast.Tuple) else [statement.value]
            words = [_words(part, {}) or "" for part in parts]
            yield words[0], words[1] if len(words) > 1 else ""

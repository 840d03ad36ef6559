"""What has to come before what: the graph of items and licence types, and its faults (前后置环节, APR-08). Pure.

An option needs another option's decision, or a licence of a type, to be applied for (``submit``) or to be decided
(``decide``). A licence may come from any option that grants it: a renewal needs the licence that it grants anew, and
the first grant is its way out. A round way that leaves no way out can never be walked: it is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from tongban.registry.catalog.findings import Finding
from tongban.registry.catalog.version import Prerequisite, VersionContent

KINDS: Mapping[str, str] = {"option": "事项", "licence": "证照"}
EFFECTS: Mapping[str, str] = {
    "submit": "办好以后才能申请",
    "decide": "可以同时申请，办好以后才作决定",
}


AGAIN = ("renew", "renewal", "change", "reissue")
"""Kinds of options that grant anew what one holds."""


@dataclass(frozen=True)
class Node:
    """An option as the graph sees it: its name, what it needs, which licence type it grants (or empty)."""

    name: str
    needs: tuple[Prerequisite, ...] = ()
    grants: str = ""
    slug: str = ""
    again: bool = False
    """Grants a licence anew that one holds already (renewal, change): nobody comes to a first licence by it."""


@dataclass(frozen=True)
class Net:
    """The options in force by code, and the licence types by code with their names."""

    options: Mapping[str, Node] = field(default_factory=dict)
    licence_types: Mapping[str, str] = field(default_factory=dict)

    def following(self, code: str) -> tuple[str, ...]:
        """Codes of the options that one needs, directly; a licence type stands for whoever grants it."""
        found: list[str] = []
        for need in self.options[code].needs if code in self.options else ():
            if need.kind == "option":
                found.append(need.code)
            else:
                found += [key for key, node in self.options.items() if node.grants == need.code]
        return tuple(dict.fromkeys(found))

    def walkable(self) -> frozenset[str]:
        """Codes of the options that somebody who has nothing yet can come to, one after another."""
        reached: set[str] = set()
        while fresh := {code for code in self.options if code not in reached and self._open(code, reached)}:
            reached |= fresh
        return frozenset(reached)

    def _open(self, code: str, reached: set[str]) -> bool:
        for need in self.options[code].needs:
            first = [key for key, node in self.options.items() if node.grants == need.code and not node.again]
            known = [key for key in ([need.code] if need.kind == "option" else first) if key in self.options]
            if known and not reached.intersection(known):
                return False
        return True

    def with_option(self, content: VersionContent) -> Net:
        """The net as it would be with this version in force."""
        again = content.kind in AGAIN
        node = Node(content.name, content.prerequisites, content.result.licence_type, content.slug, again)
        return replace(self, options={**self.options, content.option_code: node})


def cycle(net: Net, start: str) -> tuple[str, ...]:
    """A way from an option back to itself that cannot be left, as codes; empty when there is none."""
    way: list[str] = []
    seen: set[str] = set(net.walkable())
    if start in seen:
        return ()

    def walk(code: str) -> bool:
        way.append(code)
        for needed in net.following(code):
            if needed == start:
                way.append(start)
                return True
            if needed not in seen:
                seen.add(needed)
                if walk(needed):
                    return True
        way.pop()
        return False

    return tuple(way) if walk(start) else ()


def prerequisite_findings(content: VersionContent, net: Net) -> Iterator[Finding]:
    """Every finding about what must come before: unknown, twice, without basis, or a round way."""
    seen: set[tuple[str, str]] = set()
    for n, need in enumerate(content.prerequisites):
        place = f"prerequisites[{n}]"
        if need.kind not in KINDS or need.effect not in EFFECTS:
            yield Finding(place, "前置事项的种类或作用写得不对", "种类写事项或证照，作用写申请前或决定前")
            continue
        known = net.options if need.kind == "option" else net.licence_types
        if need.code not in known and need.code != content.option_code:
            yield Finding(place, f"没有「{need.name or need.code}」这个{KINDS[need.kind]}", "先发布它，或核对代码")
        if not need.basis.strip():
            yield Finding(place, f"「{need.name}」作为前置，没有写依据", "没有依据的前置环节要取消")
        if (need.kind, need.code) in seen:
            yield Finding(place, f"「{need.name}」写了两次", "删掉一处")
        seen.add((need.kind, need.code))
    whole = net.with_option(content)
    if round_way := cycle(whole, content.option_code):
        words = "→".join(whole.options[code].name if code in whole.options else code for code in round_way)
        yield Finding("prerequisites", f"前置环节绕成了圈：{words}", "去掉其中一处前置，让总有一件可以先办")

"""Readers of what comes before what: the net of the options in force, for publishing, the guide and the engine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tongban.ground import moment
from tongban.registry.catalog import version
from tongban.registry.catalog.models import ItemVersion
from tongban.registry.catalog.prerequisites import AGAIN, EFFECTS, KINDS, Net, Node
from tongban.registry.catalog.selectors import IN_FORCE
from tongban.registry.catalog.version import Prerequisite, VersionContent
from tongban.registry.licences.models import LicenceType

_COLUMNS = (
    "option__code",
    "option__slug",
    "content__name",
    "content__prerequisites",
    "content__result__licence_type",
    "content__kind",
)


def net_in_force(on: date | None = None) -> Net:
    """The options in force on a day with what they need and grant; two queries, no version is read whole."""
    rows = ItemVersion.objects.filter(valid__contains=on or moment.today(), state__in=IN_FORCE).values_list(*_COLUMNS)
    options = {
        code: Node(
            name, tuple(version.build(Prerequisite, need) for need in needs or ()), grants or "", slug, kind in AGAIN
        )
        for code, slug, name, needs, grants, kind in rows
    }
    return Net(options, dict(LicenceType.objects.values_list("code", "name")))


@dataclass(frozen=True)
class Before:
    """One thing that has to come before, as the guide shows it; ``slug`` leads to where it can be applied for."""

    kind: str
    kind_words: str
    name: str
    effect: str
    effect_words: str
    basis: str
    slugs: tuple[tuple[str, str], ...]
    """(slug, name) of the options that grant it."""


def prerequisites_of(content: VersionContent, on: date | None = None) -> tuple[Before, ...]:
    """What has to come before an option, for its guide; no query when nothing has to."""
    if not content.prerequisites:
        return ()
    net = net_in_force(on)
    return tuple(
        Before(
            need.kind,
            KINDS.get(need.kind, ""),
            need.name,
            need.effect,
            EFFECTS.get(need.effect, ""),
            need.basis,
            tuple((node.slug, node.name) for node in _granting(net, need)),
        )
        for need in content.prerequisites
    )


def _granting(net: Net, need: Prerequisite) -> list[Node]:
    if need.kind == "option":
        return [net.options[need.code]] if need.code in net.options else []
    return [node for node in net.options.values() if node.grants == need.code]


def followers_of(content: VersionContent, on: date | None = None) -> tuple[tuple[str, str], ...]:
    """(slug, name) of the options that become possible, or may be decided, once this one is granted; one query."""
    net = net_in_force(on)
    return tuple(
        (node.slug, node.name)
        for code, node in net.options.items()
        if code != content.option_code and any(_is(need, content) for need in node.needs)
    )


def _is(need: Prerequisite, content: VersionContent) -> bool:
    return need.code == (content.option_code if need.kind == "option" else content.result.licence_type)


def needing(option_code: str, licence_type: str, on: date | None = None) -> tuple[str, ...]:
    """Codes of the options in force that need this option, or a licence of this type."""
    wanted = {("option", option_code), ("licence", licence_type)}
    net = net_in_force(on)
    return tuple(code for code, node in net.options.items() if any((n.kind, n.code) in wanted for n in node.needs))

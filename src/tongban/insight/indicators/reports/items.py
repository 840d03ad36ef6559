"""Items as published today, with whom they belong to: the base of figures of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass

from tongban.insight.indicators.selectors import Scope
from tongban.registry.catalog import selectors as catalog
from tongban.registry.catalog.models import ItemVersion
from tongban.registry.catalog.version import VersionContent


@dataclass(frozen=True, slots=True)
class Published:
    """One option in force and its content."""

    option_id: int
    content: VersionContent

    @property
    def department_id(self) -> int:
        """The authority that decides."""
        return self.content.authority.id

    @property
    def department(self) -> str:
        """Its name as published."""
        return self.content.authority.name


def published(scope: Scope) -> tuple[Published, ...]:
    """Options of a scope that can be applied for today, by department and name; two queries."""
    known = catalog.options_in_force()
    options = dict(ItemVersion.objects.filter(id__in=[key for key, _ in known]).values_list("id", "option_id"))
    found = (
        Published(options[key], content)
        for key, content in known
        if scope.first_region <= content.region_no <= scope.last_region
        and scope.department_id in (None, content.authority.id)
    )
    return tuple(sorted(found, key=lambda item: (item.department, item.content.name)))

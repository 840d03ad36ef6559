"""Whose record it is: a person or an organisation, never both."""

from __future__ import annotations

import uuid
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Party:
    """Exactly one of the two ids is set."""

    person_id: uuid.UUID | None = None
    organisation_id: uuid.UUID | None = None

    def __post_init__(self) -> None:
        if (self.person_id is None) == (self.organisation_id is None):
            raise ValueError("a party of credit is a person or an organisation")

    @property
    def kind(self) -> str:
        """``person`` or ``organisation``."""
        return "organisation" if self.organisation_id else "person"

    @property
    def id(self) -> uuid.UUID:
        """The id of whichever it is."""
        found = self.organisation_id or self.person_id
        assert found is not None  # one of them is set
        return found

    def columns(self) -> dict[str, uuid.UUID | None]:
        """The filter and the values of a record."""
        return {"person_id": self.person_id, "organisation_id": self.organisation_id}

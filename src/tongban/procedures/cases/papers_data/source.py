"""Where a paper's data comes from: the case, the document, and the row that the paper tells of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tongban.ground.documents.models import Document
from tongban.procedures.cases.models import Decision, Proceeding, ServiceProof
from tongban.procedures.cases.selectors import CaseDetail
from tongban.registry.catalog.version import VersionContent
from tongban.registry.parties.models import Staff


@dataclass(frozen=True)
class Told:
    """A proceeding with its words in clear: ``data`` holds ids, codes and dates, ``words`` what people said."""

    row: Proceeding
    words: Mapping[str, Any]

    @property
    def data(self) -> Mapping[str, Any]:
        """Ids, codes, dates."""
        found: Mapping[str, Any] = self.row.data
        return found

    def get(self, key: str, otherwise: Any = "") -> Any:
        """A value of the words, or of the data."""
        return self.words.get(key) or self.data.get(key) or otherwise


def told(row: Proceeding) -> Told:
    """The proceeding with its words read."""
    return Told(row, json.loads(row.record or "{}"))


@dataclass(frozen=True)
class Source:
    """One paper to be written. ``drafted``: rows of an act that is only previewed (not stored)."""

    detail: CaseDetail
    document: Document
    drafted: tuple[Proceeding, ...] = ()

    @property
    def content(self) -> VersionContent:
        """The version that binds the case."""
        return self.detail.content

    def proceeding(self, *kinds: str) -> Told:
        """The row that this paper tells of: named by it, else the newest of these kinds before the paper.

        :raises LookupError: there is none (a programming error: the act writes row and paper together).
        """
        rows = self.rows(*kinds)
        named = [r for r in rows if self._names(r)]
        before = [r for r in rows if r.opened_at <= self.document.created_at]
        if not named and not before:
            raise LookupError(f"{self.document.kind} of case {self.detail.case.number}: no {' or '.join(kinds)}")
        return told((named or before)[-1])

    def _names(self, row: Proceeding) -> bool:
        key = str(self.document.id)
        return str(row.notice_id) == key or key in (row.data.get("papers") or {}).values()

    def rows(self, *kinds: str) -> list[Proceeding]:
        """Every proceeding of these kinds, oldest first; a drafted one stands for its stored row."""
        drafted = [row for row in self.drafted if row.kind in kinds]
        stored = self.detail.case.proceedings.filter(kind__in=kinds).exclude(id__in=[row.id for row in drafted])
        return [*stored.order_by("opened_at", "id"), *drafted]

    @property
    def decision(self) -> Decision:
        """The written decision of the case.

        :raises LookupError: there is none.
        """
        found = self.detail.decision
        if found is None:
            raise LookupError(f"{self.document.kind} of case {self.detail.case.number}: no decision")
        return found

    def proof(self) -> ServiceProof:
        """The service that a 送达回证 proves: the newest before the paper.

        :raises LookupError: there is none.
        """
        rows = list(self.detail.case.service_proofs.filter(at__lte=self.document.created_at).order_by("at", "id"))
        if not rows:
            raise LookupError(f"service_proof of case {self.detail.case.number}: nothing was served")
        return rows[-1]

    def staff_name(self, staff_id: UUID | None) -> str:
        """The name of a staff member by id; empty when it is nobody of the register."""
        return Staff.objects.filter(id=staff_id).values_list("name", flat=True).first() or "" if staff_id else ""

    def entered_by(self) -> str:
        """The staff member who entered the application; empty when the applicant did."""
        account = self.detail.case.applications.order_by("round").values_list("submitted_by", flat=True).first()
        return Staff.objects.filter(account_id=account).values_list("name", flat=True).first() or "" if account else ""

    def numbers_of(self, kind: str) -> str:
        """The number of the newest paper of a kind in this case; empty when there is none."""
        return next((d.number for d in reversed(self.detail.documents) if d.kind == kind), "")

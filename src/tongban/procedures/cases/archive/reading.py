"""Take a package out of the archive to look at it or hand it over: only by archivists, and every look is on record."""

from __future__ import annotations

import uuid

from tongban.ground.errors import NotFound
from tongban.ground.policy import Principal, allowed
from tongban.ground.storage.selectors import open_file
from tongban.procedures.cases.models import ArchivePackage
from tongban.procedures.cases.selectors import case_of


def package_of(principal: Principal, key: str | uuid.UUID) -> tuple[ArchivePackage, bytes]:
    """The package of a case and its bytes (checked against their fingerprint); the person's own ledger names the look.

    :param key: number or id of the case.
    :raises NotFound: no such case, not archived, or not the principal's to read.
    """
    missing = NotFound("archive.not_found", "没有找到这件办件的归档包")
    detail = case_of(principal, key)
    if not allowed(principal, "cases.case.archive", detail.state.target()):
        raise missing
    package = ArchivePackage.objects.select_related("file").filter(case_id=detail.case.id).first()
    if package is None:
        raise missing
    return package, open_file(package.file)

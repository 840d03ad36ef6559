"""The archive package of a case: one ZIP with form, materials, opinions, papers, ledger extract and their fingerprints.

ARC-01, ARC-02; 国办发〔2023〕26号: an electronic file may be kept in one electronic set when it is authentic, whole,
usable and safe. :func:`build_package` makes it, :func:`verify_package` proves these four properties of a file, with or
without this platform's rows. The act of archiving stands in ``services.archiving``.
"""

from tongban.procedures.cases.archive.checking import Finding, Verification, verify_package
from tongban.procedures.cases.archive.manifest import CATEGORIES, Retention, manifest_of, retention_of
from tongban.procedures.cases.archive.packing import Before, Package, build_package
from tongban.procedures.cases.archive.reading import package_of

__all__ = [
    "CATEGORIES",
    "Before",
    "Finding",
    "Package",
    "Retention",
    "Verification",
    "build_package",
    "manifest_of",
    "package_of",
    "retention_of",
    "verify_package",
]

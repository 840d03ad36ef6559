"""Background work of the catalogue: imports of lists, and facets that are not worked out yet."""

from __future__ import annotations

import uuid

from tongban.ground.jobs import Retry, job, periodic
from tongban.ground.ledger.chain import Actor
from tongban.registry.catalog import services
from tongban.registry.catalog.imports import runs


@job("catalog.survey_import", retry=Retry(attempts=3))
def survey_import(*, import_id: str) -> None:
    """Read the headings of an uploaded list."""
    runs.survey(uuid.UUID(import_id))


@job("catalog.check_import", retry=Retry(attempts=3))
def check_import(*, import_id: str, staff_id: str, post_id: int) -> None:
    """Check every row of a list."""
    runs.check(uuid.UUID(import_id), _actor(staff_id, post_id))


@job("catalog.apply_import", retry=Retry(attempts=3))
def apply_import(*, import_id: str, staff_id: str, post_id: int) -> None:
    """Do an import that was checked."""
    runs.apply(uuid.UUID(import_id), _actor(staff_id, post_id))


def _actor(staff_id: str, post_id: int) -> Actor:
    return Actor("staff", uuid.UUID(staff_id), post_id, "data_steward", channel="desk")


@periodic("*/10 * * * *", name="catalog.fill_facets", queue="housekeeping")
def fill_facets() -> None:
    """Every ten minutes: versions that were published before facets were kept get theirs."""
    services.fill_facets()


@periodic("2 16 * * *", name="catalog.take_over_listed", queue="housekeeping")
def take_over_listed() -> None:
    """Two past midnight in Shanghai: listed options whose first version begins today are handled here."""
    services.take_over_listed()

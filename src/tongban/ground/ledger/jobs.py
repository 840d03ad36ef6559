"""Scheduled work of the ledger."""

from __future__ import annotations

import logging

from tongban.ground.jobs import periodic
from tongban.ground.ledger import sealer, verifier
from tongban.ground.ledger.models import Failure

logger = logging.getLogger(__name__)


class LedgerBroken(RuntimeError):
    """The nightly verification found something; the job stays on the dead list until somebody looks."""


@periodic("*/5 * * * *", name="ledger.seal")
def seal() -> None:
    """Every five minutes: roots over new events, then the seals of days that have ended."""
    sealer.seal_now()
    sealer.seal_days()


@periodic("40 18 * * *", name="ledger.verify")
def verify() -> None:
    """Every night (02:40 in Shanghai): check everything. A finding fails the job with its kind and place."""
    report = verifier.verify()
    if report.first_bad is not None:
        logger.critical("ledger: %s findings, first %s", report.finding_count, report.first_bad)
        raise LedgerBroken(f"{report.finding_count} findings, first: {report.first_bad.kind} {report.first_bad.place}")


@periodic("0 * * * *", name="ledger.report_dead_events")
def report_dead_events() -> None:
    """Every hour: say in the log that events lie aside."""
    if waiting := Failure.objects.filter(dead_at__isnull=False).count():
        logger.error("ledger: %s events were put aside by consumers", waiting)

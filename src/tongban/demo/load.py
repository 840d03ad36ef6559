"""Load the demo city 云溪市: people, seals, catalogue, and a history of cases. Idempotent."""

from __future__ import annotations

from datetime import timedelta

from tongban.demo import catalogue, delegations, history, listed, machines, notices, people, pushing, seals
from tongban.ground import moment

FOUNDED_DAYS_AGO = 200


def load(cases: int = 60) -> None:
    """Bring the demo to at least ``cases`` cases of history; what is there already stays.

    The city is founded before its history begins, so that every seal was valid on the day of every paper.
    """
    with moment.at(moment.now() - timedelta(days=FOUNDED_DAYS_AGO)):
        people.load()
        machines.load()
        seals.load()
        catalogue.load()
        listed.load()
        delegations.load()
        notices.load()
    history.load(cases)
    pushing.load()

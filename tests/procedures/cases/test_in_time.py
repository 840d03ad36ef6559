"""What the house does by itself when time passes: silence renews, and closed cases go into the archive."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest

from tests.support import builders
from tongban.ground import moment
from tongban.ground.documents.models import Document
from tongban.ground.ledger.selectors import events_of
from tongban.procedures.cases import in_time, jobs, services
from tongban.procedures.cases.loading import load
from tongban.procedures.cases.models import ArchivePackage, Case
from tongban.registry.licences.models import Licence

pytestmark = pytest.mark.django_db
RENEWAL = "hygiene-renewal"


@pytest.fixture(scope="module")
def licence(kept) -> Licence:
    """A valid hygiene licence of the resident."""
    return kept(lambda: Licence.objects.get(case_id=builders.a_granted_case()))


def at_noon_before(licence: Licence, days: int) -> datetime:
    """Noon, so many days before the licence expires (after it when negative)."""
    assert licence.valid_until is not None
    return datetime.combine(licence.valid_until - timedelta(days=days), time(12), moment.SHANGHAI)


@pytest.mark.covers("APR-19")
def test_silence_until_the_expiry_renews_what_was_asked_for_in_time(licence: Licence) -> None:
    with moment.at(at_noon_before(licence, 40)):
        case_id = builders.a_submitted_case(slug=RENEWAL)
    with moment.at(at_noon_before(licence, 0)):
        assert in_time.deem_renewals() == 0  # the last day is the authority's
    with moment.at(at_noon_before(licence, -1)):
        assert in_time.deem_renewals() == 1
        assert in_time.deem_renewals() == 0
    case = Case.objects.get(id=case_id)
    assert (case.state, case.outcome) == ("decided", "granted")
    decided = next(e for e in events_of("case", case_id) if e.kind == "case.decided")
    assert decided.body["deemed"] is True
    assert decided.actor_kind == "system"


def test_a_late_request_is_left_to_a_person(licence: Licence) -> None:
    with moment.at(at_noon_before(licence, 10)):
        case_id = builders.a_submitted_case(slug=RENEWAL)
    with moment.at(at_noon_before(licence, -1)):
        assert in_time.deem_renewals() == 0
    assert load(case_id).state == "submitted"


@pytest.mark.slow
@pytest.mark.covers("ARC-01")
def test_a_closed_case_is_archived_once_with_its_receipt() -> None:
    case_id = builders.a_granted_case()
    services.deliver(builders.resident(), case_id, mode="portal")
    builders.settle(case_id)
    jobs.advance(case_id)
    assert load(case_id).state == "closed"
    jobs.archive_case(case_id=str(case_id))
    jobs.archive_case(case_id=str(case_id))
    package = ArchivePackage.objects.get(case_id=case_id)
    assert package.entries > 5
    assert package.archived_by is None
    assert [e.kind for e in events_of("case", case_id)].count("case.archived") == 1
    assert Document.objects.get(id=package.receipt_id).kind == "archive_receipt"


def test_a_case_that_goes_on_is_not_archived(licence: Licence) -> None:
    jobs.archive_case(case_id=str(licence.case_id))
    assert not ArchivePackage.objects.filter(case_id=licence.case_id).exists()

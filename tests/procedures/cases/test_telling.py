from __future__ import annotations

import pytest

from tests.support import builders
from tongban.ground.notifications.models import Notification
from tongban.procedures.cases import services
from tongban.procedures.cases.models import Case

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("way", "told"), [("download", "case.result_issued"), ("counter", "case.ready_for_pickup")])
def test_a_result_is_told_by_one_sms_that_says_how_to_get_it(way, told):
    draft = builders.a_complete_draft()
    case_id = services.submit(builders.resident(), draft, delivery_mode=way).id
    services.accept(builders.clerk(), case_id)
    builders.review(case_id)
    services.decide(builders.approver_of(case_id), case_id, outcome="granted")
    builders.settle(case_id)
    assert Case.objects.get(id=case_id).state == "issued"
    builders.settle(case_id)
    about = Notification.objects.filter(subject_id=case_id)
    assert list(about.filter(channel="sms").values_list("template", flat=True)) == [told]
    assert about.filter(channel="inbox", template="case.result_issued").count() == 1

"""Facts of businesses reach the credit platform: signed, answered, tried again, counted on both sides (NTC-13)."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from tests.registry.credit.test_services import a_fact, officer
from tests.support import builders
from tongban.ground import moment
from tongban.ground.errors import NotFound, Unavailable
from tongban.ground.ledger.selectors import events_of
from tongban.registry.credit import pushing, reactions, sandbox, services
from tongban.registry.credit.models import CreditBatch, CreditPush, CreditRecord
from tongban.registry.credit.parties import Party
from tongban.registry.credit.platform import Envelope, FileOutbox, HttpPlatform, Receipt, Sandbox, port
from tongban.registry.parties.models import Organisation

pytestmark = pytest.mark.django_db


def a_recorded(n: int = 1) -> list[CreditRecord]:
    """Facts about an organisation of the demo, ordered for the platform."""
    body = Organisation.objects.order_by("uscc")[0]
    made = [
        services.record(a_fact(key=f"push-{i}", party=Party(organisation_id=body.pk), label=body.name))
        for i in range(n)
    ]
    for row in made:
        for event in events_of("credit_record", row.id):
            reactions.order_push(event)
            reactions.order_push(event)
    return made


@pytest.mark.covers("NTC-13")
def test_a_fact_is_sent_signed_and_acknowledged_and_both_sides_count_the_same(tmp_path: Path) -> None:
    made = a_recorded(3)
    assert pushing.run(Sandbox(tmp_path)) == 1
    batch = CreditBatch.objects.get()
    assert (batch.count, batch.accepted, batch.rejected) == (3, 3, 0)
    assert batch.receipt_number == f"HZ-{batch.number}"
    assert set(CreditPush.objects.values_list("state", flat=True)) == {"acknowledged"}
    told = pushing.reconcile(moment.today(), Sandbox(tmp_path))
    assert (told.sent, told.acknowledged, told.theirs, told.equal, told.open) == (3, 3, 3, True, 0)
    content = json.loads(bytes(batch.content))
    assert {one["id"] for one in content["records"]} == {str(row.id) for row in made}
    assert pushing.run(Sandbox(tmp_path)) == 0


def test_a_natural_persons_record_stays_here(tmp_path: Path) -> None:
    row = services.record(a_fact())
    for event in events_of("credit_record", row.id):
        reactions.order_push(event)
    assert not CreditPush.objects.exists()
    assert pushing.run(Sandbox(tmp_path)) == 0


@pytest.mark.covers("NTC-13")
def test_a_platform_that_is_down_leaves_a_backlog_and_is_tried_again(tmp_path: Path) -> None:
    class Down(FileOutbox):
        def send(self, envelope: Envelope) -> Receipt | None:
            raise Unavailable("credit_platform", "信用信息共享平台暂时没有响应")

    a_recorded()
    assert pushing.run(Down(tmp_path)) == 0
    batch = CreditBatch.objects.get()
    assert (batch.state, batch.attempts) == ("made", 1)
    told = pushing.backlog()
    assert (told.unanswered, told.error) == (1, "信用信息共享平台暂时没有响应")
    assert pushing.run(Sandbox(tmp_path)) == 0  # not before its pause is over
    with moment.at(moment.now() + timedelta(minutes=3)):
        assert pushing.run(Sandbox(tmp_path)) == 1
    assert pushing.backlog().unanswered == 0


def test_a_receipt_that_comes_later_is_collected(tmp_path: Path) -> None:
    a_recorded()
    folder = FileOutbox(tmp_path)
    assert pushing.run(folder) == 0
    assert CreditBatch.objects.get().state == "sent"
    sandbox.answer(tmp_path)
    with moment.at(moment.now() + timedelta(minutes=11)):
        assert pushing.run(folder) == 1
    assert CreditBatch.objects.get().state == "acknowledged"


def test_what_the_other_side_sends_back_is_shown_and_goes_out_again(tmp_path: Path) -> None:
    made = a_recorded(2)
    Organisation.objects.filter(id=made[0].organisation_id).update(uscc="91330000000000000X")
    pushing.run(Sandbox(tmp_path))
    assert [one.reason for one in pushing.rejected()] == ["统一社会信用代码不对"] * 2
    told = pushing.reconcile(moment.today(), Sandbox(tmp_path))
    assert (told.rejected, told.theirs, told.equal) == (2, 0, True)
    with pytest.raises(NotFound):
        pushing.push_again(builders.clerk(), made[0].id)
    Organisation.objects.filter(id=made[0].organisation_id).update(uscc="92339902MA7A0001QJ")
    assert pushing.push_again(officer(), made[0].id).state == "pending"


def test_a_batch_that_was_changed_on_the_way_is_sent_back_whole(tmp_path: Path) -> None:
    a_recorded()
    batch = pushing.make_batch()
    assert batch is not None
    envelope = pushing.envelope_of(batch).to_json()
    assert sandbox.judge(envelope)["rejected"] == []
    forged = envelope | {"content": envelope["content"].replace("消防", "卫生")}
    told = sandbox.judge(forged)
    assert told["accepted"] == [] and told["rejected"][0]["reason"] == "签名核验不通过"
    assert sandbox.judge(envelope | {"content_hash": "0" * 64})["rejected"][0]["reason"] == "指纹和内容不一致"
    assert sandbox.judge(envelope | {"format": "x"})["rejected"][0]["reason"] == "批次格式不认识"


def test_a_receipt_about_foreign_records_changes_nothing_of_ours(tmp_path: Path) -> None:
    class Confused(FileOutbox):
        def send(self, envelope: Envelope) -> Receipt | None:
            return Receipt("HZ-1", ("nonsense", "also"), {"nobody": "?"})

    a_recorded()
    pushing.run(Confused(tmp_path))
    told = pushing.reconcile(moment.today(), Sandbox(tmp_path))
    assert (told.acknowledged, told.open, told.equal) == (0, 1, True)


def test_the_setting_names_the_adapter(settings) -> None:  # type: ignore[no-untyped-def]
    settings.CREDIT_PLATFORM = "file"
    assert type(port()) is FileOutbox and port().check() == "ok"
    settings.CREDIT_PLATFORM = "https://credit.example"
    assert port() == HttpPlatform("https://credit.example")
    settings.CREDIT_PLATFORM = "ftp://credit.example"
    with pytest.raises(ValueError, match="sandbox, file"):
        port()

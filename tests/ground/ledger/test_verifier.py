from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.ground.ledger.conftest import CLERK, a_subject, appended, tamper
from tongban.ground import moment
from tongban.ground.crypto import keys, signing
from tongban.ground.ledger import sealer
from tongban.ground.ledger.chain import EventDraft, seal_events
from tongban.ground.ledger.models import LedgerSeal, Root
from tongban.ground.ledger.selectors import events_of, oldest_unsealed
from tongban.ground.ledger.services import insert
from tongban.ground.ledger.verifier import verify
from tongban.ground.parameters.models import Parameter

pytestmark = pytest.mark.usefixtures("committed")
MONDAY = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def found() -> tuple[str, str]:
    finding = verify().first_bad
    assert finding is not None
    return finding.kind, finding.place


def test_a_ledger_as_written_is_whole():
    subjects = [a_subject() for _ in range(3)]
    for subject in subjects:
        appended(subject, 3)
    sealer.seal_now()
    appended(subjects[0], 1)
    report = verify()
    assert report.ok, report.findings
    assert (report.events, report.subjects, report.roots) == (10, 3, 1)
    assert report.as_json()["first_bad"] is None


def test_an_edited_body_is_found():
    subject = a_subject()
    appended(subject)
    tamper("UPDATE ledger_event SET body = '{\"n\": 9}' WHERE seq = 2")
    assert found() == ("edited", f"parameter:{subject.id}#2")


def test_an_edit_with_a_recomputed_hash_is_found():
    subject = a_subject()
    rows = appended(subject)
    forged, _ = seal_events(
        rows[0].hash, 2, [EventDraft("parameter.noted", {"n": 9})], "parameter", subject.id, CLERK, MONDAY, None
    )
    tamper("DELETE FROM ledger_event WHERE seq = 2")
    slip_in(forged)
    assert found() == ("broken", f"parameter:{subject.id}#3")


def slip_in(rows: list[Any]) -> None:
    with connection.cursor() as cursor:
        insert(cursor, rows)


def test_a_deleted_event_is_found():
    subject = a_subject()
    appended(subject)
    tamper("DELETE FROM ledger_event WHERE seq = 2")
    assert found() == ("missing", f"parameter:{subject.id}#2")


def test_an_inserted_event_is_found():
    subject = a_subject()
    rows = appended(subject)
    extra, _ = seal_events(
        rows[1].hash, 3, [EventDraft("parameter.noted", {"n": 9})], "parameter", subject.id, CLERK, MONDAY, None
    )
    slip_in(extra)
    assert found()[0] in {"inserted", "broken"}


def test_an_event_appended_behind_the_subjects_back_is_found():
    subject = a_subject()
    rows = appended(subject)
    extra, _ = seal_events(
        rows[2].hash, 4, [EventDraft("parameter.noted", {"n": 9})], "parameter", subject.id, CLERK, MONDAY, None
    )
    slip_in(extra)
    assert found() == ("inserted", f"parameter:{subject.id}#4")


def test_reordered_events_are_found():
    subject = a_subject()
    appended(subject)
    tamper("UPDATE ledger_event SET seq = 5 - seq WHERE seq IN (2, 3)")
    assert found()[0] == "edited"


def test_a_cut_tail_is_found():
    subject = a_subject()
    appended(subject)
    tamper("DELETE FROM ledger_event WHERE seq = 3")
    assert found() == ("truncated", f"parameter:{subject.id}#2")


def test_a_subject_without_any_of_its_events_is_found():
    subject = a_subject()
    appended(subject)
    appended(a_subject())
    tamper("DELETE FROM ledger_event WHERE subject_id = %s", [subject.id])
    assert found() == ("truncated", f"parameter:{subject.id}#0")


def test_a_tail_cut_together_with_its_subject_head_is_found_by_the_root():
    subject = a_subject()
    rows = appended(subject)
    sealer.seal_now()
    tamper("DELETE FROM ledger_event WHERE seq = 3")
    Parameter.objects.filter(pk=subject.id).update(seq=2, head=rows[1].hash)
    assert found() == ("missing", "root 1")


def test_a_whole_chain_rewritten_is_found_by_the_root():
    subject = a_subject()
    rows = appended(subject)
    sealer.seal_now()
    drafts = [EventDraft(row.kind, {"n": row.body["n"] + 1}) for row in rows]
    forged, head = seal_events(b"", 1, drafts, "parameter", subject.id, CLERK, rows[0].recorded_at, None)
    for row, old in zip(forged, rows, strict=True):
        tamper("DELETE FROM ledger_event WHERE id = %s", [old.id])
        slip_in([row])
    Parameter.objects.filter(pk=subject.id).update(head=head)
    assert {finding.kind for finding in verify().findings} == {"missing", "unsealed"}


def test_an_event_slipped_in_behind_the_sealer_is_found():
    subject = a_subject()
    appended(subject)
    sealer.seal_now()
    appended(subject, 1)
    tamper("UPDATE ledger_event SET tx = '1' WHERE seq = 4")
    assert found() == ("unsealed", "roots")


def test_an_edited_root_and_a_missing_root_are_found():
    subject = a_subject()
    for _ in range(3):
        appended(subject, 1)
        sealer.seal_now()
    tamper("UPDATE ledger_root SET made_at = made_at + interval '1 day' WHERE number = 2")
    assert found() == ("root", "root 2")
    tamper("DELETE FROM ledger_root WHERE number = 2")
    assert found() == ("root", "root 2")


def test_sealing_makes_one_root_over_what_is_new():
    subject = a_subject()
    appended(subject, 2)
    assert oldest_unsealed() is not None
    assert sealer.seal_now() == 1
    assert sealer.seal_now() == 0
    assert oldest_unsealed() is None
    appended(subject, 1)
    assert sealer.seal_now() == 1
    first, second = Root.objects.order_by("number")
    assert (first.count, second.count, bytes(second.prev_hash)) == (2, 1, bytes(first.hash))


def test_large_ledgers_are_sealed_in_several_roots(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sealer, "LARGEST_ROOT", 4)
    appended(a_subject(), 10)
    assert sealer.seal_now() == 3
    assert verify().ok


def days_of_work() -> None:
    subject = a_subject()
    for day in range(3):
        with moment.at(MONDAY + timedelta(days=day)):
            appended(subject, 2)
            sealer.seal_now()
            sealer.seal_days()


def test_a_day_that_has_ended_is_signed_and_exported_once():
    days_of_work()
    seals = list(LedgerSeal.objects.order_by("day"))
    assert [seal.day.isoformat() for seal in seals] == ["2026-03-02", "2026-03-03"]
    files = sorted(path.name[:10] for path in sealer.anchors_dir().glob("*.json"))
    assert files == ["2026-03-02", "2026-03-03"]
    assert seals[1].statement["events"] == 4
    with moment.at(MONDAY + timedelta(days=2)):
        assert sealer.seal_days() == []
    report = verify()
    assert (report.ok, report.seals) == (True, 2)


def test_a_lost_anchor_is_exported_again():
    days_of_work()
    next(sealer.anchors_dir().glob("2026-03-03*")).unlink()
    with moment.at(MONDAY + timedelta(days=2)):
        sealer.seal_days()
    assert len(list(sealer.anchors_dir().glob("*.json"))) == 2


def test_roots_and_events_rewritten_together_are_found_by_the_anchor_outside():
    days_of_work()
    tamper("DELETE FROM ledger_seal")
    tamper("DELETE FROM ledger_root")
    tamper("DELETE FROM ledger_position")
    sealer.seal_now()
    assert found()[0] == "anchor"


def test_an_edited_day_seal_and_an_edited_anchor_are_found():
    days_of_work()
    tamper("""UPDATE ledger_seal SET statement = jsonb_set(statement, '{events}', '99') WHERE day = '2026-03-02'""")
    assert found() == ("seal", "day 2026-03-02")
    tamper("""UPDATE ledger_seal SET statement = jsonb_set(statement, '{events}', '2') WHERE day = '2026-03-02'""")
    path = next(sealer.anchors_dir().glob("2026-03-03*"))
    anchor = json.loads(path.read_text())
    anchor["statement"]["events"] = 99
    path.write_text(json.dumps(anchor))
    assert found()[0] == "anchor"
    path.write_text("not an anchor")
    assert found() == ("anchor", path.name)


def test_a_signing_key_that_is_gone_is_told_not_crashed(tmp_path: Path):
    days_of_work()
    for path in keys.keys_dir().glob("ledger-*.pem"):
        path.rename(tmp_path / path.name)
    signing._key.cache_clear()
    assert found()[0] == "key"


def test_a_subjects_row_that_is_gone_is_found():
    subject = a_subject()
    appended(subject)
    Parameter.objects.filter(pk=subject.id).delete()
    assert found() == ("broken", f"parameter:{subject.id}#3")


def test_events_of_a_subject_kind_that_nobody_registered_are_still_checked():
    subject = a_subject()
    rows, _ = seal_events(b"", 1, [EventDraft("x.y", {})] * 2, "stranger", subject.id, CLERK, MONDAY, None)
    slip_in(rows)
    assert verify().ok
    tamper("UPDATE ledger_event SET role = 'x' WHERE seq = 2")
    assert found() == ("edited", f"stranger:{subject.id}#2")
    assert len(events_of("stranger", subject.id)) == 2

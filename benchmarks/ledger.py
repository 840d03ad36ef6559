"""Figures of the ledger: sealing in Python, appends through the service, verification (events a second, memory).

Run by ``./tongban bench ledger [EVENTS]`` against DATABASE_URL; writes into a transaction that is rolled back, so it
leaves nothing behind. Prints one JSON object last.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
import uuid

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.config.settings")

BATCH = 500


def main(events: int) -> dict[str, float]:
    """Measure; ``events`` is how many are written and verified."""
    import django

    django.setup()
    from django.db import connection, transaction

    from tongban.ground import moment
    from tongban.ground.ids import uuid7
    from tongban.ground.ledger import chain, services, verifier
    from tongban.ground.ledger.subjects import SubjectRef
    from tongban.ground.parameters.models import Parameter

    actor = chain.Actor(kind="staff", id=uuid.UUID(int=1), post_id=1, role="clerk", channel="window")
    body = {"option": str(uuid.UUID(int=2)), "version": "ab" * 32, "due": "2026-03-02", "days": 5}
    drafts = [chain.EventDraft("case.accepted", body)] * BATCH
    result: dict[str, float] = {"events": events}

    cpu = time.process_time()
    for _ in range(max(1, events // BATCH)):
        chain.seal_events(b"", 1, drafts, "bench", uuid7(), actor, moment.now(), None)
    result["seal_us_per_event"] = round((time.process_time() - cpu) / events * 1e6, 1)

    with transaction.atomic():
        row = Parameter.objects.create(code=f"bench.{uuid7()}", valid="[2020-01-01,)", value=1, basis="bench")
        subject = SubjectRef("parameter", row.id)
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(200):
            services.append(subject, drafts[:1], actor)
        result["append_ms"] = round((time.perf_counter() - wall) / 200 * 1e3, 2)
        result["append_cpu_ms"] = round((time.process_time() - cpu) / 200 * 1e3, 2)
        with connection.cursor() as cursor:
            for _ in range(events // BATCH):
                rows, _head = chain.seal_events(b"", 1, drafts, "bench", uuid7(), actor, moment.now(), None)
                services.insert(cursor, rows)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        wall = time.perf_counter()
        report = verifier.verify()
        result["verify_events_per_second"] = round(report.events / (time.perf_counter() - wall))
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        result["verify_extra_megabytes"] = round(grown / 1024, 1)
        result["whole"] = float(report.ok)
        transaction.set_rollback(True)
    return result


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)))

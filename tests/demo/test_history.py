"""A small history on a database of its own: lived through the services by two helpers, whole, in order, provable."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import databases

CASES = 34
PROGRAM = """
import django, json; django.setup()
from collections import Counter
from tongban.demo import history
from tongban.ground.documents.models import Document
from tongban.ground.ledger import consumers
from tongban.ground.ledger.models import Event, Failure, LedgerSeal
from tongban.ground.ledger.verifier import verify
from tongban.ground.notifications.models import Notification
from tongban.procedures.cases.models import Case, CaseMessage, Draft
from tongban.procedures.contacts.models import FirstContact
from tongban.procedures.work.models import Task

history.load({cases})
first = Case.objects.count()
history.load({cases})
events = Event.objects.filter(subject_kind="case").order_by("subject_id", "seq")
order = {{}}
for subject, at in events.values_list("subject_id", "recorded_at"):
    order.setdefault(subject, []).append(at)
print(json.dumps({{
    "cases": first,
    "again": Case.objects.count(),
    "titles": len(set(Case.objects.values_list("title", flat=True))),
    "states": Counter(Case.objects.values_list("state", flat=True)),
    "channels": Counter(Case.objects.values_list("channel", flat=True)),
    "numbers_in_order": list(Case.objects.order_by("submitted_at", "number").values_list("number", flat=True))
        == sorted(Case.objects.values_list("number", flat=True)),
    "times_in_order": all(times == sorted(times) for times in order.values()),
    "unsealed": Document.objects.exclude(state="sealed").count(),
    "failures": Failure.objects.count(),
    "left_to_read": sum(consumers.run_once(name) for name in consumers.names()),
    "ledger": verify().as_json(),
    "day_seals": LedgerSeal.objects.count(),
    "open_tasks": Task.objects.filter(done_at=None).count(),
    "messages": Notification.objects.count(),
    "unread": Notification.objects.filter(channel="inbox", read_at=None).count(),
    "contacts": FirstContact.objects.count(),
    "drafts": Draft.objects.count(),
    "asked": CaseMessage.objects.filter(by_applicant=True).count(),
}}))
"""


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What stands in a database in which a small history was lived."""
    name = f"tongban_history_{os.getpid()}"
    url = databases.copy(name)
    folder = tmp_path_factory.mktemp("history")
    shutil.copytree(databases.state_dir(), folder, dirs_exist_ok=True)
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "TONGBAN_DIR": str(folder),
        "TONGBAN_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "tongban.config.settings",
        "PYTHONPATH": str(Path(databases.ROOT) / "src"),
    }
    command = [sys.executable, "-c", PROGRAM.format(cases=CASES)]
    made = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr[-3000:]
    yield json.loads(made.stdout.strip().splitlines()[-1])
    databases.drop(name)


@pytest.mark.slow
def test_the_history_is_whole_in_order_and_provable(lived: dict[str, Any]) -> None:
    assert lived["cases"] == lived["again"] == CASES
    assert lived["titles"] == 26
    assert lived["numbers_in_order"]
    assert lived["times_in_order"]
    assert (lived["unsealed"], lived["failures"], lived["left_to_read"]) == (0, 0, 0)
    assert lived["ledger"]["ok"]
    assert lived["day_seals"] > 20


@pytest.mark.slow
def test_every_screen_has_something_true_to_show(lived: dict[str, Any]) -> None:
    assert {"closed", "in_review"} <= set(lived["states"])
    assert set(lived["channels"]) == {"portal", "window"}
    assert lived["open_tasks"] > 5
    assert 0 < lived["unread"] < lived["messages"]
    assert (lived["contacts"], lived["drafts"]) == (CASES // 8, CASES // 16)
    assert lived["asked"] > 0

"""Reading the source: classes of errors with their statuses, and event kinds however they are said."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tongban.launch import reference, sources
from tongban.launch.outcome import Finding

SOURCE = '''
PUBLISHED = "item.published"

def publish(late: bool) -> None:
    """Publish it. :raises Refusal: never."""
    EventDraft(PUBLISHED, {})
    EventDraft("item.late" if late else "item.early", {})

def record(event: str) -> None:
    EventDraft(event, {})

def stop() -> None:
    """Stop it."""
    record("item.stopped")
'''


def with_source(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    path = sources.ROOT / "registry" / "invented.py"
    monkeypatch.setattr(sources, "modules", lambda: {path: ast.parse(text)})


def test_an_event_is_found_by_constant_by_condition_and_by_its_callers(monkeypatch: pytest.MonkeyPatch) -> None:
    with_source(monkeypatch, SOURCE)
    assert [(line.kind, line.when) for line in sources.events()] == [
        ("item.early", "Publish it."),
        ("item.late", "Publish it."),
        ("item.published", "Publish it."),
        ("item.stopped", "Stop it."),
    ]


def test_an_event_whose_kind_cannot_be_told_stops_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    with_source(monkeypatch, "def act(thing):\n    EventDraft(thing.name(), {})\n")
    with pytest.raises(Finding, match=r"invented\.py:2"):
        sources.events()


@pytest.mark.slow
def test_an_error_has_the_status_of_its_class() -> None:
    statuses = sources.statuses()
    assert (statuses["Refusal"], statuses["NotFound"], statuses["Conflict"], statuses["DraftChanged"]) == (
        422,
        404,
        409,
        409,
    )


def test_a_stale_page_is_a_finding_and_is_mended_by_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference, "FOLDER", tmp_path)
    monkeypatch.setattr(reference, "PAGES", {"settings.md": reference.PAGES["settings.md"]})
    assert reference.run(["--check"]) == 1
    assert list(tmp_path.iterdir()) == []
    assert reference.run([]) == 0
    assert reference.run(["--check"]) == 0
    (tmp_path / "settings.md").write_text("old")
    assert reference.run(["--check"]) == 1

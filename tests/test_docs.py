"""The documents say what is there: links lead somewhere, commands exist, generated pages are those of today's code."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from tongban.launch import reference, sources
from tongban.launch.help import COMMANDS
from tongban.launch.places import PROJECT
from tongban.launch.screenshots import LARGEST, PICTURES

PAGES = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")])
NOTES = sorted((PROJECT / "docs" / "decisions").glob("0*.md"))
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
COMMAND = re.compile(r"\./tongban ([a-z][a-z-]*)")


@cache
def generated(name: str) -> str:
    """A page as today's code makes it; made once, because it reads the whole source."""
    return reference.PAGES[name]()


def named(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_to_a_file(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    missing = [link for link in links if not (page.parent / link.partition("#")[0]).exists()]
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_command_exists(page: Path) -> None:
    unknown = set(COMMAND.findall(page.read_text(encoding="utf-8"))) - set(COMMANDS)
    assert not unknown


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(reference.PAGES))
def test_a_generated_page_is_that_of_todays_code(name: str) -> None:
    stored = (reference.FOLDER / name).read_text(encoding="utf-8")
    assert stored == generated(name), "run ./tongban reference"


@pytest.mark.slow
def test_the_reference_names_errors_events_and_words_that_are_in_the_code() -> None:
    pages = {name: generated(name) for name in reference.PAGES}
    assert "| `separation.same_person` | 422 |" in pages["errors.md"]
    assert "| `document.missing_glyph` | 422 |" in pages["errors.md"]
    assert "| `case.accepted` |" in pages["events.md"]
    assert "| `licence.revoked` |" in pages["events.md"]
    assert "| `correction_requested` | 待补正 |" in pages["glossary-pointer.md"]
    assert "`DATABASE_URL`" in pages["settings.md"]
    assert "`cases.case.decide` | approver (post)" in pages["permissions.md"]


@pytest.mark.slow
def test_every_event_says_what_happened_and_every_word_has_its_chinese() -> None:
    assert {f"{event.kind} in {event.place}" for event in sources.events() if not event.when} == set()
    assert {choice.name for choice in sources.choices() if not all(label for _, label in choice.members)} == set()


def test_both_readmes_have_the_same_sections_links_and_pictures() -> None:
    english, chinese = (PROJECT / name for name in ("README.md", "README.zh-CN.md"))
    texts = [path.read_text(encoding="utf-8") for path in (english, chinese)]
    links = [sorted(set(LINK.findall(text)) - {"README.md", "README.zh-CN.md"}) for text in texts]
    assert links[0] == links[1]
    assert texts[0].count("\n## ") == texts[1].count("\n## ")
    assert COMMAND.findall(texts[0]) == COMMAND.findall(texts[1])


def test_every_page_of_the_docs_is_listed_in_its_index() -> None:
    index = (PROJECT / "docs" / "README.md").read_text(encoding="utf-8")
    notes = (PROJECT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    listed = {(PROJECT / "docs" / link).resolve() for link in LINK.findall(index)}
    listed |= {(PROJECT / "docs" / "decisions" / link).resolve() for link in LINK.findall(notes)}
    pages = {path for path in (PROJECT / "docs").rglob("*.md") if path != PROJECT / "docs" / "README.md"}
    assert not {named(path) for path in pages - listed}


@pytest.mark.parametrize("note", NOTES, ids=named)
def test_a_decision_says_context_choice_consequences_and_what_would_change_it(note: Path) -> None:
    text = note.read_text(encoding="utf-8")
    parts = ("**Context.**", "**Choice.**", "**Consequences.**", "**What would change our mind.**")
    assert [part for part in parts if part not in text] == []
    assert text.startswith(f"# {note.name[:4]} ")


def test_every_picture_is_small_and_made_by_the_command() -> None:
    pictures = {path.stem: path.stat().st_size for path in (PROJECT / "docs" / "pictures").glob("*.png")}
    assert set(pictures) == {picture.name for picture in PICTURES}
    assert {name: size for name, size in pictures.items() if size > LARGEST} == {}


def test_every_picture_is_shown_somewhere() -> None:
    shown = {Path(link).stem for page in PAGES for link in LINK.findall(page.read_text(encoding="utf-8"))}
    assert {picture.name for picture in PICTURES} - shown == set()

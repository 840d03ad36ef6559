"""Slips of a first contact: plain sheets without seal, printed on demand (keys: ``README.md`` beside them)."""

from __future__ import annotations

from pathlib import Path

from tongban.ground.documents.typesetting import register_template


def register_papers() -> None:
    """Name every template of this folder after its file."""
    for paper in sorted(Path(__file__).parent.glob("[a-z]*.typ")):
        register_template(paper.stem, paper)

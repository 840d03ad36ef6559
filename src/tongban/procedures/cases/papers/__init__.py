"""Papers of a case: typst templates and their names; ``register_papers`` is called in ``AppConfig.ready``."""

from __future__ import annotations

from pathlib import Path

from tongban.ground.documents.typesetting import register_template


def register_papers() -> None:
    """Name every template of this folder after its file: ``receipt``, ``acceptance_notice`` and so on."""
    for paper in sorted(Path(__file__).parent.glob("[a-z]*.typ")):
        register_template(paper.stem, paper)

"""One stylesheet for the browser, three for people: tokens, components and site are joined into ``css/tongban.css``.

A public page may cost four requests at most (ui.md, principle 7). The joined file is made by a static-files finder, so
``collectstatic`` and the development server both find it and no copy stands in the repository.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

NAME = "css/tongban.css"
PARTS = ("tokens.css", "components.css", "site.css")
SOURCES = Path(__file__).parent / "static" / "css"


def joined() -> str:
    """The three sheets in the order of the cascade."""
    return "\n".join((SOURCES / part).read_text(encoding="utf-8") for part in PARTS)


class JoinedStylesheetFinder(BaseFinder):
    """Finds exactly one file, written into the state folder when its parts have changed."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """The joined sheet and the storage that holds it."""
        yield NAME, FileSystemStorage(location=self._written())

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The path of the joined sheet, or nothing for any other name."""
        if path != NAME:
            return []
        found = str(self._written() / NAME)
        return [found] if find_all or kwargs.get("all") else found

    @staticmethod
    def _written() -> Path:
        folder = Path(settings.DIR) / "joined"
        target, text = folder / NAME, joined()
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary = target.with_suffix(".new")
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(target)
        return folder

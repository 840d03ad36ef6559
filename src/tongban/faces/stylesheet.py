"""One stylesheet for the browser, several for people: the parts of :data:`SHEETS` are joined under one name.

A public page may cost four requests at most (ui.md, principle 7); the home page needs two scripts, so those of
:data:`SCRIPTS` are joined too. The joined files are made by a static-files finder, so ``collectstatic`` and the
development server both find them and no copy stands in the repository. The desk loads both sheets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

SHEETS: dict[str, tuple[str, ...]] = {
    "css/tongban.css": ("tokens.css", "components.css", "site.css", "find.css", "space.css"),
    "css/tongban-desk.css": ("desk.css", "window.css", "review.css", "board.css", "steward.css"),
}
"""Name -> its parts in the order of the cascade."""
SCRIPTS: dict[str, tuple[str, ...]] = {
    "js/home.js": ("search.js", "public.js"),
    "js/finding.js": ("search.js", "public.js", "items.js"),
}
"""Name -> its parts; each is a function of its own, so their order means nothing."""
SOURCES = Path(__file__).parent / "static" / "css"


def joined(name: str) -> str:
    """The parts of a sheet in the order of the cascade, or of a script."""
    folder, parts = (SOURCES, SHEETS[name]) if name in SHEETS else (SOURCES.parent / "js", SCRIPTS[name])
    return "\n".join((folder / part).read_text(encoding="utf-8") for part in parts)


class JoinedStylesheetFinder(BaseFinder):
    """Finds the joined sheets and scripts, each written into the state folder when its parts have changed."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """The joined files and the storage that holds them."""
        for name in (*SHEETS, *SCRIPTS):
            yield name, FileSystemStorage(location=self._written(name))

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The path of a joined file, or nothing for any other name."""
        if path not in SHEETS and path not in SCRIPTS:
            return []
        found = str(self._written(path) / path)
        return [found] if find_all or kwargs.get("all") else found

    @staticmethod
    def _written(name: str) -> Path:
        folder = Path(settings.DIR) / "joined"
        target, text = folder / name, joined(name)
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary = target.with_suffix(".new")
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(target)
        return folder

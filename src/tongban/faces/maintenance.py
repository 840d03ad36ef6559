"""Closed for maintenance: while the file ``maintenance`` lies in the state folder, people read what works instead.

The text of the file is what the page says (「预计 14:00 恢复」); it may be empty. Health checks and static files go on,
nothing touches the database, so an operator may work on it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from tongban.faces import errors
from tongban.ground.errors import Unavailable

FILE = "maintenance"
OPEN_PATHS = ("/healthz", "/readyz", "/static/")
MOST_LETTERS = 200


class MaintenanceMiddleware:
    """Answers 503 to everybody while the file is there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.file = Path(settings.DIR) / FILE

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self.file.exists() or request.path.startswith(OPEN_PATHS):
            return self.get_response(request)
        words = self.file.read_text(encoding="utf-8", errors="replace").strip()[:MOST_LETTERS]
        error = Unavailable("maintenance", words or "网站正在维护，暂时不能在网上办", remedy="窗口照常开，急事打 12345")
        return errors.respond(request, error)

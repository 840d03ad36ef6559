"""``/healthz``: the process lives. ``/readyz``: it can serve (database, migrations), and how the job process is."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from tongban.faces.access import public

_HEARTBEAT = "SELECT count(*), extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers"


class NotMigrated(RuntimeError):
    """Migrations wait to be applied."""


@public
def live(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers; asks nothing of others."""
    return HttpResponse("ok", content_type="text/plain")


@public
def ready(request: HttpRequest) -> HttpResponse:
    """200 with the state of each part, or 503 with the missing one. A resting job process is told, not failed."""
    parts: dict[str, Any] = {}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        parts["database"] = "ok"
        _all_migrated()
        parts["migrations"] = "ok"
        parts["jobs"] = _jobs()
    except DatabaseError as error:
        return JsonResponse({"ready": False, **parts, "database": type(error).__name__}, status=503)
    except NotMigrated as error:
        return JsonResponse({"ready": False, **parts, "migrations": str(error)}, status=503)
    return JsonResponse({"ready": True, **parts})


@lru_cache(maxsize=1)
def _all_migrated() -> None:
    """Asked until it holds once; a new migration comes with a new process. A raise is not cached."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        raise NotMigrated(f"{len(waiting)} waiting, first {waiting[0][0]}")


def _jobs() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('procrastinate_workers') IS NOT NULL")
        row = cursor.fetchone()
        if not row or not row[0]:
            return {"workers": 0}
        cursor.execute(_HEARTBEAT)
        workers, age = cursor.fetchone() or (0, None)
    return {"workers": workers, "last_heartbeat_seconds": None if age is None else round(float(age), 1)}

"""Administration at the desk: how the machinery runs, and what the ledger says of one subject."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tongban.faces.access import staff
from tongban.faces.desk import selectors
from tongban.faces.desk.refusals import problems_of
from tongban.ground import moment
from tongban.ground.documents import selectors as documents
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.jobs import selectors as jobs
from tongban.ground.ledger import selectors as ledger

_SLOW = timedelta(minutes=5)


def _words(waited: timedelta | None) -> str:
    """``12 秒``, ``3 分钟``, ``2 小时``, ``5 天``; empty when nothing waits."""
    if waited is None:
        return ""
    seconds = max(0, int(waited.total_seconds()))
    for unit, size in (("天", 86400), ("小时", 3600), ("分钟", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} 秒"


@staff("operations.job.view")
def operations(request: HttpRequest) -> HttpResponse:
    """Readers of the ledger with their lag, dead jobs, papers that wait and why, the last seal."""
    now = moment.now()
    readers = selectors.readers()
    values = {
        "readers": [(r, _words(r.waited(now)), (r.waited(now) or timedelta(0)) > _SLOW) for r in readers],
        "failures": ledger.failures(dead=True),
        "queue": jobs.health(),
        "dead_jobs": jobs.dead(),
        "papers": documents.unsealed(50),
        "seal": ledger.newest_seal(),
        "root": ledger.newest_root(),
        "unsealed_since": ledger.oldest_unsealed(),
        "now": now,
    }
    return render(request, "desk/operations.html", values)


@staff("ledger.event.audit")
def audit(request: HttpRequest) -> HttpResponse:
    """Events of one subject (``?q=`` case number, or kind:id) with the verdict on its chain."""
    asked = request.GET.get("q", "").strip()[:120]
    if not asked:
        return render(request, "desk/audit.html", {"asked": ""})
    try:
        found = selectors.audit(asked)
    except (Refusal, NotFound) as error:
        values = {"asked": asked, "problem": problems_of(error)[0].sentence}
        return render(request, "desk/audit.html", values, status=error.status)
    return render(request, "desk/audit.html", {"asked": asked, "audit": found})

"""Administration at the desk: how the machinery runs, and what the ledger says of one subject."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from tongban.faces.access import staff
from tongban.faces.desk import selectors
from tongban.faces.desk.refusals import problems_of
from tongban.ground import moment
from tongban.ground.documents import selectors as documents
from tongban.ground.errors import NotFound, Refusal
from tongban.ground.jobs import selectors as jobs
from tongban.ground.ledger import selectors as ledger

_SLOW = timedelta(minutes=5)
READERS = {
    "cases.credit": _("办件记入信用"),
    "cases.following": _("后面的事项接着办"),
    "cases.freed": _("可以接着办的，告诉申请人"),
    "cases.licences": _("撤销证照"),
    "cases.messages": _("办件消息和短信"),
    "cases.papers": _("制作文书"),
    "contacts.answers": _("提问的答复"),
    "credit.messages": _("信用消息"),
    "credit.push": _("信用信息推送"),
    "indicators.figures": _("看板和报表的数"),
    "openapi.webhooks": _("推送给部门系统"),
    "search.index": _("搜索索引"),
    "work.calendar": _("放假安排变了，重算时限"),
}
"""What each reader of the ledger does, for whoever looks after the machinery."""


def _words(waited: timedelta | None) -> str:
    """``12 秒``, ``3 分钟``, ``2 小时``, ``5 天``; empty when nothing waits."""
    if waited is None:
        return ""
    seconds = max(0, int(waited.total_seconds()))
    for unit, size in (("天", 86400), ("小时", 3600), ("分钟", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} 秒"


def _lag(waited: timedelta | None) -> tuple[str, bool]:
    """In words, and whether it is too long."""
    return _words(waited), (waited or timedelta(0)) > _SLOW


@staff("operations.job.view")
def operations(request: HttpRequest) -> HttpResponse:
    """Readers of the ledger with their lag, dead jobs, papers that wait and why, the last seal."""
    now = moment.now()
    readers = selectors.readers()
    values = {
        "readers": [(r, READERS.get(r.name, ""), *_lag(r.waited(now))) for r in readers],
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

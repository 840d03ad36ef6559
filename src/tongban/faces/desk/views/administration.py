"""Administration at the desk: how the machinery runs, what the ledger says of one subject, who holds which post."""

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
ROLE_WORDS: dict[str, str] = {
    "guide": "导办",
    "first_contact": "首问",
    "helper": "帮办代办",
    "station_clerk": "便民服务",
    "window_clerk": "窗口受理",
    "issuing_clerk": "出件",
    "handler": "承办",
    "examiner": "审核",
    "approver": "批准",
    "hall_manager": "大厅管理",
    "chief_representative": "首席事务代表",
    "authority_head": "本机关负责人",
    "government_head": "本级政府负责人",
    "hearing_officer": "听证主持",
    "archivist": "档案管理",
    "supervisor": "督查",
    "credit_officer": "信用管理",
    "item_editor": "事项编辑",
    "item_reviewer": "事项审核",
    "legality_reviewer": "合法性审核",
    "item_publisher": "事项发布",
    "data_steward": "数据管理",
    "content_editor": "内容编辑",
    "content_approver": "内容审批",
    "system_admin": "系统管理",
    "security_admin": "安全管理",
    "audit_admin": "审计管理",
}


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


@staff("parties.staff.configure")
def people(request: HttpRequest) -> HttpResponse:
    """Posts with their powers and holders; powers stay separate."""
    lines = [(line, "、".join(ROLE_WORDS.get(role, role) for role in line.roles)) for line in selectors.posts()]
    return render(request, "desk/people.html", {"lines": lines})

"""What every template may read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongban.ground.policy import ANONYMOUS, Principal, may_ever

ELDER_COOKIE = "tongban_elder"


@dataclass(frozen=True)
class Site:
    """The names of the city's site; a city sets ``SITE_NAMES`` in its settings."""

    city: str = "云溪市"
    name: str = "云溪政务服务"
    owner: str = "云溪市政务服务管理局"
    hall: str = "云溪市政务服务中心：溪源路 88 号"
    hours: str = "工作日 8:30—17:30"


@dataclass(frozen=True)
class NavigationEntry:
    """One entry of the desk's rail."""

    url: str
    label: str
    icon: str
    current: bool


# URL name, label, icon, permissions of which one is enough (none: everybody at the desk).
_DESK: tuple[tuple[str, Promise | str, str, tuple[str, ...]], ...] = (
    ("desk:home", _("待办"), "list", ("work.task.view",)),
    ("desk:window", _("受理"), "ticket", ("cases.case.accept",)),
    ("desk:review", _("审查"), "doc", ("cases.step.handle", "cases.step.examine", "cases.case.decide")),
    ("desk:posting_list", _("寄递"), "out", ("cases.consignment.record",)),
    ("desk:dispatch", _("调度"), "flow", ("work.task.assign",)),
    ("desk:board", _("看板"), "chart", ("work.board.view",)),
    ("desk:reports", _("报表"), "doc", ("indicators.report.view",)),
    ("desk:case_find", _("找办件"), "search", ("cases.case.view",)),
    ("desk:halls", _("大厅"), "building", ("places.hall.configure",)),
    ("desk:substitutions", _("顶岗"), "user", ("parties.substitution.enter",)),
    ("desk:delegations", _("授权"), "seal", ("parties.delegation.decide",)),
    ("desk:credit", _("信用"), "scale", ("credit.record.view",)),
    ("desk:contacts", _("首问"), "chat", ("contacts.contact.create", "contacts.report.view")),
    ("desk:steward", _("事项"), "book", ("catalog.version.view", "catalog.version.publish", "catalog.draft.review")),
    ("desk:articles", _("公告"), "bell", ("articles.article.edit", "articles.article.publish")),
    ("desk:imports", _("清单"), "upload", ("catalog.import.run",)),
    ("desk:quality_report", _("质量"), "check", ("catalog.version.view",)),
    ("desk:search_words", _("搜索词"), "search", ("search.word.edit",)),
    ("desk:people", _("人员"), "user", ("parties.staff.configure",)),
    ("desk:operations", _("运行"), "gear", ("operations.job.view",)),
    ("desk:trial_run", _("试运行"), "flow", ("work.board.view", "parameters.parameter.configure")),
    ("desk:connections", _("连接"), "plug", ("connections.port.view",)),
    ("desk:parameters", _("参数"), "gear", ("parameters.parameter.configure",)),
    ("desk:audit", _("审计"), "shield", ("ledger.event.audit",)),
)


def elder_level(request: HttpRequest) -> int:
    """0, 1 (large) or 2 (extra large), remembered in a cookie."""
    value = request.COOKIES.get(ELDER_COOKIE, "")
    return int(value) if value in {"1", "2"} else 0


def in_wechat(request: HttpRequest) -> bool:
    """Whether the page opens inside WeChat: no download of a PDF, no printing, no second window there (MOB-04)."""
    return "MicroMessenger" in request.headers.get("User-Agent", "")


def principal_of_request(request: HttpRequest) -> Principal:
    """The principal, also on an error page that was made before anybody could be known."""
    found = getattr(request, "principal", None)
    return found if isinstance(found, Principal) else ANONYMOUS


def desk_navigation(principal: Principal, path: str) -> tuple[NavigationEntry, ...]:
    """The rail of the desk: what the acting post may open."""
    rooms = _rooms(principal.roles, get_language() or settings.LANGUAGE_CODE)
    return tuple(
        NavigationEntry(url, label, icon, path == url if whole else path.startswith(url))
        for url, label, icon, whole in rooms
    )


@lru_cache(maxsize=500)
def _rooms(roles: frozenset[str], _language: str) -> tuple[tuple[str, str, str, bool], ...]:
    """Address, label, icon of each room that somebody with these roles may open; whether only its own address is it."""
    rooms = []
    for name, label, icon, permissions in _DESK:
        if permissions and not any(may_ever(Principal(roles=roles), p) for p in permissions):
            continue
        try:
            url = reverse(name)
        except NoReverseMatch:  # a city may leave a room of the desk out
            continue
        rooms.append((url, str(label), icon, name == "desk:home"))
    return tuple(rooms)


def site(request: HttpRequest) -> dict[str, Any]:
    """The context processor of ``settings.TEMPLATES``; makes no query of its own."""
    principal = principal_of_request(request)
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "request": request,
        "principal": principal,
        "site": Site(**getattr(settings, "SITE_NAMES", {})),
        "elder": elder_level(request),
        "wechat": in_wechat(request),
        "public_url": settings.PUBLIC_URL,
        "demo": settings.DEMO,
        "rehearsal": settings.REHEARSAL,
        "lang_tag": "en" if language.startswith("en") else "zh-CN",
        "english": language.startswith("en"),
        "desk_nav": desk_navigation(principal, request.path) if principal.kind == "staff" else (),
        "request_id": getattr(request, "id", ""),
    }

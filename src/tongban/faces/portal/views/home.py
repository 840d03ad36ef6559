"""The home page and the pages about this site."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tongban.faces.access import public
from tongban.faces.context import site
from tongban.faces.fields import FieldView
from tongban.faces.portal import landing
from tongban.faces.portal.page_meta import PageMeta
from tongban.faces.ready import MINE, current_stamp, fragment_of, marker_of, ready_for, ready_page
from tongban.registry.articles import selectors as articles
from tongban.registry.articles.taxonomy import NOTICE, POLICY
from tongban.registry.catalog import directory

ARTICLES = 5
FRESH = 600.0
"""Seconds after which the home page is made anew: the reader of figures may have been behind."""


@public
@require_safe
@ready_for(FRESH)
def home(request: HttpRequest) -> HttpResponse:
    """Search first, then the stream of life events; topics, departments, progress, figures, notices (PRT-01, 02)."""
    stamp = current_stamp()
    names = site(request)["site"]
    units = landing.departments(stamp)
    words = _("%(city)s政务服务：查怎么办、网上申请、查进度、核验证照。") % {"city": names.city}
    values = {
        "account_marker": marker_of(request),
        "mine": marker_of(request, MINE) or fragment_of(request, MINE),
        "page_meta": PageMeta(names.name, words, request.path, region=names.city),
        "streams": (landing.stream("person", stamp), landing.stream("organisation", stamp)),
        "themes": landing.themes(stamp),
        "departments": units[: landing.DEPARTMENTS],
        "department_total": len(units),
        "figures": landing.figures(stamp),
        "works": landing.works(),
        "hot": directory.spoken_names(landing.HOT_WORDS),
        "pension_check": directory.first_named(landing.PENSION_CHECK),
        "notices": articles.newest(NOTICE, ARTICLES),
        "policies": articles.newest(POLICY, ARTICLES),
        "look_up": _look_up(),
    }
    return render(request, "portal/home.html", values)


def _look_up() -> dict[str, FieldView]:
    """The fields of the progress form; it posts to the progress pages, which check and answer."""
    return {
        "number": FieldView("number", _("办件编号"), placeholder="YX2026-1122-000123", max_length=40),
        "mobile": FieldView("mobile", _("申请时留的手机号"), kind="mobile", max_length=40, autocomplete="tel"),
        "password": FieldView("password", _("查询密码"), kind="one_time_code", hint=_("6 位数字"), max_length=12),
    }


@public
@require_safe
@ready_page
def about_accessibility(request: HttpRequest) -> HttpResponse:
    """What everybody can rely on, and where to turn when something is in the way (无障碍声明)."""
    return _about(
        request, "accessibility", _("无障碍声明"), _("看不清、听不清、手不方便、不常上网，都可以用这个网站办事。")
    )


@public
@require_safe
@ready_page
def privacy(request: HttpRequest) -> HttpResponse:
    """Which personal data the site keeps, for what, and the person's rights (个人信息保护法 arts 17 and 44-50)."""
    return _about(request, "privacy", _("隐私与个人信息保护"), _("我们用您的哪些信息、用来做什么、您有哪些权利。"))


@public
@require_safe
@ready_page
def about_identify(request: HttpRequest) -> HttpResponse:
    """How to tell this site from a false one (怎样识别): its address, what it never asks, how to check a paper."""
    return _about(request, "identify", _("怎样识别本站"), _("看网址、看它要什么、打 12345 核实：分清真假政务网站。"))


def _about(request: HttpRequest, name: str, title: str, words: str) -> HttpResponse:
    template = "portal/privacy.html" if name == "privacy" else f"portal/about_{name}.html"
    values = {"account_marker": marker_of(request), "page_meta": PageMeta(title, words, request.path)}
    return render(request, template, values)

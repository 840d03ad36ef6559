"""Template tags and filters of every face: icons, dates, money, masks, state tags, form controls.

Dates that people act on read 「11月18日（周三）」, dates in tables ``2026-11-18`` (ui.md, Chinese typesetting).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, Protocol

from django import template
from django.http import HttpRequest
from django.template.context import RequestContext
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tongban.faces.fields import ErrorLink, FieldView
from tongban.ground import masking, moment

register = template.Library()

_WEEKDAYS = "一二三四五六日"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ICON_NAME = re.compile(r"[a-z-]{2,20}\Z")

# state -> (colour family of ui.md, word). One meaning in the whole product.
STATES: dict[str, tuple[str, Promise | str]] = {
    "draft": ("", _("草稿")),
    "submitted": ("info", _("已提交")),
    "received": ("info", _("已收件")),
    "correcting": ("warn", _("待您补正")),
    "correction_requested": ("warn", _("待补正")),
    "correction_submitted": ("info", _("已补正")),
    "not_accepted": ("bad", _("不予受理")),
    "acceptance_refused": ("bad", _("不予受理")),
    "accepted": ("ok", _("已受理")),
    "in_review": ("info", _("办理中")),
    "reviewing": ("info", _("办理中")),
    "deciding": ("info", _("待决定")),
    "decided": ("ok", _("已决定")),
    "granted": ("ok", _("准予许可")),
    "refused": ("bad", _("不予许可")),
    "issued": ("ok", _("已出证")),
    "delivered": ("ok", _("已送达")),
    "closed": ("ok", _("已办结")),
    "withdrawn": ("", _("已撤回")),
    "terminated": ("", _("已终止")),
    "transferred": ("", _("已转出")),
    "void": ("", _("已作废")),
    "recorded": ("ok", _("已备案")),
    "provided": ("ok", _("已提供")),
    "not_provided": ("bad", _("不能提供")),
    "adjudicated": ("ok", _("已裁决")),
    "pending": ("info", _("等待中")),
    "open": ("info", _("办理中")),
    "done": ("ok", _("已完成")),
    "passed": ("ok", _("通过")),
    "objected": ("bad", _("有异议")),
    "paused": ("", _("已暂停")),
    "sealed": ("ok", _("已盖章")),
    "waiting": ("warn", _("等待处理")),
    "prepared": ("", _("制作中")),
    "valid": ("ok", _("有效")),
    "suspended": ("warn", _("已暂扣")),
    "annulled": ("bad", _("已撤销")),
    "revoked": ("bad", _("已吊销")),
    "expired": ("", _("已到期")),
    "cancelled": ("", _("已注销")),
    "superseded": ("", _("已换新版")),
    "in_force": ("ok", _("已发布")),
    "published": ("ok", _("已发布")),
}


def _english() -> bool:
    return (get_language() or "").startswith("en")


def fixed(tag: Callable[..., SafeString]) -> Callable[..., SafeString]:
    """Mark a tag whose answer depends on its arguments and the language alone (``faces.fixed``)."""
    tag.fixed = True  # type: ignore[attr-defined]
    return tag


@register.simple_tag
@fixed
@lru_cache(maxsize=1000)
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """An icon of the sprite. Without ``label`` it is decoration, with one it is read aloud. ``size``: ``l`` = large."""
    if not _ICON_NAME.match(name):
        raise template.TemplateSyntaxError(f"icon: no such name {name!r}")
    css = "icon icon-l" if size == "l" else "icon"
    address = f"{static('icons.svg')}#i-{name}"
    if label:
        return format_html(
            '<svg class="{}" viewBox="0 0 24 24" role="img" aria-label="{}"><use href="{}"></use></svg>',
            css,
            label,
            address,
        )
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true"><use href="{}"></use></svg>', css, address
    )


@register.simple_tag
@fixed
@cache
def logo() -> SafeString:
    """The logo: three currents on teal."""
    return format_html(
        '<svg viewBox="0 0 48 48" aria-hidden="true"><use href="{}#i-logo"></use></svg>', static("icons.svg")
    )


def _date_of(value: object) -> date | None:
    if isinstance(value, datetime):
        return moment.local(value).date()
    if isinstance(value, date):
        return value
    if isinstance(value, str) and value:
        try:
            return date.fromisoformat(value[:10])
        except ValueError:
            return None
    return None


@register.filter
def date_zh(value: object) -> str:
    """「11月18日（周三）」; with the year when it is not this year. Takes date, aware datetime or ISO text."""
    day = _date_of(value)
    if day is None:
        return ""
    other_year = day.year != moment.today().year
    if _english():
        year = f" {day.year}" if other_year else ""
        return f"{day.day} {_MONTHS_EN[day.month - 1]}{year} ({_WEEKDAYS_EN[day.weekday()]})"
    year = f"{day.year}年" if other_year else ""
    return f"{year}{day.month}月{day.day}日（周{_WEEKDAYS[day.weekday()]}）"


@register.filter
def datetime_zh(value: object) -> str:
    """「11月18日（周三）10:41」 in Shanghai wall time."""
    if not isinstance(value, datetime):
        return date_zh(value)
    gap = " " if _english() else ""
    return f"{date_zh(value)}{gap}{moment.local(value):%H:%M}"


@register.filter
def date_iso(value: object) -> str:
    """``2026-11-18`` for tables."""
    day = _date_of(value)
    return day.isoformat() if day else ""


@register.filter
def datetime_iso(value: object) -> str:
    """``2026-11-18 10:41`` for tables, Shanghai wall time."""
    return f"{moment.local(value):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else date_iso(value)


@register.filter
def machine_time(value: object) -> str:
    """The value of a ``datetime`` attribute."""
    return moment.local(value).isoformat(timespec="minutes") if isinstance(value, datetime) else date_iso(value)


@register.filter
def money(fen: object) -> str:
    """Fen to yuan: ``123450`` -> ``1,234.50 元``."""
    if not isinstance(fen, int) or isinstance(fen, bool):
        return ""
    amount = f"{fen / 100:,.2f}"
    return f"CNY {amount}" if _english() else f"{amount} 元"


@register.filter
def mask_name(value: str) -> str:
    """张*丰."""
    return masking.mask_name(value or "")


@register.filter
def mask_id_number(value: str) -> str:
    """110***********002X."""
    return masking.mask_id_number(value or "")


@register.filter
def mask_mobile(value: str) -> str:
    """138****8000."""
    return masking.mask_mobile(value or "")


@register.filter
def mask_address(value: str) -> str:
    """Cut after county or town."""
    return masking.mask_address(value or "")


@register.filter
def item(mapping: Any, key: object) -> Any:
    """``mapping[key]`` or None; a template cannot look up by a variable otherwise."""
    return mapping.get(key) if hasattr(mapping, "get") else None


@register.filter
def capped(number: int, most: int = 99) -> str:
    """``99+`` beyond the cap: work lists never count everything."""
    return f"{most}+" if number > most else str(number)


@register.simple_tag
@fixed
def tag(words: str, state: str = "") -> SafeString:
    """A status tag; ``state``: ok, info, warn, bad, promise, brand or empty. Lists are full of them: no template."""
    if state:
        return format_html('<span class="tag" data-s="{}">{}</span>', state, words)
    return format_html('<span class="tag">{}</span>', words)


@register.simple_tag
@fixed
def tag_state(state: str, words: str = "") -> SafeString:
    """The tag of a case, step, paper or licence state; ``words`` overrides the word, never the colour."""
    colour, word = STATES.get(state, ("", state))
    return tag(words or str(word), colour)


class Timed(Protocol):
    """Something with a deadline: its colour and how much is left, in words."""

    tone: str
    words: str


@register.simple_tag
def deadline(badge: Timed | None) -> SafeString:
    """How much time is left. One in every row of a list: no template."""
    if badge:
        return format_html('<span class="deadline" data-s="{}"><b>{}</b></span>', badge.tone, badge.words)
    return format_html('<span class="muted small">{}</span>', _("不计时"))


@register.inclusion_tag("components/field.html")
def field(view: FieldView) -> dict[str, Any]:
    """A form control."""
    return {"field": view}


@register.inclusion_tag("components/error_summary.html")
def error_summary(errors: list[ErrorLink] | tuple[ErrorLink, ...]) -> dict[str, Any]:
    """「有 N 处需要改」 with a link to each; nothing when there are none."""
    return {"errors": errors, "count": len(errors)}


@register.simple_tag(takes_context=True)
def query(context: RequestContext, **changes: Any) -> str:
    """The current query string with some parameters replaced (empty value: left out), beginning with ``?``."""
    request: HttpRequest = context["request"]
    values = request.GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            values.pop(name, None)
        else:
            values[name] = str(value)
    return f"?{values.urlencode()}"


@register.filter
def date_md(value: object) -> str:
    """「12月31日」; with the year when it is not this year: a day that ends something."""
    day = _date_of(value)
    if day is None:
        return ""
    other_year = day.year != moment.today().year
    if _english():
        return f"{day.day} {_MONTHS_EN[day.month - 1]}{f' {day.year}' if other_year else ''}"
    return f"{f'{day.year}年' if other_year else ''}{day.month}月{day.day}日"

"""What a city enters at its WeChat official account: the menu and the message templates (MOB-04).

The account is the city's own and its console is outside; this page makes the two things that are entered there, from
the site's own addresses and texts, so that they never say anything else than the site. A message names the matter and
where to look, never a person.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse

from tongban.ground.notifications.texts import Text, registered

_GAP = re.compile(r"\{(\w+)\}")
_KEYWORDS = {
    "title": "事项",
    "number": "办件编号",
    "due": "期限",
    "count": "处数",
    "old": "原期限",
    "new": "新期限",
    "site": "网站名",
    "code": "验证码",
    "kind": "记录的种类",
    "done": "办好的事项",
}


@dataclass(frozen=True)
class Template:
    """A message template: its title, the keywords in order, and an example of how it reads."""

    key: str
    title: str
    keywords: tuple[str, ...]
    text: str


def menu() -> dict[str, Any]:
    """The account's menu as WeChat takes it: three groups, each entry a page of this site."""
    groups = (
        ("办事", (("找事项", "portal:search"), ("全部事项", "portal:items"), ("办事大厅", "portal:home"))),
        ("查询", (("查进度", "portal:progress"), ("核验证照文书", "portal:verify"))),
        ("我的", (("我的空间", "portal:my"), ("我的证照", "portal:my_licences"))),
    )
    return {
        "button": [
            {"name": name, "sub_button": [{"type": "view", "name": n, "url": _url(view)} for n, view in entries]}
            for name, entries in groups
        ]
    }


def menu_text() -> str:
    """The same as text to copy."""
    return json.dumps(menu(), ensure_ascii=False, indent=2)


def templates() -> tuple[Template, ...]:
    """A template for each message that the platform sends."""
    return tuple(_template(key, text) for key, text in registered().items())


def _template(key: str, text: Text) -> Template:
    keywords = tuple(dict.fromkeys(_KEYWORDS.get(gap, gap) for gap in _GAP.findall(text.text)))
    return Template(key, text.title, keywords, _GAP.sub(lambda gap: f"〔{_KEYWORDS.get(gap[1], gap[1])}〕", text.text))


def _url(view: str) -> str:
    return urljoin(settings.PUBLIC_URL, reverse(view))

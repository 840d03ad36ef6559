"""What 云溪市 told its people since its portal opened: notices and policies, written, reviewed, published as in life.

``data/notices.json`` holds the words; days in them (``{+5}``) count from the day of publication. An editor writes, an
approver publishes: the same services as at the desk. Idempotent: with any article there already, nothing is written.
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from tongban.ground import moment
from tongban.ground.calendars.selectors import current
from tongban.ground.documents.typesetting import register_template, render
from tongban.ground.errors import NotFound
from tongban.ground.policy import Principal
from tongban.registry.articles import services
from tongban.registry.articles.models import Article
from tongban.registry.articles.rules import Draft
from tongban.registry.parties.models import StaffPost
from tongban.registry.parties.selectors import principal_of

FOLDER = Path(__file__).parent / "data"
TEMPLATE = "demo_notice"
FOUNDED_DAYS_AGO = 200
LOOK_AHEAD = 60
_DAY = re.compile(r"\{\+(\d+)\}")


def load(founded: datetime | None = None) -> int:
    """Publish the notices, each on its day after the founding; returns how many were written.

    :param founded: when the portal opened: now inside ``moment.at``, else 200 days ago.
    """
    if Article.objects.exists():
        return 0
    begun = founded or (moment.now() if moment.standing() else moment.now() - timedelta(days=FOUNDED_DAYS_AGO))
    written = 0
    for source in json.loads((FOLDER / "notices.json").read_text(encoding="utf-8")):
        morning = moment.local(begun + timedelta(days=source["after"])).replace(hour=9, minute=20, second=0)
        if (draft := _draft(source, morning.date())) is not None:
            _publish(draft, morning, attached=source["column"] == "lists")
            written += 1
    return written


def _publish(draft: Draft, morning: datetime, *, attached: bool) -> None:
    """Written at twenty past nine, sent for review, published before noon by somebody else."""
    with moment.at(morning):
        editor = in_role("content_editor")
        saved = services.save(editor, draft)
        if attached:
            services.attach(editor, saved.id, draft, _pdf(draft), f"{draft.title}.pdf")
        services.submit(editor, saved.id)
    with moment.at(morning + timedelta(hours=2)):
        services.publish(in_role("content_approver"), saved.id)


def in_role(role: str) -> Principal:
    """The principal of the first holder of a post with this role. Raises ``NotFound`` before the people are there."""
    held = (
        StaffPost.objects.select_related("staff__account")
        .filter(post__roles__contains=[role])
        .order_by("post__region__no", "pk")
        .first()
    )
    if held is None:
        raise NotFound("demo.content", "还没有内容编辑岗和内容审核岗的人员，先载入演示人员")
    return principal_of(held.staff.account, held.post_id)


def _draft(source: dict[str, Any], day: date) -> Draft | None:
    """One notice as of its day; None for a holiday notice when no holiday is near."""
    words = {"year": str(day.year)}
    title, summary, until = source["title"], source["summary"], source["valid"]
    if source.get("holiday"):
        found = _next_holiday(day)
        if found is None:
            return None
        off, name = found
        words["holiday"] = name
        title, until = f"{name}假期各服务点开放时间", (off - day).days + 10
        summary = f"{name}（{off.month}月{off.day}日起）大厅不开，网上和自助区照常，急事打 12345。"
    last = day + timedelta(days=until) if until else None
    return Draft(
        title=title,
        column=source["column"],
        body=_filled(source["body"], day, words),
        summary=_filled(summary, day, words),
        document_number=_filled(source.get("number", ""), day, words),
        source=source["source"],
        audience=tuple(source.get("audience", ())),
        industries=tuple(source.get("industries", ())),
        options=tuple(source.get("options", ())),
        valid_until=last.isoformat() if last else "",
    )


def _filled(text: str, day: date, words: dict[str, str]) -> str:
    def in_days(match: re.Match[str]) -> str:
        then = day + timedelta(days=int(match[1]))
        return f"{then.month}月{then.day}日"

    for name, value in words.items():
        text = text.replace(f"{{{name}}}", value)
    return _DAY.sub(in_days, text)


def _next_holiday(day: date) -> tuple[date, str] | None:
    calendar = current()
    ahead = (day + timedelta(days=n) for n in range(1, LOOK_AHEAD))
    return next(((then, name) for then in ahead if (name := calendar.public_holiday(then))), None)


def _pdf(draft: Draft) -> bytes:
    register_template(TEMPLATE, FOLDER / "notice.typ")
    lines = [line.strip("# ") for line in draft.body.splitlines() if not line.startswith("|")]
    return render(TEMPLATE, {"title": draft.title, "number": draft.document_number, "source": draft.source,
                             "lines": [re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", line) for line in lines]})  # fmt: skip

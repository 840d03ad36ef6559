"""The form of an article: what was typed as a draft, a draft as controls, and what changed since it was published."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from tongban.faces.fields import FieldView
from tongban.registry.articles.rules import LONGEST_TITLE, LONGEST_WORDS, Draft
from tongban.registry.articles.taxonomy import COLUMNS
from tongban.registry.articles.writing import LONGEST_TEXT
from tongban.registry.catalog.selectors import option_called
from tongban.registry.catalog.taxonomy import INDUSTRIES

MOST_OPTIONS = 20
WORDS = 3
"""So many controls come first, one below the other: title, summary, text."""


def read(typed: QueryDict) -> Draft:
    """What was typed, without its attachments; whatever it is, it is kept."""

    def line(name: str) -> str:
        return typed.get(name, "").replace("\x00", "").strip()

    return Draft(
        title=line("title"),
        column=line("column"),
        summary=line("summary"),
        document_number=line("document_number"),
        source=line("source"),
        valid_from=line("valid_from"),
        valid_until=line("valid_until"),
        body=typed.get("body", "").replace("\x00", "").replace("\r\n", "\n").strip(),
        audience=tuple(typed.getlist("audience")),
        industries=tuple(typed.getlist("industries")),
        options=tuple(dict.fromkeys(typed.get("options", "").replace("，", " ").replace(",", " ").split()))[
            :MOST_OPTIONS
        ],
        public=typed.get("public", "true") == "true",
    )


def fields(draft: Draft, wrong: Mapping[str, str]) -> tuple[FieldView, ...]:
    """The controls in the order of writing."""
    columns = tuple((key, " › ".join(column.path)) for key, column in COLUMNS.items())
    unknown = "" if "options" in wrong else _unknown(draft)
    told = {**wrong, **({"options": unknown} if unknown else {})}
    return (
        _text(draft, told, "title", _("标题"), _("说清是什么事，例如：国庆节大厅开放时间"), LONGEST_TITLE),
        _text(draft, told, "summary", _("摘要"), _("列表和搜索里显示；不写就取正文开头"), LONGEST_WORDS, optional=True),
        FieldView(
            "body",
            _("正文"),
            "long_text",
            draft.body,
            hint=_("空一行分段。行首写 # 是标题，- 是列表，1. 是步骤，| 是表格；链接写成 [文字](网址)。"),
            error=told.get("body", ""),
            max_length=LONGEST_TEXT,
        ),
        FieldView("column", _("栏目"), "select", draft.column, options=columns, error=told.get("column", "")),
        _text(draft, told, "source", _("信息来源"), _("发布单位的名称"), 60),
        _text(draft, told, "document_number", _("文号"), _("有红头文件的才写"), 60, optional=True),
        FieldView(
            "audience",
            _("给谁看的"),
            "codes",
            values=draft.audience,
            options=(("person", _("个人")), ("organisation", _("企业和单位"))),
            optional=True,
            error=told.get("audience", ""),
        ),
        _text(
            draft,
            told,
            "options",
            _("相关事项"),
            _("事项网址里的名字，几个用空格隔开，例如 hygiene-licence"),
            400,
            True,
        ),
        _day(draft, told, "valid_from", _("从哪天起有效"), _("不填就是发布当天")),
        _day(draft, told, "valid_until", _("有效到哪天"), _("长期有效的不用填")),
        FieldView(
            "public",
            _("主动公开"),
            "code",
            "true" if draft.public else "false",
            options=(("true", _("公开，门户上能看到")), ("false", _("不公开，只有工作人员能看到"))),
        ),
        FieldView(
            "industries",
            _("所属行业"),
            "codes",
            values=draft.industries,
            options=tuple(INDUSTRIES.items()),
            optional=True,
            error=told.get("industries", ""),
        ),
    )


def _text(
    draft: Draft, wrong: Mapping[str, str], name: str, label: str, hint: str, most: int, optional: bool = False
) -> FieldView:
    value = " ".join(draft.options) if name == "options" else str(getattr(draft, name))
    return FieldView(name, label, value=value, hint=hint, optional=optional, error=wrong.get(name, ""), max_length=most)


def _day(draft: Draft, wrong: Mapping[str, str], name: str, label: str, hint: str) -> FieldView:
    value = str(getattr(draft, name))
    return FieldView(name, label, "date", value, hint=hint, optional=True, error=wrong.get(name, ""))


def _unknown(draft: Draft) -> str:
    """A warning beside the field: the public page leaves out what is no item."""
    lost = [slug for slug in draft.options if option_called(slug) is None]
    return _("没有这个事项：%(names)s。门户上不会显示，改对了再送审") % {"names": "、".join(lost)} if lost else ""


LABELS = {
    "title": "标题",
    "column": "栏目",
    "body": "正文",
    "summary": "摘要",
    "document_number": "文号",
    "source": "信息来源",
    "audience": "给谁看的",
    "industries": "所属行业",
    "options": "相关事项",
    "valid_from": "从哪天起有效",
    "valid_until": "有效到哪天",
    "public": "主动公开",
    "attachments": "附件",
}


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """What differs from the newest version: label, before, after."""
    return tuple(
        (_(label), _words(name, before.get(name)), _words(name, after.get(name)))
        for name, label in LABELS.items()
        if _words(name, before.get(name)) != _words(name, after.get(name)) and not _first_day(name, after.get(name))
    )


def _first_day(name: str, value: Any) -> bool:
    """An empty first day means the day of publication: no change."""
    return name == "valid_from" and not value


def _words(name: str, value: Any) -> str:
    if name == "attachments":
        return "、".join(str(one["name"]) for one in value or ())
    if name == "column" and value in COLUMNS:
        return COLUMNS[str(value)].name
    if isinstance(value, bool):
        return _("公开") if value else _("不公开")
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value or "")

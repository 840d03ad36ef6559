"""Notices and policies at the desk: write, see as the public will, send for review, publish, take off (CMS-01)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from tongban.faces import kept
from tongban.faces.access import staff
from tongban.faces.desk import articleforms
from tongban.faces.fields import error_links
from tongban.faces.portal.answers import file_answer
from tongban.ground.errors import Conflict, NotFound, Refusal, Refusals
from tongban.ground.policy import Principal, allowed, may_ever
from tongban.ground.storage.selectors import file_of, open_file
from tongban.registry.articles import rules, selectors, services, writing
from tongban.registry.articles.selectors import DeskArticle
from tongban.registry.articles.taxonomy import COLUMNS

PERMISSIONS = ("articles.article.edit", "articles.article.publish")
STATES = (
    ("", gettext_lazy("全部")),
    ("editing", gettext_lazy("编辑中")),
    ("in_review", gettext_lazy("等审核")),
    ("live", gettext_lazy("公开中")),
    ("withdrawn", gettext_lazy("已撤下")),
)
DONE = {
    "save": gettext_lazy("草稿已保存，还没有送审"),
    "attach": gettext_lazy("附件已加上，草稿已保存"),
    "drop": gettext_lazy("附件已拿掉，草稿已保存"),
    "submit": gettext_lazy("已送审，等审核岗发布"),
    "send_back": gettext_lazy("已退回给编辑"),
    "take_back": gettext_lazy("已撤回送审，可以接着改"),
    "publish": gettext_lazy("已发布，门户几秒内更新"),
    "withdraw": gettext_lazy("已从门户撤下，原网址写明撤下的时间和原因"),
}


@staff(*PERMISSIONS)
@require_safe
def articles(request: HttpRequest) -> HttpResponse:
    """Articles of the post's region, newest first: ``?state=&after=``. One query."""
    state = request.GET.get("state", "")
    values = {
        "page": selectors.desk_list(_principal(request), state=state, after=request.GET.get("after", "")),
        "state": state,
        "states": STATES,
        "columns": {key: column.name for key, column in COLUMNS.items()},
        "may_write": _may(request, "edit"),
    }
    return render(request, "desk/articles.html", values)


@staff("articles.article.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def article_new(request: HttpRequest) -> HttpResponse:
    """A new article: the first save gives it its address."""
    draft = articleforms.read(_typed(request)) if request.method == "POST" else rules.Draft(source=_source(request))
    problems: tuple[Refusal | Conflict, ...] = ()
    if request.method == "POST":
        try:
            saved = services.save(_principal(request), draft)
        except (Refusal, Refusals) as error:
            problems = _items(error)
        else:
            return _see(saved.slug, "save")
    values = {**_form(draft, problems), "revision": 0, "editable": True}
    return render(request, "desk/article_new.html", values, status=422 if problems else 200)


@staff(*PERMISSIONS)
@require_http_methods(["GET", "HEAD", "POST"])
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """One article. POST ``do``: save, attach, drop:<file>, submit, send_back, take_back, publish, withdraw."""
    principal = _principal(request)
    found = selectors.desk_article(principal, slug)
    typed, draft = _typed(request), found.state.draft
    if typed.get("do", "").partition(":")[0] in ("save", "attach", "drop", "submit"):
        draft = replace(articleforms.read(typed), attachments=draft.attachments)
    problems: tuple[Refusal | Conflict, ...] = ()
    status = 200
    if request.method == "POST":
        try:
            done = _do(request, principal, found, draft)
        except (Refusal, Refusals, Conflict) as error:
            problems, status = _items(error), error.status
        else:
            return _see(slug, done)
    editing = found.state.draft_state != rules.IN_REVIEW and _allowed(principal, found, "edit")
    values = {
        **_form(draft, problems),
        "found": found,
        "slug": slug,
        "revision": typed.get("revision", "") or found.state.revision,
        "editable": editing,
        "may_write": _allowed(principal, found, "edit"),
        "may_publish": _allowed(principal, found, "publish"),
        "own_words": principal.staff_id in found.state.writers,
        "in_review": found.state.draft_state == rules.IN_REVIEW,
        "changes": articleforms.changes(found.before, found.state.draft.to_json()) if found.versions else (),
        "blocks": writing.parse(draft.body),
        "draft": draft,
        "words": typed.get("words", ""),
        "done_words": DONE.get(request.GET.get("done", ""), "") if not problems else "",
    }
    return render(request, "desk/article.html", values, status=status)


def _do(request: HttpRequest, principal: Principal, found: DeskArticle, draft: rules.Draft) -> str:
    """The act that was pressed; what was typed in the form is saved with it."""
    post, key = request.POST, found.article.pk
    do, _, file = post.get("do", "").partition(":")
    revision = int(post["revision"]) if post.get("revision", "").isdecimal() else None
    if do == "attach":
        _attach(request, principal, found, draft, revision)
    elif do == "drop":
        left = tuple(one for one in draft.attachments if one.id != file)
        services.save(principal, replace(draft, attachments=left), key, expected=revision)
    elif do == "save":
        services.save(principal, draft, key, expected=revision)
    elif do == "submit":
        if draft != found.state.draft or found.state.draft_state == rules.SETTLED:
            services.save(principal, draft, key, expected=revision)
        services.submit(principal, key)
    elif do in ("send_back", "take_back"):
        services.send_back(principal, key, post.get("words", ""))
    elif do == "publish":
        services.publish(principal, key)
    elif do == "withdraw":
        services.withdraw(principal, key, post.get("words", ""))
    else:
        raise Refusal("article.act", "没有这个操作", remedy="刷新页面再试")
    return do


def _attach(
    request: HttpRequest, principal: Principal, found: DeskArticle, draft: rules.Draft, revision: int | None
) -> None:
    file = request.FILES.get("upload")
    if file is None:
        raise Refusal("article.no_upload", "还没有选文件", "upload", "先选一个 PDF 或图片，再按“加附件”")
    services.attach(principal, found.article.pk, draft, file, str(file.name), expected=revision)


@staff(*PERMISSIONS)
@require_safe
def article_preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The saved draft as the public will read it."""
    found = selectors.desk_article(_principal(request), slug)
    values = {"slug": slug, "draft": found.state.draft, "blocks": writing.parse(found.state.draft.body)}
    column = COLUMNS.get(found.state.draft.column)
    return render(request, "desk/article_preview.html", {**values, "column": column})


@staff(*PERMISSIONS)
@require_safe
def article_file(request: HttpRequest, slug: str, file: UUID) -> HttpResponse:
    """An attachment of the draft."""
    draft = selectors.desk_article(_principal(request), slug).state.draft
    name = next((one.name for one in draft.attachments if one.id == str(file)), "")
    if not name:
        raise NotFound("article.no_file", "没有找到这个附件")
    stored = file_of(file)
    return file_answer(open_file(stored), stored.media_type, name, save=request.GET.get("save") == "1")


def _form(draft: rules.Draft, problems: tuple[Refusal | Conflict, ...]) -> dict[str, Any]:
    """The controls with what is wrong beside them; what belongs to no control stands above."""
    wrong = {one.field or "": f"{one.sentence}。{one.remedy}" if one.remedy else one.sentence for one in problems}
    fields = articleforms.fields(draft, wrong)
    known = {field.name for field in fields}
    return {
        "words_fields": fields[: articleforms.WORDS],
        "small_fields": fields[articleforms.WORDS : -1],
        "industries": fields[-1],
        "field_problems": error_links(fields),
        "act_problems": [{"sentence": told} for name, told in wrong.items() if name not in known],
    }


def _items(error: Refusal | Refusals | Conflict) -> tuple[Refusal | Conflict, ...]:
    return error.items if isinstance(error, Refusals) else (error,)


def _typed(request: HttpRequest) -> QueryDict:
    """What was posted, or what had been typed when the session ended."""
    return request.POST if request.method == "POST" else kept.take(request) or QueryDict()


def _principal(request: HttpRequest) -> Principal:
    principal: Principal = request.principal  # type: ignore[attr-defined]
    return principal


def _source(request: HttpRequest) -> str:
    return _principal(request).department_name


def _may(request: HttpRequest, verb: str) -> bool:
    return may_ever(_principal(request), f"articles.article.{verb}")


def _allowed(principal: Principal, found: DeskArticle, verb: str) -> bool:
    return allowed(principal, f"articles.article.{verb}", found.state.target())


def _see(slug: str, done: str) -> HttpResponse:
    response = HttpResponseRedirect(f"{reverse('desk:article', args=[slug])}?done={done}")
    response.status_code = 303
    return response

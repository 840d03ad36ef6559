"""Search for stewards: its words, why a search answers what it answers, what was not found, and the list of demands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.faces import kept
from tongban.faces.access import staff
from tongban.faces.desk.explained import Explained, explained
from tongban.faces.fields import FieldView, error_links
from tongban.ground.errors import Conflict, Refusal, Refusals, TongbanError
from tongban.ground.policy import Principal
from tongban.insight.search import demands, lexicon, reports, selectors, vocabulary
from tongban.insight.search.models import SearchDemand, SearchWord
from tongban.insight.search.queries import LONGEST
from tongban.registry.parties.models import Department

PERMISSION = vocabulary.PERMISSION
NEEDS_MEANINGS = (lexicon.MEANS, lexicon.DEPARTMENT, lexicon.ACT)
DONE = {
    "added": "词已加上，几秒内所有页面生效",
    "changed": "对应说法已改，几秒内所有页面生效",
    "retired": "词已停用",
    "restored": "词已恢复使用",
    "recorded": "已列入需求清单",
    "assigned": "已交给部门",
    "decided": "决定已记下",
}


@staff(PERMISSION)
@require_http_methods(["GET", "HEAD", "POST"])
def search_words(request: HttpRequest) -> HttpResponse:
    """Words of one kind with a form for another one, and beside them a search with its reasons. POST adds a word."""
    principal = _principal(request)
    typed = _typed(request)
    kind = _kind(typed.get("kind") or request.GET.get("kind", ""))
    word, means = typed.get("word", request.GET.get("word", "")), typed.get("means", "")
    wrong: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        try:
            vocabulary.add_word(principal, kind, word, vocabulary.read_meanings(means))
        except (Refusal, Conflict) as error:
            wrong, status = _wrong(error), error.status
        else:
            return _see("desk:search_words", kind=kind, done="added", **({"try": word} if kind != lexicon.HOT else {}))
    tried = request.GET.get("try", "") or word
    fields = (_word_field(word, wrong), *_meaning_fields(kind, means, wrong))
    values = {
        "page": reports.words_page(
            principal, kind, request.GET.get("text", "")[:40], _state(request), request.GET.get("after", "")
        ),
        "kind": kind,
        "kinds": [(key, _(label)) for key, label in lexicon.KINDS.items()],
        "state": _state(request),
        "text": request.GET.get("text", "")[:40],
        "fields": fields,
        "field_problems": error_links(fields),
        "act_problems": [{"sentence": told} for name, told in wrong.items() if name not in ("word", "means")],
        "acts": lexicon.ACTS.items() if kind == lexicon.ACT else (),
        **_tried(tried),
        **_done(request),
    }
    return render(request, "desk/search_words.html", values, status=status)


@staff(PERMISSION)
@require_http_methods(["GET", "HEAD", "POST"])
def search_word(request: HttpRequest, word: UUID) -> HttpResponse:
    """One word: POST ``command`` change, retire or restore."""
    principal = _principal(request)
    row = reports.word(principal, word)
    typed = _typed(request)
    means = typed.get("means", "、".join(row.means))
    wrong: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        try:
            done = _change(principal, row, typed.get("command", ""), means)
        except Refusal as error:
            wrong, status = _wrong(error), error.status
        else:
            return _see("desk:search_words", kind=row.kind, done=done, **({"try": row.word}))
    fields = _meaning_fields(row.kind, means, wrong)
    values = {
        "row": row,
        "fields": fields,
        "field_problems": error_links(fields),
        "act_problems": [{"sentence": told} for name, told in wrong.items() if name != "means"],
        "acts": lexicon.ACTS.items() if row.kind == lexicon.ACT else (),
        **_tried(row.word),
    }
    return render(request, "desk/search_word.html", values, status=status)


def _change(principal: Principal, row: SearchWord, command: str, means: str) -> str:
    if command == "retire":
        vocabulary.retire_word(principal, row.pk)
        return "retired"
    if command == "restore":
        vocabulary.restore_word(principal, row.pk)
        return "restored"
    vocabulary.change_word(principal, row.pk, vocabulary.read_meanings(means))
    return "changed"


@staff(PERMISSION)
@require_safe
def search_misses(request: HttpRequest) -> HttpResponse:
    """What was asked and not found, and what was found and left unopened, in the last thirty days."""
    principal = _principal(request)
    values = {
        "totals": reports.totals(principal),
        "failed": reports.failed_queries(principal),
        "left": reports.left_queries(principal),
        "days": reports.DAYS,
        **_done(request),
    }
    return render(request, "desk/search_misses.html", values)


@staff(PERMISSION)
@require_POST
def search_demand_new(request: HttpRequest) -> HttpResponse:
    """A query that was not found becomes a demand."""
    asked = request.POST.get("asked", "")
    demands.record_demand(_principal(request), request.POST.get("words", ""), int(asked) if asked.isdecimal() else 0)
    return _see("desk:search_demands", done="recorded")


@staff(PERMISSION)
@require_safe
def search_demands(request: HttpRequest) -> HttpResponse:
    """The list of demands by state."""
    state = request.GET.get("state", "")
    values = {
        "rows": reports.demands(_principal(request), state),
        "states": [(key, _(label)) for key, label in SearchDemand.State.choices],
        "state": state,
        **_done(request),
    }
    return render(request, "desk/search_demands.html", values)


@staff(PERMISSION)
@require_http_methods(["GET", "HEAD", "POST"])
def search_demand(request: HttpRequest, demand: UUID) -> HttpResponse:
    """One demand: POST ``command`` assign, adopt or decline."""
    principal = _principal(request)
    row = reports.demand(principal, demand)
    typed = _typed(request)
    owner, decision = typed.get("owner", str(row.owner_id or "")), typed.get("decision", "")
    wrong: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        try:
            done = _decide(principal, row, typed.get("command", ""), owner, decision)
        except Refusal as error:
            wrong, status = _wrong(error), error.status
        else:
            return _see("desk:search_demands", done=done)
    fields = (_owner_field(owner, wrong), _decision_field(decision, wrong))
    values = {
        "row": row,
        "owner": fields[0],
        "decision": fields[1],
        "undecided": row.state in (SearchDemand.State.OPEN, SearchDemand.State.ASSIGNED),
        "field_problems": error_links(fields),
        "act_problems": [{"sentence": told} for name, told in wrong.items() if name not in ("owner", "decision")],
        **_tried(row.words),
    }
    return render(request, "desk/search_demand.html", values, status=status)


def _decide(principal: Principal, row: SearchDemand, command: str, owner: str, decision: str) -> str:
    if command == "assign":
        demands.assign_demand(principal, row.pk, int(owner) if owner.isdecimal() else 0)
        return "assigned"
    demands.decide_demand(principal, row.pk, adopted=command == "adopt", decision=decision)
    return "decided"


def _principal(request: HttpRequest) -> Principal:
    principal: Principal = request.principal  # type: ignore[attr-defined]
    return principal


def _typed(request: HttpRequest) -> QueryDict:
    """What was posted, or what had been typed when the session ended."""
    return request.POST if request.method == "POST" else kept.take(request) or QueryDict()


def _kind(value: str) -> str:
    return value if value in lexicon.KINDS else lexicon.MEANS


def _state(request: HttpRequest) -> str:
    value = request.GET.get("state", "active")
    return value if value in SearchWord.State.values else "active"


def _tried(typed: str) -> dict[str, Any]:
    text = typed[:LONGEST].replace("\x00", "").strip()
    found: Explained | None = explained(selectors.explain(text)) if text else None
    return {"tried": text, "explained": found}


def _wrong(error: TongbanError) -> dict[str, str]:
    items: tuple[TongbanError, ...] = error.items if isinstance(error, Refusals) else (error,)
    return {item.field or "": f"{item.sentence}。{item.remedy}" if item.remedy else item.sentence for item in items}


def _word_field(word: str, wrong: dict[str, str]) -> FieldView:
    hint = _("市民会打的那个词，例如：娃上户口")
    return FieldView("word", _("词"), value=word, hint=hint, error=wrong.get("word", ""), max_length=40)


def _meaning_fields(kind: str, means: str, wrong: dict[str, str]) -> tuple[FieldView, ...]:
    if kind not in NEEDS_MEANINGS:
        return ()
    hints: dict[str, Callable[[], str]] = {
        lexicon.MEANS: lambda: _("事项名称里的字，多个用逗号隔开，最要紧的放前面"),
        lexicon.DEPARTMENT: lambda: _("部门名称里的字，例如：卫健、卫生健康"),
        lexicon.ACT: lambda: _("下面列出的动作代号"),
    }
    hint = hints[kind]()
    error = wrong.get("means", "")
    return (FieldView("means", _("对应说法"), value=means, hint=hint, error=error, max_length=300),)


def _owner_field(owner: str, wrong: dict[str, str]) -> FieldView:
    options = tuple((str(key), name) for key, name in Department.objects.order_by("name").values_list("pk", "name"))
    return FieldView("owner", _("责任部门"), kind="select", value=owner, options=options, error=wrong.get("owner", ""))


def _decision_field(decision: str, wrong: dict[str, str]) -> FieldView:
    hint = _("采纳的，写怎么做、什么时候做；不采纳的，写理由")
    return FieldView(
        "decision",
        _("决定"),
        kind="long_text",
        value=decision,
        hint=hint,
        error=wrong.get("decision", ""),
        max_length=300,
    )


def _done(request: HttpRequest) -> dict[str, str]:
    return {"done_words": _(DONE.get(request.GET.get("done", ""), "")) if request.GET.get("done") in DONE else ""}


def _see(name: str, **values: str) -> HttpResponse:
    response = HttpResponseRedirect(f"{reverse(name)}?{urlencode(values)}")
    response.status_code = 303
    return response

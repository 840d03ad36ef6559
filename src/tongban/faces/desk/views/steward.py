"""Stewardship: items with their versions, bases that nobody has read yet, what a draft changes, and publishing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tongban.faces.access import staff
from tongban.faces.desk.editor.gaps import Gap, of_findings
from tongban.faces.fields import FieldView
from tongban.ground import moment
from tongban.ground.errors import Conflict, Refusal, Refusals
from tongban.ground.policy import Principal, may_ever
from tongban.registry.catalog import editing, selectors, services, version
from tongban.registry.catalog.beginning import standing_beginning
from tongban.registry.catalog.differences import Change, differences
from tongban.registry.catalog.editing import REVIEWER_ROLES
from tongban.registry.catalog.models import DraftReview, HandlingOption
from tongban.registry.catalog.selectors import VersionLine
from tongban.registry.catalog.version import VersionContent


@dataclass(frozen=True)
class DraftState:
    """The draft against the newest version: findings block publishing, changes say what would be new."""

    findings: tuple[Gap, ...]
    changes: tuple[Change, ...]
    compiled: VersionContent | None


@staff("catalog.version.view")
@require_safe
def steward(request: HttpRequest) -> HttpResponse:
    """All options of the steward's region; unchecked bases stand out."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    values = {
        "options": selectors.steward_options(principal),
        "may_edit": may_ever(principal, "catalog.draft.edit"),
        "discarded": request.GET.get("discarded") == "1",
    }
    return render(request, "desk/steward.html", values)


@staff("catalog.version.view")
@require_http_methods(["GET", "HEAD", "POST"])
def steward_version(request: HttpRequest, slug: str) -> HttpResponse:
    """One option: its versions, its draft against the newest one; POST publishes the draft (item publisher only)."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    option, lines = selectors.option_with_versions(principal, slug)
    typed = request.POST.get("valid_from", moment.today().isoformat())
    errors: tuple[Refusal | Conflict, ...] = ()
    if request.method == "POST":
        try:
            services.publish(option.pk, _day(typed), principal)
            return HttpResponseRedirect(f"{reverse('desk:steward_version', args=[slug])}?published=1")
        except Refusals as refusals:
            errors = refusals.items
        except (Refusal, Conflict) as refusal:
            errors = (refusal,)
    draft = _draft_state(option, lines)
    values = {
        "option": option,
        "versions": lines,
        "current": selectors.content(lines[0].id) if lines else None,
        "draft": draft,
        "offered": bool(draft.changes) or not lines,
        "submittable": bool(draft.changes) or not (lines or draft.findings),
        "begun": standing_beginning(option),
        "may_publish": may_ever(principal, "catalog.version.publish"),
        "published": request.GET.get("published") == "1",
        "done": request.GET.get("done", ""),
        "may_edit": may_ever(principal, "catalog.draft.edit"),
        "review_kinds": [
            (k, str(dict(DraftReview.Kind.choices)[k])) for k, r in REVIEWER_ROLES.items() if r in principal.roles
        ],
        "rounds": editing.rounds_of(option),
        "errors": errors,
        "day": FieldView("valid_from", _("从哪天起生效"), kind="date", value=typed),
    }
    return render(request, "desk/steward_version.html", values, status=_status(errors))


def _review_kinds(principal: Principal) -> list[tuple[str, str]]:
    """Which reviews the acting post does: kind and words."""
    words = dict(DraftReview.Kind.choices)
    return [(kind, str(words[kind])) for kind, role in REVIEWER_ROLES.items() if role in principal.roles]


def _status(errors: tuple[Refusal | Conflict, ...]) -> int:
    if not errors:
        return 200
    return 409 if isinstance(errors[0], Conflict) else 422


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refusal("catalog.valid_from", "请选择从哪天起生效", "valid_from", "写成 2026-11-18 这样") from error


def _draft_state(option: HandlingOption, lines: tuple[VersionLine, ...]) -> DraftState:
    compiled, missing = services.sketch(option)
    found = of_findings(missing)
    if compiled is None:
        return DraftState(found, (), None)
    before = version.to_json(selectors.content(lines[0].id)) if lines else {}
    changes = differences(before, version.to_json(compiled)) if lines else ()
    return DraftState(found, changes, compiled)

"""Parameters: dated values with their basis; a new one ends the one before it, nothing is overwritten."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from tongban.faces.access import staff
from tongban.faces.fields import FieldView, error_links
from tongban.ground import moment
from tongban.ground.errors import Refusal
from tongban.ground.parameters import selectors, services
from tongban.ground.policy import Principal
from tongban.registry.parties.models import Region
from tongban.registry.parties.services import actor_of

NAMES = ("code", "value", "unit", "basis", "valid_from", "region")


@staff("parameters.parameter.configure")
@require_http_methods(["GET", "POST"])
def parameters(request: HttpRequest) -> HttpResponse:
    """Every code with its values in time; POST sets a new value from a day on."""
    typed = {name: request.POST.get(name, "").replace("\x00", "").strip()[:300] for name in NAMES}
    wrong: dict[str, str] = {}
    if request.method == "POST":
        principal: Principal = request.principal  # type: ignore[attr-defined]
        try:
            _set(principal, typed)
        except Refusal as refusal:
            wrong = {refusal.field or "value": f"{refusal.sentence}{'。' + refusal.remedy if refusal.remedy else ''}"}
        else:
            response = HttpResponseRedirect(reverse("desk:parameters") + "?done=1")
            response.status_code = 303
            return response
    names = dict(Region.objects.values_list("pk", "name"))
    rows = [(row, names.get(row.region_id or 0, "")) for row in selectors.everything()]
    fields = _fields(typed, wrong)
    values = {
        "rows": rows,
        "fields": fields,
        "errors": error_links(fields),
        "done": request.GET.get("done") == "1",
        "today": moment.today(),
    }
    return render(request, "desk/parameters.html", values, status=422 if wrong else 200)


def _set(principal: Principal, typed: dict[str, str]) -> None:
    if not typed["code"] or not typed["code"].replace("_", "").replace(".", "").isalnum():
        raise Refusal("parameter.code", "请填写参数代码", "code", "小写字母、点和下划线，例如 case.correction_days")
    services.set_value(
        typed["code"],
        _value(typed["value"]),
        valid_from=_day(typed["valid_from"]),
        basis=typed["basis"],
        unit=typed["unit"],
        region=int(typed["region"]) if typed["region"].isdecimal() else None,
        actor=actor_of(principal, "desk"),
    )


def _value(text: str) -> Any:
    """A number, true or false, or words."""
    if not text:
        raise Refusal("parameter.value", "请填写取值", "value")
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("parameter.valid_from", "请选择从哪天起", "valid_from", "写成 2026-12-01 这样") from None


def _fields(typed: dict[str, str], wrong: dict[str, str]) -> list[FieldView]:
    regions = tuple((str(pk), name) for pk, name in Region.objects.order_by("no").values_list("pk", "name"))
    first = typed["valid_from"] or moment.today().isoformat()
    return [
        FieldView("code", "代码", value=typed["code"], error=wrong.get("code", "")),
        FieldView("value", "取值", value=typed["value"], error=wrong.get("value", "")),
        FieldView("unit", "单位", value=typed["unit"], optional=True),
        FieldView("basis", "依据", value=typed["basis"], error=wrong.get("basis", "")),
        FieldView("valid_from", "从哪天起", "date", first, error=wrong.get("valid_from", "")),
        FieldView("region", "只对哪个地区", "select", typed["region"], options=regions, optional=True),
    ]

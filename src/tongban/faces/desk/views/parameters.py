"""Parameters: dated values with their basis; a new one ends the one before it, nothing is overwritten.

What the house reads is chosen from a list and its value is tried before it is kept; a code of the city's own, which
only rules of items ask for, is typed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongban.faces.access import staff
from tongban.faces.fields import FieldView, error_links
from tongban.ground import moment
from tongban.ground.errors import Refusal
from tongban.ground.parameters import selectors, services
from tongban.ground.parameters.declared import Declared, declared, declared_of
from tongban.ground.parameters.models import Parameter
from tongban.ground.policy import Principal
from tongban.registry.parties.models import Region
from tongban.registry.parties.services import actor_of

NAMES = ("known", "code", "value", "unit", "basis", "valid_from", "region")
LONGEST = {"value": 20_000}
LONGEST_ELSE = 300
ONE_LINE = 60


@dataclass(frozen=True, slots=True)
class Line:
    """One value of one parameter as the table shows it."""

    row: Parameter
    name: str
    region: str

    @property
    def value(self) -> str:
        """As it would be typed."""
        return self.row.value if isinstance(self.row.value, str) else json.dumps(self.row.value, ensure_ascii=False)


@staff("parameters.parameter.configure")
@require_http_methods(["GET", "POST"])
def parameters(request: HttpRequest) -> HttpResponse:
    """Every code with its values in time; POST sets a new value from a day on. ``?known=`` chooses a parameter."""
    typed = {name: _text(request, name) for name in NAMES}
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
    lines = _lines()
    if request.method == "GET" and (chosen := declared_of(typed["known"])) is not None:
        typed["value"] = _begun(chosen, lines)
    fields = _fields(typed, wrong)
    values = {
        "lines": lines,
        "declared": declared(),
        "fields": fields,
        "errors": error_links(fields),
        "done": request.GET.get("done") == "1",
        "today": moment.today(),
    }
    return render(request, "desk/parameters.html", values, status=422 if wrong else 200)


def _text(request: HttpRequest, name: str) -> str:
    given = request.POST.get(name, request.GET.get(name, "") if name == "known" else "")
    return given.replace("\x00", "").strip()[: LONGEST.get(name, LONGEST_ELSE)]


def _lines() -> list[Line]:
    names = dict(Region.objects.values_list("pk", "name"))
    known = {one.code: str(_(one.name)) for one in declared()}
    rows = selectors.everything()
    return [Line(row, known.get(row.code, ""), names.get(row.region_id or 0, "")) for row in rows]


def _begun(chosen: Declared, lines: Sequence[Line]) -> str:
    """What the box begins with: the value in force everywhere, else the example: rules are changed, not written."""
    today = moment.today()
    now = (line.value for line in lines if line.row.code == chosen.code and not line.region and today in line.row.valid)
    return next(now, chosen.example)


def _set(principal: Principal, typed: dict[str, str]) -> None:
    services.set_value(
        _code(typed),
        _value(typed["value"]),
        valid_from=_day(typed["valid_from"]),
        basis=typed["basis"],
        unit=typed["unit"],
        region=int(typed["region"]) if typed["region"].isdecimal() else None,
        actor=actor_of(principal, "desk"),
    )


def _code(typed: dict[str, str]) -> str:
    """The parameter chosen, else the city's own code."""
    code = typed["known"] or typed["code"]
    found = declared_of(code)
    if found is not None and not found.by_hand:
        raise Refusal("parameter.noted", f"「{_(found.name)}」不在这里改", "known", str(_(found.meaning)))
    if typed["known"] and found is None:
        raise Refusal("parameter.code", "没有这个参数", "known", "请从列表里选")
    if not code:
        raise Refusal("parameter.code", "请选一个参数，或者填写自己的代码", "known")
    if not code.replace("_", "").replace(".", "").isalnum() or not code.isascii():
        raise Refusal("parameter.code", "代码的写法不对", "code", "小写字母、点和下划线，例如 case.correction_days")
    return code


def _value(text: str) -> Any:
    """A number, true or false, a list or an object, or words."""
    if not text:
        raise Refusal("parameter.value", "请填写取值", "value")
    try:
        return json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError:
        return text
    except RecursionError:
        raise Refusal("parameter.value", "取值套得太深", "value") from None


def _no_number(name: str) -> str:
    """NaN and Infinity are words here: JSON and PostgreSQL know no such numbers."""
    return name


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal("parameter.valid_from", "请选择从哪天起", "valid_from", "写成 2026-12-01 这样") from None


def _fields(typed: dict[str, str], wrong: dict[str, str]) -> list[FieldView]:
    regions = tuple((str(pk), name) for pk, name in Region.objects.order_by("no").values_list("pk", "name"))
    known = tuple((one.code, str(_(one.name))) for one in declared() if one.by_hand)
    first = typed["valid_from"] or moment.today().isoformat()
    chosen = declared_of(typed["known"])
    long = len(typed["value"]) > ONE_LINE or (chosen is not None and len(chosen.example) > ONE_LINE)
    like = str(_("照这个样子写：%s") % chosen.example) if chosen and not long else str(_("怎么写，看上面的说明"))
    own = str(_("只给事项规则用的、上面没有的参数才填，例如 case.correction_days"))
    return [
        FieldView("known", str(_("哪个参数")), "select", typed["known"], options=known, error=wrong.get("known", "")),
        FieldView(
            "code", str(_("自己的代码")), value=typed["code"], hint=own, optional=True, error=wrong.get("code", "")
        ),
        FieldView(
            "value",
            str(_("取值")),
            "long_text" if long else "text",
            typed["value"],
            hint=like,
            error=wrong.get("value", ""),
        ),
        FieldView("unit", str(_("单位")), value=typed["unit"], optional=True),
        FieldView("basis", str(_("依据")), value=typed["basis"], error=wrong.get("basis", "")),
        FieldView("valid_from", str(_("从哪天起")), "date", first, error=wrong.get("valid_from", "")),
        FieldView("region", str(_("只对哪个地区")), "select", typed["region"], options=regions, optional=True),
    ]

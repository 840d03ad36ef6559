"""People and posts: who works here, in which posts, with which powers; coming, changing, leaving."""

from __future__ import annotations

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tongban.faces.access import staff as staff_only
from tongban.faces.desk import selectors
from tongban.faces.desk.role_words import ROLE_WORDS
from tongban.faces.fields import FieldView, error_links
from tongban.ground.errors import Conflict, NotFound, Refusal
from tongban.ground.policy import PERMISSIONS, Principal
from tongban.registry.parties import posts, services
from tongban.registry.parties.models import Department, Post, Region, Staff
from tongban.registry.parties.services import actor_of

PAGE = 50


def _see_other(address: str) -> HttpResponse:
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


def _principal(request: HttpRequest) -> Principal:
    principal: Principal = request.principal  # type: ignore[attr-defined]
    return principal


@staff_only("parties.staff.configure")
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Staff by name, number, department or post (``?q=``); keyset pages."""
    asked = request.GET.get("q", "").strip()[:40]
    page = selectors.staff_lines(asked, request.GET.get("after", ""), PAGE)
    return render(request, "desk/people.html", {"asked": asked, "page": page})


@staff_only("parties.staff.configure")
@require_safe
def post_list(request: HttpRequest) -> HttpResponse:
    """Posts with their powers and holders; powers stay separate."""
    lines = [(line, "、".join(ROLE_WORDS.get(role, role) for role in line.roles)) for line in selectors.posts()]
    return render(request, "desk/posts.html", {"lines": lines})


@staff_only("parties.staff.configure")
@require_http_methods(["GET", "POST"])
def person_new(request: HttpRequest) -> HttpResponse:
    """Somebody begins: number, name, employer, posts. Password and authenticator secret are shown once."""
    if request.method != "POST":
        return _form(request, {}, {}, None)
    typed, wrong = _typed(request.POST), {}
    chosen = list(Post.objects.filter(pk__in=[_key(k) for k in typed["posts"]]))
    employer = Department.objects.filter(pk=_key(typed["employer"])).first()
    for name, sentence in (("number", "请填写工号"), ("name", "请填写姓名")):
        if not typed[name]:
            wrong[name] = sentence
    if employer is None:
        wrong["employer"] = "请选择所在部门"
    if Staff.objects.filter(number=typed["number"]).exists():
        wrong["number"] = "这个工号已经有人用了"
    if wrong or employer is None:
        return _form(request, typed, wrong, None, 422)
    password = secrets.token_urlsafe(9)
    try:
        made = services.add_staff(
            typed["number"],
            typed["name"],
            employer,
            chosen,
            password=password,
            actor=actor_of(_principal(request), "desk"),
        )
    except (Refusal, Conflict) as error:
        return _form(request, typed, {error.field or "posts": error.sentence}, None, error.status)
    shown = {"staff": made.staff, "password": password, "secret": made.totp_secret}
    return render(request, "desk/person_secret.html", shown)


@staff_only("parties.staff.configure")
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, number: str) -> HttpResponse:
    """One staff member. POST ``do``: ``posts``, ``factor`` (a new authenticator), ``retire``."""
    found = Staff.objects.select_related("employer", "account").filter(number=number).first()
    if found is None:
        raise NotFound("staff.not_found", "没有找到这个工号")
    if request.method != "POST":
        return _form(request, _held(found), {}, found)
    principal, typed = _principal(request), _typed(request.POST)
    try:
        if request.POST.get("do") == "factor":
            renewed = posts.renew_second_factor(principal, found)
            return render(request, "desk/person_secret.html", {"staff": found, "secret": renewed.secret})
        if request.POST.get("do") == "retire":
            posts.retire_staff(principal, found)
        else:
            chosen = Post.objects.filter(pk__in=[_key(k) for k in typed["posts"]])
            services.set_posts(found, list(chosen), principal=principal)
    except (Refusal, Conflict) as error:
        return _form(request, {**_held(found), "posts": typed["posts"]}, {"posts": error.sentence}, found, error.status)
    return _see_other(reverse("desk:person", args=[number]) + "?done=1")


def _typed(data: QueryDict) -> dict[str, Any]:
    names = ("number", "name", "employer")
    return {n: data.get(n, "").replace("\x00", "").strip()[:40] for n in names} | {"posts": data.getlist("posts")}


def _key(text: str) -> int:
    """A primary key as a select sends it; what is none finds nothing."""
    return int(text) if text.isdecimal() and len(text) < 18 else 0


def _held(found: Staff) -> dict[str, Any]:
    keys = selectors.posts_of_staff(found)
    employer = str(found.employer_id)
    return {"number": found.number, "name": found.name, "employer": employer, "posts": [str(k) for k in keys]}


def _form(
    request: HttpRequest, typed: dict[str, Any], wrong: dict[str, str], found: Staff | None, status: int = 200
) -> HttpResponse:
    units = tuple((str(pk), name) for pk, name in Department.objects.order_by("name").values_list("pk", "name"))
    chosen = set(typed.get("posts", ()))
    every = ((str(post.pk), str(post)) for post in selectors.all_posts())
    options = tuple(sorted(every, key=lambda option: option[0] not in chosen))  # what is held stands first
    fixed = found is not None
    fields = [
        FieldView("number", "工号", value=typed.get("number", ""), error=wrong.get("number", ""), readonly=fixed),
        FieldView("name", "姓名", value=typed.get("name", ""), error=wrong.get("name", ""), readonly=fixed),
    ]
    if not fixed:
        employer = typed.get("employer", "")
        unit = FieldView("employer", "所在部门", "select", employer, options=units, error=wrong.get("employer", ""))
        fields.append(unit)
    values = {
        "staff": found,
        "fields": fields,
        "posts": options,
        "chosen": chosen,
        "posts_error": wrong.get("posts", ""),
        "errors": error_links(fields),
        "done": request.GET.get("done") == "1" and status == 200,
        "own": found is not None and found.pk == _principal(request).staff_id,
    }
    return render(request, "desk/person.html", values, status=status)


@staff_only("parties.post.configure")
@require_http_methods(["GET", "POST"])
def post_edit(request: HttpRequest, post: int = 0) -> HttpResponse:
    """A post's powers, or a new post (``post`` = 0): which permissions each power opens is said beside it."""
    found = Post.objects.select_related("department", "region").filter(pk=post).first() if post else None
    if post and found is None:
        raise NotFound("post.not_found", "没有找到这个岗位")
    typed = {name: request.POST.get(name, "").strip()[:60] for name in ("name", "department", "region")}
    chosen = request.POST.getlist("roles") if request.method == "POST" else list(found.roles if found else ())
    wrong: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        try:
            made = _store_post(_principal(request), found, typed, chosen)
        except (Refusal, Conflict) as error:
            wrong, status = (
                {error.field or "roles": f"{error.sentence}{'。' + error.remedy if error.remedy else ''}"},
                422,
            )
        else:
            return _see_other(reverse("desk:post_edit", args=[made.pk]) + "?done=1")
    values = {
        "post": found,
        "roles": [(role, ROLE_WORDS.get(role, role), opened(role), role in chosen) for role in sorted(posts.ROLES)],
        "roles_error": wrong.get("roles", ""),
        "fields": _post_fields(found, typed, wrong),
        "errors": [],
        "done": request.GET.get("done") == "1" and status == 200,
    }
    return render(request, "desk/post.html", values, status=status)


def _store_post(principal: Principal, found: Post | None, typed: dict[str, str], chosen: list[str]) -> Post:
    if found is not None:
        return posts.change_post(principal, found.pk, chosen)
    department = Department.objects.filter(
        pk=int(typed["department"]) if typed["department"].isdecimal() else 0
    ).first()
    region = Region.objects.filter(pk=int(typed["region"]) if typed["region"].isdecimal() else 0).first()
    if department is None or region is None:
        raise Refusal("post.place", "请选择部门和地区范围", field="department")
    return posts.add_post(principal, department=department, name=typed["name"], roles=chosen, region=region)


def _post_fields(found: Post | None, typed: dict[str, str], wrong: dict[str, str]) -> list[FieldView]:
    if found is not None:
        return []
    units = tuple((str(pk), name) for pk, name in Department.objects.order_by("name").values_list("pk", "name"))
    places = tuple((str(pk), name) for pk, name in Region.objects.order_by("no").values_list("pk", "name"))
    return [
        FieldView("name", "岗位名称", value=typed["name"], error=wrong.get("name", "")),
        FieldView(
            "department", "部门", "select", typed["department"], options=units, error=wrong.get("department", "")
        ),
        FieldView("region", "地区范围", "select", typed["region"], options=places, error=wrong.get("region", "")),
    ]


def opened(role: str) -> tuple[tuple[str, str], ...]:
    """Permissions that a role opens, each with its scope: who can see this, explained."""
    return tuple((name, grants[role]) for name, grants in PERMISSIONS.items() if role in grants)

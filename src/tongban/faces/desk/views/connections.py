"""Connections at the desk: neighbours, callers of the open API, webhooks, WeChat (MOB-04, OPS-10)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.faces.access import staff
from tongban.faces.acts import form as acts
from tongban.faces.acts.act import Act
from tongban.faces.desk import selectors
from tongban.faces.desk.connections import forms, wechat
from tongban.faces.desk.roster import NOWHERE
from tongban.faces.openapi import channels
from tongban.faces.openapi.models import Channel, Webhook, WebhookMessage
from tongban.faces.openapi.webhooks import services as webhooks
from tongban.faces.openapi.webhooks.events import EVENTS, TEST
from tongban.ground import moment
from tongban.ground.errors import Conflict, NotFound, Refusal
from tongban.ground.ledger.selectors import events_of
from tongban.ground.policy import Principal, may_ever
from tongban.ground.ports import selectors as ports
from tongban.ground.ports import services as port_services
from tongban.registry.parties.models import Post

VIEW = "connections.port.view"
MOST_MESSAGES = 30
LEDGER_WORDS = {
    "channel.requested": "登记",
    "channel.let_in": "审核通过",
    "channel.refused": "审核不通过",
    "channel.suspended": "停用",
    "channel.resumed": "恢复",
    "channel.secret_renewed": "取新密钥",
    "channel.webhook_set": "设置推送",
    "channel.webhook_stopped": "停止推送",
    "channel.webhook_resumed": "恢复推送",
    "channel.webhook_secret_renewed": "换推送密钥",
}


def _principal(request: HttpRequest) -> Principal:
    principal: Principal = request.principal  # type: ignore[attr-defined]
    return principal


def _see_other(address: str) -> HttpResponse:
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


@require_safe
@staff(VIEW)
def connections(request: HttpRequest) -> HttpResponse:
    """Every neighbour with its health and what waits, every caller with its state."""
    callers = Channel.objects.select_related("client__department", "client__post").order_by("state", "client__name")
    values = {
        "ports": ports.states(),
        "channels": callers,
        "may_request": may_ever(_principal(request), "connections.channel.request"),
        "now": moment.now(),
    }
    return render(request, "desk/connections.html", values)


@require_POST
@staff(VIEW)
def connections_check(request: HttpRequest) -> HttpResponse:
    """Ask every neighbour now."""
    port_services.check_all()
    return _see_other(reverse("desk:connections") + "?checked=1")


@require_http_methods(["GET", "POST"])
@staff("connections.channel.request")
def channel_new(request: HttpRequest) -> HttpResponse:
    """Ask for a caller: first the post for which it acts (``?post=``), then the rest."""
    key = request.GET.get("post", "")
    post = None
    if key.isdecimal() and len(key) < 18:
        post = Post.objects.select_related("department").filter(pk=int(key)).first()
    if post is None:
        return render(request, "desk/channel_post.html", {"posts": _posts(), "asked": bool(key)})
    act = forms.channel_form(post)
    form, status = acts.fresh(act, NOWHERE), 200
    if request.method == "POST":
        form = acts.read(act, NOWHERE, request.POST)
        try:
            made = channels.request(_principal(request), channels.Asked(post=post, **form.arguments()))
        except (Refusal, Conflict) as error:
            form, status = form.told(error), error.status
        else:
            return _see_other(reverse("desk:channel", args=[made.pk]))
    return _form(request, "desk/channel_new.html", act, form, {"post": post}, status)


def _posts() -> list[Post]:
    """Posts that do something with cases: for the others there is nothing to call."""
    posts = Post.objects.select_related("department").order_by("department__name", "name")
    return [post for post in posts if forms.scopes_for(post)]


def _form(
    request: HttpRequest, template: str, act: Act, form: acts.ActForm, values: dict[str, Any], status: int
) -> HttpResponse:
    boxes = form.boxes()
    shown = {"act": act, "boxes": boxes, "links": form.links(boxes), "problems": form.problems, **values}
    return render(request, template, shown, status=status)


def _channel(channel: UUID) -> Channel:
    found = Channel.objects.select_related("client__department", "client__post__department").filter(pk=channel).first()
    if found is None:
        raise NotFound("channel.not_found", "没有找到这个渠道")
    return found


@require_http_methods(["GET", "POST"])
@staff(VIEW)
def channel(request: HttpRequest, channel: UUID) -> HttpResponse:
    """One caller. POST ``do``: ``let_in``, ``refuse``, ``suspend``, ``resume``, ``secret``; what is refused is told."""
    found = _channel(channel)
    if request.method != "POST":
        return _channel_page(request, found)
    reason = request.POST.get("reason", "").replace("\x00", "").strip()[:500]
    try:
        secret = _do(_principal(request), found, request.POST.get("do", ""), reason)
    except (Refusal, Conflict) as error:
        words = f"{error.sentence}。{error.remedy}" if error.remedy else error.sentence
        return _channel_page(request, _channel(channel), {"problem": words, "reason": reason}, error.status)
    if secret:
        return _shown_once(request, found, "调用方密钥", secret)
    return _see_other(reverse("desk:channel", args=[channel]))


_DOING = {
    "let_in": "connections.channel.review",
    "refuse": "connections.channel.review",
    "suspend": VIEW,
    "resume": "connections.channel.review",
    "secret": "connections.channel.request",
}


def _do(principal: Principal, found: Channel, what: str, reason: str) -> str:
    """Carry it out; gives the secret where there is a new one."""
    if what not in _DOING or not may_ever(principal, _DOING[what]):
        raise NotFound("act.not_offered", "这一步现在不能办，或者要由别的管理员办理")
    if what in {"let_in", "refuse"}:
        channels.review(principal, found.pk, let_in=what == "let_in", reason=reason)
    elif what in {"suspend", "resume"}:
        channels.switch(principal, found.pk, active=what == "resume", reason=reason)
    else:
        return channels.renew_secret(principal, found.pk)
    return ""


def _shown_once(request: HttpRequest, found: Channel, title: str, secret: str) -> HttpResponse:
    response = render(request, "desk/channel_secret.html", {"channel": found, "title": title, "secret": secret})
    response["Cache-Control"] = "no-store, private"
    return response


def _channel_page(
    request: HttpRequest, found: Channel, more: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    principal, words = _principal(request), forms.scope_words()
    hooks = list(Webhook.objects.filter(client=found.client).order_by("id"))
    history = events_of("channel", found.pk)
    people = {row.actor_id for row in history if row.actor_id}
    names = selectors.names_of_staff(people) if people else {}
    values = {
        "channel": found,
        "scopes": [(scope, words.get(scope, "")) for scope in found.client.scopes],
        "hooks": [(hook, "、".join(EVENTS.get(kind, kind) for kind in hook.kinds)) for hook in hooks],
        "history": [
            (
                row.recorded_at,
                LEDGER_WORDS.get(row.kind, row.kind),
                names.get(row.actor_id, "系统") if row.actor_id else "系统",
            )
            for row in reversed(history)
        ],
        "may_review": may_ever(principal, "connections.channel.review") and found.requested_by != principal.actor_id,
        "may_request": may_ever(principal, "connections.channel.request"),
        "may_push": may_ever(principal, "connections.webhook.configure"),
        **(more or {}),
    }
    return render(request, "desk/channel.html", values, status=status)


@require_http_methods(["GET", "POST"])
@staff("connections.webhook.configure")
def webhook_new(request: HttpRequest, channel: UUID) -> HttpResponse:
    """One more address for a caller; its secret is shown once."""
    found = _channel(channel)
    act = forms.webhook_form()
    form, status = acts.fresh(act, NOWHERE), 200
    if request.method == "POST":
        form = acts.read(act, NOWHERE, request.POST)
        try:
            hook = webhooks.register(_principal(request), found.client, **form.arguments())
        except (Refusal, Conflict) as error:
            form, status = form.told(error), error.status
        else:
            return _shown_once(request, found, "推送密钥", hook.secret)
    return _form(request, "desk/webhook_new.html", act, form, {"channel": found}, status)


@require_http_methods(["GET", "POST"])
@staff(VIEW)
def webhook(request: HttpRequest, channel: UUID, webhook: UUID) -> HttpResponse:
    """What was pushed to one address. POST ``do``: ``test``, ``stop``, ``resume``, ``secret``, ``resend``."""
    found = _channel(channel)
    hook = Webhook.objects.select_related("client").filter(pk=webhook, client=found.client).first()
    if hook is None:
        raise NotFound("webhook.not_found", "没有找到这个推送地址")
    if request.method != "POST":
        return _webhook_page(request, found, hook)
    try:
        secret = _do_webhook(_principal(request), hook, request.POST.get("do", ""), request.POST.get("message", ""))
    except (Refusal, Conflict) as error:
        return _webhook_page(request, found, hook, error.sentence, error.status)
    if secret:
        return _shown_once(request, found, "推送密钥", secret)
    return _see_other(reverse("desk:webhook", args=[channel, webhook]))


def _do_webhook(principal: Principal, hook: Webhook, what: str, message: str) -> str:
    if not may_ever(principal, "connections.webhook.configure"):
        raise NotFound("act.not_offered", "这一步要由系统管理员办理")
    if what == "test":
        webhooks.test(hook)
    elif what in {"stop", "resume"}:
        webhooks.switch(principal, hook, active=what == "resume", reason="" if what == "resume" else "管理员停用")
    elif what == "secret":
        return webhooks.renew_secret(principal, hook)
    elif what == "resend":
        try:
            webhooks.send_again(UUID(message), hook)
        except ValueError as error:
            raise NotFound("webhook.message", "没有找到这条推送") from error
    else:
        raise NotFound("act.not_offered", "没有这个操作")
    return ""


def _webhook_page(
    request: HttpRequest, found: Channel, hook: Webhook, problem: str = "", status: int = 200
) -> HttpResponse:
    words = {**EVENTS, TEST: "测试"}
    messages = WebhookMessage.objects.filter(webhook=hook).order_by("-id")[:MOST_MESSAGES]
    values = {
        "channel": found,
        "hook": hook,
        "kinds": "、".join(words.get(kind, kind) for kind in hook.kinds),
        "messages": [(message, words.get(message.kind, message.kind)) for message in messages],
        "may_push": may_ever(_principal(request), "connections.webhook.configure"),
        "problem": problem,
    }
    return render(request, "desk/webhook.html", values, status=status)


@require_safe
@staff(VIEW)
def wechat_account(request: HttpRequest) -> HttpResponse:
    """Menu and message templates of the WeChat official account, to enter at its console."""
    values = {"menu": wechat.menu(), "menu_text": wechat.menu_text(), "templates": wechat.templates()}
    return render(request, "desk/wechat.html", values)

"""The sandbox of a department's system: takes webhooks, checks their signature, shows what came. Demo only."""

from __future__ import annotations

import json
import uuid

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from tongban.faces.access import public
from tongban.faces.openapi.models import SandboxPush, Webhook
from tongban.faces.openapi.webhooks import signing
from tongban.faces.openapi.webhooks.events import EVENTS, TEST
from tongban.ground import moment

MOST_BYTES = 65_536
MOST_SHOWN = 50


@csrf_exempt
@public
@require_POST
def receiver(request: HttpRequest, name: str) -> HttpResponse:
    """Take one message: 204 when its signature is right, also when it came before; 401 otherwise."""
    if request.content_type != "application/json":
        return HttpResponse(status=415)
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        return HttpResponse(status=413)
    body = request.body.decode("utf-8", "replace")
    hook = Webhook.objects.filter(client__client_id=name).first()
    headers = {key.lower(): value for key, value in request.headers.items()}
    if hook is None or not signing.is_genuine(hook.secret, headers, body, moment.now()):
        return HttpResponse(status=401)
    try:
        key = uuid.UUID(headers["webhook-id"])
    except ValueError:
        return HttpResponse(status=400)
    _push, new = SandboxPush.objects.get_or_create(
        message_id=key, defaults={"receiver": name, "genuine": True, "body": body, "taken_at": moment.now()}
    )
    if not new:
        SandboxPush.objects.filter(pk=key).update(times=F("times") + 1)
    return HttpResponse(status=204)


@require_safe
@public
def pushes(request: HttpRequest) -> HttpResponse:
    """What came, newest first."""
    words = {**EVENTS, TEST: "测试"}
    lines = []
    for push in SandboxPush.objects.order_by("-taken_at")[:MOST_SHOWN]:
        told = json.loads(push.body)
        lines.append((push, words.get(told["type"], told["type"]), told["data"]))
    return render(request, "demo/pushes.html", {"lines": lines})

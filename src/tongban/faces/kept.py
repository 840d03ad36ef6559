"""What somebody typed when their session had ended: kept through the sign-in, then given back to the same step.

The posted text fields are encrypted in the (anonymous) session for 30 minutes, bound to the path they were meant for.
The view of that path takes them back *after* its own check that the draft belongs to whoever signed in; nobody else's
page ever asks for them. Files are not kept: they have to be chosen again.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from django.http import HttpRequest, QueryDict

from tongban.ground import moment
from tongban.ground.crypto import decrypt, encrypt

KEY = "kept_post"
LIFE = timedelta(minutes=30)
_LIMIT = 200_000
_NEVER = frozenset({"password", "new_password", "code", "id_number_confirm"})


def keep(request: HttpRequest) -> None:
    """Keep the posted fields of a request that must sign in first; does nothing for a GET or a very large form."""
    if request.method != "POST" or not hasattr(request, "session"):
        return
    fields = {name: request.POST.getlist(name) for name in request.POST if name not in _NEVER}
    text = json.dumps(fields, ensure_ascii=False)
    if fields and len(text) <= _LIMIT:
        request.session[KEY] = {"path": request.path, "at": moment.now().isoformat(), "fields": encrypt(text)}


def waiting(request: HttpRequest) -> str:
    """The path whose fields are being kept, or empty."""
    held = request.session.get(KEY) or {}
    return str(held.get("path", ""))


def take(request: HttpRequest) -> QueryDict | None:
    """The fields kept for this very path, once; ``None`` when there are none or they are older than 30 minutes."""
    held = request.session.get(KEY)
    if not held or held["path"] != request.path:
        return None
    del request.session[KEY]
    if moment.now() - datetime.fromisoformat(held["at"]) > LIFE:
        return None
    fields = QueryDict(mutable=True)
    for name, values in json.loads(decrypt(held["fields"])).items():
        fields.setlist(name, values)
    return fields

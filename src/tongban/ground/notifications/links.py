"""Short links in short messages: eight characters that lead to one page of this site, for a while.

A link opens a page, it never signs anybody in: who follows it to a page of one's own signs in first (g6 line 5).
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from tongban.ground import moment
from tongban.ground.errors import NotFound
from tongban.ground.notifications.models import ShortLink

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
LENGTH = 8
LIFE = timedelta(days=180)
PREFIX = "/s/"
MOST_TRIES = 5


def short_link(path: str) -> str:
    """The whole short address of a path of this site; the same path gets the same link while it lives.

    :raises ValueError: not a path of this site.
    """
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError(f"{path!r} is no path of this site")
    now = moment.now()
    known = ShortLink.objects.filter(path=path, expires_at__gt=now + LIFE / 2).order_by("-expires_at").first()
    return f"{settings.PUBLIC_URL}{PREFIX}{(known or _make(path)).code}"


def _make(path: str) -> ShortLink:
    now = moment.now()
    for _ in range(MOST_TRIES):
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        try:
            with transaction.atomic():
                return ShortLink.objects.create(code=code, path=path, made_at=now, expires_at=now + LIFE)
        except IntegrityError:
            continue
    raise RuntimeError("no free code among five drawn: the table of short links is broken")


def path_of(code: str) -> str:
    """Where a short link leads. :raises NotFound: unknown, or its time is over."""
    found = ShortLink.objects.filter(code=code.strip().lower(), expires_at__gt=moment.now()).first()
    if found is None:
        raise NotFound("link.not_found", "这个链接不对，或者已经过期")
    return found.path


def forget_expired() -> int:
    """Delete links whose time is over; returns how many."""
    return ShortLink.objects.filter(expires_at__lt=moment.now()).delete()[0]

"""Issuing tokens to machines: the client-credentials grant (RFC 6749 section 4.4)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password

from tongban.faces.openapi import channels
from tongban.faces.openapi.models import AccessToken
from tongban.faces.openapi.selectors import digest_of
from tongban.ground import moment
from tongban.ground.errors import SignInNeeded
from tongban.registry.parties.models import ApiClient

LIFE = timedelta(hours=1)


@dataclass(frozen=True)
class Issued:
    """A token as it is told once, with the permissions it carries."""

    token: str
    seconds: int
    scopes: tuple[str, ...]


def issue_token(client_id: str, client_secret: str) -> Issued:
    """A token of one hour. An unknown client costs the same time as a wrong secret.

    :raises SignInNeeded: ``token.invalid_client``.
    """
    client = ApiClient.objects.filter(client_id=client_id, is_active=True).first()
    if client is None:
        make_password(client_secret)
    if client is None or not check_password(client_secret, client.secret_hash):
        raise SignInNeeded("token.invalid_client", "调用方编号或密钥不对")
    channels.used(client.pk)
    token, now = secrets.token_urlsafe(32), moment.now()
    AccessToken.objects.create(digest=digest_of(token), client=client, created_at=now, expires_at=now + LIFE)
    return Issued(token, int(LIFE.total_seconds()), tuple(client.scopes))


def delete_expired() -> int:
    """Delete tokens whose hour is over; returns how many."""
    return AccessToken.objects.filter(expires_at__lt=moment.now()).delete()[0]

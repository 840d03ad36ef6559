"""Client credentials: an hour's token for id and secret."""

from __future__ import annotations

import base64
import binascii
from datetime import timedelta
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Form, Router, Schema

from tongban.faces.limits import Limit, address_of
from tongban.faces.openapi import services
from tongban.faces.openapi.problems import Problem
from tongban.ground.errors import Refusal, SignInNeeded

router = Router(tags=["token"])
FAILURES = Limit("token_failures", 10, timedelta(minutes=15), "这个调用方连续用错密钥的次数太多")
ADDRESS_FAILURES = Limit("token_address_failures", 100, timedelta(minutes=15), "这个网络上用错密钥的次数太多")
LONGEST = 200


class Token(Schema):
    """RFC 6749 section 5.1; ``scope`` lists permissions separated by blanks."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - the kind of token
    expires_in: int
    scope: str


@router.post(
    "/token",
    auth=None,
    response={200: Token, frozenset({400, 401, 405, 422, 429, 503}): Problem},
    summary="换取访问令牌",
    operation_id="issue_token",
)
def token(
    request: HttpRequest,
    response: HttpResponse,
    grant_type: Annotated[str, Form(max_length=40)] = "client_credentials",
    client_id: Annotated[str, Form(max_length=LONGEST)] = "",
    client_secret: Annotated[str, Form(max_length=LONGEST)] = "",
) -> Token:
    """Id and secret as form fields or as HTTP Basic; the token is good for one hour."""
    if grant_type != "client_credentials":
        raise Refusal("token.grant_type", "只支持 client_credentials", field="grant_type")
    client, secret = _basic(request) or (client_id, client_secret)
    FAILURES.check(client)
    ADDRESS_FAILURES.check(address_of(request))
    try:
        issued = services.issue_token(_plain(client), _plain(secret))
    except SignInNeeded:
        FAILURES.note(client)
        ADDRESS_FAILURES.note(address_of(request))
        raise
    response["Cache-Control"] = "no-store"
    return Token(access_token=issued.token, expires_in=issued.seconds, scope=" ".join(issued.scopes))


def _basic(request: HttpRequest) -> tuple[str, str] | None:
    scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client, _, secret = base64.b64decode(rest, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return client[:LONGEST], secret[:LONGEST]


def _plain(text: str) -> str:
    """PostgreSQL holds no NUL; no client has one."""
    return "" if "\x00" in text else text

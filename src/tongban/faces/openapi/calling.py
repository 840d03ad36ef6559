"""What every endpoint needs: who calls, whether its scopes cover the act, and one answer a key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import Header, Path, Schema
from ninja.security import HttpBearer

from tongban.faces.access import Forbidden
from tongban.faces.openapi import selectors
from tongban.ground.idempotency.services import LONGEST_KEY, Response, once, request_hash
from tongban.ground.policy import Principal

JSON = "application/json; charset=utf-8"
_VISIBLE = r"^[\x20-\x7e]+$"
REPLAYED = "Idempotency-Replayed"

KeyNeeded = Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=LONGEST_KEY, pattern=_VISIBLE)]
KeyOptional = Annotated[
    str | None, Header(alias="Idempotency-Key", min_length=1, max_length=LONGEST_KEY, pattern=_VISIBLE)
]
Number = Annotated[str, Path(min_length=1, max_length=40, pattern=r"^[0-9A-Za-z-]+$", description="办件编号")]


class Bearer(HttpBearer):
    """``Authorization: Bearer <token>`` from ``POST /token``; cookies of people mean nothing here."""

    def authenticate(self, request: HttpRequest, token: str) -> Principal | None:
        """The caller, also as the request's principal."""
        principal = selectors.principal_of_token(token)
        if principal is not None:
            request.principal = principal  # type: ignore[attr-defined]
        return principal


def caller(request: HttpRequest, *permissions: str) -> Principal:
    """The machine that calls, when its scopes hold the permissions.

    :raises Forbidden: ``scope.missing``. Whether it may do it to *this* case is decided by the services.
    """
    principal: Principal = request.auth  # type: ignore[attr-defined]
    if lacking := [permission for permission in permissions if permission not in principal.scopes]:
        raise Forbidden(
            "scope.missing",
            f"这个调用方没有 {'、'.join(lacking)} 的权限",
            remedy="请向平台管理单位申请开通",
        )
    return principal


def answer(
    request: HttpRequest, principal: Principal, key: str | None, call: Callable[[], Schema], status: int = 200
) -> HttpResponse:
    """Run a write, once for its key: a repeated request gets the first answer with ``Idempotency-Replayed: true``."""

    def run() -> Response:
        return Response(status, call().model_dump_json(), JSON)

    if key is None:
        done = run()
    else:
        fingerprint = request_hash(str(request.method), request.path, request.body)
        done = once(f"api_client:{principal.staff_id}", key, fingerprint, run)
    response = HttpResponse(done.body, status=done.status, content_type=done.media_type)
    if done.replayed:
        response[REPLAYED] = "true"
    return response


def file_answer(content: bytes, media_type: str, name: str) -> HttpResponse:
    """A file to keep, never shown as a page of this site."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = str(content_disposition_header(True, name))
    return response


def binary(*media_types: str) -> dict[str, Any]:
    """What OpenAPI says of a file answer."""
    schema = {"schema": {"type": "string", "format": "binary"}}
    return {"responses": {200: {"description": "文件", "content": dict.fromkeys(media_types, schema)}}}

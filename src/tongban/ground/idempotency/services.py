"""One write a key: a repeated request gets the first answer, byte for byte."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from django.db import OperationalError, connection, transaction

from tongban.ground import moment
from tongban.ground.errors import Conflict, Refusal
from tongban.ground.idempotency.models import Idempotency

KEPT: Final = timedelta(hours=24)
LONGEST_KEY: Final = 200
PATIENCE_SECONDS: Final = 8


@dataclass(frozen=True, slots=True)
class Response:
    """An answer as it went out; ``replayed`` when it was given before."""

    status: int
    body: str
    media_type: str = "application/json"
    replayed: bool = False


def request_hash(method: str, path: str, body: bytes) -> str:
    """What makes two requests the same: sha256 of method, path and body, as hex."""
    return hashlib.sha256(b"\n".join([method.upper().encode(), path.encode(), body])).hexdigest()


def once(principal: str, key: str, request_hash: str, call: Callable[[], Response]) -> Response:
    """Run ``call`` once for this principal and key; later requests with the key get its answer.

    The answer is stored in the transaction of what ``call`` writes: either both are there or none. A second request
    that comes while the first still works waits for it (8 s at most). When ``call`` raises, nothing is stored and the
    key is free again.

    Raises :class:`Conflict` ``idempotency.other_request`` when the key came with another request,
    ``idempotency.still_working`` when the first takes too long; :class:`Refusal` for a malformed key.
    """
    if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable():
        raise Refusal(
            "idempotency.key",
            f"幂等键应为 1 到 {LONGEST_KEY} 个可见字符",
            "Idempotency-Key",
            "请换一个键再提交，例如一个新的 UUID",
        )
    with transaction.atomic():
        row_id = _claim(principal, key, request_hash)
        if row_id is None:
            return _replay(principal, key, request_hash)
        response = call()
        Idempotency.objects.filter(pk=row_id).update(
            status=response.status, body=response.body, media_type=response.media_type
        )
    return response


def _claim(principal: str, key: str, hashed: str) -> int | None:
    """The row of a key that is new (or expired); ``None`` when it was used. Waits for a request that holds it."""
    now = moment.now()
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE_SECONDS}s'")
        try:
            with transaction.atomic():
                cursor.execute(
                    "INSERT INTO idempotency AS known (principal, key, request_hash, body, media_type, expires)"
                    " VALUES (%s, %s, %s, '', '', %s) ON CONFLICT (principal, key) DO UPDATE SET"
                    " request_hash = excluded.request_hash, expires = excluded.expires, status = NULL, body = ''"
                    " WHERE known.expires < %s RETURNING id",
                    [principal, key, hashed, now + KEPT, now],
                )
                found = cursor.fetchone()
        except OperationalError as error:
            raise Conflict(
                "idempotency.still_working", "同一个请求还在处理中", remedy="请过几秒再查看结果，不必重新提交"
            ) from error
        cursor.execute("SET LOCAL lock_timeout = DEFAULT")
    return None if found is None else int(found[0])


def _replay(principal: str, key: str, hashed: str) -> Response:
    row = Idempotency.objects.get(principal=principal, key=key)
    if row.request_hash != hashed:
        raise Conflict(
            "idempotency.other_request",
            "这个幂等键已用于另一个请求",
            "Idempotency-Key",
            "内容有变化时，请换一个新的键再提交",
        )
    return replace(Response(row.status or 0, row.body, row.media_type), replayed=True)


def delete_expired() -> int:
    """Delete keys whose time is over; returns how many."""
    deleted, _ = Idempotency.objects.filter(expires__lt=moment.now()).delete()
    return deleted

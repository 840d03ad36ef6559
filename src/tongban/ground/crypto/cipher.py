"""Encryption of single values and keyed look-up indexes.

Personal values (ID number, telephone, answers of a form) are encrypted at rest with a key id (checklist g6 line 13);
they are found again by a keyed hash of the normalised value, never by LIKE over clear text (line 12).
"""

from __future__ import annotations

import base64
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tongban.ground.crypto import keys

PREFIX = "enc:v1:"


class Undecipherable(ValueError):
    """The stored value is not ours, was altered, or belongs to another key."""


@lru_cache(maxsize=64)
def _aead(key: bytes) -> AESGCM:
    return AESGCM(key)


def encrypt(text: str) -> str:
    """``enc:v1:<key id>:<base64 of nonce and ciphertext>``; two encryptions of one text differ."""
    key_id = keys.current("field")
    nonce = os.urandom(12)
    sealed = _aead(keys.secret("field", key_id)).encrypt(nonce, text.encode(), key_id.encode())
    return f"{PREFIX}{key_id}:{base64.b64encode(nonce + sealed).decode()}"


def decrypt(stored: str) -> str:
    """The clear text of :func:`encrypt`. Raises :class:`Undecipherable` or ``keys.KeyMissing``."""
    key_id, _, payload = stored.removeprefix(PREFIX).partition(":")
    if not stored.startswith(PREFIX) or not payload:
        raise Undecipherable("the value does not begin with enc:v1:")
    try:
        raw = base64.b64decode(payload, validate=True)
        return _aead(keys.secret("field", key_id)).decrypt(raw[:12], raw[12:], key_id.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise Undecipherable(f"the value under key {key_id} was altered") from error


def key_id_of(stored: str) -> str:
    """Which key a stored value is under."""
    return stored.removeprefix(PREFIX).partition(":")[0]


def blind_index(kind: str, normalised: str) -> str:
    """HMAC-SHA256 in hex of one normalised value; ``kind`` keeps an ID number and a telephone apart."""
    key = keys.secret("index", keys.current("index"))
    return hmac.digest(key, f"{kind}\x00{normalised}".encode(), "sha256").hex()

"""Identifiers made in Python: UUIDv7 (RFC 9562), ordered by time, on every supported PostgreSQL."""

from __future__ import annotations

import os
import uuid
from datetime import datetime

from tongban.ground import moment


def uuid7(at: datetime | None = None) -> uuid.UUID:
    """A UUIDv7 of the moment ``at`` (aware; default now): 48 bits of milliseconds, 74 random bits."""
    milliseconds = int((at or moment.now()).timestamp() * 1000)
    random = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & ((1 << 48) - 1)) << 80
    value |= 0x7 << 76
    value |= ((random >> 62) & 0xFFF) << 64
    value |= 0b10 << 62
    value |= random & ((1 << 62) - 1)
    return uuid.UUID(int=value)

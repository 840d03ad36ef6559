"""Identifiers made in Python: UUIDv7 (RFC 9562), ordered by time, on every supported PostgreSQL."""

from __future__ import annotations

import os
import uuid
from datetime import datetime

from tongban.ground import moment


def uuid7(at: datetime | None = None) -> uuid.UUID:
    """A UUIDv7 of the moment ``at`` (aware; default now): 48 bits of milliseconds, 74 random bits."""
    milliseconds = int((at or moment.now()).timestamp() * 1000) & _48_BITS
    random = int.from_bytes(os.urandom(10), "big")
    return uuid_of(milliseconds << 80 | _VERSION_7 | (random << 2 & _12_BITS) | random & _62_BITS)


def least_of(at: datetime) -> uuid.UUID:
    """The smallest id that can be made at this moment: rows from then on are those with this id or a larger one."""
    return uuid_of(int(at.timestamp() * 1000) << 80 | _VERSION_7)


_48_BITS, _12_BITS, _62_BITS = (1 << 48) - 1, 0xFFF << 64, (1 << 62) - 1
_VERSION_7 = 0x7 << 76 | 0b10 << 62
_new, _set, _UNKNOWN = object.__new__, object.__setattr__, uuid.SafeUUID.unknown


def uuid_of(value: int) -> uuid.UUID:
    """As ``uuid.UUID(int=value)`` of a number that we made ourselves or read from PostgreSQL: it is not examined."""
    made = _new(uuid.UUID)
    _set(made, "int", value)
    _set(made, "is_safe", _UNKNOWN)
    return made

"""Verification codes: short, readable aloud, not guessable."""

from __future__ import annotations

import secrets

# Crockford's base 32: no I, L, O, U, so that nothing is misread from paper.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": "", "\u3000": "", "\t": ""})


def new_code() -> str:
    """Twelve characters, 60 random bits."""
    number = secrets.randbits(5 * LENGTH)
    return "".join(ALPHABET[number >> shift & 31] for shift in range(0, 5 * LENGTH, 5))


def normalise_code(text: str) -> str:
    """What a person typed -> the stored form: full width, lower case, gaps and misread letters are mended."""
    narrow = "".join(chr(ord(c) - 0xFEE0) if "\uff01" <= c <= "\uff5e" else c for c in text)
    return narrow.strip().upper().translate(_MISREAD)


def spaced_code(code: str) -> str:
    """Groups of four, as printed on paper: ``7K2M 9QXR 04TB``."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))

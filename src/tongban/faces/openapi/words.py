"""Bounded text types of requests: no control characters, always a greatest length."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, FiniteFloat, StringConstraints

_LINE = r"^[^\x00-\x1f\x7f]*$"
_TEXT = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"

Line = Annotated[str, StringConstraints(max_length=200, pattern=_LINE)]
NeededLine = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_LINE)]
Text = Annotated[str, StringConstraints(max_length=5000, pattern=_TEXT)]
NeededText = Annotated[str, StringConstraints(min_length=1, max_length=5000, pattern=_TEXT)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[0-9A-Za-z_.-]+$")]
ElementPath = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[0-9A-Za-z_.\[\]-]+$")]
Whole = Annotated[int, Field(ge=-(10**15), le=10**15)]
Answer = bool | Whole | FiniteFloat | Text | list[Line] | None
"""A value as JSON: text is parsed as if it had been typed."""
DeliveryMode = Literal["download", "counter"]

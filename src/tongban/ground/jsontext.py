"""JSON that is written down already: the value of a column whose text is kept or hashed as it stands. Pure."""

from __future__ import annotations


class JsonText(str):
    """The text of a JSON column; every other value of one is written by ``ground.acts``."""

    __slots__ = ()

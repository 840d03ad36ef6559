"""The texts of messages: rooms register them by name in ``AppConfig.ready``.

Texts are plain Chinese with ``{placeholders}``: number, item, date, link; no ID number, no other person's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any


@dataclass(frozen=True, slots=True)
class Text:
    """Title (inbox, e-mail subject) and text of one kind of message."""

    title: str
    text: str

    @property
    def placeholders(self) -> frozenset[str]:
        """Names that the context must give."""
        parts = [*Formatter().parse(self.title), *Formatter().parse(self.text)]
        return frozenset(name for _, name, _, _ in parts if name)


_texts: dict[str, Text] = {}


def register_text(template: str, title: str, text: str) -> None:
    """Register a message, e.g. ``case.accepted``. Raises ``ValueError`` for a name with another text, or a placeholder
    that is no plain name (``{case.number}`` could reach into objects).
    """
    made = Text(title, text)
    if bad := [name for name in made.placeholders if not name.isidentifier()]:
        raise ValueError(f"{template}: {bad[0]!r} is no plain placeholder")
    if _texts.get(template, made) != made:
        raise ValueError(f"message {template} is registered with another text")
    _texts[template] = made


def fill(template: str, context: Mapping[str, Any]) -> Text:
    """The message with its placeholders filled. Raises ``LookupError`` for an unknown template or a missing value."""
    if template not in _texts:
        raise LookupError(f"message {template} is not registered: call register_text in AppConfig.ready")
    text = _texts[template]
    if missing := text.placeholders - context.keys():
        raise LookupError(f"message {template} lacks {', '.join(sorted(missing))}")
    values = {name: str(value) for name, value in context.items()}
    return Text(" ".join(text.title.format_map(values).split()), text.text.format_map(values))


def registered() -> Mapping[str, Text]:
    """Every message by name, in the order of registration (pages that tell what is sent)."""
    return dict(_texts)

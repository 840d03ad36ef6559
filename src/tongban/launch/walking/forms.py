"""A page's forms as a browser would send them: what stands in them, which buttons they have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

Value = str | list[str]
Attributes = dict[str, str | None]


@dataclass
class Control:
    """One field of a form. ``options`` are the values that it can take (radio, checkbox, select)."""

    name: str
    kind: str
    value: str = ""
    chosen: bool = True
    readonly: bool = False
    options: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass
class Form:
    """A form of a page; ``buttons`` are (name, value) of its submit buttons."""

    id: str
    action: str
    method: str
    multipart: bool
    controls: list[Control] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def has(self, name: str) -> bool:
        """Whether there is a control of that name."""
        return any(control.name == name for control in self.controls)

    def value(self, name: str) -> str:
        """What would be sent under a name; empty when nothing is."""
        return next((c.value for c in self.controls if c.name == name and c.chosen), "")

    def offers(self, name: str, value: str) -> bool:
        """Whether a radio, checkbox, select or button can send this value."""
        in_controls = any(c.name == name and value in (c.value, *c.options) for c in self.controls)
        return in_controls or (name, value) in self.buttons

    def names(self) -> list[str]:
        """Names of its fields, each once, in order."""
        return list(dict.fromkeys(control.name for control in self.controls))

    def sent(self, values: Mapping[str, Value], button: tuple[str, str] | None = None) -> list[tuple[str, str]]:
        """The pairs that a browser sends after somebody filled in ``values`` and pressed ``button``."""
        pairs = [
            (control.name, control.value)
            for control in self.controls
            if control.name not in values and control.chosen and control.kind != "file"
        ]
        for name, value in values.items():
            pairs += [(name, one) for one in (value if isinstance(value, list) else [value])]
        return pairs + ([button] if button else [])


class PageParser(HTMLParser):
    """Reads forms, links and the visible text of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.text: list[str] = []
        self._open: Form | None = None
        self._elsewhere: list[tuple[str, Control]] = []
        self._select: Control | None = None
        self._area: Control | None = None
        self._quiet = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of an element."""
        given: Attributes = dict(attrs)
        if tag == "form":
            self._begin(given)
        elif tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))
        elif tag in ("script", "style"):
            self._quiet += 1
        elif tag == "input":
            self._input(given)
        elif tag == "button":
            self._button(given)
        elif tag == "textarea":
            self._area = Control(given.get("name") or "", "textarea", readonly="readonly" in given)
            self._add(self._area, given)
        elif tag == "select":
            self._select = Control(given.get("name") or "", "select")
            self._add(self._select, given)
        elif tag == "option" and self._select is not None:
            self._option(self._select, given)

    def handle_endtag(self, tag: str) -> None:
        """Close what was open."""
        if tag == "form":
            self._open = None
        elif tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None
        elif tag in ("script", "style"):
            self._quiet -= 1

    def handle_data(self, text: str) -> None:
        """Text of the page, or of a textarea or an option."""
        if self._area is not None:
            self._area.value += text.removeprefix("\n") if not self._area.value else text
        elif self._select is not None:
            if text.strip():
                self._select.words = (*self._select.words, text.strip())
        elif not self._quiet and text.strip():
            self.text.append(" ".join(text.split()))

    def close(self) -> None:
        """Put controls that name their form by id where they belong."""
        super().close()
        for key, control in self._elsewhere:
            for form in self.forms:
                if form.id == key:
                    form.controls.append(control)

    def _begin(self, given: Attributes) -> None:
        self._open = Form(
            given.get("id") or "",
            given.get("action") or "",
            (given.get("method") or "get").lower(),
            given.get("enctype") == "multipart/form-data",
        )
        self.forms.append(self._open)

    def _add(self, control: Control, given: Attributes) -> None:
        if not control.name or "disabled" in given:
            return
        if key := given.get("form"):
            self._elsewhere.append((key, control))
        elif self._open is not None:
            self._open.controls.append(control)

    def _input(self, given: Attributes) -> None:
        kind = (given.get("type") or "text").lower()
        value = given.get("value")
        if kind in ("radio", "checkbox"):
            self._add(Control(given.get("name") or "", kind, value or "on", "checked" in given), given)
        elif kind not in ("submit", "button", "image", "reset"):
            self._add(Control(given.get("name") or "", kind, value or "", readonly="readonly" in given), given)

    def _button(self, given: Attributes) -> None:
        if self._open is not None and (given.get("type") or "submit") == "submit" and not given.get("formaction"):
            self._open.buttons.append((given.get("name") or "", given.get("value") or ""))

    @staticmethod
    def _option(select: Control, given: Attributes) -> None:
        value = given.get("value") or ""
        select.options = (*select.options, value)
        if "selected" in given or len(select.options) == 1:
            select.value = value

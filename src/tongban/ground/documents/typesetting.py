"""Typesetting of papers: a template of a room plus one JSON object makes a PDF/A-2b.

Templates are typst files inside the package; a room registers its kinds in ``AppConfig.ready``. Data travels as JSON,
never as template text, so nothing that a person typed is ever read as markup. One compiler is kept for the life of a
process (2-5 ms a page against 100 ms for a fresh one); a lock guards it, because job threads share it.

Only PDF/A export makes a glyph that no font has an error: :class:`MissingGlyph` names the characters, the document
waits, and nobody gets a box in place of a name.
"""

from __future__ import annotations

import io
import json
import re
import threading
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from django.conf import settings

from tongban.ground import moment
from tongban.ground.errors import Refusal

if TYPE_CHECKING:
    import typst

ROOT = Path(__file__).resolve().parents[2]
FONTS = Path(__file__).resolve().parent / "fonts"
STANDARD: Literal["a-2b"] = "a-2b"

_MAIN = b"#import sys.inputs.template: paper\n#paper(json(bytes(sys.inputs.data)))\n"
_REHEARSAL = """
#set page(
  foreground: place(center + horizon, rotate(-35deg, text(size: 110pt, fill: rgb("#c8102e44"), "演练"))),
  header: align(center, text(size: 11pt, fill: rgb("#c8102e"), "演练：本件由演练环境生成，没有任何效力")),
)
""".encode()
"""Put before every paper of a rehearsal site: across the sheet and at its head (WIN-23)."""
_MISSING = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")

_templates: dict[str, Path] = {}
_lock = threading.Lock()


class MissingGlyph(Refusal):
    """Some characters are in no font: the document waits until a font that has them is added."""

    def __init__(self, characters: tuple[str, ...]) -> None:
        named = "、".join(f"“{c}”（U+{ord(c):04X}）" for c in characters)
        super().__init__(
            "document.missing_glyph",
            f"字库中没有 {named}，文书暂缓制作，已填内容都已保存",
            remedy="请管理员在字体目录（TONGBAN_FONT_DIRS）加入含有这些字的字体，系统会自动继续制作",
        )
        self.characters = characters


def register_template(kind: str, path: Path) -> None:
    """Name the typst file of one kind of paper; it must lie inside the package and define ``paper(data)``."""
    resolved = path.resolve()
    if not resolved.is_relative_to(ROOT) or not resolved.exists():
        raise ValueError(f"template {kind}: {path} is not a file inside the package")
    if _templates.get(kind, resolved) != resolved:
        raise ValueError(f"template {kind} is registered twice: {_templates[kind]} and {resolved}")
    _templates[kind] = resolved


def template_kinds() -> tuple[str, ...]:
    """Every kind that can be typeset."""
    return tuple(sorted(_templates))


def render(template: str, data: Mapping[str, Any]) -> bytes:
    """Typeset one paper as PDF/A-2b; its creation date is ``moment.now()``.

    :param template: a registered kind, e.g. ``acceptance_notice``.
    :param data: JSON-safe; its keys are listed in the README beside the template.
    :raises MissingGlyph: a character is in no font.
    """
    if template not in _templates:
        raise KeyError(f"no template is registered for {template!r}; known: {', '.join(template_kinds())}")
    return _compile(_templates[template], data, "pdf")


def draw_svg(template: Path, data: Mapping[str, Any]) -> str:
    """Draw a typst picture (a seal's impression) as SVG with outlines in place of text."""
    return _compile(template.resolve(), data, "svg").decode()


def _compile(template: Path, data: Mapping[str, Any], form: Any) -> bytes:
    import typst

    inputs = {
        "template": "/" + template.relative_to(ROOT).as_posix(),
        "data": json.dumps(_with_qr(data), ensure_ascii=False),
    }
    stamp = int(moment.now().timestamp())
    try:
        with _lock:
            made = _compiler(tuple(settings.FONT_DIRS)).compile(
                input=_main(form),
                format=form,
                sys_inputs=inputs,
                pdf_standards=STANDARD if form == "pdf" else None,
                timestamp=stamp,
            )
    except typst.TypstError as error:
        if missing := _missing_characters(error.diagnostic):
            raise MissingGlyph(missing) from error
        raise
    return _one_file(made)


def _main(form: str) -> bytes:
    """The main file; a seal's picture (SVG) is no paper and says what it is by its own words."""
    return _MAIN.replace(b"#paper(", _REHEARSAL + b"#paper(") if settings.REHEARSAL and form == "pdf" else _MAIN


def _one_file(made: Any) -> bytes:
    return bytes(made[0]) if isinstance(made, list) else bytes(made)


def _with_qr(data: Mapping[str, Any]) -> dict[str, Any]:
    """Add the picture of the verification address, so that every paper can place it."""
    verification = data.get("verification")
    if not verification:
        return dict(data)
    return {**data, "verification": {**verification, "qr": qr_svg(verification["url"])}}


def _missing_characters(diagnostic: str) -> tuple[str, ...]:
    """The characters that typst's report names, once each, in their order."""
    texts = (_ESCAPE.sub(lambda m: chr(int(m[1], 16)), text) for text in _MISSING.findall(diagnostic))
    return tuple(dict.fromkeys("".join(texts)))


@lru_cache(maxsize=2)
def _compiler(folders: tuple[Path, ...]) -> typst.Compiler:
    import typst

    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS), *map(str, folders)]
    )
    return typst.Compiler(root=str(ROOT), font_paths=fonts, ignore_system_fonts=True)


@lru_cache(maxsize=256)
def qr_svg(text: str) -> str:
    """A QR code (error correction M) as SVG, with the quiet zone that scanners need."""
    import segno

    out = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(out, kind="svg", border=2, xmldecl=False, svgclass=None, lineclass=None)
    return out.getvalue().decode()

"""Files that people really send, and files that nobody should."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
from PIL import Image


def a_picture(form: str = "JPEG", size: tuple[int, int] = (40, 30)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, form)
    return out.getvalue()


def a_png_bomb(side: int = 60_000) -> bytes:
    """A PNG of some hundred bytes whose header promises 3.6 thousand million pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def a_pdf(change: Callable[[pikepdf.Pdf], Any] = lambda pdf: None, pages: int = 1, **options: Any) -> bytes:
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page()
    change(pdf)
    out = io.BytesIO()
    pdf.save(out, **options)
    return out.getvalue()


def script() -> pikepdf.Dictionary:
    return pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


def with_named_script(pdf: pikepdf.Pdf) -> None:
    names = pikepdf.Dictionary(Names=pikepdf.Array([pikepdf.String("a"), script()]))
    pdf.Root.Names = pikepdf.Dictionary(JavaScript=names)


def with_open_script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = script()


def with_link_script(pdf: pikepdf.Pdf) -> None:
    link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, A=script())
    pdf.pages[0].obj.Annots = pikepdf.Array([pdf.make_indirect(link)])


def with_unused_script(pdf: pikepdf.Pdf) -> None:
    """An object that hangs on the page but that no viewer is told to run."""
    pdf.pages[0].obj.PieceInfo = pdf.make_indirect(script())


def with_launch(pdf: pikepdf.Pdf) -> None:
    action = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("calc.exe"))
    link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, A=action)
    pdf.pages[0].obj.Annots = pikepdf.Array([link])


def with_page_action(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.AA = pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name.GoTo))


def with_attachment(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["tool.txt"] = b"text"


def with_dynamic_form(pdf: pikepdf.Pdf) -> None:
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(), XFA=pdf.make_stream(b"<xdp/>"))


def disguised(pdf: bytes) -> bytes:
    """The same names written with hexadecimal escapes, as attackers do."""
    return pdf.replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS ", b"/J#53 ")

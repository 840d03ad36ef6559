"""How large a file may be and of which type; set per material."""

from __future__ import annotations

from dataclasses import dataclass

from tongban.ground.storage.sniffing import JPEG, PDF, PNG

MEBIBYTE = 1024 * 1024
# A3 at 300 dpi has 17 million pixels; a phone's largest usual photo 50 million.
MAX_PIXELS = 64_000_000
# Walking the objects of a PDF takes about 5 µs each; a scan of 200 pages has some thousands.
MAX_OBJECTS = 100_000


@dataclass(frozen=True)
class Limits:
    """Bounds of one upload.

    :param max_bytes: size in bytes.
    :param types: media types that are taken.
    :param max_pages: pages of a PDF.
    :param max_pixels: width times height of an image.
    """

    max_bytes: int = 20 * MEBIBYTE
    types: tuple[str, ...] = (PDF, JPEG, PNG)
    max_pages: int = 200
    max_pixels: int = MAX_PIXELS


def words(size: int) -> str:
    """A size for people: ``2.5 MB``; what is below 1 MB in KB."""
    if size < MEBIBYTE:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / MEBIBYTE:.1f}".removesuffix(".0") + " MB"

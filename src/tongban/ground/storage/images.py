"""Checks of pictures: whole, and not a bomb."""

from __future__ import annotations

import io
import warnings

from tongban.ground.errors import Refusal

# What a decoder may raise on a damaged picture; nothing else is taken for damage.
_DAMAGE = (OSError, SyntaxError, ValueError, EOFError, IndexError)


def check_image(content: bytes, name: str, max_pixels: int) -> None:
    """Decode the picture once; refuse it when it is damaged or when its size in the header is beyond the limit.

    The header is read before any pixel is decoded, so a bomb costs nothing.
    """
    from PIL import Image

    with warnings.catch_warnings():
        # The limit below is ours and comes first; Pillow's own warning would only fill the log.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as image:
                _within(image.size, name, max_pixels)
                # A large photo is decoded at an eighth of its size: enough to find damage, little memory.
                image.draft("L", (max(1, image.width // 8), max(1, image.height // 8)))
                image.load()
        except Image.DecompressionBombError as error:
            raise _too_large(name) from error
        except _DAMAGE as error:
            raise Refusal(
                "file.damaged",
                f"图片“{name}”已损坏，打不开",
                field="file",
                remedy="请重新拍照或扫描后再上传",
            ) from error


def _within(size: tuple[int, int], name: str, max_pixels: int) -> None:
    if size[0] * size[1] > max_pixels:
        raise _too_large(name)


def _too_large(name: str) -> Refusal:
    return Refusal(
        "file.too_many_pixels",
        f"图片“{name}”的尺寸过大，无法安全打开",
        field="file",
        remedy="请用手机默认设置重新拍照，或把扫描分辨率调到 300 dpi 后再上传",
    )

"""What bytes really are, whatever their name says (checklist g6 line 35)."""

from __future__ import annotations

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
IMAGES = frozenset({JPEG, PNG})
EXTENSIONS = {PDF: (".pdf",), JPEG: (".jpg", ".jpeg"), PNG: (".png",)}
WORDS = {PDF: "PDF 文件", JPEG: "JPG 图片", PNG: "PNG 图片"}

_WANTED = ((b"%PDF-", PDF), (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG))

_CONVERT = "请在电脑上用“另存为 PDF”或“打印为 PDF”转换后再上传"
_PHOTO = "请改拍成 JPG 照片，或截图后上传"
_FOREIGN: tuple[tuple[int, bytes, str, str], ...] = (
    (0, b"MZ", "Windows 程序文件", "请上传材料的扫描件或照片"),
    (0, b"\x7fELF", "程序文件", "请上传材料的扫描件或照片"),
    (0, b"#!", "脚本文件", "请上传材料的扫描件或照片"),
    (0, b"PK\x03\x04", "压缩包或 Word、Excel、OFD 文档", "压缩包请先解开；文档" + _CONVERT),
    (0, b"\xd0\xcf\x11\xe0", "旧版 Word 或 Excel 文档", _CONVERT),
    (0, b"Rar!", "压缩包", "请先解开，逐个上传其中的 PDF 或照片"),
    (0, b"7z\xbc\xaf", "压缩包", "请先解开，逐个上传其中的 PDF 或照片"),
    (0, b"\x1f\x8b", "压缩包", "请先解开，逐个上传其中的 PDF 或照片"),
    (0, b"GIF8", "GIF 图片", _PHOTO),
    (0, b"BM", "BMP 图片", _PHOTO),
    (0, b"II*\x00", "TIFF 图片", "请转换成 PDF 或 JPG 后再上传"),
    (0, b"MM\x00*", "TIFF 图片", "请转换成 PDF 或 JPG 后再上传"),
    (8, b"WEBP", "WebP 图片", _PHOTO),
    (4, b"ftyphei", "HEIC 照片", "请在手机“设置-相机-格式”中选“兼容性最佳”后重拍，或截图后上传"),
    (4, b"ftypmif", "HEIC 照片", "请在手机“设置-相机-格式”中选“兼容性最佳”后重拍，或截图后上传"),
    (4, b"ftyp", "视频文件", "请上传材料的扫描件或照片"),
    (0, b"<", "网页或 XML 文件", _CONVERT),
)


def media_type(content: bytes) -> str | None:
    """The media type that the first bytes prove, or ``None`` for everything that no material may be."""
    return next((kind for magic, kind in _WANTED if content.startswith(magic)), None)


def foreign(content: bytes) -> tuple[str, str]:
    """What an unwanted file is in plain words, and what to do with it."""
    head = content[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    for offset, magic, words, remedy in _FOREIGN:
        if content[offset : offset + len(magic)] == magic or (offset == 0 and head.startswith(magic)):
            return words, remedy
    return "无法识别的文件", "请上传 PDF 文件，或 JPG、PNG 图片"

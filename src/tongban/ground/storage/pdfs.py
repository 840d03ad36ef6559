"""Checks of PDF files: nothing in them may act.

Names are compared after decoding, so ``/J#61vaScript`` is found like ``/JavaScript``. Every object is walked, also
those that no page uses: a viewer may still run them.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from tongban.ground.errors import Refusal
from tongban.ground.storage.limits import MAX_OBJECTS

if TYPE_CHECKING:
    import pikepdf

_ACTIONS = {
    "/JavaScript": "脚本（JavaScript）",
    "/Launch": "启动程序的动作",
    "/ImportData": "导入数据的动作",
    "/SubmitForm": "提交表单的动作",
    "/GoToE": "打开内嵌文件的动作",
    "/GoToR": "打开其他文件的动作",
    "/Rendition": "播放媒体的动作",
    "/RichMediaExecute": "播放媒体的动作",
}
_KEYS = {
    "/JS": "脚本（JavaScript）",
    "/JavaScript": "脚本（JavaScript）",
    "/AA": "自动执行的动作",
    "/EmbeddedFiles": "内嵌文件",
    "/EF": "内嵌文件",
    "/XFA": "动态表单（XFA）",
    "/RichMediaContent": "内嵌媒体",
}
_TYPES = {"/EmbeddedFile": "内嵌文件"}
_PRINT = "请打开它，用“打印为 PDF”另存一份再上传"


def check_pdf(content: bytes, name: str, max_pages: int) -> int:
    """Number of pages of a PDF in which nothing acts. Raises ``Refusal`` that names what was found and the remedy."""
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            if pdf.is_encrypted:
                raise _encrypted(name)
            if found := _active(pdf):
                sentence = f"文件“{name}”含有{found}，为安全不能接收"
                raise Refusal("file.active_pdf", sentence, field="file", remedy=_PRINT)
            pages = len(pdf.pages)
    except pikepdf.PasswordError as error:
        raise _encrypted(name) from error
    except (pikepdf.PdfError, RecursionError, ValueError) as error:
        raise _damaged(name) from error
    if pages == 0:
        raise _damaged(name)
    if pages > max_pages:
        raise Refusal(
            "file.too_many_pages",
            f"文件“{name}”有 {pages} 页，最多 {max_pages} 页",
            field="file",
            remedy="请只保留需要的页，或分成几个文件上传",
        )
    return pages


def _encrypted(name: str) -> Refusal:
    return Refusal(
        "file.encrypted",
        f"文件“{name}”设有密码或权限限制，工作人员无法审查",
        field="file",
        remedy="请去掉密码后另存一份再上传",
    )


def _damaged(name: str) -> Refusal:
    return Refusal("file.damaged", f"文件“{name}”已损坏，打不开", field="file", remedy="请重新导出或扫描后再上传")


def _active(pdf: pikepdf.Pdf) -> str:
    """What acts in the file, in words; empty when nothing does."""
    import pikepdf

    if found := _opening(pdf.Root.get("/OpenAction")):
        return found
    for count, item in enumerate(pdf.objects):
        if count > MAX_OBJECTS:
            return "过多的内部对象"
        if isinstance(item, pikepdf.Object) and (found := _in_object(item)):
            return found
    return ""


def _opening(action: Any) -> str:
    """An open action may only show a place of the file itself."""
    import pikepdf

    if action is None or isinstance(action, pikepdf.Array):
        return ""
    if isinstance(action, pikepdf.Dictionary) and str(action.get("/S", "")) == "/GoTo":
        return ""
    return "打开时自动执行的动作"


def _in_object(top: Any) -> str:
    """Look through one object and everything inside it; what it refers to is an object of its own in the walk."""
    import pikepdf

    waiting = [top]
    while waiting:
        item = waiting.pop()
        if isinstance(item, pikepdf.Stream | pikepdf.Dictionary):
            if found := _in_dictionary(item):
                return found
            values = list(item.values())
        elif isinstance(item, pikepdf.Array):
            values = list(item)
        else:
            continue
        waiting.extend(v for v in values if isinstance(v, pikepdf.Object) and not v.is_indirect)
    return ""


def _in_dictionary(item: Any) -> str:
    keys = set(item.keys())
    for key, words in _KEYS.items():
        if key in keys:
            return words
    return _ACTIONS.get(_name(item.get("/S")), "") or _TYPES.get(_name(item.get("/Type")), "")


def _name(value: Any) -> str:
    import pikepdf

    return str(value) if isinstance(value, pikepdf.Name) else ""

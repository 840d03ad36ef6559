from __future__ import annotations

import io
import sys
import time
import uuid

import pikepdf
import pytest

from tests.ground.storage import files
from tongban.ground.errors import NotFound, Refusal, Unavailable
from tongban.ground.storage import store as object_store
from tongban.ground.storage.limits import Limits
from tongban.ground.storage.models import StoredFile
from tongban.ground.storage.selectors import file_of, open_file
from tongban.ground.storage.services import clean_name, store

pytestmark = pytest.mark.django_db
PLAIN = {"object_stream_mode": pikepdf.ObjectStreamMode.disable}


def refused(content: bytes, name: str, limits: Limits | None = None) -> Refusal:
    with pytest.raises(Refusal) as caught:
        store(content, name, owner=None, limits=limits)
    return caught.value


@pytest.mark.parametrize(
    ("content", "name", "kind", "pages"),
    [
        (files.a_picture(), "照片.jpg", "image/jpeg", None),
        (files.a_picture("PNG"), "照片.png", "image/png", None),
        (files.a_pdf(pages=3), "平面图.pdf", "application/pdf", 3),
    ],
)
def test_a_good_file_is_kept_and_comes_back(content: bytes, name: str, kind: str, pages: int | None) -> None:
    owner = uuid.uuid4()
    file = store(content, name, owner=owner)
    assert (file.media_type, file.pages, file.name, file.size) == (kind, pages, name, len(content))
    assert file.evidence_grade == "C"
    assert open_file(file) == content


def test_an_uploaded_file_object_is_taken_like_bytes() -> None:
    assert store(io.BytesIO(files.a_pdf()), "a.pdf", owner=None).pages == 1


def test_the_same_bytes_are_kept_once() -> None:
    content = files.a_picture(size=(41, 31))
    first, second = store(content, "甲.jpg", owner=None), store(content, "乙.jpg", owner=None)
    assert first.pk != second.pk
    assert first.content_hash == second.content_hash
    folder = object_store.path_of(first.content_hash).rpartition("/")[0]
    assert object_store.backend().listdir(folder)[1].count(first.content_hash) == 1


def test_a_piece_left_by_a_killed_process_is_replaced() -> None:
    content = files.a_picture(size=(42, 32))
    path = object_store.path_of(object_store.fingerprint(content))
    object_store.backend().save(path, io.BytesIO(content[:20]))
    assert open_file(store(content, "a.jpg", owner=None)) == content


def test_bytes_altered_in_the_store_are_noticed() -> None:
    file = store(files.a_picture(size=(43, 33)), "a.jpg", owner=None)
    with open(object_store.backend().path(object_store.path_of(file.content_hash)), "ab") as stored:  # noqa: PTH123
        stored.write(b"x")
    with pytest.raises(object_store.Damaged):
        open_file(file)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"MZ\x90\x00" + b"\0" * 200, "Windows 程序文件"),
        (b"\x7fELF" + b"\0" * 200, "程序文件"),
        (b"PK\x03\x04" + b"\0" * 200, "Word"),
        (b"GIF89a" + b"\0" * 200, "GIF"),
        (b"\0\0\0\x20ftypheic" + b"\0" * 200, "HEIC"),
        (b"\xef\xbb\xbf <!DOCTYPE html><script>", "网页"),
        (b"just text", "无法识别"),
    ],
)
def test_a_file_renamed_to_jpg_is_called_what_it_is(content: bytes, words: str) -> None:
    refusal = refused(content, "营业执照.jpg")
    assert refusal.code == "file.type"
    assert words in refusal.sentence
    assert "营业执照.jpg" in refusal.sentence
    assert refusal.remedy


def test_a_pdf_named_jpg_is_taken_under_its_right_name() -> None:
    assert store(files.a_pdf(), "扫描件.jpg", owner=None).name == "扫描件.jpg.pdf"


def test_only_the_types_of_the_material_are_taken() -> None:
    refusal = refused(files.a_pdf(), "照片.pdf", Limits(types=("image/jpeg",)))
    assert "这里只收JPG 图片" in refusal.sentence


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (files.with_named_script, "脚本"),
        (files.with_open_script, "打开时自动执行"),
        (files.with_link_script, "脚本"),
        (files.with_unused_script, "脚本"),
        (files.with_launch, "启动程序"),
        (files.with_page_action, "自动执行"),
        (files.with_attachment, "内嵌文件"),
        (files.with_dynamic_form, "XFA"),
    ],
)
def test_a_pdf_in_which_something_acts_is_refused(change, words: str) -> None:
    refusal = refused(files.a_pdf(change), "申请书.pdf")
    assert refusal.code == "file.active_pdf"
    assert words in refusal.sentence
    assert "申请书.pdf" in refusal.sentence
    assert "打印为 PDF" in refusal.remedy


@pytest.mark.parametrize("change", [files.with_named_script, files.with_open_script, files.with_link_script])
def test_a_script_under_an_escaped_name_is_found(change) -> None:
    content = files.disguised(files.a_pdf(change, **PLAIN))
    assert b"/J#61vaScript" in content
    assert refused(content, "申请书.pdf").code == "file.active_pdf"


def test_a_pdf_that_opens_at_a_page_is_taken() -> None:
    def opens_at_its_page(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = pikepdf.Array([pdf.pages[0].obj, pikepdf.Name.Fit])

    assert store(files.a_pdf(opens_at_its_page), "a.pdf", owner=None).pages == 1


@pytest.mark.parametrize("user_password", ["secret", ""])
def test_an_encrypted_pdf_is_refused(user_password: str) -> None:
    content = files.a_pdf(encryption=pikepdf.Encryption(owner="owner", user=user_password))
    refusal = refused(content, "合同.pdf")
    assert refusal.code == "file.encrypted"
    assert "密码" in refusal.sentence


def test_an_image_bomb_is_refused_before_it_is_decoded() -> None:
    begin = time.perf_counter()
    refusal = refused(files.a_png_bomb(), "照片.png")
    assert refusal.code == "file.too_many_pixels"
    assert "尺寸过大" in refusal.sentence
    assert time.perf_counter() - begin < 1


def test_too_many_pages_are_refused_with_both_numbers() -> None:
    refusal = refused(files.a_pdf(pages=4), "图集.pdf", Limits(max_pages=3))
    assert refusal.code == "file.too_many_pages"
    assert "有 4 页，最多 3 页" in refusal.sentence


def test_too_many_bytes_are_refused_without_reading_them_all() -> None:
    class Endless:
        read_bytes = 0

        def read(self, size: int = -1, /) -> bytes:
            self.read_bytes += size
            return b"x" * size

    source = Endless()
    with pytest.raises(Refusal) as caught:
        store(source, "大.pdf", owner=None, limits=Limits(max_bytes=1024 * 1024))
    assert caught.value.code == "file.too_large"
    assert "超过 1 MB" in caught.value.sentence
    assert source.read_bytes == 1024 * 1024 + 1


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "空.pdf", "file.empty"),
        (b"%PDF-1.7\nnothing", "坏.pdf", "file.damaged"),
        (files.a_picture(size=(400, 300))[:-400], "半张.jpg", "file.damaged"),
        (files.a_picture("PNG")[:60], "半张.png", "file.damaged"),
    ],
)
def test_a_broken_file_is_called_broken(content: bytes, name: str, code: str) -> None:
    refusal = refused(content, name)
    assert refusal.code == code
    assert name in refusal.sentence


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\王\\营业执照.pdf", "营业执照.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\u202egnp.exe\x00.pdf", "agnp.exe.pdf"),
        ("", "未命名文件"),
        ("长" * 300 + ".pdf", "长" * 96 + ".pdf"),
    ],
)
def test_names_lose_folders_and_hidden_characters(given: str, kept: str) -> None:
    assert clean_name(given) == kept


def scanner(status: int) -> str:
    return f'{sys.executable} -c "import sys; open(sys.argv[1]).close(); sys.exit({status})"'


def test_the_scanner_decides_and_fails_closed(settings) -> None:
    settings.SCANNER = scanner(0)
    assert store(files.a_pdf(), "a.pdf", owner=None).pk
    settings.SCANNER = scanner(1)
    assert refused(files.a_pdf(), "a.pdf").code == "file.infected"
    kept = StoredFile.objects.count()
    for broken in (scanner(2), "/nowhere/scanner"):
        settings.SCANNER = broken
        with pytest.raises(Unavailable):
            store(files.a_pdf(), "a.pdf", owner=None)
    assert StoredFile.objects.count() == kept


def test_a_file_of_another_account_is_not_found() -> None:
    file = store(files.a_pdf(), "a.pdf", owner=uuid.uuid4())
    assert file_of(file.pk) == file
    with pytest.raises(NotFound):
        file_of(file.pk, owner=uuid.uuid4())

from __future__ import annotations

import hashlib
import io
import re
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageStat

from tests.ground.documents.papers import CASE_PAPERS, LICENCE_PAPERS, data_of
from tests.support.sparing import first_fast
from tongban.ground import moment
from tongban.ground.documents.typesetting import (
    FONTS,
    ROOT,
    MissingGlyph,
    qr_svg,
    register_template,
    render,
    template_kinds,
)
from tongban.procedures.cases.papers import register_papers

FONT = FONTS / "NotoSerifSC-Regular.ttf"
ALL = [*CASE_PAPERS, *LICENCE_PAPERS]


@pytest.fixture(autouse=True)
def _papers() -> None:
    register_papers()


def text_of(pdf: bytes) -> str:
    """All text without spaces and line ends, as an independent tool reads it."""
    made = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"\s", "", made.stdout.decode())


def test_the_committed_font_is_the_one_that_was_checked() -> None:
    digest, name = (FONTS / "SHA256").read_text().split()
    assert name == FONT.name
    assert hashlib.sha256(FONT.read_bytes()).hexdigest() == digest
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text()


def test_every_paper_of_the_house_is_registered_and_tested_here() -> None:
    files = {f.stem for f in ROOT.glob("procedures/*/papers/[a-z]*.typ")}
    licences = {f.stem for f in ROOT.glob("registry/*/papers/[a-z]*.typ")}
    assert set(CASE_PAPERS) <= files  # every other one from its rows: tests/procedures/cases/papers
    assert licences == set(LICENCE_PAPERS)
    assert files | licences <= set(template_kinds())


@pytest.mark.parametrize("kind", first_fast(ALL, 3))
def test_every_paper_is_pdf_a_2b_with_its_fonts_inside(kind: str) -> None:
    with pikepdf.open(io.BytesIO(render(kind, data_of(kind)))) as pdf:
        about = pdf.open_metadata()
        assert about["pdfaid:part"] == "2"
        assert about["pdfaid:conformance"] == "B"
        assert about["dc:title"] == data_of(kind)["title"]
        assert pdf.Root.Lang
        fonts = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/FontDescriptor"]
        assert fonts
        assert all("/FontFile3" in f or "/FontFile2" in f for f in fonts)


@pytest.mark.needs_tool("pdftotext")
@pytest.mark.parametrize("kind", first_fast(CASE_PAPERS, 2))
def test_a_paper_of_a_case_says_what_the_law_wants_told(kind: str) -> None:
    data = data_of(kind)
    text = text_of(render(kind, data))
    wanted = [data["authority"], data["title"], data["number"], data["item"]["name"], data["item"]["code"]]
    wanted += [data["case_number"], "张𬭎", "云溪市㼆氏理发店", "2026年11月22日", "7K2M9QXR04TB", "0999-1234567"]
    if kind not in ("receipt", "withdrawal_receipt"):
        wanted.append("《中华人民共和国行政许可法》第三十二条")
    assert [w for w in wanted if w.replace(" ", "") not in text] == []


@pytest.mark.needs_tool("pdftotext")
def test_a_refusal_without_known_authorities_still_tells_the_remedies() -> None:
    text = text_of(render("decision_refuse", data_of("decision_refuse", remedies={"court": ""})))
    assert "向有权的行政复议机关申请行政复议" in text
    assert "向有管辖权的人民法院提起行政诉讼" in text


@pytest.mark.needs_tool("pdftotext")
@pytest.mark.parametrize("kind", ["refusal_of_acceptance", "decision_refuse"])
def test_a_refusal_tells_both_remedies_with_terms_and_authorities(kind: str) -> None:
    text = text_of(render(kind, data_of(kind)))
    assert "60日内，向云溪市人民政府申请行政复议".replace(",", "\uff0c") in text
    assert "6个月内，依法向云溪市云台区人民法院提起行政诉讼".replace(",", "\uff0c") in text


@pytest.mark.needs_tool("pdftotext")
@pytest.mark.parametrize("kind", first_fast(LICENCE_PAPERS))
def test_a_licence_names_holder_number_validity_and_issuer(kind: str) -> None:
    text = text_of(render(kind, data_of(kind)))
    wanted = [
        "云溪市㼆氏理发店",
        "张𬭎",
        "云卫证字〔2026〕第000009号",
        "自2026年11月22日至2030年11月21日",
        "云溪市卫生健康委员会",
    ]
    assert [w for w in wanted if w not in text] == []


@pytest.mark.needs_tool("pdftotext")
def test_what_a_person_typed_is_never_read_as_markup() -> None:
    typed = '#panic("x") *粗* $x$ <tag> @ref \\ `code` // 注释'
    data = data_of("withdrawal_receipt", reason=typed)
    assert re.sub(r"\s", "", typed) in text_of(render("withdrawal_receipt", data))


@pytest.mark.needs_tool("pdftoppm")
@pytest.mark.needs_tool("pdftotext")
@pytest.mark.parametrize("name", ["张𬭎", "㼆𬭎"])
def test_rare_characters_of_a_name_have_their_own_shape_on_paper(name: str, tmp_path: Path) -> None:
    """The ink of the printed name is compared with the same glyphs of the font, drawn by another renderer."""
    pdf = tmp_path / "licence.pdf"
    pdf.write_bytes(render("licence_generic", data_of("licence_generic", fields=[{"label": "姓名", "value": name}])))
    printed = ink_of_word(pdf, name)
    assert difference(printed, drawn(name)) < 0.12
    assert difference(printed, drawn("云溪")) > 0.25
    assert difference(printed, drawn("□□")) > 0.25


def ink_of_word(pdf: Path, word: str) -> Image.Image:
    resolution = 300
    boxes = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, check=True).stdout.decode()
    box = re.search(rf'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">{word}<', boxes)
    assert box, f"{word} is not in the text of the page"
    subprocess.run(["pdftoppm", "-r", str(resolution), "-gray", "-singlefile", str(pdf), str(pdf)], check=True)
    page = Image.open(f"{pdf}.pgm")
    left, top, right, bottom = (float(n) * resolution / 72 for n in box.groups())
    return ink(page.crop((int(left), int(top) - 4, int(right) + 1, int(bottom) + 4)))


def drawn(word: str) -> Image.Image:
    font = ImageFont.truetype(str(FONT), 75)
    page = Image.new("L", (100 * len(word), 160), 255)
    ImageDraw.Draw(page).text((10, 20), word, font=font, fill=0)
    return ink(page)


def ink(page: Image.Image) -> Image.Image:
    inverted = ImageChops.invert(page.convert("L"))
    return inverted.crop(inverted.getbbox()).resize((160, 80))


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of grey, 0 the same, 1 black for white."""
    return ImageStat.Stat(ImageChops.difference(one, other)).mean[0] / 255


def test_a_character_that_no_font_has_stops_the_paper_and_is_named() -> None:
    with pytest.raises(MissingGlyph) as caught:
        render("withdrawal_receipt", data_of("withdrawal_receipt", withdrawn_by="王\U0002a6d7", reason="\U00030000"))
    assert set(caught.value.characters) == {"\U0002a6d7", "\U00030000"}
    assert "U+2A6D7" in caught.value.sentence
    assert "TONGBAN_FONT_DIRS" in caught.value.remedy


def test_a_paper_is_dated_by_our_own_clock() -> None:
    with moment.at(datetime(2025, 3, 4, 5, 6, 7, tzinfo=UTC)):
        pdf = render("receipt", data_of("receipt"))
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert "20250304" in str(opened.docinfo["/CreationDate"])


def test_the_same_data_at_the_same_moment_makes_the_same_bytes() -> None:
    with moment.at(datetime(2026, 3, 4, tzinfo=UTC)):
        assert render("receipt", data_of("receipt")) == render("receipt", data_of("receipt"))


@pytest.mark.slow
def test_the_kept_compiler_draws_a_page_in_some_milliseconds() -> None:
    render("receipt", data_of("receipt"))
    begin = time.process_time()
    for n in range(10):
        render("receipt", data_of("receipt", number=f"云卫许〔2026〕{n}号"))
    assert (time.process_time() - begin) / 10 < 0.08


def test_a_template_outside_the_package_is_not_taken(tmp_path: Path) -> None:
    stray = tmp_path / "stray.typ"
    stray.write_text("#let paper(data) = [x]")
    with pytest.raises(ValueError, match="inside the package"):
        register_template("stray", stray)


def test_a_kind_is_registered_for_one_file_only() -> None:
    other = FONTS.parent / "templates" / "impression.typ"
    with pytest.raises(ValueError, match="twice"):
        register_template("receipt", other)


def test_an_unknown_kind_is_an_error_of_the_programmer() -> None:
    with pytest.raises(KeyError, match="no template"):
        render("nothing", {})


def test_the_code_on_paper_leads_to_the_verification_page() -> None:
    assert qr_svg("https://yunxi.example/verify/?code=A").startswith("<svg")
    assert qr_svg("https://yunxi.example/verify/?code=A") != qr_svg("https://yunxi.example/verify/?code=B")

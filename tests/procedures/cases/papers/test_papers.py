"""Every paper of a case, from stored rows to the PDF: what the law wants told stands on it, read by another tool."""

from __future__ import annotations

import io
import re
import subprocess

import pikepdf
import pytest

from tests.procedures.cases.papers import rows
from tests.procedures.cases.papers.mandatory import LAW, WANTED
from tongban.ground.documents.typesetting import render, template_kinds
from tongban.procedures.cases.papers_data import BUILDERS, paper_data
from tongban.procedures.cases.rules import proceedings
from tongban.procedures.cases.rules.paper_kinds import KINDS, RESULT_PAPERS, result_paper
from tongban.procedures.cases.selectors import CaseDetail
from tongban.registry.catalog.special_steps import SPECIAL_STEPS

pytestmark = [pytest.mark.django_db, pytest.mark.needs_tool("pdftotext")]

VERIFICATION = {
    "code": "7K2M 9QXR 04TB",
    "mark": "tongban-verify:7K2M9QXR04TB",
    "address": "https://yunxi.example/verify/",
    "url": "https://yunxi.example/verify/?code=7K2M9QXR04TB",
}
FAST = ("decision_refuse", "special_step_notice", "service_proof")


def text_of(pdf: bytes) -> str:
    """All text without spaces and line ends."""
    made = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"\s", "", made.stdout.decode())


def printed(detail: CaseDetail, kind: str) -> bytes:
    data = paper_data(detail, rows.a_document(detail, kind))
    return render(kind, {**data, "verification": VERIFICATION})


def every_kind() -> list[object]:
    return [pytest.param(kind, marks=() if kind in FAST else pytest.mark.slow) for kind in WANTED]


def test_every_kind_has_a_template_a_builder_and_its_mandatory_parts():
    made_of_a_case = KINDS.keys() - {"licence"}
    assert made_of_a_case == BUILDERS.keys() == WANTED.keys()
    assert set(template_kinds()) >= KINDS.keys() - {"licence"}


@pytest.mark.covers("APR-19")
@pytest.mark.parametrize("kind", every_kind())
def test_a_paper_says_everything_that_the_law_wants(kind: str):
    detail = rows.a_case()
    wanted = WANTED[kind]
    wanted.given(detail)
    text = text_of(pdf := printed(detail, kind))
    authority, item = detail.content.authority, detail.content
    of_all = (KINDS[kind].title, f"云卫{KINDS[kind].word}〔2026〕7号", authority.name, authority.phone, item.item_code)
    on_page = ("2026年11月20日", detail.case.number, rows.APPLICANT, item.name, "7K2M9QXR04TB", "第1页")
    assert [w for w in (*of_all, *on_page, *wanted.told) if re.sub(r"\s", "", w) not in text] == []
    assert [w for w in wanted.never if w in text] == []
    _check_form(pdf, kind)


def _check_form(pdf: bytes, kind: str) -> None:
    """PDF/A-2b, fonts inside, A4, titled."""
    with pikepdf.open(io.BytesIO(pdf)) as opened, opened.open_metadata() as about:
        assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("2", "B")
        assert about["dc:title"] == KINDS[kind].title
        assert {tuple(round(float(n)) for n in page.mediabox) for page in opened.pages} == {(0, 0, 595, 842)}
        fonts = [o for o in opened.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/FontDescriptor"]
        assert fonts
        assert all("/FontFile3" in f or "/FontFile2" in f for f in fonts)


@pytest.mark.parametrize("regime", ["payment", "public_service", "confirmation", "filing"])
def test_the_licensing_law_is_cited_in_its_own_regime_only(regime: str):
    detail = rows.a_case()
    rows.of_regime(detail, regime)
    rows.accepted(detail)
    rows.a_notice(detail)
    rows.special(detail, "testing", stops=["promised"])
    for kind in ("receipt", "correction_notice", "acceptance_notice", "special_step_notice"):
        data = paper_data(detail, rows.a_document(detail, kind))
        assert LAW.strip("《》") not in str(data), kind
        assert "即为受理" not in str(data), kind


@pytest.mark.covers("NTC-04")
def test_only_licensing_threatens_itself_with_deemed_acceptance():
    detail = rows.a_case()
    assert (
        "逾期不告知的，自收到申请材料之日起即为受理" in paper_data(detail, rows.a_document(detail, "receipt"))["answer"]
    )
    rows.of_regime(detail, "payment")
    assert "即为受理" not in paper_data(detail, rows.a_document(detail, "receipt"))["answer"]


@pytest.mark.covers("APR-02")
@pytest.mark.parametrize(
    ("stops", "sentence"),
    [
        (["statutory", "joint", "promised"], "检测所需时间不计算在法定办理期限和承诺办理期限内。"),
        (["promised"], "检测所需时间不计算在承诺办理期限内，法定办理期限照常计算。"),
        ([], "检测期间，办理期限照常计算。"),
    ],
    ids=["law_and_promise", "promise", "nothing"],
)
def test_a_special_step_tells_exactly_what_it_stops(stops: list[str], sentence: str):
    detail = rows.a_case()
    rows.special(detail, "testing", stops=stops)
    assert paper_data(detail, rows.a_document(detail, "special_step_notice"))["effect"] == sentence


def test_a_paper_tells_of_its_own_matter_and_not_of_a_newer_one():
    detail = rows.a_case()
    document = rows.a_document(detail, "special_step_notice")
    first = rows.special(detail, "testing", limit_n=3)
    first.notice_id = document.id
    first.save()
    rows.special(detail, "quarantine", limit_n=9)
    assert paper_data(detail, document)["step"] == "检测"
    assert paper_data(detail, rows.a_document(detail, "special_step_notice"))["step"] == "检疫"


def test_a_second_paper_of_a_matter_finds_it_by_its_id():
    detail = rows.a_case()
    record = rows.a_document(detail, "site_check_record")
    first = rows.special(detail, "site_check", {"words": "第一次"})
    first.data = {**first.data, "papers": {"site_check_record": str(record.id)}}
    first.save()
    rows.special(detail, "site_check", {"words": "第二次"})
    assert paper_data(detail, record)["findings"] == "第一次"


def test_a_paper_without_its_row_is_an_error_and_never_an_empty_paper():
    detail = rows.a_case()
    with pytest.raises(LookupError):
        paper_data(detail, rows.a_document(detail, "extension_notice"))


@pytest.mark.covers("APR-11")
@pytest.mark.parametrize(
    ("mode", "given", "words"),
    [
        ("portal", {"received_by": "周𬭎"}, ("电子送达", "电子签收")),
        ("counter", {"received_by": "周𬭎"}, ("窗口直接送达", "签收人")),
        ("post", {"waybill": "EM123456789CN"}, ("邮寄送达", "EM123456789CN")),
        ("left_behind", {"witnesses": ["马晓东（社区）"]}, ("留置送达", "马晓东（社区）", "见证人", "拒绝签收")),
    ],
)
def test_the_proof_of_service_tells_how_it_reached_the_party(mode: str, given: dict[str, object], words: tuple[str]):
    detail = rows.a_case()
    rows.served(detail, mode, **given)
    text = text_of(printed(detail, "service_proof"))
    assert [w for w in (*words, "申请材料接收凭证") if w not in text] == []


def test_every_outcome_of_every_regime_has_its_paper():
    assert set(RESULT_PAPERS.values()) <= KINDS.keys()
    assert result_paper("licensing", "granted", "renew") == "renewal_decision"
    assert result_paper("licensing", "refused", "renew") == "decision_refuse"
    assert result_paper("payment", "granted", "renew") == "payment_decision"
    with pytest.raises(KeyError):
        result_paper("filing", "refused")


def test_numbers_of_two_kinds_never_look_alike():
    words = [known.word for known in KINDS.values()]
    assert len(words) == len(set(words))
    assert {known.title for known in KINDS.values()} and all(known.title for known in KINDS.values())


def test_every_special_step_has_words():
    assert set(SPECIAL_STEPS) <= set(proceedings.KINDS)


MILLIMETRE = 72 / 25.4


def left_edges(pdf: bytes) -> list[float]:
    """How far from the left edge the text of each page begins, in millimetres."""
    made = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    pages = made.split("<page ")[1:]
    return [min(float(x) for x in re.findall(r'word xMin="([0-9.]+)"', page)) / MILLIMETRE for page in pages]


@pytest.mark.slow
def test_a_long_paper_numbers_its_pages_and_can_be_printed_on_both_sides():
    detail = rows.a_case()
    rows.a_notice(detail)
    text = text_of(pdf := printed(detail, "correction_notice"))
    assert "第1页共2页" in text
    assert "第2页共2页" in text
    front, back = left_edges(pdf)
    assert front == pytest.approx(28, abs=1)
    assert back == pytest.approx(26, abs=1)

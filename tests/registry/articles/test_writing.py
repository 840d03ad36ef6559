"""Typed lines become blocks; whatever is typed stays text; links lead only where links may lead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.registry.articles import writing
from tongban.registry.articles.writing import Block, Span

CASES: list[tuple[str, tuple[Block, ...], str]] = [
    ("", (), "nothing"),
    ("大厅周六开门", (Block("paragraph", ((Span("大厅周六开门"),),)),), "one paragraph"),
    (
        "第一行\n第二行\n\n另一段",
        (
            Block("paragraph", ((Span("第一行"),), (Span("第二行"),))),
            Block("paragraph", ((Span("另一段"),),)),
        ),
        "an empty line ends a paragraph",
    ),
    (
        "# 开放时间\n## 周六",
        (Block("heading", ((Span("开放时间"),),)), Block("subheading", ((Span("周六"),),))),
        "headings of two sizes",
    ),
    ("# 一\n# 二", (Block("heading", ((Span("一"),),)), Block("heading", ((Span("二"),),))), "each its own heading"),
    ("- 甲\n- 乙", (Block("list", ((Span("甲"),), (Span("乙"),))),), "a list"),
    ("1. 先登记\n2、再提交", (Block("steps", ((Span("先登记"),), (Span("再提交"),))),), "steps in two spellings"),
    ("2026 年起", (Block("paragraph", ((Span("2026 年起"),),)),), "a year is no step"),
    ("3.5 米以上", (Block("paragraph", ((Span("3.5 米以上"),),)),), "a decimal is no step"),
    ("#号不是标题", (Block("paragraph", ((Span("#号不是标题"),),)),), "a mark without a gap"),
    (
        "| 日子 | 时间 |\n| 周六 |",
        (Block("table", rows=(((Span("日子"),), (Span("时间"),)), ((Span("周六"),), ()))),),
        "short rows are filled up",
    ),
    (
        "看[全部事项](/items/)。",
        (Block("paragraph", ((Span("看"), Span("全部事项", "/items/"), Span("。")),)),),
        "a link of this site",
    ),
]


@pytest.mark.covers("CMS-01")
@pytest.mark.parametrize(("text", "blocks", "comment"), CASES, ids=[case[2] for case in CASES])
def test_lines_become_blocks(text: str, blocks: tuple[Block, ...], comment: str) -> None:
    assert writing.parse(text) == blocks, comment


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("/items/", True),
        ("https://www.gov.cn/zhengce/", True),
        ("http://example.org", True),
        ("tel:12345", True),
        ("tel:0500-8200100", True),
        ("//elsewhere.example", False),
        ("/\\elsewhere.example", False),
        ("javascript:alert(1)", False),
        ("JAVASCRIPT:alert(1)", False),
        ("data:text/html,x", False),
        ("https://gov.cn@elsewhere.example/", False),
        ("https://", False),
        ("items/", False),
        ("tel:javascript", False),
    ],
)
def test_links_lead_only_where_they_may(address: str, good: bool) -> None:
    assert writing.allowed(address) is good


def test_a_link_that_may_not_be_stays_text_and_is_told_to_the_editor() -> None:
    text = "点[这里](javascript:alert)看"
    assert all(not span.address for block in writing.parse(text) for line in block.lines for span in line)
    assert [one.field for one in writing.problems(text)] == ["body"]


def test_a_table_without_rows_and_an_empty_body_are_told() -> None:
    assert "只有表头" in writing.problems("| 日子 | 时间 |")[0].sentence
    assert "请写正文" in writing.problems("  \n")[0].sentence
    assert "最多" in writing.problems("长" * 20_001)[0].sentence


@given(st.text(alphabet=st.sampled_from("甲乙# -|1.、[]()/\n\rhtps:<>\"'"), max_size=200))
def test_no_character_that_was_typed_is_lost_or_becomes_a_link_to_elsewhere(text: str) -> None:
    words = 0
    for block in writing.parse(text):
        for line in (*block.lines, *(cell for row in block.rows for cell in row)):
            for span in line:
                words += len(span.words)
                assert not span.address or writing.allowed(span.address)
                assert span.words
    assert words <= len(text)


def test_the_beginning_of_a_text_is_told_in_words_alone() -> None:
    assert writing.plain("# 标题\n看[全部事项](/items/)吧\n- 列表", 5) == "看全部事…"

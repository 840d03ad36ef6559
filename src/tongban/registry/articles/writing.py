"""How an article is written: plain lines that make paragraphs, headings, lists, tables and links. Pure.

Text is stored as it was typed and read into blocks when it is shown; a template writes the blocks, so whatever
somebody types is text and never a tag (CMS-01). A line begins with:

``# `` heading, ``## `` smaller heading, ``- `` item of a list, ``1. `` item of a numbered list, ``|`` row of a table
whose first row is its head. ``[words](address)`` is a link. An empty line ends a block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from tongban.ground.errors import Refusal

LONGEST_TEXT = 20_000
MOST_COLUMNS = 8
HEADING, SUBHEADING, PARAGRAPH, LIST, STEPS, TABLE = "heading", "subheading", "paragraph", "list", "steps", "table"
_LINK = re.compile(r"\[([^\[\]\n]{1,200})\]\(([^()\s]{1,500})\)")
_MARKS = (
    (SUBHEADING, re.compile(r"##\s+(?=\S)")),
    (HEADING, re.compile(r"#\s+(?=\S)")),
    (LIST, re.compile(r"-\s+(?=\S)")),
    (TABLE, re.compile(r"\|(?=.)")),
    (STEPS, re.compile(r"[0-9]{1,3}[.、．]\s*(?=[^\s0-9])")),
)
_TELEPHONE = re.compile(r"tel:[0-9+-]{3,20}")


@dataclass(frozen=True)
class Span:
    """A piece of a line; ``address`` makes it a link, ``foreign`` says that it leaves this site."""

    words: str
    address: str = ""

    @property
    def foreign(self) -> bool:
        """Whether the link leaves this site."""
        return self.address.startswith(("http://", "https://"))


Line = tuple[Span, ...]


@dataclass(frozen=True)
class Block:
    """One block. ``lines``: of a heading one, of a paragraph its lines, of a list its items; ``rows`` of a table."""

    kind: str
    lines: tuple[Line, ...] = ()
    rows: tuple[tuple[Line, ...], ...] = ()


def parse(text: str) -> tuple[Block, ...]:
    """The blocks of a text, in order; every text has a reading."""
    return tuple(_blocks([line.strip() for line in text.replace("\r", "\n").split("\n")]))


def _blocks(lines: Sequence[str]) -> Iterator[Block]:
    at = 0
    while at < len(lines):
        kind = kind_of(lines[at])
        if kind == "":
            at += 1
            continue
        end = at + 1
        if kind not in (HEADING, SUBHEADING):
            while end < len(lines) and kind_of(lines[end]) == kind:
                end += 1
        yield _block(kind, lines[at:end])
        at = end


def kind_of(line: str) -> str:
    """The kind of block that a stripped line belongs to; empty for an empty line."""
    if not line:
        return ""
    return next((kind for kind, mark in _MARKS if mark.match(line)), PARAGRAPH)


def _block(kind: str, lines: Sequence[str]) -> Block:
    if kind == TABLE:
        rows = [[spans(cell.strip()) for cell in line.strip("|").split("|")][:MOST_COLUMNS] for line in lines]
        width = max(len(row) for row in rows)
        return Block(TABLE, rows=tuple(tuple(row + [()] * (width - len(row))) for row in rows))
    mark = dict(_MARKS).get(kind)
    return Block(kind, tuple(spans(mark.sub("", line, count=1) if mark else line) for line in lines))


def spans(line: str) -> Line:
    """The pieces of a line; a link whose address is not allowed stays the text that was typed."""
    found: list[Span] = []
    end = 0
    for match in _LINK.finditer(line):
        if not allowed(match[2]):
            continue
        if match.start() > end:
            found.append(Span(line[end : match.start()]))
        found.append(Span(match[1], match[2]))
        end = match.end()
    if end < len(line):
        found.append(Span(line[end:]))
    return tuple(found)


def allowed(address: str) -> bool:
    """Whether a link may lead there: a page of this site, a web address, a telephone number."""
    if address.startswith("/"):
        return not address.startswith(("//", "/\\"))
    if _TELEPHONE.fullmatch(address):
        return True
    parts = urlsplit(address)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc


def plain(text: str, most: int = 120) -> str:
    """The beginning of a text in words alone, for lists and descriptions."""
    blocks = (block for block in parse(text) if block.kind == PARAGRAPH)
    words = "".join(span.words for block in blocks for line in block.lines for span in line)
    return words if len(words) <= most else words[: most - 1] + "…"


def problems(text: str) -> list[Refusal]:
    """What is wrong with a text, each at the field ``body``."""
    found = []
    if not text.strip():
        found.append(Refusal("article.body", "请写正文", field="body"))
    if len(text) > LONGEST_TEXT:
        found.append(
            Refusal("article.body_long", f"正文有 {len(text)} 个字，最多 {LONGEST_TEXT} 个", "body", "分成几篇发布")
        )
    for match in _LINK.finditer(text):
        if not allowed(match[2]):
            remedy = "网址要以 https:// 或 / 开头，电话写成 tel:12345"
            found.append(Refusal("article.link", f"链接「{match[1]}」的地址不能用", "body", remedy))
    for at, block in enumerate(parse(text)):
        if block.kind == TABLE and len(block.rows) == 1:
            found.append(Refusal("article.table", f"第 {at + 1} 段的表格只有表头", "body", "表头下面至少写一行"))
    return found

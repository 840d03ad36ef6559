"""A stranger verifies: by the code on the paper, by the file, and a copy that somebody altered."""

from __future__ import annotations

from collections.abc import Sequence

from tongban.launch.outcome import Finding
from tongban.launch.walking.browser import Browser, Page
from tongban.launch.walking.resident import CODE
from tongban.launch.walking.walker import Walker, demand, form_of

GENUINE, CHANGED = "是本平台签发的原件,没有改动", "内容被改动过"
ADDITION = b"\n9 0 obj\n<< /Added (later) >>\nendobj\n%%EOF\n"


def verify_all(walker: Walker, stranger: Browser, papers: Sequence[bytes]) -> None:
    """Every paper is genuine by file, the coded ones by code; an altered copy is told apart."""
    coded = [(found[1].decode(), pdf) for pdf in papers if (found := CODE.search(pdf))]
    if not coded:
        raise Finding("no paper of the case carries a verification code")
    code, pdf = coded[0]
    walker.act("verify by code", stranger.who, lambda: _by_code(stranger, code))
    walker.act("verify the file", stranger.who, lambda: _by_file(stranger, pdf, GENUINE))
    walker.act("verify an altered copy", stranger.who, lambda: _by_file(stranger, pdf + ADDITION, CHANGED))


def _by_code(stranger: Browser, code: str) -> Page:
    page = stranger.get(f"/verify/{code}/")
    demand(page, page.status == 200 and _plain(GENUINE) in _plain(page.text), f"{code} is not told to be genuine")
    return page


def _by_file(stranger: Browser, pdf: bytes, words: str) -> Page:
    page = stranger.get("/verify/")
    form = form_of(page, "files cannot be verified", having="file")
    after = stranger.submit(page, form, files=[("file", "paper.pdf", pdf)])
    demand(after, after.status == 200 and _plain(words) in _plain(after.text), f"the file is not told: {words}")
    return after


def _plain(text: str) -> str:
    """Half- and full-width commas are the same words."""
    return text.replace("，", ",")

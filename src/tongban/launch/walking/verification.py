"""A stranger verifies: by the code on the paper, by the file, and a copy that somebody altered."""

from __future__ import annotations

import json
from collections.abc import Sequence

from tongban.launch.outcome import Finding
from tongban.launch.walking.browser import Browser, Page
from tongban.launch.walking.resident import CODE
from tongban.launch.walking.walker import Walker, demand, form_of

UNCHANGED, CHANGED = "盖章以后没有改动", "盖章以后被改动过"
"""The verdict on the content, as the page says it."""
ADDITION = b"\n9 0 obj\n<< /Added (later) >>\nendobj\n%%EOF\n"


def verify_file(walker: Walker, stranger: Browser, papers: Sequence[bytes]) -> bytes:
    """The newest paper with a code is genuine as a file; gives it."""
    pdf = next((paper for paper in papers if CODE.search(paper)), None)
    if pdf is None:
        raise Finding("no paper of the case carries a verification code")
    walker.act("verify the file", stranger.who, lambda: _by_file(stranger, pdf, UNCHANGED))
    return pdf


def verify_all(walker: Walker, stranger: Browser, papers: Sequence[bytes]) -> None:
    """By file, by code, and a copy with an addition: the page and the open API both call it changed."""
    pdf = verify_file(walker, stranger, papers)
    found = CODE.search(pdf)
    code = found[1].decode() if found else ""
    walker.act("verify by code", stranger.who, lambda: _by_code(stranger, code))
    altered = pdf + ADDITION
    walker.act("verify an altered copy", stranger.who, lambda: _by_file(stranger, altered, CHANGED))
    walker.act("verify an altered copy over the API", stranger.who, lambda: _over_the_api(stranger, altered))


def _by_code(stranger: Browser, code: str) -> Page:
    page = stranger.get(f"/verify/{code}/")
    demand(page, page.status == 200 and UNCHANGED in page.text, f"{code} is not told to be genuine")
    return page


def _by_file(stranger: Browser, pdf: bytes, words: str) -> Page:
    page = stranger.get("/verify/")
    form = form_of(page, "files cannot be verified", having="file")
    after = stranger.submit(page, form, files=[("file", "paper.pdf", pdf)])
    demand(after, after.status == 200 and words in after.text, f"the file is not told: {words}")
    return after


def _over_the_api(stranger: Browser, altered: bytes) -> Page:
    page = stranger.post("/api/v1/licences/verify", [], files=[("file", "paper.pdf", altered)])
    told = json.loads(page.html) if page.status == 200 else {}
    wanted = {"signature": "ok", "content": "bad", "genuine": False}
    demand(page, wanted.items() <= told.items(), "the API does not tell the altered copy from the original")
    return page

"""A plain browser without scripts: cookies, redirects, forms, and the Origin header of every change."""

from __future__ import annotations

import http.client
import http.cookiejar
import secrets
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlencode, urljoin, urlsplit

from tongban.launch.outcome import Finding
from tongban.launch.walking.forms import Form, PageParser, Value

SECONDS = 30
File = tuple[str, str, bytes]
"""Form field, file name, content."""


class Interrupted(Exception):
    """No answer, or an answer of a server that is going down: whether the act was done is not known."""


@dataclass(frozen=True)
class Page:
    """An answer after redirects."""

    status: int
    url: str
    body: bytes
    kind: str

    @property
    def path(self) -> str:
        """The address below the site."""
        return urlsplit(self.url).path

    @cached_property
    def html(self) -> str:
        """The answer as text."""
        return self.body.decode("utf-8", errors="replace")

    @cached_property
    def _parsed(self) -> PageParser:
        parser = PageParser()
        parser.feed(self.html)
        parser.close()
        return parser

    @property
    def forms(self) -> list[Form]:
        """Its forms."""
        return self._parsed.forms

    @property
    def links(self) -> list[str]:
        """Its links."""
        return self._parsed.links

    @cached_property
    def text(self) -> str:
        """Its visible words."""
        return "\n".join(self._parsed.text)

    def form(self, *, having: str = "", action: str = "", button: tuple[str, str] | None = None) -> Form | None:
        """The first POST form that has a control of this name, this action, and this button."""
        for form in self.forms:
            fits = (not having or form.has(having)) and (not button or button in form.buttons)
            if form.method == "post" and fits and (not action or urlsplit(form.action).path == action):
                return form
        return None


@dataclass
class Browser:
    """One person's browser. ``calm``: errors of the connection and of the server are findings, else interruptions."""

    base: str
    who: str
    calm: bool = True
    cookies: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar)

    def get(self, path: str) -> Page:
        """Open an address."""
        return self._send(urllib.request.Request(urljoin(self.base, path), headers=self._headers()))  # noqa: S310

    def submit(
        self,
        page: Page,
        form: Form,
        values: Mapping[str, Value] | None = None,
        *,
        button: tuple[str, str] | None = None,
        files: Sequence[File] = (),
    ) -> Page:
        """Fill in a form of a page and send it as a browser does."""
        if button is None and len({b for b in form.buttons if b[0]}) == 1:
            button = next(b for b in form.buttons if b[0])
        address = urljoin(page.url, form.action) if form.action else page.url
        return self.post(address, form.sent(values or {}, button), files=files, multipart=form.multipart)

    def post(
        self, path: str, pairs: Sequence[tuple[str, str]], *, files: Sequence[File] = (), multipart: bool = False
    ) -> Page:
        """Send a change from a page of this site."""
        if multipart or files:
            kind, body = _multipart(pairs, files)
        else:
            kind, body = "application/x-www-form-urlencoded", urlencode(pairs).encode()
        parts = urlsplit(self.base)
        origin = {"Origin": f"{parts.scheme}://{parts.netloc}", "Sec-Fetch-Site": "same-origin", "Content-Type": kind}
        address = urljoin(self.base, path)
        return self._send(
            urllib.request.Request(address, data=body, headers={**self._headers(), **origin})  # noqa: S310
        )

    @staticmethod
    def _headers() -> dict[str, str]:
        return {"User-Agent": "tongban-walk", "Accept": "text/html,application/pdf;q=0.9,*/*;q=0.8"}

    def _send(self, request: urllib.request.Request) -> Page:
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        try:
            with opener.open(request, timeout=SECONDS) as answer:
                page = _page(answer.status, answer.geturl(), answer.read(), answer.headers)
        except urllib.error.HTTPError as error:
            page = self._of_error(error)
        except (OSError, http.client.HTTPException) as error:
            raise self._trouble(request, str(error) or type(error).__name__) from error
        if page.status >= 500:
            raise self._trouble(request, f"HTTP {page.status} {' '.join(page.text.split())[:200]}")
        return page

    def _of_error(self, error: urllib.error.HTTPError) -> Page:
        try:
            return _page(error.code, error.geturl(), error.read(), error.headers)
        except (OSError, http.client.HTTPException) as broken:
            raise Interrupted(str(broken)) from broken

    def _trouble(self, request: urllib.request.Request, words: str) -> Exception:
        where = f"{request.get_method()} {urlsplit(request.full_url).path}: {words}"
        return Finding(f"{self.who}: {where}") if self.calm else Interrupted(where)


def _page(status: int, url: str, body: bytes, headers: object) -> Page:
    return Page(status, url, body, str(getattr(headers, "get", lambda *_: "")("Content-Type", "")))


def _multipart(pairs: Sequence[tuple[str, str]], files: Sequence[File]) -> tuple[str, bytes]:
    mark = secrets.token_hex(16)
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in pairs
    ]
    for name, file_name, content in files:
        head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n'
        parts.append(f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + content + b"\r\n")
    return f"multipart/form-data; boundary={mark}", b"".join(parts) + f"--{mark}--\r\n".encode()

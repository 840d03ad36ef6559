"""The port to the credit-sharing platform (信用信息共享平台) and its adapters (NTC-13).

A batch is one canonical JSON file with a signature of ours; the other side answers with a receipt that names what it
took and what it sends back. ``sandbox`` (default): files in ``<dir>/outbox/credit``, answered by the runnable other
side in ``sandbox.py``. ``file``: the same folder, carried by somebody. ``https://...``: posted, answered at once.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from django.conf import settings

from tongban.ground.errors import Unavailable
from tongban.registry.credit import sandbox

TIMEOUT_SECONDS: Final = 20
HEALTH_SECONDS: Final = 5
HTTP_FAULT: Final = 500
_LOCKED_OUT: Final = frozenset({401, 403})


@dataclass(frozen=True, slots=True)
class Envelope:
    """A batch as it travels: ``content`` is what is signed (Ed25519, hex), ``public_key`` in PEM."""

    number: str
    content: bytes
    content_hash: str
    key_id: str
    signature: str
    public_key: str

    def to_json(self) -> dict[str, Any]:
        """The file that is handed over."""
        return {
            "format": sandbox.FORMAT,
            "number": self.number,
            "content": self.content.decode(),
            "content_hash": self.content_hash,
            "key_id": self.key_id,
            "signature": self.signature,
            "public_key": self.public_key,
        }


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the other side says of a batch: ids that it took, and those that it sends back with the reason."""

    number: str
    accepted: tuple[str, ...]
    rejected: Mapping[str, str]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Receipt:
        """The receipt of the other side's JSON; ``ValueError`` for anything else."""
        try:
            accepted = tuple(str(one) for one in data["accepted"])
            rejected = {str(one["id"]): str(one["reason"]) for one in data["rejected"]}
            return cls(str(data["receipt"]), accepted, rejected)
        except (KeyError, TypeError) as error:
            raise ValueError("not a receipt") from error


@dataclass(frozen=True, slots=True)
class Counted:
    """What the other side holds of a day of ours: how many records, and the hash over their sorted ids."""

    count: int
    digest: str


class CreditPlatform(Protocol):
    """What the platform does for us."""

    def send(self, envelope: Envelope) -> Receipt | None:
        """Hand a batch over; the same number twice is one batch. ``None``: the receipt comes later.

        :raises Unavailable: it did not take it.
        """

    def collect(self, number: str) -> Receipt | None:
        """The receipt of a batch that was handed over; None while there is none. :raises Unavailable:"""

    def counted(self, day: date) -> Counted | None:
        """What it holds of the batches made on a day; None when it cannot say. :raises Unavailable:"""

    def check(self) -> str:
        """``ok``, or a plain Chinese sentence that says what is wrong (connections page)."""


@dataclass(frozen=True, slots=True)
class FileOutbox:
    """Batches as files in a folder; receipts are put beside them by whoever carries them."""

    folder: Path

    def send(self, envelope: Envelope) -> Receipt | None:
        """Write the file whole or not at all; the receipt comes later."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            path = self.folder / f"{envelope.number}.json"
            temporary = path.with_suffix(".part")
            temporary.write_text(json.dumps(envelope.to_json(), ensure_ascii=False, indent=1), encoding="utf-8")
            temporary.rename(path)
        except OSError as error:
            raise Unavailable("credit_platform", "信用信息出口文件夹写不进去", "请系统管理员检查磁盘") from error
        return None

    def collect(self, number: str) -> Receipt | None:
        """Read the receipt that was put into ``receipts/``."""
        path = self.folder / sandbox.RECEIPTS / f"{number}.json"
        if not path.exists():
            return None
        try:
            return Receipt.from_json(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise Unavailable("credit_platform", f"批次 {number} 的回执读不出来", "请让对方重发回执") from error

    def counted(self, day: date) -> Counted | None:
        """A folder cannot say."""
        return None

    def check(self) -> str:
        """Whether the folder can be written to."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            probe = self.folder / ".probe"
            probe.write_text("")
            probe.unlink()
        except OSError:
            return "信用信息出口文件夹写不进去"
        return "ok"


@dataclass(frozen=True, slots=True)
class Sandbox(FileOutbox):
    """The folder with the runnable other side behind it: every batch is answered as the platform would."""

    def send(self, envelope: Envelope) -> Receipt | None:
        """Write the file; the other side reads it and answers."""
        FileOutbox.send(self, envelope)
        sandbox.answer(self.folder)
        return self.collect(envelope.number)

    def counted(self, day: date) -> Counted | None:
        """What the other side has kept of the day."""
        count, digest = sandbox.counted(self.folder, day)
        return Counted(count, digest)


@dataclass(frozen=True, slots=True)
class HttpPlatform:
    """A platform that takes ``POST <url>/batches`` and answers with the receipt, ``GET <url>/counts?day=`` for counts.

    The bearer token stands in ``<dir>/keys/credit.token`` (0600), never in the address.
    """

    url: str

    def send(self, envelope: Envelope) -> Receipt | None:
        """Post the batch; the answer is its receipt."""
        return self._receipt(self._ask("batches", envelope.to_json()))

    def collect(self, number: str) -> Receipt | None:
        """Ask for the receipt of a batch."""
        return self._receipt(self._ask(f"batches/{number}"))

    def counted(self, day: date) -> Counted | None:
        """Ask for the counts of a day."""
        found = self._ask(f"counts?day={day.isoformat()}")
        try:
            return Counted(int(found["count"]), str(found["digest"]))
        except (KeyError, TypeError, ValueError):
            return None

    def check(self) -> str:
        """An HTTP answer shows that it is there, but for one that locks us out or tells of its own trouble."""
        try:
            self._ask("health", seconds=HEALTH_SECONDS)
        except Unavailable as error:
            cause = error.__cause__
            if not isinstance(cause, urllib.error.HTTPError):
                return error.sentence
            if cause.code in _LOCKED_OUT:
                return "信用信息共享平台不接受我们的令牌，请更换 keys/credit.token"
            return f"信用信息共享平台自己有故障（HTTP {cause.code}）" if cause.code >= HTTP_FAULT else "ok"
        return "ok"

    def _receipt(self, found: Any) -> Receipt | None:
        if not found:
            return None
        try:
            return Receipt.from_json(found)
        except ValueError as error:
            raise _silent() from error

    def _ask(self, path: str, content: Mapping[str, Any] | None = None, seconds: int = TIMEOUT_SECONDS) -> Any:
        body = None if content is None else json.dumps(content, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", **_token()}
        request = urllib.request.Request(f"{self.url}/{path}", body, headers)  # noqa: S310 - checked in port()
        try:
            with urllib.request.build_opener(_NoRedirect).open(request, timeout=seconds) as answer:
                return json.loads(answer.read() or b"null")
        except (OSError, ValueError) as error:
            raise _silent() from error


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A platform that redirects is misconfigured: credit data is not carried to another host."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


def _silent() -> Unavailable:
    return Unavailable("credit_platform", "信用信息共享平台暂时没有响应", "系统会自动重发，不需要您操作")


def _token() -> dict[str, str]:
    path = Path(settings.DIR) / "keys" / "credit.token"
    return {"Authorization": f"Bearer {path.read_text().strip()}"} if path.exists() else {}


def outbox() -> Path:
    """The folder of batches."""
    return Path(settings.DIR) / "outbox" / "credit"


def port() -> CreditPlatform:
    """The adapter that ``TONGBAN_CREDIT_PLATFORM`` names: sandbox, file, or an address.

    :raises ValueError: for an address that is not HTTP(S).
    """
    named = str(settings.CREDIT_PLATFORM)
    if named == "sandbox":
        return Sandbox(outbox())
    if named == "file":
        return FileOutbox(outbox())
    if urlsplit(named).scheme not in {"http", "https"}:
        raise ValueError("TONGBAN_CREDIT_PLATFORM must be sandbox, file or begin with http:// or https://")
    return HttpPlatform(named.rstrip("/"))

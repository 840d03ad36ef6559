"""The port to a gateway of short messages, with two adapters: ``sandbox`` (keeps them for the demo) and ``http``."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import urlsplit

from django.conf import settings

from tongban.ground import moment
from tongban.ground.errors import Unavailable
from tongban.ground.notifications.models import SandboxMessage

TIMEOUT_SECONDS: Final = 10


class SmsPort(Protocol):
    """What a gateway does for us."""

    def send(self, message_id: uuid.UUID, mobile: str, text: str) -> None:
        """Hand over one message; the same ``message_id`` twice is one message. Raises :class:`Unavailable`."""

    def check(self) -> str:
        """``ok``, or a plain Chinese sentence that says what is wrong (connections page)."""


class SandboxSms:
    """A gateway that sends nothing and shows everything."""

    def send(self, message_id: uuid.UUID, mobile: str, text: str) -> None:
        """Keep the message where the demo shows it."""
        SandboxMessage.objects.get_or_create(
            message_id=message_id, defaults={"mobile": mobile, "text": text, "taken_at": moment.now()}
        )

    def check(self) -> str:
        """Always well."""
        return "ok"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A gateway that redirects is misconfigured: a mobile number is not carried to another host."""

    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


@dataclass(frozen=True, slots=True)
class HttpSms:
    """A gateway that takes ``POST {"id", "mobile", "text"}`` as JSON and answers 2xx.

    The bearer token stands in ``<dir>/keys/sms.token`` (0600), never in the address.
    """

    url: str

    def send(self, message_id: uuid.UUID, mobile: str, text: str) -> None:
        """Hand over; anything but 2xx is :class:`Unavailable`, and the job tries again."""
        self._post({"id": str(message_id), "mobile": mobile, "text": text})

    def check(self) -> str:
        """Ask the gateway with an empty order: any HTTP answer shows that it is there."""
        try:
            self._post({})
        except Unavailable as error:
            return "ok" if isinstance(error.__cause__, urllib.error.HTTPError) else error.sentence
        return "ok"

    def _post(self, order: dict[str, str]) -> None:
        request = urllib.request.Request(  # noqa: S310 - the scheme is checked in port()
            self.url, json.dumps(order, ensure_ascii=False).encode(), {"Content-Type": "application/json", **_token()}
        )
        try:
            with urllib.request.build_opener(_NoRedirect).open(request, timeout=TIMEOUT_SECONDS):
                return
        except OSError as error:
            raise Unavailable("sms", "短信网关暂时没有响应", "系统会自动重发，不需要您操作") from error


def _token() -> dict[str, str]:
    path = Path(settings.DIR) / "keys" / "sms.token"
    return {"Authorization": f"Bearer {path.read_text().strip()}"} if path.exists() else {}


def port() -> SmsPort:
    """The adapter that the setting ``TONGBAN_SMS`` names. Raises ``ValueError`` for an address that is not HTTP(S)."""
    gateway = str(settings.SMS_GATEWAY)
    if gateway == "sandbox":
        return SandboxSms()
    if urlsplit(gateway).scheme not in {"http", "https"}:
        raise ValueError("TONGBAN_SMS must be sandbox or begin with http:// or https://")
    return HttpSms(gateway)

"""The port to a gateway of short messages, with two adapters: ``sandbox`` (keeps them for the demo) and ``http``."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings

from tongban.ground import moment, outgoing
from tongban.ground.errors import Unavailable
from tongban.ground.notifications.models import SandboxMessage


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


@dataclass(frozen=True, slots=True)
class HttpSms:
    """A gateway that takes ``POST {"id", "mobile", "text"}`` as JSON and answers 2xx.

    The bearer token stands in ``<dir>/keys/sms.token`` (0600), never in the address.
    """

    url: str

    def send(self, message_id: uuid.UUID, mobile: str, text: str) -> None:
        """Hand over; anything but 2xx is :class:`Unavailable`, and the job tries again."""
        if not 200 <= self._post({"id": str(message_id), "mobile": mobile, "text": text}) < 300:
            raise _silent()

    def check(self) -> str:
        """Ask the gateway with an empty order: any HTTP answer shows that it is there."""
        try:
            self._post({})
        except Unavailable as error:
            return error.sentence
        return "ok"

    def _post(self, order: dict[str, str]) -> int:
        body = json.dumps(order, ensure_ascii=False).encode()
        try:
            return outgoing.post(outgoing.trusted(self.url), body, {"Content-Type": "application/json", **_token()})
        except outgoing.NoAnswer as error:
            raise _silent() from error


def _silent() -> Unavailable:
    return Unavailable("sms", "短信网关暂时没有响应", remedy="系统会自动重发，不需要您操作")


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

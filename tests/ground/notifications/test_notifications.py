from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.core import mail
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from tongban.ground import moment
from tongban.ground.errors import Unavailable
from tongban.ground.notifications import sms
from tongban.ground.notifications.models import Notification, SandboxMessage
from tongban.ground.notifications.selectors import inbox, sandbox_messages, unread_count, unsent
from tongban.ground.notifications.services import mark_read, notify, send
from tongban.ground.notifications.texts import fill, register_text

pytestmark = pytest.mark.django_db
ACCOUNT = uuid.UUID(int=5)
SUBJECT = ("case", uuid.UUID(int=6))

register_text("test.accepted", "您的办件已受理", "您的{item}（办件号 {number}）已受理，请等候办理。")


def tell(key: str = "k", **to: Any) -> list[Notification]:
    context = {"item": "公共场所卫生许可", "number": "YX2026000001"}
    return notify(key=key, template="test.accepted", context=context, subject=SUBJECT, **to)


def test_an_inbox_message_is_there_at_once():
    tell(account_id=ACCOUNT)
    message = inbox(ACCOUNT)[0]
    assert message.text == "您的公共场所卫生许可（办件号 YX2026000001）已受理，请等候办理。"
    assert (message.subject_kind, message.subject_id) == SUBJECT
    assert message.sent_at is not None
    assert unread_count(ACCOUNT) == 1


def test_the_same_key_tells_once():
    assert len(tell(account_id=ACCOUNT, address="13800138000")) == 2
    assert tell(account_id=ACCOUNT, address="13800138000") == []
    assert Notification.objects.count() == 2
    assert ProcrastinateJob.objects.filter(task_name="notifications.send").count() == 1


def test_a_message_needs_a_recipient_and_a_known_text():
    with pytest.raises(ValueError, match="account or an address"):
        tell()
    with pytest.raises(LookupError, match="not registered"):
        notify(key="x", template="test.unknown", context={}, account_id=ACCOUNT)
    with pytest.raises(LookupError, match="lacks number"):
        notify(key="x", template="test.accepted", context={"item": "x"}, account_id=ACCOUNT)


def test_a_text_cannot_reach_into_objects_and_is_registered_once():
    with pytest.raises(ValueError, match="plain placeholder"):
        register_text("test.bad", "t", "{case.secret}")
    with pytest.raises(ValueError, match="another text"):
        register_text("test.accepted", "t", "x")


def test_a_title_never_breaks_a_line():
    register_text("test.title", "{name}", "x")
    assert fill("test.title", {"name": "a\r\nBcc: b"}).title == "a Bcc: b"


def test_addresses_and_texts_are_encrypted_in_the_table():
    tell(address="13800138000")
    with connection.cursor() as cursor:
        cursor.execute("SELECT address, text FROM notifications_notification")
        assert all(value.startswith("enc:v1:") for value in cursor.fetchone())


def test_the_inbox_is_paged_and_belongs_to_its_account():
    for n in range(5):
        with moment.at(moment.now() + timedelta(minutes=n)):
            tell(str(n), account_id=ACCOUNT)
    tell("other", account_id=uuid.UUID(int=8))
    first = inbox(ACCOUNT, limit=2)
    rest = inbox(ACCOUNT, before=(first[-1].created_at, first[-1].id))
    assert [message.key for message in first + rest] == [f"{n}:inbox" for n in (4, 3, 2, 1, 0)]
    assert mark_read(uuid.UUID(int=8), [first[0].id]) == 0
    assert mark_read(ACCOUNT, [first[0].id]) == 1
    assert mark_read(ACCOUNT, [first[0].id]) == 0
    assert unread_count(ACCOUNT) == 4


def test_the_sandbox_keeps_a_message_once():
    message = tell(address="13800138000")[0]
    assert [waiting.id for waiting in unsent()] == [message.id]
    send(message.id)
    send(message.id)
    kept = sandbox_messages()
    assert [(one.mobile, one.text) for one in kept] == [("13800138000", message.text)]
    assert SandboxMessage.objects.count() == 1
    assert unsent() == []


def test_mail_goes_out_by_django(settings: Any):
    settings.EMAIL_URL = "smtp://localhost:25"
    send(tell(address="someone@example.cn")[0].id)
    assert [(one.to, one.subject) for one in mail.outbox] == [(["someone@example.cn"], "您的办件已受理")]


def test_a_city_without_mail_keeps_the_message_and_says_why(settings: Any):
    settings.EMAIL_URL = ""
    message = tell(address="someone@example.cn")[0]
    send(message.id)
    message.refresh_from_db()
    assert (message.sent_at, message.failed_reason) == (None, "email.not_configured")
    assert mail.outbox == []


class Gateway(BaseHTTPRequestHandler):
    """The other side of the HTTP adapter."""

    taken: ClassVar[list[tuple[str | None, dict[str, str]]]] = []
    status = 200

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.taken.append((self.headers["Authorization"], body))
        self.send_response(self.status)
        self.send_header("Location", "http://127.0.0.1:9/elsewhere")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        return


@pytest.fixture
def gateway(settings: Any, tmp_path: Path) -> Iterator[type[Gateway]]:
    server = HTTPServer(("127.0.0.1", 0), Gateway)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    Gateway.taken.clear()
    Gateway.status = 200
    settings.SMS_GATEWAY = f"http://127.0.0.1:{server.server_port}/send"
    yield Gateway
    server.shutdown()
    server.server_close()


def test_the_http_gateway_gets_id_mobile_and_text(gateway: type[Gateway], settings: Any):
    token = Path(settings.DIR) / "keys" / "sms.token"
    token.parent.mkdir(parents=True, exist_ok=True)
    token.write_text("secret\n")
    message = tell(address="13800138000")[0]
    send(message.id)
    token.unlink()
    assert gateway.taken == [("Bearer secret", {"id": str(message.id), "mobile": "13800138000", "text": message.text})]
    assert sms.port().check() == "ok"


@pytest.mark.parametrize("status", [500, 302, 400])
def test_a_gateway_that_refuses_is_noted_and_tried_again(gateway: type[Gateway], status: int):
    gateway.status = status
    message = tell(address="13800138000")[0]
    with pytest.raises(Unavailable):
        send(message.id)
    message.refresh_from_db()
    assert (message.sent_at, message.failed_reason) == (None, "unavailable.sms")
    gateway.status = 200
    send(message.id)
    message.refresh_from_db()
    assert message.sent_at is not None
    assert message.failed_reason == ""


def test_a_gateway_that_is_not_there_is_told_in_plain_words(settings: Any):
    settings.SMS_GATEWAY = "http://127.0.0.1:9/"
    assert sms.port().check() == "短信网关暂时没有响应"
    settings.SMS_GATEWAY = "ftp://example"
    with pytest.raises(ValueError, match="TONGBAN_SMS"):
        sms.port()

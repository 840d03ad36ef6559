"""Webhooks: who is told, signed how, and what happens when nobody answers."""

from __future__ import annotations

import ipaddress
import json
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.faces.openapi.machines import VIEW, Machine, a_case, a_machine, the_window
from tongban.demo import names
from tongban.faces.openapi.models import Webhook, WebhookMessage
from tongban.faces.openapi.webhooks import services, signing
from tongban.ground import moment
from tongban.ground.errors import Conflict, Refusal
from tongban.ground.jobs import inline
from tongban.ground.ledger import consumers
from tongban.ground.ledger.selectors import events_of
from tongban.ground.policy import SYSTEM
from tongban.procedures.cases.models import Case
from tongban.registry.parties.models import ApiClient

pytestmark = [pytest.mark.django_db, pytest.mark.covers("OPS-10"), pytest.mark.aside]


HERE = [ipaddress.ip_network("127.0.0.0/8")]


class Receiver(HTTPServer):
    """The other side: keeps what came, answers with ``status``."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.taken: list[tuple[dict[str, str], str]] = []
        self.status = 200
        self.url = f"http://127.0.0.1:{self.server_port}/take"


class Taking(BaseHTTPRequestHandler):
    """Takes one POST."""

    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.taken.append(({key.lower(): value for key, value in self.headers.items()}, body))
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("Location", self.server.url + "/elsewhere")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        return None


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    """A real server on this machine."""
    settings.RECEIVER_NETWORKS = HERE
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def hook_of(machine: Machine, url: str, *kinds: str) -> Webhook:
    """A webhook of a machine."""
    return services.register(SYSTEM, ApiClient.objects.get(client_id=machine.client_id), url, kinds)


def tell(number: str) -> None:
    """Let the reaction see every event of the case, as the job process would."""
    with inline():
        for row in events_of("case", Case.objects.get(number=number).id):
            consumers.handle_now(row, ("openapi.webhooks",))


@pytest.fixture(autouse=True)
def sent_at_once(django_capture_on_commit_callbacks, monkeypatch) -> None:
    """Orders without a time run at once: the test's transaction never commits."""
    monkeypatch.setattr(
        services, "_send_later", lambda message: None if message.next_try_at else services.send(message.pk)
    )


def test_a_message_names_the_case_and_no_person_and_its_signature_is_right(receiver: Receiver) -> None:
    window = the_window()
    hook = hook_of(window, receiver.url, "case.submitted")
    number = a_case(window)
    tell(number)
    tell(number)  # read twice, sent once
    [(headers, body)] = receiver.taken
    assert signing.is_genuine(hook.secret, headers, body, moment.now())
    assert not signing.is_genuine(signing.new_secret(), headers, body, moment.now())
    assert not signing.is_genuine(hook.secret, headers, body + " ", moment.now())
    assert not signing.is_genuine(hook.secret, headers, body, moment.now() + timedelta(minutes=6))
    told = json.loads(body)
    assert (told["type"], told["data"]["number"], told["data"]["sequence"]) == ("case.submitted", number, 1)
    assert set(told["data"]) == {"event_id", "sequence", "number", "item", "state", "state_words", "outcome"}
    message = WebhookMessage.objects.get()
    assert message.delivered_at is not None
    assert (message.attempts, message.status, str(message.pk)) == (1, 200, headers["webhook-id"])


def test_only_who_may_see_the_case_is_told(receiver: Receiver) -> None:
    window = the_window()
    roads = a_machine(names.ROADS, names.ROAD_HANDLE_POST, *VIEW)
    hook_of(roads, receiver.url, "case.submitted")
    tell(a_case(window))
    assert receiver.taken == []
    assert WebhookMessage.objects.count() == 0


@pytest.mark.parametrize("status", [500, 404, 302])
def test_anything_but_a_receipt_is_tried_again_with_growing_pauses(receiver: Receiver, status: int) -> None:
    receiver.status = status
    window = the_window()
    hook = hook_of(window, receiver.url, "case.submitted")
    tell(a_case(window))
    message = WebhookMessage.objects.get()
    assert (message.attempts, message.status, message.trouble) == (1, status, f"对方返回 {status}")
    pauses = []
    while message.next_try_at:
        pauses.append((message.next_try_at - moment.now()).total_seconds())
        with moment.at(message.next_try_at):
            services.send(message.pk)
        message.refresh_from_db()
    assert message.given_up_at is not None
    assert len(receiver.taken) == len(services.PAUSES) + 1
    hook.refresh_from_db()
    assert hook.failing_since is not None
    receiver.status = 200
    services.send_again(message.pk, hook)
    message.refresh_from_db()
    hook.refresh_from_db()
    assert message.delivered_at is not None
    assert hook.failing_since is None
    assert len({headers["webhook-id"] for headers, _ in receiver.taken}) == 1


def test_an_address_that_fails_for_three_days_is_switched_off(receiver: Receiver) -> None:
    receiver.status = 503
    window = the_window()
    hook = hook_of(window, receiver.url, "case.submitted", "case.accepted")
    number = a_case(window)
    tell(number)
    with moment.at(moment.now() + timedelta(days=3, minutes=1)):
        window.post(f"/cases/{number}/accept", {})
        services.test(hook)
    hook.refresh_from_db()
    assert not hook.is_active
    assert "三天" in hook.off_reason
    sent = len(receiver.taken)
    services.send(WebhookMessage.objects.earliest("id").pk)
    assert len(receiver.taken) == sent
    receiver.status = 200
    with moment.at(moment.now() + timedelta(days=4)):
        services.switch(SYSTEM, hook, active=True)
    assert not WebhookMessage.objects.filter(delivered_at=None).exists()


def test_nobody_listens(settings) -> None:
    settings.RECEIVER_NETWORKS = HERE
    window = the_window()
    hook = hook_of(window, "http://127.0.0.1:9/", "case.submitted")
    message = services.test(hook)
    message.refresh_from_db()
    assert message.trouble == "连不上对方，或对方的回答看不懂"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://example.invalid/", "outgoing.address"),
        ("https://", "outgoing.address"),
        ("https://user:secret@example.invalid/", "outgoing.password"),
        ("http://127.0.0.1:5432/", "outgoing.private"),
        ("https://[::1]/", "outgoing.private"),
        ("https://[::ffff:127.0.0.1]/", "outgoing.private"),
        ("https://[::ffff:169.254.169.254]/", "outgoing.private"),
        ("https://[64:ff9b::7f00:1]/", "outgoing.private"),
        ("http://169.254.169.254/latest/", "outgoing.private"),
        ("https://10.0.0.1/", "outgoing.private"),
        ("https://[fd00::1]/", "outgoing.private"),
        ("http://0.0.0.0/", "outgoing.private"),
        ("http://8.8.8.8/", "outgoing.plain"),
        ("http://no-such-host.invalid/", "outgoing.unknown_host"),
        ("http://[", "outgoing.address"),
    ],
)
def test_an_address_that_could_do_harm_is_refused(url: str, code: str, settings) -> None:
    settings.RECEIVER_NETWORKS = []
    with pytest.raises(Refusal) as refused:
        hook_of(the_window(), url, "case.submitted")
    assert refused.value.code == code


def test_an_address_is_told_once_and_only_of_events_that_there_are(receiver: Receiver) -> None:
    window = the_window()
    for kinds in ((), ("case.invented",)):
        with pytest.raises(Refusal):
            hook_of(window, receiver.url, *kinds)
    hook_of(window, receiver.url, "case.submitted")
    with pytest.raises(Conflict):
        hook_of(window, receiver.url, "case.accepted")


def test_a_caller_sees_and_repeats_its_own_messages_only(receiver: Receiver) -> None:
    window, other = the_window(), the_window()
    hook = hook_of(window, receiver.url, "case.submitted")
    assert [entry["url"] for entry in window.get("/webhooks").json()] == [receiver.url]
    assert other.get("/webhooks").json() == []
    assert window.post(f"/webhooks/{hook.pk}/test", {}).status_code == 200
    page = window.get(f"/webhooks/{hook.pk}/messages").json()
    assert [entry["kind"] for entry in page["items"]] == ["webhook.tested"]
    message = page["items"][0]["id"]
    assert window.post(f"/webhooks/{hook.pk}/messages/{message}/resend", {}).json() == {"id": message}
    assert len(receiver.taken) == 2
    for path in (f"/webhooks/{hook.pk}/messages",):
        assert other.get(path).status_code == 404
    assert other.post(f"/webhooks/{hook.pk}/test", {}).status_code == 404


def test_old_messages_go_and_waiting_ones_stay(receiver: Receiver) -> None:
    hook = hook_of(the_window(), receiver.url, "case.submitted")
    services.test(hook)
    receiver.status = 500
    services.test(hook)
    with moment.at(moment.now() + timedelta(days=31)):
        assert services.forget_old() == 1
    assert WebhookMessage.objects.get().delivered_at is None


def test_an_answer_that_is_not_http_is_a_failure_like_any_other(settings) -> None:
    settings.RECEIVER_NETWORKS = HERE
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def babble() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"hello, this is not HTTP\r\n\r\n")

        thread = threading.Thread(target=babble, daemon=True)
        thread.start()
        hook = hook_of(the_window(), f"http://127.0.0.1:{listener.getsockname()[1]}/", "case.submitted")
        message = services.test(hook)
    message.refresh_from_db()
    assert (message.attempts, message.status, message.delivered_at) == (1, None, None)


def test_what_happens_to_a_webhook_stands_in_the_ledger_of_its_channel(receiver: Receiver) -> None:
    hook = hook_of(the_window(), receiver.url, "case.submitted")
    services.change_kinds(SYSTEM, hook, ["case.accepted"])
    before = hook.secret
    assert services.renew_secret(SYSTEM, hook) != before
    services.switch(SYSTEM, hook, active=False)
    kinds = [row.kind for row in events_of("channel", hook.client.channel.pk)]
    assert kinds == [
        "channel.webhook_set",
        "channel.webhook_set",
        "channel.webhook_secret_renewed",
        "channel.webhook_stopped",
    ]

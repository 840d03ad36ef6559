"""The credit platform on the connections page: its adapter in words, how it is, what waits."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.registry.credit.test_pushing import a_recorded
from tongban.ground.ports import selectors, services
from tongban.ground.ports.models import PortCheck
from tongban.ground.ports.registry import all_ports
from tongban.registry.credit import pushing
from tongban.registry.credit.models import CreditPush
from tongban.registry.credit.platform import HttpPlatform, Sandbox

pytestmark = [pytest.mark.django_db, pytest.mark.covers("NTC-13", "OPS-10"), pytest.mark.aside]


@contextmanager
def a_platform(status: int) -> Iterator[str]:
    """Somebody who answers every question with this status."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Nothing is printed."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def the_state() -> selectors.PortState:
    return next(one for one in selectors.states() if one.port.name == "credit.platform")


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("sandbox", "沙箱（本机自带的对方，数据不出本系统）"),
        ("file", "文件夹（批次和回执由人转送）"),
        ("https://credit.example", "HTTP 接口"),
    ],
)
def test_the_setting_switches_the_adapter_that_is_shown(setting: str, words: str, settings) -> None:  # type: ignore[no-untyped-def]
    settings.CREDIT_PLATFORM = setting
    assert the_state().adapter == words


def test_what_waits_is_counted_until_the_other_side_has_answered(tmp_path: Path) -> None:
    assert the_state().backlog.count == 0
    a_recorded(2)
    first = CreditPush.objects.order_by("ordered_at")[0]
    told = the_state().backlog
    assert (told.count, told.oldest) == (2, first.ordered_at)
    pushing.make_batch()
    assert the_state().backlog.count == 2
    pushing.run(Sandbox(tmp_path))
    assert the_state().backlog.count == 0


@pytest.mark.parametrize(
    ("status", "sentence"),
    [(200, "ok"), (404, "ok"), (401, "令牌"), (403, "令牌"), (503, "自己有故障（HTTP 503）")],
)
def test_a_platform_that_locks_us_out_is_not_well(status: int, sentence: str) -> None:
    with a_platform(status) as url:
        assert sentence in HttpPlatform(url).check()


def test_a_platform_that_is_not_there_is_a_finding_on_the_page(settings) -> None:  # type: ignore[no-untyped-def]
    settings.CREDIT_PLATFORM = "http://127.0.0.1:9"
    found = next(one for one in all_ports() if one.name == "credit.platform")
    assert not services.check(found)
    assert PortCheck.objects.get(port="credit.platform").sentence == "信用信息共享平台暂时没有响应"
    settings.CREDIT_PLATFORM = "ftp://credit.example"
    assert not services.check(found)

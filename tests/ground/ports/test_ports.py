"""Ports: how every neighbour is, kept where the connections page reads it."""

from __future__ import annotations

import smtplib
from datetime import timedelta

import pytest

from tongban.ground import moment
from tongban.ground.errors import Unavailable
from tongban.ground.notifications import neighbours
from tongban.ground.notifications.models import Channel, Notification
from tongban.ground.ports import selectors, services
from tongban.ground.ports.models import PortCheck
from tongban.ground.ports.registry import Port, all_ports

pytestmark = pytest.mark.django_db


def port(answer: object) -> Port:
    """A port whose check gives this, or raises it."""

    def check() -> str:
        if isinstance(answer, BaseException):
            raise answer
        return str(answer)

    return Port("test.port", "测试系统", "什么都不耽误", lambda: "沙箱", check)


def test_every_registered_port_answers_on_a_fresh_installation() -> None:
    names = {one.name for one in all_ports()}
    assert {"notifications.sms", "notifications.email", "storage.files", "storage.scanner", "licences.seals"} <= names
    services.check_all()
    assert set(PortCheck.objects.values_list("port", flat=True)) == names
    assert {state.port.name for state in selectors.states()} == names


def test_a_check_remembers_since_when_it_has_been_so() -> None:
    start = moment.now()
    with moment.at(start):
        assert services.check(port("ok"))
    with moment.at(start + timedelta(minutes=5)):
        assert not services.check(port("对方没有响应"))
    with moment.at(start + timedelta(minutes=10)):
        assert not services.check(port("对方没有响应"))
    kept = PortCheck.objects.get(port="test.port")
    assert (kept.sentence, kept.changed_at) == ("对方没有响应", start + timedelta(minutes=5))
    assert kept.last_well_at == start


@pytest.mark.parametrize("trouble", [OSError("boom"), Unavailable("x", "对方停机维护"), ValueError("bad address")])
def test_a_check_that_breaks_is_a_finding_not_a_fault(trouble: Exception) -> None:
    assert not services.check(port(trouble))
    assert PortCheck.objects.get(port="test.port").sentence


def test_what_waits_is_counted_with_its_age() -> None:
    now = moment.now()
    Notification.objects.create(
        key="waiting", channel=Channel.SMS, address="13800000000", template="t", title="t", text="t", created_at=now
    )
    [backlog] = [state.backlog for state in selectors.states() if state.port.name == "notifications.sms"]
    assert (backlog.count, backlog.oldest) == (1, now)


def test_a_mail_server_that_is_not_there_is_told(settings) -> None:
    settings.EMAIL_URL = "smtp://127.0.0.1:9"
    assert neighbours._mail() == "邮件服务器没有响应"
    settings.EMAIL_URL = ""
    assert neighbours._mail() == "ok"
    assert issubclass(smtplib.SMTPException, OSError)


def test_a_gateway_that_is_not_there_is_told(settings) -> None:
    settings.SMS_GATEWAY = "http://127.0.0.1:9/send"
    states = {state.port.name: state for state in selectors.states()}
    gateway = states["notifications.sms"].port
    assert gateway.check() == "短信网关暂时没有响应"
    assert gateway.adapter() == "HTTP 接口"


def test_a_scanner_that_does_not_run_is_told(settings) -> None:
    settings.SCANNER = "/no/such/scanner"
    scanner = next(one for one in all_ports() if one.name == "storage.scanner")
    assert "检查服务" in scanner.check()


def test_a_seal_that_expires_soon_is_told() -> None:
    from tongban.registry.licences.models import Seal

    seals = next(one for one in all_ports() if one.name == "licences.seals")
    assert seals.check() == "ok"
    seal = Seal.objects.filter(state="active").first()
    assert seal is not None
    Seal.objects.filter(pk=seal.pk).update(valid_until=moment.now() + timedelta(days=3))
    assert seal.name in seals.check()

"""The connections page as the administrators use it."""

from __future__ import annotations

import ipaddress
import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.faces.door import enter, staff_account
from tongban.demo import names
from tongban.faces.openapi.models import Channel, Webhook, WebhookMessage
from tongban.ground.ports.models import PortCheck
from tongban.registry.parties.models import Post

pytestmark = [pytest.mark.django_db, pytest.mark.covers("MOB-04", "OPS-10"), pytest.mark.aside]


@pytest.fixture
def system_admin() -> Client:
    return enter(staff_account("魏承志"))


@pytest.fixture
def security_admin() -> Client:
    return enter(staff_account("贺敏之"))


def handling_post() -> Post:
    return Post.objects.get(department__short_name=names.HEALTH, name=names.HYGIENE_HANDLE_POST)


def asked(client: Client, **changes: object) -> object:
    """Post the form of a caller."""
    values = {
        "client_id": "health-page",
        "name": "卫生许可业务系统",
        "kind": "department",
        "purpose": "接收待办并回传意见",
        "scopes": ["cases.case.view", "cases.step.handle"],
        **changes,
    }
    return client.post(f"{reverse('desk:channel_new')}?post={handling_post().pk}", values)


def test_the_page_shows_every_neighbour_and_asks_them_on_demand(system_admin: Client) -> None:
    page = system_admin.get(reverse("desk:connections"))
    assert "短信网关" in page.content.decode()
    assert "还没检查" in page.content.decode()
    answer = system_admin.post(reverse("desk:connections_check"))
    assert answer.status_code == 303
    assert PortCheck.objects.filter(port="notifications.sms", well=True).exists()
    assert PortCheck.objects.filter(port="credit.platform", well=True).exists()
    assert "正常" in system_admin.get(answer["Location"]).content.decode()


def test_the_number_of_queries_does_not_grow_with_the_callers(system_admin: Client, django_assert_num_queries) -> None:
    with django_assert_num_queries(6):  # session, checks, callers, and the age of what waits three times
        system_admin.get(reverse("desk:connections"))


def test_a_caller_is_asked_for_let_in_by_another_hand_and_gets_its_secret_once(
    system_admin: Client, security_admin: Client
) -> None:
    choose = system_admin.get(reverse("desk:channel_new"))
    assert handling_post().name in choose.content.decode()
    form = system_admin.get(f"{reverse('desk:channel_new')}?post={handling_post().pk}")
    assert "cases.step.handle" in form.content.decode()
    assert "cases.case.decide" not in form.content.decode()
    answer = asked(system_admin)
    assert answer.status_code == 303
    address = answer["Location"]
    assert "登记的人不能自己审核" in system_admin.get(address).content.decode()
    assert system_admin.post(address, {"do": "let_in"}).status_code == 404
    refused = security_admin.post(address, {"do": "refuse"})
    assert refused.status_code == 422
    assert "请写明不通过的理由" in refused.content.decode()
    assert security_admin.post(address, {"do": "let_in"}).status_code == 303
    told = system_admin.post(address, {"do": "secret"})
    assert told["Cache-Control"] == "no-store, private"
    assert "只显示这一次" in told.content.decode()
    shown = system_admin.get(address).content.decode()
    assert "取新密钥" in shown
    assert "审核通过" in shown
    assert system_admin.post(address, {"do": "suspend", "reason": "演练"}).status_code == 303
    assert Channel.objects.get(client__client_id="health-page").state == "suspended"


def test_wrong_input_keeps_what_was_typed(system_admin: Client) -> None:
    answer = asked(system_admin, client_id="卫生 系统", scopes=[])
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "接收待办并回传意见" in page
    assert "请选择：权限" in page
    assert Channel.objects.filter(purpose="接收待办并回传意见").count() == 0
    answer = asked(system_admin, client_id="卫生 系统")
    assert "小写字母开头" in answer.content.decode()
    assert system_admin.get(f"{reverse('desk:channel_new')}?post=999999").status_code == 200
    assert system_admin.get(f"{reverse('desk:channel_new')}?post=9²").status_code == 200


def test_a_webhook_is_set_tested_and_stopped_on_its_pages(system_admin: Client, settings) -> None:
    settings.RECEIVER_NETWORKS = [ipaddress.ip_network("127.0.0.0/8")]
    channel = Channel.objects.get(client__client_id="yx-roads")
    new = reverse("desk:webhook_new", args=[channel.pk])
    assert "推送地址" in system_admin.get(new).content.decode()
    wrong = system_admin.post(new, {"url": "ftp://elsewhere", "kinds": ["case.decided"]})
    assert wrong.status_code == 422
    assert "https://主机/路径" in wrong.content.decode()
    told = system_admin.post(new, {"url": "http://127.0.0.1:9/take", "kinds": ["case.decided"]})
    assert re.search(r"whsec_[A-Za-z0-9+/=]{40,}", told.content.decode())
    hook = Webhook.objects.get(client=channel.client)
    address = reverse("desk:webhook", args=[channel.pk, hook.pk])
    assert system_admin.post(address, {"do": "test"}).status_code == 303
    message = WebhookMessage.objects.get(webhook=hook)
    assert "排队" in system_admin.get(address).content.decode()
    assert system_admin.post(address, {"do": "resend", "message": str(message.pk)}).status_code == 303
    assert system_admin.post(address, {"do": "resend", "message": "x"}).status_code == 404
    assert system_admin.post(address, {"do": "stop"}).status_code == 303
    assert "已停用" in system_admin.get(address).content.decode()
    assert system_admin.post(address, {"do": "resume"}).status_code == 303
    assert "whsec_" in system_admin.post(address, {"do": "secret"}).content.decode()
    assert system_admin.post(address, {"do": "invented"}).status_code == 404


def test_only_a_system_administrator_touches_webhooks(security_admin: Client) -> None:
    channel = Channel.objects.get(client__client_id="yx-roads")
    assert security_admin.get(reverse("desk:webhook_new", args=[channel.pk])).status_code == 403
    assert security_admin.get(reverse("desk:channel", args=[channel.pk])).status_code == 200


def test_the_wechat_page_makes_menu_and_templates_of_this_site(system_admin: Client, settings) -> None:
    page = system_admin.get(reverse("desk:wechat_account")).content.decode()
    assert f"{settings.PUBLIC_URL}/progress/" in page
    assert "〔事项〕" in page
    assert "您的申请已受理" in page

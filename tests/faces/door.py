"""Signing in for tests of the faces: the demo's people, by name."""

from __future__ import annotations

from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tongban.registry.parties.models import Staff, UserAccount
from tongban.registry.parties.selectors import account_by_login, resident_login

SHEN = "13800002046"  # 沈知夏, 溪上小馆
LU = "13900007720"  # 陆明远


def resident_account(mobile: str = SHEN) -> UserAccount:
    """The account of a demo resident."""
    account = account_by_login(resident_login(mobile))
    assert account is not None
    return account


def staff_account(name: str) -> UserAccount:
    """The account of a demo staff member."""
    return Staff.objects.select_related("account").get(name=name).account


def enter(account: UserAccount) -> Client:
    """A browser in which the account is signed in through the demo's door."""
    client = Client()
    response = client.post(reverse("demo:sign_in", args=[account.pk]))
    assert response.status_code == 303
    return client


def all_patterns() -> list[tuple[str, URLPattern]]:
    """Every route of the site with its pattern."""

    def walk(resolver: URLResolver, prefix: str) -> list[tuple[str, URLPattern]]:
        found: list[tuple[str, URLPattern]] = []
        for entry in resolver.url_patterns:
            route = prefix + str(entry.pattern)
            found += walk(entry, route) if isinstance(entry, URLResolver) else [(route, entry)]
        return found

    return walk(get_resolver(), "")


def sent_code() -> str:
    """The code of the newest short message."""
    from tongban.ground.notifications.models import Notification

    text = Notification.objects.filter(channel="sms").latest("created_at").text
    return next(str(part) for part in text.replace(",", " ").replace("，", " ").split() if part.isdecimal())


def header_of(response: HttpResponse, name: str) -> str:
    """A header or empty."""
    return str(response.headers.get(name, ""))

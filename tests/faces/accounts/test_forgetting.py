"""Attempts, codes and ended sessions do not stay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from tests.faces.door import SHEN, enter, resident_account
from tongban.faces.accounts import services
from tongban.faces.accounts.models import Attempt, OneTimeCode
from tongban.ground import moment
from tongban.registry.parties.models import AccountSession

pytestmark = pytest.mark.django_db


def test_what_had_its_day_is_forgotten_and_what_lives_stays() -> None:
    start = moment.now()
    Client().post(reverse("accounts:sign_in"), {"mobile": SHEN})
    enter(resident_account())
    services.forget_old()
    assert (Attempt.objects.count(), OneTimeCode.objects.count()) == (3, 1)
    assert AccountSession.objects.count() == 1
    with moment.at(start + timedelta(days=4)):
        services.forget_old()
    assert (Attempt.objects.count(), OneTimeCode.objects.count()) == (0, 0)
    assert (Session.objects.count(), AccountSession.objects.count()) == (0, 0)

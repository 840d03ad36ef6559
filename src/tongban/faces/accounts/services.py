"""Forgetting: attempts, codes and sessions that have had their day leave the database (g6 lines 4 and 17)."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.models import Session

from tongban.faces.accounts.models import Attempt, OneTimeCode
from tongban.ground import moment
from tongban.registry.parties.services import forget_ended_sessions

KEEP = timedelta(days=2)


def forget_old() -> int:
    """Delete counted attempts and codes older than two days, and expired sessions. Returns how many rows went."""
    now = moment.now()
    attempts, _ = Attempt.objects.filter(window_start__lt=now - KEEP).delete()
    codes, _ = OneTimeCode.objects.filter(expires_at__lt=now - KEEP).delete()
    sessions, _ = Session.objects.filter(expire_date__lt=now).delete()
    return attempts + codes + sessions + forget_ended_sessions()

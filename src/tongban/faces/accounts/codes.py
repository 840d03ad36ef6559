"""One-time codes by short message: at most one a minute, kept as a keyed hash, good for ten minutes and one use."""

from __future__ import annotations

import hmac
import secrets
import uuid
from datetime import timedelta

from django.db.models import F

from tongban.faces.accounts.models import OneTimeCode
from tongban.faces.limits import Limit
from tongban.ground import moment
from tongban.ground.crypto import blind_index
from tongban.ground.errors import Refusal
from tongban.ground.notifications.services import notify
from tongban.ground.notifications.texts import register_text

LIFE = timedelta(minutes=10)
MOST_TRIES = 5
TEXT = "accounts.code"

PER_MOBILE_MINUTE = Limit("sms_minute", 1, timedelta(minutes=1), "一分钟内只能发一次验证码")
PER_MOBILE_DAY = Limit("sms_day", 10, timedelta(days=1), "这个手机号今天收的验证码太多了")
PER_ADDRESS_HOUR = Limit("sms_address", 60, timedelta(hours=1), "这个网络发出的验证码太多了")


def register_texts() -> None:
    """Called when the application is ready."""
    register_text(TEXT, "验证码", "【{site}】验证码 {code},10 分钟内有效。不要告诉任何人，工作人员也不会向您要。")


def allow(mobile: str, address: str) -> None:
    """Count one order of a code, whoever the mobile belongs to. :raises TooMany:"""
    PER_ADDRESS_HOUR.spend(address)
    PER_MOBILE_MINUTE.spend(mobile)
    PER_MOBILE_DAY.spend(mobile)


def send(mobile: str, purpose: str, site: str) -> None:
    """Make a code for the mobile and send it; the newest code is the only one that counts."""
    now = moment.now()
    identity, code = uuid.uuid4(), f"{secrets.randbelow(1_000_000):06d}"
    OneTimeCode.objects.create(
        id=identity,
        mobile_index=blind_index("mobile", mobile),
        purpose=purpose,
        code_hash=_hash(identity, code),
        created_at=now,
        expires_at=now + LIFE,
    )
    notify(key=f"code:{identity}", address=mobile, template=TEXT, context={"code": code, "site": site})


def check(mobile: str, purpose: str, code: str) -> None:
    """Use up the newest code of the mobile. The answer is the same for a wrong code, an old one, and none at all.

    :raises Refusal: ``code.wrong``.
    """
    now = moment.now()
    newest = (
        OneTimeCode.objects.filter(mobile_index=blind_index("mobile", mobile), purpose=purpose)
        .order_by("-created_at")
        .first()
    )
    if newest is None or newest.used_at or newest.expires_at < now or newest.tries >= MOST_TRIES:
        raise _wrong()
    if not hmac.compare_digest(newest.code_hash, _hash(newest.pk, code)):
        OneTimeCode.objects.filter(pk=newest.pk).update(tries=F("tries") + 1)
        raise _wrong()
    if not OneTimeCode.objects.filter(pk=newest.pk, used_at=None).update(used_at=now):
        raise _wrong()


def _hash(identity: uuid.UUID, code: str) -> str:
    return blind_index("one_time_code", f"{identity}:{code}")


def _wrong() -> Refusal:
    return Refusal(
        "code.wrong", "验证码不对或已过期", field="code", remedy="请填写最近一条短信里的 6 位数字，或重新获取"
    )

"""Reading something by its number without an account: with its query password, or with a code sent to the mobile.

The answer never says which of the two was wrong, nor whether a code was sent at all. Three wrong tries of a number wait
ten minutes; a network has twenty.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from tongban.faces.accounts import codes
from tongban.faces.context import Site
from tongban.faces.limits import Limit, address_of
from tongban.ground.crypto import blind_index
from tongban.ground.errors import Refusal, TooMany
from tongban.ground.identifiers import half_width, parse_mobile

T = TypeVar("T")
NUMBER = re.compile(r"[0-9A-Z-]{1,40}", re.ASCII)
PERIOD = timedelta(minutes=10)


@dataclass(frozen=True)
class Refused:
    """What is told instead, at which field; ``status`` of the page. ``sent``: a code was sent before."""

    wrong: Mapping[str, str]
    status: int
    sent: bool = False


@dataclass(frozen=True)
class CodeSent:
    """A code went to the mobile, if it is the one that was left; nobody is told whether."""

    number: str
    mobile: str


@dataclass(frozen=True)
class LookUp(Generic[T]):
    """One kind of thing with a number (``purpose``): how it is found, and what people call number and password."""

    purpose: str
    number_words: str
    mismatch: str
    by_password: Callable[[str, str], T | None]
    by_contact: Callable[[str, str], T | None]

    @property
    def wrong_of_number(self) -> Limit:
        """Wrong tries of one number."""
        return limits_of(self.purpose)[0]

    @property
    def wrong_of_address(self) -> Limit:
        """Wrong tries from one network."""
        return limits_of(self.purpose)[1]

    def with_password(self, request: HttpRequest) -> T | Refused:
        """What stands under the posted ``number`` with the posted ``password``."""
        number, password = number_of(request), half_width(request.POST.get("password", "")).strip()[:12]
        missing = {
            "number": "" if number else _("请填写%(name)s") % {"name": self.number_words},
            "password": "" if password else _("请填写查询密码"),
        }
        if any(missing.values()):
            return Refused({key: words for key, words in missing.items() if words}, 422)
        address = address_of(request)
        try:
            self.wrong_of_number.check(number)
            self.wrong_of_address.check(address)
        except TooMany as refusal:
            return Refused({"password": f"{refusal.sentence}。{refusal.remedy}"}, 429)
        found = self.by_password(number, password) if NUMBER.fullmatch(number) else None
        if found is None:
            self.wrong_of_number.note(number)
            self.wrong_of_address.note(address)
            return Refused({"password": self.mismatch}, 422)
        return found

    def with_phone(self, request: HttpRequest) -> T | CodeSent | Refused:
        """Posted ``number`` and ``mobile`` send a code; with the ``code`` they show what stands there."""
        number, typed = number_of(request), request.POST.get("mobile", "")[:40]
        code = half_width(request.POST.get("code", "")).strip()[:12]
        try:
            mobile = parse_mobile(typed)
            if not NUMBER.fullmatch(number):
                raise Refusal("look_up.number", _("请填写%(name)s") % {"name": self.number_words}, field="number")
            if code:
                return self._checked(number, mobile, code)
            codes.allow(mobile, address_of(request))
            if self.by_contact(number, blind_index("mobile", mobile)):
                codes.send(mobile, self.purpose, Site(**getattr(settings, "SITE_NAMES", {})).name)
            return CodeSent(number, mobile)
        except (Refusal, TooMany) as refusal:
            words = f"{refusal.sentence}。{refusal.remedy}" if refusal.remedy else refusal.sentence
            return Refused({refusal.field or "mobile": words}, refusal.status, bool(code))

    def _checked(self, number: str, mobile: str, code: str) -> T:
        self.wrong_of_number.check(number)
        found = self.by_contact(number, blind_index("mobile", mobile))
        try:
            codes.check(mobile, self.purpose, code)
        except Refusal:
            self.wrong_of_number.note(number)
            raise
        if found is None:  # the mobile was changed between the two steps
            raise Refusal("code.wrong", _("验证码不对或已过期"), field="code")
        return found


def limits_of(purpose: str) -> tuple[Limit, Limit]:
    """How many wrong tries one number has, and one network."""
    return (
        Limit(f"{purpose}.number", 3, PERIOD, "这个编号试错了 3 次"),
        Limit(f"{purpose}.address", 20, PERIOD, "从您的网络试错的次数太多"),
    )


def number_of(request: HttpRequest) -> str:
    """The posted number as it is stored: narrow, upper case, at most 40 characters."""
    return half_width(request.POST.get("number", "")).strip().upper()[:40]

"""The people of ``people.json`` signed in for real: residents by password, staff with their authenticator's code."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import struct
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tongban.launch.outcome import BadInput, Finding
from tongban.launch.walking.browser import Browser, Page
from tongban.launch.walking.walker import Walker, demand, form_of

PERIOD = 30
SIGN_IN, STAFF_SIGN_IN, SWITCH = "/accounts/sign-in/password/", "/accounts/staff/", "/accounts/post/"


def one_time_code(secret: str, at: float) -> str:
    """The six digits of RFC 6238 (SHA-1, 30 s) that an authenticator shows at a Unix time."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8), casefold=True)
    digest = hmac.new(key, struct.pack(">Q", int(at) // PERIOD), hashlib.sha1).digest()
    place = digest[-1] & 15
    return f"{(int.from_bytes(digest[place : place + 4], 'big') & 0x7FFFFFFF) % 10**6:06d}"


def read_people(path: Path) -> list[dict[str, Any]]:
    """The sign-ins. :raises BadInput: the file is not there or not as the demo writes it."""
    try:
        people: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["people"]
    except (OSError, ValueError, KeyError) as error:
        raise BadInput(f"{path}: {error}", "give the people.json of the demo with --people") from error
    return people


@dataclass
class Cast:
    """Everybody who walks; each has a browser of their own, signed in when first needed."""

    walker: Walker
    people: list[dict[str, Any]]
    inside: dict[str, Browser] = field(default_factory=dict)

    def stranger(self) -> Browser:
        """A browser without any cookie."""
        return Browser(self.walker.base, "stranger", self.walker.calm)

    def resident(self, index: int) -> Browser:
        """The n-th resident who has a password."""
        able = [p for p in self.people if p["kind"] == "person" and p.get("password")]
        return self._enter(able[index])

    def holder(self, post: str, index: int = 0) -> Browser:
        """A staff member who holds this post and no other."""
        able = [p for p in self.people if p["kind"] == "staff" and p["posts"] == [post]]
        if len(able) <= index:
            raise BadInput(f"nobody in people.json holds only the post {post}")
        return self._enter(able[index])

    def holder_of_both(self, first: str, second: str) -> Browser:
        """The staff member who holds both posts."""
        able = [p for p in self.people if p["kind"] == "staff" and {first, second} <= set(p["posts"])]
        if not able:
            raise BadInput(f"nobody in people.json holds both {first} and {second}")
        return self._enter(able[0])

    def at_post(self, browser: Browser, post: str) -> Browser:
        """Switch to a post that the staff member holds."""

        def do() -> Browser:
            page = browser.get("/desk/")
            form = form_of(page, f"{browser.who} is not offered to switch the post", action=SWITCH)
            select = next(c for c in form.controls if c.name == "post")
            chosen = next((v for v, w in zip(select.options, select.words, strict=True) if w == post), "")
            demand(page, bool(chosen), f"{browser.who} is not offered the post {post}")
            after = browser.submit(page, form, {"post": chosen})
            demand(after, after.status == 200 and post in after.text, f"{browser.who} cannot switch to {post}")
            return browser

        return self.walker.act("switch post", browser.who, do)

    def _enter(self, person: dict[str, Any]) -> Browser:
        login = str(person["login"])
        if login not in self.inside:
            browser = Browser(self.walker.base, str(person["name"]), self.walker.calm)
            enter = self._enter_staff if person["kind"] == "staff" else self._enter_resident
            self.walker.act("sign in", browser.who, lambda: enter(browser, person))
            self.inside[login] = browser
        return self.inside[login]

    def _enter_resident(self, browser: Browser, person: dict[str, Any]) -> Page:
        page = self._fill(browser, SIGN_IN, {"mobile": person["login"], "password": person["password"]})
        demand(page, page.status == 200 and page.path == "/my/", f"{browser.who} cannot sign in")
        return page

    def _enter_staff(self, browser: Browser, person: dict[str, Any]) -> Page:
        page = self._fill(browser, STAFF_SIGN_IN, {"number": person["login"], "password": person["password"]})
        for _ in range(3):
            form = form_of(page, f"{browser.who} is not asked for the second factor", having="code")
            page = browser.submit(page, form, {"code": one_time_code(str(person["totp_secret"]), time.time())})
            if page.status == 200 and page.path.startswith("/desk/"):
                return page
            time.sleep(PERIOD - time.time() % PERIOD + 0.5)  # this code was used already: wait for the next one
        raise Finding(f"{browser.who} cannot sign in with the second factor (HTTP {page.status} {page.path})")

    @staticmethod
    def _fill(browser: Browser, address: str, values: dict[str, str]) -> Page:
        page = browser.get(address)
        form = form_of(page, "the sign-in page has no form", having="password")
        return browser.submit(page, form, values)

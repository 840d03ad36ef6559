"""Rate limits counted in the database: per account, address or number, and purpose (checklist g6 lines 3 and 37).

A key is counted whether or not it exists, so that a limit tells nobody which accounts there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from tongban.ground import moment
from tongban.ground.crypto import blind_index
from tongban.ground.errors import TooMany

_COUNT = """
INSERT INTO accounts_attempt (purpose, key, window_start, count) VALUES (%s, %s, %s, 1)
ON CONFLICT (purpose, key, window_start) DO UPDATE SET count = accounts_attempt.count + 1
RETURNING count
"""
_READ = "SELECT count FROM accounts_attempt WHERE purpose = %s AND key = %s AND window_start = %s"


@dataclass(frozen=True)
class Limit:
    """At most ``most`` uses of one key within ``period``.

    :param sentence: what the person reads when it is reached.
    """

    purpose: str
    most: int
    period: timedelta
    sentence: str = "操作太频繁，请过一会儿再试"

    def spend(self, key: str) -> None:
        """Count one use. :raises TooMany: it was one too many."""
        if self.note(key) > self.most:
            raise self.reached()

    def check(self, key: str) -> None:
        """Refuse when the limit was reached already; counts nothing. :raises TooMany:"""
        with connection.cursor() as cursor:
            cursor.execute(_READ, [self.purpose, _index(key), self._window()])
            row = cursor.fetchone()
        if row and row[0] >= self.most:
            raise self.reached()

    def note(self, key: str) -> int:
        """Count one use (a failure, say) and return how many there are in this window."""
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [self.purpose, _index(key), self._window()])
            row = cursor.fetchone()
        return int(row[0]) if row else 0

    def reached(self) -> TooMany:
        """The refusal, with how long to wait."""
        end = self._window() + self.period
        minutes = max(1, -(-int((end - moment.now()).total_seconds()) // 60))
        error = TooMany("too_many", self.sentence)
        error.remedy = f"请等大约 {minutes} 分钟；急事请拨打 12345 或到窗口办理"
        return error

    def _window(self) -> datetime:
        seconds = int(self.period.total_seconds())
        return datetime.fromtimestamp(int(moment.now().timestamp()) // seconds * seconds, UTC)


def _index(key: str) -> str:
    return blind_index("limit", key)


def address_of(request: HttpRequest) -> str:
    """The network address that limits count.

    Behind the TLS proxy (``TONGBAN_HTTPS=1``) it is the last entry of X-Forwarded-For, written by our own proxy;
    otherwise what the client sends there is not believed.
    """
    address = str(request.META.get("REMOTE_ADDR") or "")
    if settings.HTTPS:
        address = request.headers.get("X-Forwarded-For", address).rpartition(",")[2].strip()
    try:
        return str(ip_address(address))
    except ValueError:
        return "0.0.0.0"  # noqa: S104 - a name for "not known", nothing listens here

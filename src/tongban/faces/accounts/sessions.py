"""The session's row, read in one plain statement: every page of a signed-in person begins with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.db import connection

from tongban.ground import moment

_READ = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    """Django's sessions in the database. The row is asked for at every request, so that an ended session is ended."""

    def load(self) -> dict[str, Any]:
        """What the session holds; an unknown or expired key is forgotten and the session is empty."""
        with connection.cursor() as cursor:
            cursor.execute(_READ, [self.session_key, moment.now()])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        return dict(self.decode(row[0]))

    def get_expiry_date(self, **facts: Any) -> datetime:
        """When it ends, counted by the clock of the house, as it is asked by it."""
        return super().get_expiry_date(**{"modification": moment.now(), **facts})

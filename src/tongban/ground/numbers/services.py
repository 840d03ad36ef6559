"""Numbers by scope. A number taken in a transaction that rolls back is given again: gapless.

Query numbers may have gaps and are taken before the act; document numbers (文号) are gapless per authority and year and
are taken inside the issuing statement with :func:`next_number_cte`.
"""

from __future__ import annotations

from typing import Final

from django.db import connection

#: Takes the next number of the scope given as ``%s``; one row with one column.
NEXT_NUMBER_SQL: Final = (
    "INSERT INTO numbers_counter AS counter (scope, value) VALUES (%s, 1) "
    "ON CONFLICT (scope) DO UPDATE SET value = counter.value + 1 RETURNING value"
)


def next_number(scope: str) -> int:
    """The next number of ``scope``, from 1. Writers of one scope wait for each other until they commit."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT_NUMBER_SQL, [scope])
        return int(cursor.fetchone()[0])


def next_number_cte(name: str) -> str:
    """``name AS (INSERT ... RETURNING value)`` for the WITH list of a larger statement; takes the scope as one ``%s``.

    :param name: a plain SQL identifier. Raises ``ValueError`` for anything else.
    """
    if not name.isidentifier():
        raise ValueError(f"{name!r} is no plain SQL name")
    return f"{name} AS ({NEXT_NUMBER_SQL})"

"""Re-encryption under the current key, in batches that may be stopped and started again (checklist g6 line 13)."""

from __future__ import annotations

from django.db import connection, models, transaction
from psycopg import sql

from tongban.ground.crypto import keys
from tongban.ground.crypto.cipher import PREFIX, decrypt, encrypt


def reencrypt(model: type[models.Model], column: str, batch: int = 500) -> int:
    """Re-encrypt one batch of a column's values that are under an older key; returns how many, 0 when none is left.

    Rows that another transaction holds are left for the next batch. The clear text never leaves this process.
    """
    key = sql.Identifier(str(model._meta.pk.column))
    names = {
        "table": sql.Identifier(model._meta.db_table),
        "key": key,
        "column": sql.Identifier(column),
    }
    select = sql.SQL(
        "SELECT {key}, {column} FROM {table} WHERE {column} LIKE %s AND {column} NOT LIKE %s"
        " ORDER BY {key} LIMIT %s FOR UPDATE SKIP LOCKED"
    ).format(**names)
    update = sql.SQL("UPDATE {table} SET {column} = %s WHERE {key} = %s").format(**names)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(select, [f"{PREFIX}%", f"{PREFIX}{keys.current('field')}:%", batch])
        rows = cursor.fetchall()
        for primary_key, stored in rows:
            cursor.execute(update, [encrypt(decrypt(stored)), primary_key])
    return len(rows)

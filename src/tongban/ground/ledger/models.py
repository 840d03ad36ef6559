"""Tables of the ledger: events (partitioned, append-only), roots, day seals, positions of consumers."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class CurrentTransaction(models.Func):
    """``pg_current_xact_id()``: the 64-bit number of the writing transaction."""

    function = "pg_current_xact_id"
    arity = 0


class TransactionIdField(models.BigIntegerField):  # type: ignore[type-arg]
    """PostgreSQL ``xid8``, an ``int`` in Python."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        """The column type."""
        return "xid8"

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        """``xid8`` has no cast from ``bigint``: it travels as text."""
        return str(value) if isinstance(value, int) else value

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> int | None:
        """Text of the driver -> int."""
        return None if value is None else int(value)


class Event(models.Model):
    """An immutable fact (glossary 2, 事件). Partitioned by year of its UUIDv7; update, delete, truncate are refused.

    Written only through :func:`tongban.ground.ledger.chain.seal_events`; ``hash`` follows the subject's chain.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    subject_kind = models.TextField()
    subject_id = models.UUIDField()
    seq = models.IntegerField()
    kind = models.TextField()
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    source = models.TextField(default="here")
    channel = models.TextField(default="", blank=True)
    actor_kind = models.TextField()
    actor_id = models.UUIDField(null=True)
    post_id = models.BigIntegerField(null=True)
    role = models.TextField(default="", blank=True)
    on_behalf_of = models.TextField(default="", blank=True)
    reason_code = models.TextField(default="", blank=True)
    region_no = models.IntegerField(null=True)
    body = models.JSONField()
    prev_hash = models.BinaryField()
    hash = models.BinaryField()
    tx = TransactionIdField(db_default=CurrentTransaction())

    class Meta:
        db_table = "ledger_event"
        verbose_name = "事件"
        indexes: ClassVar = [
            models.Index(fields=["subject_id", "seq"], name="ledger_event_subject"),
            models.Index(fields=["tx", "id"], name="ledger_event_commit_order"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_kind}:{self.subject_id}#{self.seq}"


class Root(models.Model):
    """A Merkle root over the events committed since the root before it; roots are chained.

    ``leaves`` holds the 16-byte ids of its events in order, so that membership does not hang on transaction numbers,
    which a restored database does not keep.
    """

    number = models.BigIntegerField(primary_key=True)
    made_at = models.DateTimeField()
    count = models.IntegerField()
    leaves = models.BinaryField()
    merkle = models.BinaryField()
    prev_hash = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        db_table = "ledger_root"
        verbose_name = "封存根"

    def __str__(self) -> str:
        return f"root {self.number} ({self.count} events)"


class LedgerSeal(models.Model):
    """The daily seal (日封存): the signed statement about a day's last root, exported as an anchor."""

    day = models.DateField(primary_key=True)
    root = models.OneToOneField(Root, on_delete=models.PROTECT, related_name="day_seal")
    statement = models.JSONField()
    key_id = models.TextField()
    signature = models.BinaryField()
    sealed_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_seal"
        verbose_name = "日封存"

    def __str__(self) -> str:
        return f"day seal {self.day}"


class Position(models.Model):
    """How far a reader of the ledger has come, in commit order: everything up to (``tx``, ``event_id``) is handled."""

    name = models.TextField(primary_key=True)
    tx = TransactionIdField(default=0)
    event_id = models.UUIDField()
    moved_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_position"
        verbose_name = "读取位置"

    def __str__(self) -> str:
        return f"{self.name} at {self.tx}"


class Failure(models.Model):
    """An event that a consumer could not handle: retried with growing pauses, then put aside (``dead_at``)."""

    consumer = models.TextField()
    event_id = models.UUIDField()
    attempts = models.IntegerField(default=0)
    error = models.TextField(help_text="class, code and place of the error; never its message, which may name a person")
    first_failed_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    dead_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "ledger_failure"
        verbose_name = "未能处理的事件"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["consumer", "event_id"], name="ledger_failure_once"),
        ]

    def __str__(self) -> str:
        return f"{self.consumer}: {self.event_id}"

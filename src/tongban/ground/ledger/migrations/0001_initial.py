"""The ledger: events partitioned by year of their UUIDv7 from the first migration, guarded by triggers."""

from datetime import UTC, datetime

import django.db.models.deletion
from django.db import migrations, models

import tongban.ground.ledger.models as ledger

FIRST_YEAR, LAST_YEAR = 2020, 2035
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _bound(year):
    """The smallest UUIDv7 of a year (UTC), as text."""
    milliseconds = int((datetime(year, 1, 1, tzinfo=UTC) - EPOCH).total_seconds()) * 1000
    text = f"{milliseconds:012x}"
    return f"{text[:8]}-{text[8:]}-0000-0000-000000000000"


TABLE = """
CREATE TABLE ledger_event (
    id uuid PRIMARY KEY,
    subject_kind text NOT NULL,
    subject_id uuid NOT NULL,
    seq integer NOT NULL CHECK (seq > 0),
    kind text NOT NULL,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    source text NOT NULL,
    channel text NOT NULL,
    actor_kind text NOT NULL CHECK (actor_kind IN ('account', 'staff', 'system', 'api_client')),
    actor_id uuid,
    post_id bigint,
    role text NOT NULL,
    on_behalf_of text NOT NULL,
    reason_code text NOT NULL,
    region_no integer,
    body jsonb NOT NULL,
    prev_hash bytea NOT NULL CHECK (octet_length(prev_hash) = 32),
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    tx xid8 NOT NULL DEFAULT pg_current_xact_id()
) PARTITION BY RANGE (id);
CREATE INDEX ledger_event_subject ON ledger_event (subject_id, seq);
CREATE INDEX ledger_event_commit_order ON ledger_event (tx, id);
"""

PARTITIONS = "\n".join(
    f"CREATE TABLE ledger_event_{year} PARTITION OF ledger_event FOR VALUES FROM ('{_bound(year)}') TO ('{_bound(year + 1)}');"
    for year in range(FIRST_YEAR, LAST_YEAR + 1)
) + "\nCREATE TABLE ledger_event_default PARTITION OF ledger_event DEFAULT;\n"

# Row triggers are cloned to the partitions; TRUNCATE needs one on each, or a partition could be emptied by its name.
# Only the transaction number, which is no part of the evidence, may be rebased after a restore (restore.py).
GUARDS = """
CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_LEVEL = 'ROW' AND current_setting('tongban.rebase', true) = 'on'
       AND to_jsonb(NEW) - 'tx' = to_jsonb(OLD) - 'tx' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the ledger is append-only: % on % refused', TG_OP, TG_TABLE_NAME USING ERRCODE = '42501';
END $$;
CREATE TRIGGER ledger_event_no_change BEFORE UPDATE OR DELETE ON ledger_event
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
DO $$ DECLARE part regclass; BEGIN
    FOR part IN SELECT relid FROM pg_partition_tree('ledger_event') LOOP
        EXECUTE format('CREATE TRIGGER ledger_event_no_truncate BEFORE TRUNCATE ON %s
                        FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()', part);
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM PUBLIC', part);
    END LOOP;
END $$;
"""

SEAL_GUARDS = """
CREATE TRIGGER ledger_root_no_change BEFORE UPDATE OR DELETE ON ledger_root
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_root_no_truncate BEFORE TRUNCATE ON ledger_root
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_seal_no_change BEFORE UPDATE OR DELETE ON ledger_seal
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_seal_no_truncate BEFORE TRUNCATE ON ledger_seal
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change();
"""

EVENT_STATE = migrations.CreateModel(
    name="Event",
    fields=[
        ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
        ("subject_kind", models.TextField()),
        ("subject_id", models.UUIDField()),
        ("seq", models.IntegerField()),
        ("kind", models.TextField()),
        ("occurred_at", models.DateTimeField()),
        ("recorded_at", models.DateTimeField()),
        ("source", models.TextField(default="here")),
        ("channel", models.TextField(blank=True, default="")),
        ("actor_kind", models.TextField()),
        ("actor_id", models.UUIDField(null=True)),
        ("post_id", models.BigIntegerField(null=True)),
        ("role", models.TextField(blank=True, default="")),
        ("on_behalf_of", models.TextField(blank=True, default="")),
        ("reason_code", models.TextField(blank=True, default="")),
        ("region_no", models.IntegerField(null=True)),
        ("body", models.JSONField()),
        ("prev_hash", models.BinaryField()),
        ("hash", models.BinaryField()),
        ("tx", ledger.TransactionIdField(db_default=ledger.CurrentTransaction())),
    ],
    options={
        "db_table": "ledger_event",
        "verbose_name": "事件",
        "indexes": [
            models.Index(fields=["subject_id", "seq"], name="ledger_event_subject"),
            models.Index(fields=["tx", "id"], name="ledger_event_commit_order"),
        ],
    },
)


class Migration(migrations.Migration):
    """Schema only."""

    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(
            TABLE + PARTITIONS + GUARDS,
            "DROP TABLE ledger_event; DROP FUNCTION ledger_refuse_change;",
            state_operations=[EVENT_STATE],
        ),
        migrations.CreateModel(
            name="Root",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("made_at", models.DateTimeField()),
                ("count", models.IntegerField()),
                ("leaves", models.BinaryField()),
                ("merkle", models.BinaryField()),
                ("prev_hash", models.BinaryField()),
                ("hash", models.BinaryField()),
            ],
            options={"db_table": "ledger_root", "verbose_name": "封存根"},
        ),
        migrations.CreateModel(
            name="LedgerSeal",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("statement", models.JSONField()),
                ("key_id", models.TextField()),
                ("signature", models.BinaryField()),
                ("sealed_at", models.DateTimeField()),
                (
                    "root",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="day_seal", to="ledger.root"
                    ),
                ),
            ],
            options={"db_table": "ledger_seal", "verbose_name": "日封存"},
        ),
        migrations.CreateModel(
            name="Position",
            fields=[
                ("name", models.TextField(primary_key=True, serialize=False)),
                ("tx", ledger.TransactionIdField(default=0)),
                ("event_id", models.UUIDField()),
                ("moved_at", models.DateTimeField()),
            ],
            options={"db_table": "ledger_position", "verbose_name": "读取位置"},
        ),
        migrations.CreateModel(
            name="Failure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("consumer", models.TextField()),
                ("event_id", models.UUIDField()),
                ("attempts", models.IntegerField(default=0)),
                (
                    "error",
                    models.TextField(
                        help_text="class, code and place of the error; never its message, which may name a person"
                    ),
                ),
                ("first_failed_at", models.DateTimeField()),
                ("next_try_at", models.DateTimeField()),
                ("dead_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "ledger_failure", "verbose_name": "未能处理的事件"},
        ),
        migrations.AddConstraint(
            model_name="failure",
            constraint=models.UniqueConstraint(fields=("consumer", "event_id"), name="ledger_failure_once"),
        ),
        migrations.RunSQL(SEAL_GUARDS, migrations.RunSQL.noop),
    ]

"""The index's pending list may be emptied by its owner only; the application's role does it through this function."""

from django.db import migrations

SETTLE = """
CREATE OR REPLACE FUNCTION search_settle_words() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path FROM CURRENT
AS $$ SELECT gin_clean_pending_list('search_words') $$
"""
GONE = "DROP FUNCTION IF EXISTS search_settle_words()"


class Migration(migrations.Migration):

    dependencies = [
        ("search", "0002_words_and_listed_options"),
    ]

    operations = [
        migrations.RunSQL(SETTLE, GONE),
    ]

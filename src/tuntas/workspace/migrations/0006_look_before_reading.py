"""A common word is looked for in a text before the text is taken apart, and so in twice as many of the newest.

Why: taking a text apart costs 50 to 100 microseconds, and it was done for three hundred texts of the officer's own to
find out that most do not hold the word. A text without the letters of a word's stem (a first p or s left aside, which
prefixes of Indonesian change) cannot hold the word; looking costs 3 microseconds. Only where every word is wanted, none
excluded and none an alternative, is it known what to look for. At most `enough` texts are taken apart for nothing.
Replaces a function, takes no lock; reversible.
"""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("tuntas.workspace.migrations.0003_search_common_words").NOW
LOOKS = """
  found bigint[];
  looks text[] := CASE WHEN asked::text ~ '[!|]' THEN '{}' ELSE ARRAY(
    SELECT regexp_replace(lexeme[1], '^[ps]', '') FROM regexp_matches(asked::text, '''(\\w+)''', 'g') AS lexeme) END;
BEGIN"""
NOW = (
    BEFORE.replace("\n  found bigint[];\nBEGIN", LOOKS)
    .replace("WHERE to_tsvector('indonesian', t.title || ' ' || t.body) @@ asked LIMIT enough",
             "WHERE CASE WHEN (t.title || ' ' || t.body) ~* ALL (looks)"
             " THEN to_tsvector('indonesian', t.title || ' ' || t.body) @@ asked ELSE false END LIMIT enough")
    .replace("WHERE to_tsvector('indonesian', t.title || ' ' || t.body) @@ asked ORDER BY t.report_id DESC LIMIT enough",
             "WHERE CASE WHEN (t.title || ' ' || t.body) ~* ALL (looks)"
             " THEN to_tsvector('indonesian', t.title || ' ' || t.body) @@ asked ELSE false END"
             " ORDER BY t.report_id DESC LIMIT enough")
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("workspace", "0005_remember_tours_and_news")]
    operations = [migrations.RunSQL(NOW, reverse_sql=BEFORE)]

"""Drop the table of Django's own sessions: ours lie in `accounts_session`, and nothing ever wrote to this one since.

Why: an empty table that web may delete from is a right for nothing. The app stays among the installed ones, because
0002 depends on its first migration. A short ACCESS EXCLUSIVE lock on a table that nobody reads. Reversible.
"""

from django.db import migrations

GONE = """
-- squawk-ignore ban-drop-table
DROP TABLE django_session;
"""
ANEW = """
CREATE TABLE django_session (
  session_key varchar(40) PRIMARY KEY, session_data text NOT NULL, expire_date timestamptz NOT NULL);
CREATE INDEX django_session_session_key_c0390e0f_like ON django_session (session_key varchar_pattern_ops);
CREATE INDEX django_session_expire_date_a5c62663 ON django_session (expire_date);
GRANT SELECT, INSERT, UPDATE ON django_session TO tuntas_web, tuntas_worker;
GRANT DELETE ON django_session TO tuntas_web;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0005_the_nation_alone_sees_all")]
    operations = [migrations.RunSQL(GONE, reverse_sql=ANEW)]

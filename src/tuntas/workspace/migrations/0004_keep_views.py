"""Views that officers keep, and how they like the desk: each officer sees and changes their own rows alone.

Why in the database: a view must be there on the next computer too. The worker has no business with them.
New, empty tables; short locks; reversible.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

OWN = "officer_id = (SELECT nullif(current_setting('tuntas.officer', true), '')::bigint)"
TABLES = ("workspace_savedview", "workspace_habit")
GUARD = "".join(
    f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
REVOKE ALL ON {table} FROM tuntas_worker; GRANT DELETE ON {table} TO tuntas_web;
CREATE POLICY owner_all ON {table} TO tuntas_owner USING (true) WITH CHECK (true);
CREATE POLICY own ON {table} TO tuntas_web USING ({OWN}) WITH CHECK ({OWN});
"""
    for table in TABLES
)
UNGUARD = "".join(
    f"""
DROP POLICY own ON {table}; DROP POLICY owner_all ON {table};
REVOKE DELETE ON {table} FROM tuntas_web; GRANT SELECT, INSERT, UPDATE ON {table} TO tuntas_worker;
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""
    for table in TABLES
)


class Migration(migrations.Migration):
    dependencies = [
        ("workspace", "0003_search_common_words"),
        ("access", "0001_context"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="Habit",
            fields=[
                (
                    "officer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("is_dense", models.BooleanField(default=False)),
                ("has_keys", models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, verbose_name="Name of the view")),
                ("queue", models.CharField(max_length=40)),
                ("asked", models.CharField(blank=True, max_length=500)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("officer", "name"), name="one_view_of_a_name")],
            },
        ),
        migrations.RunSQL(GUARD, reverse_sql=UNGUARD),
    ]

"""Faces: which host name is the portal of which agency, and how it looks.

Why: a regency wants its own portal over the same register (design 3b, tenancy). Row-level security is forced: everybody
reads a look that was published, drafts are for the administrators of the agency and of those above it. A host name is
bound by the owner of the tables alone, so that no agency claims another's; a published look is never changed.
New, empty tables; short locks; reversible.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Now

GUARD = """
CREATE FUNCTION tuntas_faces_kept() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT coalesce(array_agg(DISTINCT f.id), '{}')
    FROM faces_face f
    JOIN organizations_unit u ON u.id = f.unit_id
   WHERE f.ended_at IS NULL
     AND nullif(current_setting('tuntas.actor', true), '') = 'officer'
     AND (current_setting('tuntas.scope', true) = 'all'
       OR EXISTS (
        SELECT 1 FROM organizations_appointment a
         WHERE a.officer_id = nullif(current_setting('tuntas.officer', true), '')::bigint
           AND a.role = 'AGENCY_ADMIN'
           AND u.ancestry @> ARRAY[a.unit_id]
           AND a.valid_from <= (now() AT TIME ZONE 'Asia/Jakarta')::date
           AND (a.valid_to IS NULL OR a.valid_to >= (now() AT TIME ZONE 'Asia/Jakarta')::date)))
$$;

REVOKE ALL ON faces_face, faces_look FROM tuntas_worker;
REVOKE INSERT, UPDATE ON faces_face FROM tuntas_web;
ALTER TABLE faces_face ENABLE ROW LEVEL SECURITY; ALTER TABLE faces_face FORCE ROW LEVEL SECURITY;
ALTER TABLE faces_look ENABLE ROW LEVEL SECURITY; ALTER TABLE faces_look FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON faces_face TO tuntas_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON faces_look TO tuntas_owner USING (true) WITH CHECK (true);
CREATE POLICY published ON faces_look FOR SELECT TO tuntas_web USING (
  published_at IS NOT NULL AND nullif(current_setting('tuntas.actor', true), '') IS NOT NULL);
CREATE POLICY kept ON faces_look FOR SELECT TO tuntas_web USING (
  face_id = ANY ((SELECT tuntas_faces_kept())::bigint[]));
CREATE POLICY drafted ON faces_look FOR INSERT TO tuntas_web WITH CHECK (
  published_at IS NULL AND face_id = ANY ((SELECT tuntas_faces_kept())::bigint[]));
CREATE POLICY changed ON faces_look FOR UPDATE TO tuntas_web
  USING (published_at IS NULL AND face_id = ANY ((SELECT tuntas_faces_kept())::bigint[]))
  WITH CHECK (face_id = ANY ((SELECT tuntas_faces_kept())::bigint[]));
CREATE POLICY open ON faces_face FOR SELECT TO tuntas_web USING (
  id = ANY ((SELECT tuntas_faces_kept())::bigint[])
  OR (nullif(current_setting('tuntas.actor', true), '') IS NOT NULL
      AND EXISTS (SELECT 1 FROM faces_look l WHERE l.face_id = faces_face.id AND l.published_at IS NOT NULL)));
"""
UNGUARD = """
DROP POLICY open ON faces_face; DROP POLICY changed ON faces_look; DROP POLICY drafted ON faces_look;
DROP POLICY kept ON faces_look; DROP POLICY published ON faces_look;
DROP POLICY owner_all ON faces_look; DROP POLICY owner_all ON faces_face;
-- squawk-ignore ban-drop-function
DROP FUNCTION tuntas_faces_kept();
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("access", "0006_no_table_of_unused_sessions"),
        ("organizations", "0004_find_places_by_their_beginning"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="Face",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("host", models.CharField(max_length=253)),
                ("bound_at", models.DateTimeField(db_default=Now())),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organizations.unit"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("host",), name="one_face_a_host"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Look",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("name_en", models.CharField(blank=True, max_length=60)),
                ("welcome", models.CharField(blank=True, max_length=200)),
                ("welcome_en", models.CharField(blank=True, max_length=200)),
                ("hours", models.CharField(blank=True, max_length=300)),
                ("hours_en", models.CharField(blank=True, max_length=300)),
                ("colour", models.CharField(max_length=7)),
                ("emblem", models.BinaryField(blank=True, default=b"")),
                ("emblem_hash", models.CharField(blank=True, max_length=16)),
                ("changed_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "face",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="looks", to="faces.face"
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["emblem_hash"], name="look_by_emblem")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("published_at", None)), fields=("face",), name="one_draft_a_face"
                    )
                ],
            },
        ),
        migrations.RunSQL(GUARD, reverse_sql=UNGUARD),
    ]

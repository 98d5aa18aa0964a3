"""The reporters behind a merged report, whom the acting officer may not otherwise see."""

from uuid import UUID

from django.db import connection


def followers(report_id: int) -> list[tuple[UUID, str]]:
    """Uuid and language of each reporter whose report was merged into this one and who left a contact."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT uuid, language FROM tuntas_followers(%s)", [report_id])
        return [(row[0], row[1]) for row in cursor.fetchall()]

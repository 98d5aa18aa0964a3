"""Which faces an officer may change, and what came through them: functions of the database (migrations/)."""

from django.db import connection


def kept() -> list[int]:
    """Ids of faces. Call inside `acting`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tuntas_faces_kept()")
        row = cursor.fetchone()
    return list(row[0]) if row else []


def came_through() -> dict[int, int]:
    """Reports that came in through each face that this officer may change, since it was bound. Call inside `acting`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT face, reports FROM tuntas_came_through()")
        return dict(cursor.fetchall())

"""Which faces an officer may change: the very function that the policies ask (migrations/0001)."""

from django.db import connection


def kept() -> list[int]:
    """Ids of faces. Call inside `acting`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tuntas_faces_kept()")
        row = cursor.fetchone()
    return list(row[0]) if row else []

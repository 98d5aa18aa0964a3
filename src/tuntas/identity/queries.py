"""What may be asked about a reporter whose holds one does not see."""

from django.db import connection


def is_held(reporter_id: int) -> bool:
    """Whether a legal hold stands on this reporter."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tuntas_is_held(%s)", [reporter_id])
        row = cursor.fetchone()
    return bool(row and row[0])

"""What the database answers about a report's history, whoever asks (see migrations/0003 and 0005)."""

from datetime import datetime

from django.db import connection


def last_moment(report_id: int) -> datetime | None:
    """The instant of the last entry of the history, those for the handlers alone included; None without any."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tuntas_last_moment(%s)", [report_id])
        row = cursor.fetchone()
    return row[0] if row else None


def weigh(report_id: int) -> None:
    """Count anew how many reporters stand behind a report, those included whose reports the actor does not see."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tuntas_weigh(%s)", [report_id])

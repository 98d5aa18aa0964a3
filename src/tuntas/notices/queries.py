"""The reporters behind a merged report, whom the acting officer may not otherwise see."""

from typing import NamedTuple
from uuid import UUID

from django.db import connection


class Follower(NamedTuple):
    """One whose report was merged into another. number: of their own report, the one they know."""

    uuid: UUID
    language: str
    number: str
    protected: bool


def followers(report_id: int) -> list[Follower]:
    """Each reporter whose report was merged into this one and who left a contact."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT uuid, language, number, protected FROM tuntas_followers(%s)", [report_id])
        return [Follower(*row) for row in cursor.fetchall()]

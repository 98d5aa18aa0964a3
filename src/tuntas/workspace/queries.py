"""What these pages ask and the ORM cannot say: officers' word search (see migrations/0001)."""

from typing import NamedTuple

from django.db import connection

MOST = 2_000  # matches of a word that are all looked at; a commoner word is sought in the newest reports alone
NEWEST = 500  # reports that are read for a common word


class Found(NamedTuple):
    """Ids of reports whose open text holds the words, before anybody's sight is applied.

    is_complete: false when the words are so common that only the newest reports were searched.
    """

    ids: list[int]
    is_complete: bool


def reports_with(words: str) -> Found:
    """Reports that hold these words. Join the ids to `Report.objects`, which shows an officer what is theirs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, complete FROM tuntas_find_words(%s, %s, %s)", [words, MOST, NEWEST])
        rows = cursor.fetchall()
    return Found([row[0] for row in rows], all(row[1] for row in rows))

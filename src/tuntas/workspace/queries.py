"""What these pages ask and the ORM cannot say: officers' word search (see migrations/0001)."""

from typing import NamedTuple

from django.db import connection

from tuntas.insight import asking

MOST = 2_000  # matches of a word that are all looked at; a commoner word is sought in the newest reports alone
NEWEST = 600  # reports that are looked at for a common word (migrations/0006)
PUBLIC_HITS = 300  # of the public's own search

RARE, COMMON, WINDOW = 0.01, 0.05, 5_000  # as the public's own search (portal.queries)
PUBLIC = (
    "SELECT ids, last FROM tuntas_public_find(%s, %s, %s::text[], NULL, NULL, NULL, NULL, NULL, NULL, %s, %s, %s, %s)"
)


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
    return Found([pk for pk, _complete in rows if pk is not None], all(complete for _pk, complete in rows))


def public_reports_with(words: str) -> Found:
    """The newest reports whose public copy holds these words: what somebody may search who reads the public text."""
    query = asking.read(words).query()
    if not query.exact:
        return Found([], is_complete=True)
    with connection.cursor() as cursor:
        cursor.execute(PUBLIC, [*query[:2], list(query.looks), RARE, COMMON, WINDOW, PUBLIC_HITS])
        row = cursor.fetchone()
    ids, last = row or ([], None)
    return Found(list(ids), is_complete=last is None and len(ids) < PUBLIC_HITS)

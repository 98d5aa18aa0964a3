"""What the whole case database holds, as one digest a table: the same before and after means that nothing changed."""

from django.db import connection

from tests import databases

# Reading is itself recorded here, by design: a look at a sensitive page is logged.
RECORDS_OF_READING = frozenset({"access_securityentry"})


def digest() -> dict[str, str]:
    """Table -> digest of its rows in whatever order. Past row security: as the owner of the tables, unforced."""
    with databases.role("owner"), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('row_security', 'on', true)")
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        tables = sorted({name for (name,) in cursor.fetchall()} - RECORDS_OF_READING)
        return {table: _of(cursor, table) for table in tables}


def _of(cursor, table: str) -> str:
    cursor.execute(f"SELECT count(*) || ':' || coalesce(sum(hashtextextended(t::text, 0)), 0) FROM \"{table}\" t")
    return str(cursor.fetchone()[0])

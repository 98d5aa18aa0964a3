"""The one statement of this package: it makes a transaction read and nothing else."""

from django.db import connection


def forbid_writing() -> None:
    """From here to the end of this (sub)transaction the database refuses every write, whoever asks for it."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL transaction_read_only = on")

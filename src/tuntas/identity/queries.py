"""What may be asked about a reporter whose holds one does not see."""

from django.db import connection


def is_held(reporter_id: int) -> bool:
    """Whether a legal hold stands on this reporter."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tuntas_is_held(%s)", [reporter_id])
        row = cursor.fetchone()
    return bool(row and row[0])


def is_kept(report_id: int) -> bool:
    """Whether a legal hold stands on this report, or on whoever is behind it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tuntas_is_kept(%s)", [report_id])
        row = cursor.fetchone()
    return bool(row and row[0])


def put_envelope(reporter_id: int, *, epoch: int, ciphertext: bytes) -> None:
    """Leave an envelope for the vault. Nothing comes back, since web may write envelopes and read none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO identity_sealedidentity (reporter_id, epoch, ciphertext, sealed_at, problem)"
            " VALUES (%s, %s, %s, now(), '')",
            [reporter_id, epoch, ciphertext],
        )

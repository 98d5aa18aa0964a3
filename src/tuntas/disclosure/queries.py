"""Who may be the second person: asked of the database, which enforces the same answer when a decision is written."""

from datetime import datetime

from django.db import connection


def second_persons(*, asker: int, unit: int, report: int, at: datetime) -> list[int]:
    """Appointments of a unit's custodians who may decide on this asker's request, at this instant.

    Another person than the asker (account, mailbox, name, deputy), of another agency than the asker's and the report's,
    and not named in any office by the report.
    """
    sql = """
        SELECT d.id FROM organizations_appointment d
        WHERE d.unit_id = %s AND d.role = 'CUSTODIAN' AND tuntas_is_second_person(%s, d.id, %s, %s)
        ORDER BY d.id
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [unit, asker, report, at])
        return [pk for (pk,) in cursor.fetchall()]

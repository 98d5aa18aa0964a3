"""Officers to read with: at the nation, at the busiest agencies and their busiest offices, and who watches them."""

from dataclasses import dataclass
from typing import Any

import psycopg

BUSY = 5  # agencies, and as many offices, that get an officer of each kind

Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Reader:
    """An officer by user name, the role, and the unit."""

    username: str
    role: str
    unit: int


def appoint(admin: Connection) -> dict[str, list[Reader]]:
    """Make the officers unless they are there. By kind: national, admin, liaison, supervisor; the busiest first."""
    nation = [row[0] for row in admin.execute("SELECT id FROM organizations_unit WHERE kind = 'NATION'")]
    agencies = _most(admin, "agency_id", "WHERE u.kind <> 'NATION'")
    offices = _most(admin, "holder_id", "WHERE u.kind NOT IN ('NATION', 'MINISTRY', 'PROVINCE', 'REGENCY', 'CITY')")
    watchers = [row[0] for row in admin.execute(
        "SELECT s.supervisor_id FROM organizations_supervision s JOIN reports_report r ON r.agency_id = s.supervised_id"
        " WHERE r.due_at IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT %s", [BUSY])]  # fmt: skip
    return {
        "national": [_made(admin, "NATIONAL_ADMIN", unit) for unit in nation],
        "admin": [_made(admin, "AGENCY_ADMIN", unit) for unit in agencies],
        "liaison": [_made(admin, "LIAISON_OFFICER", unit) for unit in offices],
        "supervisor": [_made(admin, "SUPERVISOR", unit) for unit in watchers],
    }


def _most(admin: Connection, column: str, where: str) -> list[int]:
    """The units with the most open reports in a column."""
    rows = admin.execute(
        f"SELECT r.{column} FROM reports_report r JOIN organizations_unit u ON u.id = r.{column} {where}"
        f" AND r.due_at IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT {BUSY}"
    )
    return [row[0] for row in rows]


def _made(admin: Connection, role: str, unit: int) -> Reader:
    reader = Reader(f"bench-{role.lower()}-{unit}", role, unit)
    admin.execute(
        "INSERT INTO organizations_officer (password, username, name, email, language, is_active)"
        " VALUES ('!', %s, 'Petugas bench', '', 'id', true) ON CONFLICT (username) DO NOTHING",
        [reader.username],
    )
    admin.execute(
        "INSERT INTO organizations_appointment (officer_id, unit_id, role, valid_from, decree)"
        " SELECT id, %s, %s, '2020-01-01', '' FROM organizations_officer WHERE username = %s ON CONFLICT DO NOTHING",
        [unit, role, reader.username],
    )
    return reader

"""Everything that the register holds about its reports, read at once as the owner of the tables (small ones only)."""

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db import connection

from tests import databases

Row = dict[str, Any]
TABLES = (
    "reports_report",
    "reports_reporttext",
    "reports_publiccopy",
    "reports_event",
    "reports_reportunit",
    "reports_conflict",
    "reports_attachment",
    "clocks_clock",
    "clocks_pause",
    "notices_notice",
    "routing_disposition",
    "routing_transferoffer",
    "followup_followup",
    "followup_evidence",
    "followup_rating",
    "identity_reporter",
    "identity_erasure",
    "privacy_datarequest",
    "organizations_unit",
)
JSONB = 3802  # PostgreSQL's number of the type; Django leaves it as text
KEYS = {"reports_reporttext": "report_id", "reports_publiccopy": "report_id"}


@dataclass(frozen=True)
class Register:
    """The rows of each table in the order of their keys."""

    tables: dict[str, list[Row]]

    def __getitem__(self, table: str) -> list[Row]:
        return self.tables[table]

    @property
    def reports(self) -> list[Row]:
        return self["reports_report"]

    @property
    def events(self) -> list[Row]:
        return self["reports_event"]

    @property
    def clocks(self) -> list[Row]:
        return self["clocks_clock"]

    def report(self, pk: int) -> Row:
        return next(row for row in self.reports if row["id"] == pk)

    def by_report(self, table: str) -> dict[int, list[Row]]:
        """The rows of a table by the report they belong to; a report without any has an empty list."""
        found: dict[int, list[Row]] = defaultdict(list)
        for row in self[table]:
            found[row["report_id"]].append(row)
        return found


def read() -> Register:
    with databases.role("owner"), connection.cursor() as cursor:
        return Register({table: _rows(cursor, table) for table in TABLES})


def _rows(cursor: Any, table: str) -> list[Row]:
    cursor.execute(f"SELECT * FROM {table} ORDER BY {KEYS.get(table, 'id')}")
    names = [column.name for column in cursor.description]
    written = [n for n, column in enumerate(cursor.description) if column.type_code == JSONB]
    return [dict(zip(names, _parsed(row, written), strict=True)) for row in cursor.fetchall()]


def _parsed(row: tuple[Any, ...], written: list[int]) -> list[Any]:
    return [json.loads(value) if n in written and value is not None else value for n, value in enumerate(row)]

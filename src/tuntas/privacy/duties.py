"""Hours that the law gives for a duty of data protection, as dated data (packs/privacy/duties.csv)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from tuntas.kernel.packs import pack, rows


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty on one day. legal_source: what fixes the length."""

    name: str
    hours: int
    legal_source: str

    def due(self, since: datetime) -> datetime:
        """Hours of the clock: nights, weekends and holidays count."""
        return since + timedelta(hours=self.hours)


def duty(name: str, *, at: datetime) -> Duty:
    """The duty as it is in force at this instant. Raises LookupError when no row is."""
    day = timezone.localdate(at)
    for row in rows(pack("privacy/duties.csv"), needs=("duty", "hours", "valid_from", "valid_to", "legal_source")):
        begins, ends = row.day("valid_from"), row.day("valid_to")
        if row.text("duty") == name and (not begins or begins <= day) and (not ends or day <= ends):
            return Duty(name, row.number("hours"), row.text("legal_source"))
    raise LookupError(f"no row of duties.csv says how long {name} may take on {day}")

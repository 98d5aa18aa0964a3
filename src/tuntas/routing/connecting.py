"""An agency joins the register: its old reports get a holder and a fair clock, and are counted apart (R003-59)."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from tuntas.access.actors import SYSTEM, acting
from tuntas.lifecycle import advance
from tuntas.organizations.models import Unit
from tuntas.reports.models import Report
from tuntas.routing import letters
from tuntas.routing.models import TransferOffer

DECIDED = (TransferOffer.Decision.ACCEPTED, TransferOffer.Decision.SILENCE, TransferOffer.Decision.ARBITRATED)


def connect(agency: Unit, *, on: date, at: datetime) -> Iterator[Report]:
    """Mark an agency as connected and hand over, one by one, the open reports that waited for it elsewhere.

    Letters that are on their way to it open nothing any more: it answers in the register from now on.
    A report that found another owner meanwhile stays with it, one about the agency itself where it is, and one in a
    closed queue with the office that examines it.
    Yields each report handed over, so that a caller can show progress; stopping half-way and starting again is safe.
    """
    Unit.objects.filter(pk=agency.pk).update(connected_on=on)
    agency.refresh_from_db()
    waiting = Q(target_agency=agency) | Q(target_agency__agency=agency)
    with acting(SYSTEM):
        letters.withdraw_all(agency, at=at)
        elsewhere = TransferOffer.objects.filter(decision__in=DECIDED).values("report")
        open_ones = Report.objects.open().filter(waiting, queue="").exclude(agency=agency).exclude(pk__in=elsewhere)
        found = [report.pk for report in open_ones.order_by("pk") if not report.is_about(agency)]
    for pk in found:
        with transaction.atomic(), acting(SYSTEM):
            report = Report.objects.get(pk=pk)
            advance(
                report,
                "connect",
                by=SYSTEM,
                at=at,
                brings={"target": agency},
                facts={"target": agency.name},
                changes={"predates_connection": True},
            )
        yield report

"""Who in the office has a report in hand: given, taken back, handed on when an officer moves (O1, O8, handbook 8.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import Actor, acting
from tuntas.kernel.refusals import Incomplete, NotYours, OutOfTurn, Refusal
from tuntas.lifecycle import advance, lock
from tuntas.organizations.models import Appointment, AppointmentQuerySet, Role, Unit
from tuntas.reports.models import Event, Report
from tuntas.teamwork.models import Job

WORKERS = (Role.FIELD_OFFICER, Role.LIAISON_OFFICER, Role.UNIT_HEAD, Role.AGENCY_ADMIN, Role.NATIONAL_ADMIN)


def workers_of(unit: Unit) -> AppointmentQuerySet:
    """Who may have a job of this office: its own officers and those of the offices below it in the same agency."""
    found: AppointmentQuerySet = Appointment.objects.current().filter(
        unit__ancestry__contains=[unit.pk], unit__agency=unit.agency_id, role__in=WORKERS
    )
    return found


def sees(appointment: Appointment, report: Report) -> bool:
    """Whether the database shows this report to an officer in this appointment: asked in their own sight."""
    try:
        with transaction.atomic(), acting(Actor.appointed(appointment)):
            return Report.objects.filter(pk=report.pk).exists()
    except NotYours:  # not in force
        return False


@transaction.atomic
def assign(
    report: Report,
    *,
    to: Appointment | None,
    by: Actor,
    at: datetime | None = None,
    seen: int | None = None,
    because: str = "",
) -> Event:
    """Give the report to one officer of the office that holds it; a former one is relieved, with a trace.

    because: `handover` when an officer moves. Raises Incomplete for somebody who does not work there or may not see it.
    """
    lock(report)
    if to is not None and not _may_have(to, report):
        raise Incomplete(
            _("This officer cannot have the job."),
            why=_("They do not work in the office that holds the report, or they may not see it."),
            instead=_("Choose somebody else of the office."),
        )
    facts = {"assignee": to.pk, "because": because} if to else {}
    event = advance(report, "assign", by=by, at=at, seen=seen, brings={"assignee": to}, facts=facts)
    _relieve(report, event)
    if to is not None:
        Job.objects.create(report=report, event=event, appointment=to, holder=report.holder, since=event.at)
    return event


@transaction.atomic
def release(
    report: Report, *, by: Actor, at: datetime | None = None, seen: int | None = None, because: str = ""
) -> Event:
    """Put the report back into the office's pool. Who works in the field gives back their own jobs alone."""
    lock(report)
    job = job_of(report)
    if job is None:
        raise OutOfTurn(
            _("Nobody has this report in hand."),
            why=_("It is in the office's pool already."),
            instead=_("Give it to somebody, or leave it there."),
        )
    if by.role == Role.FIELD_OFFICER and job.appointment_id not in hands_of(by):
        raise NotYours(
            _("This job is not yours."),
            why=_("A colleague has this report in hand."),
            instead=_("Ask them, or the liaison officer of your office."),
        )
    facts = {"assignee": job.appointment_id, "because": because}
    event = advance(report, "release", by=by, at=at, seen=seen, facts=facts)
    _relieve(report, event)
    return event


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What became of an officer's jobs. kept: those that could not be moved; they wait in the pool all the same."""

    given: int = 0
    pooled: int = 0
    kept: int = 0


def hand_over(whose: Appointment, *, to: Appointment | None, by: Actor, at: datetime | None = None) -> HandedOver:
    """Move every job of an appointment to a colleague, or into the pool of the office. Each is an entry of a history.

    A report that the colleague may not see goes into the pool, and so does one that nobody may move now.
    """
    given = pooled = kept = 0
    jobs = Job.objects.filter(appointment=whose, until=None).select_related("report", "report__holder").order_by("pk")
    for job in list(jobs):
        report = job.report
        if not report.is_open:
            continue
        try:
            with transaction.atomic():
                if to is not None and _may_have(to, report):
                    assign(report, to=to, by=by, at=at, because="handover")
                    given += 1
                else:
                    release(report, by=by, at=at, because="handover")
                    pooled += 1
        except Refusal:
            kept += 1
    return HandedOver(given, pooled, kept)


def job_of(report: Report) -> Job | None:
    """The job as it was last given; ask `live()` whether somebody really has it."""
    return (
        Job.objects.filter(report=report, until=None)
        .select_related("appointment__officer", "appointment__unit")
        .first()
    )


def hands_of(by: Actor) -> list[int]:
    """Appointments whose jobs this officer does: the own one, and the one that it stands in for."""
    own = Appointment.objects.filter(pk=by.appointment or 0).values_list("pk", "deputy_for")
    return [pk for pair in own for pk in pair if pk]


def jobs_of(by: Actor) -> "Iterable[Job]":
    """The live jobs of an officer, in their own sight: with the report and what a list says of it."""
    found = Job.objects.live().filter(appointment__in=hands_of(by))
    return found.select_related("report", "report__holder", "report__category", "report__area").order_by(
        "report__due_at", "report_id"
    )


def _may_have(to: Appointment, report: Report) -> bool:
    return workers_of(report.holder).filter(pk=to.pk).exists() and sees(to, report)


def _relieve(report: Report, event: Event) -> None:
    Job.objects.filter(report=report, until=None).update(until=event.at)

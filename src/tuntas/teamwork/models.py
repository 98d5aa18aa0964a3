"""Who in an office does what: jobs, the officers' own thread of a report, the morning letter, the calendar link.

What happened stands in the one history (reports.models.Event); these rows carry what an entry may not hold in plain,
and what lists ask by.
"""

import uuid
from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from tuntas.organizations.models import Appointment, Officer, Unit
from tuntas.reports.models import Event, Report
from tuntas.reports.states import FINAL


class JobQuerySet(models.QuerySet["Job"]):
    def live(self, on: date | None = None) -> Self:
        """Jobs that somebody has on this day: the report is open and still with the office that gave the job, and the
        officer is in office. All others lie in the office's pool, whatever became of the officer.
        """
        day = on or timezone.localdate()
        return self.filter(
            Q(appointment__valid_to=None) | Q(appointment__valid_to__gte=day),
            until=None,
            holder=F("report__holder"),
            appointment__valid_from__lte=day,
            appointment__officer__is_active=True,
        ).exclude(report__state__in=FINAL)


class Job(models.Model):
    """One officer has one report in hand, for the office that holds it. The duty stays with the office (law 2).

    done_at: when the officer said that the work in the field is done; the answer to the reporter is still owed.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="jobs", db_index=False)
    event = models.OneToOneField(Event, models.PROTECT, related_name="job")  # who gave it, and when
    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="jobs", db_index=False)
    holder = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)  # the office that gave it
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report"], condition=Q(until=None), name="one_job_a_report")]
        indexes = [
            models.Index(fields=["appointment", "report"], condition=Q(until=None), name="job_of_officer"),
            models.Index(fields=["report", "id"], name="job_of_report"),
        ]

    def __str__(self) -> str:
        return f"job {self.report_id} {self.appointment_id}"


class Remark(models.Model):
    """What an officer wrote to colleagues about a report, or brought from the field: the words of an entry of the
    history, sealed under the content key for every report, so that no dump, search or notice holds them.

    uuid: binds the words to this row, and is made from the officer and the key of the form, so that a form that comes
    twice, or days later from a phone without signal, is one remark.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="remarks", db_index=False)
    event = models.OneToOneField(Event, models.PROTECT, related_name="remark")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sealed = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["report", "id"], name="remark_of_report")]

    def __str__(self) -> str:
        return f"remark {self.pk}"


class MorningLetter(models.Model):
    """That an officer was written to on a day, or that nothing was due: once a day, whatever restarts."""

    officer = models.ForeignKey(Officer, models.CASCADE, related_name="morning_letters")
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["officer", "day"], name="one_morning_letter_a_day")]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.day:%Y-%m-%d}"


class Reminding(models.Model):
    """How an officer wants to be reminded. No row: a letter each morning, no calendar.

    digest: keyed, of the secret in the calendar's address; None when there is no address. Nobody reads it back.
    """

    officer = models.OneToOneField(Officer, models.CASCADE, primary_key=True, related_name="reminding")
    wants_letter = models.BooleanField(default=True)
    digest = models.BinaryField(max_length=32, null=True, unique=True)
    made_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)  # when a calendar last asked

    def __str__(self) -> str:
        return f"{self.officer_id}"

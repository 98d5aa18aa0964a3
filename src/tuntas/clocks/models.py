"""Duties in time: policies as dated data, named clocks, and the ledger of their pauses (handbook 3.4)."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tuntas.organizations.models import Unit
from tuntas.reports.models import Report
from tuntas.reports.states import Class


class Kind(models.TextChoices):
    VERIFY = "verify", _("Verification")
    DISPOSE = "dispose", _("Disposition")
    FIRST_RESPONSE = "first_response", _("First follow-up")
    RESOLVE = "resolve", _("Settlement")
    REPORTER_WINDOW = "reporter_window", _("The reporter's time to complete")
    TRANSFER_DECISION = "transfer_decision", _("Answer to an offered transfer")
    ARBITRATION = "arbitration", _("Decision on jurisdiction")
    APPROVAL = "approval", _("Approval by the head")
    SECOND_LOOK = "second_look", _("Second look after an objection")
    REPORTER_REPLY = "reporter_reply", _("The reporter's word on the answer")
    REOPEN_WINDOW = "reopen_window", _("Time to have it reopened")
    APPEAL_WINDOW = "appeal_window", _("Time to appeal")
    APPEAL_DECISION = "appeal_decision", _("Decision on the appeal")
    REVIVE_WINDOW = "revive_window", _("Time to revive")
    PROMISE = "promise", _("Promised date")


# Duties of the handlers; the other kinds are time that the reporter has, or a date that was promised.
DUTIES = frozenset(
    {
        Kind.VERIFY,
        Kind.DISPOSE,
        Kind.FIRST_RESPONSE,
        Kind.RESOLVE,
        Kind.TRANSFER_DECISION,
        Kind.ARBITRATION,
        Kind.APPROVAL,
        Kind.SECOND_LOOK,
        Kind.APPEAL_DECISION,
    }
)


class Policy(models.Model):
    """How long a stage may take, from a day to a day, and who says so. Never a constant in code."""

    class Counting(models.TextChoices):
        WORKING_DAYS = "working", _("Working days")
        CALENDAR_DAYS = "calendar", _("Calendar days")

    policy = models.CharField(max_length=60)  # the set it belongs to, such as `permen-62-2018`
    stage = models.CharField(max_length=30)  # a clock kind, or `dispose_transferred`
    report_class = models.CharField(max_length=20, choices=Class, blank=True)  # '' = every class
    agency = models.ForeignKey(Unit, models.CASCADE, null=True, blank=True, related_name="+")
    length = models.SmallIntegerField()
    counting = models.CharField(max_length=10, choices=Counting, default=Counting.WORKING_DAYS)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    legal_source = models.CharField(max_length=300)
    mark = models.CharField(max_length=20, blank=True)  # sourced, design, unverified

    class Meta:
        verbose_name_plural = "policies"
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "stage", "report_class", "agency", "valid_from"],
                name="one_policy_a_stage_and_day",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(length__gt=0), name="policy_length_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.report_class} {self.length}"


class ClockQuerySet(models.QuerySet["Clock"]):
    def running(self) -> Self:
        """Neither stopped nor paused."""
        return self.filter(stopped_at=None, paused_at=None)

    def unstopped(self) -> Self:
        return self.filter(stopped_at=None)


class Clock(models.Model):
    """One duty or window of one report. `due_at` never moves earlier (see calendar.py)."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="clocks")
    kind = models.CharField(max_length=20, choices=Kind)
    owner = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    length = models.SmallIntegerField(default=0)  # days, as the policy counts; 0 for a date that was promised
    policy = models.ForeignKey(Policy, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    calendar_version = models.CharField(max_length=80, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_by = models.CharField(max_length=32, blank=True)  # the verb of the timetable
    fire_at = models.DateTimeField(null=True, blank=True)  # next reminder or the end; null when nothing is to fire
    fired = models.SmallIntegerField(default=0)  # 50, 80, 100: the last point that rang
    is_fair = models.BooleanField(default=False)  # started at an agency's connection, not at receipt (R003-59)

    objects = ClockQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "kind"], condition=Q(stopped_at=None), name="one_running_clock_of_a_kind"
            ),
        ]
        indexes = [
            models.Index(
                fields=["fire_at"],
                condition=Q(stopped_at=None, paused_at=None, fire_at__isnull=False),
                name="clock_next_to_fire",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.due_at:%Y-%m-%d}"


class Pause(models.Model):
    """The ledger of pauses: `counted` is false for those over the cap, which move no deadline."""

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="pauses")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=32)  # the verb that paused it
    counted = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clock"], condition=Q(ended_at=None), name="one_open_pause_a_clock"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.started_at:%Y-%m-%d}"

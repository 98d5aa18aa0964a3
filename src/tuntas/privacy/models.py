"""What a person asks about their data, and the register of failures of data protection (UU 27/2022)."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tuntas.organizations.models import Appointment
from tuntas.reports.models import Event, Report


class Wish(models.TextChoices):
    """What the person asks for."""

    CORRECTION = "CORRECTION", _("Correct something")
    CONSENT = "CONSENT", _("Take my consent back: forget who I am")
    ERASURE = "ERASURE", _("Erase what I wrote, and who I am")


class Decision(models.TextChoices):
    GRANTED = "GRANTED", _("Granted")
    PARTLY = "PARTLY", _("Granted in part")
    REFUSED = "REFUSED", _("Refused")


class DataRequestQuerySet(models.QuerySet["DataRequest"]):
    def undecided(self) -> Self:
        return self.filter(decision="")

    def to_carry_out(self) -> Self:
        """Erasures that were granted and are not done yet: work of the clockwork."""
        return self.filter(wish=Wish.ERASURE, decision=Decision.GRANTED, done_at=None)


class DataRequest(models.Model):
    """One wish of a reporter about their data, with the hours that the law gives. Asked once, decided once.

    sealed: the person's words under the content key, bound to the report. asked, answered: the entries of the history.
    done_at: when what was granted had been carried out.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    report = models.ForeignKey(Report, models.PROTECT, related_name="data_requests")
    wish = models.CharField(max_length=12, choices=Wish)
    sealed = models.BinaryField()
    asked = models.ForeignKey(Event, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    legal_source = models.CharField(max_length=200)
    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    decided_by = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    answered = models.ForeignKey(Event, models.PROTECT, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)

    objects = DataRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "wish"], condition=Q(decision=""), name="one_open_wish_of_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None, decided_by=None)
                | (~Q(decision="") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="a_wish_is_decided_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(decision=""), name="wish_to_decide")]

    def __str__(self) -> str:
        return f"{self.wish} {self.report_id}"


class BreachQuerySet(models.QuerySet["Breach"]):
    def open(self) -> Self:
        return self.filter(closed_at=None)


class Breach(models.Model):
    """One failure of data protection. No name of a person stands here: what, which data, how many, since when.

    groups: codes of `register.GROUPS`. people: how many are concerned, None while nobody knows. due_at: by when the
    authority and those concerned must have been told in writing.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    what = models.TextField()
    how = models.TextField(blank=True)
    remedy = models.TextField(blank=True)
    groups = models.JSONField(default=list)
    people = models.IntegerField(null=True, blank=True)
    happened_at = models.DateTimeField(null=True, blank=True)
    found_at = models.DateTimeField()
    due_at = models.DateTimeField()
    legal_source = models.CharField(max_length=200)
    written_by = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    authority_told_at = models.DateTimeField(null=True, blank=True)
    subjects_told_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")
    conclusion = models.TextField(blank=True)

    objects = BreachQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "breaches"
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None)
                | (Q(authority_told_at__isnull=False, subjects_told_at__isnull=False) & ~Q(conclusion="")),
                name="a_breach_is_closed_when_all_were_told",
            ),
            models.CheckConstraint(condition=Q(people=None) | Q(people__gte=0), name="people_are_counted"),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(closed_at=None), name="breach_open")]

    def __str__(self) -> str:
        return f"breach {self.pk}"

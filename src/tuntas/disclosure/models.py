"""Who asked to know who a reporter is, why, and who of another organisation decided (design 3b, law 6).

A row is asked once and decided once; the database keeps it so (migrations/0001), whoever writes.
"""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tuntas.organizations.models import Appointment, Unit
from tuntas.reports.models import Report


class Ground(models.TextChoices):
    """The legal ground of asking. Source: UU 27/2022 art. 20 (2)."""

    LEGAL_DUTY = "LEGAL_DUTY", _("A law or a court orders it")
    PUBLIC_TASK = "PUBLIC_TASK", _("An examination needs the reporter as a witness")
    CONSENT = "CONSENT", _("The reporter agreed, and the agreement is in the file")
    VITAL = "VITAL", _("Somebody's life or health is in danger")


class Decision(models.TextChoices):
    GRANTED = "GRANTED", _("Approved")
    REFUSED = "REFUSED", _("Refused")
    WITHDRAWN = "WITHDRAWN", _("Taken back by the asker")
    LAPSED = "LAPSED", _("Nobody decided in time")
    EMERGENCY = "EMERGENCY", _("Opened in an emergency")


class Finding(models.TextChoices):
    """What the custodian thinks of an emergency afterwards."""

    JUSTIFIED = "JUSTIFIED", _("It was justified")
    UNJUSTIFIED = "UNJUSTIFIED", _("It was not justified")


OPENS = (Decision.GRANTED, Decision.EMERGENCY)


class DisclosureQuerySet(models.QuerySet["Disclosure"]):
    def undecided(self) -> Self:
        return self.filter(decision="")

    def unreviewed(self) -> Self:
        """Emergencies that the custodian has not looked at yet."""
        return self.filter(decision=Decision.EMERGENCY, reviewed_at=None)

    def open_at(self, moment: datetime) -> Self:
        """Those under which the vault would open now."""
        return self.filter(decision__in=OPENS, opens_until__gt=moment, closed_at=None)


class Disclosure(models.Model):
    """One request to open the identity behind one report.

    custodian: the unit, of another organisation, whose custodian decides. hours: the time box that is asked for.
    with_withheld: whether the words are asked for as well that the reporter took out before sending.
    seal: web's signature over the decision, which the vault checks (kernel.warrants). closed_at: when the clockwork
    told that the time is over.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    report = models.ForeignKey(Report, models.PROTECT, related_name="disclosures")
    asked_by = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    ground = models.CharField(max_length=12, choices=Ground)
    reason = models.TextField()
    hours = models.SmallIntegerField()
    is_emergency = models.BooleanField(default=False)
    with_withheld = models.BooleanField(default=False, db_default=False)
    custodian = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    lapses_at = models.DateTimeField()

    decision = models.CharField(max_length=10, choices=Decision, blank=True)
    decided_by = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    opens_until = models.DateTimeField(null=True, blank=True)
    seal = models.BinaryField(max_length=64, null=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    review_due_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    finding = models.CharField(max_length=12, choices=Finding, blank=True)
    review = models.TextField(blank=True)
    nudged_at = models.DateTimeField(null=True, blank=True)

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report"], condition=Q(decision=""), name="one_open_request_a_report"),
            models.CheckConstraint(condition=Q(hours__gte=1, hours__lte=72), name="time_box_is_short"),
            models.CheckConstraint(
                condition=Q(decision="") | Q(decided_at__isnull=False), name="a_decision_has_its_moment"
            ),
            models.CheckConstraint(
                condition=(Q(decision__in=OPENS) & Q(opens_until__isnull=False) & Q(decided_by__isnull=False))
                | (~Q(decision__in=OPENS) & Q(opens_until=None)),
                name="only_a_yes_opens",
            ),
            models.CheckConstraint(
                condition=Q(is_emergency=True, decision=Decision.EMERGENCY, review_due_at__isnull=False)
                | (Q(is_emergency=False) & ~Q(decision=Decision.EMERGENCY)),
                name="an_emergency_is_reviewed",
            ),
        ]
        indexes = [
            models.Index(fields=["custodian", "-id"], name="disclosure_of_custodian"),
            models.Index(fields=["lapses_at"], condition=Q(decision=""), name="disclosure_to_lapse"),
            models.Index(
                fields=["opens_until"],
                condition=Q(opens_until__isnull=False, closed_at=None),
                name="disclosure_to_close",
            ),
            models.Index(
                fields=["review_due_at"],
                condition=Q(review_due_at__isnull=False, reviewed_at=None),
                name="disclosure_to_review",
            ),
        ]

    def __str__(self) -> str:
        return f"disclosure {self.pk}"

    def is_open(self, moment: datetime) -> bool:
        """Whether the vault would open under it now, as far as time goes."""
        return self.decision in OPENS and self.opens_until is not None and moment < self.opens_until


class Opening(models.Model):
    """One time that the vault opened the identity. Written by the vault through a function; by nobody else."""

    uuid = models.UUIDField(primary_key=True, editable=False)
    disclosure = models.ForeignKey(Disclosure, models.PROTECT, related_name="openings")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"opening of {self.disclosure_id}"

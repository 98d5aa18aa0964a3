"""Whose report is it: dispositions and offered transfers (handbook 3.9, design 3b)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tuntas.organizations.models import Category, Unit
from tuntas.reports.models import Event, Report


class Disposition(models.Model):
    """A lead unit, and the units of whatever agency that support it (R000-21, R001-07)."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="dispositions")
    event = models.ForeignKey(Event, models.PROTECT, related_name="+")
    lead = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    supporting = models.ManyToManyField(Unit, related_name="+", blank=True)
    note = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.report_id} → {self.lead}"


class TransferOffer(models.Model):
    """ "Not ours", said properly: an offer with a legal ground and a proposed owner, and what became of it.

    Whoever offers stays the holder until somebody else is. A decided offer is a precedent for later reports of the
    same category and place.
    """

    class Decision(models.TextChoices):
        ACCEPTED = "ACCEPTED", _("Accepted")
        SILENCE = "SILENCE", _("Accepted by silence")
        REFUSED = "REFUSED", _("Refused")
        ARBITRATED = "ARBITRATED", _("Decided by the superior")

    report = models.ForeignKey(Report, models.CASCADE, related_name="offers")
    event = models.ForeignKey(Event, models.PROTECT, related_name="+")
    offered_by = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    ground = models.TextField()
    proposed = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")  # null = unknown
    offered_at = models.DateTimeField()
    decision = models.CharField(max_length=12, choices=Decision, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    owner = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")  # who it went to
    answer = models.TextField(blank=True)  # the ground of the refusal or of the decision
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report"], condition=Q(decision=""), name="one_open_offer_a_report"),
        ]
        indexes = [
            models.Index(fields=["category", "-decided_at"], condition=Q(decision="ARBITRATED"), name="precedents")
        ]

    def __str__(self) -> str:
        return f"{self.offered_by} → {self.proposed or '?'}"

"""Who complained, without saying who: a row to point to, and a sealed envelope that only the vault can open."""

import uuid
from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Reporter(models.Model):
    """A person behind one or more reports. Holds no fact about them: those lie in the vault (design 3b).

    has_contact: whether the sealed envelope held an address, so that a notice to nobody is never queued.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(db_default=Now())
    channel = models.CharField(max_length=12)
    has_contact = models.BooleanField(default=False)
    language = models.CharField(max_length=5, default="id")

    def __str__(self) -> str:
        return f"reporter {self.pk}"


class SealedIdentity(models.Model):
    """One envelope on its way to the vault; emptied when the vault has put its contents away.

    A later envelope of the same reporter replaces what an earlier one said. `problem` is set by the vault when an
    envelope cannot be opened: it is kept, set aside, and the next one goes on.
    """

    reporter = models.ForeignKey(Reporter, models.CASCADE, related_name="sealed")
    epoch = models.IntegerField()
    ciphertext = models.BinaryField(null=True)
    sealed_at = models.DateTimeField(db_default=Now())
    drained_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=40, blank=True, db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_envelope_is_full_until_drained",
                condition=Q(ciphertext__isnull=False, drained_at=None) | Q(ciphertext=None, drained_at__isnull=False),
            )
        ]
        indexes = [
            models.Index(F("id"), name="sealed_identity_to_drain", condition=Q(drained_at=None, problem="")),
        ]

    def __str__(self) -> str:
        return f"envelope {self.pk}"


class HoldGround(models.TextChoices):
    """Why something must be kept. Source: UU 27/2022 art. 15 and 44; UU 37/2008 art. 33 (examinations)."""

    COURT = "COURT", _("A court, a prosecutor or the police asks for it")
    EXAMINATION = "EXAMINATION", _("An examination by the inspectorate or the Ombudsman runs")
    DISPUTE = "DISPUTE", _("A dispute or an appeal is not decided yet")


class LegalHoldQuerySet(models.QuerySet["LegalHold"]):
    def standing(self, on: date) -> Self:
        """Those that forbid to forget on this day: neither lifted nor past their last day."""
        return self.filter(lifted_at=None).filter(Q(until=None) | Q(until__gte=on))


class LegalHold(models.Model):
    """Somebody, and what they wrote, must not be forgotten yet: a court, an examination or a dispute needs it.

    report: id of the report for which it was placed; reporter: whoever is behind it, where somebody is. until: its last
    day, None for as long as nobody lifts it. placed_by, lifted_by: ids of appointments. While one stands, the database
    takes no wish to erase the person (identity/0003), and nothing of the report is erased (privacy.erasing_content).
    """

    reporter = models.ForeignKey(Reporter, models.CASCADE, null=True, blank=True, related_name="holds")
    report = models.BigIntegerField(null=True, blank=True)
    ground = models.CharField(max_length=12, choices=HoldGround, blank=True, db_default="", default="")
    reason = models.TextField()
    until = models.DateField(null=True, blank=True)
    placed_by = models.BigIntegerField()
    placed_at = models.DateTimeField()
    lifted_by = models.BigIntegerField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_because = models.TextField(blank=True, db_default="", default="")

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_hold_holds_something", condition=Q(reporter__isnull=False) | Q(report__isnull=False)
            )
        ]
        indexes = [models.Index(F("report"), name="hold_of_report")]

    def __str__(self) -> str:
        return f"hold {self.pk}"


class Ground(models.TextChoices):
    """Why a person is forgotten. Source: UU 27/2022 art. 8, 43 and 44."""

    SUBJECT = "SUBJECT", _("The person asked for it")
    CONSENT = "CONSENT", _("The person took back their consent")
    RETENTION = "RETENTION", _("The time for keeping it has ended")
    UNLAWFUL = "UNLAWFUL", _("It should never have been taken")


class Erasure(models.Model):
    """A wish to forget who a reporter is, and what came of it. The row stays: it says that somebody was forgotten.

    Web writes it and cannot carry it out: the vault destroys the key and the identity (`done_at`, found: whether there
    was one), the worker the originals of their files (`files_done_at`). asked_by: id of an appointment; null for the
    reporter and for the clockwork.
    """

    reporter = models.ForeignKey(Reporter, models.PROTECT, related_name="erasures")
    ground = models.CharField(max_length=12, choices=Ground)
    asked_by = models.BigIntegerField(null=True, blank=True)
    asked_kind = models.CharField(max_length=10)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    found = models.BooleanField(null=True, blank=True)
    files_done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reporter"], condition=Q(done_at=None), name="one_open_erasure_a_reporter")
        ]
        indexes = [
            models.Index(F("id"), name="erasure_to_do", condition=Q(done_at=None)),
            models.Index(F("id"), name="erasure_of_files_to_do", condition=Q(files_done_at=None)),
        ]

    def __str__(self) -> str:
        return f"erasure {self.pk}"

    @property
    def is_done(self) -> bool:
        return self.done_at is not None and self.files_done_at is not None

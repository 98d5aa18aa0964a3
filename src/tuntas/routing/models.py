"""Whose report is it: dispositions, offered transfers, and letters to agencies outside (handbook 3.9, design 3b)."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from tuntas.notices.models import Notice
from tuntas.organizations.models import Appointment, Category, Unit
from tuntas.reports.models import Event, Report
from tuntas.reports.sealed_words import SealedText, always


class Disposition(models.Model):
    """A lead unit, and the units of whatever agency that support it (R000-21, R001-07)."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="dispositions")
    event = models.ForeignKey(Event, models.PROTECT, related_name="+")
    lead = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    supporting = models.ManyToManyField(Unit, related_name="+", blank=True)
    note = SealedText(blank=True)

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
        ENDED = "ENDED", _("Ended: the report is about one of the two")

    report = models.ForeignKey(Report, models.CASCADE, related_name="offers")
    event = models.ForeignKey(Event, models.PROTECT, related_name="+")
    offered_by = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    ground = SealedText()
    proposed = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")  # null = unknown
    offered_at = models.DateTimeField()
    decision = models.CharField(max_length=12, choices=Decision, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    owner = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")  # who it went to
    answer = SealedText(blank=True)  # the ground of the refusal or of the decision
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


class LetterQuerySet(models.QuerySet["Letter"]):
    def open(self, *, at: datetime) -> Self:
        """Not answered and not expired; the report itself may have ended meanwhile."""
        return self.filter(answered_at=None, expires_at__gt=at)

    def with_sending(self) -> Self:
        """`sent_on`: when the vault handed it to the mail server, or an officer brought it on paper; null before."""
        return self.annotate(sent_on=Coalesce("sent_at", "notice__sent_at"))


class Letter(models.Model):
    """A report on its way to an agency that is not connected: by mail or on paper, with a link to answer (R000-30).

    The link's token is derived from `uuid` by the server's code key, so that a reminder and a second print carry the
    same one; the register keeps its digest alone, and whoever reads the database can open nothing.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="letters")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")  # whose letter address it goes to
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    token_digest = models.BinaryField(max_length=32, unique=True)
    written_at = models.DateTimeField()
    due_at = models.DateTimeField()  # an answer by then is in time for the holder's first follow-up
    remind_at = models.DateTimeField(null=True, blank=True)  # null: nothing to remind of, or reminded
    expires_at = models.DateTimeField()
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, blank=True, related_name="+")  # null: on paper
    sent_at = models.DateTimeField(null=True, blank=True)  # on paper: when an officer sent it
    sent_by = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")

    answered_at = models.DateTimeField(null=True, blank=True)
    answer = SealedText(blank=True, db_default="", when=always, by_uuid=False)
    answered_by_office = models.CharField(max_length=200, blank=True, db_default="")  # an office, never a person
    document_number = models.CharField(max_length=120, blank=True, db_default="")
    document_date = models.DateField(null=True, blank=True)
    answer_key = models.BinaryField(max_length=32, null=True)  # a digest: tells a form that was sent twice
    files = models.JSONField(default=list)  # columns of the attachments to be; the clockwork makes them
    event = models.ForeignKey(Event, models.PROTECT, null=True, blank=True, related_name="+")  # that took it in
    taken_in_at = models.DateTimeField(null=True, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None) | (~Q(answer="") & ~Q(answered_by_office="")),
                name="an_answer_says_something_and_who",
            ),
        ]
        indexes = [
            models.Index(
                fields=["answered_at"],
                condition=Q(answered_at__isnull=False, taken_in_at=None),
                name="letter_to_take_in",
            ),
            models.Index(fields=["remind_at"], condition=Q(remind_at__isnull=False), name="letter_to_remind"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} → {self.unit}"


class WaitingAct(models.Model):
    """An act of many at once that has not happened yet: for a few seconds it can be taken back whole (docs/adr/0022).

    Nothing of it is in the history before the worker carries it out. `told`: why it was refused, for the officer.
    """

    batch = models.UUIDField()
    report = models.ForeignKey(Report, models.CASCADE, related_name="+")
    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="+")
    officer_id = models.BigIntegerField()
    verb = models.CharField(max_length=32)
    brings = models.JSONField(default=dict)  # what the verb is given; units and categories by id
    seen = models.BigIntegerField()  # the report's last event when the officer decided
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    told = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report"], condition=Q(done_at=None), name="one_waiting_act_of_a_report")
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(done_at=None), name="waiting_act_due"),
            models.Index(fields=["batch"], name="waiting_act_of_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.report_id}"

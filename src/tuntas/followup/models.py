"""What was done about it: follow-ups with their evidence, and the reporter's word (handbook 3.8)."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tuntas.followup.kinds import Kind, Outcome, Step
from tuntas.organizations.models import Appointment, Officer, Unit
from tuntas.reports.models import Attachment, Event, Report
from tuntas.reports.sealed_words import SealedText
from tuntas.reports.states import Class


class FollowUp(models.Model):
    """One answer of a unit: its step and its kind apart (design 3b), with what the evidence rule asked for.

    `event` is null while the head of the unit has not yet approved it (`is_draft`).
    `verdict` is what the gate thought of the text; it never decides about an acknowledgement.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="follow_ups")
    event = models.OneToOneField(Event, models.PROTECT, null=True, blank=True, related_name="follow_up")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    author = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    step = models.CharField(max_length=16, choices=Step)
    kind = models.CharField(max_length=14, choices=Kind, default=Kind.ANSWER)
    outcome = models.CharField(max_length=24, choices=Outcome, blank=True)
    text = SealedText()
    written_at = models.DateTimeField()
    is_draft = models.BooleanField(default=False)
    returned_because = SealedText(blank=True)

    done_on = models.DateField(null=True, blank=True)
    done_at_place = SealedText(blank=True)
    no_photo_because = SealedText(blank=True)
    document_number = models.CharField(max_length=120, blank=True)
    document_date = models.DateField(null=True, blank=True)
    planned_for = models.DateField(null=True, blank=True)
    legal_ground = SealedText(blank=True)
    next_step = SealedText(blank=True)  # what the citizen can do next when it was declined

    verdict = models.CharField(max_length=12, blank=True)  # substantive, canned, unsure
    score = models.FloatField(null=True, blank=True)
    reasons = ArrayField(models.CharField(max_length=60), default=list, blank=True)  # `Reason.stored`
    gate_version = models.CharField(max_length=60, blank=True)
    appeal = SealedText(blank=True)  # the officer's objection to the gate
    appeal_upheld = models.BooleanField(null=True, blank=True)  # by the head of the unit

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report"], condition=Q(is_draft=True, returned_because=""), name="one_draft_awaiting_approval"
            ),
        ]
        indexes = [models.Index(fields=["unit", "-id"], name="follow_up_of_unit")]

    def __str__(self) -> str:
        return f"{self.step} {self.kind}"


class Message(models.Model):
    """One message between a reporter and those who handle the report: the entry of the history, and its sealed words.

    The words lie under the content key alone, so that no dump, search or notice holds them; the entry holds their
    digest. read_at: when the other side said that it had read it; shown by the day, because an hour tells more.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="messages", db_index=False)
    event = models.OneToOneField(Event, models.PROTECT, related_name="message")
    uuid = models.UUIDField(default=uuid.uuid4, editable=False)  # binds the words to this row
    by = models.CharField(max_length=10, choices=Attachment.By)
    sealed = models.BinaryField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["report", "id"], name="message_of_report"),
            models.Index(fields=["report"], condition=Q(read_at=None, by="REPORTER"), name="message_unread_by_office"),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"


class Mailbox(models.Model):
    """Which visit may read a report by its code: the latest one alone. visit: a digest; None when nobody is in.

    Holds no time: when a reporter looked is nobody's business.
    """

    report = models.OneToOneField(Report, models.CASCADE, primary_key=True, related_name="mailbox")
    visit = models.BinaryField(max_length=32, null=True)

    def __str__(self) -> str:
        return f"mailbox {self.report_id}"


class Evidence(models.Model):
    """A file that proves a follow-up, and what part it plays."""

    class Part(models.TextChoices):
        BEFORE = "BEFORE", _("Before")
        AFTER = "AFTER", _("After")
        DOCUMENT = "DOCUMENT", _("Document")

    follow_up = models.ForeignKey(FollowUp, models.CASCADE, related_name="evidence")
    attachment = models.OneToOneField(Attachment, models.PROTECT, related_name="evidence")
    part = models.CharField(max_length=10, choices=Part)

    def __str__(self) -> str:
        return self.part


class Rating(models.Model):
    """What a reporter thought: 1-5 for clearness and for being on target (R004-21), and whether it is solved."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="ratings")
    event = models.OneToOneField(Event, models.PROTECT, related_name="+")
    clear = models.SmallIntegerField(null=True, blank=True)
    on_target = models.SmallIntegerField(null=True, blank=True)
    words = SealedText(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(clear=None) | Q(clear__range=(1, 5))) & (Q(on_target=None) | Q(on_target__range=(1, 5))),
                name="ratings_are_one_to_five",
            )
        ]

    def __str__(self) -> str:
        return f"{self.clear} {self.on_target}"


class Unsent(models.Model):
    """What an officer typed into an act's form and has not sent: sealed, theirs alone, and gone once it is sent.

    Seen only while the officer sees the report (migrations). Not to be mistaken for a draft that waits for the head.
    """

    officer = models.ForeignKey(Officer, models.CASCADE, related_name="+")
    report = models.ForeignKey(Report, models.CASCADE, related_name="+")
    act = models.CharField(max_length=40)
    sealed = models.BinaryField()  # the form's fields as JSON, bound to officer, report and act
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["officer", "report", "act"], name="one_unsent_form_of_an_act")]
        indexes = [models.Index(fields=["saved_at"], name="unsent_saved")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.act}"


class Survey(models.Model):
    """What a reporter thought when the report had ended; once for each report. marks: 1-4 by element (`surveying`)."""

    class Answered(models.TextChoices):
        YES = "YES", _("Yes")
        PARTLY = "PARTLY", _("Partly")
        NO = "NO", _("No")

    report = models.OneToOneField(Report, models.CASCADE, primary_key=True, related_name="survey")
    answered = models.CharField(max_length=8, choices=Answered, blank=True)  # “did it deal with my problem?” (R004-02)
    marks = models.JSONField(default=dict)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.answered} {self.marks}"


class ApprovalRule(models.Model):
    """An office's own wish: which answers its head reads before the reporter does (handbook 8.2 O5).

    It holds for the unit and all below it in the same agency. Blank: of every class, however it ends, whatever stands
    behind it. Never changed: it ends, and another one stands, so that all see who asked for which signature, and when.
    """

    class Pressing(models.TextChoices):
        ESCALATED = "ESCALATED", _("when the superior was told of it")
        MANY = "MANY", _("when five or more people stand behind it")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="approval_rules")
    report_class = models.CharField(max_length=20, choices=Class, blank=True)
    outcome = models.CharField(max_length=24, choices=Outcome, blank=True)
    pressing = models.CharField(max_length=10, choices=Pressing, blank=True)
    made_by = models.ForeignKey(Appointment, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    ended_by = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "report_class", "outcome", "pressing"],
                condition=Q(ended_at=None),
                name="one_standing_rule_of_a_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.report_class} {self.outcome} {self.pressing}"


class ReplyTemplate(models.Model):
    """Words that an office writes often, with blanks for the facts (handbook 8.2 O1). It is never an answer by itself.

    series: what all versions of one template share. A version is never changed: another one takes its place.
    ended_at: since when it can no longer be chosen.
    """

    series = models.UUIDField(default=uuid.uuid4, editable=False)
    version = models.IntegerField(default=1)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="reply_templates")
    name = models.CharField(max_length=80)
    step = models.CharField(max_length=16, choices=Step)
    text = models.TextField()
    made_by = models.ForeignKey(Appointment, models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    ended_by = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "version"], name="one_text_a_version"),
            models.UniqueConstraint(fields=["series"], condition=Q(ended_at=None), name="one_version_in_use"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

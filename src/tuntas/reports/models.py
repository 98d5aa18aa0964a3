"""The record: a report, its text, its public copy, its history, its files.

Every column that lists read stands in `report`; the text stands apart (perf.md section 5). Only
`reports.history` writes a report's state (design 3b names the three callers).
"""

import uuid
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tuntas.identity.models import Reporter
from tuntas.organizations.models import Appointment, Area, Category, Unit
from tuntas.reports.sealed_words import SealedFacts, SealedText, always
from tuntas.reports.states import FINAL, Channel, Class, Finish, Party, Queue, ReportType, State


class ReportQuerySet(models.QuerySet["Report"]):
    def open(self) -> Self:
        return self.exclude(state__in=FINAL)

    def held_by(self, unit_ids: list[int]) -> Self:
        return self.filter(holder_id__in=unit_ids)

    def most_urgent_first(self) -> Self:
        """A total order, so that pages by key never skip or repeat: due instant, then id."""
        return self.order_by(F("due_at").asc(nulls_last=True), "pk")


class Report(models.Model):
    """One report. `holder` is the one unit that answers for it at this instant (law 2)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # binds ciphertexts to the row
    number = models.CharField(max_length=11)  # public: 10 digits and a check digit
    code_lookup = models.BinaryField(max_length=32, null=True)  # keyed HMAC of the secret code, never the code
    idempotency_hash = models.BinaryField(max_length=32, null=True)
    content_hash = models.BinaryField(max_length=32, null=True)  # same key with other content is refused

    reporter = models.ForeignKey(Reporter, models.PROTECT, null=True, related_name="+", db_index=False)
    channel = models.CharField(max_length=12, choices=Channel, default=Channel.WEB)
    report_type = models.CharField(max_length=20, choices=ReportType, default=ReportType.COMPLAINT)
    lodged_at = models.DateTimeField()  # when the person gave it: the date on paper, or of the old register
    received_at = models.DateTimeField()  # when the register took it; clocks run from here
    event_on = models.DateField(null=True, blank=True)
    target_agency = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    is_anonymous = models.BooleanField(default=False)
    is_confidential = models.BooleanField(default=False)

    state = models.CharField(max_length=24, choices=State, default=State.AWAITING_VERIFICATION)
    back_state = models.CharField(max_length=24, blank=True)  # where a refused offer or an unmerge returns to
    report_class = models.CharField(max_length=20, choices=Class, blank=True, db_column="class")
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    problem_nature = models.CharField(max_length=40, blank=True)
    holder = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    holder_since = models.DateTimeField()
    # In whose books it stands.
    agency = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    lead = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    arbiter = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    finish = models.CharField(max_length=10, choices=Finish, blank=True)
    outcome = models.CharField(max_length=24, blank=True)
    hops = models.SmallIntegerField(default=0)
    objections = models.SmallIntegerField(default=0)
    questions = models.SmallIntegerField(default=0)
    escalation = models.SmallIntegerField(default=0)
    is_reopened = models.BooleanField(default=False)
    is_light = models.BooleanField(default=False)
    has_left = models.BooleanField(default=False)  # the reporter withdrew from a case under examination (T20)
    predates_connection = models.BooleanField(default=False)  # older than its agency's connection (R003-59)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged", db_index=False)
    weight = models.IntegerField(default=1)  # distinct reporters behind it
    has_conflict = models.BooleanField(default=False)  # somebody is named in `Conflict`
    # The kind of office in whose closed queue it lies: nobody outside that office sees it, whoever held it before.
    queue = models.CharField(max_length=20, choices=Queue, blank=True, default="", db_default="")
    import_bucket = models.CharField(max_length=24, blank=True)  # a statistical bucket that the old register gave
    # Source and row of an old register; unique, so a report without one has NULL.
    import_key = models.CharField(max_length=80, null=True)  # noqa: DJ001

    due_at = models.DateTimeField(null=True, blank=True)  # the nearest running duty; lists sort by it
    last_event_id = models.BigIntegerField(default=0)  # what a stale button is compared with
    decided_at = models.DateTimeField(null=True, blank=True)  # when it last became final

    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    place = models.CharField(max_length=300, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    cell_y = models.IntegerField(null=True, blank=True)  # 0.005 degree cells (perf.md section 5)
    cell_x = models.IntegerField(null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            # Not `unique=True`, which would add a second index to each for LIKE; foreign keys that no list asks by
            # have none at all (a report is written far more often than a unit is deleted).
            models.UniqueConstraint(fields=["number"], name="one_report_a_number"),
            models.UniqueConstraint(fields=["import_key"], name="one_report_a_row_of_an_old_register"),
            models.UniqueConstraint(fields=["code_lookup"], name="one_report_a_code"),
            models.UniqueConstraint(fields=["idempotency_hash"], name="one_report_a_submission"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="report_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=State.MERGED, parent__isnull=False) | (~Q(state=State.MERGED) & Q(parent=None)),
                name="merged_has_a_parent",
            ),
            models.CheckConstraint(
                condition=(Q(state=State.RESOLVED) & ~Q(finish="")) | (~Q(state=State.RESOLVED) & Q(finish="")),
                name="finished_says_how",
            ),
        ]
        indexes = [
            models.Index("holder", "due_at", "id", name="report_inbox", condition=~Q(state__in=FINAL)),
            models.Index("holder", "state", "due_at", "id", name="report_holder_state"),
            models.Index("agency", F("id").desc(), name="report_agency_newest"),
            models.Index("cell_y", "cell_x", "received_at", name="report_nearby"),
            models.Index("parent", name="report_merged", condition=Q(parent__isnull=False)),
            models.Index("arbiter", name="report_to_decide", condition=Q(arbiter__isnull=False)),
            models.Index("area", "received_at", name="report_of_area", condition=Q(area__isnull=False)),
            models.Index("category", F("id").desc(), name="report_of_category", condition=Q(category__isnull=False)),
            models.Index("target_agency", name="report_unconnected_target", condition=~Q(state__in=FINAL)),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return self.state not in FINAL

    @property
    def hides_text(self) -> bool:
        """The text is stored encrypted and never public (design 3b): of a confidential or whistleblowing report, of one
        that names whom it is about (what everybody reads, they read too), and of one for women and children."""
        return (
            self.is_confidential
            or self.has_conflict
            or self.report_class == Class.WHISTLEBLOWING
            or self.queue == Queue.WOMEN_AND_CHILDREN
        )

    @property
    def is_protected(self) -> bool:
        """Whether who reads it says why, and nothing of it travels in a letter: anonymous, or of a hidden text."""
        return self.is_anonymous or self.hides_text

    def is_about(self, unit: Unit) -> bool:
        """Whether the report accuses this unit or one above it: then nobody there sees it, so it cannot hold it."""
        return self.has_conflict and self.conflicts.filter(unit__in=unit.ancestry).exists()


class ReportText(models.Model):
    """What the person wrote. `body` is empty when the text is sealed under the content key."""

    report = models.OneToOneField(Report, models.CASCADE, primary_key=True, related_name="text")
    title = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    sealed = models.BinaryField(null=True)  # words and place under the content key, bound to the report's uuid
    key_epoch = models.IntegerField(default=0)
    requested_remedy = models.TextField(blank=True)
    # What the reporter wants masked in the public copy: {"field", "start", "end", "kind"}, places of the text as kept.
    # Rows beside it were written while it was open to all; the clockwork seals them (privacy.sealing_rows).
    has_open_rows = models.BooleanField(default=False, db_default=False)
    covered = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    reported_party = models.TextField(blank=True, default="", db_default="")  # whom it is about, in the person's words

    class Meta:
        indexes = [models.Index(fields=["report"], condition=Q(has_open_rows=True), name="text_with_open_rows")]

    def __str__(self) -> str:
        return self.title or self.report.number


class PublicCopy(models.Model):
    """What the public reads: made from a moderated text when a report is verified; gone when it is protected."""

    report = models.OneToOneField(Report, models.CASCADE, primary_key=True, related_name="public_copy")
    number = models.CharField(max_length=11, unique=True)
    title = models.CharField(max_length=200)
    body = models.TextField()
    place = models.CharField(max_length=300, blank=True)
    published_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.title


class Support(models.Model):
    """Somebody who met an open report of the same matter and stands behind it instead of sending another.

    supporter: a digest of a number in that browser's cookie and of the report, so that one browser counts once and
    two reports cannot be told to have the same supporter. It moves no report: whoever wants can clear cookies.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="supports", db_index=False)
    supporter = models.BinaryField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "supporter"], name="one_support_of_a_browser")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.at}"


class ReportUnit(models.Model):
    """A unit that takes or took part in a report, and so may see it."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="units", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    part = models.CharField(max_length=10, choices=Party)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "unit", "part"], name="one_part_of_a_unit")]
        indexes = [models.Index(fields=["unit", "report"], name="report_unit_of_unit")]

    def __str__(self) -> str:
        return f"{self.unit} {self.part}"


class Conflict(models.Model):
    """A unit or a person that a report is about: they and their staff never see it (design 3b, law 6)."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="conflicts")
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, blank=True, related_name="+")
    officer_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False) ^ Q(officer_id__isnull=False), name="conflict_is_unit_or_person"
            )
        ]
        indexes = [models.Index(fields=["report"], name="conflict_of_report")]

    def __str__(self) -> str:
        return str(self.unit_id or self.officer_id)


class Audience(models.TextChoices):
    """Who reads an entry of the history."""

    PUBLIC = "PUBLIC", _("Everyone")
    REPORTER = "REPORTER", _("The reporter and the handlers")
    HANDLERS = "HANDLERS", _("The handlers")


class EventQuerySet(models.QuerySet["Event"]):
    def for_the_public(self) -> Self:
        return self.filter(audience=Audience.PUBLIC)

    def for_the_reporter(self) -> Self:
        return self.exclude(audience=Audience.HANDLERS)


TYPED = frozenset({"missing", "signpost"})  # facts that hold words of a person


def is_not_for_everybody(event: "Event") -> bool:
    """An entry is never changed, so what may become secret later is sealed from the first moment."""
    return event.audience != Audience.PUBLIC or event.report.hides_text


class Event(models.Model):
    """One thing that happened: timeline, outbox and (later) Merkle leaf in one append-only table.

    The database refuses every change and deletion, from whatever client. `xact` lets readers wait until
    all earlier transactions have ended, so that a roll-up never skips a row. `facts` are public words only
    when `audience` says so; they never hold an identity.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="events", db_index=False)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=models.functions.Now())
    verb = models.CharField(max_length=32)
    from_state = models.CharField(max_length=24, blank=True)
    to_state = models.CharField(max_length=24)
    from_agency = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    to_agency = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    holder = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)  # after the event
    actor_kind = models.CharField(max_length=10)
    actor_role = models.CharField(max_length=20, blank=True)
    appointment = models.ForeignKey(Appointment, models.PROTECT, null=True, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)  # the actor's
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.REPORTER)
    note = SealedText(blank=True, when=is_not_for_everybody)
    facts = SealedFacts(default=dict, words=TYPED, when=is_not_for_everybody)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["report", "id"], name="event_of_report"),
            models.Index(fields=["holder", "id"], condition=Q(verb="thank"), name="event_of_thanks"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.verb}"


class WithReport(models.Manager["Attachment"]):
    """Files together with their reports, whose uuid opens their names: else each name would ask for its report."""

    def get_queryset(self) -> models.QuerySet["Attachment"]:
        return super().get_queryset().select_related("report")


class Attachment(models.Model):
    """A file that came with a report or an answer: kept by the file store under `key`, served re-encoded."""

    class By(models.TextChoices):
        REPORTER = "REPORTER", _("Reporter")
        OFFICER = "OFFICER", _("Officer")

    class Scan(models.TextChoices):
        CLEAN = "CLEAN", _("Nothing harmful found")
        HARMFUL = "HARMFUL", _("Set aside: harmful")

    report = models.ForeignKey(Report, models.CASCADE, related_name="attachments")
    event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="attachments")
    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    by = models.CharField(max_length=10, choices=By)
    name = SealedText(when=always)  # a safe name for display; never used as a path
    media_type = models.CharField(max_length=80)
    size = models.IntegerField()
    sha256 = models.BinaryField(max_length=32)
    key = models.CharField(max_length=120)
    thumbnail_key = models.CharField(max_length=120, blank=True)
    original_key = models.CharField(max_length=120, blank=True)  # the bytes that came, sealed to the vault
    # Of the vault's key to which they are sealed; 0 where there are none, or where nobody has read the envelope yet.
    original_epoch = models.IntegerField(default=0, db_default=0)
    part = models.CharField(max_length=10, blank=True)  # evidence: before, after, document
    taken_at = models.DateTimeField(null=True, blank=True)
    place = SealedText(blank=True)
    is_public = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    scan = models.CharField(max_length=10, choices=Scan, blank=True, db_default="")  # empty: nobody has judged it
    scanned_at = models.DateTimeField(null=True, blank=True)  # when it was last tried

    objects = WithReport()

    class Meta:
        indexes = [
            models.Index("scanned_at", "id", condition=Q(scan=""), name="attachment_to_scan"),
            models.Index("key", name="attachment_of_key"),
            models.Index("thumbnail_key", condition=~Q(thumbnail_key=""), name="attachment_of_thumbnail"),
            models.Index("original_key", condition=~Q(original_key=""), name="attachment_of_original"),
            models.Index(fields=["original_epoch", "id"], condition=~Q(original_key=""), name="attachment_to_reseal"),
        ]
        constraints = [
            # A voice tells who somebody is; nothing that we show to all may hold a reporter's (UU 27/2022, article 4).
            models.CheckConstraint(
                condition=~Q(by="REPORTER", media_type__startswith="audio/", is_public=True),
                name="attachment_voice_is_never_public",
            ),
        ]

    def __str__(self) -> str:
        return self.name


def describe(report: Report) -> dict[str, Any]:
    """The plain facts that notices and events may carry. A fact is named here or it does not travel."""
    return {"number": report.number, "state": report.state}

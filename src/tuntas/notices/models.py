"""Messages that are owed: rows written with their cause, drained by the vault (design 3, 3b)."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tuntas.organizations.models import Role, Unit
from tuntas.reports.models import Event, Report


class NoticeQuerySet(models.QuerySet["Notice"]):
    def owed(self) -> Self:
        return self.filter(sent_at=None, failed_at=None)

    def unread_of(self, unit_ids: list[int]) -> Self:
        return self.filter(to=Notice.To.UNIT, unit_id__in=unit_ids, read_at=None)


class Notice(models.Model):
    """One message about one event to one reporter or one unit. It holds plain facts and never an address.

    template: the verb of the timetable (or `reminder`), which names the words to send.
    params: plain facts (number, dates, names of offices); the vault adds the address and nothing else.
    """

    class To(models.TextChoices):
        REPORTER = "REPORTER", _("Reporter")
        UNIT = "UNIT", _("Officers of a unit")
        LETTER = "LETTER", _("Letter address of a unit")

    event = models.ForeignKey(Event, models.PROTECT, related_name="notices", db_index=False)
    report = models.ForeignKey(Report, models.PROTECT, related_name="notices", db_index=False)
    to = models.CharField(max_length=10, choices=To)
    reporter_uuid = models.UUIDField(null=True, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    role = models.CharField(max_length=20, choices=Role, blank=True)  # only officers with this role in the unit
    officer = models.BigIntegerField(default=0, db_default=0)  # only this officer of the unit; 0: everybody
    template = models.CharField(max_length=32)
    params = models.JSONField(default=dict)
    language = models.CharField(max_length=5, default="id")
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.SmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=80, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reporter_uuid__isnull=False) ^ Q(unit__isnull=False), name="notice_has_one_receiver"
            )
        ]
        indexes = [
            models.Index(fields=["not_before", "id"], condition=Q(sent_at=None, failed_at=None), name="notice_to_send"),
            models.Index(fields=["unit", "id"], condition=Q(to="UNIT"), name="notice_of_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.to}"

"""The security log: who signed in, what was refused, who opened what and why. Written by `security_log` alone."""

from typing import Self

from django.db import models
from django.db.models.functions import Now


class SecurityEntryQuerySet(models.QuerySet["SecurityEntry"]):
    def of(self, *kinds: str) -> Self:
        return self.filter(kind__in=kinds)


class SecurityEntry(models.Model):
    """One entry. The database refuses every change and deletion, and shows an officer little of it (migration 0003).

    officer: an id without a foreign key, since the log outlives accounts and is also written while an account is made.
    facts: words and numbers; `report` is always the id of a report. Never an identity, a name or an address.
    The column `xact` lets readers wait until all earlier transactions have ended, as in the history of reports.
    """

    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    kind = models.CharField(max_length=40)
    officer = models.BigIntegerField(null=True)
    facts = models.JSONField(default=dict)

    objects = SecurityEntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["officer", "kind", "at"], name="security_entry_of_officer"),
            models.Index(fields=["kind", "id"], name="security_entry_of_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.officer or ''}".strip()

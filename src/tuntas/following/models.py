"""Follows of reports, and the letters and knocks that are owed for them. No row holds an address once the vault has it.

Of public reports, by mail or by phone, and of one's own, by phone. Seen in the public's sight, each reporter's own in
theirs, and by the clockwork; no officer's context shows a row, so that nobody who handles a report learns who watches
it, or that somebody does.
"""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tuntas.reports.models import PublicCopy, Report


class Follow(models.Model):
    """Somebody follows one report. Goes with its public copy: the database removes both.

    own: instead of a public copy, the reporter's own report; the database removes it when that becomes protected, its
    code is destroyed or the reporter left. way: how they are told; a phone needs no second yes: it asks by itself.
    who: keyed digest of report and address, so that one address follows a report once and two reports cannot be told to
    have the same follower. token: digest of what stands in the links of the letters. sealed: address and token for the
    vault alone, empty as soon as it has put them away. confirmed_at: none until whoever reads that mailbox said yes.
    came_from: id of the report that was asked for, when it was merged and this follows the one that goes on.
    is_over: the vault has ended it, and the worker removes it at its next turn.
    """

    class Way(models.TextChoices):
        MAIL = "MAIL", _("E-mail")
        PHONE = "PHONE", _("Phone")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    way = models.CharField(max_length=5, choices=Way, default=Way.MAIL, db_default="MAIL")
    copy = models.ForeignKey(
        PublicCopy, models.DO_NOTHING, null=True, blank=True, db_constraint=False, related_name="follows",
        db_index=False,
    )  # fmt: skip
    own = models.ForeignKey(
        Report, models.DO_NOTHING, null=True, blank=True, db_constraint=False, related_name="+", db_index=False
    )
    who = models.BinaryField(max_length=32)
    token = models.BinaryField(max_length=32, unique=True)
    sealed = models.BinaryField(null=True)
    language = models.CharField(max_length=5, default="id")
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    came_from = models.BigIntegerField(null=True, blank=True)
    is_over = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["copy", "who"], name="one_follow_of_an_address"),
            models.UniqueConstraint(fields=["own", "who"], condition=Q(own__isnull=False), name="one_line_of_a_phone"),
            models.CheckConstraint(
                condition=Q(copy__isnull=False) ^ Q(own__isnull=False), name="follow_is_of_one_report"
            ),
        ]
        indexes = [
            models.Index(fields=["came_from"], condition=Q(came_from__isnull=False), name="follow_that_was_led_on"),
            models.Index(fields=["id"], condition=Q(sealed__isnull=False), name="follow_to_put_away"),
            models.Index(fields=["asked_at"], condition=Q(confirmed_at=None), name="follow_unconfirmed"),
        ]

    def __str__(self) -> str:
        return f"{self.copy_id or self.own_id} {self.asked_at}"


class Letter(models.Model):
    """A mail or a knock that is owed; the vault sends it. At most one of a kind waits: newer news take its place.

    template: `confirm`, `news`, or `merged` for who is led on. params: plain facts, the number of the report and the
    state it came to; `was` the number of the report that was merged. Of one's own report they are empty.
    """

    follow = models.ForeignKey(Follow, models.DO_NOTHING, db_constraint=False, related_name="letters", db_index=False)
    template = models.CharField(max_length=12)
    params = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.SmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["follow"], name="letters_of_follow"),
            models.Index(
                fields=["not_before", "id"], condition=Q(sent_at=None, failed_at=None), name="follow_letter_to_send"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["follow", "template"],
                condition=Q(sent_at=None, failed_at=None),
                name="one_waiting_letter_of_a_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.follow_id}"


class Position(models.Model):
    """How far the public log was read for news. There is one row; `leaf` is the number of the last one looked at."""

    leaf = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.leaf)

"""What stands behind an officer's account: sessions, second factors, tries, one-time links, letters, the signed code.

Whoever holds a copy of these tables can sign in as nobody: keys of sessions, codes and links are digests, and second
factors are encrypted under the content key, which lies outside the database, and bound to their officer.
"""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.organizations.models import Officer


class SessionQuerySet(models.QuerySet["Session"]):
    def alive(self, at: datetime | None = None) -> Self:
        """Sessions that were used a short time ago and are not too old."""
        moment = at or timezone.now()
        return self.filter(
            seen_at__gt=moment - timedelta(seconds=settings.SESSION_COOKIE_AGE),
            made_at__gt=moment - timedelta(seconds=settings.SESSION_LONGEST),
        )

    def of(self, officer_id: int) -> Self:
        return self.filter(officer_id=officer_id)


class Session(models.Model):
    """One browser's session. Found by a digest of the key in its cookie, so that these rows open nothing.

    data: signed, and bound to the digest: copied to another row it is void. device: coarse words, never an address.
    """

    digest = models.BinaryField(max_length=32, primary_key=True)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True)  # its name in the list of devices
    officer = models.ForeignKey(Officer, models.CASCADE, null=True, related_name="sessions")
    data = models.TextField()
    device = models.CharField(max_length=80, blank=True)
    made_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    objects = SessionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["seen_at"], name="session_seen")]

    def __str__(self) -> str:
        return f"{self.officer_id or ''} {self.device}".strip()


class OneTimeCodes(models.Model):
    """An app that shows a new six-digit code every 30 seconds (RFC 6238). Each is good once: `last_step` only grows."""

    officer = models.OneToOneField(Officer, models.CASCADE, primary_key=True, related_name="one_time_codes")
    sealed = models.BinaryField()  # the shared secret under the content key, bound to the officer
    last_step = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.officer_id}"


class Passkey(models.Model):
    """A key pair in a device of the officer's (WebAuthn); we hold the public half.

    sealed: the public key under the content key, bound to officer and credential, so that nobody with SQL alone can
    add a key of their own.
    """

    officer = models.ForeignKey(Officer, models.CASCADE, related_name="passkeys")
    credential = models.BinaryField(max_length=1024, unique=True)
    sealed = models.BinaryField()
    count = models.BigIntegerField(default=0)  # of uses, as the device tells it; a copy of a key falls behind
    label = models.CharField(max_length=60)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.label


class RecoveryCode(models.Model):
    """One of ten codes for the day on which the phone is gone: 80 random bits, kept as a keyed digest, good once."""

    officer = models.ForeignKey(Officer, models.CASCADE, related_name="recovery_codes")
    digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.officer_id}"


class Tries(models.Model):
    """How often something was tried lately: a name from an unknown device, a name from a known one, a code.

    digest: keyed, of what is counted; a name that was typed cannot be read from it.
    """

    digest = models.BinaryField(max_length=32, primary_key=True)
    count = models.IntegerField()
    since = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["since"], name="tries_since")]

    def __str__(self) -> str:
        return str(self.count)


class OneTimeLink(models.Model):
    """A link that sets a new password once. It never replaces the second factor, unless `renews` says that two
    administrators agreed to let this officer set up a new one.
    """

    class For(models.TextChoices):
        INVITATION = "INVITATION", _("A new account")
        RESET = "RESET", _("A new password")

    officer = models.ForeignKey(Officer, models.CASCADE, related_name="links")
    digest = models.BinaryField(max_length=32, unique=True)
    purpose = models.CharField(max_length=12, choices=For)
    renews = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.officer_id} {self.purpose}"


class Letter(models.Model):
    """A mail about an account that is owed to its officer; the vault sends it, as it sends every letter.

    address: where else to send it than to the officer's own address: to the old one, when that was changed.
    sealed: words for the vault alone, such as a link, bound to `uuid`.
    """

    officer = models.ForeignKey(Officer, models.CASCADE, related_name="letters")
    uuid = models.UUIDField(default=uuid.uuid4)
    address = models.EmailField(blank=True)
    template = models.CharField(max_length=32)
    params = models.JSONField(default=dict)
    sealed = models.BinaryField(null=True)
    language = models.CharField(max_length=5, default="id")
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.SmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["not_before", "id"], condition=Q(sent_at=None, failed_at=None), name="account_letter_to_send"
            )
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.officer_id}"


class ExternalIdentity(models.Model):
    """Somebody at an identity provider, by issuer and subject; never by a mail address, which others may hold too."""

    officer = models.ForeignKey(Officer, models.CASCADE, related_name="external_identities")
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="one_officer_a_subject")]

    def __str__(self) -> str:
        return f"{self.issuer} {self.officer_id}"


class Signature(models.Model):
    """An officer signed the code of ethics: which version, the text as it was shown, the name, the moment (R003-19)."""

    officer = models.ForeignKey(Officer, models.PROTECT, related_name="signatures")
    version = models.CharField(max_length=20)
    language = models.CharField(max_length=5)
    text = models.TextField()
    name = models.CharField(max_length=120)
    signed_at = models.DateTimeField()
    valid_until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["officer", "version", "valid_until"], name="signature_of_officer")]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.version}"


class Renewal(models.Model):
    """A request to let an officer set up a second factor anew: asked by one administrator, granted by another."""

    officer = models.ForeignKey(Officer, models.CASCADE, related_name="renewals")
    reason = models.CharField(max_length=300)
    asked_by = models.ForeignKey(Officer, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    is_granted = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("asked_by")), name="renewal_needs_a_second_person"
            ),
            models.CheckConstraint(condition=~Q(asked_by=models.F("officer")), name="nobody_asks_for_himself"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("officer")), name="nobody_grants_to_himself"
            ),
            models.UniqueConstraint(fields=["officer"], condition=Q(decided_at=None), name="one_open_renewal"),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id}"

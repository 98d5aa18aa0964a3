"""Who complained, without saying who: a row to point to, and a sealed envelope that only the vault can open."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


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

"""What the vault keeps: identities, each under a key of its own, and the history of the keys that wrap those keys."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class Identity(models.Model):
    """Who a reporter is. Readable only with the file of the key epoch that wraps `wrapped_key`.

    Deleting the row forgets the person; old backups of it die with the epoch's key (trust.md 4.3).
    sealed_id: the envelope it came in, so that an earlier envelope never overwrites a later one.
    """

    reporter_uuid = models.UUIDField(primary_key=True)
    sealed_id = models.BigIntegerField()
    epoch = models.IntegerField(db_index=True)
    wrapped_key = models.BinaryField()
    ciphertext = models.BinaryField()
    stored_at = models.DateTimeField(db_default=Now())

    objects: ClassVar[models.Manager["Identity"]] = models.Manager()

    class Meta:
        verbose_name_plural = "identities"

    def __str__(self) -> str:
        return f"identity of {self.reporter_uuid}"


class KeyEpoch(models.Model):
    """One generation of keys. The private halves lie in a file of the key folder, never here."""

    epoch = models.IntegerField(primary_key=True)
    public_key = models.BinaryField(max_length=32)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["KeyEpoch"]] = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="only_retired_keys_are_destroyed",
                condition=models.Q(destroyed_at=None) | models.Q(destroyed_at__gte=models.F("retired_at")),
            )
        ]

    def __str__(self) -> str:
        return f"epoch {self.epoch}"

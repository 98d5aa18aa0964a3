"""What the vault keeps: identities and followers, each under its own key; the keys' history; openings, tombstones."""

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
    is_indexed = models.BooleanField(db_default=False, default=False)  # its blind indexes were written

    objects: ClassVar[models.Manager["Identity"]] = models.Manager()

    class Meta:
        verbose_name_plural = "identities"
        indexes = [
            models.Index(fields=["reporter_uuid"], condition=models.Q(is_indexed=False), name="identity_to_index")
        ]

    def __str__(self) -> str:
        return f"identity of {self.reporter_uuid}"


class Follower(models.Model):
    """Where somebody hears of a public report that is not theirs: address and token, readable like an identity.

    looked_at: when we last saw that the follow still stands; when it does not, the row is deleted. digest: keyed, of
    the address, to see that two follows of one report are one person's.
    """

    follow_uuid = models.UUIDField(primary_key=True)
    epoch = models.IntegerField(db_index=True)
    wrapped_key = models.BinaryField()
    ciphertext = models.BinaryField()
    stored_at = models.DateTimeField(db_default=Now())
    looked_at = models.DateTimeField(db_index=True)
    digest = models.BinaryField(max_length=32, null=True)

    objects: ClassVar[models.Manager["Follower"]] = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["digest"], name="follower_by_digest")]

    def __str__(self) -> str:
        return f"follower {self.follow_uuid}"


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


class Opening(models.Model):
    """One time that an identity was opened for an officer: our own log, which nobody outside reaches.

    told_at: when the case database had written the entry of the history and the notices. Never changed but for that.
    """

    uuid = models.UUIDField(primary_key=True)
    grant = models.UUIDField(db_index=True)
    report_uuid = models.UUIDField()
    reporter_uuid = models.UUIDField(db_index=True)
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager["Opening"]] = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["at"], condition=models.Q(told_at=None), name="opening_to_tell")]

    def __str__(self) -> str:
        return f"opening {self.uuid}"


class Tombstone(models.Model):
    """That a reporter was forgotten. An envelope of theirs that comes back with an old backup is not put away again."""

    reporter_uuid = models.UUIDField(primary_key=True)
    ground = models.CharField(max_length=12)
    found = models.BooleanField()
    erased_at = models.DateTimeField()

    objects: ClassVar[models.Manager["Tombstone"]] = models.Manager()

    def __str__(self) -> str:
        return f"tombstone of {self.reporter_uuid}"


class BlindIndex(models.Model):
    """A keyed hash of one contact of a reporter, to ask "did this contact file before" without opening anybody.

    Without the key it is noise; the key lies in the key folder and nothing of this leaves the vault.
    """

    reporter_uuid = models.UUIDField()
    field = models.CharField(max_length=8)
    digest = models.BinaryField(max_length=32)

    objects: ClassVar[models.Manager["BlindIndex"]] = models.Manager()

    class Meta:
        verbose_name_plural = "blind indexes"
        constraints = [models.UniqueConstraint(fields=["reporter_uuid", "field"], name="one_digest_a_field")]
        indexes = [models.Index(fields=["field", "digest"], name="find_by_digest")]

    def __str__(self) -> str:
        return f"{self.field} of {self.reporter_uuid}"

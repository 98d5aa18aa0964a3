"""The tables of the log. Only the sequencer (role worker) writes them, and nobody changes or deletes a row."""

from django.db import models
from django.db.models.functions import Now


class LogKey(models.Model):
    """A public key that signs heads, under the origin that the log has with it. The newest is in force.

    A second row begins a new log: another key, or one that was started anew after a backup had to be brought back.
    """

    origin = models.CharField(max_length=200)
    public_key = models.BinaryField(max_length=32)
    because = models.CharField(max_length=300, blank=True)  # why the log before it ended
    since = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.origin


class Leaf(models.Model):
    """One entry of the log. number: dense, from 0. salt: gone when the content was erased by law."""

    number = models.BigIntegerField(primary_key=True)
    source = models.SmallIntegerField()
    row_id = models.BigIntegerField()
    mark = models.BinaryField(max_length=16)
    commitment = models.BinaryField(max_length=32)
    salt = models.BinaryField(max_length=16, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "row_id"], name="one_leaf_a_row")]
        indexes = [models.Index(fields=["mark"], name="leaf_of_mark")]

    def __str__(self) -> str:
        return str(self.number)


class Tile(models.Model):
    """Up to 256 hashes of one level of the tree, one after the other; it only ever grows at its end."""

    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="one_tile_a_place")]

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class Checkpoint(models.Model):
    """A signed head. note: as it is published."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return str(self.size)


class Anchor(models.Model):
    """The head of a day, to be kept by others."""

    day = models.DateField(primary_key=True)
    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.day.isoformat()


class Cosignature(models.Model):
    """A line by which a witness signs a head: it saw this one, and none that contradicts it."""

    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="cosignatures")
    witness = models.CharField(max_length=200)
    line = models.TextField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["checkpoint", "witness"], name="one_line_a_witness")]

    def __str__(self) -> str:
        return self.witness


class Tombstone(models.Model):
    """That the content of a leaf was erased, when, and on what legal ground; itself an entry of the log."""

    leaf = models.BigIntegerField(unique=True)
    ground = models.CharField(max_length=300)
    decided_by = models.CharField(max_length=200)
    recorded_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.leaf}: {self.ground}"


class Position(models.Model):
    """How far a source has been read: all rows up to `settled` have their leaves. A hint: the hourly sweep trusts none.

    seen, seen_by, seen_at: the newest row of an earlier look, and the number of the transaction that looked.
    """

    source = models.SmallIntegerField(primary_key=True)
    settled = models.BigIntegerField(default=0)
    seen = models.BigIntegerField(default=0)
    seen_by = models.BigIntegerField(default=0)
    seen_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.source}: {self.settled}"

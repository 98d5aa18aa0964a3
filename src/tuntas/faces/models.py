"""Which host name is the portal of which agency, and how it looks: a draft, then published for good."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from tuntas.organizations.models import Officer, Unit

LONGEST_NAME, LONGEST_WELCOME, LONGEST_HOURS = 60, 200, 300  # characters


class Face(models.Model):
    """A host name bound to an agency. Only the owner of the tables writes here (migrations/0001): `tuntas face`.

    host: small letters, in the form of the wire (xn--...), without port and without a dot at the end.
    """

    host = models.CharField(max_length=253)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    bound_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["host"], condition=Q(ended_at=None), name="one_face_a_host"),
        ]

    def __str__(self) -> str:
        return self.host


class Look(models.Model):
    """What a face looks like. At most one draft a face; the newest that was published is what people see.

    colour: `#rrggbb`, as the agency chose it; what is drawn with it is derived (faces.colours). emblem: a PNG that we
    drew anew, empty for none; emblem_hash: of its bytes, in its address.
    """

    face = models.ForeignKey(Face, models.PROTECT, related_name="looks")
    name = models.CharField(max_length=LONGEST_NAME)
    name_en = models.CharField(max_length=LONGEST_NAME, blank=True)
    welcome = models.CharField(max_length=LONGEST_WELCOME, blank=True)
    welcome_en = models.CharField(max_length=LONGEST_WELCOME, blank=True)
    hours = models.CharField(max_length=LONGEST_HOURS, blank=True)
    hours_en = models.CharField(max_length=LONGEST_HOURS, blank=True)
    colour = models.CharField(max_length=7)
    emblem = models.BinaryField(blank=True, default=b"")
    emblem_hash = models.CharField(max_length=16, blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["emblem_hash"], name="look_by_emblem")]
        constraints = [
            models.UniqueConstraint(fields=["face"], condition=Q(published_at=None), name="one_draft_a_face"),
        ]

    def __str__(self) -> str:
        return self.name

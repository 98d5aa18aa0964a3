"""What an officer keeps at the desk: views of a heap, and how they like to work. Facts about reports live elsewhere."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from tuntas.organizations.models import Officer


class SavedView(models.Model):
    """A heap with filters that an officer wants to find again. asked: the query of its address."""

    MOST = 20  # of one officer

    officer = models.ForeignKey(Officer, models.CASCADE, related_name="+")
    name = models.CharField(_("Name of the view"), max_length=40)
    queue = models.CharField(max_length=40)
    asked = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["officer", "name"], name="one_view_of_a_name")]

    def __str__(self) -> str:
        return self.name


class Habit(models.Model):
    """How an officer likes the desk: more rows on a screen; whether single letters act (they can be off).

    tours: roles whose tour they walked or sent away. news_read: the newest version that they read about.
    """

    officer = models.OneToOneField(Officer, models.CASCADE, primary_key=True, related_name="+")
    is_dense = models.BooleanField(default=False)
    has_keys = models.BooleanField(default=True)
    tours = ArrayField(models.CharField(max_length=20), default=list, db_default=[], blank=True)
    news_read = models.CharField(max_length=20, blank=True, default="", db_default="")

    def __str__(self) -> str:
        return f"{self.officer_id}"

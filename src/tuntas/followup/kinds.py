"""How far a follow-up goes, of what sort it is, and how the report ended (design 3b, handbook 3.8)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Step(TextChoices):
    """An acknowledgement stops no clock (design law 4)."""

    ACKNOWLEDGEMENT = "ACKNOWLEDGEMENT", _("Acknowledgement")
    PROGRESS = "PROGRESS", _("Progress")
    RESOLUTION = "RESOLUTION", _("Answer that settles it")


class Kind(TextChoices):
    """Article 004: some reports need an answer in the application, others physical work."""

    ANSWER = "ANSWER", _("Answer")
    FIELD_ACTION = "FIELD_ACTION", _("Work in the field")
    DOCUMENT = "DOCUMENT", _("Document")
    DECISION = "DECISION", _("Decision")


class Outcome(TextChoices):
    FIXED = "FIXED", _("Repaired")
    SERVICE_GIVEN = "SERVICE_GIVEN", _("Service given")
    INFORMATION_GIVEN = "INFORMATION_GIVEN", _("Information given")
    PLANNED_WITH_DATE = "PLANNED_WITH_DATE", _("Planned, with a date")
    DECLINED_WITH_REASON = "DECLINED_WITH_REASON", _("Declined, with the reason")
    ALREADY_DONE = "ALREADY_DONE", _("Already done")
    SANCTIONED = "SANCTIONED", _("Sanction given")
    POLICY_CHANGED = "POLICY_CHANGED", _("Rule changed")
    NOT_PROVEN = "NOT_PROVEN", _("Not proven")

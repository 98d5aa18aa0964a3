"""The words of a report's life: states, types, classes, finishes (handbook 2.1, 2.2, 3.1, 3.8)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    AWAITING_VERIFICATION = "AWAITING_VERIFICATION", _("Awaiting verification")
    PENDING_INFO = "PENDING_INFO", _("On hold: waiting for details")
    AWAITING_DISPOSITION = "AWAITING_DISPOSITION", _("Verified, awaiting disposition")
    AWAITING_FOLLOW_UP = "AWAITING_FOLLOW_UP", _("Awaiting follow-up")
    TRANSFER_REQUESTED = "TRANSFER_REQUESTED", _("Transfer offered")
    IN_PROGRESS = "IN_PROGRESS", _("In progress")
    AWAITING_REPORTER = "AWAITING_REPORTER", _("Waiting for the reporter")
    RESOLUTION_PROPOSED = "RESOLUTION_PROPOSED", _("Answered, waiting for the reporter's word")
    RESOLVED = "RESOLVED", _("Finished")
    ARCHIVED = "ARCHIVED", _("Archived")
    MERGED = "MERGED", _("Merged")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")
    REFERRED_EXTERNAL = "REFERRED_EXTERNAL", _("Referred elsewhere")


# MERGED is not open: the parent carries the duty. The others wait for nobody.
FINAL = frozenset({State.RESOLVED, State.ARCHIVED, State.MERGED, State.WITHDRAWN, State.REFERRED_EXTERNAL})
OPEN = frozenset(State) - FINAL


class ReportType(models.TextChoices):
    COMPLAINT = "COMPLAINT", _("Complaint")
    ASPIRATION = "ASPIRATION", _("Suggestion")
    INFORMATION_REQUEST = "INFORMATION_REQUEST", _("Request for information")


class Class(models.TextChoices):
    NON_SUPERVISORY = "NON_SUPERVISORY", _("Ordinary service complaint")
    SUPERVISORY = "SUPERVISORY", _("Complaint that needs examination")
    INFORMATION_REQUEST = "INFORMATION_REQUEST", _("Request for information")
    ASPIRATION = "ASPIRATION", _("Suggestion")
    WHISTLEBLOWING = "WHISTLEBLOWING", _("Whistleblowing")


class Queue(models.TextChoices):
    """Closed queues, each named for the kind of office that alone sees it (organizations.UnitKind)."""

    INSPECTORATE = "INSPECTORATE", _("Inspectorate")
    WOMEN_AND_CHILDREN = "WOMEN_AND_CHILDREN", _("Protection of women and children")


EXAMINED = frozenset({Class.SUPERVISORY, Class.WHISTLEBLOWING})  # for the inspectorate alone (handbook 1.2, 2.2)


class Finish(models.TextChoices):
    """Three finishes, never added silently (law 5); the fourth only for registers brought in from outside."""

    ACCEPTED = "ACCEPTED", _("Accepted by the reporter")
    SILENCE = "SILENCE", _("Closed after silence")
    ADMIN = "ADMIN", _("Closed by an administrator")
    IMPORTED = "IMPORTED", _("Finished in the old register")


class Channel(models.TextChoices):
    WEB = "WEB", _("Web")
    BOOTH = "BOOTH", _("Complaint booth")
    COUNTER = "COUNTER", _("At the desk of an office")  # an officer types for somebody who stands there
    IMPORT = "IMPORT", _("Old register")


class Party(models.TextChoices):
    """Why a unit may see a report beyond holding it."""

    HOLDER = "HOLDER", _("Held it")
    LEAD = "LEAD", _("Lead unit")
    SUPPORT = "SUPPORT", _("Supporting unit")
    PROPOSED = "PROPOSED", _("Asked to take over")
    ARBITER = "ARBITER", _("Decides the dispute")

"""The published table that maps every state to one statistical bucket (design 3b). docs/buckets.md is made from it."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from tuntas.reports.states import State

UNEXPLAINED = "unexplained_at_import"

BUCKETS: Mapping[str, object] = {
    "unverified": _("Awaiting verification"),
    "pending": _("On hold, waiting for the reporter"),
    "not_followed_up": _("Not followed up"),
    "in_process": _("In process"),
    "finished_accepted": _("Finished: accepted by the reporter"),
    "finished_silence": _("Finished: closed after silence"),
    "finished_admin": _("Finished: closed by an administrator"),
    "finished_imported": _("Finished in the old register"),
    "archived": _("Archived"),
    "withdrawn": _("Withdrawn"),
    "referred": _("Referred elsewhere"),
    "merged": _("Merged into another report"),
    UNEXPLAINED: _("Unexplained in the old register"),
}
FINISHED = tuple(name for name in BUCKETS if name.startswith("finished_"))

# RESOLVED is split by its finish; an imported gap keeps the bucket that the import gave it.
OF_STATE: Mapping[str, str] = {
    State.AWAITING_VERIFICATION: "unverified",
    State.PENDING_INFO: "pending",
    State.AWAITING_DISPOSITION: "not_followed_up",
    State.AWAITING_FOLLOW_UP: "not_followed_up",
    State.TRANSFER_REQUESTED: "not_followed_up",
    State.IN_PROGRESS: "in_process",
    State.AWAITING_REPORTER: "in_process",
    State.RESOLUTION_PROPOSED: "in_process",
    State.RESOLVED: "finished_*",
    State.ARCHIVED: "archived",
    State.WITHDRAWN: "withdrawn",
    State.REFERRED_EXTERNAL: "referred",
    State.MERGED: "merged",
}

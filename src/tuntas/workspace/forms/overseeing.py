"""Acts of those above: close, order a reopening, tell the superior (T15, T17, T22)."""

from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import Actor
from tuntas.followup import overseeing
from tuntas.reports.models import Report
from tuntas.workspace.forms.base import ActForm, long_text


class CloseForm(ActForm):
    """T15: an administrator ends the wait for the reporter's word; a finish of its own, counted apart (law 5)."""

    name, moves = "close", frozenset({"close"})
    title, button, icon, is_grave = _("Close it"), _("Close"), "circle-check", True
    hint = _("Counted apart from reports that the reporter accepted. The reporter can have it opened again.")

    reason = long_text(_("Reason"), rows=3)

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        overseeing.close(report, by=by, seen=seen, reason=self.said("reason"))


class ReopenForm(ActForm):
    """T17: a superior has a finished report opened again."""

    name, moves = "reopen", frozenset({"order_reopening"})
    title, button, icon = _("Have it reopened"), _("Open again"), "rotate-ccw"
    hint = _("It goes back to the office that answered, with new time limits, and counts as reopened.")

    reason = long_text(_("Reason"), rows=3)

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        overseeing.order_reopening(report, by=by, seen=seen, reason=self.said("reason"))


class EscalateForm(ActForm):
    """T22: a supervisor puts an open report before the superior of its holder."""

    name, moves = "escalate", frozenset({"escalate"})
    title, button, icon = _("Tell the superior"), _("Tell"), "bell"
    hint = _("The holder, its superior and the reporter are told.")

    reason = long_text(_("Reason"), rows=3)

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        overseeing.escalate(report, by=by, seen=seen, reason=self.said("reason"))

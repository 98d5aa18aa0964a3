"""Writing to the reporter through the relay: no name is learned, no clock stops (followup.dialogue)."""

from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import Actor
from tuntas.followup import dialogue
from tuntas.reports.models import Report
from tuntas.web.forms import FilesField
from tuntas.workspace.forms.base import ActForm, long_text, uploads
from tuntas.workspace.reading import ReportPage


class MessageForm(ActForm):
    """A message to the reporter at any open state; there only while somebody can read it."""

    name, moves = "message", frozenset({"message_reporter"})
    title, button, icon = _("Write to the reporter"), _("Send the message"), "message-square"
    key = "m"
    hint = _("Goes to the reporter's page, anonymous or not. You do not learn who it is. Every clock runs on.")

    text = long_text(_("Message to the reporter"), rows=3)
    files_sent = FilesField(label=_("Files"), required=False)

    @classmethod
    def applies(cls, page: ReportPage) -> bool:
        return page.report.code_lookup is not None

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        dialogue.message_reporter(report, text=self.said("text"), uploads=uploads(self, "files_sent"), by=by, seen=seen)

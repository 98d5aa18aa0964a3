"""Writing to the reporter through the relay, and writing down what the reporter said: no clock stops."""

from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import Actor
from tuntas.followup import dialogue, listening
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


class TranscribeForm(ActForm):
    """What the reporter says in a recording, in words that can be searched and answered."""

    name, moves = "transcribe", frozenset({"transcribe"})
    title, button, icon = _("Write down the recording"), _("Save the words"), "mic"
    hint = _("The words become part of the report's text, and the reporter reads them. Leave out nothing that matters.")

    text = long_text(_("What is said in the recording"), rows=5)

    @classmethod
    def applies(cls, page: ReportPage) -> bool:
        return page.reads_everything and listening.recordings_of(page.report).exists()

    def prepare(self) -> None:
        self.initial = {"text": listening.transcript_of(self.page.report)}

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        listening.transcribe(report, text=self.said("text"), by=by, seen=seen)

"""Placing a legal hold on a report and releasing it: what is held is not forgotten (UU 27/2022 art. 15 and 44)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import Actor
from tuntas.identity.models import HoldGround, LegalHold
from tuntas.privacy import holding
from tuntas.reports.models import Report
from tuntas.web.forms import DayField, Radios
from tuntas.workspace.forms.base import ActForm, choose, long_text
from tuntas.workspace.reading import ReportPage


class HoldForm(ActForm):
    """One more hold may be placed while one stands: each case ends on a day of its own."""

    name, moves = "hold", frozenset({"place_hold"})
    title, button, icon, needs_step_up = _("Place a legal hold"), _("Place the hold"), "lock", True
    hint = _("Nothing of this report is erased while it stands, even when the reporter asks. The reporter is told.")

    ground = forms.ChoiceField(label=_("Ground"), choices=HoldGround.choices, widget=Radios)
    reason = long_text(
        _("Which case needs it"), rows=2, help_text=_("Name the letter or the file number. Officers alone read it.")
    )
    until = DayField(label=_("Last day"), required=False, help_text=_("Empty: until somebody releases it."))

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        given = self.cleaned_data
        holding.place(report, ground=given["ground"], reason=given["reason"], until=given["until"], by=by, seen=seen)


class ReleaseForm(ActForm):
    """The case is over; the usual terms apply again. With several holds the officer says which."""

    name, moves = "release", frozenset({"release_hold"})
    title, button, icon, is_grave = _("Release the legal hold"), _("Release the hold"), "lock-open", True
    needs_step_up = True
    hint = _("What has been kept long enough is erased soon afterwards, and cannot be brought back.")

    hold = forms.ChoiceField(label=_("Which hold"), widget=Radios)
    reason = long_text(_("Why it is no longer needed"), rows=2, help_text=_("Officers alone read it."))

    @classmethod
    def applies(cls, page: ReportPage) -> bool:
        return bool(page.holds)

    def prepare(self) -> None:
        standing = self.page.holds
        choose(self, "hold", [(str(each.pk), f"{each.get_ground_display()}: {each.reason}") for each in standing])
        self.initial = {"hold": standing[0].pk} if standing else {}

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        found = LegalHold.objects.get(pk=self.cleaned_data["hold"])
        holding.release(found, report, reason=self.said("reason"), by=by, seen=seen)

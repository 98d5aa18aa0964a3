"""Deciding on what a reporter asked about their data, within the hours of the law (UU 27/2022)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import Actor
from tuntas.privacy import asking
from tuntas.privacy.models import DataRequest, Decision
from tuntas.reports.models import Report
from tuntas.web.forms import Radios
from tuntas.workspace.forms.base import ActForm, long_text
from tuntas.workspace.reading import ReportPage


class DataWishForm(ActForm):
    """The oldest wish that waits. The form names it, so that a page that is older decides no other one."""

    name, moves = "data", frozenset({"decide_about_data"})
    title, button, icon, is_grave = _("Decide about the reporter's data"), _("Decide"), "gavel", True
    needs_step_up = True
    hint = _("Three times 24 hours by law. What you erase cannot be brought back; the reporter reads your reasons.")
    template = "workspace/_data_act.html"

    wish = forms.UUIDField(widget=forms.HiddenInput)
    decision = forms.ChoiceField(label=_("Decision"), choices=Decision.choices, widget=Radios)
    reason = long_text(_("Reasons for the reporter"), rows=3)

    @classmethod
    def applies(cls, page: ReportPage) -> bool:
        return oldest(page.report) is not None

    def prepare(self) -> None:
        self.request = oldest(self.page.report)
        self.initial = {"wish": self.request.uuid if self.request else ""}

    @property
    def words(self) -> str:
        return asking.words_of(self.request) if self.request else ""

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        given: dict[str, Any] = self.cleaned_data
        found = DataRequest.objects.select_related("report__reporter", "report__holder").get(
            uuid=given["wish"], report=report
        )
        asking.decide(found, decision=given["decision"], reason=given["reason"], by=by, seen=seen)


def oldest(report: Report) -> DataRequest | None:
    return DataRequest.objects.undecided().filter(report=report).order_by("due_at", "pk").first()

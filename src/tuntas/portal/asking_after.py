"""The short survey on the reporter's own page, when the report has ended."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tuntas.followup import surveying
from tuntas.followup.models import Survey
from tuntas.reports.models import Report

MARKS = (("", _("Skip")), ("4", _("Very good")), ("3", _("Good")), ("2", _("Not so good")), ("1", _("Bad")))


class After(forms.Form):
    """One question about the outcome, and the elements that the pack asks; every one can be left out."""

    answered = forms.ChoiceField(
        label=_("Did what was done answer your problem?"),
        choices=[("", _("Skip")), *Survey.Answered.choices],
        required=False,
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="survey_%s")
        for element in surveying.elements().values():
            if element.is_asked:
                self.fields[element.code] = forms.ChoiceField(
                    label=str(element.question), choices=MARKS, required=False
                )

    def keep(self, report: Report) -> None:
        """In the reporter's sight, after is_valid(). Raises Refusal."""
        marks = {code: int(mark) for code, mark in self.cleaned_data.items() if code != "answered" and mark}
        surveying.answer(report, answered=self.cleaned_data["answered"], marks=marks)


def offered(report: Report) -> After | None:
    """The empty form while it can be answered. One query, and none for an open report."""
    return After() if surveying.is_open(report) else None


def filled(request: HttpRequest) -> After:
    return After(request.POST)

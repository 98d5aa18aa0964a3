"""The page of components: every part of our pages in all its states, drawn by the templates that pages use.

Whoever changes a part sees here what becomes of it; tests/pages looks at the page like at every other.
"""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tuntas.kernel.refusals import OutOfTurn
from tuntas.web.forms import DayField, FilesField, Radios

COLOURS = ("page", "surface", "raised", "rule", "control", "ink", "muted", "brand", "action", "link", "error", "focus")
TONES = {
    "waiting": ("hourglass", _("Waits for somebody")),
    "working": ("wrench", _("Being worked on")),
    "done": ("circle-check", _("Solved, with proof")),
    "late": ("clock-alert", _("Past the time limit")),
    "closed": ("archive", _("Put away")),
}
NOTICES = {
    "info": ("info", _("Good to know: the office answers on working days.")),
    "done": ("circle-check", _("Kept. You can close this page.")),
    "waiting": ("hourglass", _("The office waits for one more word from you.")),
    "late": ("clock-alert", _("The time limit ended on Friday, 20 November 2026.")),
}
NOW = datetime(2026, 11, 21, 2, 14, tzinfo=UTC)


class Sample(forms.Form):
    """One field of each kind."""

    story = forms.CharField(
        label=_("What happened?"), help_text=_("What, where and since when."), widget=forms.Textarea, max_length=200
    )
    place = forms.CharField(label=_("Where?"))
    since = DayField(label=_("Since when?"), required=False)
    kind = forms.ChoiceField(
        label=_("What is it?"),
        choices=[("complaint", _("A complaint")), ("wish", _("A wish"))],
        widget=Radios(hints={"complaint": _("Something went wrong.")}),
    )
    area = forms.ChoiceField(label=_("Area"), required=False, choices=[("", _("Choose")), ("1", "Kota Contoh")])
    photos = FilesField(label=_("Photos"), required=False)
    agree = forms.BooleanField(label=_("I have read this"), help_text=_("It is short."))


@require_safe
def style(request: HttpRequest) -> HttpResponse:
    """GET /gaya"""
    return render(request, "web/style.html", {**_forms(), **_parts()})


def _forms() -> dict[str, Any]:
    """The same form as it comes, and as it comes back with its faults."""
    faulty = Sample({"story": _("The lamp has been dark for three nights."), "kind": "wish"}, auto_id="back_%s")
    return {"blank": Sample(auto_id="new_%s"), "faulty": faulty}


def _parts() -> dict[str, Any]:
    refusal = OutOfTurn(
        _("This report was answered already."),
        why=_("A colleague answered it at 09.12."),
        instead=_("Read that answer first. What you typed stands below."),
        kept={"text": str(_("We replaced the lamp on 20 November."))},
    )
    return {
        "colours": COLOURS,
        "tones": [(tone, icon, word) for tone, (icon, word) in TONES.items()],
        "notices": [(tone, icon, words) for tone, (icon, words) in NOTICES.items()],
        "entries": [
            {"icon": "inbox", "tone": "done", "word": _("The report came in."), "at": NOW - timedelta(days=3)},
            {"icon": "wrench", "tone": "working", "word": _("An officer was on site."), "at": NOW,
             "who": "Dinas Contoh", "words": _("Two lamps are broken; the parts are ordered.")},
            {"icon": "circle", "tone": "closed", "word": _("The answer, with proof"), "at": None},
        ],
        "refusal": refusal,
        "bars": [{"name": "Lampu jalan", "amount": 38}, {"name": "Rambu", "amount": 9}],
        "stacks": [{"name": "Dinas Contoh", "amounts": [5, 3]}, {"name": "Puskesmas Contoh", "amounts": [2, 0]}],
        "series": [_("Solved, with proof"), _("Past the time limit")],
        "page": SimpleNamespace(newer="#pages", older="#pages"),
        "now": NOW,
    }  # fmt: skip

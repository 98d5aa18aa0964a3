"""A reporter says later whom the report is about: an office, or somebody who wrote to them, known by name or not.

The office or the person sees the report no more, at once. Offices are chosen among those with a part in the report, or
typed; words about the person are for whoever handles the report from then on, and lie sealed.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import Actor
from tuntas.kernel.refusals import Incomplete
from tuntas.organizations.models import Officer, Unit, UnitKind
from tuntas.portal import looking_up
from tuntas.portal.forms import Words
from tuntas.portal.names import in_language
from tuntas.reports.models import Event, Report
from tuntas.routing import accusing

LONGEST = 500  # characters about the person


class Marks(forms.MultipleChoiceField):
    """Ids that were ticked; `name` looks whether they belong to this report, in whose sight the form is read."""

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, value: Any) -> bool:
        return str(value).isdecimal() and len(str(value)) < 19


class Naming(forms.Form):
    """Whom the report is about. `offer` puts the choices of one report in."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    offices = Marks(label=_("Which office do they work in?"), required=False)
    writers = Marks(
        label=_("Or is it about somebody who wrote to you?"),
        help_text=_("You need not know the name. We do."),
        required=False,
    )
    office = Words(
        label=_("Another office"),
        help_text=_("Type its name."),
        required=False,
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off", "data-private": ""}),
    )
    text = Words(
        label=_("Who is it?"),
        help_text=_("Name or position, if you know it. Only those who check the report read this."),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 2, "autocomplete": "off", "data-private": ""}),
    )

    def offer(self, report: Report) -> None:
        """Call in the reporter's sight."""
        for name, choices in (("offices", offices_of(report)), ("writers", writers_of(report))):
            field = self.fields[name]
            if choices and isinstance(field, forms.MultipleChoiceField):
                field.choices = list(choices.items())
            else:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        if not self.errors and not any(said.get(name) for name in ("offices", "writers", "office")):
            self.add_error("office", _("Choose or type an office. Without it we cannot keep the report from them."))
        return said


def offices_of(report: Report) -> dict[str, str]:
    """The offices that have or had a part in the report, by id; the nation cannot be left out."""
    parts = report.units.select_related("unit").exclude(unit__kind=UnitKind.NATION).order_by("pk")
    return {str(part.unit_id): in_language(part.unit) for part in parts}


def writers_of(report: Report) -> dict[str, str]:
    """Who acted where the reporter sees it: an entry of theirs by id, and the office with the days; never a name."""
    acted = report.events.exclude(appointment=None).select_related("unit", "appointment")
    days: dict[int, list[Event]] = {}
    for event in acted.order_by("pk"):
        if event.appointment is not None:
            days.setdefault(event.appointment.officer_id, []).append(event)
    return {str(events[-1].pk): _described(events) for events in days.values()}


def _described(events: list[Event]) -> str:
    days = dict.fromkeys(date_format(localdate(event.at), "j F") for event in events)
    return f"{in_language(events[-1].unit) if events[-1].unit else '–'} ({', '.join([*days][-3:])})"


def name(report: Report, said: Mapping[str, Any]) -> Event:
    """Keep the report from those whom the reporter means. Raises Incomplete when the typed office is not found."""
    units = [int(unit) for unit in said.get("offices", []) if unit in offices_of(report)]
    known = writers_of(report)
    wrote = [event for event in said.get("writers", []) if event in known]
    officers = Officer.objects.filter(
        pk__in=report.events.filter(pk__in=wrote).values_list("appointment__officer", flat=True)
    )
    found = [*Unit.objects.filter(pk__in=units), *_typed(said["office"], said)]
    return accusing.name(
        report,
        by=Actor.reporter_of(report.pk),
        units=found,
        officers=list(officers),
        reason=said["text"].strip(),
        seen=None,
    )


def _typed(words: str, said: Mapping[str, Any]) -> list[Unit]:
    if not words.strip():
        return []
    found = looking_up.offices_called(words)
    if len(found) == 1:
        return [found[0]]
    several = ", ".join(in_language(unit) for unit in found)
    raise Incomplete(
        _("We do not know yet which office you mean."),
        why=_("Several offices are called so: %(names)s.") % {"names": several}
        if found
        else _("The register has no office of this name."),
        instead=_("Type its name as it stands on its building, or choose one above. What you typed is kept."),
        kept={"text": said["text"], "place": words},
    )

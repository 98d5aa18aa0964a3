"""What every form of an officer's act has in common, and how an office or a file is given in one."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, ClassVar, Self, cast

from django import forms
from django.http import QueryDict
from django.urls import reverse_lazy
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import Actor
from tuntas.organizations.models import Unit
from tuntas.reports.attaching import Upload
from tuntas.reports.models import Report
from tuntas.routing.suggesting import UnitGuess
from tuntas.web.forms import Radios
from tuntas.workspace.reading import ReportPage
from tuntas.workspace.words import Words

LONGEST_NOTE = 5_000  # characters that an officer may write
LONGEST_SEARCH = 200  # characters of a search that are read
MATCHES = 8  # offices of a like name that are offered
UNKNOWN = "unknown"
OFFICES_LIST = "office-names"  # id of the page's datalist


def long_text(label: Words, *, rows: int = 4, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": rows}), **more)


class ActForm(forms.Form):
    """One thing that an officer may do with a report, and what must be told with it.

    name: its word in the address. moves: rows of the timetable; the form is there when one of them is open.
    The form checks shape alone: the verb decides, and a refusal brings the form back as it was typed.
    needs_step_up: it touches somebody's data or protection, so that the second factor is asked for again.
    """

    name: ClassVar[str]
    moves: ClassVar[frozenset[str]]
    title: ClassVar[Words]
    button: ClassVar[Words]
    hint: ClassVar[Words] = ""
    icon: ClassVar[str] = "arrow-right"
    is_grave: ClassVar[bool] = False
    needs_step_up: ClassVar[bool] = False
    key: ClassVar[str] = ""  # the letter that goes to this act (assets/js/desk.js)
    proposes: ClassVar[bool] = False  # whether the page may suggest the whole of it, to be confirmed
    template: ClassVar[str] = "workspace/_act.html"
    draft_at: datetime | None = None  # when what stands in it was kept unsent

    def __init__(self, page: ReportPage, data: Any = None, files: "MultiValueDict[str, Any] | None" = None) -> None:
        super().__init__(data.copy() if data is not None else None, files, prefix=self.name)
        self.page = page
        self.prepare()

    @classmethod
    def applies(cls, page: ReportPage) -> bool:
        """Facts beyond role, state and place that make the act possible now."""
        return True

    def prepare(self) -> None:
        """Fill in choices and first values from the page."""

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        """Call the verb. Raises its Refusal."""
        raise NotImplementedError

    @classmethod
    def suggestion(cls, page: ReportPage) -> Self | None:
        """The form filled in with what the page suggests, when nothing is left for a person to say but yes or no.

        None otherwise: a suggestion with a gap is no suggestion.
        """
        empty = cls(page)
        filled = cls(page, empty.suggested())
        return filled if filled.is_valid() else None

    def suggested(self) -> QueryDict:
        """What stands in the form when it is first shown, as a browser would send it."""
        sent = QueryDict(mutable=True)
        for name, field in self.fields.items():
            first = self.get_initial_for_field(field, name)
            if first not in (None, "", False):
                sent[self.add_prefix(name)] = str(first)
        return sent

    def decided(self) -> dict[str, Any]:
        """What the verb is given, of an act that can be suggested (`proposes`)."""
        raise NotImplementedError

    def told(self) -> Iterator[tuple[Words, Words, Words]]:
        """What the form would do, for people: what, which, and why it is suggested (may be empty)."""
        yield from ()

    def said(self, field: str) -> str:
        return str(self.cleaned_data.get(field) or "").strip()

    def is_on(self, field: str) -> bool:
        return bool(self.cleaned_data.get(field))

    @property
    def typed(self) -> dict[str, str]:
        """The long texts as they were typed, to be kept when the form itself cannot come back."""
        longs = (name for name, field in self.fields.items() if isinstance(field.widget, forms.Textarea))
        return {name: text for name in longs if (text := self.data.get(self.add_prefix(name), "").strip())}

    @property
    def has_files(self) -> bool:
        return any(isinstance(field, forms.FileField) for field in self.fields.values())


def choose(form: forms.Form, field: str, choices: Iterable[tuple[Any, Any]]) -> None:
    """Let `field` offer these."""
    asked = form.fields[field]
    if isinstance(asked, forms.ChoiceField):
        asked.choices = list(choices)


# Offices -----------------------------------------------------------------------------------------


class OfficeField(forms.ChoiceField):
    """An office among those proposed. Another one is typed by name in the field beside it (`NameOfOffice`)."""

    widget = Radios

    def validate(self, value: object) -> None:
        """An empty choice is no error here: the name may be typed instead. `chosen_office` looks at both."""
        if value:
            super().validate(value)

    def valid_value(self, value: object) -> bool:
        return super().valid_value(value) or str(value).isdecimal()


class NameOfOffice(forms.CharField):
    """The name of an office. With scripts it completes itself; without, like names come back as a choice."""

    def __init__(self, **more: Any) -> None:
        attrs = {
            "list": OFFICES_LIST,
            "autocomplete": "off",
            "hx-get": reverse_lazy("workspace:offices"),
            "hx-trigger": "input changed delay:300ms",
            "hx-target": f"#{OFFICES_LIST}",
            "hx-swap": "innerHTML",
        }
        super().__init__(required=False, max_length=200, widget=forms.TextInput(attrs=attrs), **more)


def offer_choices(form: ActForm, field: str, guesses: Sequence[UnitGuess], *, unknown: Words = "") -> None:
    """Let `field` propose these offices, each with its reason, and perhaps "I do not know"."""
    choices = [(str(guess.unit.pk), guess.unit.name) for guess in guesses]
    hints = {str(guess.unit.pk): guess.why for guess in guesses}
    asked = form.fields[field]
    if not isinstance(asked, OfficeField) or not isinstance(asked.widget, Radios):
        raise TypeError(f"{field} is no choice of offices")
    asked.widget.hints = hints
    asked.choices = [*choices, *([(UNKNOWN, unknown)] if unknown else [])]
    if not asked.choices:
        asked.widget = forms.HiddenInput()  # nothing to propose: the name is typed


def chosen_office(form: ActForm, field: str) -> Unit | None:
    """The office that was meant: the typed name counts before the choice. Writes errors into the form.

    Several offices of that name: they become the choice, and the typed name is taken out, so that choosing is enough.
    """
    typed, picked = form.said(f"{field}_name"), form.said(field)
    if not typed:
        return Unit.objects.working().filter(pk=picked).first() if picked.isdecimal() else None
    found = offices_named(typed)
    if len(found) == 1:
        return found[0]
    if not found:
        form.add_error(f"{field}_name", _("No office has this name. Check it, or choose one of those proposed."))
        return None
    form.fields[field].widget = Radios()
    offer_choices(form, field, [UnitGuess(unit, _place_of(unit)) for unit in found])
    typed_form = cast("QueryDict", form.data)  # our own copy, see __init__
    typed_form[form.add_prefix(f"{field}_name")] = typed_form[form.add_prefix(field)] = ""
    form.add_error(field, _("Several offices are called so. Choose one."))
    return None


def plain(typed: object) -> str:
    """What was typed into a search, as the database can read it: no NUL, no endless text."""
    return str(typed).replace("\x00", " ").strip()[:LONGEST_SEARCH]


def offices_named(typed: str) -> list[Unit]:
    """Offices at work whose name is exactly what was typed, else holds it; agencies and larger offices first."""
    working = Unit.objects.working().select_related("agency")
    exact = list(working.filter(name__iexact=typed)[:MATCHES])
    return exact or list(working.filter(name__icontains=typed).order_by("ancestry__len", "name", "pk")[:MATCHES])


def _place_of(unit: Unit) -> str:
    return unit.agency.name if unit.agency and unit.agency_id != unit.pk else ""


# Files -------------------------------------------------------------------------------------------


def uploads(form: ActForm, field: str) -> list[Upload]:
    """The files of a field, read."""
    given = form.cleaned_data.get(field) or []
    return [Upload(name=file.name or "", data=file.read(), media_type=file.content_type or "") for file in given]

"""The two steps of a report (handbook 2.4). They check shape; whether it can be filed is for the intake to say."""

from copy import deepcopy
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import pretty_name
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tuntas.faces.known import Shown
from tuntas.identity.person import Person
from tuntas.intake.submissions import LONGEST_PARTY, Submission, look_at, spoken_words
from tuntas.kernel.refusals import Refusal
from tuntas.portal import pointing
from tuntas.portal.filing import LONGEST_VOICE
from tuntas.portal.looking_up import Found
from tuntas.reports.states import Channel, Queue, ReportType
from tuntas.web.forms import DayField, Field, FilesField, Radios, VoiceInput, choice_of

LONGEST_PLACE = 300  # characters, as the register keeps them
SPECIAL = ("is_about_them", "accused_words", "accused", "reported_party", "special")
UNKNOWN = "-"  # "choose for me", "none of these"


class Words(forms.CharField):
    """Text from a person. What no database can hold of it is dropped, never held against them."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(str(value or "").replace("\x00", "").replace("\r\n", "\n")))


class Degrees(forms.FloatField):
    """A coordinate that a device wrote where nobody sees it. What is none is left out, and said (`pointing`)."""

    def __init__(self, most: float) -> None:
        super().__init__(required=False, widget=forms.HiddenInput)
        self.most = most

    def clean(self, value: Any) -> float | None:
        return pointing.degrees(value, self.most) if value else None


class _Shared(dict[str, forms.Field]):
    """Fields that all forms of a class use as they stand: copying them took 100 microseconds of each intake.

    A form that changes one puts a copy of its own in its place first.
    """

    def __deepcopy__(self, _memo: object) -> "_Shared":
        return _Shared(self)


class _Unspoken(Field):
    """A field with its data. Django's asks each help text whether it is empty, and so translates all of them for a form
    of which no page is drawn; that was 30 microseconds of each intake."""

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:  # all of it: not super's
        self.form, self.field, self.name = form, field, name
        self.html_name, self.html_initial_name = form.add_prefix(name), form.add_initial_prefix(name)
        self.html_initial_id = form.add_initial_prefix(self.auto_id)
        self.label = pretty_name(name) if field.label is None else field.label
        self.help_text, self.renderer = field.help_text, form.renderer


class Story(forms.Form):
    """Step one: what happened. Only that is required, written or spoken."""

    bound_field_class = _Unspoken
    key = forms.UUIDField(widget=forms.HiddenInput)
    turn = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)  # portal.rush
    desk = Words(widget=forms.HiddenInput, required=False)  # intake.counter
    report_type = forms.ChoiceField(
        label=_("What kind of report is it?"),
        choices=ReportType.choices,
        initial=ReportType.COMPLAINT,
        required=False,
        widget=Radios(
            hints={
                ReportType.COMPLAINT: _("Something is wrong with a public service."),
                ReportType.ASPIRATION: _("You have an idea or a wish."),
                ReportType.INFORMATION_REQUEST: _("You want an explanation or a document."),
            }
        ),
    )
    text = Words(
        label=_("What happened?"),
        widget=forms.Textarea({"rows": 8, "autocomplete": "off"}),
        strip=False,
        error_messages={"required": _("Your report is still empty. Say what happened, where and when.")},
    )
    spoken = forms.BooleanField(widget=forms.HiddenInput, required=False)  # scripts: a recording is on its way
    voice = forms.FileField(
        label=_("Or say it"),
        help_text=_("Up to 3 minutes. Only the officers who handle your report hear your voice; it is never public."),
        required=False,
        widget=VoiceInput(longest=LONGEST_VOICE),
    )
    place = Words(
        label=_("Where?"),
        help_text=_("For example: in front of Pasar Tanjung, near the third lamp post."),
        required=False,
        max_length=LONGEST_PLACE,
        widget=forms.TextInput({"autocomplete": "off", "maxlength": None}),
    )
    latitude = Degrees(pointing.MOST["latitude"])
    longitude = Degrees(pointing.MOST["longitude"])
    photos = FilesField(
        label=_("Photos or files"),
        help_text=_("At most 5, of 10 MB each. Photos taken on the spot help most."),
        required=False,
    )
    event_on = DayField(label=_("When did it happen?"), help_text=_("For example 21 11 2026."), required=False)
    area_words = forms.CharField(
        label=_("Village or sub-district"),
        help_text=_("Write the name; on the next step you choose from what we find."),
        required=False,
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off", "data-suggest": reverse_lazy("portal:places")}),
    )
    agency_words = forms.CharField(
        label=_("For which agency?"),
        help_text=_("You need not know it: then we choose. Part of the name is enough."),
        required=False,
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    remedy = Words(
        label=_("What do you hope for?"), required=False, widget=forms.Textarea({"rows": 3, "autocomplete": "off"})
    )

    def __init__(self, data: Any = None, *, is_spoken: bool = False, **more: Any) -> None:
        """is_spoken: whether a recording of this form is here or on its way."""
        super().__init__(data, **more)
        self.is_spoken = is_spoken

    @property
    def has_more(self) -> bool:
        """Whether something was typed or refused among what is folded."""
        folded = [self[name] for name in ("agency_words", "event_on", "remedy")]
        other = self["report_type"].value() not in {None, "", ReportType.COMPLAINT}
        return other or any(field.errors or _is_filled(field.value()) for field in folded)

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        if not text.strip():
            raise ValidationError(self.fields["text"].error_messages["required"], code="required")
        return text

    def clean_report_type(self) -> str:
        return str(self.cleaned_data["report_type"] or ReportType.COMPLAINT)

    def clean(self) -> dict[str, Any]:
        """The intake's own look at the text and at the day, each named at its field."""
        if self.is_spoken and not str(self.data.get("text", "")).strip():
            self.errors.pop("text", None)
            self.cleaned_data["text"] = spoken_words()
        facts = dict(self.cleaned_data)
        if None in (facts["latitude"], facts["longitude"]):  # half a position is none
            facts["latitude"] = facts["longitude"] = None
        if "text" in facts:
            self._ask("text", Submission(key="", text=facts["text"]))
        if facts.get("event_on"):
            self._ask("event_on", Submission(key="", text="?", event_on=facts["event_on"]))
        return facts

    def _ask(self, field: str, submission: Submission) -> None:
        try:
            look_at(submission, today=timezone.localdate())
        except Refusal as refusal:
            self.add_error(field, f"{refusal.why} {refusal.instead}".strip())


class Sending(forms.Form):
    """Step two: for whom, who may see what, and where to write to. Everything may be left out."""

    bound_field_class = _Unspoken
    target = forms.ChoiceField(label=_("Which agency do you mean?"), widget=Radios)
    area = forms.ChoiceField(label=_("Which place do you mean?"), widget=forms.RadioSelect)
    without_point = forms.BooleanField(
        label=_("Leave the position of my device out"),
        help_text=_("Do this when you are not where it happened."),
        required=False,
    )
    is_about_them = forms.BooleanField(
        label=_("The report is about this agency or its staff"),
        help_text=_("Then they do not see it. Another office checks it."),
        required=False,
    )
    accused_words = Words(
        label=_("Another office that it is about"),
        help_text=_("Type its name. Then nobody there sees the report, and it is secret."),
        required=False,
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    accused = forms.ChoiceField(label=_("Which office is it about?"), required=False, widget=Radios)
    reported_party = Words(
        label=_("The person whom it is about"),
        help_text=_("Name or position. The report is secret then, and goes first to the superior."),
        required=False,
        max_length=LONGEST_PARTY,
        widget=forms.TextInput({"autocomplete": "off", "data-private": ""}),
    )
    special = forms.ChoiceField(
        label=_("Is it one of these?"),
        choices=[
            ("", _("No")),
            (Queue.WOMEN_AND_CHILDREN.value, _("Violence against a woman or a child")),
            (Queue.INSPECTORATE.value, _("I work there and report wrongdoing")),
        ],
        required=False,
        widget=Radios(
            hints={
                Queue.WOMEN_AND_CHILDREN.value: _("Secret. Only the office that protects women and children reads it."),
                Queue.INSPECTORATE.value: _("Secret. Only the inspectorate reads it."),
            }
        ),
    )
    is_anonymous = forms.BooleanField(
        label=_("Keep me anonymous"),
        help_text=_("Your name is told to nobody, not even the agency. Our e-mails to you say nothing of the content."),
        required=False,
    )
    is_confidential = forms.BooleanField(
        label=_("Keep the report secret"),
        help_text=_("Text and place are never public. Only the officers who handle the report read them."),
        required=False,
    )
    email = forms.EmailField(
        label=_("E-mail for news"),
        help_text=_("Kept locked away from all officers. They can write to you only through this register."),
        required=False,
        widget=forms.EmailInput({"autocomplete": "email", "data-private": ""}),
    )
    name = forms.CharField(
        label=_("Your name"),
        help_text=_("Locked away in the same manner."),
        required=False,
        max_length=120,
        widget=forms.TextInput({"autocomplete": "name", "data-private": ""}),
    )

    def __init__(self, data: Any = None, *, found: Found, **more: Any) -> None:
        super().__init__(data, **more)
        self._offer("target", [(str(unit.pk), name) for unit, name in found.units], _("I do not know: choose for me"))
        if found.is_suggested and found.units:
            self._only_suggest(found)
        self._offer("area", [(area.code, name) for area, name in found.areas], _("None of these"))
        if found.is_near and found.areas:
            area = self.fields["area"]
            area.label, area.required, area.initial = _("Did it happen in one of these places?"), False, UNKNOWN
        self.found = found
        several = found.accused if len(found.accused) > 1 else ()
        self._offer("accused", [(str(unit.pk), name) for unit, name in several], _("None of these"))
        if not found.units:
            del self.fields["is_about_them"]

    @property
    def is_special(self) -> bool:
        """Whether something was chosen or refused among what few people need (_special_cases.html)."""
        names = [name for name in SPECIAL if name in self.fields]
        return any(self[name].errors or self[name].value() for name in names)

    def clean_accused(self) -> str:
        chosen = str(self.cleaned_data["accused"])
        if not chosen:
            raise ValidationError(_("Several offices are called so. Choose one."), code="several")
        return chosen

    @property
    def accused_units(self) -> tuple[int, ...]:
        """The offices that the report is about: the one that it is for, and another that was typed and found."""
        said = self.cleaned_data
        target = said.get("target") or UNKNOWN
        own = [int(target)] if said.get("is_about_them") and target != UNKNOWN else []
        if "accused" in self.fields:
            other = [int(said["accused"])] if said["accused"] != UNKNOWN else []
        else:
            other = [unit.pk for unit, _name in self.found.accused]
        return tuple(dict.fromkeys([*own, *other]))

    @property
    def party(self) -> str:
        """Whom it is about in words; an office that the register does not know by name is said here, and not lost."""
        said = self.cleaned_data
        unknown = not self.found.accused or said.get("accused") == UNKNOWN
        office = said["accused_words"].strip() if unknown else ""
        return "\n".join(filter(None, (said["reported_party"].strip(), office)))

    def _only_suggest(self, found: Found) -> None:
        """Nothing is filled in and nothing demanded: the person named no agency."""
        target = self.fields["target"]
        target.label, target.required, target.initial = _("Is it for one of these?"), False, UNKNOWN
        if isinstance(target.widget, Radios):
            target.widget.hints = {str(unit): why for unit, why in found.why.items()}

    def _offer(self, name: str, choices: list[tuple[str, str]], none: Any) -> None:
        """The choices that were found for what the person typed; without any the question is not asked."""
        if not choices:
            del self.fields[name]
            return
        self.fields[name] = deepcopy(self.fields[name])
        field = choice_of(self, name)
        field.choices = [*choices, (UNKNOWN, none)]
        field.initial = choices[0][0] if len(choices) == 1 else UNKNOWN


def _is_filled(value: Any) -> bool:
    return any(value) if isinstance(value, (list, tuple)) else bool(value)


Story.base_fields = _Shared(Story.base_fields)
Sending.base_fields = _Shared(Sending.base_fields)


def submission_of(
    story: Story, sending: Sending, *, channel: str = Channel.WEB, face: Shown | None = None
) -> Submission:
    """What both steps together hand to the intake. Both must be valid. face: the portal that it was written on."""
    told, chosen = story.cleaned_data, sending.cleaned_data
    key: UUID = told["key"]
    target, area = (chosen.get(name, UNKNOWN) for name in ("target", "area"))
    unit = int(target) if target not in {UNKNOWN, ""} else None
    point = (None, None) if chosen["without_point"] else (told["latitude"], told["longitude"])
    return Submission(
        key=str(key),
        text=told["text"],
        person=Person(name=chosen["name"].strip(), email=chosen["email"].strip(), language=get_language() or "id"),
        report_type=told["report_type"],
        channel=channel,
        event_on=told["event_on"],
        target=unit,
        accused=sending.accused_units,
        reported_party=sending.party,
        queue=chosen["special"],
        is_anonymous=chosen["is_anonymous"],
        is_confidential=chosen["is_confidential"],
        requested_remedy=told["remedy"],
        area=None if area in {UNKNOWN, ""} else area,
        place=told["place"],
        latitude=point[0],
        longitude=point[1],
        face=face.host if face else "",
    )

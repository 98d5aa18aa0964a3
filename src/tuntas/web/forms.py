"""How forms look on every page: label, hint, error and control, tied together for people who listen to the page.

settings.FORM_RENDERER names `Renderer`; after that `{{ form }}` and `{{ form.name.as_field_group }}` print our markup.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import django.forms.renderers
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms.boundfield import BoundField
from django.forms.renderers import BaseRenderer, EngineMixin
from django.forms.widgets import Input
from django.template.backends.django import DjangoTemplates
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

OURS = Path(__file__).resolve().parent / "templates"
DJANGOS = Path(django.forms.renderers.__file__).resolve().parent / "templates"

# The style sheet's word for each kind of control, by the template that draws it.
CLASSES = {
    "input": "govuk-input",
    "textarea": "govuk-textarea",
    "select": "govuk-select",
    "file": "file__input",
    "checkbox": "govuk-checkboxes__input",
    "radio": "govuk-radios__input",
}


class Field(BoundField):
    """A field in a form, with the class of its control and the place where an error link should land."""

    def build_widget_attrs(self, attrs: Mapping[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        widget = widget or self.field.widget
        built = super().build_widget_attrs(dict(attrs), widget)
        kind = kind_of(widget)
        if self.use_fieldset:
            built.pop("aria-invalid", None)  # means nothing on one choice of several; the fieldset names the error
        if kind in CLASSES:
            own = str(built.get("class") or widget.attrs.get("class") or "")
            built["class"] = " ".join(filter(None, [CLASSES[kind], own]))
        return built

    @property
    def kind(self) -> str:
        return kind_of(self.field.widget)

    @property
    def focus_id(self) -> str:
        """The id of the first thing in this field that can have focus."""
        if isinstance(self.field.widget, forms.MultiWidget):
            return f"{self.auto_id}_0"
        if self.use_fieldset and self.subwidgets:
            return str(self.subwidgets[0].id_for_label or self.auto_id)
        return str(self.auto_id)


class Renderer(EngineMixin, BaseRenderer):
    """Draws forms with the templates in web/templates, whatever the order of INSTALLED_APPS."""

    backend = DjangoTemplates
    form_template_name = "web/forms/form.html"
    formset_template_name = "web/forms/formset.html"
    field_template_name = "web/forms/field.html"
    bound_field_class = Field

    @cached_property
    def engine(self) -> DjangoTemplates:
        return self.backend({"NAME": "tuntas-forms", "DIRS": [OURS, DJANGOS], "APP_DIRS": False, "OPTIONS": {}})


def kind_of(widget: forms.Widget) -> str:
    """Which of CLASSES a widget belongs to, or "group" for one made of several, "hidden" for none to see."""
    kinds: Sequence[tuple[type[forms.Widget] | tuple[type[forms.Widget], ...], str]] = (
        (forms.HiddenInput, "hidden"),
        (forms.MultiWidget, "group"),
        (forms.CheckboxSelectMultiple, "checkbox"),
        (forms.RadioSelect, "radio"),
        (forms.CheckboxInput, "checkbox"),
        (forms.FileInput, "file"),
        (forms.Textarea, "textarea"),
        (forms.Select, "select"),
        (Input, "input"),
    )
    return next((kind for family, kind in kinds if isinstance(widget, family)), "group")


def choice_of(form: forms.BaseForm, name: str) -> forms.ChoiceField:
    """The field of a form whose choices are found while it is made. Raises TypeError for one that offers none."""
    field = form.fields[name]
    if not isinstance(field, forms.ChoiceField):
        raise TypeError(f"{name} offers no choices")
    return field


class Radios(forms.RadioSelect):
    """Radio buttons with a hint under a choice where one is needed. hints: value -> sentence."""

    def __init__(
        self, attrs: dict[str, Any] | None = None, choices: Any = (), hints: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(attrs, choices)
        self.hints = dict(hints or {})

    def create_option(self, name: str, value: Any, *rest: Any, **more: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *rest, **more)
        if hint := self.hints.get(str(value)):
            option["hint"] = hint
            option["attrs"]["aria-describedby"] = f"{option['attrs'].get('id', name)}_hint"
        return option


class FilesInput(forms.ClearableFileInput):
    """A file control that takes several files at once, under a label of our own."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files. Cleans to a list, empty when none came. Limits are the business of whoever keeps the files."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[bytes]]":
        given = data if isinstance(data, list | tuple) else [data]
        files = [super(FilesField, self).clean(one, initial) for one in given if one]
        if self.required and not files:
            raise ValidationError(self.error_messages["required"], code="required")
        return files


class VoiceInput(forms.FileInput):
    """A recording: with scripts made on the page (assets/js/voice.js), else by the phone's own recorder or a file."""

    template_name = "web/forms/voice.html"

    def __init__(self, attrs: dict[str, Any] | None = None, *, longest: int) -> None:
        """longest: seconds after which the page stops recording by itself."""
        super().__init__({"accept": "audio/*", "capture": "user", "data-longest": longest} | (attrs or {}))


class DayInput(forms.MultiWidget):
    """Day, month and year in three boxes: typed with the number keys, the same on every phone, in our language."""

    template_name = "web/forms/day.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        box = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__(
            {
                "day": forms.TextInput(
                    {**box, "maxlength": 2, "class": "govuk-input govuk-date-input__input govuk-input--width-2"}
                ),
                "month": forms.TextInput(
                    {**box, "maxlength": 2, "class": "govuk-input govuk-date-input__input govuk-input--width-2"}
                ),
                "year": forms.TextInput(
                    {**box, "maxlength": 4, "class": "govuk-input govuk-date-input__input govuk-input--width-4"}
                ),
            },
            attrs,
        )

    def decompress(self, value: date | None) -> list[int | None]:
        return [value.day, value.month, value.year] if value else [None, None, None]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for box, label in zip(context["widget"]["subwidgets"], (_("Day"), _("Month"), _("Year")), strict=True):
            box["label"] = label
        return context


class DayField(forms.MultiValueField):
    """A calendar day typed as three numbers. Cleans to a date, or to None when all are empty and none is needed."""

    widget = DayInput
    default_error_messages = {
        "invalid": _("Write the day, the month and the year as numbers, for example 21 11 2026."),
        "incomplete": _("Write the day, the month and the year."),
    }

    def __init__(self, **more: Any) -> None:
        parts = (forms.CharField(max_length=2), forms.CharField(max_length=2), forms.CharField(max_length=4))
        super().__init__(parts, require_all_fields=False, **more)
        for part in parts:
            part.error_messages["incomplete"] = self.error_messages["incomplete"]

    def compress(self, data_list: Sequence[str]) -> date | None:
        if not data_list:
            return None
        try:
            day, month, year = (int(part) for part in data_list)
            return date(year, month, day)
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None

"""The form in which somebody asks for news of a public report."""

from django import forms
from django.utils.translation import gettext_lazy as _


class Wish(forms.Form):
    """Where to write. No name, no number: nothing else is asked."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("Kept encrypted. No officer sees it, and nobody learns that you follow this report."),
        error_messages={"required": _("Write an e-mail address, for example nama@contoh.id.")},
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email", "maxlength": None}),
    )

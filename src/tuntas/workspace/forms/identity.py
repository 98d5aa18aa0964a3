"""What is written when somebody asks who a reporter is, decides on it, or looks at an emergency afterwards."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from tuntas.disclosure.asking import DEFAULT_HOURS
from tuntas.disclosure.models import Finding, Ground
from tuntas.web.forms import Radios
from tuntas.workspace.forms.base import long_text

HOURS = [(n, ngettext_lazy("%(count)d hour", "%(count)d hours", "count") % {"count": n}) for n in (4, 8, 24, 48, 72)]
YES, NO = "yes", "no"


class AskIdentityForm(forms.Form):
    """The ground by law, the asker's own words, and for how long."""

    ground = forms.ChoiceField(label=_("Ground by law"), choices=Ground.choices, widget=Radios)
    reason = long_text(
        _("Why a letter through the report is not enough"),
        help_text=_("The custodian and the reporter read these words. Name the case or the letter that asks for it."),
    )
    with_withheld = forms.BooleanField(
        label=_("Also the words that the reporter took out before sending"), required=False,
        help_text=_("Only when the case cannot do without them. The reporter reads that you ask for them."),
    )  # fmt: skip
    hours = forms.TypedChoiceField(label=_("For how long"), choices=HOURS, coerce=int, initial=DEFAULT_HOURS)


class EmergencyForm(forms.Form):
    """Danger to life: what the danger is."""

    danger = long_text(
        _("Who is in danger, and how"),
        rows=3,
        help_text=_("The reporter, the custodian and the national administrator read these words at once."),
    )


class DecideForm(forms.Form):
    """The custodian's word."""

    decision = forms.ChoiceField(
        label=_("May the office see who the reporter is?"),
        choices=[(YES, _("Yes, for the time that was asked for")), (NO, _("No"))],
        widget=Radios,
    )
    answer = long_text(_("Your reasons"), rows=3, help_text=_("The office and the reporter read these words."))


class ReviewForm(forms.Form):
    """What the custodian thinks of an emergency."""

    finding = forms.ChoiceField(label=_("Was the emergency justified?"), choices=Finding.choices, widget=Radios)
    words = long_text(
        _("Your reasons"),
        rows=3,
        help_text=_("The office, the reporter and the national administrator read these words."),
    )

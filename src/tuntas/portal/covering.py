"""What a report gives away, shown to its writer before it is sent. The writer decides each thing (handbook 2.7, law 9).

Three answers: hidden from the public, hidden from everybody, or left as it is. What is hidden from everybody leaves the
text for good: the register keeps a mask, and the words as they were written go into the person's sealed envelope.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tuntas.intake.receiving import storable
from tuntas.intake.submissions import Submission
from tuntas.reports.redaction.finding import find
from tuntas.reports.redaction.finds import Find
from tuntas.reports.redaction.masking import labels, mask
from tuntas.web.forms import Radios

FIELDS = ("text", "place", "requested_remedy")  # of a submission
PUBLIC_FIELDS = ("text", "place")
MOST_ASKED = 25  # things; what a longer list would hold is hidden from the public without a question
PREFIX = "found_"
PUBLIC, EVERYBODY, NOBODY = "public", "everybody", "nobody"
CHOICES = [
    (PUBLIC, _("Hide it from the public")),
    (EVERYBODY, _("Hide it from everybody")),
    (NOBODY, _("Leave it as it is")),
]
HINTS = {
    PUBLIC: _("The officers who handle the report still read it."),
    EVERYBODY: _("Officers read a mask in its place. What you wrote is kept locked away."),
}


def found_in(*texts: str) -> list[Find]:
    """What these texts give away, each thing once, in the order in which it comes."""
    found: dict[str, Find] = {}
    for text in texts:
        for each in find(storable(text)):
            found.setdefault(each.key, each)
    return list(found.values())


class Covering(forms.Form):
    """A question for each thing that was found; without any, an empty form that is always valid."""

    def __init__(self, data: Any = None, *, found: Iterable[Find], **more: Any) -> None:
        super().__init__(data, **more)
        self.found = list(found)
        for each in self.found[:MOST_ASKED]:
            self.fields[PREFIX + each.key] = forms.ChoiceField(
                label=f"“{each.text}”",
                help_text=_("It looks like %(kind)s. %(reason)s") % {"kind": each.name, "reason": each.reason},
                choices=CHOICES,
                initial=PUBLIC if each.is_sure else NOBODY,
                widget=Radios(hints=HINTS),
                error_messages={"required": _("Choose what to do with this. Nothing was sent yet.")},
            )

    def is_valid(self) -> bool:
        """Whether every question has an answer; most texts give nothing away, and then there is none."""
        return not self.found or super().is_valid()

    def chosen(self) -> Mapping[str, str]:
        """What was decided, by the key of the thing. The form must be valid."""
        return {each.key: self.cleaned_data.get(PREFIX + each.key, PUBLIC) for each in self.found}


def cover(submission: Submission, chosen: Mapping[str, str]) -> Submission:
    """The submission as the register may keep it, and what was taken out of it sealed with the person."""
    if not chosen:
        return submission
    texts = {name: storable(getattr(submission, name)) for name in FIELDS}
    finds = {name: find(text) for name, text in texts.items()}
    names = labels([each for some in finds.values() for each in some if chosen.get(each.key) == EVERYBODY])
    masked: dict[str, Any] = {
        name: mask(texts[name], [each for each in finds[name] if each.key in names], named=names) for name in FIELDS
    }
    taken_out = {name: texts[name] for name in FIELDS if masked[name] != texts[name]}
    hidden = {key for key, choice in chosen.items() if choice == PUBLIC}
    person = submission.person
    if taken_out:
        person = replace(person, withheld=json.dumps(taken_out, ensure_ascii=False))
    return replace(submission, **masked, person=person, covered=tuple(_places(masked, hidden)))


def _places(texts: Mapping[str, str], hidden: set[str]) -> Iterable[Mapping[str, str | int]]:
    for name in PUBLIC_FIELDS:
        for each in find(texts[name]):
            if each.key in hidden:
                yield {"field": name, "start": each.start, "end": each.end, "kind": each.kind.value}

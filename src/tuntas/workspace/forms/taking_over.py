"""An answer that came by letter, taken over into an officer's own: its words, its document and its files (R000-30).

It passes the same gate and the same rule of evidence as anything that an officer writes.
"""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from tuntas.followup.kinds import Kind
from tuntas.routing.models import Letter
from tuntas.workspace.reading import Posted, ReportPage


def taken_letter(form: forms.Form, page: ReportPage) -> Posted | None:
    """The letter that this form takes over: the one that it names, else the one for which the page was opened."""
    named = str(form.data.get(form.add_prefix("letter"), "")) if form.is_bound else ""
    asked = int(named) if named.isdecimal() and len(named) < 19 else 0 if form.is_bound else page.letter_asked
    return next((one for one in page.letters if one.letter.pk == asked and one.letter.answered_at), None)


def fill_in(form: forms.Form, letter: Letter) -> None:
    """Begin with the words of the letter. Fields that a choice brings up later begin with them too."""
    said = _said(letter)
    form.initial.update(said)
    if form.is_bound:
        typed = cast("QueryDict", form.data)  # the form's own copy
        for name, value in said.items():
            for key, part in _parts(form.add_prefix(name), value).items():
                typed.setdefault(key, part)


def _said(letter: Letter) -> dict[str, Any]:
    words = _("%(office)s writes: %(text)s") % {"office": letter.answered_by_office, "text": letter.answer}
    return {
        "letter": letter.pk,
        "text": words,
        "kind": Kind.DOCUMENT if letter.document_number else Kind.ANSWER,
        "document_number": letter.document_number,
        "document_date": letter.document_date,
    }


def _parts(key: str, value: Any) -> Mapping[str, str]:
    """What a browser would send for a value: a day goes in three boxes."""
    if value is None:
        return {}
    if hasattr(value, "month"):
        return {f"{key}_day": str(value.day), f"{key}_month": str(value.month), f"{key}_year": str(value.year)}
    return {key: str(value)}

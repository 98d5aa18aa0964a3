"""A poster for the wall of an office or a place: its code leads to a form that knows already where it hangs (R003-03).

Everybody may print one: it holds nothing but the public address of the form.
"""

from dataclasses import dataclass

import segno
from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tuntas.organizations.models import Unit
from tuntas.portal.forms import LONGEST_PLACE
from tuntas.portal.names import in_language
from tuntas.web.hosts import origin_of

QUIET = 4  # squares of white around a code, as its standard asks


class Wall(forms.Form):
    tempat = forms.CharField(
        label=_("Where will it hang?"),
        help_text=_(
            "For example: waiting room, bus stop Alun-alun. It stands in the report of whoever scans the poster."
        ),
        required=False,
        max_length=LONGEST_PLACE,
        widget=forms.TextInput({"autocomplete": "off", "maxlength": None}),
    )


@require_safe
def poster(request: HttpRequest, slug: str) -> HttpResponse:
    """GET /instansi/<slug>/poster?tempat=...: a page that prints on one sheet of A4."""
    unit = Unit.objects.working().filter(slug=slug).first()
    if unit is None:
        raise Http404
    form = Wall(request.GET)
    place = (form.cleaned_data["tempat"] if form.is_valid() else "").replace("\x00", " ").strip()
    address = f"{origin_of(request)}{form_address(unit, place)}"
    context = {"form": form, "unit": unit, "name": in_language(unit), "place": place, "address": address}
    return render(request, "portal/poster.html", context | {"drawing": drawn(address)})


def form_address(unit: Unit, place: str) -> str:
    """The address of the report's form with the office and the place already in it."""
    asked = QueryDict(mutable=True)
    asked["instansi"] = unit.slug
    if place:
        asked["tempat"] = place
    return f"{reverse('portal:story')}?{asked.urlencode()}"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A QR code as one path of black squares on a field of `side` units."""

    side: int
    path: str


def drawn(address: str) -> Drawing:
    """The address as a code that still reads when a quarter of it is torn off."""
    rows = segno.make(address, error="q", micro=False).matrix
    squares = (f"M{x + QUIET} {y + QUIET}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return Drawing(side=len(rows) + 2 * QUIET, path="".join(squares))

"""A poster for the wall of an office or a place: its code leads to a form that knows already where it hangs (R003-03).

Everybody may print one: it holds nothing but the public address of the form.
"""

from io import BytesIO

import segno
from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tuntas.organizations.models import Unit
from tuntas.portal.forms import LONGEST_PLACE
from tuntas.portal.names import in_language


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
    address = request.build_absolute_uri(form_address(unit, place))
    context = {"form": form, "unit": unit, "name": in_language(unit), "place": place, "address": address}
    return render(request, "portal/poster.html", context | {"drawing": drawn(address)})


def form_address(unit: Unit, place: str) -> str:
    """The address of the report's form with the office and the place already in it."""
    asked = QueryDict(mutable=True)
    asked["instansi"] = unit.slug
    if place:
        asked["tempat"] = place
    return f"{reverse('portal:story')}?{asked.urlencode()}"


def drawn(address: str) -> SafeString:
    """The address as a QR code that still reads when a quarter of it is torn off: an SVG without styles."""
    out = BytesIO()
    code = segno.make(address, error="q", micro=False)
    code.save(
        out,
        kind="svg",
        border=4,
        xmldecl=False,
        svgns=True,
        omitsize=True,
        dark="#000",
        light="#fff",
        svgclass="poster__code",
    )
    return mark_safe(out.getvalue().decode())  # noqa: S308 - drawn by segno from modules alone; no word of anybody is in it

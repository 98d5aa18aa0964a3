"""The portals of an agency: an administrator decides how each looks, sees it in both themes, and publishes it.

Which host name leads where is the operator's alone (`tuntas face`). What is published is seen by everybody who lives
there, so it asks for the second factor again.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuntas.accounts import administering
from tuntas.faces import colours, designing, emblems, known, queries
from tuntas.faces.models import LONGEST_HOURS, LONGEST_NAME, LONGEST_WELCOME, Face
from tuntas.kernel.refusals import Refusal
from tuntas.reports.attaching import Upload
from tuntas.reports.uploading import refused
from tuntas.web.hosts import origin_of_face
from tuntas.workspace.officers import OfficerRequest, officer_view
from tuntas.workspace.stepping_up import step_up_required


class ColourInput(forms.TextInput):
    """The browser's own choice of colours, which is never empty."""

    input_type = "color"

    def use_required_attribute(self, initial: Any) -> bool:
        return False


class LookForm(forms.Form):
    """How a portal looks and what it says of itself."""

    name = forms.CharField(
        label=_("Name of the portal"), max_length=LONGEST_NAME, help_text=_("For example: Lapor Kota Contoh")
    )
    name_en = forms.CharField(label=_("Its name on English pages"), max_length=LONGEST_NAME, required=False)
    colour = forms.CharField(
        label=_("Colour"),
        help_text=_("The bar at the top takes it. We change its lightness where words could not be read."),
        widget=ColourInput(),
    )
    emblem = forms.FileField(
        label=_("Emblem"),
        required=False,
        help_text=_("PNG, JPG or WebP, best square and with a clear ground. Empty: as it is now."),
        widget=forms.FileInput({"accept": "image/png,image/jpeg,image/webp", "data-shrink": "no"}),
    )
    without_emblem = forms.BooleanField(label=_("No emblem"), required=False)
    welcome = forms.CharField(
        label=_("Welcome"),
        max_length=LONGEST_WELCOME,
        required=False,
        help_text=_("One sentence on what the portal is for, under the heading that asks who was let down."),
    )
    welcome_en = forms.CharField(label=_("Welcome on English pages"), max_length=LONGEST_WELCOME, required=False)
    hours = forms.CharField(
        label=_("Where and when people reach you"),
        max_length=LONGEST_HOURS,
        required=False,
        help_text=_("Shown at the foot of every page: address, telephone, hours."),
        widget=forms.Textarea({"rows": 3}),
    )
    hours_en = forms.CharField(
        label=_("The same on English pages"),
        max_length=LONGEST_HOURS,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, data: Any = None, files: Any = None, *, too_large: list[str], **more: Any) -> None:
        super().__init__(data, files, **more)
        self.too_large = too_large
        self.drawn: bytes | None = None

    def clean_colour(self) -> str:
        try:
            return colours.read(self.cleaned_data["colour"])
        except Refusal as no:
            raise forms.ValidationError(f"{no.what} {no.why} {no.instead}") from None

    def clean(self) -> dict[str, Any]:
        """The emblem drawn anew; what could not be is said beside its field."""
        given: dict[str, Any] = super().clean() or {}
        for words in self.too_large:
            self.add_error("emblem", words)
        if given.get("without_emblem"):
            self.drawn = b""
        elif file := given.get("emblem"):
            try:
                self.drawn = emblems.drawn_anew(Upload(name=file.name, data=file.read(), media_type=file.content_type))
            except Refusal as no:
                self.add_error("emblem", f"{no.why} {no.instead}")
        return given

    def wish(self) -> designing.Wish:
        words = {name: self.cleaned_data[name] for name in (*designing.WORDS, "colour")}
        return designing.Wish(**words, emblem=self.drawn)


@require_safe
@officer_view
def faces(request: OfficerRequest) -> HttpResponseBase:
    """GET /workspace/faces/: the portals of the own agency and of those below it."""
    _administrators_only(request)
    through = queries.came_through()
    rows = [
        (face, origin_of_face(face.host), designing.published_of(face), designing.draft_of(face), through[face.pk])
        for face in designing.faces_of(request.desk.actor)
    ]
    return render(request, "workspace/faces.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@officer_view
def face(request: OfficerRequest, pk: int) -> HttpResponseBase:
    """GET /workspace/faces/<id>/: the form, and how it will look. POST keeps a draft; nobody outside sees it."""
    found = _found(request, pk)
    if request.method != "POST":
        return _page(request, found, _form_of(found))
    typed, files = request.POST, request.FILES  # read whole before asking what was cut off on the way
    form = LookForm(typed, files, too_large=[f"{no.why} {no.instead}" for no in refused(request)])
    if not form.is_valid():
        return _page(request, found, form)
    designing.keep_draft(request.desk.actor, found, form.wish())
    messages.success(request, _("Kept. Look at it below, then publish it. Nobody outside sees it yet."))
    return redirect("workspace:face", found.pk)


@require_POST
@officer_view
@step_up_required
def publish(request: OfficerRequest, pk: int) -> HttpResponseBase:
    """POST /workspace/faces/<id>/publish: the draft that was looked at becomes what everybody sees."""
    found = _found(request, pk)
    asked = request.POST.get("draft", "")
    number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 19 else 0
    try:
        designing.publish(request.desk.actor, found, draft=number)
    except Refusal as refusal:
        return _page(request, found, _form_of(found), refusal)
    messages.success(request, _("Published. Everybody sees it within a few seconds."))
    return redirect("workspace:face", found.pk)


@require_safe
@officer_view
def emblem(request: OfficerRequest, pk: int) -> HttpResponseBase:
    """GET /workspace/faces/<id>/emblem.png: of the draft, else of what is published."""
    found = _found(request, pk)
    look = designing.draft_of(found) or designing.published_of(found)
    if look is None or not look.emblem:
        raise Http404
    return HttpResponse(emblems.rendition(bytes(look.emblem), emblems.IN_THE_BAR), content_type="image/png")


def _page(request: OfficerRequest, found: Face, form: LookForm, refusal: Refusal | None = None) -> HttpResponseBase:
    draft, published = designing.draft_of(found), designing.published_of(found)
    seen = draft or published
    facts = {
        "found": found,
        "origin": origin_of_face(found.host),
        "form": form,
        "refusal": refusal,
        "draft": draft,
        "published": published,
        "look": known.shown(seen) if seen else None,
        "sheet": colours.name_of_sheet(seen.colour, sample=True) if seen else "",
        "is_changed": colours.is_changed(seen.colour) if seen else False,
    }
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "workspace/face.html", facts, status=status)


def _form_of(found: Face) -> LookForm:
    look = designing.draft_of(found) or designing.published_of(found)
    initial = {"name": found.unit.name, "name_en": found.unit.name_en, "colour": designing.FIRST_COLOUR}
    if look:
        initial = {name: getattr(look, name) for name in (*designing.WORDS, "colour")}
    return LookForm(too_large=[], initial=initial)


def _found(request: OfficerRequest, pk: int) -> Face:
    """A portal of the own part of the tree; others as if there were none."""
    _administrators_only(request)
    found = next((each for each in designing.faces_of(request.desk.actor) if each.pk == pk), None)
    if found is None:
        raise Http404
    return found


def _administrators_only(request: OfficerRequest) -> None:
    if not administering.administers(request.desk.actor):
        raise Http404

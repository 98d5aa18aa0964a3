"""Views that an officer keeps, and how they like the desk."""

from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from tuntas.kernel.refusals import Incomplete, TooMuch
from tuntas.workspace.forms.base import plain
from tuntas.workspace.listing import Listing, habit_of
from tuntas.workspace.models import SavedView
from tuntas.workspace.officers import OfficerRequest, officer_view

SHORTEST, LONGEST = 1, 40  # characters of a name


@require_POST
@officer_view
def keep(request: OfficerRequest, name: str) -> HttpResponseBase:
    """POST /workspace/queues/<name>/keep keeps the heap with these filters under a name; the same name is replaced."""
    listing = Listing.of(request.desk, name, QueryDict(request.POST.get("asked", "")[:500]))
    called = plain(request.POST.get("called", ""))[:LONGEST]
    if len(called) < SHORTEST:
        raise Incomplete(_("The view needs a name."), why=_("You find it again by its name, above the list."))
    own = SavedView.objects.filter(officer=request.user)
    if own.exclude(name=called).count() >= SavedView.MOST:
        raise TooMuch(
            _("You keep as many views as there is room for."),
            why=_("More than twenty names above a list help nobody."),
            instead=_("Throw one away first."),
        )
    own.update_or_create(officer=request.user, name=called, defaults={"queue": name, "asked": listing.query})
    return redirect(listing.address())


@require_POST
@officer_view
def forget(request: OfficerRequest, name: str) -> HttpResponseBase:
    """POST /workspace/queues/<name>/forget throws one of the officer's own views away."""
    listing = Listing.of(request.desk, name, QueryDict(request.POST.get("asked", "")[:500]))
    if request.POST.get("view", "").isdecimal():
        SavedView.objects.filter(officer=request.user, pk=request.POST["view"][:18]).delete()
    return redirect(listing.address())


@require_POST
@officer_view
def like(request: OfficerRequest, name: str) -> HttpResponseBase:
    """POST /workspace/queues/<name>/like: `dense` and `keys`, each "on" or "off"; what is not named stays."""
    listing = Listing.of(request.desk, name, QueryDict(request.POST.get("asked", "")[:500]))
    habit = habit_of(request.desk)
    habit.is_dense = request.POST.get("dense", "on" if habit.is_dense else "off") == "on"
    habit.has_keys = request.POST.get("keys", "on" if habit.has_keys else "off") == "on"
    habit.save()
    return redirect(listing.address())

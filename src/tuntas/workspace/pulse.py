"""What colleagues did meanwhile, asked every second or so by an open desk (docs/adr/0022).

Short questions instead of one long connection: a connection that stays open holds one of the web process's few threads,
and eight officers would hold them all.
"""

from dataclasses import dataclass

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tuntas.reports.models import Event, Report
from tuntas.workspace.desks import Desk
from tuntas.workspace.listing import Listing
from tuntas.workspace.officers import OfficerRequest, watching_view
from tuntas.workspace.words import sentence_of

LONGEST = 18  # digits of an id


@dataclass(frozen=True, slots=True)
class News:
    """What happened to the open report since it was shown: by whom and what, or that it is out of sight."""

    number: str
    words: str
    told: int  # the last event that these words tell of


@require_safe
@watching_view
def pulse(request: OfficerRequest) -> HttpResponseBase:
    """GET /workspace/pulse?list=WORD&mark=MARK&open=NUMBER&seen=EVENT says what changed; 204 when nothing did.

    list, mark: the list that is shown and what it held; open, seen: the report beside it and its last event there.
    """
    asked = request.GET
    listing = Listing.told(request.desk, asked["list"]) if asked.get("list") else None
    if listing is not None and listing.mark == asked.get("mark"):
        listing = None
    news = _news(request.desk, asked["open"], _whole(asked.get("seen", ""))) if asked.get("open") else None
    if listing is None and news is None:
        return HttpResponse(status=204)
    return render(request, "workspace/_pulse.html", {"listing": listing, "news": news, "open": asked.get("open", "")})


def _news(desk: Desk, number: str, seen: int) -> News | None:
    known = Report.objects.filter(number=number[:LONGEST]).values_list("pk", "last_event_id").first()
    if known is None:
        return News(number, _("This report went to others. It is no longer yours to see."), seen)
    pk, last = known
    if last <= seen:
        return None
    event = Event.objects.select_related("appointment__officer").filter(report=pk).order_by("-pk").first()
    return News(number, _said(desk, event), last) if event is not None else None


def _said(desk: Desk, event: Event) -> str:
    """Who and what. A reporter has no name here, and the clockwork none at all."""
    what = sentence_of(event)
    by = event.appointment
    if by is None:
        return _("Just now: %(what)s") % {"what": what}
    if by.officer_id == desk.appointment.officer_id:
        return _("You did this in another window: %(what)s") % {"what": what}
    return _("%(name)s did this just now: %(what)s") % {"name": by.officer.name, "what": what}


def _whole(typed: str) -> int:
    return int(typed) if typed.isdecimal() and len(typed) <= LONGEST else 0

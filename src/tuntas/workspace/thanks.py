"""What reporters said thank you for (handbook 8.2 O1): to this officer, and to the office. Read, and never ranked.

There is no number of thanks by officer anywhere, for others or for a head: whoever handles the saddest matters would
stand last. The officer reads their own; the office reads all of its own, without a name beside them.
"""

from datetime import timedelta

from django.db.models import QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tuntas.lifecycle import MOVES
from tuntas.organizations.models import Appointment
from tuntas.reports.models import Event
from tuntas.web.paging import page_of
from tuntas.workspace.desks import Desk
from tuntas.workspace.officers import OfficerRequest, officer_view

LATELY = timedelta(days=90)


@require_safe
@officer_view
def thanks(request: OfficerRequest) -> HttpResponseBase:
    """GET /workspace/thanks/: the newest first."""
    desk = request.desk
    if desk.role not in MOVES["discuss"].by:
        raise Http404
    own = list(to_officer(desk)[:10])
    page = page_of(of_office(desk), request.GET, order=("-pk",))
    facts = {
        "own": own,
        "page": page,
        "rows": [event for event in page.rows if event not in own],
        "lately": of_office(desk).filter(at__gte=timezone.now() - LATELY).count(),
        "days": LATELY.days,
    }
    return render(request, "workspace/thanks.html", facts)


def of_office(desk: Desk) -> QuerySet[Event]:
    """Thanks for reports that the offices of this desk hold, in this officer's sight."""
    found = Event.objects.filter(verb="thank", holder__in=desk.unit_ids)
    return found.select_related("report", "report__category", "holder")


def to_officer(desk: Desk) -> QuerySet[Event]:
    """Those for answers that this officer wrote, in whatever appointment of this desk's part of the tree."""
    held = list(Appointment.objects.filter(officer=desk.actor.officer).values_list("pk", flat=True))
    return of_office(desk).filter(facts__answerer__in=held).order_by("-pk")

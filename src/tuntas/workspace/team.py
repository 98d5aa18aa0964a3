"""The work of an office, colleague by colleague: who has how much, what is late, what nobody has; and giving it.

Counts are of live jobs that this desk sees; a report of which an officer here may know nothing is in nobody's count.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tuntas.kernel.refusals import Refusal
from tuntas.lifecycle import MOVES
from tuntas.organizations.models import Appointment
from tuntas.reports.models import Report
from tuntas.teamwork import jobs
from tuntas.teamwork.days import REPORTERS_TURN, When, when
from tuntas.teamwork.models import Job
from tuntas.web import charts
from tuntas.workspace import queues
from tuntas.workspace.desks import Desk
from tuntas.workspace.forms.working_together import choices_of
from tuntas.workspace.officers import OfficerRequest, officer_view

MOST = 50  # reports given in one go, and shown on one page
NOBODY = "nobody"
SERIES = (_("Late"), _("Due by the next working day"), _("Later"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """What one officer has in hand. soon: due today or on the next working day."""

    appointment: Appointment
    late: int
    soon: int
    later: int

    @property
    def open(self) -> int:
        return self.late + self.soon + self.later


@require_safe
@officer_view
def team(request: OfficerRequest) -> HttpResponseBase:
    """GET /workspace/team/?of=<appointment>|nobody: the load of each colleague, and the reports of one or of nobody."""
    desk = _may_give(request)
    workers = list(jobs.workers_of(desk.unit).select_related("officer", "unit").order_by("officer__name", "pk"))
    loads, asked = loads_of(desk, workers), request.GET.get("of", NOBODY)
    chosen = next((each for each in workers if str(each.pk) == asked), None)
    heap = _of(desk, chosen)
    page = queues.page_of_heap(heap, request.GET)
    facts = {
        "loads": loads,
        "bars": [_bar(load) for load in loads],
        "series": SERIES,
        "colours": (charts.LATE, charts.SOON, charts.IN_TIME),
        "unassigned": unassigned(desk).count(),
        "chosen": chosen,
        "choices": choices_of(workers),
        "page": page,
        "rows": queues.rows_of(desk, page.rows),
        "now": timezone.now(),
    }
    return render(request, "workspace/team.html", facts)


@require_POST
@officer_view
def give(request: OfficerRequest) -> HttpResponseBase:
    """POST /workspace/team/give: the marked reports to one colleague, each as an act of its own; what cannot stays."""
    desk = _may_give(request)
    wanted = [pk for pk in request.POST.getlist("report") if pk.isdecimal() and len(pk) < 19][:MOST]
    to = jobs.workers_of(desk.unit).filter(pk=_whole(request.POST.get("to", ""))).first()
    if to is None or not wanted:
        messages.error(request, _("Nothing was given. Mark the reports, and choose who gets them."))
        return redirect("workspace:team")
    given = 0
    for report in Report.objects.filter(pk__in=wanted).select_related("holder"):
        try:
            with transaction.atomic():
                jobs.assign(report, to=to, by=desk.actor)
            given += 1
        except Refusal as no:
            messages.error(request, f"{report.number}: {no.what} {no.why}")
    if given:
        told = ngettext("%(n)d report was given to %(name)s.", "%(n)d reports were given to %(name)s.", given)
        messages.success(request, told % {"n": given, "name": to.officer.name})
    return redirect(f"{reverse('workspace:team')}?of={to.pk}")


def loads_of(desk: Desk, workers: list[Appointment]) -> list[Load]:
    """Each colleague's live jobs by when they are due; jobs that wait for the reporter are due for nobody here."""
    counted: dict[int, Counter[When]] = defaultdict(Counter)
    live = Job.objects.live().filter(appointment__in=workers, done_at=None)
    now = timezone.now()
    for pk, state, due_at in live.values_list("appointment", "report__state", "report__due_at"):
        counted[pk][When.LATER if state in REPORTERS_TURN else when(desk.calendar, due_at, now)] += 1
    return [
        Load(
            appointment=each,
            late=counted[each.pk][When.LATE],
            soon=counted[each.pk][When.TODAY] + counted[each.pk][When.TOMORROW],
            later=counted[each.pk][When.LATER],
        )
        for each in workers
    ]


def unassigned(desk: Desk) -> QuerySet[Report]:
    """What this very office holds and nobody has in hand."""
    held = Report.objects.open().filter(holder=desk.unit)
    return held.exclude(pk__in=Job.objects.live().values("report"))


def _of(desk: Desk, chosen: Appointment | None) -> QuerySet[Report]:
    if chosen is None:
        return unassigned(desk)
    return Report.objects.open().filter(pk__in=Job.objects.live().filter(appointment=chosen).values("report"))


def _bar(load: Load) -> dict[str, Any]:
    address = f"{reverse('workspace:team')}?of={load.appointment.pk}"
    name = f"{load.appointment.officer.name} · {load.appointment.get_role_display()}"
    return {"name": name, "amounts": [load.late, load.soon, load.later], "address": address}


def _may_give(request: OfficerRequest) -> Desk:
    if request.desk.role not in MOVES["assign"].by:
        raise Http404
    return request.desk


def _whole(typed: str) -> int:
    return int(typed) if typed.isdecimal() and len(typed) < 19 else 0

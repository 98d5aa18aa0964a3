"""The pages that list reports: the heaps of a desk, and the search over its reports."""

from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from tuntas.kernel.numbers import Mistyped, parse_number
from tuntas.organizations.models import Role
from tuntas.reports.models import Report
from tuntas.workspace import panel, purpose_pages, queries, queues
from tuntas.workspace.forms.base import plain
from tuntas.workspace.listing import Listing
from tuntas.workspace.officers import OfficerRequest, officer_view


@require_safe
@officer_view
def start(request: OfficerRequest) -> HttpResponseBase:
    """GET /workspace/ opens the first heap that holds work; the overview for a supervisor who only watches, their jobs
    for who works in the field, and what is to decide this morning for a head."""
    if request.desk.role == Role.CUSTODIAN:
        return redirect("workspace:custody")
    if request.desk.role == Role.FIELD_OFFICER:
        return redirect("workspace:jobs")
    if request.desk.role == Role.UNIT_HEAD:
        return redirect("workspace:head")
    tabs = queues.tabs_for(request.desk)
    counted = queues.counts(request.desk, tabs)
    if request.desk.role == Role.SUPERVISOR and not counted.get("decide"):
        return redirect("workspace:supervision")
    first = next((tab for tab in tabs if counted.get(tab.name)), tabs[0])
    return redirect("workspace:queue", first.name)


@require_safe
@officer_view
def queue(request: OfficerRequest, name: str) -> HttpResponseBase:
    """GET /workspace/queues/<name>/?due=&category=&mark=&office=&words=&open=NUMBER lists one heap, most urgent first.

    With scripts a filter asks for the list alone; `open` shows one of the reports beside it.
    """
    listing = Listing.of(request.desk, name, request.GET)
    if panel.is_for(request, panel.LIST):
        response = render(request, "workspace/_list.html", {"listing": listing, "open": request.GET.get("open", "")})
        response["HX-Push-Url"] = listing.address()
        return response
    page = panel.opened(request, request.GET.get("open", ""))
    if page is not None and (asked_first := purpose_pages.ask_first(request, page)):
        return asked_first
    shown = panel.facts(request, page) if page is not None else {}
    facts = {"listing": listing, "open": page.report.number if page else "", "in_panel": True}
    return render(request, "workspace/queue.html", facts | shown)


@require_safe
@officer_view
def search(request: OfficerRequest) -> HttpResponseBase:
    """GET /workspace/search?q=... by number, or by words of the texts that this desk may read."""
    asked = plain(request.GET.get("q", ""))
    try:
        number = parse_number(asked)
    except Mistyped:
        number = ""
    if number and Report.objects.filter(number=number).exists():
        return redirect("workspace:report", number)
    reads_public = request.desk.actor.is_reader  # no word of a text that this role may not read, not even as a hit
    ask = queries.public_reports_with if reads_public else queries.reports_with
    found = ask(asked) if asked else queries.Found([], is_complete=True)
    heap = Report.objects.filter(pk__in=found.ids)
    page = queues.page_of_heap(heap, request.GET, order=queues.NEWEST_FIRST)
    return render(
        request,
        "workspace/search.html",
        {
            "asked": asked,
            "page": page,
            "rows": queues.rows_of(request.desk, page.rows),
            "is_complete": found.is_complete,
        },
    )

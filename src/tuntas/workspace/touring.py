"""The tour of a role and what is new: a strip on the officer's own pages, offered once and then remembered.

It needs no script: the strip is part of the page, its buttons post here and come back to the page of the next step.
What the session knows spares a question to the database on every page.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tuntas.disclosure.models import Disclosure
from tuntas.introduction import texts
from tuntas.teamwork import jobs
from tuntas.web.refusing import way_back
from tuntas.workspace import queues
from tuntas.workspace.desks import Desk
from tuntas.workspace.listing import habit_of
from tuntas.workspace.officers import OfficerRequest, officer_view

WALKING = "tour"  # in the session: the role whose tour is being walked, and the step
PLACES: Mapping[str, str] = {
    "morning": "workspace:head",
    "team": "workspace:team",
    "jobs": "workspace:jobs",
    "supervision": "workspace:supervision",
    "custody": "workspace:custody",
    "notices": "workspace:notices",
    "practice": "workspace:practice",
    "help": "workspace:help",
}
START = frozenset({"queue", "jobs", "supervision", "custody", "head"})  # pages on which something is offered
OFFER = 0


@dataclass(frozen=True, slots=True)
class Strip:
    """What stands above the page. number: the step, or OFFER; news: instead of a tour, what is new."""

    number: int = OFFER
    count: int = 0
    step: texts.Step | None = None
    news: texts.Version | None = None

    @property
    def following(self) -> int:
        return self.number + 1

    @property
    def place_on_page(self) -> str:
        """A link to the part that is meant, where that part has a name of its own."""
        mark = self.step.mark if self.step else ""
        return mark if mark.startswith("#") else ""

    @property
    def is_last(self) -> bool:
        return self.number >= self.count


def strip_for(request: OfficerRequest) -> Strip | None:
    """The step being walked, else the offer of the tour, else what is new; the last two on the first pages alone."""
    steps = texts.tours().get(request.desk.role, ())
    walked = request.session.get(WALKING) or {}
    if walked.get("role") == request.desk.role and 1 <= walked.get("step", 0) <= len(steps):
        number = int(walked["step"])
        return Strip(number, len(steps), steps[number - 1])
    if not request.resolver_match or request.resolver_match.url_name not in START:
        return None
    habit = habit_of(request.desk)
    if steps and request.desk.role not in habit.tours:
        return Strip(OFFER, len(steps))
    newest = texts.newest()
    return Strip(news=newest) if newest is not None and habit.news_read != newest.number else None


@require_POST
@officer_view
def tour(request: OfficerRequest) -> HttpResponseBase:
    """POST /workspace/tour with step=1.. goes to the page of that step; beyond the last one, or with 0, it is over."""
    role, asked = request.desk.role, request.POST.get("step", "")
    steps = texts.tours().get(role, ())
    if not asked.isdecimal() or not steps:
        raise Http404
    number = int(asked)
    if 1 <= number <= len(steps):
        request.session[WALKING] = {"role": role, "step": number}
        return redirect(address_of(steps[number - 1], request.desk))
    request.session.pop(WALKING, None)
    habit = habit_of(request.desk)
    habit.tours = sorted({*habit.tours, role})
    habit.save()
    if number:
        messages.success(request, _("That was the tour. You find it again under Help."))
        return redirect("workspace:start")
    return redirect(way_back(request) or "workspace:start")


@require_POST
@officer_view
def read_news(request: OfficerRequest) -> HttpResponseBase:
    """POST /workspace/new/read: what is new is not shown again to this officer."""
    _note_read(request)
    return redirect(way_back(request) or "workspace:start")


@require_safe
@officer_view
def news(request: OfficerRequest) -> HttpResponseBase:
    """GET /workspace/new/ every version with what it brought, the newest first."""
    return render(request, "workspace/news.html", {"versions": texts.versions()})


@require_safe
@officer_view
def helps(request: OfficerRequest) -> HttpResponseBase:
    """GET /workspace/help/ all help in plain words, and the ways to the tour, to practice and to what is new."""
    facts = {"topics": texts.topics_for(texts.OFFICER), "has_tour": request.desk.role in texts.tours()}
    return render(request, "workspace/help.html", facts)


def address_of(step: texts.Step, desk: Desk) -> str:
    """Where a step happens: with a report when one lies there, else the list in which one would."""
    place, _colon, name = step.page.partition(":")
    if place in PLACES:
        return reverse(PLACES[place])
    if place == "queue":
        return reverse("workspace:queue", args=[name])
    if place == "report":
        heap = next(tab for tab in queues.TABS if tab.name == name)
        first = heap.heap(desk).order_by(*heap.order).values_list("number", flat=True).first()
        return reverse("workspace:report", args=[first]) if first else reverse("workspace:queue", args=[name])
    if place == "job":
        first = next((job.report.number for job in jobs.jobs_of(desk.actor) if not job.done_at), "")
        return reverse("workspace:job", args=[first]) if first else reverse("workspace:jobs")
    waiting = Disclosure.objects.undecided().filter(custodian=desk.unit).first()
    return reverse("workspace:custody-request", args=[waiting.uuid]) if waiting else reverse("workspace:custody")


def _note_read(request: OfficerRequest) -> None:
    newest = texts.newest()
    if newest is not None:
        habit = habit_of(request.desk)
        habit.news_read = newest.number
        habit.save()

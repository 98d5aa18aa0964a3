"""One report on one screen: everything to decide by, and a form for each thing that this officer may do now."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from tuntas.followup import dialogue, unsent
from tuntas.kernel.refusals import Refusal
from tuntas.organizations.models import Role
from tuntas.reports import uploading
from tuntas.reports.models import Report
from tuntas.workspace import panel, purpose_pages
from tuntas.workspace.acts import BY_NAME, open_acts
from tuntas.workspace.forms.answering import GatedForm
from tuntas.workspace.forms.base import ActForm, offices_named, plain
from tuntas.workspace.listing import Listing
from tuntas.workspace.officers import OfficerRequest, officer_view, whole_page
from tuntas.workspace.reading import ReportPage, find_report
from tuntas.workspace.stepping_up import ask_again
from tuntas.workspace.words import Words, sentence_of


@require_safe
@officer_view
def report(request: OfficerRequest, number: str) -> HttpResponseBase:
    """GET /workspace/reports/<number>/; with ?letter=ID&act=NAME the form of that act begins with a letter's answer."""
    if request.desk.role == Role.CUSTODIAN:
        find_report(number)  # 404 for a number that they never saw
        return redirect("workspace:custody")
    page = ReportPage(find_report(number), request.desk, letter_asked=_whole(request.GET.get("letter", "")))
    return show(request, page, asked=request.GET.get("act", ""))


@require_POST
@officer_view
def act(request: OfficerRequest, number: str, name: str) -> HttpResponseBase:
    """POST /workspace/reports/<number>/<act>/ does one thing, or brings the page back with all that was typed.

    Two officers at once, or a page that is older than the last event: the verb refuses (`seen`), nothing is changed.
    """
    if name not in BY_NAME:
        raise Http404
    page = ReportPage(find_report(number), request.desk)
    if BY_NAME[name].needs_step_up and (gate := ask_again(request, back=reverse("workspace:report", args=[number]))):
        return whole_page(request, gate)
    queue, place = page.report.queue, panel.Place.of(request, number)
    form = BY_NAME[name](page, request.POST, request.FILES)
    cut_off = uploading.refused(request)
    if cut_off or not form.is_valid():
        return show(request, page, form, refusal=cut_off[0] if cut_off else None, status=422)
    try:
        with transaction.atomic():
            form.perform(page.report, by=request.desk.actor, seen=_seen(request))
            unsent.forget(page.report, name, by=request.desk.actor)
    except Refusal as refusal:
        return show(request, ReportPage(find_report(number), request.desk), form, refusal=refusal)
    except Report.DoesNotExist:  # it went out of this officer's sight a moment ago
        raise Http404 from None
    last = page.report.events.order_by("-pk").first()
    if last is None or page.report.queue != queue:  # the act itself took it out of this officer's sight
        said, last = str(_("Done. The report is now for others alone, so you see it no more.")), None
    else:
        said = _("Done: %(what)s") % {"what": sentence_of(last)}
    if place is not None:
        return go_on(request, place, form, said=said, stays=last is not None)
    messages.success(request, said)
    return redirect("workspace:report", number) if last is not None else redirect("workspace:start")


@require_POST
@officer_view
def check(request: OfficerRequest, number: str, name: str) -> HttpResponseBase:
    """POST /workspace/reports/<number>/<act>/check/ says what the gate and the evidence rule think; nothing is sent.

    With `begin=<id>` the words of that template are put into the text first. The whole page without scripts; with them
    only the part of the form that changes.
    """
    act_of = BY_NAME.get(name)
    page = ReportPage(find_report(number), request.desk)
    is_live = request.headers.get("HX-Request") == "true"
    if act_of is None or not issubclass(act_of, GatedForm):
        raise Http404
    if act_of not in open_acts(page):
        if is_live:
            return HttpResponse(status=204)  # asked while one typed, answered after the answer went out
        raise Http404
    form = act_of(page, request.POST, request.FILES)
    begins = next((each for each in form.templates if str(each.pk) == request.POST.get("begin")), None)
    if begins is not None:
        form.begin_with(begins)
    form.judge(has_files=not is_live)
    if is_live and "begin" in request.POST:
        return render(request, "workspace/_answer_words.html", {"act": form, "report": page.report, "is_begun": True})
    if is_live:
        return render(request, "workspace/_gate.html", {"form": form, "page": page})
    return show(request, page, form, status=200)


@require_POST
@officer_view
def read_messages(request: OfficerRequest, number: str) -> HttpResponseBase:
    """POST /workspace/reports/<number>/messages/read: the reporter is told the day. With scripts sent by the page."""
    page = ReportPage(find_report(number), request.desk)
    if page.marks_as_read:
        dialogue.mark_read(page.report, by=request.desk.actor)
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204)
    return redirect("workspace:report", number)


@require_safe
@officer_view
def offices(request: OfficerRequest) -> HttpResponseBase:
    """GET /workspace/offices?<any>=... completes the name of an office, as options of a datalist."""
    typed = plain(next(iter(request.GET.values()), ""))
    found = offices_named(typed) if len(typed) > 2 else []
    return render(request, "workspace/_offices.html", {"offices": found})


def show(
    request: OfficerRequest,
    page: ReportPage,
    given: ActForm | None = None,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
    asked: str = "",
) -> HttpResponseBase:
    """The page, or its panel beside a list; `given` takes the place of its act's empty form. Typed text whose act is
    gone is shown to be copied.
    """
    if asked_first := purpose_pages.ask_first(request, page):
        return asked_first
    if refusal is not None and given is not None:
        status = refusal.status
    facts = panel.facts(request, page, given, refusal=refusal, asked=asked)
    if not panel.is_for(request, panel.PANEL):
        return render(request, "workspace/report.html", facts, status=status)
    response = render(request, "workspace/_panel.html", facts, status=status)
    listing = Listing.told(request.desk, panel.word_of(request))
    if listing is not None and request.method == "GET":
        response["HX-Push-Url"] = listing.address(page.report.number)
    return response


def go_on(request: OfficerRequest, place: panel.Place, done: ActForm, *, said: Words, stays: bool) -> HttpResponseBase:
    """After an act in the panel: the same report while its next step is this officer's too, else the next of the list;
    and the list as it is now.
    """
    page = panel.opened(request, place.number) if stays else None
    if page is None or panel.THEN.get(done.name, "") not in {act.name for act in open_acts(page)}:
        page = panel.opened(request, place.following)
    listing, number = place.anew(), page.report.number if page is not None else ""
    after = {"listing": listing, "said": said, "open": number, "is_after": True}
    response = purpose_pages.ask_first(request, page, after) if page is not None else None
    if response is None:
        facts = panel.facts(request, page) if page is not None else {}
        response = render(request, "workspace/_panel.html", facts | after)
    response["HX-Push-Url"] = listing.address(number)
    return response


def _seen(request: OfficerRequest) -> int:
    """The last event that the officer's screen showed; a form without it counts as stale."""
    return _whole(request.POST.get("seen", ""))


def _whole(typed: str) -> int:
    """A number that the database can hold, or 0."""
    return int(typed) if typed.isdecimal() and len(typed) < 19 else 0

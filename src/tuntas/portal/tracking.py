"""Following one's own report: the secret code opens it for a quarter of an hour, and the reporter has the last word.

A code that is wrong, expired or deleted gets one and the same answer. The session knows one report and no code.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tuntas.access.actors import Actor, acting
from tuntas.followup.reporters_word import carrier
from tuntas.intake.queries import report_by_code
from tuntas.kernel import numbers
from tuntas.kernel.refusals import NotFound, Refusal
from tuntas.portal import filing, moves, timeline
from tuntas.portal.letters import letter_of
from tuntas.portal.pages import never_found
from tuntas.portal.standing import is_unconnected, standing
from tuntas.reports import publishing
from tuntas.reports.models import Attachment, Report

IDLE = 15 * 60  # seconds without a page before the code is asked for again
ENTRY = "tracked report"  # the key in the session
ASKING = frozenset({"ask", "question", "resolve", "give_up"})
_signer = signing.Signer(salt="tuntas.portal.tracking")


@never_found
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """GET /lacak asks for the code; POST opens the report, or says in one and the same way that it does not.

    A public number is no secret: whoever types one is led to the public page.
    """
    if request.method != "POST":
        return render(request, "portal/track.html")
    typed = request.POST.get("code", "")
    if number := _as_number(typed):
        return redirect("portal:report", number=number)
    try:
        report_id = report_by_code(numbers.lookup_digest(settings.CODE_KEY, numbers.parse_code(typed)))
        if report_id is None:
            raise _unknown()
    except Refusal as refusal:
        return render(request, "portal/track.html", {"refusal": refusal, "typed": typed[:80]}, status=refusal.status)
    _let_in(request, report_id)
    return redirect("portal:own")


@never_found
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """POST /lacak/keluar: this browser forgets the report, and shows the first page."""
    request.session.pop(ENTRY, None)
    return redirect("portal:home")


def of_the_reporter(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Call the view with the id of the report that this session has proved, or ask for the code again."""

    @wraps(view)
    def proved(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        report_id = _proved(request)
        if report_id is None:
            messages.info(request, _("Type your code to open your report."))
            return redirect("portal:track")
        return view(request, report_id, *args, **kwargs)

    return proved


@never_found
@of_the_reporter
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest, report_id: int) -> HttpResponse:
    """GET /lacak/laporan: the reporter's own page. POST: one of the acts that are open now, named by `act`."""
    if request.method != "POST":
        return _page(request, report_id)
    name = request.POST.get("act", "")
    if name not in moves.ACTS:
        return _page(request, report_id)
    form = moves.filled(name, request.POST, request.FILES)
    taken = filing.look_at_each(request)
    for trouble in taken.troubles:
        form.add_error("photos" if "photos" in form.fields else None, trouble)
    if not form.is_valid():
        return _page(request, report_id, refused=name, form=form)
    try:
        with acting(Actor.reporter_of(report_id)):
            event = moves.perform(_report(report_id), name, form.cleaned_data)
            if event is not None:
                filing.attach_to(event, taken.good)
    except Refusal as refusal:
        return _page(request, report_id, refused=name, form=form, refusal=refusal)
    messages.success(request, _("Done. It stands below as the newest entry."))
    return HttpResponseRedirect(request.path)


def _page(request: HttpRequest, report_id: int, **failed: Any) -> HttpResponse:
    """The page in the reporter's sight. failed: the act that was refused, its form and the refusal."""
    refusal: Refusal | None = failed.get("refusal")
    with acting(Actor.reporter_of(report_id)), transaction.atomic():
        report = _report(report_id)
        carried, entries = carrier(report), timeline.for_the_reporter(report)
        offered = moves.offered(report, refused=failed.get("refused", ""), form=failed.get("form"))
        newest = _asking(entries) if any(item.act.main for item in offered) else []
        context = failed | {
            "report": report,
            "carrier": carried if carried.pk != report.pk else None,
            "number": numbers.spell_number(report.number),
            "text": publishing.read(report),
            "files": list(Attachment.objects.filter(report=report, event=None, by=Attachment.By.REPORTER)),
            "standing": standing(carried, own=carried.pk == report.pk),
            "unconnected": is_unconnected(carried),
            "letter": letter_of(carried),
            "entries": entries,
            "newest": newest,
            "asked": [item for item in offered if item.act.main and newest],
            "others": [item for item in offered if not (item.act.main and newest)],
            "carrier_entries": timeline.of_the_carrier(carried) if carried.pk != report.pk else [],
        }
        status = refusal.status if refusal else 422 if failed.get("form") else 200
        return render(request, "portal/own.html", context, status=status)


def _asking(entries: list[timeline.Entry]) -> list[timeline.Entry]:
    """The entry that waits for the reporter's word, to be read again beside the form."""
    return [entry for entry in entries if entry.verb in ASKING][-1:]


def _report(report_id: int) -> Report:
    related = ("holder", "target_agency__agency", "category", "area", "arbiter")
    parents = tuple(f"parent__{name}" for name in ("holder", "target_agency__agency", "category", "area", "arbiter"))
    found = Report.objects.select_related(*related, "parent", *parents).filter(pk=report_id).first()
    if found is None:
        raise _unknown()
    return found


def _as_number(typed: str) -> str:
    try:
        return numbers.parse_number(typed)
    except numbers.Mistyped:
        return ""


def _unknown() -> NotFound:
    return NotFound(
        _("No report opens with this code."),
        why=_("The code may be mistyped, or the report was removed as the law demands."),
        instead=_("Check it again on your receipt. The letter O and the digit 0 count as the same."),
    )


def _let_in(request: HttpRequest, report_id: int) -> None:
    request.session.cycle_key()  # a session that somebody else prepared opens nothing
    _remember(request, report_id)


def _remember(request: HttpRequest, report_id: int) -> None:
    request.session[ENTRY] = _signer.sign_object({"report": report_id, "at": int(time.time())})


def _proved(request: HttpRequest) -> int | None:
    """The report of this session, or None; each page begins the quarter of an hour anew."""
    try:
        entry = _signer.unsign_object(request.session.get(ENTRY, ""))
    except signing.BadSignature:
        return None
    age = time.time() - entry["at"]
    if age > IDLE:
        request.session.pop(ENTRY, None)
        return None
    if age > 60:
        _remember(request, entry["report"])
    return int(entry["report"])

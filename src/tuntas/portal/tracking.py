"""Following one's own report: the secret code opens it for a quarter of an hour, and the reporter has the last word.

A code that is wrong, expired or destroyed gets one and the same answer. The session knows one report and no code, and a
newer one with the same code ends it. Title and address of the page are those of the help pages, and whoever leaves it
leaves nothing in the browser (trust.md 4.5, threats 11 and 15).
"""

import hmac
import secrets
import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuntas.access.actors import Actor, acting
from tuntas.following import phones
from tuntas.followup import dialogue
from tuntas.followup.reporters_word import carrier
from tuntas.intake.queries import report_by_code
from tuntas.kernel import numbers
from tuntas.kernel.refusals import NotFound, OutOfTurn, Refusal
from tuntas.ledger import proving
from tuntas.portal import asking_after, filing, moves, timeline, waiting
from tuntas.portal.expecting import expected
from tuntas.portal.letters import letter_of
from tuntas.portal.pages import never_found
from tuntas.portal.standing import is_unconnected, standing
from tuntas.reports import publishing
from tuntas.reports.models import Attachment, Event, Report
from tuntas_verify import leaves

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
    """POST /lacak/keluar: this browser forgets the report and all else of us, and shows the help page."""
    if reporter := _proved(request):
        with acting(reporter):
            dialogue.leave(reporter.report or 0, reporter.visit)
    return _gone(request)


def of_the_reporter(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Call the view with the actor whom this session has proved to be the reporter, or ask for the code again."""

    @wraps(view)
    def proved(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        reporter = _proved(request)
        if reporter is None and (typed := request.POST.get("text", "").strip()):
            return _too_late(request, typed)
        if reporter is None:
            messages.info(request, _("Type your code to open your report."))
            return redirect("portal:track")
        return view(request, reporter, *args, **kwargs)

    return proved


@never_found
@of_the_reporter
@require_http_methods(["GET", "HEAD", "POST"])
def destroy(request: HttpRequest, reporter: Actor) -> HttpResponse:
    """GET /bantuan/kode: what destroying the code means. POST, with the box ticked: it is done, and we are gone."""
    if request.method != "POST" or request.POST.get("sure") != "yes":
        status = 422 if request.method == "POST" else 200
        return render(request, "portal/destroy.html", {"is_unsure": status == 422}, status=status)
    with acting(reporter):
        dialogue.destroy_code(report_of(reporter))
    return _gone(request)


@never_found
@of_the_reporter
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest, reporter: Actor) -> HttpResponse:
    """GET /bantuan/catatan: the reporter's own page. POST: one of the acts that are open now, named by `act`."""
    name = request.POST.get("act", "")
    if name == "read":
        with acting(reporter):
            dialogue.mark_read(report_of(reporter), by=reporter)
        return HttpResponseRedirect(request.path)
    if request.method == "POST" and name == "survey":
        return _keep_survey(request, reporter)
    if request.method != "POST" or name not in moves.ACTS:
        return _page(request, reporter)
    return _act(request, reporter, name)


def _keep_survey(request: HttpRequest, reporter: Actor) -> HttpResponse:
    form = asking_after.filled(request)
    if not form.is_valid():
        return _page(request, reporter, survey=form, form=form)
    try:
        with acting(reporter):
            form.keep(report_of(reporter))
    except Refusal as refusal:
        return _page(request, reporter, refusal=refusal)
    messages.success(request, _("Thank you. Your answers are counted."))
    return HttpResponseRedirect(request.path)


def _act(request: HttpRequest, reporter: Actor, name: str) -> HttpResponse:
    form = moves.filled(name, request.POST, request.FILES)
    files = form_of_visit(reporter, request.POST.get("files_key", ""))
    waiting.drop(files, request.POST.getlist("drop"))
    taken = filing.look_at_each(request, already=len(waiting.held(files)))
    taken.tell(form)
    if not form.is_valid():
        return _page(request, reporter, refused=name, form=form, files_key=request.POST.get("files_key"))
    try:
        with acting(reporter):
            event = moves.perform(report_of(reporter), name, form.cleaned_data)
            if event is not None:
                filing.attach_to(event, filing.together(files, taken))
    except Refusal as refusal:
        return _page(
            request, reporter, refused=name, form=form, refusal=refusal, files_key=request.POST.get("files_key")
        )
    waiting.forget(files)
    messages.success(request, _("Done. It is the newest entry below."))
    return HttpResponseRedirect(request.path)


@never_found
@of_the_reporter
@require_safe
def proof(_request: HttpRequest, reporter: Actor) -> HttpResponse:
    """GET /bantuan/catatan/bukti: the proof that this report stands in the public log, to be kept at home.

    It opens the leaf of the receipt: number, hash of the words, moment; nothing of who reported or who handles it.
    """
    with acting(reporter):
        received = Event.objects.filter(report=reporter.report, from_state="").order_by("pk").first()
        written = proving.proof_of(received) if received else None
    if written is None:
        raise NotFound(
            _("The proof is not ready yet."),
            why=_("Your report gets its number in the public log within a minute."),
            instead=_("Come back to this page in a moment."),
        )
    answer = HttpResponse(written, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="bukti.tlog-proof"'
    return answer


def _page(request: HttpRequest, reporter: Actor, **failed: Any) -> HttpResponse:
    """The page in the reporter's sight. failed: the act that was refused, its form and the refusal."""
    refusal: Refusal | None = failed.get("refusal")
    with acting(reporter), transaction.atomic():
        report = report_of(reporter)
        carried, entries = carrier(report), timeline.for_the_reporter(report)
        offered = moves.offered(report, refused=failed.get("refused", ""), form=failed.get("form"))
        newest = _asking(entries) if any(item.act.main for item in offered) else []
        context = failed | {
            "report": report,
            "carrier": carried if carried.pk != report.pk else None,
            "number": numbers.spell_number(report.number),
            "text": publishing.read(report),
            "files": list(Attachment.objects.filter(report=report, event=None, by=Attachment.By.REPORTER)),
            "survey": failed.get("survey") or asking_after.offered(report),
            "expected": expected(carried),
            "standing": standing(carried, own=carried.pk == report.pk),
            "unconnected": is_unconnected(carried),
            "letter": letter_of(carried),
            "entries": entries,
            "newest": newest,
            "logged": _logged(entries),
            "mark": leaves.spell_mark(proving.mark_on_receipt(bytes(report.code_lookup))) if report.code_lookup else "",
            "asked": [item for item in offered if item.act.main and newest],
            "others": [item for item in offered if not (item.act.main and newest) and item.name != "message_office"],
            "carrier_entries": timeline.of_the_carrier(carried) if carried.pk != report.pk else [],
            "messages_said": (said := dialogue.messages_of(report)),
            "unread": any(not each.is_from_reporter and each.read_at is None for each in said),
            "files_key": failed.get("files_key") or uuid4(),
            "phone_key": phones.key_of_ours() if phones.may_be_told(report) else "",
            "writing": next((item for item in offered if item.name == "message_office"), None),
        }
        status = refusal.status if refusal else 422 if failed.get("form") else 200
        return render(request, "portal/own.html", context, status=status)


def _logged(entries: list[timeline.Entry]) -> int | None:
    """The number of the receipt in the public log, as soon as it has one."""
    return entries[0].leaf if entries else None


def _asking(entries: list[timeline.Entry]) -> list[timeline.Entry]:
    """The entry that waits for the reporter's word, to be read again beside the form."""
    return [entry for entry in entries if entry.verb in ASKING][-1:]


def report_of(reporter: Actor) -> Report:
    related = ("holder", "target_agency__agency", "category", "area", "arbiter")
    parents = tuple(f"parent__{name}" for name in ("holder", "target_agency__agency", "category", "area", "arbiter"))
    found = Report.objects.select_related(*related, "parent", *parents).filter(pk=reporter.report or 0).first()
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


def form_of_visit(reporter: Actor, key: str) -> UUID:
    """Under what the files of a form on this page wait: a key of this form in this visit, and of no other.

    An unreadable key is one under which nothing waits.
    """
    told = f"files {reporter.report} {reporter.visit} {key}".encode()
    return UUID(bytes=hmac.digest(settings.CODE_KEY, told, "sha256")[:16])


def _let_in(request: HttpRequest, report_id: int) -> None:
    request.session.cycle_key()  # a session that somebody else prepared opens nothing
    reporter = Actor.reporter_of(report_id, visit=secrets.token_hex(16))
    with acting(reporter):
        dialogue.enter(report_id, reporter.visit)
    _remember(request, reporter)


def _remember(request: HttpRequest, reporter: Actor) -> None:
    entry = {"report": reporter.report, "visit": reporter.visit, "at": int(time.time())}
    request.session[ENTRY] = _signer.sign_object(entry)


def _proved(request: HttpRequest) -> Actor | None:
    """Whose session this is, or None; each page begins the quarter of an hour anew."""
    try:
        entry = _signer.unsign_object(request.session.get(ENTRY, ""))
    except signing.BadSignature:
        return None
    reporter, age = Actor.reporter_of(entry["report"], entry["visit"]), time.time() - entry["at"]
    with acting(reporter):
        is_in = age <= IDLE and dialogue.is_in(entry["report"], reporter.visit)
    if not is_in:
        request.session.pop(ENTRY, None)
        return None
    if age > 60:
        _remember(request, reporter)
    return reporter


def _too_late(request: HttpRequest, typed: str) -> HttpResponse:
    """The quarter of an hour was over before the form came: what was typed goes back to who typed it, and nowhere."""
    refusal = OutOfTurn(
        _("The time for this page was over."),
        why=_("After 15 minutes without a page we ask for the code again, so that nobody finds your report open."),
        instead=_("Copy your text from here, type the code, and send the text again."),
        kept={"text": typed},
    )
    return render(request, "portal/track.html", {"refusal": refusal}, status=refusal.status)


def _gone(request: HttpRequest) -> HttpResponse:
    """To the help page, with the session ended and the browser told to forget what it kept of us."""
    request.session.flush()
    response = redirect("portal:standard")
    response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response

"""Writing a report: two steps on the server, one growing page with scripts, and the receipt (R001-10, R003-03)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tuntas.access.actors import Actor, acting
from tuntas.clocks.models import Clock, Kind
from tuntas.intake import counter
from tuntas.intake.consent import NOTICES
from tuntas.intake.queries import report_by_code
from tuntas.intake.receiving import Receipt, receive
from tuntas.intake.submissions import Submission, nudges
from tuntas.kernel import numbers
from tuntas.kernel.refusals import Conflict, Refusal
from tuntas.organizations.models import Appointment
from tuntas.portal import covering, filing, hints, looking_up, pointing, receipts, rush, waiting
from tuntas.portal.forms import UNKNOWN, Sending, Story, submission_of
from tuntas.portal.pages import may_speak, never_found
from tuntas.portal.places import begun
from tuntas.portal.similar import similar_open
from tuntas.portal.standing import is_unconnected
from tuntas.reports.attaching import Upload
from tuntas.reports.codes import signposts
from tuntas.reports.models import Report
from tuntas.reports.states import Channel, Queue
from tuntas.routing.suggesting import suggest_category
from tuntas.web.hosts import face_of

STORY = ("key", "turn", "desk", "report_type", "text", "spoken", "place", "latitude", "longitude",
         "event_on_day", "event_on_month", "event_on_year", "area_words", "agency_words", "remedy")  # fmt: skip
SENDING = ("target", "area", "is_about_them", "accused_words", "accused", "reported_party", "special", "without_point",
           "is_anonymous",
           "is_confidential", "email", "name")  # fmt: skip

HELPLINE = "SAPA_129"  # of the pack of signposts: who helps women and children


@may_speak
@require_http_methods(["GET", "HEAD", "POST"])
@filing.files_wait
def story(request: HttpRequest) -> HttpResponse:
    """GET /lapor: an empty form with its own key. POST: step one becomes step two, or comes back with its faults."""
    if request.method != "POST":
        key = uuid4()
        first = {"key": key, "turn": rush.turn_of(key), "desk": request.GET.get("loket", "")[:200]}
        return _story_page(request, Story(initial=first | begun(request)), ())
    key = _key(request)
    waiting.drop(key, request.POST.getlist("drop"))
    taken = filing.look_at_each(request, already=len(waiting.held(key)))
    filing.keep_waiting(key, taken)
    form = Story(request.POST, is_spoken=bool(request.POST.get("spoken")) or filing.are_spoken(waiting.held(key)))
    taken.tell(form)
    if "back" in request.POST or not form.is_valid():
        return _story_page(request, form, waiting.held(key))
    return _sending_page(request, form)


@never_found
@may_speak
@require_http_methods(["GET", "HEAD", "POST"])
@rush.takes_turns
@filing.files_wait
def sent(request: HttpRequest) -> HttpResponse:
    """POST /lapor/terkirim files the report and answers with its receipt; sent again, with the same receipt.

    The receipt is the answer itself: the secret code stands in no address, session or log, so a GET cannot show it.
    """
    if request.method != "POST":
        return render(request, "portal/receipt_gone.html")
    key = _key(request)
    waiting.drop(key, request.POST.getlist("drop"))
    found = _found(request, pointing.at(request.POST) if request.POST.get("area", UNKNOWN) != UNKNOWN else None)
    sending, decided = Sending(request.POST, found=found), _covering(request)
    held = waiting.held(key)
    taken = filing.look_at_each(request, already=len(held))
    form = Story(request.POST, is_spoken=filing.are_spoken([*held, *taken.good]))
    taken.tell(form)
    if not all([form.is_valid(), sending.is_valid(), decided.is_valid()]):
        filing.keep_waiting(key, taken)
        return _whole_page(request, form, sending)
    told = submission_of(form, sending, channel=_channel(request), face=face_of(request))
    submission = covering.cover(told, decided.chosen())
    try:
        receipt = receive(submission)
    except Conflict as conflict:
        return _first_receipt(request, submission, conflict)
    except Refusal as refusal:
        filing.keep_waiting(key, taken)
        return _whole_page(request, form, sending, refusal)
    return _filed(request, receipt, submission, filing.together(key, taken))


def _filed(request: HttpRequest, receipt: Receipt, submission: Submission, uploads: Sequence[Upload]) -> HttpResponse:
    """The report stands in the register: attach what came with it, and answer with the receipt."""
    desk = _desk(request)
    if desk and receipt.fresh:
        counter.note(desk)
    plain = not desk and not uploads and not nudges(submission, today=timezone.localdate())
    if plain and receipts.is_drawn_here(receipt, submission):
        return receipts.page(request, receipt, submission)
    troubles = filing.attach_once(receipt.report_id, uploads) if uploads else []
    waiting.forget(UUID(submission.key))
    return _receipt_page(request, receipt.report_id, receipt.code, submission, troubles=troubles)


def _desk(request: HttpRequest) -> Appointment | None:
    """The desk at which an officer types for a visitor; None on everybody's own phone."""
    permit = request.POST.get("desk", "") if request.method == "POST" else request.GET.get("loket", "")
    return counter.desk_of(permit) if permit else None


def _channel(request: HttpRequest) -> str:
    return Channel.COUNTER if _desk(request) else Channel.WEB


def _key(request: HttpRequest) -> UUID:
    """The key of the form; a new one when a browser lost or broke it, so that nothing typed is lost with it."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        fresh, typed = uuid4(), request.POST.copy()
        typed["key"] = str(fresh)
        request.POST = typed  # type: ignore[assignment]
        return fresh


def _found(request: HttpRequest, at: pointing.Pointed | None) -> looking_up.Found:
    """What was typed, looked up. at: where the device is; its places are offered where no place was typed."""
    words = request.POST.get("agency_words", "")
    found = looking_up.look_up(
        agency=words, area=request.POST.get("area_words", ""), accused=request.POST.get("accused_words", "")
    )
    if at and not request.POST.get("area_words", "").strip():
        found = replace(found, areas=at.places, is_near=True)
    return found if words.strip() else looking_up.chosen(found, request.POST.get("target", ""))


def carried(request: HttpRequest, names: tuple[str, ...]) -> list[tuple[str, str]]:
    """What the other step typed, to be sent along unseen."""
    decided = [name for name in request.POST if name.startswith(covering.PREFIX)] if names is SENDING else []
    return [(name, request.POST[name]) for name in (*names, *decided) if name in request.POST]


def _covering(request: HttpRequest, *, before: Mapping[str, str] | None = None) -> covering.Covering:
    """What is found in what was typed, with what was decided. before: decided earlier, when nothing was sent yet."""
    texts = (request.POST.get(name, "") for name in ("text", "place", "remedy"))
    data = request.POST if before is None else None
    return covering.Covering(data, found=covering.found_in(*texts), initial=before)


def _story_page(request: HttpRequest, form: Story, held: Any) -> HttpResponse:
    context = {
        "form": form,
        "held": held,
        "carried": carried(request, SENDING),
        "offline": Sending(found=looking_up.Found()),
        "desk": _desk(request),
        **hints.shown(),
        "now": round(timezone.now().timestamp() * 1000),  # what drafts are dated by: a phone's clock may be wrong
    }
    return render(request, "portal/report_story.html", context, status=422 if form.errors else 200)


def _sending_page(request: HttpRequest, form: Story) -> HttpResponse:
    before, told, at = dict(carried(request, SENDING)), form.cleaned_data, pointing.at(request.POST)
    found, point = _found(request, at), None if told["latitude"] is None else (told["latitude"], told["longitude"])
    if not told["agency_words"].strip():
        found = looking_up.suggest(found, text=told["text"], place=told["place"], face=face_of(request), point=point)
    context = _understood(request, form) | {
        "at": at,
        "at_elsewhere": _is_elsewhere(at, found),
        "story": form,
        "form": Sending(found=found, initial=before),
        "covering": _covering(request, before=before),
        "held": waiting.held(told["key"]),
        "carried": carried(request, STORY),
        "similar": similar_open(told),
    }
    return render(request, "portal/report_sending.html", context)


def _is_elsewhere(at: pointing.Pointed | None, found: looking_up.Found) -> bool:
    """Whether the device is in another region than the places that somebody typed."""
    return at is not None and not found.is_near and at.is_elsewhere(found.areas)


def _whole_page(request: HttpRequest, form: Story, sending: Sending, refusal: Refusal | None = None) -> HttpResponse:
    """Both steps on one page, with everything that was typed: what a person gets who was refused at the last step."""
    form.is_valid()
    at = pointing.at(request.POST)
    if at and at.places and "area" not in sending.fields:
        # Whoever had chosen none of the places near them is offered them again: they may choose otherwise now.
        sending = Sending(request.POST, found=_found(request, at))
    context = _understood(request, form) | {
        "story": form,
        "form": sending,
        "covering": _covering(request),
        "held": waiting.held(_key(request)),
        "refusal": refusal,
        "at": at,
        "at_elsewhere": _is_elsewhere(at, sending.found),
        **hints.shown(),
    }
    return render(request, "portal/report_whole.html", context, status=refusal.status if refusal else 422)


def _understood(request: HttpRequest, form: Story) -> dict[str, Any]:
    """What we read in the text, said back before anything is sent. about: what category the words point to.

    violence: whether they point to one that belongs to the protection of women and children; the person decides.
    """
    told = form.cleaned_data
    text = told.get("text", "")
    about = suggest_category("", text, on=timezone.localdate())
    return {
        "notice": NOTICES[_channel(request)],
        "desk": _desk(request),
        "danger": hints.sounds_dangerous(text),
        "rude_words": hints.sounds_rude(text),
        "about": about,
        "violence": any(guess.category.closed_to == Queue.WOMEN_AND_CHILDREN for guess in about.categories),
        "helpline": signposts()[HELPLINE],
        "told": told,
        "spoken": form.is_spoken,
    }


def _first_receipt(request: HttpRequest, submission: Submission, conflict: Conflict) -> HttpResponse:
    """The same form came back with other words: whoever holds its key is shown the receipt of what was filed first."""
    code = numbers.secret_code(settings.CODE_KEY, submission.key)
    report_id = report_by_code(numbers.lookup_digest(settings.CODE_KEY, code))
    if report_id is None:
        raise conflict
    return _receipt_page(request, report_id, code, submission, refusal=conflict)


def _receipt_page(request: HttpRequest, report_id: int, code: str, submission: Submission, **more: Any) -> HttpResponse:
    refusal: Refusal | None = more.get("refusal")
    with acting(Actor.reporter_of(report_id)):
        report = Report.objects.select_related("holder", "target_agency__agency").get(pk=report_id)
        clock = Clock.objects.filter(report=report, kind=Kind.VERIFY).order_by("pk").first()
        context = more | {
            "report": report,
            "number": numbers.spell_number(report.number),
            "code": numbers.spell_code(code),
            "mark": receipts.mark_of(code),
            "groups": numbers.spell_code(code).split("-"),
            "clock": clock,
            "unconnected": is_unconnected(report),
            "files": report.attachments.count(),
            "nudges": [] if refusal else nudges(submission, today=timezone.localdate()),
            "has_contact": submission.person.has_contact,
            "desk": _desk(request),
            "permit": request.POST.get("desk", ""),
            "helpline": signposts()[HELPLINE] if report.queue == Queue.WOMEN_AND_CHILDREN else None,
        }
        return render(request, "portal/receipt.html", context, status=refusal.status if refusal else 200)

"""What we hold of a reporter, for the reporter: to see, to take along, to correct, to have erased (UU 27/2022).

Of the person themselves nothing is shown, since web cannot read it: it lies in the vault. Address and title of the page
are those of the help pages.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tuntas.access.actors import Actor, acting
from tuntas.following import phones
from tuntas.followup import dialogue
from tuntas.followup.models import Rating
from tuntas.kernel import numbers
from tuntas.kernel.refusals import Refusal
from tuntas.portal import timeline
from tuntas.portal.forms import Words
from tuntas.portal.pages import never_found
from tuntas.portal.standing import standing
from tuntas.portal.tracking import of_the_reporter, report_of
from tuntas.privacy import asking
from tuntas.privacy.models import DataRequest, Wish
from tuntas.reports import publishing
from tuntas.reports.models import Attachment, PublicCopy, Report
from tuntas.web.forms import Radios

LONGEST = 5_000  # characters of one wish
HINTS: Mapping[str, Any] = {
    Wish.CORRECTION: gettext_lazy("Say what is wrong, and what would be right. Also for the public text."),
    Wish.CONSENT: gettext_lazy(
        "The vault forgets name and address. The work on the report goes on; your code still opens it."
    ),
    Wish.ERASURE: gettext_lazy(
        "Your text, files and messages go too. That a report was made, and what the office did, stays."
    ),
}


class Asking(forms.Form):
    wish = forms.ChoiceField(
        label=gettext_lazy("What do you ask for?"), choices=Wish.choices, widget=Radios(hints=HINTS)
    )
    words = Words(
        label=gettext_lazy("In your words"),
        help_text=gettext_lazy("Needed only for a correction."),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 4, "autocomplete": "off", "maxlength": None}),
    )


class Correcting(forms.Form):
    """What the vault is to know from now on, instead of what it knew."""

    name = forms.CharField(label=gettext_lazy("Your name"), required=False, max_length=120,
                           widget=forms.TextInput({"autocomplete": "name", "data-private": ""}))  # fmt: skip
    email = forms.EmailField(label=gettext_lazy("E-mail for news"), required=False,
                             widget=forms.EmailInput({"autocomplete": "email", "data-private": ""}))  # fmt: skip
    phone = forms.CharField(label=gettext_lazy("Phone"), required=False, max_length=30,
                            widget=forms.TextInput({"autocomplete": "tel", "data-private": ""}))  # fmt: skip


@never_found
@of_the_reporter
@require_http_methods(["GET", "HEAD", "POST"])
def own_data(request: HttpRequest, reporter: Actor) -> HttpResponse:
    """GET /bantuan/data shows what we hold.

    POST asks for something (`act=ask`), corrects the contact (`correct`), stops all phones (`phones`), or has the vault
    write what it holds (`see`).
    """
    act = request.POST.get("act", "") if request.method == "POST" else ""
    if act == "phones":
        return _done(request, reporter, phones.turn_all_off, _("No device is told any more."))
    if act == "see":
        return _done(request, reporter, asking.send_own_data, _("It is on its way to your address."))
    wish = Asking(request.POST if act == "ask" else None)
    contact = Correcting(request.POST if act == "correct" else None)
    form: forms.Form | None = {"ask": wish, "correct": contact}.get(act)
    if form is None or not form.is_valid():
        return _page(request, reporter, wish, contact, status=422 if form else 200)
    said = form.cleaned_data

    def verb(report: Report) -> object:
        if act == "ask":
            return asking.ask(report, wish=said["wish"], words=said["words"])
        return asking.correct(report, asking.person_of(**said, language=get_language() or "id"))

    return _done(request, reporter, verb, _("Done. It is written down in the history of your report."), wish, contact)


def _done(
    request: HttpRequest,
    reporter: Actor,
    verb: Callable[[Report], object],
    words: str,
    wish: Asking | None = None,
    contact: Correcting | None = None,
) -> HttpResponse:
    """Do one thing in the reporter's sight, or bring the page back with the refusal and what was typed."""
    try:
        with acting(reporter):
            verb(report_of(reporter))
    except Refusal as refusal:
        return _page(
            request, reporter, wish or Asking(), contact or Correcting(), refusal=refusal, status=refusal.status
        )
    messages.success(request, words)
    return HttpResponseRedirect(request.path)


@never_found
@require_POST
@of_the_reporter
def copy(request: HttpRequest, reporter: Actor) -> HttpResponse:
    """POST /bantuan/data/salinan: all that the case database holds of this report, as JSON to take along."""
    with acting(reporter), transaction.atomic():
        held = held_of(report_of(reporter))
    answer = JsonResponse(held, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = 'attachment; filename="catatan.json"'
    answer["Cache-Control"] = "no-store"
    return answer


def held_of(report: Report) -> dict[str, Any]:
    """What the case database holds of a report, in plain names. Call in the reporter's sight."""
    public = PublicCopy.objects.filter(report=report).first()
    return {
        "number": numbers.spell_number(report.number),
        "received_at": report.received_at,
        "kind": report.get_report_type_display(),
        "state": report.get_state_display(),
        "anonymous": report.is_anonymous,
        "secret": report.is_confidential,
        "written": publishing.read(report),
        "happened_on": report.event_on,
        "place": report.place,
        "coordinates": [report.latitude, report.longitude] if report.latitude is not None else None,
        "public_copy": {"title": public.title, "text": public.body, "place": public.place} if public else None,
        "files": list(
            Attachment.objects.filter(report=report, by=Attachment.By.REPORTER)
            .exclude(key="")
            .values("name", "media_type", "size", "created_at")
        ),
        "history": [
            {"at": entry.at, "what": str(entry.word), "words": entry.words}
            for entry in timeline.for_the_reporter(report)
        ],
        "messages": [
            {"at": said.at, "from": "reporter" if said.is_from_reporter else "office", "text": said.text}
            for said in dialogue.messages_of(report)
        ],
        "phones_told": phones.count(report),
        "ratings": list(Rating.objects.filter(report=report).values("clear", "on_target", "words")),
        "wishes": [
            {"wish": str(wish.get_wish_display()), "asked_at": wish.asked_at, "words": asking.words_of(wish),
             "decision": str(wish.get_decision_display()), "reason": wish.answered.note if wish.answered else ""}
            for wish in asking.open_wishes(report)
        ],
        "identity": _("Lies in the vault under its own key. The register cannot read it, so it is not in this file."),
    }  # fmt: skip


def _page(
    request: HttpRequest,
    reporter: Actor,
    wish: Asking,
    contact: Correcting,
    *,
    refusal: Refusal | None = None,
    status: int,
) -> HttpResponse:
    with acting(reporter), transaction.atomic():
        report = report_of(reporter)
        held = held_of(report)
        context = {
            "report": report,
            "held": held,
            "number": held["number"],
            "standing": standing(report, own=True),
            "phones": phones.count(report),
            "has_person": report.reporter is not None,
            "has_contact": bool(report.reporter and report.reporter.has_contact),
            "wishes": [_shown(each) for each in asking.open_wishes(report)],
            "wish": wish,
            "contact": contact,
            "refusal": refusal,
        }
        return render(request, "portal/own_data.html", context, status=status)


def _shown(wish: DataRequest) -> dict[str, Any]:
    return {
        "what": wish.get_wish_display(),
        "asked_at": wish.asked_at,
        "due_at": wish.due_at,
        "source": wish.legal_source,
        "decision": wish.get_decision_display() if wish.decision else "",
        "reason": wish.answered.note if wish.answered else "",
        "words": asking.words_of(wish),
    }

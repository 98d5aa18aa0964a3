"""A letter to an agency outside the register, opened by its link and answered once, without an account (R000-30)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from tuntas.clocks.policies import calendar_of
from tuntas.kernel.refusals import NotFound, Refusal
from tuntas.organizations.models import Unit
from tuntas.portal import filing
from tuntas.portal.pages import never_found
from tuntas.portal.standing import is_unconnected
from tuntas.reports.models import Report
from tuntas.routing import letter_answers, letters
from tuntas.routing.letter_answers import OpenLetter, Reply
from tuntas.routing.queries import Dates, Sums
from tuntas.web.forms import DayField, FilesField
from tuntas.web.refusing import respond

LONGEST = 10_000  # characters of an answer
LATEST = 5  # reports shown on an agency's page


class AnswerLetter(forms.Form):
    """What an office writes back. key: tells a form that was sent twice."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("What was done, or why not?"),
        help_text=_("What, when, where and by which unit. Whoever holds the report reads it and passes it on."),
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea({"rows": 8, "autocomplete": "off", "maxlength": None}),
        error_messages={
            "required": _("Write your answer."),
            "max_length": _("At most %(limit_value)d characters fit; you wrote %(show_value)d. Shorten it."),
        },
    )
    office = forms.CharField(
        label=_("Which office answers?"),
        help_text=_("The name of the office, not of a person."),
        max_length=200,
        error_messages={"required": _("Write the name of the office.")},
    )
    document_number = forms.CharField(
        label=_("Number of your letter or decision"),
        help_text=_("If there is one."),
        max_length=120,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    document_date = DayField(
        label=_("Date of your letter or decision"), help_text=_("For example 21 11 2026."), required=False
    )
    photos = FilesField(
        label=_("Letter, decision or photos"), help_text=_("At most 5 files, of 10 MB each."), required=False
    )

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n").strip()
        if not text:
            raise ValidationError(self.fields["text"].error_messages["required"], code="required")
        return text

    def clean_document_date(self) -> Any:
        day = self.cleaned_data["document_date"]
        if day and day > timezone.localdate():
            raise ValidationError(_("This day has not come yet."), code="future")
        return day

    @property
    def reply(self) -> Reply:
        said = self.cleaned_data
        return Reply(
            text=said["text"],
            office=said["office"],
            document_number=said["document_number"],
            document_date=said["document_date"],
        )


@never_found
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, token: str) -> HttpResponse:
    """GET /surat/<token> shows the letter and a form; POST keeps the answer, once.

    A token that is wrong, used, expired or of a finished report answers in one and the same way.
    """
    found = letter_answers.read(token)
    if request.method != "POST":
        return _page(request, found, _bare(found)) if found else _nothing(request)
    form = AnswerLetter(request.POST, request.FILES)
    taken = filing.look_at_each(request) if found else filing.Taken()
    for trouble in taken.troubles:
        form.add_error("photos", trouble)
    if not form.is_valid():
        return _page(request, found, form) if found else _nothing(request, form)
    try:
        kept = letter_answers.answer(token, form.reply, taken.good, form=form.cleaned_data["key"])
    except Refusal as refusal:
        return _page(request, found, form, refusal) if found else _nothing(request, form)
    return redirect("portal:office-letter-kept") if kept else _nothing(request, form)


@never_found
@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """GET /surat/terkirim: where an answer ends. It says nothing of any report."""
    return render(request, "portal/office_letter_kept.html")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A public report for an agency that is not connected. dates: of its letter; None while there is none."""

    report: Report
    dates: Dates | None


def letter_of(report: Report) -> Dates | None:
    """When the letter about this report was sent and answered; None when its agency is connected or none was written.

    Call in the public's sight, or the reporter's own.
    """
    return letters.shown([report]).get(report.pk) if is_unconnected(report) else None


def waiting_for(agency: Unit) -> tuple[Sequence[Waiting], Sums]:
    """The newest open public reports that others hold for this agency, and its letters in numbers."""
    named = Report.objects.open().filter(Q(target_agency=agency) | Q(target_agency__agency=agency))
    reports = list(named.select_related("public_copy", "holder").order_by("-pk")[:LATEST])
    dates = letters.shown(reports)
    return [Waiting(report, dates.get(report.pk)) for report in reports], letters.summed(agency)


def _page(request: HttpRequest, found: OpenLetter, form: forms.Form, refusal: Refusal | None = None) -> HttpResponse:
    status = refusal.status if refusal else 422 if form.errors else 200
    context = {"letter": found, "form": form, "refusal": refusal, "zone": str(calendar_of(found.holder).zone)}
    return render(request, "portal/office_letter.html", context, status=status)


def _bare(found: OpenLetter) -> AnswerLetter:
    return AnswerLetter(initial={"key": uuid4(), "office": found.unit.name})


def _nothing(request: HttpRequest, form: AnswerLetter | None = None) -> HttpResponse:
    """Nothing is told of why. What was typed is given back."""
    typed = form.data.get("text", "").strip() if form else ""
    closed = NotFound(
        _("This letter cannot be opened."),
        why=_("Its link may be mistyped, it may have been answered already, or its time may be over."),
        instead=_("Ask the office that sent you the letter."),
        kept={"text": typed} if typed else {},
    )
    return respond(request, closed)

"""The phone page of those who go there: my jobs, the way to them, photos from before and after; also without signal.

What the browser may keep for reading without signal says so in a header, and protected reports never do. The script
of this place (/workspace/jobs/sw.js) keeps pages for a day at most and drops them when the officer signs out.
"""

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from tuntas.followup.answering import Proof
from tuntas.followup.models import Evidence
from tuntas.kernel.numbers import spell_number
from tuntas.kernel.refusals import Refusal
from tuntas.reports import uploading
from tuntas.reports.attaching import Upload
from tuntas.reports.models import Report
from tuntas.teamwork import fieldwork, jobs, routes, thread
from tuntas.teamwork.days import When, when
from tuntas.teamwork.models import Job
from tuntas.web.forms import FilesField
from tuntas.workspace import purpose_pages, queues
from tuntas.workspace.officers import OfficerRequest, officer_view
from tuntas.workspace.reading import ReportPage, find_report
from tuntas.workspace.words import Words

MOST = 200  # jobs of one officer on one page
OFFLINE = "X-Keep-Offline"  # what the service worker may keep
GROUPS = (
    (When.LATE, _("Late")),
    (When.TODAY, _("Due today")),
    (When.TOMORROW, _("Due on the next working day")),
    (When.LATER, _("Later")),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One job in the list. Of a protected report nothing but number and time limit."""

    job: Job
    report: Report
    number: str
    title: Words
    place: str
    due: Words
    tone: str
    is_protected: bool
    away: float | None  # kilometres from the one before
    address: str  # for the phone's own map, or empty

    @property
    def latitude(self) -> float | None:
        return None if self.is_protected else self.report.latitude

    @property
    def longitude(self) -> float | None:
        return None if self.is_protected else self.report.longitude


class FieldForm(forms.Form):
    """What was done there. key: of this very form, so that it is kept once."""

    key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    photos_before = FilesField(label=_("Photo from before"), required=False)
    photos_after = FilesField(label=_("Photo from after"), required=False)
    text = forms.CharField(
        label=_("What did you do?"),
        help_text=_("Short: what, with whom, what is still missing."),
        required=False,
        max_length=thread.LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    place = forms.CharField(label=_("Place of the work"), required=False, max_length=300)
    taken_on = forms.DateField(required=False, widget=forms.HiddenInput)
    is_done = forms.BooleanField(label=_("The work is finished"), required=False)

    def __init__(self, report: Report, data: Any = None, files: Any = None) -> None:
        fresh = {"key": uuid.uuid4(), "place": "" if report.hides_text else report.place}
        super().__init__(data, files, initial=fresh)
        self.report = report
        for name in ("photos_before", "photos_after"):
            self.fields[name].widget.attrs |= {"accept": "image/*", "capture": "environment", "data-shrink": "yes"}

    def proofs(self, now: datetime) -> list[Proof]:
        """A phone's clock may be wrong by a year: a day before the report or after today is not believed."""
        today, told = timezone.localdate(now), self.cleaned_data.get("taken_on")
        day = told if isinstance(told, date) and self._lodged <= told <= today else today
        place = str(self.cleaned_data.get("place") or self.report.place).strip()
        parts = (("photos_before", Evidence.Part.BEFORE), ("photos_after", Evidence.Part.AFTER))
        return [
            Proof(upload=_read(file), part=part, taken_on=day, place=place)
            for name, part in parts
            for file in self.cleaned_data.get(name) or []
        ]

    @property
    def _lodged(self) -> date:
        return timezone.localdate(self.report.lodged_at)


def _read(file: Any) -> Upload:
    return Upload(name=file.name or "", data=file.read(), media_type=file.content_type or "")


@require_safe
@officer_view
def my_jobs(request: OfficerRequest) -> HttpResponseBase:
    """GET /workspace/jobs/ what is mine, most urgent first; ?order=route: the nearest next."""
    found = list(jobs.jobs_of(request.desk.actor))[:MOST]
    rows, done = _rows(request, found), [job for job in found if job.done_at]
    by_route = request.GET.get("order") == "route"
    open_rows = [row for row in rows if not row.job.done_at]
    facts = {
        "groups": _grouped(request, open_rows) if not by_route else [],
        "route": [replace(row, away=away) for row, away in routes.nearest_next(open_rows)] if by_route else [],
        "by_route": by_route,
        "done": [row for row in rows if row.job.done_at],
        "has_any": bool(found),
        "count": len(found) - len(done),
        "now": timezone.now(),
    }
    response = render(request, "workspace/jobs.html", facts)
    response.headers[OFFLINE] = "yes"
    return response


@require_safe
@officer_view
def job(request: OfficerRequest, number: str) -> HttpResponseBase:
    """GET /workspace/jobs/<number>/ one job on a phone: what, where, and what to bring back."""
    page = ReportPage(find_report(number), request.desk)
    return _show(request, page, FieldForm(page.report))


@require_POST
@officer_view
def send(request: OfficerRequest, number: str) -> HttpResponseBase:
    """POST /workspace/jobs/<number>/send keeps photos and note, once; answers in JSON to the page's own script."""
    page = ReportPage(find_report(number), request.desk)
    form = FieldForm(page.report, request.POST, request.FILES)
    refusal: Refusal | None = None
    if cut_off := uploading.refused(request):
        refusal = cut_off[0]
    elif form.is_valid():
        given, now = form.cleaned_data, timezone.now()
        try:
            fieldwork.bring(
                page.report, text=given["text"], by=request.desk.actor, proofs=form.proofs(now),
                is_done=given["is_done"], key=given["key"],
            )  # fmt: skip
        except Refusal as no:
            refusal = no
        else:
            return _kept(request)
    if _is_script(request):
        return JsonResponse({"words": _why(form, refusal)}, status=refusal.status if refusal else 422)
    return _show(request, page, form, refusal=refusal)


@require_POST
@officer_view
def give_back(request: OfficerRequest, number: str) -> HttpResponseBase:
    """POST /workspace/jobs/<number>/back puts the job into the pool of the office."""
    jobs.release(find_report(number), by=request.desk.actor)
    messages.success(request, _("The job is back in the pool of your office."))
    return redirect("workspace:jobs")


@require_safe
@officer_view
def state(request: OfficerRequest) -> HttpResponseBase:
    """GET /workspace/jobs/state tells the page's script that there is a signal, and whose session this is."""
    return JsonResponse({"officer": str(request.user.pk), "token": get_token(request)})


@require_safe
def worker(_request: Any) -> HttpResponseBase:
    """GET /workspace/jobs/sw.js: the script that keeps pages of this place. It says nothing of anybody."""
    shell = [static(f"web/{name}") for name in ("app.css", "workspace.css", "workspace.js", "jobs.js", "htmx.js")]
    words = ", ".join(f'"{path}"' for path in shell)
    script = f'self.SHELL = [{words}];\nimportScripts("{static("web/jobs-worker.js")}");\n'
    return HttpResponse(script, content_type="text/javascript", headers={"Cache-Control": "no-cache"})


def _show(
    request: OfficerRequest, page: ReportPage, form: FieldForm, *, refusal: Refusal | None = None
) -> HttpResponseBase:
    if asked_first := purpose_pages.ask_first(request, page):
        return asked_first
    given = jobs.job_of(page.report)
    mine = given is not None and given.appointment_id in jobs.hands_of(request.desk.actor)
    facts = {
        "page": page,
        "report": page.report,
        "form": form,
        "refusal": refusal,
        "is_mine": mine,
        "may_send": "field_work" in page.move_names,
        "remarks": thread.remarks_of(page.report),
        "map_address": "" if page.report.is_protected else map_address(page.report),
        "now": timezone.now(),
    }
    status = refusal.status if refusal else 422 if form.errors else 200
    response = render(request, "workspace/job.html", facts, status=status)
    if not page.report.is_protected and status == 200:
        response.headers[OFFLINE] = "yes"
    return response


def _kept(request: OfficerRequest) -> HttpResponseBase:
    if _is_script(request):
        return JsonResponse({"words": str(_("Sent. Your office has it."))})
    messages.success(request, _("Sent. Your office has it."))
    return redirect("workspace:jobs")


def _why(form: FieldForm, refusal: Refusal | None) -> str:
    if refusal is not None:
        return f"{refusal.what} {refusal.why}"
    return " ".join(str(error) for errors in form.errors.values() for error in errors)


def _is_script(request: OfficerRequest) -> bool:
    return request.headers.get("X-From-Queue") == "yes"


def _rows(request: OfficerRequest, found: list[Job]) -> list[Row]:
    reports = [job.report for job in found]
    told = queues.rows_of(request.desk, reports)
    return [_row(job, each) for job, each in zip(found, told, strict=True)]


def _row(job: Job, told: queues.Row) -> Row:
    hidden = job.report.is_protected
    return Row(
        job=job,
        report=job.report,
        number=told.number,
        title=_("Protected report: open it with a signal") if hidden else told.title,
        place="" if hidden else told.place,
        due=told.due,
        tone=told.tone,
        is_protected=hidden,
        away=None,
        address="" if hidden else map_address(job.report),
    )


def _grouped(request: OfficerRequest, rows: list[Row]) -> list[tuple[Words, list[Row]]]:
    """Late, today, the next working day, later: by the office's own calendar."""
    heaps: dict[When, list[Row]] = {name: [] for name in When}
    for row in rows:
        heaps[when(request.desk.calendar, row.report.due_at, timezone.now())].append(row)
    return [(words, heaps[name]) for name, words in GROUPS if heaps[name]]


def map_address(report: Report) -> str:
    """Opens the phone's own map (RFC 5870): the coordinates, else a search for the place as it was written."""
    if report.latitude is not None and report.longitude is not None:
        at = f"{report.latitude:.6f},{report.longitude:.6f}"
        return f"geo:{at}?q={at}({quote(spell_number(report.number))})"
    return f"geo:0,0?q={quote(report.place)}" if report.place else ""

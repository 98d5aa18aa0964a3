"""Letters to an agency outside the register, on the desk of whoever holds the report: to print, to send (R000-30)."""

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from tuntas.reports.models import PublicCopy
from tuntas.routing import letters, links
from tuntas.routing.models import Letter
from tuntas.workspace.officers import OfficerRequest, officer_view
from tuntas.workspace.reading import ReportPage, find_report


@require_safe
@officer_view
def letter(request: OfficerRequest, number: str) -> HttpResponseBase:
    """GET /workspace/reports/<number>/letter: the open letter, for print. It shows the link: for the holder's alone."""
    page, newest = _newest(request, number)
    context = {
        "page": page,
        "report": page.report,
        "letter": newest,
        "copy": None if page.report.hides_text else PublicCopy.objects.filter(report=page.report).first(),
        "link": links.address(newest.uuid),
    }
    return render(request, "workspace/letter.html", context)


@require_POST
@officer_view
def sent(request: OfficerRequest, number: str) -> HttpResponseBase:
    """POST /workspace/reports/<number>/letter/sent/: the letter went out on paper."""
    _page, newest = _newest(request, number)
    letters.mark_sent(newest, by=request.desk.actor)
    messages.success(request, _("It is noted that the letter was sent."))
    return redirect("workspace:report", number)


def _newest(request: OfficerRequest, number: str) -> tuple[ReportPage, Letter]:
    page = ReportPage(find_report(number), request.desk)
    if page.letter_in_hand is None:
        raise Http404
    return page, page.letter_in_hand

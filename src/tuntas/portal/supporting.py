"""Standing behind a public report: one press, before a report of the same is sent or on the page of the report."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tuntas.access.actors import PUBLIC, acting
from tuntas.accounts import tries
from tuntas.kernel import numbers
from tuntas.kernel.refusals import OutOfTurn
from tuntas.portal import browsers
from tuntas.portal.pages import never_found
from tuntas.portal.register import no_such_report
from tuntas.portal.reporting import SENDING, STORY, carried
from tuntas.reports.models import PublicCopy
from tuntas.reports.supporting import is_behind, support, take_back
from tuntas.web.networks import network_of

MOST = 20  # new supports of one report from one address of the network within the time: a house, not a campaign
WITHIN = timedelta(hours=1)


@require_POST
@never_found
def stand_behind(request: HttpRequest) -> HttpResponse:
    """POST /lapor/dukung with support=NUMBER. What the form held comes back with the answer, ready to be sent.

    With undo=yes, this browser does not stand behind the report any more.
    """
    browser = browsers.made(request)
    undo = request.POST.get("undo") == "yes"
    with acting(PUBLIC):
        copy = PublicCopy.objects.select_related("report").filter(number=_asked(request)).first()
        if copy is None or copy.report is None:
            raise no_such_report()
        if undo:
            take_back(copy.report, browser=browser)
            return redirect("portal:report", copy.number)
        if not is_behind(copy.report, browser=browser):
            _count_try(request, copy.number)
        people = support(copy.report, browser=browser)
    typed = [*carried(request, STORY), *carried(request, SENDING)]
    context = {"copy": copy, "people": people, "carried": typed if request.POST.get("text", "").strip() else []}
    response = render(request, "portal/supported.html", context)
    browsers.keep(request, response, browser)
    return response


def _count_try(request: HttpRequest, number: str) -> None:
    """Raises OutOfTurn for the twenty-first browser of one address that stands behind one report within the hour."""
    if not tries.take("support", f"{network_of(request)} {number}", most=MOST, window=WITHIN):
        raise OutOfTurn(
            _("Many people of your network stand behind this report already."),
            why=_("From one address we count at most twenty within an hour, so that nobody counts twice."),
            instead=_("Come back in an hour, or use your mobile data."),
        )


def _asked(request: HttpRequest) -> str:
    try:
        return numbers.parse_number(request.POST.get("support", ""))
    except numbers.Mistyped:
        raise no_such_report() from None

"""Standing behind a public report: one press, before a report of the same is sent or on the page of the report."""

import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from tuntas.access.actors import PUBLIC, acting
from tuntas.kernel import numbers
from tuntas.portal.pages import never_found
from tuntas.portal.register import no_such_report
from tuntas.portal.reporting import SENDING, STORY, carried
from tuntas.reports.models import PublicCopy
from tuntas.reports.supporting import support

COOKIE = "tuntas_support"  # a random number of this browser; only digests of it are kept, another for each report
KEPT_FOR = 180 * 24 * 60 * 60  # seconds


@require_POST
@never_found
def stand_behind(request: HttpRequest) -> HttpResponse:
    """POST /lapor/dukung with support=NUMBER. What the form held comes back with the answer, ready to be sent."""
    browser = request.COOKIES.get(COOKIE, "")
    if not (browser.isalnum() and len(browser) == 32):
        browser = secrets.token_hex(16)
    with acting(PUBLIC):
        copy = PublicCopy.objects.select_related("report").filter(number=_asked(request)).first()
        if copy is None or copy.report is None:
            raise no_such_report()
        people = support(copy.report, browser=browser)
    typed = [*carried(request, STORY), *carried(request, SENDING)]
    context = {"copy": copy, "people": people, "carried": typed if request.POST.get("text", "").strip() else []}
    response = render(request, "portal/supported.html", context)
    response.set_cookie(COOKIE, browser, max_age=KEPT_FOR, secure=request.is_secure(), httponly=True, samesite="Lax")
    return response


def _asked(request: HttpRequest) -> str:
    try:
        return numbers.parse_number(request.POST.get("support", ""))
    except numbers.Mistyped:
        raise no_such_report() from None

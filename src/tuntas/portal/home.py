"""The first page: one big button, the code, honest numbers, and what was finished lately."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tuntas.insight.conduct import finished_lately as counted_lately
from tuntas.portal.agencies import account_of
from tuntas.portal.pages import for_everyone
from tuntas.portal.repaired import repaired
from tuntas.portal.searching import finished_lately

LATEST = 3


@require_safe
@for_everyone
def home(request: HttpRequest) -> HttpResponse:
    """GET /"""
    shown = repaired(None, LATEST)
    told = {one.row.copy.pk for one in shown}
    latest = [row for row in finished_lately(LATEST + len(shown)) if row.copy.pk not in told]
    context = {
        "account": account_of(None),
        "lately": counted_lately(),
        "repaired": shown,
        "finished": latest[:LATEST],
    }
    return render(request, "portal/home.html", context)

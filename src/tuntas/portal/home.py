"""The first page: one big button, the code, honest numbers, and what was finished lately."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tuntas.portal.agencies import account_of
from tuntas.portal.pages import for_everyone
from tuntas.portal.repaired import repaired
from tuntas.portal.searching import finished_lately

LATEST = 3


@require_safe
@for_everyone
def home(request: HttpRequest) -> HttpResponse:
    """GET /"""
    context = {"account": account_of(None), "finished": finished_lately(LATEST), "repaired": repaired(None, LATEST)}
    return render(request, "portal/home.html", context)

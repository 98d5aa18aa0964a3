"""How an officer is reminded: the letter of the morning, and the calendar at a secret address (teamwork)."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from tuntas.teamwork import feed
from tuntas.teamwork.models import Reminding
from tuntas.workspace.officers import OfficerRequest, signed_in_view


@sensitive_variables("token")
@require_http_methods(["GET", "POST"])
@signed_in_view
def reminders(request: OfficerRequest) -> HttpResponseBase:
    """GET, POST /workspace/reminders: the letter on or off; the calendar's address made anew (shown once) or ended."""
    address = ""
    if request.method == "POST":
        wish = request.POST.get("wish", "")
        if wish == "calendar":
            token = feed.make(request.user)
            address = settings.ORIGIN + reverse("workspace:agenda", args=[token])
        elif wish == "no-calendar":
            feed.revoke(request.user)
        elif wish in {"letter", "no-letter"}:
            Reminding.objects.update_or_create(officer=request.user, defaults={"wants_letter": wish == "letter"})
        else:
            raise Http404
        if not address:
            return redirect("workspace:reminders")
    chosen = Reminding.objects.filter(officer=request.user).first()
    facts = {"chosen": chosen, "wants_letter": chosen is None or chosen.wants_letter, "address": address}
    return render(request, "workspace/reminders.html", facts)


@sensitive_variables("token")
@require_safe
def agenda(_request: HttpRequest, token: str) -> HttpResponseBase:
    """GET /workspace/agenda/<token>.ics: for a calendar program, which signs in nowhere; else 404."""
    officer = feed.owner_of(token)
    if officer is None:
        raise Http404
    headers = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex"}
    return HttpResponse(feed.calendar_for(officer), content_type="text/calendar; charset=utf-8", headers=headers)

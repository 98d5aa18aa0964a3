"""Following somebody else's public report by e-mail: the wish, the yes of the mailbox, and the end by one press."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tuntas.access.actors import PUBLIC, acting
from tuntas.following import asking
from tuntas.following.models import Follow
from tuntas.kernel.refusals import NotFound, OutOfTurn
from tuntas.portal.pages import for_everyone, never_found
from tuntas.portal.register import public_copy
from tuntas.portal.wishing import Wish
from tuntas.web.networks import network_of


@require_POST
@never_found
def follow(request: HttpRequest, number: str) -> HttpResponse:
    """POST /laporan/<number>/ikuti with email=: owes a letter that asks. The answer never says who follows already."""
    with acting(PUBLIC):
        copy, wish = public_copy(number), Wish(request.POST)
        if not copy.report.is_open:
            raise OutOfTurn(
                _("This report has ended."),
                why=_("There will be no news of it."),
                instead=_("Is the problem still there? Write a report of your own."),
            )
        if not wish.is_valid():
            return render(request, "portal/follow.html", {"copy": copy, "wish": wish}, status=422)
        if not asking.may_ask(network_of(request)):
            raise OutOfTurn(
                _("Too many such wishes came from your network."),
                why=_("We take twenty within an hour, so that nobody fills the mailboxes of others."),
                instead=_("Come back in an hour, or use your mobile data."),
            )
        asking.ask(copy, wish.cleaned_data["email"], language=get_language() or "id")
    return render(request, "portal/follow_asked.html", {"copy": copy})


@never_found
@for_everyone
@require_http_methods(["GET", "HEAD", "POST"])
def followed(request: HttpRequest, token: str) -> HttpResponse:
    """GET /ikuti/<token>, from a letter: to say yes, or to stop. POST act=follow or act=stop. Reading changes nothing,
    since mail programs open links by themselves.
    """
    found = asking.find(token)
    if found is None:
        raise NotFound(
            _("This link does not follow anything any more."),
            why=_("It was stopped, nobody confirmed it within three days, or the report is no longer public."),
            instead=_("You get no more letters. Open the report to follow it again."),
        )
    if request.method == "POST" and request.POST.get("act") == "stop":
        asking.stop(found)
        return render(request, "portal/followed_no_more.html", {"copy": found.copy})
    if request.method == "POST":
        asking.confirm(found)
        return redirect("portal:followed", token)
    return _page(request, found)


def _page(request: HttpRequest, found: Follow) -> HttpResponse:
    return render(request, "portal/followed.html", {"copy": found.copy, "is_confirmed": bool(found.confirmed_at)})

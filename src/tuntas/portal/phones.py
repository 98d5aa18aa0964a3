"""Telling a phone: POST by the page's script, from the reporter's own page or from the page of a public report."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tuntas.access.actors import PUBLIC, Actor, acting
from tuntas.following import asking, phones
from tuntas.kernel.refusals import OutOfTurn
from tuntas.portal.pages import never_found
from tuntas.portal.register import public_copy
from tuntas.portal.tracking import of_the_reporter, report_of
from tuntas.reports.models import PublicCopy, Report
from tuntas.web.networks import network_of


@never_found
@require_POST
@of_the_reporter
def own(request: HttpRequest, reporter: Actor) -> HttpResponse:
    """POST /bantuan/catatan/ponsel with act=look, on or off and what the browser made: whether this phone is told."""
    with acting(reporter):
        return _answer(request, report_of(reporter))


@never_found
@require_POST
def followed(request: HttpRequest, number: str) -> HttpResponse:
    """POST /laporan/<number>/ponsel, as above. Only who holds a phone's secret address can ask about it."""
    with acting(PUBLIC):
        return _answer(request, public_copy(number))


def _answer(request: HttpRequest, about: PublicCopy | Report) -> HttpResponse:
    said, act = request.POST, request.POST.get("act", "")
    phone = phones.read(said.get("endpoint", ""), said.get("key", ""), said.get("secret", ""))
    if act == "on":
        if not asking.may_ask(network_of(request)):
            raise OutOfTurn(
                _("Too many such wishes came from your network."),
                why=_("We take twenty within an hour, so that nobody fills the mailboxes of others."),
                instead=_("Come back in an hour, or use your mobile data."),
            )
        phones.turn_on(about, phone, language=get_language() or "id")
    elif act == "off":
        phones.turn_off(about, phone.endpoint)
    return JsonResponse({"on": phones.is_on(about, phone.endpoint)})

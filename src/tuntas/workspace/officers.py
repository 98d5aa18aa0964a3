"""The one way into an officer's page: signed in, at a desk, and with the database showing that desk's rows alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from tuntas.access import security_log
from tuntas.access.actors import acting
from tuntas.accounts.sessions import SessionStore
from tuntas.kernel.refusals import NotFound, NotYours
from tuntas.organizations.models import Officer
from tuntas.web.refusing import way_back
from tuntas.workspace import keeping
from tuntas.workspace.desks import ChooseFirst, Desk, NoAppointment, desk_of
from tuntas.workspace.whole import KEPT, has_signed_ethics, is_whole

Extra = ParamSpec("Extra")


class OfficerRequest(HttpRequest):
    """A request of an officer whose desk is known. For types only: the desk is put on the request that came."""

    desk: Desk
    user: Officer
    session: SessionStore


View = Callable[Concatenate[OfficerRequest, Extra], HttpResponseBase]


def officer_view(view: View[Extra]) -> Callable[Concatenate[Any, Extra], HttpResponseBase]:
    """Open the whole view, its page included, `with acting(...)` as the officer of the request, in the office's zone.

    Nobody signed in: to the sign-in page, and what was being sent is kept. The code of ethics not signed: to that.
    Several appointments: to the choice. None in force: the refusal that says so. Whoever is told that something is not
    theirs, or not there, stays in the security log (ASVS 5.0 V16.3).
    """

    def opened(request: Any, /, *args: Extra.args, **kwargs: Extra.kwargs) -> HttpResponseBase:
        if gate := _gate(request):
            return whole_page(request, gate)
        return _at_the_desk(view, request, *args, **kwargs)

    return update_wrapper(opened, view)


def watching_view(view: View[Extra]) -> Callable[Concatenate[Any, Extra], HttpResponseBase]:
    """For questions that an open page asks by itself: they are no use of the session, which ends as if nobody asked.

    Then 401 with the words for the page, which stays as it was typed.
    """

    def opened(request: Any, /, *args: Extra.args, **kwargs: Extra.kwargs) -> HttpResponseBase:
        if not is_whole(request) or not has_signed_ethics(request):
            keeping.keep(request)
            return render(request, "workspace/_ended.html", {"back": way_back(request)}, status=401)
        return _at_the_desk(view, request, *args, **kwargs)

    return update_wrapper(opened, view)


def _at_the_desk(view: View[Extra], request: Any, *args: Extra.args, **kwargs: Extra.kwargs) -> HttpResponseBase:
    try:
        request.desk = desk_of(request)
    except ChooseFirst:
        return redirect("workspace:appointments")
    except NoAppointment as refusal:
        note_denied(request, refusal.code)
        return no_appointment(request, refusal)
    if request.method == "POST":
        request.session.pop(KEPT, None)  # it is being sent again, or something else is
    with _denials_noted(request), acting(request.desk.actor), timezone.override(request.desk.calendar.zone):
        response = view(request, *args, **kwargs)
    return _answered(request, response)


def signed_in_view(view: View[Extra]) -> Callable[Concatenate[Any, Extra], HttpResponseBase]:
    """For an officer's own account: signed in with both factors, at no desk, and the code of ethics signed or not."""

    def opened(request: Any, /, *args: Extra.args, **kwargs: Extra.kwargs) -> HttpResponseBase:
        if gate := _sign_in_first(request):
            return whole_page(request, gate)
        with _denials_noted(request):
            response = view(request, *args, **kwargs)
        return _answered(request, response)

    return update_wrapper(opened, view)


def whole_page(request: HttpRequest, onward: HttpResponseBase) -> HttpResponseBase:
    """A way to another page, when only a part of this one was asked for: the browser goes there as a whole."""
    if request.headers.get("HX-Request") != "true" or "Location" not in onward.headers:
        return onward
    gone = HttpResponse(status=204)
    gone["HX-Redirect"] = onward.headers["Location"]
    return gone


def _gate(request: HttpRequest) -> HttpResponseBase | None:
    """What must come before any officer's page, or None."""
    if gate := _sign_in_first(request):
        return gate
    return None if has_signed_ethics(request) else redirect("workspace:ethics")


def _sign_in_first(request: HttpRequest) -> HttpResponseBase | None:
    if is_whole(request):
        request.session.touch()  # type: ignore[attr-defined]
        return None
    keeping.keep(request)
    return redirect_to_login(_where(request), settings.LOGIN_URL)


def _where(request: HttpRequest) -> str:
    """The page that the officer was on, to come back to; nowhere after a form, which is kept and shown instead."""
    if request.method != "GET":
        return ""
    if request.headers.get("HX-Request") != "true":
        return request.get_full_path()
    return way_back(request)


@contextmanager
def _denials_noted(request: OfficerRequest) -> Iterator[None]:
    """What is not this officer's, and what is not there for them, which is answered alike and so written down alike."""
    try:
        yield
    except (NotYours, NotFound) as refusal:
        note_denied(request, refusal.code)
        raise
    except Http404:
        note_denied(request, NotFound.code)
        raise


def _answered(request: OfficerRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Never kept by a cache; a refusal that the view shows on its own page is one all the same."""
    if response.status_code == NotYours.status:
        note_denied(request, NotYours.code)
    add_never_cache_headers(response)
    return response


def note_denied(request: OfficerRequest, what: str) -> None:
    """Who was denied what kind of page, at which desk. Not the number that was asked for: the log hides no report."""
    place = request.resolver_match.url_name if request.resolver_match else ""
    desk = getattr(request, "desk", None)
    facts: dict[str, str | int] = {"what": what, "page": place or "", "unit": desk.unit.pk if desk else 0}
    security_log.write_apart("denied", officer=request.user.pk, facts=facts)


def no_appointment(request: HttpRequest, refusal: NoAppointment) -> HttpResponse:
    """403: signed in, but without an office; with the ways on from here."""
    return render(
        request,
        "workspace/no_appointment.html",
        {"refusal": refusal, "choices": refusal.choices},
        status=refusal.status,
    )

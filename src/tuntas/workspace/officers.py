"""The one way into an officer's page: signed in, at a desk, and with the database showing that desk's rows alone."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from tuntas.access.actors import acting
from tuntas.organizations.models import Officer
from tuntas.workspace.desks import ChooseFirst, Desk, NoAppointment, desk_of

Extra = ParamSpec("Extra")


class OfficerRequest(HttpRequest):
    """A request of an officer whose desk is known. For types only: the desk is put on the request that came."""

    desk: Desk
    user: Officer


View = Callable[Concatenate[OfficerRequest, Extra], HttpResponseBase]


def officer_view(view: View[Extra]) -> Callable[Concatenate[Any, Extra], HttpResponseBase]:
    """Open the whole view, its page included, `with acting(...)` as the officer of the request, in the office's zone.

    Nobody signed in: to the sign-in page. Several appointments: to the choice. None in force: the refusal that says so.
    """

    def opened(request: Any, /, *args: Extra.args, **kwargs: Extra.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path() if request.method == "GET" else "", settings.LOGIN_URL)
        try:
            request.desk = desk_of(request)
        except ChooseFirst:
            return redirect("workspace:appointments")
        except NoAppointment as refusal:
            return no_appointment(request, refusal)
        with acting(request.desk.actor), timezone.override(request.desk.calendar.zone):
            response = view(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    return update_wrapper(opened, view)


def no_appointment(request: HttpRequest, refusal: NoAppointment) -> HttpResponse:
    """403: signed in, but without an office; with the ways on from here."""
    return render(
        request,
        "workspace/no_appointment.html",
        {"refusal": refusal, "choices": refusal.choices},
        status=refusal.status,
    )

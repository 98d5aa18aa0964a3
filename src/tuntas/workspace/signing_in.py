"""Signing in and out, choosing the office to act in, and the doors of the demonstration."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.cache import cache
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tuntas.kernel.refusals import Refusal
from tuntas.organizations.models import Appointment, Officer
from tuntas.workspace.desks import CHOSEN, appointments_of
from tuntas.workspace.words import CAN_DO

DEMO_PREFIX = "demo-"  # user names of the demonstration's officers
DEMO_SALT = "tuntas.workspace.demo"
DEMO_DOOR = 24 * 60 * 60  # seconds for which a button of the sign-in page opens
LOOPBACK = ("127.0.0.1", "::1")
TRIES, WAIT = 10, 15 * 60  # wrong passwords for one name, and seconds until it may be tried again


class SignIn(forms.Form):
    """User name and password. Which of the two is wrong is not said."""

    username = forms.CharField(
        label=_("User name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "username", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    officer: Officer | None = None

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if self.errors:
            return given
        tried = _tries_of(given["username"])
        if cache.get(tried, 0) >= TRIES:
            raise forms.ValidationError(
                _("Too many wrong passwords for this name. Wait 15 minutes, or ask your administrator for a new one.")
            )
        found = authenticate(username=given["username"], password=given["password"])
        if not isinstance(found, Officer):
            cache.add(tried, 0, WAIT)
            cache.incr(tried)
            raise forms.ValidationError(_("The user name and the password do not belong together. Check both."))
        cache.delete(tried)
        self.officer = found
        return given


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """GET, POST /workspace/masuk: with a password; in the demonstration also by one button for each role."""
    form = SignIn(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.officer is not None:
        login(request, form.officer)
        request.session.pop(CHOSEN, None)
        return redirect(_onward(request))
    page = {"form": form, "doors": demo_doors(request), "next": request.GET.get("next", "")}
    return render(request, "workspace/sign_in.html", page, status=422 if form.errors else 200)


@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponseBase:
    """POST /workspace/masuk/demo: through a signed door, only in the demonstration and only from this machine."""
    if not is_demo(request):
        raise Http404
    try:
        pk = signing.loads(request.POST.get("door", ""), salt=DEMO_SALT, max_age=DEMO_DOOR)
    except signing.BadSignature:
        raise Refusal(
            _("This button is too old."),
            why=_("A button of the sign-in page opens for one day."),
            instead=_("Load the sign-in page again and press it once more."),
        ) from None
    held = _demo_appointments().filter(pk=pk).first()
    if held is None:
        raise Http404
    login(request, held.officer)
    request.session[CHOSEN] = held.pk
    return redirect(_onward(request))


@require_POST
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """POST /workspace/keluar"""
    logout(request)
    return redirect("workspace:sign-in")


@login_required
@require_http_methods(["GET", "POST"])
def appointments(request: HttpRequest) -> HttpResponseBase:
    """GET, POST /workspace/appointments: in which of several offices to act from here on."""
    officer = request.user
    if not isinstance(officer, Officer):
        raise Http404
    held = appointments_of(officer)
    if request.method == "POST":
        chosen = next((each for each in held if str(each.pk) == request.POST.get("appointment")), None)
        if chosen is not None:
            request.session[CHOSEN] = chosen.pk
            return redirect("workspace:start")
    page = {"choices": [(each, CAN_DO[each.role]) for each in held], "chosen": request.session.get(CHOSEN)}
    return render(request, "workspace/appointments.html", page)


def is_demo(request: HttpRequest) -> bool:
    """Whether the doors of the demonstration stand open: the flag is on, and whoever asks sits at this machine."""
    here = request.META.get("REMOTE_ADDR", "")
    return settings.DEMO and not settings.BEHIND_PROXY and (here in LOOPBACK or here.startswith("127."))


def demo_doors(request: HttpRequest) -> list[dict[str, Any]]:
    """One signed button for each appointment of the demonstration's officers; none outside it."""
    if not is_demo(request):
        return []
    seen: set[str] = set()
    doors = []
    for each in _demo_appointments():
        # One door for each role stands open; the others of the same role are folded away.
        doors.append(
            {
                "appointment": each,
                "can": CAN_DO[each.role],
                "door": signing.dumps(each.pk, salt=DEMO_SALT),
                "is_first": each.role not in seen,
            }
        )
        seen.add(each.role)
    return doors


def _demo_appointments() -> Any:
    found = Appointment.objects.current().filter(officer__username__startswith=DEMO_PREFIX)
    return found.select_related("officer", "unit", "deputy_for__officer").order_by("pk")


def _onward(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return wanted
    return str(settings.LOGIN_REDIRECT_URL)


def _tries_of(username: str) -> str:
    """Where wrong tries for a name are counted, in this process alone; the name itself is not kept."""
    return f"sign-in/{salted_hmac(DEMO_SALT, username.casefold()).hexdigest()}"

"""Signing in and out, choosing the office to act in, and the doors of the demonstration."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import logout
from django.core import signing
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tuntas.access import security_log
from tuntas.accounts import hashing, passwords, tries
from tuntas.introduction import doors
from tuntas.kernel.refusals import Refusal
from tuntas.organizations.models import Officer
from tuntas.workspace import whole
from tuntas.workspace.desks import CHOSEN, appointments_of
from tuntas.workspace.officers import OfficerRequest, signed_in_view
from tuntas.workspace.words import CAN_DO


class SignIn(forms.Form):
    """User name and password. Which of the two is wrong is not said; how long it takes does not say it either."""

    username = forms.CharField(
        label=_("User name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "username webauthn", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    officer: Officer | None = None

    def __init__(self, data: Any = None, *, device_of: Any = lambda _name: "") -> None:
        super().__init__(data)
        self.device_of = device_of

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if self.errors:
            return given
        username, password = given["username"], given["password"]
        if len(password.encode()) > hashing.LONGEST:  # before anything is counted or hashed (SR-27)
            raise _wrong()
        budget = f"{username}\n{self.device_of(username)}"
        if not tries.take("password", budget, most=tries.PASSWORDS):
            raise forms.ValidationError(
                _("Too many wrong passwords for this name. Wait 15 minutes, use a passkey, or ask your administrator.")
            )
        found, whose = passwords.check(username, password)
        if found is None:
            security_log.write("sign_in_refused", officer=whose)
            raise _wrong()
        tries.forgive("password", budget)
        passwords.renew_hash(found, password)
        self.officer = found
        return given


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """GET, POST /workspace/masuk: first the password; in the demonstration also one button for each role.

    Nobody is signed in by a password alone: the second factor follows (workspace.second_step).
    """
    form = SignIn(
        request.POST if request.method == "POST" else None, device_of=lambda name: whole.known_device(request, name)
    )
    if request.method == "POST" and form.is_valid() and form.officer is not None:
        whole.begin(request, form.officer, onward=request.POST.get("next", ""))
        return redirect("workspace:second-step")
    page = {
        "form": form,
        "doors": doors.doors(request.META.get("REMOTE_ADDR", "")),
        "next": request.GET.get("next", request.POST.get("next", "")),
        "provider": settings.OIDC_NAME if settings.OIDC_ISSUER else "",
        "is_kept": whole.KEPT in request.session,
    }
    return render(request, "workspace/sign_in.html", page, status=422 if form.errors else 200)


def _wrong() -> forms.ValidationError:
    return forms.ValidationError(_("The user name and the password do not belong together. Check both."))


@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponseBase:
    """POST /workspace/masuk/demo: through a signed door, only in the demonstration and only from this machine."""
    if not doors.are_open(request.META.get("REMOTE_ADDR", "")):
        raise Http404
    try:
        held = doors.opened_by(request.POST.get("door", ""))
    except signing.BadSignature:
        raise Refusal(
            _("This button is too old."),
            why=_("A button of the sign-in page opens for one day."),
            instead=_("Load the sign-in page again and press it once more."),
        ) from None
    if held is None:
        raise Http404
    response = whole.complete(request, held.officer, how=whole.DEMO, onward=request.POST.get("next", ""))
    request.session[CHOSEN] = held.pk
    return response


@require_POST
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """POST /workspace/keluar"""
    if whole.is_whole(request):
        security_log.write("sign_out", officer=request.user.pk)
    logout(request)
    return redirect("workspace:sign-in")


@require_http_methods(["GET", "POST"])
@signed_in_view
def appointments(request: OfficerRequest) -> HttpResponseBase:
    """GET, POST /workspace/appointments: in which of several offices to act from here on."""
    held = appointments_of(request.user)
    if request.method == "POST":
        chosen = next((each for each in held if str(each.pk) == request.POST.get("appointment")), None)
        if chosen is not None:
            request.session[CHOSEN] = chosen.pk
            return redirect("workspace:start")
    page = {"choices": [(each, CAN_DO[each.role]) for each in held], "chosen": request.session.get(CHOSEN)}
    return render(request, "workspace/appointments.html", page)

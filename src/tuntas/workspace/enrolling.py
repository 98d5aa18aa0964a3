"""Setting up a second factor: an app with codes, a passkey, and ten recovery codes.

Open to two people: who gave the right password and has no second factor yet, and who is signed in and gave theirs
within the last minutes. Whoever has one and did not give it sets up nothing.
"""

from base64 import b64decode, b64encode
from io import BytesIO
from typing import Any

import segno
from django import forms
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuntas.access import security_log
from tuntas.accounts import codes, letters, passkeys, sealed
from tuntas.organizations.models import Officer
from tuntas.workspace import whole
from tuntas.workspace.devices import describe
from tuntas.workspace.officers import OfficerRequest, signed_in_view
from tuntas.workspace.stepping_up import step_up_required

NEW_APP = "new app"  # in the session: the secret that an app is about to take, sealed
MAKING = "new passkey"  # in the session: what the new passkey's answer is compared with
PURPOSE = "app being set up"


class AppForm(forms.Form):
    """The code that the app shows after it read the picture."""

    code = forms.CharField(
        label=_("The six digits that the app shows now"),
        max_length=12,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "govuk-input--width-10"}
        ),
    )


@require_safe
def enrol(request: HttpRequest) -> HttpResponseBase:
    """GET /workspace/masuk/pengaman: which second factor, with what each needs."""
    officer = enrolling(request)
    if officer is None:
        return redirect("workspace:sign-in")
    return render(request, "workspace/enrol.html", {"officer": officer, "is_first": not whole.is_whole(request)})


@require_POST
def begin_app(request: HttpRequest) -> HttpResponseBase:
    """POST /workspace/masuk/pengaman/aplikasi/mulai makes a secret for an app to take."""
    officer = _who(request)
    secret = sealed.close(codes.new_secret(), officer.pk, PURPOSE)
    request.session[NEW_APP] = b64encode(secret).decode()
    return redirect("workspace:enrol-app")


@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def enrol_app(request: HttpRequest) -> HttpResponseBase:
    """GET, POST /workspace/masuk/pengaman/aplikasi: the picture for the app, and the code that proves it was read."""
    officer = enrolling(request)
    secret = _secret(request, officer) if officer else ""
    if officer is None or not secret:
        return redirect("workspace:enrol")
    form = AppForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if codes.set_up(officer, secret, form.cleaned_data["code"]):
            return _enrolled(request, officer, "app")
        form.add_error("code", _("The code does not fit. Is the clock of your phone right? Type the code shown now."))
    page = {"form": form, "groups": [secret[at : at + 4] for at in range(0, len(secret), 4)]}
    return render(request, "workspace/enrol_app.html", page, status=422 if form.errors else 200)


@require_safe
def qr_code(request: HttpRequest) -> HttpResponse:
    """GET /workspace/masuk/pengaman/qr.svg: the picture, drawn here; no other service ever sees it."""
    officer = enrolling(request)
    secret = _secret(request, officer) if officer else ""
    if officer is None or not secret:
        raise Http404
    out = BytesIO()
    segno.make(codes.address(officer, secret), error="m").save(out, kind="svg", scale=6, border=4, light="#fff")
    return HttpResponse(out.getvalue(), content_type="image/svg+xml")


@require_POST
def ask_new_passkey(request: HttpRequest) -> HttpResponseBase:
    """POST /workspace/masuk/pengaman/kunci/tanya: what the browser needs to make a passkey, as JSON."""
    options, state = passkeys.ask_for_a_new_one(_who(request))
    request.session[MAKING] = dict(state)
    return JsonResponse(options)


@require_POST
def enrol_passkey(request: HttpRequest) -> HttpResponseBase:
    """POST /workspace/masuk/pengaman/kunci with the device's answer."""
    officer, state = _who(request), request.session.pop(MAKING, None)
    label = request.POST.get("label", "").strip() or describe(request)
    if not state or passkeys.take_up(officer, request.POST.get("answer", ""), state, label=label) is None:
        words = _("Your device made no passkey that we can use. Try again, or choose the app.")
        return render(request, "workspace/passkey_refused.html", {"words": words}, status=422)
    return _enrolled(request, officer, "passkey")


@require_POST
@signed_in_view
@step_up_required
def new_codes(request: OfficerRequest) -> HttpResponseBase:
    """POST /workspace/account/codes: ten new recovery codes; the old ones are void."""
    return _show_codes(request, request.user, onward="workspace:account")


@require_safe
@signed_in_view
@step_up_required
def add_factor(_request: OfficerRequest) -> HttpResponseBase:
    """GET /workspace/account/factors/add: to the choice, once the second factor was given again."""
    return redirect("workspace:enrol")


def enrolling(request: HttpRequest) -> Officer | None:
    """Who may set up a second factor here and now, or None."""
    if whole.is_whole(request) and isinstance(request.user, Officer):
        return request.user if whole.is_fresh(request) and not whole.is_of_the_demo(request) else None
    officer = whole.half_of(request)
    return None if officer is None or whole.has_second_factor(officer) else officer


def _who(request: HttpRequest) -> Officer:
    if (officer := enrolling(request)) is None:
        raise Http404
    return officer


def _secret(request: HttpRequest, officer: Officer) -> str:
    found = request.session.get(NEW_APP)
    return sealed.open_words(b64decode(found), officer.pk, PURPOSE) if found else ""


def _enrolled(request: HttpRequest, officer: Officer, how: str) -> HttpResponseBase:
    """Write it down, tell the officer; the first one also signs in, and brings the recovery codes."""
    request.session.pop(NEW_APP, None)
    security_log.write("factor_added", officer=officer.pk, facts={"how": how})
    letters.owe(officer, "factor_added", how=how)
    if whole.is_whole(request):
        whole.sign_others_out(request, officer)
        return redirect("workspace:account")
    whole.complete(request, officer, how=how)
    return _show_codes(request, officer, onward="workspace:start")


def _show_codes(request: HttpRequest, officer: Officer, *, onward: str) -> HttpResponseBase:
    """The one time that they are shown."""
    made = codes.new_recovery_codes(officer)
    security_log.write("recovery_codes_made", officer=officer.pk)
    page: dict[str, Any] = {"codes": made, "onward": onward}
    response = render(request, "workspace/recovery_codes.html", page)
    whole.remember_device(response, officer.username)
    return response

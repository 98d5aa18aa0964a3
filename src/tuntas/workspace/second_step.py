"""The second factor at sign-in: a code of an app, a recovery code, or a passkey; and signing in by passkey alone."""

from typing import Any

from django import forms
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tuntas.access import security_log
from tuntas.accounts import codes, letters, passkeys
from tuntas.organizations.models import Officer
from tuntas.workspace import whole

ASKED = "passkey asked"  # in the session: what a device's answer is compared with; good once


class CodeForm(forms.Form):
    """A code of the app, or one of the ten recovery codes: whichever, in one field."""

    code = forms.CharField(
        label=_("Code"),
        help_text=_("Six digits from your app. Without your phone: one of your recovery codes."),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "spellcheck": "false", "class": "govuk-input--width-10"}
        ),
    )

    def __init__(self, data: Any = None, *, officer: Officer) -> None:
        super().__init__(data)
        self.officer, self.how = officer, ""

    def clean_code(self) -> str:
        typed = str(self.cleaned_data["code"])
        self.how = codes.accept(self.officer, typed)
        if not self.how:
            security_log.write_apart("code_refused", officer=self.officer.pk)
            raise forms.ValidationError(
                _("This code is not right, or was used already. After five wrong codes wait 15 minutes.")
            )
        if self.how == "recovery":
            letters.owe(self.officer, "recovery_used", left=codes.recovery_codes_left(self.officer))
        return typed


@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponseBase:
    """GET, POST /workspace/masuk/kode: after the right password. Without a second factor only enrolment opens."""
    officer = whole.half_of(request)
    if officer is None:
        return redirect("workspace:sign-in")
    if not whole.has_second_factor(officer):
        return redirect("workspace:enrol")
    form = CodeForm(request.POST if request.method == "POST" else None, officer=officer)
    if request.method == "POST" and form.is_valid():
        return whole.complete(request, officer, how=form.how)
    page = {"form": form, "has_passkeys": officer.passkeys.exists()}
    return render(request, "workspace/second_step.html", page, status=422 if form.errors else 200)


@require_POST
def ask_passkey(request: HttpRequest) -> HttpResponseBase:
    """POST /workspace/masuk/kunci/tanya: what the browser needs to let a device sign, as JSON; for scripts alone."""
    options, state = passkeys.ask(whole.half_of(request) or _signed_in(request))
    request.session[ASKED] = dict(state)
    return JsonResponse(options)


@require_POST
def passkey(request: HttpRequest) -> HttpResponseBase:
    """POST /workspace/masuk/kunci with the device's answer: both factors at once, or the second after a password."""
    state, half = request.session.pop(ASKED, None), whole.half_of(request)
    officer = passkeys.accept(request.POST.get("answer", ""), state, officer=half) if state else None
    if officer is None:
        security_log.write("sign_in_refused", officer=half.pk if half else None, facts={"how": "passkey"})
        words = _("Your device did not sign in. Try again, or use your password and a code.")
        return render(request, "workspace/passkey_refused.html", {"words": words}, status=422)
    return whole.complete(request, officer, how="passkey", onward=request.POST.get("next", ""))


def _signed_in(request: HttpRequest) -> Officer | None:
    """For a step-up: only the own devices."""
    return request.user if whole.is_whole(request) and isinstance(request.user, Officer) else None


def answer_of(request: HttpRequest, officer: Officer) -> bool:
    """Whether one of this officer's own devices signed what was asked."""
    state = request.session.pop(ASKED, None)
    return bool(state) and passkeys.accept(request.POST.get("answer", ""), state, officer=officer) is not None

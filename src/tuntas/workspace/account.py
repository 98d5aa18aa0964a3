"""An officer's own account: second factors, devices, password, mail address, and the own sign-ins."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuntas.access import security_log
from tuntas.access.actors import acting
from tuntas.access.models import SecurityEntry
from tuntas.accounts import addresses, codes, hashing, letters, oidc, passwords, sessions, tries
from tuntas.accounts.models import ExternalIdentity, OneTimeCodes, Passkey, Session
from tuntas.kernel.refusals import OutOfTurn
from tuntas.organizations.models import Officer
from tuntas.workspace import whole
from tuntas.workspace.desks import ChooseFirst, NoAppointment, appointments_of, desk_of
from tuntas.workspace.officers import OfficerRequest, signed_in_view
from tuntas.workspace.stepping_up import step_up_required

SHOWN = 20  # of the own sign-ins


def new_password_field(label: Any, **attrs: str) -> forms.CharField:
    return forms.CharField(
        label=label, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password", **attrs})
    )


class NewPassword(forms.Form):
    """A new password, typed twice."""

    new = new_password_field(_("New password"))
    again = new_password_field(_("New password again"))

    def __init__(self, data: Any = None, *, officer: Officer) -> None:
        super().__init__(data)
        self.officer = officer
        self.fields["new"].help_text = _(
            "At least 15 characters. A sentence of four or five words is easy to remember."
        )

    def clean_new(self) -> str:
        typed = str(self.cleaned_data["new"])
        validate_password(typed, self.officer)
        return typed

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not self.errors and given["new"] != given["again"]:
            self.add_error("again", _("The two are not the same. Type both again."))
        return given

    def store(self) -> Any:
        """Set it; returns how good it is, in words."""
        self.officer.set_password(self.cleaned_data["new"])
        self.officer.save(update_fields=["password"])
        return passwords.strength(self.cleaned_data["new"])


class ChangePassword(NewPassword):
    """The same, with the old password first (SR-54)."""

    old = forms.CharField(
        label=_("Current password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ["old", "new", "again"]

    def clean_old(self) -> str:
        typed = str(self.cleaned_data["old"])
        if len(typed.encode()) > hashing.LONGEST or not tries.take(
            "old password", str(self.officer.pk), most=tries.PASSWORDS
        ):
            raise ValidationError(_("This is not your password, or there were too many wrong ones. Wait 15 minutes."))
        if passwords.check(self.officer.username, typed)[0] is None:
            raise ValidationError(_("This is not your password, or there were too many wrong ones. Wait 15 minutes."))
        tries.forgive("old password", str(self.officer.pk))
        return typed


class MailAddress(forms.Form):
    email = forms.EmailField(label=_("Mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))


@require_safe
@signed_in_view
def account(request: OfficerRequest) -> HttpResponseBase:
    """GET /workspace/account"""
    officer = request.user
    page = {
        "officer": officer,
        "app": OneTimeCodes.objects.filter(officer=officer).first(),
        "passkeys": officer.passkeys.order_by("pk"),
        "codes_left": codes.recovery_codes_left(officer),
        "sessions": Session.objects.alive().of(officer.pk).order_by("-seen_at"),
        "here": request.session.uuid,
        "identities": ExternalIdentity.objects.filter(officer=officer),
        "entries": _own_entries(request),
        "provider": settings.OIDC_NAME if oidc.is_set_up() else "",
        "is_demo": whole.is_of_the_demo(request),
        "appointments": appointments_of(officer),
    }
    return render(request, "workspace/account.html", page)


@sensitive_post_parameters("old", "new", "again")
@require_http_methods(["GET", "POST"])
@signed_in_view
@step_up_required
def change_password(request: OfficerRequest) -> HttpResponseBase:
    """GET, POST /workspace/account/password: with the old one; every other session ends."""
    form = ChangePassword(request.POST if request.method == "POST" else None, officer=request.user)
    if request.method == "POST" and form.is_valid():
        words = form.store()
        ended = whole.sign_others_out(request, request.user)
        _changed(request, "password_changed", ended=ended)
        messages.success(request, _("Your password is changed. It is %(words)s.") % {"words": words})
        return redirect("workspace:account")
    return _changing(
        request, form, _("Change your password"), _("All your other sessions end, and you get a mail about it.")
    )


@require_http_methods(["GET", "POST"])
@signed_in_view
@step_up_required
def change_email(request: OfficerRequest) -> HttpResponseBase:
    """GET, POST /workspace/account/email: the old address is told as well, so that a thief cannot do it in silence."""
    form = MailAddress(request.POST if request.method == "POST" else None, initial={"email": request.user.email})
    if request.method == "POST" and form.is_valid():
        addresses.change(request.user, form.cleaned_data["email"])
        security_log.write("email_changed", officer=request.user.pk)
        messages.success(request, _("Your mail address is changed. The old address was told as well."))
        return redirect("workspace:account")
    return _changing(
        request,
        form,
        _("Change your mail address"),
        _("Links for a new password go to this address. The old address is told of the change."),
    )


@require_POST
@signed_in_view
def end_session(request: OfficerRequest) -> HttpResponseBase:
    """POST /workspace/account/sessions/end: one (`session`), or all others."""
    if named := request.POST.get("session", ""):
        ended = int(sessions.end_one(request.user.pk, _uuid(named)))
    else:
        ended = sessions.end_others(request.user.pk, keep=request.session.uuid)
    security_log.write("session_ended", officer=request.user.pk, facts={"count": ended})
    messages.success(request, _("Signed out there."))
    return redirect("workspace:account")


@require_POST
@signed_in_view
@step_up_required
def remove_factor(request: OfficerRequest) -> HttpResponseBase:
    """POST /workspace/account/factors/remove: a passkey (`passkey`) or the app; never the last second factor."""
    officer, named = request.user, request.POST.get("passkey", "")
    held = officer.passkeys.count() + OneTimeCodes.objects.filter(officer=officer).count()
    if held < 2:
        raise OutOfTurn(
            _("This is your only second factor."),
            why=_("Without one you could not sign in any more."),
            instead=_("Set up another one first, then remove this one."),
        )
    if named:
        Passkey.objects.filter(officer=officer, pk=named if named.isdecimal() and len(named) < 19 else 0).delete()
    else:
        OneTimeCodes.objects.filter(officer=officer).delete()
    whole.sign_others_out(request, officer)
    _changed(request, "factor_removed")
    return redirect("workspace:account")


def _changing(request: OfficerRequest, form: forms.Form, title: Any, effect: Any) -> HttpResponseBase:
    facts = {"form": form, "title": title, "effect": effect}
    return render(request, "workspace/change_account.html", facts, status=422 if form.errors else 200)


def _changed(request: OfficerRequest, kind: str, **facts: int) -> None:
    """In the log, and told to the officer by mail (ASVS 6.3.7)."""
    security_log.write(kind, officer=request.user.pk, facts=facts)
    letters.owe(request.user, kind)


def _own_entries(request: HttpRequest) -> list[SecurityEntry]:
    """The own sign-ins, which the database shows at a desk alone; none without one."""
    try:
        desk = desk_of(request)
    except (ChooseFirst, NoAppointment):
        return []
    kinds = ("sign_in", "sign_in_refused", "sign_out", "step_up", "session_ended")
    with acting(desk.actor):
        return list(SecurityEntry.objects.of(*kinds).filter(officer=desk.actor.officer).order_by("-pk")[:SHOWN])


def _uuid(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise Http404 from None

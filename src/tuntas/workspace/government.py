"""Signing in with a government identity, and linking one to the own account."""

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from tuntas.access import security_log
from tuntas.accounts import oidc
from tuntas.kernel.refusals import NotYours, Refusal
from tuntas.organizations.models import Officer
from tuntas.workspace import whole
from tuntas.workspace.officers import OfficerRequest, signed_in_view
from tuntas.workspace.stepping_up import step_up_required

INTENT = "government"  # in the session: what for, and for whom


@require_POST
def government(request: HttpRequest) -> HttpResponseBase:
    """POST /workspace/masuk/negara: says where the way leads, and gives the link."""
    return _leave(request, {"officer": 0, "next": request.POST.get("next", "")})


@require_POST
@signed_in_view
@step_up_required
def link_government(request: OfficerRequest) -> HttpResponseBase:
    """POST /workspace/account/government: link an identity, once the second factor was just given."""
    return _leave(request, {"officer": request.user.pk, "next": ""})


@require_POST
@signed_in_view
@step_up_required
def unlink_government(request: OfficerRequest) -> HttpResponseBase:
    """POST /workspace/account/government/remove"""
    oidc.unlink(request.user)
    return redirect("workspace:account")


@require_safe
def government_back(request: HttpRequest) -> HttpResponseBase:
    """GET /workspace/masuk/negara/kembali: where the provider sends people back to; the exact address that it knows."""
    intent = request.session.pop(INTENT, None)
    if not oidc.is_set_up():
        raise Http404
    try:
        if not isinstance(intent, dict):
            raise oidc.NotProved("nobody went there from here")
        issuer, subject = oidc.finish(request)
    except oidc.NotProved as no:
        security_log.write("identity_refused", officer=None, facts={"why": str(no)[:80]})
        raise _not_proved() from None
    if intent["officer"]:
        return _link(request, int(intent["officer"]), issuer, subject)
    officer = oidc.officer_of(issuer, subject)
    if officer is None:
        security_log.write("identity_refused", officer=None, facts={"why": "not linked"})
        raise NotYours(
            _("This government identity is not linked to an account here."),
            why=_("A name or a mail address is no proof: each officer links the identity once by hand."),
            instead=_("Sign in with your password, open “Your account” and link it there."),
        )
    whole.begin(request, officer, onward=str(intent.get("next", "")))
    return redirect("workspace:second-step")


def _leave(request: HttpRequest, intent: dict[str, object]) -> HttpResponseBase:
    if not oidc.is_set_up():
        raise Http404
    try:
        address = oidc.begin(request, settings.ORIGIN + reverse("workspace:government-back"))
    except oidc.NotProved:
        raise Refusal(
            _("The identity provider does not answer."),
            why=_("We could not reach it just now."),
            instead=_("Try again in a minute, or sign in with your password."),
        ) from None
    request.session[INTENT] = intent
    return render(request, "workspace/government.html", {"address": address, "host": oidc.host()})


def _link(request: HttpRequest, officer: int, issuer: str, subject: str) -> HttpResponseBase:
    """Only for the officer who began it, in the same session, still signed in."""
    if not whole.is_whole(request) or not isinstance(request.user, Officer) or request.user.pk != officer:
        raise _not_proved()
    if not oidc.link(request.user, issuer, subject):
        security_log.write("identity_refused", officer=request.user.pk, facts={"why": "of another account"})
        raise NotYours(
            _("This government identity belongs to another account."),
            why=_("One identity opens one account."),
            instead=_("If it is yours, tell your administrator today."),
        )
    return redirect("workspace:account")


def _not_proved() -> Refusal:
    return Refusal(
        _("We could not make sure who you are."),
        why=_("The answer of the identity provider was too old, incomplete, or not for this browser."),
        instead=_("Begin again from the sign-in page."),
    )

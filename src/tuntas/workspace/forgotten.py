"""A forgotten password, and the one-time link that sets a new one."""

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tuntas.access import security_log
from tuntas.accounts import letters, links, sessions
from tuntas.accounts.models import OneTimeCodes, OneTimeLink, RecoveryCode
from tuntas.kernel.refusals import NotFound
from tuntas.organizations.models import Officer
from tuntas.workspace.account import NewPassword


class WhoForgot(forms.Form):
    username = forms.CharField(
        label=_("User name"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "username", "spellcheck": "false"}),
    )


@require_http_methods(["GET", "POST"])
def forgotten(request: HttpRequest) -> HttpResponseBase:
    """GET, POST /workspace/masuk/lupa: one answer and the same work for every name (SR-25)."""
    form = WhoForgot(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        links.ask(form.cleaned_data["username"])
        return render(request, "workspace/forgotten_sent.html")
    return render(request, "workspace/forgotten.html", {"form": form}, status=422 if form.errors else 200)


@sensitive_post_parameters("new", "again")
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponseBase:
    """GET, POST /workspace/tautan/<token>: sets a password once; reading the page uses nothing up.

    It signs nobody in: the new password and the second factor do.
    """
    found = links.find(token)
    if found is None:
        raise NotFound(
            _("This link does not work any more."),
            why=_("A link works once, and a short time: 15 minutes for a new password, 3 days for a new account."),
            instead=_("Ask for a new one: on the sign-in page, or from your administrator."),
        )
    form = NewPassword(request.POST if request.method == "POST" else None, officer=found.officer)
    if request.method == "POST" and form.is_valid() and links.use(found):
        words = form.store()
        _after(found)
        return render(request, "workspace/link_used.html", {"words": words, "renews": found.renews})
    page = {"form": form, "officer": found.officer, "renews": found.renews}
    return render(request, "workspace/link.html", page, status=422 if form.errors else 200)


def _after(link: OneTimeLink) -> None:
    """Every session ends; with the consent of two administrators the old second factors go too."""
    officer: Officer = link.officer
    if link.renews:
        OneTimeCodes.objects.filter(officer=officer).delete()
        RecoveryCode.objects.filter(officer=officer).delete()
        officer.passkeys.all().delete()
    sessions.end_others(officer.pk)
    security_log.write("password_set_by_link", officer=officer.pk, facts={"renews": int(link.renews)})
    letters.owe(officer, "password_changed")

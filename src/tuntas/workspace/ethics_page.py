"""The code of ethics on one page: read, ticked, signed with name and day (R003-19)."""

from django import forms
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from tuntas.accounts import ethics
from tuntas.workspace import whole
from tuntas.workspace.officers import OfficerRequest, signed_in_view


class SignForm(forms.Form):
    agrees = forms.BooleanField(
        label=_("I have read it, and I will keep to it."),
        error_messages={"required": _("Tick the box when you have read it. Without it no report opens.")},
    )


@require_http_methods(["GET", "POST"])
@signed_in_view
def code_of_ethics(request: OfficerRequest) -> HttpResponseBase:
    """GET, POST /workspace/ethics"""
    language, officer = get_language() or "id", request.user
    form = SignForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        signature = ethics.sign(officer, language=language)
        whole.note_ethics(request, signature.valid_until)
        return redirect("workspace:start")
    code = ethics.current()
    page = {
        "form": form,
        "title": code.title(language),
        "duties": code.lines(language),
        "code": code,
        "officer": officer,
        "today": timezone.localdate(),
        "is_signed": whole.has_signed_ethics(request),
        "signatures": officer.signatures.order_by("-pk")[:5],
    }
    return render(request, "workspace/ethics.html", page, status=422 if form.errors else 200)

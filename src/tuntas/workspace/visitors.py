"""Somebody stands at the desk and has no phone, no signal, or no wish to type: the officer opens the public's form."""

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from tuntas.intake import counter
from tuntas.organizations.models import Role
from tuntas.workspace.officers import OfficerRequest, officer_view

RECEIVERS = frozenset(Role) - {Role.SUPERVISOR, Role.CUSTODIAN}


@require_http_methods(["GET", "HEAD", "POST"])
@officer_view
def visitor(request: OfficerRequest) -> HttpResponseBase:
    """GET /workspace/visitor: how to write down a report for a visitor. POST: on to the form, marked with this desk."""
    if request.desk.role not in RECEIVERS:
        raise Http404
    if request.method != "POST":
        return render(request, "workspace/visitor.html")
    permit = counter.permit_for(request.desk.appointment)
    return redirect(f"{reverse('portal:story')}?{urlencode({'loket': permit})}")

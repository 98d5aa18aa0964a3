"""After signing in again: the form that was being sent when the session had ended."""

from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tuntas.workspace import keeping, whole
from tuntas.workspace.officers import OfficerRequest, signed_in_view


@require_http_methods(["GET", "POST"])
@signed_in_view
def kept(request: OfficerRequest) -> HttpResponseBase:
    """GET /workspace/kept shows it, with a button that sends it now; POST throws it away."""
    sealed = request.session.get(whole.KEPT)
    found = keeping.take(request, request.user.username)
    if found is None or request.method == "POST":
        return redirect("workspace:start")
    request.session[whole.KEPT] = sealed  # a page that is read again shows it again
    return render(request, "workspace/kept.html", {"kept": found})

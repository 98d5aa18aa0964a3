"""A refusal as the surface needs it: a whole page, a fragment for htmx, or problem+json (RFC 9457)."""

from datetime import date
from typing import Any

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from tuntas.kernel.refusals import Refusal

SECRETS = ("password", "code", "secret", "token")
HTML, JSON, PROBLEM = "text/html", "application/json", "application/problem+json"


def respond(request: HttpRequest, refusal: Refusal, *, status: int = 0) -> HttpResponse:
    """Answer `request` with a refusal, in the form that it asked for. status: other than the refusal's own."""
    status = status or refusal.status
    if wants_json(request):
        return JsonResponse(as_problem(refusal, status), status=status, content_type=PROBLEM)
    if request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true":
        return as_fragment(request, refusal, status)
    return render(request, "web/refusal.html", {"refusal": refusal, "back": way_back(request)}, status=status)


def as_problem(refusal: Refusal, status: int) -> dict[str, Any]:
    """The members of RFC 9457, and ours: code (stable), instead, kept."""
    return {
        "type": f"urn:tuntas:refusal:{refusal.code}",
        "title": str(refusal.what),
        "status": status,
        "detail": str(refusal.why),
        "code": refusal.code,
        "instead": str(refusal.instead),
        "kept": showable(refusal),
    }


def showable(refusal: Refusal) -> dict[str, str]:
    """What a refusal kept, without files and without secrets: those are never written to a page again."""
    return {
        name: str(value)
        for name, value in refusal.kept.items()
        if isinstance(value, str | int | float | date) and not any(word in name.lower() for word in SECRETS)
    }


def as_fragment(request: HttpRequest, refusal: Refusal, status: int) -> HttpResponse:
    """Only the words, into the page's place for them: the form that was sent stays as it was typed."""
    response = render(request, "web/_refusal.html", {"refusal": refusal}, status=status)
    response["HX-Retarget"] = "#refusal"
    response["HX-Reswap"] = "innerHTML"
    response["HX-Push-Url"] = "false"
    return response


def wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type([HTML, PROBLEM, JSON]) in {PROBLEM, JSON}


def way_back(request: HttpRequest) -> str:
    """The page that the form was on, when the browser says so and it is ours; else the address itself."""
    came_from = request.headers.get("Referer", "")
    try:
        own = f"{request.scheme}://{request.get_host()}/"
    except DisallowedHost:  # what is refused here may be the host itself
        return ""
    if came_from.startswith(own):
        return "/" + came_from.removeprefix(own)
    return ""

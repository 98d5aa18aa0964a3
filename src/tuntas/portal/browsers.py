"""A browser that stands behind reports: a random number of its own, which nobody can join to a person."""

import secrets

from django.http import HttpRequest, HttpResponse

COOKIE = "tuntas_support"  # only digests of it are kept, another for each report
KEPT_FOR = 180 * 24 * 60 * 60  # seconds


def known(request: HttpRequest) -> str:
    """The number of this browser; empty when it has none yet."""
    number = request.COOKIES.get(COOKIE, "")
    return number if number.isalnum() and len(number) == 32 else ""


def made(request: HttpRequest) -> str:
    """The number of this browser, a new one when it has none."""
    return known(request) or secrets.token_hex(16)


def keep(request: HttpRequest, response: HttpResponse, number: str) -> None:
    response.set_cookie(COOKIE, number, max_age=KEPT_FOR, secure=request.is_secure(), httponly=True, samesite="Lax")

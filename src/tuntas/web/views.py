"""Pages that belong to no audience: the switches of language and colours, what robots may read, errors in plain words.

config.urls names the error pages as handler400, 403, 404 and 500; settings.CSRF_FAILURE_VIEW names `csrf_failure`.
"""

import sys
from contextlib import suppress

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from tuntas.kernel.refusals import NotFound, NotYours, Refusal, TooMuch
from tuntas.web import away, themes
from tuntas.web.refusing import respond, way_back

YEAR = 365 * 24 * 60 * 60  # seconds

# What robots may not read: addresses that only act, and reports looked up by number.
ROBOTS = """User-agent: *
Disallow: /bahasa/
Disallow: /gaya
Disallow: /lacak
Disallow: /surat/
Disallow: /tampilan/
Disallow: /workspace/
"""


@require_safe
def language(request: HttpRequest, code: str) -> HttpResponse:
    """GET /bahasa/<code>?next=... keeps the choice in a cookie and goes back to `next`, when that is ours."""
    if code not in dict(settings.LANGUAGES):
        raise NotFound(
            _("We do not speak that language yet."), why=_("Only the languages at the top of the page exist.")
        )
    return _keep(request, settings.LANGUAGE_COOKIE_NAME, code, back=request.GET.get("next", "/"))


@require_safe
def theme(request: HttpRequest, theme: str) -> HttpResponse:
    """GET /tampilan/<terang, gelap or perangkat> keeps the choice in a cookie and goes back to where one came from."""
    if theme not in themes.CHOICES:
        raise NotFound(
            _("These colours do not exist."), why=_("Only the choices at the foot of the page exist: light and dark.")
        )
    return _keep(request, themes.COOKIE, themes.CHOICES[theme], back=way_back(request))


def _keep(request: HttpRequest, name: str, value: str, *, back: str) -> HttpResponse:
    """A choice of how pages look and speak, in a cookie of this browser; then on to `back`, when that is ours."""
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    response.set_cookie(name, value, max_age=YEAR, secure=request.is_secure(), httponly=True, samesite="Lax")
    return response


@require_safe
@cache_control(public=True, max_age=86_400)
def favicon(_request: HttpRequest) -> HttpResponse:
    """GET /favicon.ico: browsers that ask without reading the page's link get the drawing too."""
    return HttpResponseRedirect(static("web/favicon.svg"))


@require_safe
@cache_control(public=True, max_age=86_400)
def robots(_request: HttpRequest) -> HttpResponse:
    """GET /robots.txt"""
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: nothing here, or nothing for this person."""
    return respond(
        request,
        NotFound(
            _("This page does not exist."),
            why=_("The address may be wrong, or the page has moved."),
            instead=_("Check the address, or start again from the first page."),
        ),
    )


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: somebody else may, this person may not."""
    return respond(
        request,
        NotYours(
            _("You cannot open this page."),
            why=_("It is for people with another task."),
            instead=_("Sign in with the account that has this task, or ask your administrator."),
        ),
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: a request that we do not understand; 413 when it was simply too large."""
    if isinstance(exception, RequestDataTooBig | TooManyFilesSent):
        return respond(request, too_large())
    unreadable = Refusal(
        _("We could not read what your browser sent."),
        why=_("Part of it was missing or broken. This can happen on a weak connection."),
        instead=_("Go back and try once more. What you wrote is still in the form."),
    )
    return respond(request, unreadable, status=400)


def too_large() -> Refusal:
    """For a body or a number of files beyond what the server reads at all."""
    return TooMuch(
        _("This is too large to send at once."),
        why=_("There are too many files, or the text is too long."),
        instead=_("Send at most 5 files of 10 MB each. You can add more to the report later."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 from the forgery check. The usual cause is an old page or blocked cookies, so that is what we say."""
    stale = NotYours(
        _("This page was open for too long."),
        why=_("To protect you we only accept forms from a fresh page, and your browser must allow our cookies."),
        instead=_("Go back, load the page again and send once more. What you wrote is still in the form."),
    )
    return respond(request, stale)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault. Says so, and that nothing acknowledged is lost. 503 where the database failed around a view."""
    cause = sys.exc_info()[1]
    if cause is not None and away.is_away(cause):
        with suppress(Exception):  # as below
            return away.answer(request, cause)
    fault = Refusal(
        _("Something went wrong on our side."),
        why=_("It is not your fault. If you have a report number, your report is safe."),
        instead=_("Go back and send the same form again in a few minutes. It cannot be filed twice."),
    )
    fault.code = "fault"
    try:
        return respond(request, fault, status=500)
    except Exception:  # whatever broke the page may break this one too; the words must still arrive
        return HttpResponse(str(fault), status=500, content_type="text/plain; charset=utf-8")

"""What happens around every page: its language, its refusals, and what browsers may keep and do."""

from collections.abc import Callable

from csp.constants import HEADER
from csp.utils import build_policy
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers

from tuntas.kernel.refusals import Refusal
from tuntas.web import away, languages, views
from tuntas.web.refusing import respond

Handler = Callable[[HttpRequest], HttpResponseBase]

# Nothing of the device is ours to use, except where a report happened, when the person says so; and on the form, where
# a report can be spoken, the microphone.
CLOSED = ("camera", "payment", "usb", "serial", "midi", "display-capture")
PERMISSIONS = ", ".join([*(f"{power}=()" for power in CLOSED), "microphone=()", "geolocation=(self)"])
PERMISSIONS_TO_SPEAK = PERMISSIONS.replace("microphone=()", "microphone=(self)")


class ChosenLanguage:
    """Speak the language of the cookie, else Indonesian. Stands before everything that speaks."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        code = languages.chosen(request)
        translation.activate(code)
        request.LANGUAGE_CODE = code
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", code)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["Cookie"])
        return response


class BrowserLimits:
    """Nothing is kept or shared unless a view says so.

    A page without a Cache-Control of its own may be about somebody: it is kept nowhere. Referrer-Policy stays at
    same-origin (SecurityMiddleware): "no-referrer" would make browsers send `Origin: null`, and forms would be refused.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class ContentPolicy:
    """The Content-Security-Policy of the settings, written once: no view has another by which it would grow wider.

    A view may set a narrower one (web.files). django-csp's own middleware writes the same words anew for each answer,
    which took 45 of the 150 microseconds of all middleware.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response, self.policy = get_response, build_policy()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault(HEADER, self.policy)
        return response


class Compression(GZipMiddleware):
    """Compress pages that are read. What answers a form is a short way on, and costs no time here.

    Django adds random bytes and masks its form tokens, so that sizes tell nothing about them (BREACH).
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        return super().process_response(request, response) if request.method == "GET" and is_page else response


class Refusals:
    """Turn a Refusal that a view raised into words. Stands last, so that it is the first to hear."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refusal):
            return respond(request, exception)
        if isinstance(exception, RequestDataTooBig | TooManyFilesSent):
            return respond(request, views.too_large())
        return away.answer(request, exception) if away.is_away(exception) else None

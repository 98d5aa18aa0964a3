"""Under which host name a request came: the site's own, the portal of an agency, or none of ours (SR-29).

Default deny: what is neither named in the settings nor bound by the operator gets two plain sentences. What a face's
pages say of their own address is what the register holds, never what a header said. Officers work on the site's own
host alone: passkeys and sessions belong to one host, and a face's name is in the hands of others (ADR 0025).
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.http.request import split_domain_port
from django.http.response import HttpResponseBase

from tuntas.faces import known
from tuntas.faces.known import Shown

UNKNOWN = (
    "Alamat ini tidak dilayani di sini. Periksa lagi penulisannya.\n"
    "This address is not served here. Check how it is written.\n"
)
AWAY = "Belum bisa dijawab. Coba lagi sebentar. / This cannot be answered just now. Try again soon.\n"
NOWHERE_TO_GO = "Petugas bekerja di alamat utama. / Officers work at the main address.\n"
OFFICERS = "/workspace"
SAFE = frozenset({"GET", "HEAD"})


class Hosts:
    """Puts `face` on the request: a Shown, or None on the site's own hosts. Stands before all who ask for the host."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.face = None  # type: ignore[attr-defined]
        try:
            host = request.get_host()
        except DisallowedHost:
            return self._elsewhere(request)
        return self._answer(request, host)

    def _answer(self, request: HttpRequest, host: str) -> HttpResponseBase:
        """host: what everybody behind us is told, who would each look at the header anew."""
        request.get_host = lambda: host  # type: ignore[method-assign]
        return self.get_response(request)

    def _elsewhere(self, request: HttpRequest) -> HttpResponseBase:
        """A host that the settings do not name: a face's, or nobody's."""
        try:
            face, port = _face_of(request)
        except known.NotKnownYet:
            return _plainly(AWAY, 503)
        if face is None:
            return _plainly(UNKNOWN, 400)
        host = f"{face.host}:{port}" if port else face.host
        if request.method in SAFE and request.META["HTTP_HOST"] != host:  # one spelling for caches and for people
            return HttpResponsePermanentRedirect(f"{origin_of_face(face.host)}{request.get_full_path()}")
        if request.path == OFFICERS or request.path.startswith(f"{OFFICERS}/"):
            return _to_the_officers(request)
        request.face = face  # type: ignore[attr-defined]
        return self._answer(request, host)


def face_of(request: HttpRequest) -> Shown | None:
    """The portal that this page is on; None on the site's own hosts."""
    return getattr(request, "face", None)


def origin_of(request: HttpRequest) -> str:
    """What an absolute address on this page begins with: from the settings and the register, never from a header."""
    face = face_of(request)
    return origin_of_face(face.host) if face else str(settings.ORIGIN)


def origin_of_face(host: str) -> str:
    """With the same scheme and port as the site's own."""
    own = urlsplit(settings.ORIGIN)
    return f"{own.scheme}://{host}{f':{own.port}' if own.port else ''}"


def _face_of(request: HttpRequest) -> tuple[Shown | None, str]:
    """The face and the port of the request. In the demo, names of this machine alone."""
    name, port = split_domain_port(request.META.get("HTTP_HOST", ""))
    if not name or (settings.DEMO and not name.endswith(".localhost")):
        return None, ""
    return known.at(name), port


def _to_the_officers(request: HttpRequest) -> HttpResponseBase:
    if request.method in SAFE:
        return HttpResponseRedirect(f"{settings.ORIGIN}{request.path}")
    return _plainly(NOWHERE_TO_GO, 404)


def _plainly(words: str, status: int) -> HttpResponse:
    response = HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = "default-src 'none'"
    return response

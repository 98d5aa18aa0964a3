"""Where files come in parts (tus 1.0), for the report's form and for the mailbox: /lapor/berkas and /bantuan/berkas.

The form's key comes in the header `Tuntas-Form`, so that it stands in no address. In the mailbox it counts for this
visit alone: the files wait under a key that is made of both. Whoever leaves loses what was not sent.
"""

import base64
import binascii
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tuntas.access.actors import Actor
from tuntas.kernel.refusals import Refusal
from tuntas.portal import parts
from tuntas.portal.tracking import form_of_visit, of_the_reporter
from tuntas.reports.files import LARGEST

TUS = "1.0.0"
CONTENT = "application/offset+octet-stream"


def _speaking_tus(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Say the protocol's version, and refusals as it wants them: a status, and our words as JSON."""

    @wraps(view)
    def spoken(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Refusal as no:
            said = {name: str(getattr(no, name)) for name in ("what", "why", "instead")}
            response = JsonResponse(said | {"code": no.code}, status=no.status)
        response["Tus-Resumable"], response["Cache-Control"] = TUS, "no-store"
        return response

    return spoken


@require_POST
@_speaking_tus
def begin(request: HttpRequest) -> HttpResponse:
    """POST /lapor/berkas with Upload-Length and Upload-Metadata: 201 and the address of a file that is awaited."""
    return _begin(request, _form(request), "portal:arriving-part")


@require_http_methods(["HEAD", "PATCH", "DELETE"])
@_speaking_tus
def part(request: HttpRequest, token: str) -> HttpResponse:
    """HEAD: how far it is. PATCH: the next bytes; with the last one the file is looked at. DELETE: never mind."""
    return _part(request, _form(request), token)


@require_POST
@of_the_reporter
@_speaking_tus
def begin_message(request: HttpRequest, reporter: Actor) -> HttpResponse:
    """POST /bantuan/berkas: the same for what a reporter writes from their own page."""
    return _begin(request, form_of_visit(reporter, str(_form(request))), "portal:message-part")


@require_http_methods(["HEAD", "PATCH", "DELETE"])
@of_the_reporter
@_speaking_tus
def message_part(request: HttpRequest, reporter: Actor, token: str) -> HttpResponse:
    return _part(request, form_of_visit(reporter, str(_form(request))), token)


def _begin(request: HttpRequest, form: UUID, name: str) -> HttpResponse:
    told = _metadata(request.headers.get("Upload-Metadata", ""))
    length = request.headers.get("Upload-Length", "")
    if not length.isascii() or not length.isdecimal() or len(length) > 12:
        return HttpResponse(status=400)
    made = parts.begin(
        form,
        name=told.get("filename", ""),
        media_type=told.get("filetype", ""),
        length=int(length),
        is_voice=told.get("field") == "voice",
    )
    response = HttpResponse(status=201)
    response["Location"] = reverse(name, args=[made.token])
    response["Tus-Max-Size"] = str(LARGEST)
    return response


def _part(request: HttpRequest, form: UUID, token: str) -> HttpResponse:
    if request.method == "DELETE":
        parts.forget(form, token)
        return HttpResponse(status=204)
    if request.method == "HEAD":
        return _stands(parts.find(form, token), 200)
    offset = request.headers.get("Upload-Offset", "")
    if request.content_type != CONTENT:
        return HttpResponse(status=415)
    if not offset.isascii() or not offset.isdecimal() or len(offset) > 12:
        return HttpResponse(status=400)
    got = parts.receive(form, token, offset=int(offset), chunks=_body(request))
    response = _stands(got, 204)
    if got.is_whole:
        response["Tuntas-File"] = parts.finish(form, token).id
    return response


def _stands(found: parts.Part, status: int) -> HttpResponse:
    response = HttpResponse(status=status)
    response["Upload-Offset"], response["Upload-Length"] = str(found.offset), str(found.length)
    return response


def _body(request: HttpRequest) -> Iterator[bytes]:
    while piece := request.read(parts.PIECE):
        yield piece


def _form(request: HttpRequest) -> UUID:
    try:
        return UUID(request.headers.get("Tuntas-Form", ""))
    except ValueError:
        raise parts.unknown() from None


def _metadata(header: str) -> dict[str, str]:
    """Upload-Metadata: names and base64 values. What cannot be read is left out."""
    told = {}
    for pair in header[:2_000].split(","):
        name, _blank, value = pair.strip().partition(" ")
        try:
            told[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, ValueError):
            continue
    return told

"""Files of reports, served from an origin of their own, so that nothing in them ever runs beside a session.

A public file needs no more than its address. Any other needs a link that the page of somebody who may see it has signed
a moment ago; the origin knows no cookie. The link names who that was, and the row is read in their sight when the link
is used: an appointment that ended, a report that was hidden from them, a mailbox that was left: the link is dead.
Threat 6 of the file rules: what people send is data, never a page.
"""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotFound, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag
from django.views.decorators.http import require_safe

from tuntas.access import security_log
from tuntas.access.actors import PUBLIC, Actor, acting, current
from tuntas.followup import dialogue
from tuntas.kernel.refusals import NotFound, Refusal
from tuntas.organizations.models import Appointment
from tuntas.reports import attaching
from tuntas.reports.file_keys import StoreAway
from tuntas.reports.models import Attachment
from tuntas.reports.scanning import may_be_opened

LIFETIME = 15 * 60  # seconds for which a signed link opens its file
PATH = "/berkas/"
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})
SHOWN_IN_PLACE = PICTURES | {"audio/mpeg"}  # made anew by us; everything else is downloaded
SALT = "tuntas.web.files"
# For every address and everybody the same, and with nothing of the address in it.
GONE = (
    "Berkas ini tidak ada, atau tautannya sudah kedaluwarsa. Buka lagi dari halaman laporan.\n"
    "This file is not here, or its link has expired. Open it again from the page of the report.\n"
)
AWAY = "Berkas belum bisa diambil sekarang. Coba lagi sebentar. / The file cannot be fetched now. Try again soon.\n"


def address(attachment: Attachment, *, private: bool = False, small: bool = False) -> str:
    """Where a file can be fetched. private: signed for the actor in whose sight this page is drawn (access.acting).

    small: its thumbnail, when it has one.
    """
    asked = {"kecil": "1"} if small and attachment.thumbnail_key else {}
    if private and not attachment.is_public:
        asked["izin"] = signing.dumps([str(attachment.uuid), *_named(current() or PUBLIC)], salt=SALT)
    return f"{settings.FILES_ORIGIN}{PATH}{attachment.uuid}{'?' if asked else ''}{urlencode(asked)}"


def public_name(attachment: Attachment) -> str:
    """A name that says nothing: nobody has moderated the one that the file came with."""
    stem, dot, ending = attachment.name.rpartition(".")
    return f"berkas-{attachment.pk}.{ending}" if stem and dot else f"berkas-{attachment.pk}"


def shown_name(attachment: Attachment, reader: Actor) -> str:
    """The name as somebody gave it, to whom it helps; a name can tell who took the picture.

    To officers the reporter's file of a protected report has a name that says nothing, and so has each to the public.
    """
    if reader.kind == "reporter":
        return attachment.name
    if reader.kind == "officer" and (attachment.by == Attachment.By.OFFICER or not attachment.report.is_protected):
        return attachment.name
    return public_name(attachment)


def is_picture(attachment: Attachment) -> bool:
    """Whether the page may show it in place."""
    return attachment.media_type in PICTURES


def is_sound(attachment: Attachment) -> bool:
    """Whether the page plays it."""
    return attachment.media_type.startswith("audio/")


@require_safe
def serve(request: HttpRequest, name: UUID) -> HttpResponseBase:
    """GET /berkas/<uuid>?izin=&kecil= on the files' origin alone. Missing, hidden and expired answer alike.

    A cache may keep a public file and must ask each time whether it still stands: what is hidden is gone at once.
    """
    if not is_files_host(request):
        raise Http404
    try:
        return _found(request, name, request.GET.get("izin", ""))
    except (Http404, Refusal):  # not in this role any more, or not in the store: no more is said than of any other
        return HttpResponseNotFound(GONE, content_type="text/plain; charset=utf-8")
    except StoreAway:
        return HttpResponse(AWAY, status=503, content_type="text/plain; charset=utf-8")


def _found(request: HttpRequest, name: UUID, permit: str) -> HttpResponseBase:
    reader = _reader(permit, name)
    try:
        return _read(request, name, reader, is_private=bool(permit))
    except (Http404, Refusal):
        if reader.kind == "officer":  # a link of ours that its officer may no longer use
            security_log.write_apart("denied", officer=reader.officer, facts={"what": NotFound.code, "page": "file"})
        raise


def _read(request: HttpRequest, name: UUID, reader: Actor, *, is_private: bool) -> HttpResponseBase:
    with acting(reader):
        if not _is_still_in(reader):
            raise Http404
        files = Attachment.objects.select_related("report").filter(uuid=name)
        attachment = files.first() if is_private else files.filter(is_public=True).first()
        if attachment is None or not may_be_opened(attachment):
            raise Http404
        small = "kecil" in request.GET and bool(attachment.thumbnail_key)
        if not is_private and (known := get_conditional_response(request, etag=_etag(attachment, small=small))):
            return _kept_by(known, attachment, small=small, private=False)
        content = attaching.stream(attachment, thumbnail=small)
        shown = shown_name(attachment, reader)
    answer = _answer(attachment, content, shown=shown, small=small, private=is_private)
    return _part_of(request, attachment, answer) if is_sound(attachment) else answer


def is_files_host(request: HttpRequest) -> bool:
    own = urlsplit(settings.FILES_ORIGIN).hostname
    return urlsplit(f"//{request.get_host()}").hostname == own


class OnlyFiles:
    """On the files' origin nothing but files is served: no page, no form and so no cookie."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if is_files_host(request) and not request.path.startswith(PATH):
            return HttpResponseNotFound(b"", content_type="text/plain; charset=utf-8")
        return self.get_response(request)


def _named(actor: Actor) -> tuple[str, int, str]:
    """How a link names who may use it: an officer by the appointment, a reporter by report and visit."""
    if actor.kind == "officer":
        return actor.kind, actor.appointment or 0, ""
    return actor.kind, actor.report or 0, actor.visit


def _reader(permit: str, name: UUID) -> Actor:
    """In whose sight the row is read: the public's, or that of the actor whom a signed link names."""
    if not permit:
        return PUBLIC
    try:
        signed, kind, number, visit = signing.loads(permit, salt=SALT, max_age=LIFETIME)
    except (signing.BadSignature, ValueError, TypeError):
        raise Http404 from None
    if signed != str(name) or kind not in {"officer", "reporter"}:
        raise Http404
    if kind == "reporter":
        return Actor.reporter_of(number, visit)
    appointment = Appointment.objects.filter(pk=number).first()
    if appointment is None:
        raise Http404
    return Actor.appointed(appointment)


def _is_still_in(reader: Actor) -> bool:
    """A reporter's link lives no longer than the visit whose page made it."""
    return reader.kind != "reporter" or dialogue.is_in(reader.report or 0, reader.visit)


def _answer(
    attachment: Attachment, content: Iterator[bytes], *, shown: str, small: bool, private: bool
) -> StreamingHttpResponse:
    response = StreamingHttpResponse(content, content_type="image/jpeg" if small else attachment.media_type)
    if not small:  # with a length, a browser tells a file that broke off from a whole one
        response["Content-Length"] = str(attachment.size)
    in_place = small or attachment.media_type in SHOWN_IN_PLACE
    response["Content-Disposition"] = content_disposition_header(not in_place, shown) or "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Robots-Tag"] = "noindex"
    _kept_by(response, attachment, small=small, private=private)
    return response


def _part_of(request: HttpRequest, attachment: Attachment, whole: StreamingHttpResponse) -> HttpResponseBase:
    """The stretch of a sound that a player asks for (RFC 9110, one range): some browsers play nothing without it."""
    whole["Accept-Ranges"] = "bytes"
    asked = re.fullmatch(r"bytes=(\d{1,12})-(\d{0,12})", request.headers.get("Range", ""))
    if asked is None:
        return whole
    first, last = int(asked[1]), min(int(asked[2] or attachment.size), attachment.size - 1)
    if first > last:
        return whole
    data = b"".join(whole)[first : last + 1]
    part = HttpResponse(data, status=206, headers=dict(whole.items()))
    part["Content-Range"], part["Content-Length"] = f"bytes {first}-{last}/{attachment.size}", str(len(data))
    return part


def _kept_by(response: HttpResponseBase, attachment: Attachment, *, small: bool, private: bool) -> HttpResponseBase:
    """What caches may do with it: nothing; or keep it, and ask before each use.

    The page that shows it is another origin by design. A browser takes that word from "not modified" answers too:
    without it, a photo that was seen once would not be shown again.
    """
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Cache-Control"] = "private, no-store" if private else "public, no-cache"
    if not private:
        response["ETag"] = _etag(attachment, small=small)
    return response


def _etag(attachment: Attachment, *, small: bool) -> str:
    """A file never changes under its name."""
    return str(quote_etag(f"{attachment.uuid}{'-kecil' if small else ''}"))

"""Files of a report for an officer's eyes: short-lived signed addresses on the origin that holds no session.

Cookies do not reach that origin, so the address itself says who asks; the row-level policies are asked again when it
is opened (design 3b: files come from an origin of their own).
"""

from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from tuntas.access.actors import Actor, acting
from tuntas.kernel.refusals import Refusal
from tuntas.organizations.models import Appointment
from tuntas.reports import attaching
from tuntas.reports.models import Attachment

SALT = "tuntas.workspace.files"
OPENS_FOR = 60 * 60  # seconds: a page that lies open over lunch still shows its photos
SHOWN_INLINE = ("image/jpeg", "image/png", "image/webp")


def address_of(attachment: Attachment, actor: Actor, *, thumbnail: bool = False) -> str:
    """Where this officer reads this file, for the next hour."""
    ticket = signing.dumps([str(attachment.uuid), actor.appointment, thumbnail], salt=SALT)
    return f"{settings.FILES_ORIGIN}{reverse('workspace:file', args=[ticket])}"


@require_safe
def file(request: HttpRequest, ticket: str) -> HttpResponse:
    """GET /workspace/files/<ticket> on the files' origin alone."""
    if request.get_host() != settings.FILES_ORIGIN.partition("://")[2]:
        raise Http404
    try:
        uuid, appointment, thumbnail = signing.loads(ticket, salt=SALT, max_age=OPENS_FOR)
    except signing.BadSignature:
        raise Http404 from None
    found, data = _read(UUID(uuid), appointment, is_thumbnail=bool(thumbnail))
    response = HttpResponse(data, content_type="image/jpeg" if thumbnail else found.media_type)
    how = "inline" if thumbnail or found.media_type in SHOWN_INLINE else "attachment"
    response["Content-Disposition"] = f'{how}; filename="{found.uuid}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Cache-Control"] = "private, max-age=3600"
    return response


def _read(uuid: UUID, appointment: int, *, is_thumbnail: bool) -> tuple[Attachment, bytes]:
    held = Appointment.objects.filter(pk=appointment).first()
    if held is None:
        raise Http404
    try:
        with acting(Actor.appointed(held)):
            found = Attachment.objects.select_related("report").filter(uuid=uuid).first()
            if found is None:
                raise Http404
            return found, attaching.read(found, thumbnail=is_thumbnail)
    except Refusal:
        raise Http404 from None

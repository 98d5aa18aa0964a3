"""The first page: one big button, the code, honest numbers, and what was finished lately."""

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tuntas.faces import known
from tuntas.insight import conduct
from tuntas.portal.agencies import MINUTE, account_of
from tuntas.portal.pages import for_everyone
from tuntas.portal.repaired import repaired
from tuntas.portal.searching import finished_lately
from tuntas.web.hosts import face_of, origin_of_face

LATEST = 3


@require_safe
@for_everyone
def home(request: HttpRequest) -> HttpResponse:
    """GET /: of the whole register; on the portal of an agency, of its books.

    No report stands there twice; what has photos of before and after is not among the rows again.
    """
    face = face_of(request)
    agency = face.agency if face else None
    shown = repaired(agency, LATEST)
    told = {one.row.copy.pk for one in shown}
    latest = [row for row in finished_lately(LATEST + len(shown), agency) if row.copy.pk not in told]
    context = {
        "account": account_of(agency),
        "lately": counted_lately(agency, int(timezone.now().timestamp()) // MINUTE),
        "repaired": shown,
        "finished": latest[:LATEST],
        "portals": [] if face else _portals(),
    }
    return render(request, "portal/home.html", context)


@lru_cache(maxsize=256)
def counted_lately(agency: int | None, _minute: int) -> conduct.Lately:
    """Remembered for a minute, since every visitor asks for it. agency: its id on its portal, None for the register."""
    return conduct.finished_lately(agency)


def _portals() -> list[tuple[str, str]]:
    """(name, address): the demonstration names its portals here; a real one is found by those who live there."""
    return [(face.called, origin_of_face(face.host)) for face in known.everyone()] if settings.DEMO else []

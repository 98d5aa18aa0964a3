"""What the lists show first on the portal of an agency.

A face narrows nothing for good: each list says what it shows and leads on to the area and to the whole nation.
"""

from dataclasses import dataclass
from typing import NamedTuple

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tuntas.web.hosts import face_of

IN_AREA, ALL = "wilayah", "semua"


class Within(NamedTuple):
    """What a list is about where the visitor asked for no place and no agency. agency: an id; place: an area's code."""

    agency: int | None = None
    place: str | None = None


EVERYWHERE = Within()


@dataclass(frozen=True, slots=True)
class Scope:
    """One of the links above a list of a face."""

    words: str
    address: str
    is_chosen: bool


def within(request: HttpRequest) -> Within:
    """What this page's list is about: on a face its agency's books, its area, or the nation; elsewhere everything."""
    face = face_of(request)
    asked = request.GET
    if face is None or asked.get("lingkup") == ALL or asked.get("instansi") or asked.get("tempat"):
        return EVERYWHERE
    if asked.get("lingkup") == IN_AREA and face.area:
        return Within(place=face.area)
    return Within(agency=face.agency)


def scopes(request: HttpRequest) -> list[Scope]:
    """The links above a list; none on the site's own hosts, and none where a place or an agency was asked for."""
    face, asked = face_of(request), request.GET
    if face is None or asked.get("instansi") or asked.get("tempat"):
        return []
    chosen = asked.get("lingkup", "")
    offered = [("", _("In the books of %(agency)s") % {"agency": face.agency_name})]
    if face.area:
        offered.append((IN_AREA, _("Everything in this area")))
    offered.append((ALL, _("All of Indonesia")))
    known = chosen if chosen in dict(offered) else ""
    return [Scope(words, _address(request, name), name == known) for name, words in offered]


def _address(request: HttpRequest, scope: str) -> str:
    asked = request.GET.copy()
    for name in ("sebelum", "lingkup"):
        asked.pop(name, None)
    if scope:
        asked["lingkup"] = scope
    return f"?{asked.urlencode()}"

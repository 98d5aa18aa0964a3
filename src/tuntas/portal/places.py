"""Places while somebody types, and a form that a poster or a link has begun: both lead to the same form."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from tuntas.organizations.models import Area, Unit
from tuntas.portal.looking_up import MOST, areas_named, placed
from tuntas.portal.names import in_language

DAY = 24 * 60 * 60  # seconds: the list of places changes once a year


@require_safe
@cache_control(public=True, max_age=DAY)
def places(request: HttpRequest) -> JsonResponse:
    """GET /lapor/tempat?kata=tegal: at most eight places, each written out so that it is found again as itself."""
    words = request.GET.get("kata", "")[:120].replace("\x00", " ")
    return JsonResponse({"places": [placed(area) for area in areas_named(words)[:MOST]]})


def begun(request: HttpRequest) -> dict[str, Any]:
    """What the address of the form already says: ?instansi=SLUG, ?wilayah=CODE, ?tempat=WORDS. Unknown is left out."""
    told = {name: request.GET.get(name, "").replace("\x00", " ").strip() for name in ("instansi", "wilayah", "tempat")}
    unit = Unit.objects.working().filter(slug=told["instansi"]).first() if told["instansi"] else None
    area = Area.objects.filter(code=told["wilayah"]).select_related("parent__parent__parent").first()
    return {
        "agency_words": in_language(unit) if unit else "",
        "area_words": placed(area) if area else "",
        "place": told["tempat"][:300],
    }

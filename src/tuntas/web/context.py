"""What every template may read besides the view's own context."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from tuntas.web import htmx, themes
from tuntas.web.hosts import face_of


def frame(request: HttpRequest) -> dict[str, Any]:
    """tuntas_demo: whether this is a demonstration; htmx_config: for officers; theme: chosen by hand, or empty.

    face: of the host name that the page is on, or None; site_name: what the site is called there.
    """
    face = face_of(request)
    return {
        "tuntas_demo": getattr(settings, "DEMO", False),
        "htmx_config": htmx.CONFIG,
        "theme": themes.chosen(request),
        "face": face,
        "site_name": face.called if face else "Tuntas",
        "main_origin": settings.ORIGIN,
    }

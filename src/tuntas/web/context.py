"""What every template may read besides the view's own context."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from tuntas.web import htmx, themes


def frame(request: HttpRequest) -> dict[str, Any]:
    """tuntas_demo: whether this is a demonstration; htmx_config: for officers; theme: chosen by hand, or empty."""
    return {
        "tuntas_demo": getattr(settings, "DEMO", False),
        "htmx_config": htmx.CONFIG,
        "theme": themes.chosen(request),
    }

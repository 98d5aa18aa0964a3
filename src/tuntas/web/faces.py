"""What a browser fetches for the portal of an agency: style sheet and emblem, under names that hold for good."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tuntas.faces import colours, emblems

ONE_YEAR = 31_536_000  # seconds
FOR_GOOD = f"public, max-age={ONE_YEAR}, immutable"


@require_safe
def sheet(_request: HttpRequest, name: str) -> HttpResponse:
    """GET /wajah/<name>.css: made of the colour in its own address alone; kept for good under its hash."""
    found = colours.sheet_named(name)
    if found is None:
        raise Http404
    text, is_the_one = found
    response = HttpResponse(text, content_type="text/css; charset=utf-8")
    response["Cache-Control"] = FOR_GOOD if is_the_one else "no-cache"
    return response


@require_safe
def emblem(_request: HttpRequest, name: str, side: int) -> HttpResponse:
    """GET /wajah/lambang/<hash>-<side>.png: one that was published, at one of the sizes that pages ask for."""
    try:
        drawn = emblems.published(name, side)
    except LookupError:
        raise Http404 from None
    response = HttpResponse(drawn, content_type="image/png")
    response["Cache-Control"] = FOR_GOOD
    return response

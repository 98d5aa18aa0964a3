"""How a page of the portal is opened: in whose sight its rows are read, and what robots may do with it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse

from tuntas.access.actors import PUBLIC, acting
from tuntas.web.middleware import PERMISSIONS_TO_SPEAK

View = Callable[..., HttpResponse]


def for_everyone(view: View) -> View:
    """Run the view, its template included, in the public's sight: outside of it the database shows no report at all."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with acting(PUBLIC):
            return view(request, *args, **kwargs)

    return cast(View, shown)


def may_speak(view: View) -> View:
    """For the pages of the form: there the person may record what happened."""

    @wraps(view)
    def heard(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Permissions-Policy"] = PERMISSIONS_TO_SPEAK
        return response

    return cast(View, heard)


def never_found(view: View) -> View:
    """For pages about one person's report: no robot lists them."""

    @wraps(view)
    def hidden(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return cast(View, hidden)

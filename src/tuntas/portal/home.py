"""The first page: one big button, the code, honest numbers, and what was finished lately."""

from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tuntas.insight import conduct
from tuntas.portal.agencies import MINUTE, account_of
from tuntas.portal.pages import for_everyone
from tuntas.portal.repaired import repaired
from tuntas.portal.searching import finished_lately

LATEST = 3


@require_safe
@for_everyone
def home(request: HttpRequest) -> HttpResponse:
    """GET /: no report stands there twice; what has photos of before and after is not among the rows again."""
    shown = repaired(None, LATEST)
    told = {one.row.copy.pk for one in shown}
    latest = [row for row in finished_lately(LATEST + len(shown)) if row.copy.pk not in told]
    context = {
        "account": account_of(None),
        "lately": counted_lately(int(timezone.now().timestamp()) // MINUTE),
        "repaired": shown,
        "finished": latest[:LATEST],
    }
    return render(request, "portal/home.html", context)


@lru_cache(maxsize=2)
def counted_lately(_minute: int) -> conduct.Lately:
    """Remembered for a minute, since every visitor asks for it."""
    return conduct.finished_lately()

"""What is kept of people, why, how long and who reads it: drawn from the record of processing itself (UU 27/2022)."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from tuntas.portal.pages import for_everyone
from tuntas.privacy.register import BASES, GROUPS, Group, Keeping, keeping

SINCE = {
    "finished": gettext_lazy("after the report is finished"),
    "sent": gettext_lazy("after it was sent"),
    "decided": gettext_lazy("after the decision"),
    "appointment": gettext_lazy("after the appointment ends"),
    "ended": gettext_lazy("after it ended"),
    "written": gettext_lazy("after it was written"),
}


@dataclass(frozen=True, slots=True)
class Kept:
    """One group of processing as people read it. is_ours: the term is our default, which no law that we know fixes."""

    group: Group
    basis: Any
    term: str
    is_ours: bool


@require_safe
@for_everyone
def privacy(request: HttpRequest) -> HttpResponse:
    """GET /privasi"""
    today = timezone.localdate()
    terms = keeping(today)
    kept = [
        Kept(group, BASES[group.basis], in_words(terms[group.keeping]), is_ours(terms[group.keeping]))
        for group in GROUPS.values()
    ]
    context = {
        "yours": [each for each in kept if each.group.citizens],
        "others": [each for each in kept if not each.group.citizens],
        "today": today,
    }
    return render(request, "portal/privacy.html", context)


def in_words(term: Keeping) -> str:
    """ "5 years after the report is finished", "as long as the register stands"."""
    if term.months is None:
        return _("as long as the register stands")
    if term.months % 12:
        length = ngettext("%(n)d month", "%(n)d months", term.months) % {"n": term.months}
    else:
        length = ngettext("%(n)d year", "%(n)d years", term.months // 12) % {"n": term.months // 12}
    return f"{length} {SINCE[term.since]}"


def is_ours(term: Keeping) -> bool:
    return term.mark != "sourced"

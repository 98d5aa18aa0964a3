"""Public accountability: every agency and office, what became of its reports, and who stands in for the unconnected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django import forms
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tuntas.insight import books, conduct
from tuntas.insight.buckets import FINISHED
from tuntas.insight.models import MapPicture
from tuntas.organizations.models import Supervision, Unit, UnitKind
from tuntas.portal.flow import promised_by
from tuntas.portal.letters import waiting_for
from tuntas.portal.looking_up import keeper_of, units_named
from tuntas.portal.pages import for_everyone
from tuntas.portal.repaired import repaired
from tuntas.portal.searching import newest_of
from tuntas.web.hosts import face_of
from tuntas.web.paging import page_of

SIZE = 40  # agencies of a page
LATEST = 5  # reports shown on an agency's page
MINUTE = 60  # seconds


class Named(forms.Form):
    kata = forms.CharField(label=_("Name of the agency or office"), required=False, max_length=120)


@require_safe
@for_everyone
def agencies(request: HttpRequest) -> HttpResponse:
    """GET /instansi: all agencies by name; with ?kata=, also offices and service units.

    On the portal of an agency it and its offices, and with ?semua= everybody's.
    """
    face = face_of(request)
    own = face if face and "semua" not in request.GET else None
    form = Named(request.GET)
    words = form.cleaned_data["kata"] if form.is_valid() else ""
    rows = _under(own.agency) if own else _all()
    page = None if words.strip() else page_of(rows, request.GET, order=("name", "pk"), size=SIZE)
    units = units_named(words) if page is None else page.rows
    return render(request, "portal/agencies.html", {"search": form, "units": units, "page": page, "own": own})


@require_safe
@for_everyone
def agency(request: HttpRequest, slug: str) -> HttpResponse:
    """GET /instansi/<slug>: the books of the unit's agency, its latest public reports, and who stands in (R000-30)."""
    unit = Unit.objects.working().select_related("agency__area", "parent").filter(slug=slug).first()
    if unit is None:
        raise Http404
    runs = unit.agency or unit
    waiting, letters = waiting_for(runs) if runs.connected_on is None else ([], None)
    context = {
        "unit": unit,
        "agency": runs,
        "keeper": keeper_of(unit) if runs.connected_on is None else None,
        "waiting": waiting,
        "letters": letters,
        "supervisors": _supervisors(runs),
        "offices": _offices(unit),
        "account": account_of(runs.pk),
        "latest": newest_of(runs.pk, LATEST),
        "repaired": repaired(runs.pk, LATEST),
        "limits": promised_by(runs.pk),
        **_conduct(runs),
    }
    return render(request, "portal/agency.html", context)


def _conduct(agency: Unit) -> dict[str, Any]:
    """What the night counted about an agency, as its page shows it."""
    account, counted = account_of(agency.pk), conduct.of_agency(agency.pk)
    return {
        "shares": counted.shares,
        "marks": counted.marks,
        "ages": [{"name": words, "amount": n} for words, n in counted.ages],
        "finishes": [{"name": words, "amount": n} for words, n in account.finishes],
        "enough": conduct.ENOUGH,
        "counted": MapPicture.objects.first(),
        "people": _people(agency, account, counted.supported),
    }


@dataclass(frozen=True, slots=True)
class People:
    """What can be counted of people without knowing them. per_residents: reports for 10,000 residents, None unknown."""

    supporters: int
    per_residents: float | None


def _people(agency: Unit, account: "Account", supporters: int) -> People:
    """Reporters without an account are not told apart: how many they are, or who came back, is not known (R000-22)."""
    residents = agency.area.population if agency.area else None
    return People(
        supporters=supporters,
        per_residents=round(10_000 * account.incoming / residents, 1) if residents else None,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """What became of all reports in an agency's books. The three finishes stand apart (law 5)."""

    incoming: int
    open: int
    overdue: int
    finishes: Sequence[tuple[Any, int]]
    others: Sequence[tuple[Any, int]]
    predating: int
    as_of: datetime


def account_of(agency: int | None) -> Account:
    """The books of one agency (its id), or of the whole register, counted at most a minute ago: the page says when."""
    return counted_in(agency, int(timezone.now().timestamp()) // MINUTE)


@lru_cache(maxsize=1024)
def counted_in(agency: int | None, _minute: int) -> Account:
    """One query, over all reports of the agency; remembered, since a much-read page would ask it for each visitor."""
    counted = books.totals(agencies=[agency] if agency else None)
    open_ones = ("unverified", "pending", "not_followed_up", "in_process")
    rows = [(name, words, n) for name, words, n in counted.rows() if name not in FINISHED]
    return Account(
        incoming=counted.incoming,
        open=sum(counted.by_bucket[name] for name in open_ones),
        overdue=counted.overdue,
        finishes=[(words, n) for name, words, n in counted.rows() if name in FINISHED],
        others=[(words, n) for _name, words, n in rows],
        predating=counted.predating,
        as_of=counted.as_of,
    )


def _all() -> Any:
    return Unit.objects.working().agencies().exclude(kind=UnitKind.NATION).select_related("agency")


def _under(agency: int) -> Any:
    return Unit.objects.working().filter(agency=agency).select_related("agency")


def _supervisors(unit: Unit) -> Sequence[Unit]:
    edges = Supervision.objects.filter(Q(valid_to=None) | Q(valid_to__gte=timezone.localdate()), supervised=unit)
    return [edge.supervisor for edge in edges.select_related("supervisor").order_by("supervisor__name")]


def _offices(unit: Unit) -> Sequence[Unit]:
    return list(Unit.objects.working().filter(parent=unit).order_by("name")[:200])

"""The public register: the list of public reports, and the page of one (R000-30, R004-13)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tuntas.following import phones
from tuntas.kernel import numbers
from tuntas.kernel.refusals import NotFound
from tuntas.portal import browsers, faces, timeline
from tuntas.portal.expecting import expected
from tuntas.portal.letters import letter_of
from tuntas.portal.mapping import map_with
from tuntas.portal.pages import for_everyone
from tuntas.portal.searching import Search, search
from tuntas.portal.standing import is_unconnected, standing
from tuntas.portal.wishing import Wish
from tuntas.reports.models import Attachment, PublicCopy
from tuntas.reports.supporting import is_behind, people_behind
from tuntas.web.hosts import origin_of


@require_safe
@for_everyone
def reports(request: HttpRequest) -> HttpResponse:
    """GET /laporan: the list, with ?kata=, ?keadaan=, ?kategori=, ?instansi= and ?sebelum= (the page's key).

    On the portal of an agency: its books, with ?lingkup=wilayah its area, with ?lingkup=semua all.
    """
    form = Search(request.GET)
    results = search(request.GET, form, faces.within(request))
    on_the_map = map_with(form.facts(), results.place)
    context = {"search": form, "results": results, "on_the_map": on_the_map, "scopes": faces.scopes(request)}
    return render(request, "portal/reports.html", context)


@require_safe
@for_everyone
def report(request: HttpRequest, number: str) -> HttpResponse:
    """GET /laporan/<number>: what everybody may know. Missing and hidden reports answer alike."""
    plain = _plain(number)
    if plain != number:
        return redirect("portal:report", number=plain)
    copy = public_copy(plain)
    shown = copy.report
    context = {
        "copy": copy,
        "report": shown,
        "number": numbers.spell_number(shown.number),
        "parent": getattr(shown.parent, "public_copy", None) if shown.parent else None,
        "standing": standing(shown, own=False),
        "unconnected": is_unconnected(shown),
        "letter": letter_of(shown),
        "expected": expected(shown),
        "people": people_behind([shown.pk]).get(shown.pk, shown.weight),
        "is_behind": is_behind(shown, browser=browsers.known(request)),
        "origin": origin_of(request),
        "wish": Wish() if shown.is_open else None,
        "phone_key": phones.key_of_ours() if shown.is_open else "",
        "entries": timeline.for_the_public(shown),
        "files": list(Attachment.objects.filter(report=shown, event=None, is_public=True)),
    }
    return render(request, "portal/report.html", context)


def public_copy(number: str) -> PublicCopy:
    """The public copy of this number, with all that a page tells of its report. Raises NotFound."""
    related = ("holder", "target_agency__agency", "category", "area__parent", "arbiter", "lead", "agency")
    found = PublicCopy.objects.select_related(*(f"report__{name}" for name in (*related, "parent__public_copy")))
    copy = found.filter(number=_plain(number), report__isnull=False).first()
    if copy is None:
        raise no_such_report()
    return copy


def _plain(number: str) -> str:
    try:
        return numbers.parse_number(number)
    except numbers.Mistyped:
        raise no_such_report() from None


def no_such_report() -> NotFound:
    """Missing, hidden and mistyped numbers answer alike."""
    return NotFound(
        _("No public report has this number."),
        why=_("It may not be checked yet, it may be protected, or the number may be mistyped."),
        instead=_("Is it yours? Open it with the secret code on your receipt."),
    )

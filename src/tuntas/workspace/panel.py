"""One report beside the list that it was opened from: what the panel shows, and what comes after an act in it.

With scripts a row opens here and an act answers here; without them, and on a narrow window, each is a page of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone

from tuntas.followup.answering import Blocked
from tuntas.kernel.refusals import Refusal
from tuntas.organizations.models import Role
from tuntas.workspace import drafts
from tuntas.workspace.acts import open_acts
from tuntas.workspace.desks import Desk
from tuntas.workspace.forms.answering import GatedForm
from tuntas.workspace.forms.base import OFFICES_LIST, ActForm
from tuntas.workspace.listing import Listing, habit_of
from tuntas.workspace.officers import OfficerRequest
from tuntas.workspace.reading import ReportPage, find_report

PANEL, LIST = "panel", "list"  # ids of the parts that scripts ask for
# Which act goes on with the same report, when this officer may do it: checked reports are handed on at once.
THEN = {"verify": "dispose"}


def is_for(request: HttpRequest, part: str) -> bool:
    """Whether scripts ask for this part of the page alone."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Target") == part


def may_ask_who_read(desk: Desk) -> bool:
    """The nation, and an inspectorate about the reports that it sees."""
    return desk.role == Role.NATIONAL_ADMIN or desk.inspects


def word_of(request: HttpRequest) -> str:
    """The list that the panel stands beside, as `Listing.told` reads it."""
    return str(request.POST.get("list") or request.GET.get("list", ""))


def opened(request: OfficerRequest, number: str) -> ReportPage | None:
    """The report with this number on this desk, or None when there is none that this officer may see."""
    try:
        return ReportPage(find_report(number), request.desk) if number else None
    except Http404:
        return None


@dataclass(frozen=True, slots=True)
class Place:
    """Where an act happens: in the panel of this list, at this report; and which one follows it there."""

    listing: Listing
    number: str
    following: str

    @classmethod
    def of(cls, request: OfficerRequest, number: str) -> "Place | None":
        """None on a page of its own. Read before the act: afterwards the report lies elsewhere."""
        listing = Listing.told(request.desk, word_of(request)) if is_for(request, PANEL) else None
        return cls(listing, number, listing.next_after(number)) if listing else None

    def anew(self) -> Listing:
        """The same list, read again."""
        return Listing(self.listing.desk, self.listing.tab, self.listing.asked)


def facts(
    request: OfficerRequest,
    page: ReportPage,
    given: ActForm | None = None,
    *,
    refusal: Refusal | None = None,
    asked: str = "",
) -> dict[str, Any]:
    """What the templates of one report want. `given` takes the place of its act's empty form."""
    kept = drafts.of_page(request.desk, page)
    forms = [
        given if given is not None and act_of is type(given) else _form(act_of, page, kept)
        for act_of in open_acts(page)
    ]
    if refusal is not None and given is not None:
        if isinstance(refusal, Blocked) and isinstance(given, GatedForm):
            given.blocked_by(refusal.verdict)
        refusal.kept = {} if given in forms else dict(given.typed)
    in_panel = is_for(request, PANEL) or "open" in request.GET
    proposes = next((form for form in forms if form.proposes and not form.is_bound), None)
    proposal = proposes.suggestion(page) if proposes is not None else None
    return {
        "page": page,
        "report": page.report,
        "acts": forms,
        "proposal": proposal,
        "open_act": "" if in_panel and proposal and not asked and not kept else _opened(forms, given, asked),
        "in_panel": in_panel,
        "keys_on": in_panel or habit_of(request.desk).has_keys,
        "form": given,
        "stranded": _stranded(kept, forms, given),
        "refusal": refusal,
        "files_lost": given is not None and bool(request.FILES),
        "offices_list": OFFICES_LIST,
        "is_protected": page.is_protected,
        "may_ask_who_read": page.is_protected and may_ask_who_read(request.desk),
        "opened_at": timezone.now(),
    }


def _form(act_of: type[ActForm], page: ReportPage, kept: Mapping[str, drafts.Kept]) -> ActForm:
    return drafts.filled(act_of, page, kept[act_of.name]) if act_of.name in kept else act_of(page)


def _stranded(kept: Mapping[str, drafts.Kept], forms: Sequence[ActForm], given: ActForm | None) -> list[drafts.Kept]:
    """What was typed into forms that are gone; the one that was just refused says so by itself."""
    shown = {form.name for form in forms} | ({given.name} if given is not None else set())
    return [draft for name, draft in kept.items() if draft.texts and name not in shown]


def _opened(forms: Sequence[ActForm], given: ActForm | None, asked: str) -> str:
    """The one form that is unfolded: the one that came back or was being typed, that was asked for, else the first."""
    if given is not None and given in forms:
        return given.name
    asked = asked or next((form.name for form in forms if form.draft_at), "")
    return next((form.name for form in forms if form.name == asked), forms[0].name if forms else "")

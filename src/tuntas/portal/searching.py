"""Looking through the public reports: by words, agency, state and category; newest first, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tuntas.organizations.models import Category, Unit
from tuntas.portal import queries
from tuntas.portal.names import in_language
from tuntas.portal.standing import state_of
from tuntas.reports.models import PublicCopy
from tuntas.reports.states import State

SIZE = 20  # rows of a page
LONGEST = 200  # characters of a search
FINISHED_LOOKED_AT = 30  # newest finished reports from which the latest are chosen

# What a visitor distinguishes, and the states behind it.
GROUPS: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "waiting": (
        _("Waiting"),
        (State.AWAITING_VERIFICATION, State.AWAITING_DISPOSITION, State.AWAITING_FOLLOW_UP, State.TRANSFER_REQUESTED),
    ),
    "working": (_("Being worked on"), (State.IN_PROGRESS,)),
    "reporter": (
        _("Waiting for the reporter"),
        (State.PENDING_INFO, State.AWAITING_REPORTER, State.RESOLUTION_PROPOSED),
    ),
    "finished": (_("Finished"), (State.RESOLVED,)),
    "other": (_("Ended otherwise"), (State.ARCHIVED, State.MERGED, State.WITHDRAWN, State.REFERRED_EXTERNAL)),
}


# What an address says is not repeated on our page: anybody may write an address.
NOT_REPEATED = {"invalid_choice": _("Select a valid choice. That choice is not one of the available choices.")}


class Search(forms.Form):
    """The filters above the list. Addresses use Indonesian words; anything unreadable counts as not asked."""

    kata = forms.CharField(label=_("Words"), required=False, max_length=LONGEST)
    keadaan = forms.ChoiceField(label=_("State"), required=False, error_messages=NOT_REPEATED)
    kategori = forms.ChoiceField(label=_("Category"), required=False, error_messages=NOT_REPEATED)
    instansi = forms.SlugField(required=False, widget=forms.HiddenInput, max_length=80)

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        any_one = [("", _("All"))]
        states, kinds = self.fields["keadaan"], self.fields["kategori"]
        assert isinstance(states, forms.ChoiceField)  # noqa: S101 - for the type checker
        assert isinstance(kinds, forms.ChoiceField)  # noqa: S101
        states.choices = any_one + [(name, words) for name, (words, _states) in GROUPS.items()]
        tops = Category.objects.filter(parent=None, valid_to=None).order_by("name")
        kinds.choices = any_one + [(kind.code, in_language(kind)) for kind in tops]


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One public report in a list."""

    copy: PublicCopy
    word: Any
    tone: str
    icon: str
    unit: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Results:
    """A page of rows. older, newest: addresses ("?..."), empty where there is no such page."""

    rows: Sequence[Row]
    older: str
    newest: str
    agency: Unit | None


def search(asked: QueryDict, form: Search) -> Results:
    """Call in the public's sight. Two queries for the rows, one more for each filter that is on."""
    facts = form.cleaned_data if form.is_valid() else {}
    before = _number(asked.get("sebelum", ""))
    agency = Unit.objects.filter(slug=facts.get("instansi") or "-").first()
    ids, goes_on = _ids(facts, agency, before)
    if len(ids) > SIZE:
        goes_on = ids[SIZE - 1]
    return Results(
        rows=rows_of(ids[:SIZE]),
        older=_address(asked, goes_on) if goes_on is not None else "",
        newest=_address(asked, None) if before is not None else "",
        agency=agency,
    )


def rows_of(ids: Sequence[int]) -> list[Row]:
    """These public reports, newest first."""
    related = ("report__holder", "report__lead")
    copies = PublicCopy.objects.select_related(*related).filter(report_id__in=ids).order_by("-report_id")
    return [_row(copy) for copy in copies]


def finished_lately(size: int) -> list[Row]:
    """What was finished last among the newest reports that are finished, its way of finishing told (law 5)."""
    ids, _goes_on = queries.filtered(
        "", agency=None, states=[State.RESOLVED], categories=None, before=None, size=FINISHED_LOOKED_AT
    )
    rows = sorted(rows_of(ids), key=lambda row: row.copy.report.decided_at or row.copy.published_at, reverse=True)
    return rows[:size]


def newest_of(agency: int, size: int) -> list[Row]:
    """The latest public reports in an agency's books."""
    ids, _goes_on = queries.filtered("", agency=agency, states=None, categories=None, before=None, size=size)
    return rows_of(ids)


def _row(copy: PublicCopy) -> Row:
    word, tone, icon = state_of(copy.report)
    return Row(copy=copy, word=word, tone=tone, icon=icon, unit=in_language(copy.report.lead or copy.report.holder))


def _ids(facts: Mapping[str, Any], agency: Unit | None, before: int | None) -> tuple[list[int], int | None]:
    """One row more than a page shows, and where to go on when a window of the register ended before."""
    words = str(facts.get("kata") or "").strip()
    states = GROUPS[facts["keadaan"]][1] if facts.get("keadaan") else None
    categories = _with_parts(facts["kategori"]) if facts.get("kategori") else None
    if states or categories or agency:
        return queries.filtered(
            words, agency=agency.pk if agency else None, states=states, categories=categories,
            before=before, size=SIZE + 1,
        )  # fmt: skip
    if words:
        return queries.with_words(words, before=before, size=SIZE + 1), None
    newest = PublicCopy.objects.order_by("-report_id")
    older = newest.filter(report_id__lt=before) if before is not None else newest
    return list(older.values_list("report_id", flat=True)[: SIZE + 1]), None


def _with_parts(code: str) -> list[int]:
    kinds = Category.objects.filter(code=code) | Category.objects.filter(parent__code=code)
    return list(kinds.values_list("pk", flat=True)) or [0]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _address(asked: QueryDict, before: int | None) -> str:
    address = asked.copy()
    address.pop("sebelum", None)
    if before is not None:
        address["sebelum"] = str(before)
    return f"?{address.urlencode()}"

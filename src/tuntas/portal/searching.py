"""Looking through public reports: by words, place, agency, category, state, time; newest first, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tuntas.insight import asking
from tuntas.organizations.models import Category
from tuntas.portal import narrowing, queries
from tuntas.portal.faces import EVERYWHERE, Within
from tuntas.portal.names import in_language
from tuntas.portal.standing import state_of
from tuntas.reports.models import PublicCopy
from tuntas.reports.states import State

SIZE = 20  # rows of a page
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


class Search(forms.Form):
    """The filters above the list. Addresses use Indonesian words; anything unreadable counts as not asked."""

    kata = forms.CharField(label=_("Words"), required=False, help_text=_("For example: lampu jalan mati"))
    tempat = forms.CharField(
        label=_("Place"), required=False, max_length=120, help_text=_("District, city, regency or province")
    )
    instansi = forms.CharField(label=_("Agency"), required=False, max_length=120)
    kategori = narrowing.one_of(_("Category"))
    keadaan = narrowing.one_of(_("State"))
    waktu = narrowing.one_of(_("Time"))

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        narrowing.offer(self, "keadaan", [(name, words) for name, (words, _states) in GROUPS.items()])
        narrowing.offer(self, "kategori", narrowing.kinds())
        narrowing.offer(self, "waktu", [(name, words) for name, (words, _days) in narrowing.TIMES.items()])
        self.fields["kata"].widget.attrs["enterkeyhint"] = "search"

    def facts(self) -> dict[str, str]:
        """What can be read of what was asked, field by field: a faulty filter does not take the others with it."""
        self.is_valid()
        return {name: str(value) for name, value in self.cleaned_data.items() if value}

    @property
    def narrows(self) -> bool:
        """Whether anything but words is asked for: then the filters stand open."""
        return any(name != "kata" for name in self.facts())


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
    """A page of rows. older, newest: addresses ("?..."), empty where there is no such page.

    mended: the words that were looked for instead of those that were typed, because nothing held those.
    """

    rows: Sequence[Row]
    older: str
    newest: str
    asked: asking.Asked
    mended: str = ""
    agency: narrowing.Agency | None = None
    place: narrowing.Place | None = None

    @property
    def is_lost(self) -> bool:
        """A filter that names nothing we know: nothing is shown, rather than what nobody asked for."""
        return bool((self.agency and not self.agency.unit) or (self.place and not self.place.area) or self.is_mute)

    @property
    def is_mute(self) -> bool:
        """Something was typed, and no word of it can be looked for."""
        return self.asked.typed and not self.asked


@dataclass(frozen=True, slots=True)
class Wanted:
    """All that narrows a list, ready for the database."""

    query: asking.Query
    agency: int | None
    place: str | None
    states: Sequence[str] | None
    categories: Sequence[int] | None
    since: datetime | None

    @property
    def narrows(self) -> bool:
        return any((self.agency, self.place, self.states, self.categories, self.since))


def search(asked: QueryDict, form: Search, within: Within = EVERYWHERE) -> Results:
    """Call in the public's sight. Two queries for the rows, one more for each filter that is on.

    within: what the list is about where no place and no agency is asked for.

    Where no report holds the words, words that look like them are looked for, and the page says so.
    """
    facts = form.facts()
    before = _number(asked.get("sebelum", ""))
    words = asking.read(facts.get("kata", ""))
    agency, place = narrowing.agency_of(facts.get("instansi", "")), narrowing.place_of(facts.get("tempat", ""))
    found = Results(rows=(), older="", newest="", asked=words, agency=agency, place=place)
    if found.is_lost:
        return found
    wanted = _wanted(facts, words, agency, place, within)
    ids, goes_on = _ids(wanted, before)
    instead = asking.mended(words) if words and before is None and not ids and goes_on is None else None
    if instead is not None:
        ids, goes_on = _ids(replace(wanted, query=instead.query()), before)
        instead = instead if ids or goes_on else None
    if len(ids) > SIZE:
        goes_on = ids[SIZE - 1]
    return replace(
        found,
        rows=rows_of(ids[:SIZE]),
        older=_address(asked, goes_on, instead) if goes_on is not None else "",
        newest=_address(asked, None) if before is not None else "",
        mended=instead.written() if instead else "",
    )


def _wanted(
    facts: Mapping[str, str],
    words: asking.Asked,
    agency: narrowing.Agency | None,
    place: narrowing.Place | None,
    within: Within,
) -> Wanted:
    return Wanted(
        query=words.query(),
        agency=agency.unit.pk if agency and agency.unit else within.agency,
        place=place.area.code if place and place.area else within.place,
        states=GROUPS[facts["keadaan"]][1] if "keadaan" in facts else None,
        categories=_with_parts(facts["kategori"]) if "kategori" in facts else None,
        since=narrowing.since(facts.get("waktu", "")),
    )


def rows_of(ids: Sequence[int]) -> list[Row]:
    """These public reports, newest first."""
    related = ("report__holder", "report__lead")
    copies = PublicCopy.objects.select_related(*related).filter(report_id__in=ids).order_by("-report_id")
    return [_row(copy) for copy in copies]


def finished_lately(size: int, agency: int | None = None) -> list[Row]:
    """What was finished last among the newest reports that are finished, its way of finishing told (law 5)."""
    ids, _goes_on = queries.find(agency=agency, states=[State.RESOLVED], size=FINISHED_LOOKED_AT)
    rows = sorted(rows_of(ids), key=lambda row: row.copy.report.decided_at or row.copy.published_at, reverse=True)
    return rows[:size]


def newest_of(agency: int, size: int) -> list[Row]:
    """The latest public reports in an agency's books."""
    ids, _goes_on = queries.find(agency=agency, size=size)
    return rows_of(ids)


def _row(copy: PublicCopy) -> Row:
    word, tone, icon = state_of(copy.report)
    return Row(copy=copy, word=word, tone=tone, icon=icon, unit=in_language(copy.report.lead or copy.report.holder))


def _ids(wanted: Wanted, before: int | None) -> tuple[list[int], int | None]:
    """One row more than a page shows, and where to go on when a window of the register ended before."""
    if wanted.narrows or wanted.query.exact:
        return queries.find(
            wanted.query, agency=wanted.agency, states=wanted.states, categories=wanted.categories,
            place=wanted.place, since=wanted.since, before=before, size=SIZE + 1,
        )  # fmt: skip
    newest = PublicCopy.objects.order_by("-report_id")
    older = newest.filter(report_id__lt=before) if before is not None else newest
    return list(older.values_list("report_id", flat=True)[: SIZE + 1]), None


def _with_parts(code: str) -> list[int]:
    kinds = Category.objects.filter(code=code) | Category.objects.filter(parent__code=code)
    return list(kinds.values_list("pk", flat=True)) or [0]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _address(asked: QueryDict, before: int | None, instead: asking.Asked | None = None) -> str:
    address = asked.copy()
    address.pop("sebelum", None)
    if instead is not None:
        address["kata"] = instead.written()
    if before is not None:
        address["sebelum"] = str(before)
    return f"?{address.urlencode()}"

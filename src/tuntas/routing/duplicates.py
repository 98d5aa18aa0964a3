"""Reports that may be about the same thing: same place, same weeks, same matter, similar words; a person decides.

The database narrows down by place and time alone, which row-level security lets an index do; words are compared only
for the few that are left (perf.md section 5). Only reports that the officer may see are ever compared.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from rapidfuzz import fuzz, utils

from tuntas.reports import publishing
from tuntas.reports.models import Report, ReportText
from tuntas.reports.states import OPEN
from tuntas.routing import queries

WINDOW = timedelta(days=60)  # before and after; a lamp that is reported later is another night's work
CANDIDATES = 60  # reports whose words are compared
SHOWN = 5
NEAR = 300  # metres within which two reports speak of one place
READ = 1_500  # characters of each text that are compared
CHANCE = 50.0  # per cent that any two complaints in one language reach: no likeness at all
LEAST = 0.6  # likeness below which nobody is bothered
EARTH = 6_371_000  # metres
# Words that every report has; what is left tells what it is about.
EMPTY_WORDS = """
di ke yang dan dari sudah ada untuk pada saya kami kita tolong mohon ini itu tidak juga dengan karena sejak agar bisa
sekali jalan jl jln gang no rt rw kel kec kelurahan kecamatan desa pak bu bapak ibu terima kasih selamat pagi siang
sore malam tgl tanggal dapat akan atau oleh lagi belum telah sangat kalau masih mau sama dalam seperti depan dekat
"""
EMPTY = frozenset(EMPTY_WORDS.split())

Words = Any  # str, or a lazy translation of one


@dataclass(frozen=True, slots=True)
class Similar:
    """Another open report that may be of the same matter. likeness: 0 to 1; reasons: sentences that say why."""

    report: Report
    title: str
    body: str
    likeness: float
    reasons: Sequence[Words]


def similar_to(report: Report) -> list[Similar]:
    """At most five open reports, the likeliest first. Call inside `acting`: it sees what that officer sees."""
    words = publishing.read(report)
    report = _placed(report, words)
    text = telling(f"{words['title']} {words['body']}")
    candidates = {found.pk: found for found in _candidates(report)}
    texts = ReportText.objects.filter(report__in=candidates).select_related("report")
    read = [(candidates[each.pk], publishing.read(each.report)) for each in texts]
    judged = [judge(report, text, _placed(other, told), told["title"], told["body"]) for other, told in read]
    likely = [found for found in judged if found.likeness >= LEAST]
    return sorted(likely, key=lambda found: (-found.likeness, found.report.pk))[:SHOWN]


def judge(report: Report, text: str, other: Report, title: str, body: str) -> Similar:
    """How alike two reports are, and why: half the words, a third the place, the rest the time between them.

    text: the telling words of `report`, so that they are taken out once for all candidates.
    """
    alike = fuzz.token_set_ratio(text, telling(f"{title} {body}"))
    metres = distance(report, other)
    days = abs((report.received_at - other.received_at).days)
    same_category = report.category_id is not None and report.category_id == other.category_id
    words = max(0.0, alike - CHANCE) / (100 - CHANCE)
    likeness = 0.5 * words + 0.35 * _nearness(report, other, metres) + 0.15 * max(0.0, 1 - days / WINDOW.days)
    reasons = [*_reasons(alike, metres, days), *([_("Same category.")] if same_category else [])]
    return Similar(other, title, body, round(likeness, 3), reasons)


def telling(text: str) -> str:
    """The words of a text that tell what it is about, in lower case."""
    return " ".join(word for word in re.findall(r"\w+", text[:READ].casefold()) if word not in EMPTY and len(word) > 1)


def distance(one: Report, other: Report) -> float | None:
    """Metres between two reports, or None when one has no point. Good to a per cent over a few kilometres."""
    if None in (one.latitude, one.longitude, other.latitude, other.longitude):
        return None
    here, there = (math.radians(each.latitude or 0.0) for each in (one, other))
    east = math.radians((one.longitude or 0.0) - (other.longitude or 0.0)) * math.cos((here + there) / 2)
    return EARTH * math.hypot(here - there, east)


def _candidates(report: Report) -> list[Report]:
    around: datetime = report.received_at
    others = Report.objects.filter(state__in=OPEN, received_at__range=(around - WINDOW, around + WINDOW)).exclude(
        pk=report.pk
    )
    if report.cell_y is not None and report.cell_x is not None:
        near = Q(cell_y__in=_beside(report.cell_y), cell_x__in=_beside(report.cell_x))
    elif report.area_id:
        near = Q(area=report.area_id)
    else:
        near = Q(holder=report.holder_id) | Q(pk__in=_at_the_same_place(report))
    near |= Q(is_confidential=True, place="", holder=report.holder_id)  # their place lies among their sealed words
    return list(others.filter(near).select_related("holder", "category").order_by("-received_at", "-pk")[:CANDIDATES])


def _at_the_same_place(report: Report) -> list[int]:
    """Open reports whose place is described by the same words; whether the officer may see them is asked afterwards."""
    if not report.place.strip():
        return []
    return queries.open_at_place(
        report.place, start=report.received_at - WINDOW, end=report.received_at + WINDOW, at_most=CANDIDATES
    )


def _beside(cell: int) -> list[int]:
    return [cell - 1, cell, cell + 1]


def _placed(report: Report, told: Mapping[str, Any]) -> Report:
    """The report with the place that lies among its sealed words; a copy, since nothing of it may be saved."""
    opened = copy(report)
    for name in ("place", "latitude", "longitude"):
        setattr(opened, name, told[name])
    return opened


def _nearness(one: Report, other: Report, metres: float | None) -> float:
    if metres is not None:
        return max(0.0, 1 - metres / (3 * NEAR))
    if one.place and other.place:
        return fuzz.token_set_ratio(one.place, other.place, processor=utils.default_process) / 100
    return 0.3 if one.area_id and one.area_id == other.area_id else 0.0


def _reasons(alike: float, metres: float | None, days: int) -> Iterator[Words]:
    yield _("%(percent)d%% of the words are alike.") % {"percent": round(alike)}
    if metres is not None and metres <= 3 * NEAR:
        yield _("%(metres)d metres apart.") % {"metres": round(metres, -1)}
    if days < 1:
        yield _("Sent within a day.")
    else:
        yield ngettext("Sent %(count)d day apart.", "Sent %(count)d days apart.", days) % {"count": days}

"""Getting to know the portal: one made-up report from the first word to the last, and help in plain words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tuntas.introduction import texts
from tuntas.portal.pages import for_everyone
from tuntas.portal.sentences import SENTENCES, Sentence


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the made-up history, as the timeline of a real report draws it."""

    word: Any
    icon: str
    tone: str
    at: datetime | None
    who: Any = ""
    words: Any = ""


@require_safe
@for_everyone
def introduction(request: HttpRequest) -> HttpResponse:
    """GET /kenalan: the way of a report, with the parts of our own pages as pictures."""
    return render(request, "portal/introduction.html", {"entries": _history(timezone.now())})


@require_safe
@for_everyone
def helps(request: HttpRequest) -> HttpResponse:
    """GET /bantuan: help in plain words, and where more of it stands."""
    return render(request, "portal/help.html", {"topics": texts.topics_for(texts.CITIZEN)})


def _history(now: datetime) -> Sequence[Entry]:
    """The same signs and names that the timeline of a real report shows."""
    office = _("Transport office (made up)")
    opened = _("Our crew opened the panel at the market: the fuse has burnt out. The new one is fitted tomorrow.")
    mended = _(
        "The crew changed the fuse and two lamps in front of the market. Photos from before and after are attached."
    )
    told = (
        ("receive", 9, "", ""),
        ("verify", 8, "", ""),
        ("dispose", 8, "", ""),
        ("progress", 5, office, opened),
        ("resolve", 4, office, mended),
        ("accept", 3, "", ""),
    )
    return [_entry(SENTENCES[verb], now - timedelta(days=ago), who, words) for verb, ago, who, words in told]


def _entry(sentence: Sentence, at: datetime, who: Any, words: Any) -> Entry:
    return Entry(sentence.name, sentence.icon, sentence.tone, at, who, words)

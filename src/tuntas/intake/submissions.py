"""What every way in hands over, and what is looked at before it is taken (handbook 2.4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from tuntas.identity.person import Person
from tuntas.kernel.numbers import refuse_codes
from tuntas.kernel.refusals import Incomplete
from tuntas.reports.states import Channel, ReportType

LONGEST = 20_000  # characters (design 3b, Limits)
LONGEST_TITLE, LONGEST_PLACE = 200, 300  # characters, as wide as the columns
LONGEST_PARTY = 500  # characters
SHORT = 20  # below this a nudge, never a refusal
OLDEST = date(1945, 8, 17)  # an event before this is a slip of the finger
YEARS_FOR_OMBUDSMAN = 2  # older events are taken, with a word about it (Ombudsman regulation 2/2009)


@dataclass(frozen=True, kw_only=True, slots=True)
class Submission:
    """One report on its way in. Everything but `text` may be left out.

    key: made by whoever sends, and sent again with every retry: the same key gives the same receipt.
    accused: units that the report is about; they never see it. reported_party: whom it is about, in the person's words.
    queue: the closed queue in which it begins (reports.states.Queue), '' for the ordinary one.
    face: the host name of the portal that it was written on; '' for the site's own.
    covered: places of text and place that the public is not to read (portal.covering); of the text as it is kept.
    """

    key: str
    text: str
    person: Person = field(default_factory=Person)
    title: str = ""
    report_type: str = ReportType.COMPLAINT
    channel: str = Channel.WEB
    event_on: date | None = None
    target: int | None = None
    accused: tuple[int, ...] = ()
    reported_party: str = ""
    queue: str = ""
    is_anonymous: bool = False
    is_confidential: bool = False
    requested_remedy: str = ""
    area: str | None = None
    place: str = ""
    latitude: float | None = None
    longitude: float | None = None
    lodged_at: datetime | None = None
    covered: tuple[Mapping[str, str | int], ...] = ()
    face: str = ""

    @property
    def is_hidden(self) -> bool:
        """Secret by wish, or because it names whom it is about, or lies in a closed queue (R002-32)."""
        return bool(self.is_confidential or self.accused or self.reported_party or self.queue)


def spoken_words() -> str:
    """What stands where nothing was written: for officers and the register, so in the register's own language."""
    with override(settings.LANGUAGE_CODE):
        return gettext("Voice report: what happened is in the recording.")


def look_at(submission: Submission, *, today: date) -> None:
    """Raise the Refusal that stands against a submission, with what was typed kept; or return."""
    text = submission.text.strip()
    kept = {"text": submission.text, "place": submission.place}
    refuse_codes(submission.text, submission.title, submission.place, submission.requested_remedy, kept=kept)
    if not text:
        raise _not_yet(_("Your report is still empty."), _("Say what happened, where and when."), kept)
    if len(text) > LONGEST:
        raise _not_yet(
            _("Your report has %(n)s characters; at most %(most)s fit.") % {"n": len(text), "most": LONGEST},
            _("Shorten it, or put the rest into a file and attach it. What you typed is kept."),
            kept,
        )
    for words, most, name in (
        (submission.title, LONGEST_TITLE, _("title")),
        (submission.place, LONGEST_PLACE, _("place")),
        (submission.reported_party, LONGEST_PARTY, _("person whom it is about")),
    ):
        if len(words.strip()) > most:
            raise _not_yet(
                _("The %(name)s has %(n)s characters; at most %(most)s fit.")
                % {"name": name, "n": len(words.strip()), "most": most},
                _("Shorten it, and say the rest in the report itself. What you typed is kept."),
                kept,
            )
    if submission.event_on and submission.event_on > today:
        raise _not_yet(
            _("The date lies in the future."), _("Give the day on which it happened, today at the latest."), kept
        )
    if submission.event_on and submission.event_on < OLDEST:
        raise _not_yet(_("The date lies too far back to be right."), _("Check the year."), kept)


def nudges(submission: Submission, *, today: date) -> list[Any]:
    """Friendly words about what would help; none of them stops a report."""
    found: list[Any] = []
    if len(submission.text.strip()) < SHORT:
        found.append(_("Your report is very short. If you can, say what happened, where and since when."))
    elif not any(letter.isalpha() for letter in submission.text):
        found.append(_("We cannot find a word in your report. If you can, say in words what happened."))
    if submission.event_on and (today - submission.event_on).days > 365 * YEARS_FOR_OMBUDSMAN:
        found.append(_("This happened more than two years ago. We take it; the Ombudsman may not be able to."))
    return found


def _not_yet(why: Any, instead: Any, kept: dict[str, str]) -> Incomplete:
    return Incomplete(_("We could not file this yet."), why=why, instead=instead, kept=kept)

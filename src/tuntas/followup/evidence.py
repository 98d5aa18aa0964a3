"""What each outcome must bring before a reporter may be told that the report is resolved.

Pure data and one question, `missing`. The rules are handbook 3.8 (outcomes), 3.3 T14 (proof) and article 004:
physical work without an uploaded proof is, for the reporter, work that did not happen.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tuntas.followup.kinds import Kind, Outcome

Words = str | Promise
Brought = Mapping[str, Any]
Test = Callable[[Brought], bool]

LONG_ENOUGH = 20  # characters; with fewer nobody has said what was done, or why not


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """What is known of a photo that an officer brings; the file itself is with the attachments."""

    taken_on: date | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is still missing, said to the officer."""

    code: str  # stable: tests and API clients key on it
    field: str  # the form field that can cure it
    sentence: Words


@dataclass(frozen=True, slots=True)
class Item:
    """One demand, met when `met` says so of what was brought."""

    lack: Lack
    met: Test


def _item(code: str, field: str, sentence: Words, met: Test) -> Item:
    return Item(Lack(code, field, sentence), met)


def _text(field: str, at_least: int = 1) -> Test:
    return lambda brought: len(str(brought.get(field) or "").strip()) >= at_least


def _photos(field: str) -> Test:
    """At least one photo, and each with its day and its place.

    Some work cannot be photographed (a home, a child, a patient): then the reason is the evidence.
    """
    excused = _text("no_photo_because", LONG_ENOUGH)

    def dated_and_placed(brought: Brought) -> bool:
        photos: Collection[Photo] = brought.get(field) or ()
        shown = bool(photos) and all(photo.taken_on and photo.place.strip() for photo in photos)
        return shown or excused(brought)

    return dated_and_placed


def _past(field: str) -> Test:
    """A day up to `today`, which the caller brings; without it the day is believed."""

    def lies_behind(brought: Brought) -> bool:
        day, today = _day(brought.get(field)), _day(brought.get("today"))
        return day is not None and (today is None or day <= today)

    return lies_behind


def _future(field: str) -> Test:
    """A day after `today`: a promise for today is no promise. Without `today` nothing is in the future."""

    def lies_ahead(brought: Brought) -> bool:
        day, today = _day(brought.get(field)), _day(brought.get("today"))
        return day is not None and today is not None and day > today

    return lies_ahead


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


# The demands ------------------------------------------------------------------------------------------------

_SAID = _text("text", LONG_ENOUGH)
WHAT_WAS_DONE = _item("what_was_done", "text", _("Say what was done, in one or two sentences."), _SAID)
THE_ANSWER = _item("the_answer", "text", _("Write the answer itself. A link or an address is not an answer."), _SAID)
REASON = _item("reason", "text", _("Say why, so that the reporter can understand it."), _SAID)
HOW_EXAMINED = _item("how_examined", "text", _("Say what was examined, where, and what was found."), _SAID)
DONE_ON = _item("done_on", "done_on", _("Give the date on which it was done, not later than today."), _past("done_on"))
PLACE = _item("place", "done_at_place", _("Give the place where the work was done."), _text("done_at_place"))
PHOTO_BEFORE = _item(
    "photo_before",
    "photos_before",
    _("Add a photo from before the work, with its date and place, or say why none can be shown."),
    _photos("photos_before"),
)
PHOTO_AFTER = _item(
    "photo_after",
    "photos_after",
    _("Add a photo from after the work, with its date and place, or say why none can be shown."),
    _photos("photos_after"),
)
DOCUMENT_NUMBER = _item(
    "document_number", "document_number", _("Give the number of the letter or decision."), _text("document_number")
)
DOCUMENT_DATE = _item(
    "document_date",
    "document_date",
    _("Give the date of the letter or decision, not later than today."),
    _past("document_date"),
)
LEGAL_GROUND = _item(
    "legal_ground", "legal_ground", _("Name the rule on which the decision rests."), _text("legal_ground")
)
NEXT_STEP = _item(
    "next_step", "next_step", _("Say what the reporter can do next, and where."), _text("next_step", LONG_ENOUGH)
)
PLANNED_FOR = _item(
    "planned_for",
    "planned_for",
    _("Give a date after today. The report comes back to you on that day."),
    _future("planned_for"),
)

_PAPER = (DOCUMENT_NUMBER, DOCUMENT_DATE)

# What the kind of follow-up demands whenever something was done.
BY_KIND: Mapping[Kind, tuple[Item, ...]] = {
    Kind.ANSWER: (),
    Kind.FIELD_ACTION: (DONE_ON, PLACE, PHOTO_BEFORE, PHOTO_AFTER),
    Kind.DOCUMENT: _PAPER,
    Kind.DECISION: _PAPER,
}

# What the outcome demands, whatever the kind.
BY_OUTCOME: Mapping[Outcome, tuple[Item, ...]] = {
    Outcome.FIXED: (WHAT_WAS_DONE, DONE_ON),
    Outcome.SERVICE_GIVEN: (WHAT_WAS_DONE, DONE_ON),
    Outcome.INFORMATION_GIVEN: (THE_ANSWER,),
    Outcome.PLANNED_WITH_DATE: (REASON, PLANNED_FOR),
    Outcome.DECLINED_WITH_REASON: (REASON, LEGAL_GROUND, NEXT_STEP),
    Outcome.ALREADY_DONE: (WHAT_WAS_DONE, DONE_ON),
    Outcome.SANCTIONED: (WHAT_WAS_DONE, LEGAL_GROUND, *_PAPER),
    Outcome.POLICY_CHANGED: (WHAT_WAS_DONE, *_PAPER),
    Outcome.NOT_PROVEN: (HOW_EXAMINED, NEXT_STEP),
}

# Nothing is said to be done here, so the kind adds no proof of work.
NOTHING_DONE = frozenset({Outcome.PLANNED_WITH_DATE, Outcome.DECLINED_WITH_REASON, Outcome.NOT_PROVEN})


def demands(outcome: Outcome | str, kind: Kind | str) -> tuple[Item, ...]:
    """Everything that this ending asks for, each once, in the order of the form. Unknown words raise ValueError."""
    outcome, kind = Outcome(outcome), Kind(kind)
    asked = BY_OUTCOME[outcome] if outcome in NOTHING_DONE else (*BY_OUTCOME[outcome], *BY_KIND[kind])
    return tuple(dict.fromkeys(asked))


def missing(outcome: Outcome | str, kind: Kind | str, brought: Brought) -> list[Lack]:
    """What is still missing before a resolution with this outcome and kind may be sent; empty when nothing is.

    brought: the form's fields by name, as in `Lack.field`. photos_before and photos_after hold `Photo`; days are dates;
    `today` is the office's own day; `no_photo_because` (20 characters or more) stands in for photos.
    Source: handbook 3.8 and 3.3 T14; requirements R004-14, R004-16, R004-17.
    """
    return [item.lack for item in demands(outcome, kind) if not item.met(brought)]

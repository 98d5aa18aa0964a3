"""Whose desk had a report, and for how long: time stamps for each layer (handbook 8.2 O5).

Told from the entries of the history alone, so that nobody can argue with it: what happened says at whose desk a report
lay until the next thing happened. Time here is plain time, nights and days off included; time limits count otherwise.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from tuntas.organizations.models import Role
from tuntas.reports.models import Event
from tuntas.reports.states import FINAL, State


class Desk(TextChoices):
    CHECK = "check", _("Checking it")
    HAND_ON = "hand_on", _("Finding the office")
    DISPUTE = "dispute", _("Disputed: whose it is")
    OFFICE = "office", _("The office that answers")
    HEAD = "head", _("The head, with a draft")
    REPORTER = "reporter", _("The reporter")


OF_STATE = {
    State.AWAITING_VERIFICATION: Desk.CHECK,
    State.AWAITING_DISPOSITION: Desk.HAND_ON,
    State.TRANSFER_REQUESTED: Desk.DISPUTE,
    State.AWAITING_FOLLOW_UP: Desk.OFFICE,
    State.IN_PROGRESS: Desk.OFFICE,
    State.PENDING_INFO: Desk.REPORTER,
    State.AWAITING_REPORTER: Desk.REPORTER,
    State.RESOLUTION_PROPOSED: Desk.REPORTER,
}


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay at one desk. until: None while it lies there. unit: which office it was."""

    desk: Desk
    unit: object
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Share:
    """All stays at one desk together. is_now: it lies there."""

    desk: Desk
    took: timedelta
    is_now: bool


def stays(events: Sequence[Event]) -> list[Stay]:
    """The stays of a report, in their order. events: all of its history, oldest first, with `holder` loaded."""
    found: list[Stay] = []
    has_draft = False
    for event in events:
        has_draft = _draft_after(event, has_draft=has_draft)
        desk = _desk_after(event, has_draft=has_draft)
        last = found[-1] if found else None
        if last and last.until is None:
            if (last.desk, last.unit) == (desk, event.holder):
                continue
            found[-1] = Stay(last.desk, last.unit, last.since, event.at)
        if desk is not None:
            found.append(Stay(desk, event.holder, event.at, None))
    return found


def shares(found: Iterable[Stay], now: datetime) -> list[Share]:
    """How long each desk had it, in the order in which the desks first had it."""
    took: dict[Desk, timedelta] = {}
    at_now: set[Desk] = set()
    for stay in found:
        took[stay.desk] = took.get(stay.desk, timedelta(0)) + ((stay.until or now) - stay.since)
        if stay.until is None:
            at_now.add(stay.desk)
    return [Share(desk, length, desk in at_now) for desk, length in took.items()]


def _draft_after(event: Event, *, has_draft: bool) -> bool:
    """Whether a draft lies at the head's desk once this has happened."""
    if event.verb == "submit":
        return True
    sent_by_head = event.verb == "progress" and event.actor_role == Role.UNIT_HEAD
    gone = event.verb in {"return_draft", "resolve"} or sent_by_head
    return has_draft and not gone and OF_STATE.get(State(event.to_state)) in {Desk.OFFICE, Desk.REPORTER, Desk.DISPUTE}


def _desk_after(event: Event, *, has_draft: bool) -> Desk | None:
    state = State(event.to_state)
    if state in FINAL:
        return None
    desk = OF_STATE[state]
    return Desk.HEAD if has_draft and desk == Desk.OFFICE else desk

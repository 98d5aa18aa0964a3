"""Where a report stands: its state in a word, whose turn it is, and by when (handbook 3.1: always say whose court)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.clocks.models import DUTIES, Clock, Kind, Policy
from tuntas.clocks.policies import calendar_of
from tuntas.reports.models import Report
from tuntas.reports.states import Finish, State

# State: tone, icon, whose turn (holder, decider, reporter, nobody), and the clocks that tell until when, first first.
STANDS: Mapping[str, tuple[str, str, str, tuple[str, ...]]] = {
    State.AWAITING_VERIFICATION: ("waiting", "hourglass", "holder", (Kind.VERIFY,)),
    State.PENDING_INFO: ("waiting", "circle-help", "reporter", (Kind.REPORTER_WINDOW,)),
    State.AWAITING_DISPOSITION: ("waiting", "check", "holder", (Kind.DISPOSE,)),
    State.AWAITING_FOLLOW_UP: ("waiting", "hourglass", "holder", (Kind.FIRST_RESPONSE, Kind.RESOLVE)),
    State.TRANSFER_REQUESTED: ("waiting", "share-2", "decider", (Kind.ARBITRATION, Kind.TRANSFER_DECISION)),
    State.IN_PROGRESS: ("working", "wrench", "holder", (Kind.SECOND_LOOK, Kind.RESOLVE, Kind.PROMISE)),
    State.AWAITING_REPORTER: ("waiting", "circle-help", "reporter", (Kind.REPORTER_WINDOW,)),
    State.RESOLUTION_PROPOSED: ("working", "check-check", "reporter", (Kind.REPORTER_REPLY,)),
    State.RESOLVED: ("done", "circle-check", "nobody", (Kind.PROMISE,)),
    State.ARCHIVED: ("closed", "archive", "nobody", (Kind.APPEAL_DECISION,)),
    State.MERGED: ("closed", "copy", "nobody", ()),
    State.WITHDRAWN: ("closed", "undo-2", "nobody", ()),
    State.REFERRED_EXTERNAL: ("closed", "external-link", "nobody", (Kind.APPEAL_DECISION,)),
}
FINISHES: Mapping[str, Any] = {
    Finish.ACCEPTED: _("Finished: accepted by the reporter"),
    Finish.SILENCE: _("Finished: closed after silence"),
    Finish.ADMIN: _("Finished: closed by an administrator"),
    Finish.IMPORTED: _("Finished in the old register"),
}
# What the reporter is told on their own page, where others read of "the reporter".
OWN_WORDS: Mapping[str, Any] = {
    State.AWAITING_REPORTER: _("Waiting for you"),
    State.RESOLUTION_PROPOSED: _("Answered, waiting for your word"),
    Finish.ACCEPTED: _("Finished: accepted by you"),
}
# What a late duty is called when another clock of the same report is the one that the page shows.
TURNS: Mapping[str, Any] = {
    "holder": _("It is now up to %(holder)s."),
    "decider": _("It is now up to %(decider)s."),
    "you": _("It is now up to you."),
    "reporter": _("It is now up to the reporter."),
    "nobody": "",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """word, tone, icon: the state for web/_status.html. turn: a sentence, or empty when it is nobody's.

    due_at: until when, of the running clock that counts now; None when none runs. zone: of the holder's working
    calendar. late_since: the earliest missed duty of the handlers that is still open, or None. day: which of the
    `working_days` it is now; 0 where the clock stands still, counts other days, or is over.
    """

    word: Any
    tone: str
    icon: str
    turn: str
    due_at: datetime | None
    working_days: int
    zone: str
    late_since: datetime | None
    day: int = 0


def standing(report: Report, *, own: bool, now: datetime | None = None) -> Standing:
    """Two queries at most: the unstopped clocks of the report, and its holder's calendar (remembered)."""
    moment = now or timezone.now()
    tone, icon, whose, kinds = STANDS[report.state]
    clocks = {clock.kind: clock for clock in Clock.objects.unstopped().select_related("policy").filter(report=report)}
    shown = next((clocks[kind] for kind in kinds if kind in clocks), None)
    missed = [clock.due_at for clock in clocks.values() if clock.kind in DUTIES and _is_late(clock, moment)]
    turn = TURNS["you" if own and whose == "reporter" else whose]
    return Standing(
        word=(own and OWN_WORDS.get(report.finish or report.state)) or state_of(report)[0],
        tone="late" if missed else tone,
        icon="clock-alert" if missed else icon,
        turn=str(turn) % {"holder": report.holder, "decider": _decider(report) if whose == "decider" else ""},
        due_at=shown.due_at if shown else None,
        working_days=shown.length if shown else 0,
        zone=str(calendar_of(report.holder).zone),
        late_since=min(missed, default=None),
        day=_day_of(shown, report, moment) if shown else 0,
    )


def state_of(report: Report) -> tuple[Any, str, str]:
    """(word, tone, icon) of a report in a list: no query."""
    tone, icon, _whose, _kinds = STANDS[report.state]
    return FINISHES.get(report.finish) or report.get_state_display(), tone, icon


def is_unconnected(report: Report) -> bool:
    """Whether the agency that the report names has not joined the register (R000-30). Needs target_agency__agency."""
    named = report.target_agency
    agency = (named.agency or named) if named else None
    return agency is not None and agency.connected_on is None


def _day_of(clock: Clock, report: Report, now: datetime) -> int:
    counts_days = clock.policy is not None and clock.policy.counting == Policy.Counting.WORKING_DAYS
    if not counts_days or clock.paused_at is not None or not clock.started_at <= now < clock.due_at:
        return 0
    left = calendar_of(report.holder).working_days_between(now, clock.due_at)
    return min(clock.length, max(1, clock.length - left))


def _is_late(clock: Clock, now: datetime) -> bool:
    return clock.paused_at is None and clock.due_at < now


def _decider(report: Report) -> str:
    """The superior that was called, else the unit to which the report was offered last."""
    if report.arbiter is not None:
        return str(report.arbiter)
    offered = report.events.filter(verb__in=("offer", "offer_on")).order_by("-pk").values_list("facts", flat=True)
    facts = offered.first() or {}
    return str(facts.get("proposed") or report.holder)

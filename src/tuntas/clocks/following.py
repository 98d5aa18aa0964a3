"""Makes the clocks follow a move: stop, start, pause and resume what its row of the timetable names."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Min

from tuntas.clocks.calendar import Calendar, never_earlier
from tuntas.clocks.models import DUTIES, Clock, Kind, Pause, Policy
from tuntas.clocks.policies import calendar_of, policy_for, unit_of
from tuntas.organizations import superiors
from tuntas.organizations.models import Unit
from tuntas.reports.models import Event, Report
from tuntas.reports.states import State

REMINDERS = (50, 80, 100)  # per cent of a clock's time (handbook 3.6, level 0)
COUNTED_QUESTIONS = 2  # pauses for questions to the reporter that move the deadline (T12)
EVERYTHING = "*"
# Duties of somebody other than the holder; every other clock goes with the report when it is handed over.
OF_OTHERS = frozenset({Kind.TRANSFER_DECISION, Kind.ARBITRATION, Kind.APPEAL_DECISION})


def follow(
    event: Event,
    *,
    stops: Iterable[str] = (),
    starts: Iterable[str] = (),
    pauses: Iterable[str] = (),
    resumes: Iterable[str] = (),
    promised: datetime | None = None,
) -> None:
    """Call inside the transaction that wrote `event`, so that no report is ever without its clock.

    promised: the date of a planned outcome; starts the clock that brings the report back, in place of an earlier one.
    """
    report = event.report
    stop(event, stops)
    pause(event, pauses)
    resume(event, resumes)
    for word in starts:
        if word == "fair":
            start_fair(event)
        else:
            start(event, word)
    if promised is not None:
        stop(event, [Kind.PROMISE])
        _put(report, Kind.PROMISE, owner=report.holder, at=event.at, due=promised, calendar=calendar_of(report.holder))
    Clock.objects.unstopped().filter(report=report).exclude(kind__in=OF_OTHERS).exclude(owner=report.holder).update(
        owner=report.holder
    )
    if stops or starts or pauses or resumes or promised is not None:  # else who acts need not even see the clocks
        settle_due(report)


def stop(event: Event, kinds: Iterable[str]) -> None:
    for clock in _named(event.report, kinds):
        clock.pauses.filter(ended_at=None).update(ended_at=event.at)
        clock.paused_at, clock.stopped_at, clock.stopped_by, clock.fire_at = None, event.at, event.verb, None
        clock.save()


def pause(event: Event, kinds: Iterable[str]) -> None:
    for clock in _named(event.report, kinds):
        if clock.paused_at is None:
            asked = clock.pauses.filter(reason="question", counted=True).count()
            counted = event.verb != "question" or asked < COUNTED_QUESTIONS
            Pause.objects.create(clock=clock, started_at=event.at, reason=event.verb, counted=counted)
            clock.paused_at = event.at
            clock.save()


def resume(event: Event, kinds: Iterable[str]) -> None:
    wanted = list(kinds)
    for clock in _named(event.report, wanted):
        open_pause = clock.pauses.filter(ended_at=None).first()
        # `*` ends what a merge paused, and not the pause that a question had begun before it.
        if open_pause and (EVERYTHING not in wanted or open_pause.reason == "merge"):
            open_pause.ended_at = event.at
            open_pause.save()
            clock.paused_at = None
            recompute(clock, calendar_for(clock))
            clock.save()


def start(event: Event, word: str) -> None:
    """Start what one word of the timetable names (see the docstring of the timetable).

    A kind that runs already goes on with its old deadline: the citizen's clock never resets (law 3). Only a word
    with `+` stops the one that runs and begins anew.
    """
    report = event.report
    again, word = word.endswith("+"), word.rstrip("+")
    kind, _, shared = word.partition("=")
    kind, _, stage = kind.partition(":")
    running = report.clocks.filter(kind=kind, stopped_at=None)
    if again:
        stop(event, [kind])
    elif running.exists():
        return
    owner = _owner(event, kind)
    policy = policy_for(stage or kind, report_class=report.report_class, agency_id=owner.agency_id, at=event.at)
    calendar = calendar_of(owner)
    due, length = calendar.due(event.at, policy.length, unit_of(policy)), policy.length
    if shared:
        due = _shared(report, shared, event, calendar)
        length = calendar.length(event.at, due, unit_of(policy))
    _put(report, kind, owner=owner, at=event.at, due=due, calendar=calendar, policy=policy, length=length)


def calendar_for(clock: Clock) -> Calendar:
    """The calendar of the unit whose duty it is: nobody's time runs out over somebody else's working days."""
    return calendar_of(clock.owner or clock.report.holder)


def recompute(clock: Clock, calendar: Calendar) -> None:
    """The deadline after its pauses and under today's days off; never earlier than before. Sets `fire_at` too."""
    if clock.policy is not None:
        ledger = [(p.started_at, p.ended_at) for p in clock.pauses.filter(counted=True).order_by("id") if p.ended_at]
        if unit_of(clock.policy) == "working":
            due = calendar.deadline_after_pauses(clock.started_at, clock.length, pauses=ledger, at_most=len(ledger))
        else:
            due = calendar.calendar_deadline(clock.started_at, clock.length, pauses=ledger)
        clock.due_at = never_earlier(clock.due_at, due)
        clock.calendar_version = calendar.version
    clock.fire_at = next_ring(clock, calendar)


def next_ring(clock: Clock, calendar: Calendar) -> datetime | None:
    """The instant of the next reminder that has not rung, or None after the last."""
    point = next((point for point in REMINDERS if point > clock.fired), None)
    return None if point is None else calendar.fraction_point(clock.started_at, clock.due_at, point / 100)


def settle_due(report: Report) -> None:
    """Keep `report.due_at`, by which lists sort: the nearest running duty, else the nearest running clock."""
    running = Clock.objects.running().filter(report=report)
    duty = running.filter(kind__in=DUTIES).aggregate(at=Min("due_at"))["at"]
    due = duty or running.aggregate(at=Min("due_at"))["at"]
    if due != report.due_at:
        report.due_at = due
        report.save(update_fields=["due_at"])


FAIR = {
    State.AWAITING_VERIFICATION: ("verify",),
    State.AWAITING_DISPOSITION: ("dispose",),
    State.AWAITING_FOLLOW_UP: ("first_response", "resolve"),
    State.IN_PROGRESS: ("resolve",),
}


def start_fair(event: Event) -> None:
    """On its agency's connection a report gets the clocks of its state anew, from that day (R003-59).

    One from an old register that waits for its reporter has no window, since this register cannot ask: the holder
    has the time of a verification to look at it, so that it neither lies nor ends in silence.
    """
    kinds = FAIR.get(State(event.to_state), ())
    if event.to_state == State.PENDING_INFO and not event.report.clocks.filter(stopped_at=None).exists():
        kinds = ("verify",)
    for kind in kinds:
        start(event, f"{kind}+")
        event.report.clocks.filter(kind=kind, stopped_at=None).update(is_fair=True)


def fair_clocks(state: str, *, holder: Unit, report_class: str, at: datetime) -> list[Clock]:
    """What `start_fair` starts at `at` for a report without a clock, not saved and without the report.

    For the import, which writes thousands at once; tests/importing compares the rows of both.
    """
    kinds = ("verify",) if state == State.PENDING_INFO else FAIR.get(State(state), ())
    calendar = calendar_of(holder)
    clocks = []
    for kind in kinds:
        policy = policy_for(kind, report_class=report_class, agency_id=holder.agency_id, at=at)
        due = calendar.due(at, policy.length, unit_of(policy))
        clocks.append(_clock(kind, owner=holder, at=at, due=due, calendar=calendar, policy=policy))
        clocks[-1].is_fair = True
    return clocks


def _named(report: Report, kinds: Iterable[str]) -> list[Clock]:
    wanted = set(kinds)
    if not wanted:
        return []
    clocks = Clock.objects.unstopped().filter(report=report).order_by("pk")
    return list(clocks if EVERYTHING in wanted else clocks.filter(kind__in=wanted))


def _shared(report: Report, other: str, event: Event, calendar: Calendar) -> datetime:
    """The limit of the clock just stopped; somebody else's lateness still leaves one working day."""
    before = report.clocks.filter(kind=other).order_by("-pk").first()
    least = calendar.deadline(event.at, 1)
    return max(before.due_at, least) if before else least


def _owner(event: Event, kind: str) -> Unit:
    """Whose duty a new clock is: of the unit that is asked, of the superior that decides, else of the holder."""
    report, asked = event.report, event.facts.get("proposed_id")
    if kind == Kind.TRANSFER_DECISION and asked:
        return Unit.objects.get(pk=asked)
    if kind == Kind.ARBITRATION and report.arbiter:
        return report.arbiter
    return superiors.nation() if kind == Kind.APPEAL_DECISION else report.holder


def _put(
    report: Report,
    kind: str,
    *,
    owner: Unit,
    at: datetime,
    due: datetime,
    calendar: Calendar,
    policy: Policy | None = None,
    length: int | None = None,
) -> None:
    clock = _clock(kind, owner=owner, at=at, due=due, calendar=calendar, policy=policy)
    clock.report = report
    clock.length = clock.length if length is None else length
    clock.save()


def _clock(kind: str, *, owner: Unit, at: datetime, due: datetime, calendar: Calendar, policy: Policy | None) -> Clock:
    clock = Clock(
        kind=kind,
        owner=owner,
        started_at=at,
        due_at=max(due, at),
        length=policy.length if policy else 0,
        policy=policy,
        calendar_version=calendar.version,
    )
    clock.fire_at = next_ring(clock, calendar)
    return clock

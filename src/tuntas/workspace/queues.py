"""What waits for an officer, in heaps, most urgent first; and how one row of a heap reads."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, IntegerField, QuerySet
from django.db.models.functions import Left
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tuntas.accounts import purposes
from tuntas.clocks.models import Clock, Kind
from tuntas.followup.models import FollowUp
from tuntas.kernel.numbers import spell_number
from tuntas.lifecycle import MOVES
from tuntas.organizations.models import Role, Unit
from tuntas.privacy.models import DataRequest
from tuntas.reports.models import PublicCopy, Report, ReportText, ReportUnit
from tuntas.reports.states import FINAL, OPEN, Party, State
from tuntas.routing import together
from tuntas.routing.duplicates import Similar
from tuntas.routing.models import TransferOffer, WaitingAct
from tuntas.web import times
from tuntas.web.paging import Page, page_of
from tuntas.workspace.desks import Desk
from tuntas.workspace.words import STATES, Sign, Words, named

FIRST_WORDS = 160  # characters of a text that a row shows
BY_URGENCY = ("due_at", "pk")
NEWEST_FIRST = ("-pk",)
REPORTERS_TURN = (State.PENDING_INFO, State.AWAITING_REPORTER, State.RESOLUTION_PROPOSED)

Heap = Callable[[Desk], QuerySet[Report]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tab:
    """One heap of work. for_moves: shown to roles that the timetable lets do one of these (empty: to everybody).

    empty: what will lie here, said when nothing does.
    """

    name: str
    label: Words
    empty: Words
    heap: Heap
    for_moves: tuple[str, ...] = ()
    only_closed: bool = False  # for offices that keep a closed queue, and for national administrators
    order: tuple[str, ...] = BY_URGENCY


def held(desk: Desk) -> QuerySet[Report]:
    """Open reports that the offices of this desk hold."""
    return Report.objects.filter(holder_id__in=desk.unit_ids, state__in=OPEN)


def in_state(*states: State) -> Heap:
    return lambda desk: held(desk).filter(state__in=states)


def offered_to(desk: Desk) -> QuerySet[Report]:
    offers = TransferOffer.objects.filter(proposed_id__in=desk.unit_ids, decision="")
    return Report.objects.filter(pk__in=offers.values("report"), state=State.TRANSFER_REQUESTED)


def to_decide(desk: Desk) -> QuerySet[Report]:
    return Report.objects.filter(arbiter_id__in=desk.unit_ids, state=State.TRANSFER_REQUESTED)


def supported_by(desk: Desk) -> QuerySet[Report]:
    """Open reports of other offices that one of this desk's offices supports."""
    parts = ReportUnit.objects.filter(unit_id__in=desk.unit_ids, part=Party.SUPPORT, until=None)
    return Report.objects.filter(pk__in=parts.values("report"), state__in=OPEN)


def drafts(desk: Desk) -> QuerySet[Report]:
    waiting = FollowUp.objects.filter(unit_id__in=desk.unit_ids, is_draft=True, returned_because="")
    return held(desk).filter(pk__in=waiting.values("report"))


def overdue(desk: Desk) -> QuerySet[Report]:
    return held(desk).filter(due_at__lt=timezone.now()).exclude(state__in=REPORTERS_TURN)


def closed(desk: Desk) -> QuerySet[Report]:
    """Open reports of closed queues that this desk sees: the database shows none to those outside their offices."""
    return Report.objects.exclude(queue="").filter(state__in=OPEN)


def appeals(_desk: Desk) -> QuerySet[Report]:
    asked = Clock.objects.unstopped().filter(kind=Kind.APPEAL_DECISION)
    return Report.objects.filter(pk__in=asked.values("report"))


def data_wishes(desk: Desk) -> QuerySet[Report]:
    """Reports whose reporter waits for a decision about their data, whatever else became of them."""
    asked = DataRequest.objects.undecided()
    found = Report.objects.filter(pk__in=asked.values("report"))
    return found if desk.role == Role.NATIONAL_ADMIN else found.filter(holder_id__in=desk.unit_ids)


def everything(desk: Desk) -> QuerySet[Report]:
    """Open and closed: the whole register, the books of the agency, or what the offices of the desk held last."""
    if desk.role == Role.NATIONAL_ADMIN:
        return Report.objects.all()
    if desk.unit.is_agency:
        return Report.objects.filter(agency_id=desk.unit.agency_id)
    return Report.objects.filter(holder_id__in=desk.unit_ids)


TABS: tuple[Tab, ...] = (
    Tab(
        name="verify",
        label=_("To check"),
        empty=_("No report waits to be checked. New ones appear here as they come in."),
        heap=in_state(State.AWAITING_VERIFICATION),
        for_moves=("verify",),
    ),
    Tab(
        name="dispose",
        label=_("To hand on"),
        empty=_("No checked report waits for an office. They appear here once they are checked."),
        heap=in_state(State.AWAITING_DISPOSITION),
        for_moves=("dispose",),
    ),
    Tab(
        name="follow-up",
        label=_("To follow up"),
        empty=_("No report waits for its first answer. What is handed to your office appears here."),
        heap=in_state(State.AWAITING_FOLLOW_UP),
        for_moves=("progress",),
    ),
    Tab(
        name="drafts",
        label=_("To approve"),
        empty=_("No draft waits for you. Answers that need the head's word appear here."),
        heap=drafts,
        for_moves=("return_draft",),
    ),
    Tab(
        name="progress",
        label=_("In progress"),
        empty=_("Nothing is in progress. Reports appear here after the first real follow-up."),
        heap=in_state(State.IN_PROGRESS),
        for_moves=("progress",),
    ),
    Tab(
        name="offered",
        label=_("Offered to us"),
        empty=_("Nobody offers you a report. One working day of silence would count as yes."),
        heap=offered_to,
        for_moves=("accept_transfer",),
    ),
    Tab(
        name="decide",
        label=_("To decide"),
        empty=_("No dispute waits for your decision. You have one working day when one does."),
        heap=to_decide,
        for_moves=("arbitrate",),
    ),
    Tab(
        name="appeals",
        label=_("Appeals"),
        empty=_("No appeal waits. Reporters can appeal when their report was archived or referred."),
        heap=appeals,
        for_moves=("uphold",),
    ),
    Tab(
        name="data",
        label=_("Data requests"),
        empty=_("Nobody waits for a decision about their data. The law gives three times 24 hours for each."),
        heap=data_wishes,
        for_moves=("decide_about_data",),
        order=NEWEST_FIRST,
    ),
    Tab(
        name="transfers",
        label=_("Offered by us"),
        empty=_("You have offered no report to another office. Until one takes it, it stays yours."),
        heap=in_state(State.TRANSFER_REQUESTED),
        for_moves=("offer",),
    ),
    Tab(
        name="supporting",
        label=_("Supporting"),
        empty=_("You support no other office now."),
        heap=supported_by,
        for_moves=("progress",),
    ),
    Tab(
        name="waiting",
        label=_("Waiting for the reporter"),
        empty=_("No reporter owes an answer."),
        heap=in_state(State.PENDING_INFO, State.AWAITING_REPORTER),
    ),
    Tab(
        name="answered",
        label=_("Answered"),
        empty=_("No answer waits for the reporter's word. They have ten working days for it."),
        heap=in_state(State.RESOLUTION_PROPOSED),
    ),
    Tab(
        name="closed",
        label=_("Closed queue"),
        empty=_("No report lies in the closed queue. Examinations, reports of insiders and violence come here."),
        heap=closed,
        only_closed=True,
    ),
    Tab(name="overdue", label=_("Overdue"), empty=_("Nothing is late. Good work."), heap=overdue),
    Tab(
        name="all",
        label=_("All"),
        empty=_("No report has come to your office yet."),
        heap=everything,
        order=NEWEST_FIRST,
    ),
)
UNCOUNTED = "all"  # counting what nobody must work on costs time and tells nothing
MOST_COUNTED = 1_000


def tabs_for(desk: Desk) -> list[Tab]:
    """The heaps of a role, as the timetable's `by` column gives them; a custodian's requests are no reports.

    An office that keeps a closed queue begins with it: that is what it is there for.
    """
    if desk.role == Role.CUSTODIAN:
        return []
    may = [tab for tab in TABS if not tab.for_moves or any(desk.role in MOVES[name].by for name in tab.for_moves)]
    here = [tab for tab in may if not tab.only_closed or desk.keeps_closed_queue]
    return here if desk.role == Role.NATIONAL_ADMIN else sorted(here, key=lambda tab: not tab.only_closed)


def counts(desk: Desk, tabs: Sequence[Tab]) -> dict[str, int]:
    """How many reports lie in each heap, in one query; MOST_COUNTED stands for that many or more.

    Nobody needs the exact size of a mountain, and counting one would cost more than showing its top.
    """
    counted = {tab.name: tab.heap(desk).order_by().values("pk")[:MOST_COUNTED] for tab in tabs if tab.name != UNCOUNTED}
    found = Unit.objects.filter(pk=desk.unit.pk).values_list(*map(_size, counted.values())).get()
    return dict(zip(counted, found, strict=True))


def _size(heap: QuerySet[Report, Any]) -> Func:
    return Func(ArraySubquery(heap), function="cardinality", output_field=IntegerField())


def page_of_heap(heap: QuerySet[Report], asked: QueryDict, *, order: Sequence[str] = BY_URGENCY) -> Page[Report]:
    """One page of a heap, in a total order (keys of ours, never a page number)."""
    rows = heap.select_related("holder", "category", "area")
    # A running report always has a duty or a window (the timetable's clocks), so nothing is hidden by this.
    return page_of(rows.filter(due_at__isnull=False) if "due_at" in order else rows, asked, order=order)


@dataclass(frozen=True, kw_only=True, slots=True)
class Flag:
    """A mark on a row: a word and an icon, never a colour alone."""

    word: Words
    icon: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """How one report reads in a list."""

    report: Report
    number: str
    title: Words
    place: str
    state: Words
    sign: Sign
    due: Words
    tone: str  # of `due`: late, waiting or empty
    flags: Sequence[Flag]


def rows_of(desk: Desk, reports: Sequence[Report], *, now: datetime | None = None) -> list[Row]:
    """The rows of a page: one query for all first words, whatever their number; a supervisor's takes one more."""
    moment, titles, places = now or timezone.now(), first_words(desk, reports), public_places(desk, reports)
    waits = together.waiting(reports)
    return [
        _row(desk, report, titles.get(report.pk) or hidden_title(report), places.get(report.pk, ""), moment, waits)
        for report in reports
    ]


def public_places(desk: Desk, reports: Sequence[Report]) -> dict[int, str]:
    """The place by report id: as it was typed, and for a supervisor as the public reads it."""
    if not desk.actor.is_reader:
        return {report.pk: report.place for report in reports}
    return dict(PublicCopy.objects.filter(report__in=reports).values_list("pk", "place"))


def first_words(desk: Desk, reports: Sequence[Report]) -> dict[int, str]:
    """Title or first words by report id; for a supervisor those of the public text (handbook 1.2).

    So too of protected reports for which this officer has not said why they open them (R003-21): a list is no way round
    that question. Without a public text a row has its category, place and time limit.
    """
    kept_back = withheld(desk, reports)
    own = (
        {} if desk.actor.is_reader else _first_words(ReportText, [each for each in reports if each.pk not in kept_back])
    )
    public = [each for each in reports if desk.actor.is_reader or each.pk in kept_back]
    return own | (_first_words(PublicCopy, public) if public else {})


def withheld(desk: Desk, reports: Sequence[Report]) -> frozenset[int]:
    """Protected reports whose words this desk may read, but for which nobody at it stated a purpose lately."""
    protected = {report.pk for report in reports if report.is_protected}
    if desk.actor.is_reader or not protected:
        return frozenset()
    return frozenset(protected - purposes.stated(desk.actor.officer or 0, protected))


def without_words(desk: Desk, found: Sequence[Similar]) -> list[Similar]:
    """The same with no words of reports that are opened for a purpose only, but those that everybody reads."""
    kept_back = withheld(desk, [each.report for each in found])
    copies = PublicCopy.objects.in_bulk(kept_back) if kept_back else {}
    return [_as_the_public(each, copies.get(each.report.pk)) if each.report.pk in kept_back else each for each in found]


def _as_the_public(each: Similar, copy: PublicCopy | None) -> Similar:
    if copy is not None:
        return replace(each, title=copy.title, body=copy.body)
    if each.report.hides_text:
        each.report.place = ""  # it was opened to be compared, and is saved by nobody
    return replace(each, title=str(hidden_title(each.report)), body="")


def _first_words(texts: type[PublicCopy] | type[ReportText], reports: Sequence[Report]) -> dict[int, str]:
    found = texts._default_manager.filter(report__in=reports).values_list("pk", "title", Left("body", FIRST_WORDS))
    return {pk: title or start for pk, title, start in found if title or start}


def hidden_title(report: Report) -> Words:
    if report.hides_text:
        return _("Confidential report")
    return named(report.category) if report.category else report.get_report_type_display()


def _row(desk: Desk, report: Report, title: Words, place: str, now: datetime, waits: Mapping[int, WaitingAct]) -> Row:
    due, tone = due_words(report, desk, now)
    return Row(
        report=report,
        number=spell_number(report.number),
        title=title,
        place=place or (report.area.name if report.area else ""),
        state=report.get_state_display(),
        sign=STATES[State(report.state)],
        due=due,
        tone=tone,
        flags=[*_waiting(waits.get(report.pk)), *flags_of(report)],
    )


def _waiting(act: WaitingAct | None) -> Iterator[Flag]:
    if act is not None:
        yield Flag(word=_("Decided, and carried out at %(at)s") % {"at": times.clock(act.due_at)}, icon="hourglass")


def due_words(report: Report, desk: Desk, now: datetime) -> tuple[Words, str]:
    """What the nearest deadline means today, in the working days of this desk; and the tone of it."""
    if report.due_at is None or report.state in FINAL:
        return "", ""
    if report.state in REPORTERS_TURN:
        return _("The reporter has until %(day)s") % {"day": times.last_day(report.due_at)}, ""
    if report.due_at < now:
        return late_words(desk.calendar.working_days_late(report.due_at, now)), "late"
    left = desk.calendar.working_days_between(now, report.due_at)
    return left_words(left), "waiting" if left <= 1 else ""


def late_words(days: int) -> Words:
    """days: working days since the deadline."""
    if days < 1:
        return _("Late, though no working day has passed since")
    return ngettext("%(count)d working day late", "%(count)d working days late", days) % {"count": days}


def left_words(days: int) -> Words:
    """days: working days until the deadline."""
    if days <= 0:
        return _("Due today")
    return ngettext("%(count)d working day left", "%(count)d working days left", days) % {"count": days}


def flags_of(report: Report) -> Iterator[Flag]:
    reporters = ngettext("%(count)d reporter", "%(count)d reporters", report.weight) % {"count": report.weight}
    marks = (
        (report.is_anonymous, _("Anonymous"), "eye-off"),
        (report.is_confidential, _("Confidential"), "shield"),
        (report.queue, report.get_queue_display(), "lock"),
        (report.has_conflict, _("Hidden from whom it is about"), "eye-off"),
        (report.is_reopened, _("Opened again"), "rotate-ccw"),
        (report.objections, _("Second look"), "thumbs-down"),
        (report.weight > 1, reporters, "users"),
        (report.escalation, _("Superior told"), "bell"),
        (report.is_light, _("Light"), "check"),
        (report.predates_connection, _("From before the connection"), "hourglass"),
    )
    yield from (Flag(word=word, icon=icon) for stands, word, icon in marks if stands)

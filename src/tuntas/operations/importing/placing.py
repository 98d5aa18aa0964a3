"""Who holds an old report from now on, in which closed queue, and by when something must happen.

Asked once for each unit, state, class and queue.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from tuntas.clocks.following import fair_clocks
from tuntas.clocks.models import DUTIES, Clock
from tuntas.operations.importing.directory import Directory
from tuntas.operations.importing.entries import Entry
from tuntas.organizations import closed_queues, superiors
from tuntas.organizations.models import Unit
from tuntas.reports.states import FINAL, State


@dataclass(frozen=True, slots=True)
class Place:
    """What a group of reports shares. waits_for: the unit that takes over on the day it is connected.

    queue: the closed queue (reports.states.Queue), '' for none; whoever is not of its office does not see the report.
    """

    holder: int
    agency: int
    waits_for: int | None
    clocks: tuple[Clock, ...]
    due_at: datetime | None
    queue: str = ""


class Places:
    """The places of one import, each found once. `at` is when this register takes the open reports over."""

    def __init__(self, directory: Directory, at: datetime) -> None:
        self.directory, self.at = directory, at
        self._known: dict[tuple[str, str, str, str], Place] = {}

    def of(self, entry: Entry) -> Place:
        queue = self.directory.queue(entry.report_class, entry.category)
        key = (entry.unit, entry.state, entry.report_class, queue)
        if key not in self._known:
            self._known[key] = self._find(*key)
        return self._known[key]

    def _find(self, code: str, state: str, report_class: str, queue: str) -> Place:
        desk = self.directory.desk(code)
        holder, agency = self._closed_desk(code, queue) if queue else desk.holder(state)
        if State(state) in FINAL:
            return Place(holder, agency, None, (), None, queue)
        unit = Unit.objects.get(pk=holder)
        clocks = fair_clocks(state, holder=unit, report_class=report_class, at=self.at)
        due = min(clock.due_at for clock in clocks if clock.kind in DUTIES)
        return Place(holder, agency, None if queue else desk.waits_for, tuple(clocks), due, queue)

    def _closed_desk(self, code: str, queue: str) -> tuple[int, int]:
        """The nearest office that keeps this queue and can act, from the named unit upwards; else the nation."""
        named = Unit.objects.select_related("agency").get(code=code)
        day = timezone.localdate(self.at)
        office = closed_queues.desk_for(queue, named.agency or named, blind=frozenset(), on=day) or superiors.nation()
        return office.pk, office.agency_id or office.pk

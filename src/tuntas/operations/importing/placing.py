"""Who holds an old report from now on, and by when something must happen: asked once for each unit, state and class."""

from dataclasses import dataclass
from datetime import datetime

from tuntas.clocks.following import fair_clocks
from tuntas.clocks.models import DUTIES, Clock
from tuntas.operations.importing.directory import Directory
from tuntas.operations.importing.entries import Entry
from tuntas.organizations.models import Unit
from tuntas.reports.states import FINAL, State


@dataclass(frozen=True, slots=True)
class Place:
    """What a group of reports shares. waits_for: the unit that takes over on the day it is connected."""

    holder: int
    agency: int
    waits_for: int | None
    clocks: tuple[Clock, ...]
    due_at: datetime | None


class Places:
    """The places of one import, each found once. `at` is when this register takes the open reports over."""

    def __init__(self, directory: Directory, at: datetime) -> None:
        self.directory, self.at = directory, at
        self._known: dict[tuple[str, str, str], Place] = {}

    def of(self, entry: Entry) -> Place:
        key = (entry.unit, entry.state, entry.report_class)
        if key not in self._known:
            self._known[key] = self._find(*key)
        return self._known[key]

    def _find(self, code: str, state: str, report_class: str) -> Place:
        desk = self.directory.desk(code)
        holder, agency = desk.holder(state)
        if State(state) in FINAL:
            return Place(holder, agency, None, (), None)
        unit = Unit.objects.get(pk=holder)
        clocks = fair_clocks(state, holder=unit, report_class=report_class, at=self.at)
        due = min(clock.due_at for clock in clocks if clock.kind in DUTIES)
        return Place(holder, agency, desk.waits_for, tuple(clocks), due)

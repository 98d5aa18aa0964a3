"""One heap as an officer sees it: narrowed by the address, counted beside the others, and what comes after a report."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils import timezone

from tuntas.reports.models import Report
from tuntas.web.paging import Page, place_in
from tuntas.workspace import queues
from tuntas.workspace.desks import Desk
from tuntas.workspace.filters import NAMES, FilterForm
from tuntas.workspace.models import Habit, SavedView


@dataclass(frozen=True)
class Listing:
    """A heap of this desk. asked: the address's query. Each part is read when it is needed, and once."""

    desk: Desk
    tab: queues.Tab
    asked: QueryDict

    @classmethod
    def of(cls, desk: Desk, name: str, asked: QueryDict) -> "Listing":
        """Raises Http404 when this role has no such heap."""
        tab = next((tab for tab in queues.tabs_for(desk) if tab.name == name), None)
        if tab is None:
            raise Http404
        return cls(desk, tab, asked)

    @classmethod
    def told(cls, desk: Desk, word: str) -> "Listing | None":
        """The heap that a page names when it asks for a report out of it (`word`), or None."""
        name, _mark, query = word[:2_000].partition("?")
        try:
            return cls.of(desk, name, QueryDict(query))
        except Http404:
            return None

    @cached_property
    def filters(self) -> FilterForm:
        return FilterForm(self.desk, self.asked)

    @cached_property
    def chosen(self) -> dict[str, str]:
        """What is asked of the heap; costs nothing when nothing is."""
        return self.filters.chosen if any(self.asked.get(name) for name in NAMES) else {}

    @cached_property
    def page(self) -> Page[Report]:
        asked = QueryDict(mutable=True)
        asked.update({**self.chosen, **self._keys})
        heap = self.tab.heap(self.desk)
        return queues.page_of_heap(self.filters.narrow(heap) if self.chosen else heap, asked, order=self.tab.order)

    @cached_property
    def mark(self) -> str:
        """Tells this page of the list from what it was: which reports, and the last thing that happened to each."""
        told = ",".join(f"{report.pk}:{report.last_event_id}" for report in self.page.rows)
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    @cached_property
    def rows(self) -> list[queues.Row]:
        return queues.rows_of(self.desk, self.page.rows)

    @cached_property
    def counted(self) -> dict[str, int]:
        return queues.counts(self.desk, queues.tabs_for(self.desk))

    @property
    def tabs(self) -> list[tuple[queues.Tab, int, bool]]:
        return [
            (each, self.counted.get(each.name, 0), each.name == queues.UNCOUNTED) for each in queues.tabs_for(self.desk)
        ]

    @property
    def late(self) -> int:
        return self.counted.get("overdue", 0)

    @property
    def most(self) -> int:
        return queues.MOST_COUNTED

    @property
    def now(self) -> Any:
        return timezone.now()

    @cached_property
    def views(self) -> Sequence[SavedView]:
        return list(SavedView.objects.filter(officer=self.desk.actor.officer).order_by("name"))

    @cached_property
    def habit(self) -> Habit:
        return habit_of(self.desk)

    @property
    def query(self) -> str:
        """The filters alone, as they are kept in a view."""
        asked = QueryDict(mutable=True)
        asked.update(self.chosen)
        return asked.urlencode()

    @property
    def word(self) -> str:
        """How a page names this list: `told` reads it."""
        return self._with({**self.chosen, **self._keys}, self.tab.name)

    def address(self, number: str = "") -> str:
        """Where this list stands, with one report open beside it."""
        opened = {"open": number} if number else {}
        return self._with({**self.chosen, **self._keys, **opened}, reverse("workspace:queue", args=[self.tab.name]))

    def next_after(self, number: str) -> str:
        """The number of the row below this one, the first one when it is the last or not among them, '' for none."""
        numbers = [report.number for report in self.page.rows]
        at = numbers.index(number) + 1 if number in numbers else 0
        return next((each for each in [*numbers[at:], *numbers] if each != number), "")

    @property
    def _keys(self) -> dict[str, str]:
        return place_in(self.asked, order=self.tab.order)

    @staticmethod
    def _with(asked: dict[str, str], before: str) -> str:
        query = QueryDict(mutable=True)
        query.update(asked)
        return f"{before}?{query.urlencode()}" if asked else before


def habit_of(desk: Desk) -> Habit:
    """How this officer likes the desk; the usual when nothing was ever said."""
    found = Habit.objects.filter(officer=desk.actor.officer).first()
    return found or Habit(officer_id=desk.appointment.officer_id)

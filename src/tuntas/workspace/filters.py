"""What is asked of a heap beyond its name. It stands in the address, so that a view can be kept, sent, gone back to."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.organizations.models import Category, Unit
from tuntas.reports.models import Report
from tuntas.workspace import queries
from tuntas.workspace.desks import Desk
from tuntas.workspace.words import named

NAMES = ("due", "category", "mark", "office", "words")
OFFICES = 200  # that one list offers

DUE = (("", _("Any time limit")), ("late", _("Late")), ("soon", _("Due today or tomorrow")))
MARKS = (
    ("", _("Any mark")),
    ("second", _("Second look or opened again")),
    ("many", _("Several reporters")),
    ("protected", _("Anonymous or confidential")),
    ("light", _("Light")),
)
MARKED = {
    "second": Q(objections__gt=0) | Q(is_reopened=True),
    "many": Q(weight__gt=1),
    "protected": Q(is_anonymous=True) | Q(is_confidential=True),
    "light": Q(is_light=True),
}


class FilterForm(forms.Form):
    """The filters of one heap. What is not among the choices is left out, never an error: an address can be old."""

    due = forms.ChoiceField(label=_("Time limit"), choices=DUE, required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    mark = forms.ChoiceField(label=_("Mark"), choices=MARKS, required=False)
    office = forms.ChoiceField(label=_("Office"), required=False)
    words = forms.CharField(label=_("Words or number"), required=False, max_length=200)

    def __init__(self, desk: Desk, asked: QueryDict) -> None:
        super().__init__({name: asked.get(name, "") for name in NAMES}, auto_id="filter_%s")
        self.desk = desk
        self._offer("category", _("Any category"), [(each.code, named(each)) for each in _top_categories()])
        units = Unit.objects.filter(pk__in=desk.unit_ids[:OFFICES]) if len(desk.unit_ids) > 1 else []
        self._offer("office", _("Any office"), sorted((str(each.pk), named(each)) for each in units))
        if not units:
            del self.fields["office"]
        self.is_valid()

    def _offer(self, field: str, nothing: Any, choices: list[tuple[str, Any]]) -> None:
        asked = self.fields[field]
        if isinstance(asked, forms.ChoiceField):
            asked.choices = [("", nothing), *choices]

    @property
    def chosen(self) -> dict[str, str]:
        """What is asked, and is among the choices."""
        return {name: str(self.cleaned_data[name]) for name in NAMES if self.cleaned_data.get(name)}

    def narrow(self, heap: QuerySet[Report]) -> QuerySet[Report]:
        chosen = self.chosen
        if due := chosen.get("due"):
            heap = heap.filter(_due(due, timezone.now()))
        if category := chosen.get("category"):
            heap = heap.filter(Q(category__code=category) | Q(category__parent__code=category))
        if mark := chosen.get("mark"):
            heap = heap.filter(MARKED[mark])
        if office := chosen.get("office"):
            heap = heap.filter(holder_id=int(office))
        if words := chosen.get("words"):
            heap = heap.filter(pk__in=_with(words, self.desk))
        return heap


def _due(when: str, now: datetime) -> Q:
    """A deadline ends with its day: today's ends at the next midnight of the office (see web.times.last_day)."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    soon = Q(due_at__gte=now, due_at__lte=midnight + timedelta(days=2))
    return Q(due_at__lt=now) if when == "late" else soon


def _with(words: str, desk: Desk) -> list[int]:
    """By words that this role may read, or by a part of the number."""
    ask = queries.public_reports_with if desk.actor.is_reader else queries.reports_with
    digits = "".join(letter for letter in words if letter.isdecimal())
    by_number = Report.objects.filter(number=digits).values_list("pk", flat=True) if len(digits) == 11 else []
    return [*ask(words).ids, *by_number]


def _top_categories() -> list[Category]:
    today = timezone.localdate()
    valid = Category.objects.filter(Q(valid_to=None) | Q(valid_to__gte=today), parent=None, valid_from__lte=today)
    return list(valid.order_by("code"))

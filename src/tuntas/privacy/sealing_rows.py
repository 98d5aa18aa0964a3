"""Seals what was written beside a report before it became secret (docs/adr/0019). For the worker.

Whoever raised the protection may not see all of it; the clockwork does. Each report by itself, killed anywhere: what
was sealed stays sealed, and the next look finds the rest.
"""

from django.db import transaction

from tuntas.access.actors import SYSTEM, acting
from tuntas.notices import telling
from tuntas.reports.models import Event, ReportText
from tuntas.reports.sealed_words import seal_open_rows


def seal_some(*, at_most: int = 20) -> int:
    """See to the next reports whose rows lie open; returns how many rows were sealed."""
    done = 0
    for _n in range(at_most):
        sealed = _seal_next()
        if sealed is None:
            break
        done += sealed
    return done


def _seal_next() -> int | None:
    with acting(SYSTEM), transaction.atomic():
        waiting = ReportText.objects.filter(has_open_rows=True).select_for_update(of=("self",), skip_locked=True)
        text = waiting.select_related("report").order_by("pk").first()
        if text is None:
            return None
        ReportText.objects.filter(pk=text.pk).update(has_open_rows=False)
        return seal_open_rows(text.report, but=Event) + telling.take_words_out(text.report)

"""`tuntas retention`: what has been kept for its whole term, as a table; and, without --dry-run, forgetting it."""

import argparse
from collections.abc import Callable
from datetime import date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _
from rich.table import Table

from tuntas.access.actors import SYSTEM, acting
from tuntas.kernel.refusals import Refusal
from tuntas.privacy import retention

MOST = 10_000  # things in one run; what is left comes the next time
LISTED = 200  # lines of the table


def run(wish: argparse.Namespace, *, progress: Callable[[str, int, int], None]) -> tuple[Table, str]:
    """The table of what is due, and one sentence on what was done. Raises Refusal for a day that is none."""
    now = _moment(wish.at)
    with acting(SYSTEM):
        due = retention.due(now=now, at_most=MOST)
    table = _table(due)
    free = sum(not each.is_held for each in due)
    if wish.dry_run:
        return table, _("%(n)d things are due, %(held)d more are held. Nothing was changed.") % {
            "n": free,
            "held": len(due) - free,
        }
    done = retention.carry_out(now=now, at_most=MOST, progress=lambda at, of: progress(_("Forgetting"), at, of))
    return table, _("%(done)d of %(n)d things were forgotten.") % {"done": done, "n": free}


def _moment(day: str | None) -> datetime:
    if not day:
        return timezone.now()
    try:
        return timezone.make_aware(datetime.combine(date.fromisoformat(day), time(12)))
    except ValueError:
        raise Refusal(
            _("“%(given)s” is no day.") % {"given": day},
            why=_("Nothing was changed."),
            instead=_("Write it like 2026-12-31."),
        ) from None


def _table(due: list[retention.Due]) -> Table:
    names = {
        retention.IDENTITY: _("who the reporter is"),
        retention.CONTENT: _("text and files"),
        retention.PUBLIC: _("public copy"),
    }
    table = Table(_("What"), _("Report"), _("Finished on"), _("Held"), box=None, pad_edge=False)
    for each in due[:LISTED]:
        day = timezone.localdate(each.since).isoformat()
        table.add_row(names[each.kind], each.number, day, _("legal hold") if each.is_held else "")
    return table

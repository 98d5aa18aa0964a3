"""What officers typed and have not sent: sealed while it is typed, and forgotten when nobody ever sends it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import Actor
from tuntas.accounts import sealed
from tuntas.followup.models import Unsent
from tuntas.kernel.envelopes import Unreadable
from tuntas.kernel.refusals import TooMuch
from tuntas.reports.models import Report

KEPT_FOR = timedelta(days=30)
MOST = 60_000  # characters of a form that are kept
Typed = Mapping[str, Sequence[str]]  # fields of a form by name, each with all its values


def keep(report: Report, act: str, typed: Typed, *, by: Actor) -> None:
    """Keep a form as it stands; raises TooMuch for one that is too long. `by`: an officer."""
    told = json.dumps({name: list(values) for name, values in typed.items()})
    if len(told) > MOST:
        raise TooMuch(_("This form is too long to be kept."), why=_("You can still send it."))
    closed = sealed.close(told, by.officer or 0, _purpose(report, act))
    Unsent.objects.update_or_create(officer_id=by.officer or 0, report=report, act=act, defaults={"sealed": closed})


def forget(report: Report, act: str, *, by: Actor) -> None:
    """It was sent, or thrown away."""
    Unsent.objects.filter(officer=by.officer, report=report, act=act).delete()


def of(report: Report, *, by: Actor) -> Iterator[tuple[str, Typed, datetime]]:
    """This officer's forms about a report: act, fields, when. What cannot be opened any more is left out."""
    for found in Unsent.objects.filter(officer=by.officer, report=report):
        try:
            words = sealed.open_words(bytes(found.sealed), by.officer or 0, _purpose(report, found.act))
        except Unreadable:
            continue
        yield found.act, json.loads(words), found.saved_at


def forget_old(now: datetime | None = None) -> int:
    """Remove what nobody sent for a month. The worker calls it."""
    gone, _by_model = Unsent.objects.filter(saved_at__lt=(now or timezone.now()) - KEPT_FOR).delete()
    return gone


def _purpose(report: Report, act: str) -> str:
    return f"unsent {report.pk} {act}"

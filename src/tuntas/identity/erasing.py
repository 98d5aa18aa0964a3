"""Forgetting who a reporter is: asked for here, carried out by the vault, which alone can (trust.md 4.3).

What was told to a handler in the text of a report is not touched by this; it has rules of its own.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import Actor
from tuntas.identity import queries
from tuntas.identity.models import Erasure, Ground, Reporter
from tuntas.kernel.refusals import Incomplete, NotYours, OutOfTurn

KINDS = frozenset({"officer", "reporter", "system"})


@transaction.atomic
def ask(reporter: Reporter, *, ground: str, by: Actor, at: datetime | None = None) -> Erasure:
    """Have the vault forget this reporter: their identity, the key to it, and the originals of their files.

    ground: a word of `Ground`. Call inside `acting(by)`. Asking twice is one wish: the open one is given back.
    Done within moments while the vault runs; `Erasure.is_done` tells. Backups forget after 35 days.
    Raises Incomplete for an unknown ground, NotYours for the public, and OutOfTurn while a legal hold stands.
    """
    if ground not in Ground.values:
        raise Incomplete(
            _("Nothing was erased."),
            why=_("The law asks for a ground."),
            instead=_("Choose why this person is to be forgotten."),
        )
    if by.kind not in KINDS:
        raise NotYours(_("Nothing was erased."), why=_("Only the person or an officer may ask for this."))
    if is_held(reporter):
        raise OutOfTurn(
            _("Nothing was erased."),
            why=_("A legal hold stands: a court, an investigation or a dispute still needs to know who it is."),
            instead=_("Ask again when the hold is lifted."),
        )
    waiting = Erasure.objects.filter(reporter=reporter, done_at=None).first()
    return waiting or Erasure.objects.create(
        reporter=reporter,
        ground=ground,
        asked_by=by.appointment,
        asked_kind=by.kind,
        asked_at=at or timezone.now(),
    )


def is_held(reporter: Reporter) -> bool:
    """Whether a legal hold stands. The database answers with yes or no alone, since a reporter sees no hold."""
    return queries.is_held(reporter.pk)

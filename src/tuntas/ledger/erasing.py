"""Erasure by law: the words of an entry end, its leaf stays, and a tombstone says since when and on what ground."""

from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import SYSTEM, acting
from tuntas.kernel.refusals import Incomplete, NotFound
from tuntas.ledger import queries


def erase(event_id: int, *, ground: str, decided_by: str) -> int:
    """Erase note and facts of an entry of a history for good. Returns its leaf. Call as worker or owner.

    ground: the article of law. decided_by: the office that decided, never a person's name; both are published.
    Raises NotFound while the entry has no leaf: what is not bound yet waits some seconds for its number.
    """
    if not ground.strip() or not decided_by.strip():
        raise Incomplete(
            _("Nothing was erased."),
            why=_("An erasure needs its legal ground and the office that decided it."),
        )
    with acting(SYSTEM):
        leaf = queries.erase_event(event_id, ground.strip(), decided_by.strip())
        if leaf is None:
            raise NotFound(
                _("Nothing was erased."),
                why=_("The entry does not stand in the public log yet."),
                instead=_("Try again in a minute."),
            )
    return leaf

"""Moving sealed identities from the case database into the vault.

Two databases cannot commit as one, so the order is: put away here, commit, then empty the envelope there. Killed in
between, the next run opens the same envelope again and finds it already put away.
"""

import logging
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction

from tuntas.kernel.envelopes import Unreadable
from tuntas_vault import opening, queries
from tuntas_vault.keys import Keys
from tuntas_vault.models import Identity, Tombstone

BATCH = 200  # envelopes a transaction

log = logging.getLogger("tuntas_vault")


def drain(keys: Mapping[int, Keys]) -> int:
    """Put away the next batch of envelopes; returns how many were dealt with.

    An envelope that cannot be opened is set aside with its problem, kept, and the others go on. One of an epoch that
    we do not hold is left alone: its key may be restored.
    """
    put_away, set_aside = [], []
    with transaction.atomic(using=queries.CASE):
        claimed = queries.claim_envelopes(list(keys), BATCH)
        forgotten, withheld = _forgotten(claimed), _withheld(claimed, keys)
        for envelope in claimed:
            if envelope.reporter in forgotten:  # it came back with an old backup of the case database
                continue
            try:
                letter = opening.open_envelope(envelope.ciphertext, envelope.reporter, keys)
            except Unreadable as problem:
                set_aside.append(envelope.id)
                log.error("envelope %d is set aside: %s", envelope.id, problem)
            else:
                letter = opening.carry_over(letter, withheld, envelope.reporter)
                put_away.append((envelope, opening.keep(letter, envelope.reporter, keys[max(keys)])))
        with transaction.atomic():
            queries.put_away(put_away)
        buried = [envelope.id for envelope in claimed if envelope.reporter in forgotten]
        queries.empty_envelopes([envelope.id for envelope, _kept in put_away] + buried)
        queries.set_aside(set_aside, "unreadable")
    return len(claimed)


def _withheld(claimed: Sequence[queries.Envelope], keys: Mapping[int, Keys]) -> dict[UUID, str]:
    """The words that each reporter took out of a report before, from the envelope that the new one replaces."""
    found = {}
    for one in Identity.objects.filter(pk__in=[envelope.reporter for envelope in claimed]):
        kept = opening.Kept(one.epoch, bytes(one.wrapped_key), bytes(one.ciphertext))
        try:
            found[one.pk] = str(opening.letter_of(kept, one.pk, keys).get("withheld", ""))
        except Unreadable as problem:  # its key is gone: nothing is left to carry over
            log.error("what reporter %s withheld cannot be read: %s", one.pk, problem)
    return found


def _forgotten(claimed: Sequence[queries.Envelope]) -> set[UUID]:
    """Whose envelopes must not be kept: they were forgotten as the law demands."""
    reporters = [envelope.reporter for envelope in claimed]
    return set(Tombstone.objects.filter(pk__in=reporters).values_list("pk", flat=True)) if reporters else set()

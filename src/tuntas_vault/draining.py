"""Moving sealed identities from the case database into the vault.

Two databases cannot commit as one, so the order is: put away here, commit, then empty the envelope there. Killed in
between, the next run opens the same envelope again and finds it already put away.
"""

import logging
from collections.abc import Mapping

from django.db import transaction

from tuntas.kernel.envelopes import Unreadable
from tuntas_vault import opening, queries
from tuntas_vault.keys import Keys

BATCH = 200  # envelopes a transaction

log = logging.getLogger("tuntas_vault")


def drain(keys: Mapping[int, Keys]) -> int:
    """Put away the next batch of envelopes; returns how many were dealt with.

    An envelope that cannot be opened is set aside with its problem, kept, and the others go on. One of an epoch that
    we do not hold is left alone: its key may be restored.
    """
    put_away, set_aside = [], []
    with transaction.atomic(using=queries.CASE):
        for envelope in queries.claim_envelopes(list(keys), BATCH):
            try:
                letter = opening.open_envelope(envelope.ciphertext, envelope.reporter, keys)
            except Unreadable as problem:
                set_aside.append(envelope.id)
                log.error("envelope %d is set aside: %s", envelope.id, problem)
            else:
                put_away.append((envelope, opening.keep(letter, envelope.reporter, keys[max(keys)])))
        with transaction.atomic():
            queries.put_away(put_away)
        queries.empty_envelopes([envelope.id for envelope, _kept in put_away])
        queries.set_aside(set_aside, "unreadable")
    return len(put_away) + len(set_aside)

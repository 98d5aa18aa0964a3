"""One turn of the letters to followers: claim, find the address, write, hand over, mark.

What a letter says of a report is what its public copy says at that moment; without one it is not sent.
"""

import logging
from collections.abc import Mapping

from tuntas.channels.contract import Channel, Letter, NotDelivered, Unreachable
from tuntas.kernel.envelopes import Unreadable
from tuntas_vault import queries as register
from tuntas_vault.following import keeping, queries
from tuntas_vault.following.queries import Owed
from tuntas_vault.following.wording import write
from tuntas_vault.keys import Keys
from tuntas_vault.models import Follower
from tuntas_vault.retrying import MOST_TRIES, wait

BATCH = 20

log = logging.getLogger("tuntas_vault")


def send(channel: Channel, keys: Mapping[int, Keys], *, origin: str) -> int:
    """Returns how many were dealt with. Raises Unreachable when the server is away; nothing is lost then."""
    owed = queries.claim(BATCH, queries.MAIL)
    for done, letter in enumerate(owed):
        try:
            _send_one(channel, letter, keys, origin)
        except Unreachable:
            queries.hand_back([left.id for left in owed[done:]])
            raise
    return len(owed)


def _send_one(channel: Channel, letter: Owed, keys: Mapping[int, Keys], origin: str) -> None:
    try:
        mail, follower = _mail(letter, keys, origin)
    except Hidden:
        queries.give_up(letter.id, "hidden")
        return
    except (Unreadable, KeyError, ValueError) as problem:
        log.error("letter %d to a follower cannot be written: %s", letter.id, type(problem).__name__)
        _try_again(letter, "unwritable")
        return
    try:
        channel.deliver(mail)
    except Unreachable:
        raise
    except NotDelivered as no:
        log.warning("letter %d to a follower was not delivered: %s", letter.id, no.why)
        if no.permanent:
            queries.give_up(letter.id, no.why)
        else:
            _try_again(letter, no.why)
    else:
        queries.mark_sent(letter.id)
        if letter.template == "merged" and keeping.is_told_already(follower):
            keeping.drop(follower)


class Hidden(Exception):
    """The report has no public copy any more."""


def _mail(letter: Owed, keys: Mapping[int, Keys], origin: str) -> tuple[Letter, Follower]:
    """The mail, and to whom. Raises Hidden, or Unreadable for a follower whom we cannot reach."""
    said = register.public_words(str(letter.params.get("number", "")))
    if not said:
        raise Hidden
    follower = Follower.objects.filter(pk=letter.follow).first()
    if follower is None:
        raise Unreadable("not in the vault")
    address, token = keeping.read(follower, keys)
    text = write(letter, title=said["title"], origin=origin, token=token)
    mail = Letter(
        to=(address,),
        subject=text.subject,
        text=text.body,
        provider_id=f"follow-{letter.id}-{int(letter.created_at.timestamp())}",
        written_at=letter.created_at,
        stop_at=f"{origin}/ikuti/{token}",
    )
    return mail, follower


def _try_again(letter: Owed, error: str) -> None:
    if letter.attempts >= MOST_TRIES:
        queries.give_up(letter.id, error)
    else:
        queries.postpone(letter.id, wait(letter.attempts), error)
